"""Image files in a folder, decoded by Pillow."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np

from skfashion.datasets._errors import DatasetError

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm", ".pnm")
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")  # formats that Pillow reads without other programs

MAX_AT_ONCE = 100  # large files in memory, in addition to the result
MIN_LARGE_FILE = 10_000  # bytes; the first file decides
CALLBACK_INTERVAL = 100  # files between two calls
MAX_BYTES = 4 * 2**30  # of pixels; more are likely due to a forgotten image_size


class Files(NamedTuple):
    """The images of a folder."""

    pixels: np.ndarray  # (n_files, height, width) or (n_files, height, width, 3), uint8
    names: list[str]  # relative to the folder
    classes: list[str] | None  # subfolder of each file
    skipped: dict[str, str]  # reason by name


def read_folder(
    folder: Path,
    *,
    size: tuple[int, int] | None,
    color: bool,
    skip_unreadable: bool,
    callback: Callable[[int, int], object] | None,
) -> Files:
    """Read the image files in a folder and its subfolders in the order of their names."""
    paths = _find(folder)
    mode = "RGB" if color else "L"
    if size is not None:
        _check_room(folder, len(paths), (*size, 3) if color else size)
    results = _decoded(partial(_pixels_or_error, size=size, mode=mode), paths)
    pixels, kept, skipped = None, list[str](), dict[str, str]()
    for path, image in _told(results, callback, len(paths)):
        name = path.relative_to(folder).as_posix()
        if isinstance(image, Exception):
            if not skip_unreadable:
                raise _unreadable(path, image) from image
            skipped[name] = _reason(image)
            continue
        if pixels is None:
            _check_room(folder, len(paths), image.shape)
            pixels = np.empty((len(paths), *image.shape), np.uint8)
        if image.shape != pixels.shape[1:]:
            raise _other_size(path, image, folder / kept[0], pixels[0])
        pixels[len(kept)] = image
        kept.append(name)
    if pixels is None:
        raise DatasetError(folder, f"holds {len(paths)} image files, and all are unreadable", "replace them")
    return Files(pixels[: len(kept)], kept, _classes(kept), skipped)


def _find(folder):
    try:
        next(folder.iterdir(), None)  # rglob ignores a folder without permission
    except OSError as error:
        raise DatasetError(folder, f"cannot be read ({error.strerror})", "allow it to be read") from error
    files = [path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and not path.is_dir()]
    paths = sorted(path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts))
    if not paths:
        raise DatasetError(folder, "holds no image files", f"put some there: {', '.join(SUFFIXES)}")
    return paths


def _decoded(reader, paths) -> Iterator[tuple[Path, np.ndarray | Exception]]:
    """Yield each path and what the reader returns for it, with a bounded number read ahead.

    Pillow decodes without the GIL: threads are faster on photographs, and slower on small images, because they wait for
    each other after each image.
    """
    if _size_on_disk(paths[0]) < MIN_LARGE_FILE:
        yield from ((path, reader(path)) for path in paths)
        return
    with ThreadPoolExecutor() as pool:
        for start in range(0, len(paths), MAX_AT_ONCE):
            some = paths[start : start + MAX_AT_ONCE]
            yield from zip(some, pool.map(reader, some), strict=True)


def _size_on_disk(path):
    return path.stat().st_size if path.exists() else 0


def _told(results, callback, n_files):
    """Yield the results, and call the callback now and then."""
    for i, result in enumerate(results, start=1):
        yield result
        if callback is not None and (i % CALLBACK_INTERVAL == 0 or i == n_files):
            callback(i, n_files)


def _pixels_or_error(path, *, size, mode):
    try:
        return _pixels(path, size, mode)
    except Exception as error:  # decoders raise many exceptions for damaged files
        return error


def _unreadable(path, error):
    if isinstance(error, OSError) and error.errno is not None:  # an error of the disk, not of the file
        return DatasetError(path, f"cannot be read ({error.strerror})", "allow it to be read")
    way_out = "delete or replace it, or skip unreadable files (--skip-unreadable)"
    return DatasetError(path, f"is not a readable image ({_reason(error)})", way_out)


def _reason(error):
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):  # its message is the path
        return "its format is unknown"
    if isinstance(error, OSError) and error.errno is not None:
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__


def _pixels(path, size, mode):
    """Decode an image to bytes: upright, grey or RGB, of the size (height, width) if one is given."""
    from PIL import Image, ImageOps

    with Image.open(path, formats=FORMATS) as image:
        if size is not None:
            image.draft(
                mode, (2 * max(size), 2 * max(size))
            )  # large JPEG files: skip detail that the resizing would remove
        flat = _without_transparency(_eight_bits(ImageOps.exif_transpose(image), image.format)).convert(mode)
        if size is not None and flat.size != size[::-1]:
            flat = flat.resize(size[::-1], Image.Resampling.BICUBIC)
        return np.asarray(flat)


def _eight_bits(image, file_format):
    """Bring 16 bits of grey to 8; Pillow would clip them."""
    from PIL import Image

    if not image.mode.startswith(("I", "F")):
        return image
    is_16_bit = image.mode.startswith("I;16") or (image.mode == "I" and file_format == "PNG")  # Pillow < 11.3 says "I"
    if not is_16_bit:
        raise ValueError("it has 32 bits for each pixel, with an unknown range; save such images as .npy")
    return Image.fromarray(np.uint8(np.rint(np.asarray(image).astype(np.float64) / 257)))


def _without_transparency(image):
    """Put transparent pixels on white."""
    from PIL import Image

    if not image.has_transparency_data:
        return image
    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)


def _check_room(folder, n_images, shape):
    n_bytes = n_images * prod(shape)
    if n_bytes > MAX_BYTES:
        size = f"{n_images:,} images of {_size(shape)} pixels, {n_bytes / 2**30:,.1f} GiB"
        way_out = "pass image_size (--image-size), 64 for example, to make them smaller"
        raise DatasetError(folder, f"holds {size}", way_out)


def _other_size(path, image, first_path, first):
    problem = f"has {_size(image.shape)} pixels, but {first_path.name} has {_size(first.shape)}"
    way_out = f"pass image_size (--image-size), {first.shape[0]} for example, to resize all to one size"
    return DatasetError(path, problem, way_out)


def _size(shape):
    return f"{shape[1]}x{shape[0]}"


def _classes(names):
    """Return the first subfolder of each name if all are in subfolders, and these are several."""
    classes = [name.split("/")[0] if "/" in name else "" for name in names]
    return classes if all(classes) and len(set(classes)) > 1 else None
