"""The check accepts valid requests and refuses broken ones."""

import copy
import json
import tempfile
import unittest
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import judge

GOOD = [json.loads(line) for line in (Path(__file__).parent / "recorded.jsonl").read_text("utf-8").splitlines()]
LOGIN, REFRESH, PROFILE, PUT, UPLOAD, ROWS, LOGOUT, PICTURE, REDIRECTED = GOOD

JUDGE = judge.load()
FILE = UPLOAD["body"]["form"][0]


def check(requests):
    """Returns whether the check accepts these requests, and its output."""
    output = StringIO()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(output), redirect_stderr(output):
        lines = "".join(json.dumps(request, ensure_ascii=False) + "\n" for request in requests)
        (Path(folder) / "1.jsonl").write_text(lines, encoding="utf-8")
        return judge.run(folder, JUDGE) == 0, output.getvalue()


def changed(request, *path, to=None):
    """A copy of the request with the value at `path` replaced, or removed without `to`."""
    broken = copy.deepcopy(request)
    *way, last = path
    place = broken
    for key in way:
        place = place[key]
    if to is None:
        del place[last]
    else:
        place[last] = to
    return broken


BROKEN = {
    "an unknown route": changed(PROFILE, "path", to="/v1/users/me"),
    "a route outside of the base path": changed(PROFILE, "path", to="/users/profile"),
    "an unknown method": changed(PUT, "method", to="PATCH"),
    "a malformed id": changed(PUT, "path", to="/v1/users/me"),
    "no credentials": changed(PROFILE, "authorization", to=False),
    "unexpected credentials": changed(REFRESH, "authorization", to=True),
    "one token of the pair missing": changed(REFRESH, "body", "json", "lastAccessToken"),
    "an empty token": changed(REFRESH, "body", "json", "refreshToken", to=""),
    "an additional property": changed(PUT, "body", "json", "middleName", to="Lee"),
    "an additional nested property": changed(LOGIN, "body", "json", "payload", "remember", to=True),
    "an unsupported language": changed(PUT, "body", "json", "language", to="ca"),
    "a name with trailing space": changed(PUT, "body", "json", "firstName", to="Ana "),
    "a name that is not a string": changed(PUT, "body", "json", "firstName", to=["Ana"]),
    "an empty change": changed(PUT, "body", "json", to={}),
    "a malformed email": changed(LOGIN, "body", "json", "payload", "email", to="owner"),
    "an unsupported provider": changed(LOGIN, "body", "json", "provider", to="google"),
    "no body": changed(PUT, "body", to={}),
    "a body that is not JSON": changed(PUT, "body", to={"bytes": 12}),
    "a body with the wrong type": changed(PUT, "headers", "content-type", to="text/plain"),
    "a body without a type": changed(PUT, "headers", "content-type"),
    "an unexpected body": changed(LOGOUT, "body", to={"json": {}}),
    "an unknown form field": changed(UPLOAD, "body", "form", 0, "name", to="picture"),
    "an additional form field": changed(UPLOAD, "body", "form", to=[FILE, {**FILE, "name": "text"}]),
    "a duplicate form field": changed(UPLOAD, "body", "form", to=[FILE, FILE]),
    "an unknown query parameter": changed(ROWS, "query", to="page=1&size=100"),
    "a limit above the maximum": changed(ROWS, "query", to="limit=1001"),
    "a page that is not a number": changed(ROWS, "query", to="page=first"),
    "an unknown sort order": changed(ROWS, "query", to="sort=age"),
    "a weak ETag in If-Match": changed(PUT, "headers", "if-match", to='W/"tag"'),
    "an ETag without quotes": changed(PUT, "headers", "if-match", to="tag"),
    "a picture fetched with credentials": changed(PICTURE, "authorization", to=True),
}


class JudgeTest(unittest.TestCase):
    def test_accepts_valid_requests(self):
        accepted, output = check(GOOD)
        self.assertTrue(accepted, output)
        self.assertIn("checked 7 distinct requests; skipped 2 of", output)

    def test_accepts_a_name_with_a_line_separator(self):
        accepted, output = check([changed(PUT, "body", "json", "lastName", to="a\u2028b")])
        self.assertTrue(accepted, output)

    def test_counts_equal_requests_once(self):
        other = changed(PUT, "path", to="/v1/users/65f0a1c00000000000000002")
        accepted, output = check([PUT, PUT, other, changed(ROWS, "query", to="limit=100&page=1&sort=createdAt:asc"), ROWS])
        self.assertTrue(accepted, output)
        self.assertIn("checked 2 distinct requests", output)

    def test_refuses_each_broken_request_among_good_ones(self):
        for name, broken in BROKEN.items():
            with self.subTest(name):
                accepted, output = check([*GOOD, broken])
                self.assertFalse(accepted, output)
                self.assertIn("does not fit", output)
                self.assertIn(json.dumps(broken), output)

    def test_fails_without_requests(self):
        for requests in ([], [PICTURE, REDIRECTED]):
            accepted, output = check(requests)
            self.assertFalse(accepted)
            self.assertIn("no requests", output)


if __name__ == "__main__":
    unittest.main()
