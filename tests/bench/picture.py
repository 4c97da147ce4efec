"""Times `prepare IN OUT` and vipsthumbnail alternately on every photo. Fails if ours exceeds its share of the vips time."""

import pathlib
import statistics
import subprocess
import sys
import time

ROUNDS = 11
# Maximum time relative to vipsthumbnail.
MAX_RATIO = {"48-megapixels.jpg": 0.8}
DEFAULT_MAX_RATIO = 1.0


def milliseconds(command):
    begun = time.perf_counter()
    subprocess.run(command, check=True)
    return (time.perf_counter() - begun) * 1000


folder, prepare = pathlib.Path(sys.argv[1]), sys.argv[2]
photos = sorted(file for file in folder.iterdir() if file.suffix in (".jpg", ".png") and "-megapixels" in file.name)
slow = []
for photo in photos:
    made = folder / "made"
    made.mkdir(exist_ok=True)
    ours = [prepare, photo, made / "ours.jpg"]
    vips = ["vipsthumbnail", photo, "--size", "512x512", "--smartcrop", "centre", "-o", made.resolve() / "vips.jpg"]
    times = {"lapel": [], "vips": []}
    # The first round only warms up the disk cache.
    for counts in [False] + ROUNDS * [True]:
        for name, command in (("lapel", ours), ("vips", vips)):
            taken = milliseconds(command)
            if counts:
                times[name].append(taken)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    ratio = medians["lapel"] / medians["vips"]
    name = f"picture-{photo.stem}"
    print(f"{name} {medians['lapel']:.1f} ms ratio {ratio:.2f}")
    print(f"{name}-vips {medians['vips']:.1f} ms", flush=True)
    if ratio > MAX_RATIO.get(photo.name, DEFAULT_MAX_RATIO):
        slow.append(photo.name)
if slow:
    sys.exit(f"Slower than allowed: {', '.join(slow)}")
