"""Times our program and a known one alternately on every photo, and measures the peak memory of the decoding process.

JPEG and PNG: the time of `prepare IN OUT` relative to vipsthumbnail. HEIC and AVIF: the processor time of `prepare`
relative to heif-convert, which only decodes. Fails if ours exceeds its limit.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import time

ROUNDS = 11
# Maximum time relative to vipsthumbnail.
MAX_RATIO = {"48-megapixels.jpg": 0.8}
DEFAULT_MAX_RATIO = 1.0
# Maximum processor time for HEIC and AVIF, in milliseconds.
MAX_PROCESSOR_TIME = 2000.0
# Maximum memory of the decoding process, in MiB: the working memory, the program itself and its copy of the answer.
MAX_MEMORY = 320
OPEN = ['"Open"']


def run(command, photo):
    """Runs a command with the photo as its input. Returns its time and processor time in ms, and its memory in MiB."""
    begun = time.perf_counter()
    with open(photo, "rb") as file:
        process = subprocess.Popen(command, stdin=file, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    taken = (time.perf_counter() - begun) * 1000
    if status != 0:
        sys.exit(f"{command[0]} failed")
    return taken, (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024


folder, programs = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
made = folder / "made"
made.mkdir(exist_ok=True)
exceeded = []
for photo in sorted(folder.glob("*-megapixels*.*")):
    is_video = photo.suffix in (".heic", ".avif")
    peer = "libheif" if is_video else "vips"
    ours = [programs / "examples" / "prepare", photo, made / "ours.jpg"]
    theirs = ["heif-convert", "--quiet", photo, made / "theirs.y4m"] if is_video else [
        "vipsthumbnail", photo, "--size", "512x512", "--smartcrop", "centre", "-o", made.resolve() / "vips.jpg"]
    times = {"lapel": [], peer: []}
    # The first round only warms up the disk cache.
    for counts in [False] + ROUNDS * [True]:
        for name, command in (("lapel", ours), (peer, theirs)):
            taken, processor, _ = run(command, photo)
            if counts:
                times[name].append(processor if is_video else taken)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    ratio = medians["lapel"] / medians[peer]
    _, _, memory = run([programs / "lapel-picture", *OPEN], photo)
    name = f"picture-{photo.stem}" + (photo.suffix.replace(".", "-") if is_video else "")
    kind = "ms of processor time" if is_video else "ms"
    print(f"{name} {medians['lapel']:.1f} {kind} ratio {ratio:.2f}")
    print(f"{name}-{peer} {medians[peer]:.1f} {kind}")
    print(f"{name}-memory {memory:.0f} MiB", flush=True)
    is_slow = medians["lapel"] > MAX_PROCESSOR_TIME if is_video else (
        ratio > MAX_RATIO.get(photo.name, DEFAULT_MAX_RATIO))
    if is_slow or memory > MAX_MEMORY:
        exceeded.append(photo.name)
if exceeded:
    sys.exit(f"Slower or larger than allowed: {', '.join(exceeded)}")
