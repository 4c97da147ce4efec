"""Reads files with Pillow and heif-convert, and reduces pictures to a few averages that can be compared."""

import io
import subprocess
import tempfile
import warnings
from pathlib import Path

import numpy
import pillow_heif
from PIL import Image, ImageCms, ImageFile, ImageOps, PngImagePlugin

Image.MAX_IMAGE_PIXELS = None
# Without this, Pillow does not read large color profiles.
PngImagePlugin.MAX_TEXT_CHUNK = 2**26
pillow_heif.register_heif_opener()
warnings.simplefilter("ignore")

SIDE = 32
EXACT_FROM = 1500
GRAY = 128
HEIF_ENDINGS = {".heic", ".heics", ".heif", ".hif", ".avif", ".avifs"}
HEIF_PROGRAMS = ["heif-dec", "heif-convert"]
HEIF_SECONDS = 60
# White, red, green and blue.
SRGB_CHROMATICITY = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
SRGB = ImageCms.createProfile("sRGB")


def pillow(path):
    """The first frame as Pillow reads it: upright, in sRGB, without alpha."""
    with Image.open(path) as image:
        image.load()
        return to_rgb(ImageOps.exif_transpose(image))


def pillow_as_far_as_it_goes(path):
    """The same for files that are cut off."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        return pillow(path)
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def libheif(path):
    """The main picture of a HEIC or AVIF file as heif-convert writes it, or nothing for other files."""
    if path.suffix.lower() not in HEIF_ENDINGS:
        return None
    for program in HEIF_PROGRAMS:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "made.png"
            try:
                subprocess.run([program, path, made], capture_output=True, timeout=HEIF_SECONDS)
            except FileNotFoundError:
                continue
            # With several pictures in the file, the names are numbered.
            for file in sorted(Path(folder).glob("*.png")):
                with Image.open(file) as image:
                    image.load()
                    return to_rgb(image)
            return None
    return None


def to_rgb(image):
    info = image.info
    alpha = None
    if image.mode.startswith("I") and isinstance(info.get("transparency"), int):
        opaque = numpy.asarray(image) != info["transparency"]
        alpha = Image.fromarray(opaque.astype(numpy.uint8) * 255)
    image = eight_bits(image)
    if image.mode in ("P", "PA") or "transparency" in image.info and image.mode in ("1", "L", "RGB", "I"):
        image = image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    if image.mode in ("La", "RGBa"):
        image = image.convert({"La": "LA", "RGBa": "RGBA"}[image.mode])
    if image.mode in ("LA", "RGBA"):
        alpha = image.getchannel("A")
        image = image.convert({"LA": "L", "RGBA": "RGB"}[image.mode])
    if image.mode in ("1", "YCbCr", "HSV"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    image = to_srgb(image, info.get("icc_profile"))
    if "gamma" in info and not {"icc_profile", "srgb"} & info.keys():
        image = from_gamma(image, info["gamma"], info.get("chromaticity"))
    if alpha is not None:
        image = Image.composite(image, Image.new("RGB", image.size, (GRAY,) * 3), alpha)
    return image


def eight_bits(image):
    """Pillow clips more than eight bits instead of scaling them."""
    if image.mode.startswith("I"):
        values = numpy.asarray(image).astype(numpy.float64)
        deepest = 65535 if image.mode != "I" or values.max(initial=0) <= 65535 else 2**32 - 1
        return Image.fromarray(numpy.rint(values.clip(0, deepest) * 255 / deepest).astype(numpy.uint8))
    if image.mode == "F":
        values = numpy.nan_to_num(numpy.asarray(image).astype(numpy.float64))
        return Image.fromarray(numpy.rint(values.clip(0, 1) * 255).astype(numpy.uint8))
    return image


def to_srgb(image, profile):
    if image.mode == "LAB":
        return ImageCms.profileToProfile(image, ImageCms.createProfile("LAB"), SRGB, outputMode="RGB")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            # The profile is unusable, or belongs to another number of channels.
            pass
    return image.convert("RGB")


def centered_square(image):
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side))


def from_gamma(image, gamma, chromaticity):
    """Pillow reads the gamma and the primaries of a PNG, but does not apply them."""
    if gamma <= 0:
        return image
    light = (numpy.asarray(image) / 255) ** (1 / gamma)
    if chromaticity and not numpy.allclose(chromaticity, SRGB_CHROMATICITY, atol=0.01):
        light = light @ (numpy.linalg.inv(to_xyz(*SRGB_CHROMATICITY)) @ to_xyz(*chromaticity)).T
    light = light.clip(0, 1)
    encoded = numpy.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return Image.fromarray(numpy.rint(encoded * 255).astype(numpy.uint8))


def to_xyz(white_x, white_y, *primaries):
    """The matrix from RGB to XYZ, relative to the white point."""
    columns = numpy.array([[x, y, 1 - x - y] for x, y in zip(primaries[::2], primaries[1::2])]).T
    white = numpy.array([white_x, white_y, 1 - white_x - white_y]) / white_y
    return columns * numpy.linalg.solve(columns, white) / white[:, None]


def averages(image, side=SIDE):
    """The average colors of side x side boxes."""
    # Pillow puts each pixel into one box, so only many pixels per box give exact averages.
    width, height = (-(-EXACT_FROM // length) * length for length in image.size)
    if (width, height) != image.size:
        image = image.resize((width, height), Image.Resampling.NEAREST)
    return numpy.asarray(image.resize((side, side), Image.Resampling.BOX)).astype(numpy.float64)
