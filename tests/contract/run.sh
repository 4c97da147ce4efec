#!/usr/bin/env bash
# Holds the sandbox against the contract (openapi.yaml) with schemathesis.
# Needs LAPEL_SANDBOX_BIN, the path of a built lapel-sandbox. Further arguments go to `schemathesis run`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=$root/.venv
: "${LAPEL_SANDBOX_BIN:?set it to the path of a built lapel-sandbox}"

# Installed once for every state of requirements.txt.
mark=$venv/.contract-requirements
if ! cmp -s "$here/requirements.txt" "$mark"; then
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$mark"
fi

exec "$venv/bin/python" "$here/run.py" "$@"
