"""The judge takes what the app sends, and refuses what is deliberately broken."""

import copy
import json
import tempfile
import unittest
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import judge

GOOD = [json.loads(line) for line in (Path(__file__).parent / "recorded.jsonl").read_text("utf-8").splitlines()]
LOGIN, REFRESH, PROFILE, PUT, UPLOAD, ROWS, LOGOUT, PICTURE, ELSEWHERE = GOOD

JUDGE = judge.load()
FILE = UPLOAD["body"]["form"][0]


def verdict(requests):
    """Whether the judge accepts a folder with these requests, and what it says."""
    said = StringIO()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(said), redirect_stderr(said):
        lines = "".join(json.dumps(request, ensure_ascii=False) + "\n" for request in requests)
        (Path(folder) / "1.jsonl").write_text(lines, encoding="utf-8")
        return judge.run(folder, JUDGE) == 0, said.getvalue()


def changed(request, *path, to=None):
    """The request with another value at this place, or without it."""
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
    "a route that is not there": changed(PROFILE, "path", to="/v1/users/me"),
    "a route outside the base": changed(PROFILE, "path", to="/users/profile"),
    "another method": changed(PUT, "method", to="PATCH"),
    "an id that is none": changed(PUT, "path", to="/v1/users/me"),
    "no credentials": changed(PROFILE, "authorization", to=False),
    "credentials where none belong": changed(REFRESH, "authorization", to=True),
    "half a pair": changed(REFRESH, "body", "json", "lastAccessToken"),
    "an empty token": changed(REFRESH, "body", "json", "refreshToken", to=""),
    "an additional property": changed(PUT, "body", "json", "middleName", to="Lee"),
    "an additional property further in": changed(LOGIN, "body", "json", "payload", "remember", to=True),
    "a language that is not on offer": changed(PUT, "body", "json", "language", to="ca"),
    "a name with a space at its end": changed(PUT, "body", "json", "firstName", to="Ana "),
    "a name that is no text": changed(PUT, "body", "json", "firstName", to=["Ana"]),
    "nothing to change": changed(PUT, "body", "json", to={}),
    "an email that is none": changed(LOGIN, "body", "json", "payload", "email", to="owner"),
    "another provider": changed(LOGIN, "body", "json", "provider", to="google"),
    "no body": changed(PUT, "body", to={}),
    "a body that cannot be read": changed(PUT, "body", to={"bytes": 12}),
    "a body of another type": changed(PUT, "headers", "content-type", to="text/plain"),
    "a body of no type": changed(PUT, "headers", "content-type"),
    "a body where none belongs": changed(LOGOUT, "body", to={"json": {}}),
    "another field of the form": changed(UPLOAD, "body", "form", 0, "name", to="picture"),
    "one more field of the form": changed(UPLOAD, "body", "form", to=[FILE, {**FILE, "name": "text"}]),
    "a field of the form twice": changed(UPLOAD, "body", "form", to=[FILE, FILE]),
    "a query parameter that is not there": changed(ROWS, "query", to="page=1&size=100"),
    "a limit above the most": changed(ROWS, "query", to="limit=1001"),
    "a page that is no number": changed(ROWS, "query", to="page=first"),
    "an order that is none": changed(ROWS, "query", to="sort=age"),
    "a weak tag for writing": changed(PUT, "headers", "if-match", to='W/"tag"'),
    "a tag without quotes": changed(PUT, "headers", "if-match", to="tag"),
    "a picture fetched with credentials": changed(PICTURE, "authorization", to=True),
}


class JudgeTest(unittest.TestCase):
    def test_takes_what_fits(self):
        accepted, said = verdict(GOOD)
        self.assertTrue(accepted, said)
        self.assertIn("judged 7 distinct requests; 2 of", said)

    def test_takes_a_name_that_holds_a_line_separator(self):
        accepted, said = verdict([changed(PUT, "body", "json", "lastName", to="a\u2028b")])
        self.assertTrue(accepted, said)

    def test_counts_equal_requests_once(self):
        other = changed(PUT, "path", to="/v1/users/65f0a1c00000000000000002")
        accepted, said = verdict([PUT, PUT, other, changed(ROWS, "query", to="limit=100&page=1&sort=createdAt:asc"), ROWS])
        self.assertTrue(accepted, said)
        self.assertIn("judged 2 distinct requests", said)

    def test_refuses_each_broken_request_among_good_ones(self):
        for name, broken in BROKEN.items():
            with self.subTest(name):
                accepted, said = verdict([*GOOD, broken])
                self.assertFalse(accepted, said)
                self.assertIn("does not fit", said)
                self.assertIn(json.dumps(broken), said)

    def test_refuses_to_judge_nothing(self):
        for nothing in ([], [PICTURE, ELSEWHERE]):
            accepted, said = verdict(nothing)
            self.assertFalse(accepted)
            self.assertIn("no requests", said)


if __name__ == "__main__":
    unittest.main()
