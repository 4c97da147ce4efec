"""Tests a sandbox with a temporary database against openapi.yaml with schemathesis. Fails also if an operation that is
not disabled never responded with 2xx, because then schemathesis tested only its errors."""

import base64
import hmac
import json
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import yaml

HERE = Path(__file__).resolve().parent
CONTRACT = HERE / "openapi.yaml"
DISABLED = {"logout"}
METHODS = {"get", "put", "post", "delete", "patch"}
TOTAL_SECONDS = 600
READY = "listening on "


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    # Ignore proxy settings: the server is on this computer.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=20) as response:
        return json.load(response)["data"]


def sign_in(base_url, email, **code):
    payload = {"email": email, "password": "lapel-demo", **code}
    return post(f"{base_url}/auth/login", {"provider": "traditional", "payload": payload})


def two_factor_code():
    """The current two-factor code of twofactor@example.com (RFC 6238)."""
    step = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"), step, "sha1")
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 0xF)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


def mail_token(base_url, lines, email):
    """Requests a password mail and returns the token of its link, which the sandbox prints."""
    post(f"{base_url}/auth/register/forgot-password", {"email": email})
    kind, receiver, link = lines.readline().split()
    if (kind, receiver) != ("mail", email):
        raise RuntimeError("the sandbox did not print the mail")
    return parse_qs(urlsplit(link).query)["token"][0]


def operations():
    """The operation ids of the contract by method and path, such as `GET /users/profile`."""
    contract = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    return {
        f"{method.upper()} {path}": operation["operationId"]
        for path, item in contract["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def statuses(report):
    """How often each operation responded with each status, from the NDJSON report."""
    counts = defaultdict(Counter)
    with open(report, encoding="utf-8") as lines:
        for line in lines:
            finished = json.loads(line).get("ScenarioFinished")
            if not finished:
                continue
            recorder = finished["recorder"]
            for case_id, interaction in recorder.get("interactions", {}).items():
                response = interaction.get("response")
                if response:
                    case = recorder["cases"][case_id]["value"]
                    counts[f"{case['method']} {case['path']}"][response["status_code"]] += 1
    return counts


def secrets(base_url, lines):
    """Values for the ${...} placeholders of schemathesis.toml."""
    two_factor = sign_in(base_url, "twofactor@example.com", twoFactorCode=two_factor_code())
    viewer = sign_in(base_url, "viewer@example.com")
    return {
        "LAPEL_CONTRACT_TOKEN": sign_in(base_url, "owner@example.com")["accessToken"]["token"],
        "LAPEL_CONTRACT_TWO_FACTOR_TOKEN": two_factor["accessToken"]["token"],
        "LAPEL_CONTRACT_LAST_ACCESS_TOKEN": viewer["accessToken"]["token"],
        "LAPEL_CONTRACT_REFRESH_TOKEN": viewer["refreshToken"]["token"],
        "LAPEL_CONTRACT_MAIL_TOKEN": mail_token(base_url, lines, "member00001@example.com"),
    }


def run(base_url, environment, folder):
    report = Path(folder) / "report.ndjson"
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml")),
        *("run", str(CONTRACT), "--url", base_url, "--checks", "all"),
        *("--report", "ndjson", "--report-ndjson-path", str(report), *sys.argv[1:]),
    ]
    # Runs in the temporary folder, because the tool leaves caches in the working directory.
    result = subprocess.run(command, cwd=folder, env=environment, timeout=TOTAL_SECONDS, check=False)
    counts = statuses(report)
    never_ok = []
    for label, operation in operations().items():
        print(f"{operation:20} {dict(sorted(counts[label].items()))}")
        if operation not in DISABLED and not any(200 <= status < 300 for status in counts[label]):
            never_ok.append(operation)
    for operation in never_ok:
        print(f"contract: {operation} never responded with 2xx", file=sys.stderr)
    return 1 if result.returncode or never_ok else 0


def main():
    with tempfile.TemporaryDirectory() as folder:
        command = [os.environ["LAPEL_SANDBOX_BIN"], "--port", "0", "--database", f"{folder}/sandbox.db"]
        command += ["--seed", "demo", "--members", "250", "--token-ttl", "86400"]
        sandbox = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            line = sandbox.stdout.readline().strip()
            if not line.startswith(READY):
                print("contract: the sandbox did not start", file=sys.stderr)
                return 1
            base_url = line.removeprefix(READY)
            environment = dict(os.environ, **secrets(base_url, sandbox.stdout), NO_PROXY="*")
            # Drain the output: the run requests more mails, and a full pipe would block the sandbox.
            threading.Thread(target=sandbox.stdout.read, daemon=True).start()
            return run(base_url, environment, folder)
        finally:
            sandbox.terminate()
            sandbox.wait(timeout=20)


if __name__ == "__main__":
    sys.exit(main())
