#!/usr/bin/env bash
# Tests the sandbox against the contract (openapi.yaml) with schemathesis.
# Needs LAPEL_SANDBOX_BIN, the path of a built lapel-sandbox. Further arguments go to `schemathesis run`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${LAPEL_SANDBOX_BIN:?set it to the path of a built lapel-sandbox}"

exec "$here/python" "$here/run.py" "$@"
