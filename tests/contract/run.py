"""Starts a sandbox with a temporary database, lets schemathesis judge it, and judges schemathesis in turn:
the run fails unless every operation that is not disabled answered 2xx at least once."""

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
    # Without the environment's proxies: it is always this computer.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=20) as response:
        return json.load(response)["data"]


def sign_in(base_url, email, **code):
    payload = {"email": email, "password": "lapel-demo", **code}
    return post(f"{base_url}/auth/login", {"provider": "traditional", "payload": payload})


def two_factor_code():
    """The code of this moment for twofactor@example.com (RFC 6238)."""
    step = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"), step, "sha1")
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 0xF)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


def token_of_a_mail(base_url, lines, email):
    """Asks for a mail to a person and takes the token from its link, as the sandbox prints it."""
    post(f"{base_url}/auth/register/forgot-password", {"email": email})
    kind, receiver, link = lines.readline().split()
    if (kind, receiver) != ("mail", email):
        raise RuntimeError("the sandbox did not print the mail")
    return parse_qs(urlsplit(link).query)["token"][0]


def operations():
    """The operation ids of the contract by their labels, such as `GET /users/profile`."""
    contract = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    return {
        f"{method.upper()} {path}": operation["operationId"]
        for path, item in contract["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def statuses(report):
    """How often each operation answered with each status, from the report in NDJSON."""
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
    """What schemathesis.toml asks for in ${...}."""
    two_factor = sign_in(base_url, "twofactor@example.com", twoFactorCode=two_factor_code())
    viewer = sign_in(base_url, "viewer@example.com")
    return {
        "LAPEL_CONTRACT_TOKEN": sign_in(base_url, "owner@example.com")["accessToken"]["token"],
        "LAPEL_CONTRACT_TWO_FACTOR_TOKEN": two_factor["accessToken"]["token"],
        "LAPEL_CONTRACT_LAST_ACCESS_TOKEN": viewer["accessToken"]["token"],
        "LAPEL_CONTRACT_REFRESH_TOKEN": viewer["refreshToken"]["token"],
        "LAPEL_CONTRACT_MAIL_TOKEN": token_of_a_mail(base_url, lines, "member00001@example.com"),
    }


def run(base_url, environment, folder):
    report = Path(folder) / "report.ndjson"
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml")),
        *("run", str(CONTRACT), "--url", base_url, "--checks", "all"),
        *("--report", "ndjson", "--report-ndjson-path", str(report), *sys.argv[1:]),
    ]
    # In the temporary folder: the tool leaves caches where it runs.
    judged = subprocess.run(command, cwd=folder, env=environment, timeout=TOTAL_SECONDS, check=False)
    counts = statuses(report)
    silent = []
    for label, operation in operations().items():
        print(f"{operation:20} {dict(sorted(counts[label].items()))}")
        if operation not in DISABLED and not any(200 <= status < 300 for status in counts[label]):
            silent.append(operation)
    for operation in silent:
        print(f"contract: {operation} never answered 2xx", file=sys.stderr)
    return 1 if judged.returncode or silent else 0


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
            # The mails that the run itself asks for are read and forgotten, so that the sandbox never waits for it.
            threading.Thread(target=sandbox.stdout.read, daemon=True).start()
            return run(base_url, environment, folder)
        finally:
            sandbox.terminate()
            sandbox.wait(timeout=20)


if __name__ == "__main__":
    sys.exit(main())
