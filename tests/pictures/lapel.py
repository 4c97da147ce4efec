"""Runs lapel-picture as the app does, and looks for metadata in what it makes."""

import json
import os
import signal
import struct
import subprocess
import tempfile
from dataclasses import dataclass, field

OPEN = json.dumps("Open")
SQUARE = json.dumps({"Render": None})

# Seconds of waiting, after which the process counts as hanging. It ends itself after 20 seconds of processor time.
TIMEOUT = 90

# How the process reports that a decoder panicked.
GAVE_UP = "the decoder gave up"

# The segments of a JPEG that tell how to decode it: JFIF (APP0), Adobe (APP14), tables, frame, scan, end.
JPEG_SEGMENTS = {0xE0, 0xEE, 0xDB, 0xC4, 0xC0, 0xC2, 0xDD, 0xDA, 0xD9}
PNG_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


@dataclass
class Answer:
    """`failure` is "crashed" or "hung", with details; `refusal` is the reason for which the file is refused."""

    failure: str | None = None
    detail: str = ""
    refusal: str | None = None
    info: dict = field(default_factory=dict)
    picture: bytes = b""
    seconds: float = 0.0


def ask(program, job, path):
    """Starts the process for one file. Its output goes to a file, which cannot block it."""
    with open(path, "rb") as file, tempfile.TemporaryFile() as output:
        process = subprocess.Popen([program, job], stdin=file, stdout=output, stderr=subprocess.DEVNULL)
        killer = signal.signal(signal.SIGALRM, lambda *_: process.kill())
        signal.alarm(TIMEOUT)
        try:
            _, status, used = os.wait4(process.pid, 0)
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, killer)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        return read(output.read(), process.returncode, used.ru_utime + used.ru_stime)


def read(output, code, seconds):
    if code in (-signal.SIGKILL, -signal.SIGXCPU):
        return Answer(failure="hung", detail=f"after {seconds:.0f} s of processor time", seconds=seconds)
    line, _, picture = output.partition(b"\n")
    if code != 0 or not line:
        return Answer(failure="crashed", detail=f"exit code {code}", seconds=seconds)
    outcome = json.loads(line)["outcome"]
    if "Err" in outcome:
        return Answer(refusal=reason(outcome["Err"]), detail=detail(outcome["Err"]), seconds=seconds)
    return Answer(info=outcome["Ok"], picture=picture, seconds=seconds)


def reason(error):
    """The kind of a refusal, such as "NotAPicture", "Unsupported Heic" or "GaveUp"."""
    if isinstance(error, str):
        return error
    (kind, content), = error.items()
    if content == GAVE_UP:
        return "GaveUp"
    return f"{kind} {content}" if kind == "Unsupported" else kind


def detail(error):
    return "" if isinstance(error, str) else str(next(iter(error.values())))


def leftovers(picture):
    """What a finished picture contains besides its pixels."""
    if picture.startswith(b"\x89PNG"):
        return [chunk.decode("latin-1") for chunk in png_chunks(picture) if chunk not in PNG_CHUNKS]
    if picture.startswith(b"\xff\xd8"):
        return [f"segment {marker:02x}" for marker in jpeg_segments(picture) if marker not in JPEG_SEGMENTS]
    return ["neither JPEG nor PNG"]


def png_chunks(picture):
    at = 8
    while at + 8 <= len(picture):
        length, name = struct.unpack_from(">I4s", picture, at)
        yield name
        at += 12 + length
    if at != len(picture):
        yield b"bytes after the end"


def jpeg_segments(picture):
    at = 2
    while at + 4 <= len(picture):
        marker = picture[at + 1]
        yield marker
        at += 2 + struct.unpack_from(">H", picture, at + 2)[0]
        if marker == 0xDA:
            # To the next marker that does not belong to the compressed pixels.
            while at + 1 < len(picture) and not (picture[at] == 0xFF and picture[at + 1] not in (0, *range(0xD0, 0xD8))):
                at += 1
            if picture[at + 1:at + 2] == b"\xd9":
                if at + 2 != len(picture):
                    yield 0
                return
