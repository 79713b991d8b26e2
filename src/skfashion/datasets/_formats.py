"""Formats of image files: the decoder of a file, and the package that is missing for one."""

import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "PPM", "TIFF", "WEBP", "ICO", "JPEG2000", "AVIF")  # by their first bytes
PREFIX = 16  # bytes that tell the format
MAX_WEBP_PIXELS = 2**28  # of the format; Pillow checks them when it reads the header

HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
AVIF_BRANDS = (b"avif", b"avis")
HEIC_EXTRA = "pip install 'skfashion[heic]'"
AVIF_EXTRA = "pip install 'pillow>=11.3'"


class UnreadableError(ValueError):
    """An image that cannot be read, with the way out."""

    def __init__(self, reason: str, way_out: str = "delete or replace it"):
        super().__init__(reason)
        self.way_out = way_out


class Opened(NamedTuple):
    """An image with its header read and its pixels not decoded."""

    file: BinaryIO
    image: Any  # PIL.ImageFile.ImageFile, or that of another package

    def close(self):
        """Close the file and free the decoded pixels."""
        self.image.close()
        self.file.close()


def open_image(path: Path) -> Opened:
    """Open an image file. In contrast to `PIL.Image.open`, this sets no limit on its pixels.

    Raises
    ------
    UnreadableError
        If no decoder for the file is installed.
    """
    file = path.open("rb")
    try:
        prefix = file.read(PREFIX)
        largest = MAX_WEBP_PIXELS if prefix.startswith(b"RIFF") else 0
        for factory in _factories(prefix, path.suffix.lower()):
            file.seek(0)
            # The errors say that it is of another format.
            with suppress(SyntaxError, IndexError, TypeError, struct.error), pillows_limit_raised(largest):
                return Opened(file, factory(file, str(path)))
        raise _unknown(prefix)
    except BaseException:
        file.close()
        raise


def _factories(prefix, suffix) -> Iterator:
    """Yield the decoders that may take the file."""
    from PIL import Image

    Image.preinit()
    for name in FORMATS:
        if name not in Image.OPEN:
            Image.init()  # imports all formats, which most folders do not need
        factory, accept = Image.OPEN.get(name, (None, None))
        if factory is not None and accept is not None and accept(prefix) is True:
            yield factory
    if suffix == ".tga":  # the format has no sign of its own
        yield Image.OPEN["TGA"][0]
    if _brand(prefix) in HEIC_BRANDS:
        with suppress(ImportError):
            from pillow_heif import HeifImageFile

            yield HeifImageFile


def _unknown(prefix):
    brand = _brand(prefix)
    if brand in HEIC_BRANDS:
        return UnreadableError(f"HEIC files need {HEIC_EXTRA}", HEIC_EXTRA)
    if brand in AVIF_BRANDS:
        return UnreadableError(f"AVIF files need {AVIF_EXTRA}", AVIF_EXTRA)
    return UnreadableError("its format is unknown")


def _brand(prefix):
    """Return the brand of a file in the container of MPEG-4, to which HEIC and AVIF belong."""
    return prefix[8:12] if prefix[4:8] == b"ftyp" else b""


_one_at_a_time = threading.Lock()


@contextmanager
def pillows_limit_raised(n_pixels) -> Iterator[None]:
    """Let Pillow take so many pixels: some of its decoders check them, too, by a limit for the whole process."""
    from PIL import Image

    if n_pixels <= (Image.MAX_IMAGE_PIXELS or n_pixels):
        yield
        return
    with _one_at_a_time:
        before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, n_pixels
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before
