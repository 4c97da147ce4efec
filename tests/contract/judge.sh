#!/usr/bin/env bash
# Checks the requests that the app sent in the tests against the contract. First runs the tests of the check itself.
# The argument is the folder with the recorded requests.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$here/python" "$here/judge_test.py"
exec "$here/python" "$here/judge.py" "$1"
