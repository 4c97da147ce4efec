#!/usr/bin/env bash
# Holds the requests that the app sent in the tests against the contract, once the judge has shown that it can say no.
# The argument is the folder with the recorded requests.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$here/python" "$here/judge_test.py"
exec "$here/python" "$here/judge.py" "$1"
