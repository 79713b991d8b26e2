"""Real pictures with known groups, from Debian's packages, and pictures made of them.

apt-get install tuxpaint-stamps-default openclipart-png plasma-workspace-wallpapers
"""

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

from skfashion import read_images

STAMPS = Path("/usr/share/tuxpaint/stamps")  # animals, clothes, food, ...
CLIPART = Path("/usr/share/openclipart/png")  # animals, buildings, food, ...
WALLPAPERS = Path("/usr/share/wallpapers")  # each in several shapes
ICONS = Path("/usr/share/icons")
SIDE = 48  # pixels of the made pictures
MAX_PIXELS = 10_000_000
N_STAMPS, N_OF_A_STAMP, N_CROPS = 30, 80, 75


@cache
def folder(path, side=64):
    """Return the pictures of a folder in colour, shape (n_samples, side, side, 3), and the first subfolders."""
    bunch = read_images(path, image_size=side, color=True, skip_unreadable=True)
    return bunch.data.reshape(-1, side, side, 3), bunch.target


def icons(pattern, side):
    """Return the icons of the folders of a theme in colour, as `folder` does.

    Parameters
    ----------
    pattern : str
        Folders of icons of one size, below that of all themes. A "*" stands for the groups: actions, apps, ...
    side : int
        Height and width of the images.
    """
    place = Path(pattern).parts.index("*")
    rows, groups = [], []
    for path in sorted(ICONS.glob(pattern)):
        rows.append(read_images(path, image_size=side, color=True, skip_unreadable=True).data)
        groups += len(rows[-1]) * [path.relative_to(ICONS).parts[place]]
    return np.concatenate(rows).reshape(-1, side, side, 3), np.array(groups)


@cache
def wallpapers(side=64):
    """Return the wallpapers that have at most 10 million pixels, in the shapes that they come in; groups by name."""
    images, groups = [], []
    for file in sorted(WALLPAPERS.glob("*/contents/images/*")):
        with Image.open(file) as image:
            if image.width * image.height <= MAX_PIXELS:
                images.append(np.asarray(image.convert("RGB").resize((side, side))))
                groups.append(file.parts[4])
    return np.array(images), np.unique(groups, return_inverse=True)[1]


@cache
def crops():
    """Cut squares of several sizes and places from wallpapers; the group is the wallpaper."""
    rng, images, groups = np.random.default_rng(0), [], []
    for path in sorted(WALLPAPERS.iterdir()):
        files = [file for file in path.rglob("images/*") if file.suffix in (".png", ".jpg")]
        if not files:
            continue
        with Image.open(min(files, key=lambda file: file.stat().st_size)) as image:
            image = image.convert("RGB")
        for _ in range(N_CROPS):
            side = int(min(image.size) * rng.uniform(0.5, 0.8))
            left, top = (int(rng.integers(0, whole - side + 1)) for whole in image.size)
            images.append(_small(image.crop((left, top, left + side, top + side))))
            groups.append(path.name)
    return np.array(images), np.unique(groups, return_inverse=True)[1]


@cache
def changed_stamps():
    """Turn, scale, shift, brighten and discolour 30 stamps on light backgrounds; the group is the stamp."""
    rng, images = np.random.default_rng(0), []
    files = sorted(STAMPS.rglob("*.png"))
    for place in rng.permutation(len(files))[:N_STAMPS]:
        stamp = Image.open(files[place]).convert("RGBA")
        stamp.thumbnail((2 * SIDE, 2 * SIDE))
        images += [_changed(stamp, rng) for _ in range(N_OF_A_STAMP)]
    return np.array(images), np.repeat(np.arange(N_STAMPS), N_OF_A_STAMP)


def _changed(stamp, rng):
    background = Image.new("RGBA", (2 * SIDE, 2 * SIDE), (*map(int, rng.integers(180, 256, 3)), 255))
    share = rng.uniform(0.7, 0.95)
    size = [max(1, round(n * share)) for n in stamp.size]
    turned = stamp.resize(size).rotate(rng.normal(0, 15), Image.Resampling.BILINEAR)
    place = [(2 * SIDE - n) // 2 + int(rng.integers(-4, 5)) for n in turned.size]
    background.paste(turned, place, turned)
    image = ImageEnhance.Brightness(background.convert("RGB")).enhance(rng.uniform(0.7, 1.2))
    return _small(ImageEnhance.Color(image).enhance(rng.uniform(0.6, 1.3)))


def _small(image):
    return np.asarray(image.resize((SIDE, SIDE)))


def grey(images):
    """Return the luminance of coloured images, shape (n_samples, height, width), as reading in grey gives it."""
    return np.rint(images @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
