"""Checks the app's requests, recorded by the test proxy (crates/testkit/src/proxy/recorder.rs), against openapi.yaml.
openapi-core validates each request; a few checks that it lacks are added here."""

import json
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urljoin

import yaml
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.templating.paths.finders import APICallPathFinder
from werkzeug.datastructures import Headers, ImmutableMultiDict

HERE = Path(__file__).resolve().parent
# LAPEL_CONTRACT selects another contract, to check whether the app conforms to it.
CONTRACT = Path(os.environ.get("LAPEL_CONTRACT", HERE / "openapi.yaml"))
HOST = "http://server"
FORM = "multipart/form-data"
BOUNDARY = "boundary"


@dataclass
class Request:
    """A recorded request with the interface that openapi-core expects."""

    method: str
    path: str
    content_type: str
    body: bytes | None
    parameters: RequestParameters = field(default_factory=RequestParameters)
    host_url: str = HOST


def body_of(recorded):
    body = recorded["body"] or {}
    if "json" in body:
        return json.dumps(body["json"]).encode()
    if "form" in body:
        parts = "".join(
            f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="{part["name"]}"; filename="{part["fileName"]}"\r\n'
            f'content-type: {part["contentType"]}\r\n\r\n{"x" * part["bytes"]}\r\n'
            for part in body["form"]
        )
        return f"{parts}--{BOUNDARY}--\r\n".encode()
    return b"\0" * body["bytes"] if body else None


def request_of(recorded):
    headers = Headers(recorded["headers"])
    if recorded["authorization"]:
        headers["Authorization"] = "Bearer token"
    content_type = headers.get("Content-Type", "")
    if content_type == FORM:
        content_type += f"; boundary={BOUNDARY}"
    query = ImmutableMultiDict(parse_qsl(recorded["query"], keep_blank_values=True))
    parameters = RequestParameters(query=query, header=headers)
    return Request(recorded["method"].lower(), recorded["path"], content_type, body_of(recorded), parameters)


def is_skipped(recorded):
    """Whether to skip a request: it follows a redirect, or it fetches a picture without credentials. The server chooses the
    address of a picture, so the contract does not describe it."""
    is_picture = recorded["method"] == "GET" and recorded["path"].startswith("/v1/pictures/")
    return recorded.get("redirected", False) or is_picture and not recorded["authorization"]


class Judge:
    def __init__(self, contract):
        # Only the path matters, not the host.
        contract = dict(contract, servers=[{"url": f"{HOST}/v1"}])
        config = Config(
            additional_properties_default_policy="forbid",
            # A file in a form: OpenAPI 3.1 describes it as a string.
            extra_media_type_deserializers={"application/octet-stream": lambda file, **_: file.decode("latin-1")},
        )
        self.openapi = OpenAPI.from_dict(contract, config=config)
        self.paths = APICallPathFinder(self.openapi.spec)

    def judge(self, recorded):
        """Returns the id of the requested operation. Raises if the request violates the contract."""
        request = request_of(recorded)
        found = self.paths.find(request.method, urljoin(HOST, request.path))
        operation = found.operation.read_value()
        declared = [*operation.get("parameters", []), *found.path.read_value().get("parameters", [])]
        check_query(request.parameters.query, {self.name(parameter) for parameter in declared})
        check_body(recorded["body"] or {}, operation)
        check_headers(request.parameters.header, operation)
        self.openapi.validate_request(request)
        return operation["operationId"]

    def name(self, parameter):
        reference = parameter.get("$ref", "").removeprefix("#/components/parameters/")
        if reference:
            parameter = (self.openapi.spec / "components" / "parameters" / reference).read_value()
        return parameter["in"], parameter["name"]


def check_query(query, declared):
    for name in query:
        if ("query", name) not in declared:
            raise ValueError(f"the contract has no query parameter {name}")


def check_body(body, operation):
    if body and "requestBody" not in operation:
        raise ValueError("the contract allows no body")
    # openapi-core ignores form fields that the contract does not name.
    names = [part["name"] for part in body.get("form", [])]
    schema = operation.get("requestBody", {}).get("content", {}).get(FORM, {}).get("schema", {})
    if len(names) != len(set(names)) or not set(names) <= set(schema.get("properties", {})):
        raise ValueError(f"the contract has no form with the fields {names}")


def check_headers(headers, operation):
    if operation.get("security") == [] and "Authorization" in headers:
        raise ValueError("credentials in an operation without security")
    # RFC 9110: a weak ETag never matches If-Match.
    for name, allowed in (("If-Match", ['"tag"']), ("If-None-Match", ['"tag"', 'W/"tag"'])):
        if name in headers and headers[name] not in allowed:
            raise ValueError(f"{name}: {headers[name]}")


def recorded_lines(folder):
    """All distinct lines, sorted so that the order does not depend on the processes."""
    files = sorted(Path(folder).glob("*.jsonl"))
    # Not splitlines(), which also splits at characters that a name may contain, such as U+2028.
    return sorted({line for file in files for line in file.read_text(encoding="utf-8").split("\n") if line})


def load():
    return Judge(yaml.safe_load(CONTRACT.read_text(encoding="utf-8")))


def run(folder, judge):
    distinct, skipped = set(), 0
    for line in recorded_lines(folder):
        recorded = json.loads(line)
        if is_skipped(recorded):
            skipped += 1
            continue
        try:
            operation = judge.judge(recorded)
        except Exception as error:  # openapi-core has many error types.
            faults = getattr(error.__cause__, "schema_errors", [])
            reasons = [f"{fault.json_path}: {fault.message}" for fault in faults] or [str(error)]
            print(f"judge: a request does not fit the contract: {'; '.join(reasons)}\n{line}", file=sys.stderr)
            return 1
        # The path is ignored: requests about different people count once.
        query = sorted(parse_qsl(recorded["query"], keep_blank_values=True))
        distinct.add((operation, json.dumps([query, recorded["body"]], sort_keys=True)))
    for operation, count in sorted(Counter(operation for operation, _ in distinct).items()):
        print(f"{operation:20} {count}")
    if not distinct:
        print("judge: there are no requests to check", file=sys.stderr)
        return 1
    print(f"checked {len(distinct)} distinct requests; skipped {skipped} of pictures and redirects")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], load()))
