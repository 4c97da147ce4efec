"""judge.py PROGRAM FOLDER..: compares how `lapel-picture` and its peers read the files of folders. See `corpus`."""

import fnmatch
import io
import multiprocessing
import os
import resource
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy
from PIL import Image

import lapel
import peers

# Mean difference of the averages, of 255, up to which two pictures are the same.
TOLERANCE = 4.0
# Details of an enlarged picture depend on the filter, and each pixel of a small one on the quality of the JPEG: they are
# compared with fewer averages, and tiny ones only in the preview.
FINE_FROM = 512
COARSE = 8
SQUARE_FROM = 64
PEER_SECONDS = 60
PEER_MEMORY = 6 * 2**30
KNOWN = Path(__file__).with_name("known-differences")


@dataclass
class Verdict:
    """What was found for a file. `kind` is one of KINDS."""

    name: str
    kind: str
    detail: str = ""
    refusal: str = ""
    metadata: list = field(default_factory=list)
    seconds: float = 0.0


KINDS = ["same", "differing", "known", "unfinished", "alone", "refused", "crashed", "hung"]


def peer_pictures(path):
    """The sizes and averages of the picture as each peer reads it. A peer that fails is left out."""
    found = []
    for reader in (peers.pillow, peers.libheif):
        try:
            picture = reader(path)
        # Pillow raises errors of every kind for damaged files.
        except Exception:
            continue
        if picture is not None:
            found.append(summary(picture))
    if not found:
        try:
            found.append(summary(peers.pillow_as_far_as_it_goes(path)) | {"unfinished": True})
        except Exception:
            return []
    return found


def summary(picture):
    side = min(picture.size)
    boxes = peers.SIDE if side >= FINE_FROM else COARSE
    return {
        "size": picture.size,
        "unfinished": False,
        "boxes": boxes,
        "preview": peers.averages(picture, boxes),
        "square": peers.averages(peers.centered_square(picture), boxes) if side >= SQUARE_FROM else None,
    }


def in_child(work, *arguments):
    """Runs a function in a process that may crash, or use too much memory or time. Then the result is empty."""
    receiver, sender = multiprocessing.Pipe(duplex=False)

    def run():
        resource.setrlimit(resource.RLIMIT_CPU, (PEER_SECONDS, PEER_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (PEER_MEMORY, PEER_MEMORY))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        sender.send(work(*arguments))

    child = multiprocessing.get_context("fork").Process(target=run)
    child.start()
    sender.close()
    try:
        result = receiver.recv() if receiver.poll(2 * PEER_SECONDS) else []
    except EOFError:
        result = []
    child.kill()
    child.join()
    return result


def judge(program, path, name):
    opened = lapel.ask(program, lapel.OPEN, path)
    if opened.failure:
        return Verdict(name, opened.failure, opened.detail, seconds=opened.seconds)
    found = in_child(peer_pictures, path)
    if opened.refusal:
        reads = ", which Pillow reads" if any(not peer["unfinished"] for peer in found) else ""
        return Verdict(name, "refused", f"{opened.detail}{reads}", opened.refusal, seconds=opened.seconds)
    square = lapel.ask(program, lapel.SQUARE, path)
    if square.failure:
        return Verdict(name, square.failure, f"making the square, {square.detail}", seconds=square.seconds)
    if square.refusal:
        return Verdict(name, "crashed", f"opened, but no square: {square.refusal}", seconds=square.seconds)
    metadata = lapel.leftovers(opened.picture) + lapel.leftovers(square.picture)
    verdict = Verdict(name, "alone", metadata=metadata, seconds=max(opened.seconds, square.seconds))
    if found:
        distance, problem = min((compare(opened, square, peer) for peer in found), key=lambda pair: pair[0])
        if distance <= TOLERANCE:
            verdict.kind = "same"
        elif all(peer["unfinished"] for peer in found) and "EndsEarly" in opened.info["notes"]:
            verdict.kind = "unfinished"
        else:
            verdict.kind, verdict.detail = "differing", problem
    return verdict


def compare(opened, square, peer):
    """The distance to the picture of a peer, and a text about it."""
    size = (opened.info["width"], opened.info["height"])
    if size != peer["size"]:
        return 256.0, f"{size} instead of {peer['size']}"
    notes = f" {' '.join(opened.info['notes'])}" if opened.info["notes"] else ""
    distances = {
        name: distance(peers.averages(decoded(answer), peer["boxes"]), peer[name])
        for name, answer in (("preview", opened), ("square", square))
        if peer[name] is not None
    }
    worst = max(distances, key=distances.get)
    return distances[worst], f"by {distances[worst]:.1f} in the {worst}{notes}"


def decoded(answer):
    return peers.to_rgb(Image.open(io.BytesIO(answer.picture)))


def distance(ours, theirs):
    return float(numpy.abs(ours - theirs).mean())


def known_differences():
    """Patterns of names, each with the reason why the difference is right."""
    rows = [row for row in KNOWN.read_text().splitlines() if row and not row.startswith("#")]
    return [tuple(row.split(None, 1)) for row in rows]


def all_files(folders):
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                yield path, str(path.relative_to(folder))


def main(program, folders):
    started = time.monotonic()
    files = list(all_files(folders))
    known = known_differences()
    verdicts = []
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        work = [pool.submit(judge, program, path, name) for path, name in files]
        for job in work:
            verdict = job.result()
            reasons = [reason for pattern, reason in known if fnmatch.fnmatch(verdict.name, pattern)]
            if verdict.kind == "differing" and reasons:
                verdict.kind, verdict.detail = "known", f"{verdict.detail}: {reasons[0]}"
            verdicts.append(verdict)
            if len(verdicts) % 500 == 0:
                print(f"{len(verdicts)} of {len(files)} files", file=sys.stderr)
            if verdict.kind in ("crashed", "hung", "differing") or verdict.metadata:
                print(f"{verdict.kind}: {verdict.name} {verdict.detail} {verdict.metadata or ''}", flush=True)
    report(verdicts)
    print(f"\n{len(verdicts)} files in {time.monotonic() - started:.0f} s")
    bad = [verdict for verdict in verdicts if verdict.kind in ("crashed", "hung", "differing") or verdict.metadata]
    return 1 if bad else 0


def report(verdicts):
    of_kind = {kind: [verdict for verdict in verdicts if verdict.kind == kind] for kind in KINDS}
    print("\nRefused:")
    for reason, count in Counter(verdict.refusal for verdict in of_kind["refused"]).most_common():
        print(f"  {count:5} {reason}")
    listed("Refused, but read by Pillow", [v for v in of_kind["refused"] if v.detail.endswith("which Pillow reads")],
           lambda verdict: f"{verdict.refusal}: {verdict.name} {verdict.detail.removesuffix(', which Pillow reads')}")
    for kind in ("known", "differing", "hung", "crashed"):
        listed(kind.capitalize(), of_kind[kind], lambda verdict: f"{verdict.name} {verdict.detail}")
    listed("Metadata left", [v for v in verdicts if v.metadata], lambda verdict: f"{verdict.name} {verdict.metadata}")
    slowest = sorted(verdicts, key=lambda verdict: -verdict.seconds)[:5]
    listed("Longest processor time", slowest, lambda verdict: f"{verdict.seconds:.1f} s {verdict.name}")

    print(f"\n{'':40}{'files':>7}" + "".join(f"{kind:>11}" for kind in KINDS) + f"{'metadata':>11}")
    groups = sorted({Path(verdict.name).parts[0] for verdict in verdicts if "/" in verdict.name})
    for group in groups:
        table_row(group, [verdict for verdict in verdicts if verdict.name.startswith(f"{group}/")])
    table_row("all", verdicts)
    print("known: differing for a known reason. unfinished: cut off, so that both show only a part and fill the rest in")
    print("their own way. alone: read by Lapel only.")


def listed(title, verdicts, text):
    if verdicts:
        print(f"\n{title} ({len(verdicts)}):")
        for line in sorted(map(text, verdicts)):
            print(f"  {line}")


def table_row(name, verdicts):
    counts = Counter(verdict.kind for verdict in verdicts)
    left = sum(bool(verdict.metadata) for verdict in verdicts)
    print(f"{name[:39]:40}{len(verdicts):7}" + "".join(f"{counts[kind]:11}" for kind in KINDS) + f"{left:11}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
