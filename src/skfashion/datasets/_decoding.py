"""Image files as arrays: the memory that one takes, the limit of its pixels, and its pixels.

An image is flattened and made smaller by strips, so that its decoded pixels are in memory once.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from skfashion.datasets._formats import Opened, UnreadableError, open_image, pillows_limit_raised

BUDGET = 10**9  # bytes that all images being decoded may take
MAX_PIXELS = 200_000_000  # of a file; more are likely a mistake, or an attack on memory
STRIP_PIXELS = 2**20
STRIP_BYTES = 20 * STRIP_PIXELS  # for a strip, its transparency, and white below it
REDUCING_GAP = 3  # whole pixels are averaged until the image is 3 times too large; Pillow's word for this number
ORIENTATION = 0x0112  # the tag in EXIF data
DECODERS_NEED = {"TIFF": 2, "WEBP": 4, "AVIF": 3, "HEIF": 3, "JPEG2000": 6}  # times the memory of the pixels
PROGRESSIVE_BYTES = 6  # for each pixel of a progressive JPEG file, of any size to which it is decoded


class Wanted(NamedTuple):
    """The form in which images are wanted."""

    size: tuple[int, int] | None  # (height, width), or None for their own
    color: bool
    max_pixels: int | None  # of a file, or None for as many as fit into the budget


class Header(NamedTuple):
    """An image that is not decoded yet."""

    opened: Opened
    factor: int  # by which whole pixels are averaged
    n_pixels: int  # that the decoder gives, which may be fewer than the file has
    n_bytes: int  # that it takes to decode it

    def close(self):
        """Close the file."""
        self.opened.close()


class Decoded(NamedTuple):
    """An upright image."""

    pixels: np.ndarray  # (height, width) or (height, width, 3), uint8, or uint16 for 16 bits of grey
    largest: int | None  # value of 16 bits in the file
    has_frames: bool  # more than the one that was read


def read_header(path: Path, wanted: Wanted) -> Header:
    """Open an image, and plan how it is decoded.

    Raises
    ------
    UnreadableError
        If it has too many pixels, or pixels of an unknown range.
    """
    opened = open_image(path)
    try:
        image, size = opened.image, opened.image.size
        n_pixels = size[0] * size[1]
        _check_depth(image)
        small_size = _decode_smaller(opened, wanted)
        factor = 1 if wanted.size is None else max(1, min(small_size) // (REDUCING_GAP * max(wanted.size)))
        n_decoded = small_size[0] * small_size[1]
        n_bytes = n_decoded * _bytes_per_pixel(image, wanted, factor)
        if image.info.get("progressive"):  # libjpeg keeps the coefficients of all pixels
            n_bytes += n_pixels * PROGRESSIVE_BYTES
        _check_pixels(size, n_bytes, wanted.max_pixels)
        return Header(opened, factor, n_decoded, int(n_bytes) + min(STRIP_BYTES, 20 * n_decoded))
    except BaseException:
        opened.close()
        raise


def _check_depth(image):
    if image.mode.startswith(("I", "F")) and not _is_16_bit(image):
        raise UnreadableError(
            "it has 32 bits for each pixel, with an unknown range; save such images as .npy", "replace it"
        )


def _is_16_bit(image):
    return image.mode.startswith("I;16") or (image.mode == "I" and image.format in ("PNG", "PPM"))


def _decode_smaller(opened, wanted) -> tuple[int, int]:
    """Ask the decoder for fewer pixels if it can skip some, and at least twice as many as are wanted at each side."""
    image = opened.image
    if wanted.size is None:
        return image.size
    least = 2 * max(wanted.size)
    if image.format == "JPEG2000":
        image.reduce = halvings = _halvings(opened.file, image.size, least)
        return image.size[0] >> halvings, image.size[1] >> halvings
    image.draft("RGB" if wanted.color else "L", (least, least))  # of other formats than JPEG, this asks nothing
    return image.size


def _halvings(file, size, least):
    """Return how many times both sides can be halved; a JPEG 2000 file says in its header how often it allows it."""
    place = file.tell()
    file.seek(0)
    head = file.read(2**16)
    file.seek(place)
    start = head.find(b"\xff\x4f\xff\x51")
    coding = head.find(b"\xff\x52", start + 4 + int.from_bytes(head[start + 4 : start + 6]))
    if start < 0 or coding < 0 or len(head) < coding + 10:
        return 0
    return min(head[coding + 9], max(0, (min(size) // least).bit_length() - 1))


def _bytes_per_pixel(image, wanted, factor):
    deep = _is_16_bit(image)
    decoded = 1 if image.mode in ("1", "L", "P") else 2 if image.mode.startswith("I;16") else 4
    flat = (4 if wanted.size else 2) if deep else 3 if wanted.color else 1
    return decoded * DECODERS_NEED.get(image.format, 1) + flat / factor**2


def _check_pixels(size, n_bytes, max_pixels):
    n_pixels = size[0] * size[1]
    fitting = int(BUDGET / n_bytes * n_pixels) if n_bytes else n_pixels
    limit = min(MAX_PIXELS, fitting) if max_pixels is None else max_pixels
    if n_pixels > limit:
        reason = f"it has {size[0]}x{size[1]} = {n_pixels:,} pixels, more than the limit of {limit:,}"
        raise UnreadableError(reason, f"pass max_pixels={n_pixels} (--max-pixels) if there is memory for it")


def decode(header: Header, wanted: Wanted) -> Decoded:
    """Decode an image, and close its file."""
    image = header.opened.image
    try:
        has_frames = image.format != "MPO" and bool(getattr(image, "is_animated", False))  # MPO: a photo's preview
        with pillows_limit_raised(header.n_pixels):
            image.load()
        deep = _is_16_bit(image)
        orientation = image.getexif().get(ORIENTATION, 1)
        flat, largest = _flat(image, wanted, header.factor, deep)
        full_size = image.size
    finally:
        header.close()
    if wanted.size is not None:
        height, width = wanted.size if orientation < 5 else wanted.size[::-1]
        flat = _resized(flat, (width, height), tuple(side / header.factor for side in full_size))
    pixels = _upright(flat, orientation)
    if wanted.color and deep:
        pixels = np.broadcast_to(pixels[:, :, np.newaxis], (*pixels.shape, 3))  # takes no memory
    return Decoded(pixels, largest if deep else None, has_frames)


def _flat(image, wanted, factor, deep):
    """Return grey or coloured pixels without transparency, averaged by the factor, and the largest value."""
    width, height = image.size
    channels = (3,) if wanted.color and not deep else ()
    dtype = np.uint8 if not deep else np.uint16 if wanted.size is None else np.float32
    flat = np.empty((-(-height // factor), -(-width // factor), *channels), dtype)
    step, largest = max(1, STRIP_PIXELS // (width * factor)) * factor, 0
    for top in range(0, height, step):
        strip = image.crop((0, top, width, min(top + step, height)))
        if deep:
            strip, most = _floats(strip)
            largest = max(largest, most)
        else:
            strip = _without_transparency(strip, "RGB" if wanted.color else "L")
        strip = strip.reduce(factor) if factor > 1 else strip
        flat[top // factor : (top + step) // factor] = strip
    return flat, largest


def _floats(strip):
    """Return 16 bits of grey as floats, since Pillow would not average them, and their largest value."""
    from PIL import Image

    values = np.asarray(strip)
    return Image.fromarray(values.astype(np.float32)), int(values.max())


def _without_transparency(strip, mode):
    """Put transparent pixels on white. Averages are right after it, too: white takes part in them by its share."""
    from PIL import Image

    if strip.has_transparency_data:
        strip = strip.convert("RGBA")
        strip = Image.alpha_composite(Image.new("RGBA", strip.size, "white"), strip)
    return strip if strip.mode == mode else strip.convert(mode)


def _resized(flat, size, box):
    """Resize the part of the image within the box: averaging has made its last row and column too large."""
    from PIL import Image

    if flat.shape[1::-1] != size or box != size:
        flat = np.asarray(Image.fromarray(flat).resize(size, Image.Resampling.BICUBIC, (0, 0, *box)))
    if flat.dtype == np.float32:
        return np.uint16(np.rint(flat.clip(0, 65535)))
    return flat


def _upright(pixels, orientation):
    """Turn and mirror the pixels by their EXIF orientation, without a copy."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels
