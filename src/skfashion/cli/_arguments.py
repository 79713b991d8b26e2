"""Types of arguments on the command line, and an argument of several commands."""

import argparse
import ast
from pathlib import Path

from skfashion.cli._defaults import AUTO


def image_size(text: str) -> tuple[int, int] | str:
    """Read a number of pixels, HEIGHTxWIDTH, or auto."""
    if text == AUTO:
        return text
    sides = text.lower().split("x")
    if len(sides) > 2 or not all(side.isdecimal() and int(side) >= 1 for side in sides):
        raise argparse.ArgumentTypeError(f"{text!r} must be a number of pixels, such as 28, HEIGHTxWIDTH, or {AUTO}")
    return int(sides[0]), int(sides[-1])


def path(text: str) -> Path:
    """Read a path; an empty text, of a variable that is not set, is not the current folder."""
    if not text:
        raise argparse.ArgumentTypeError("'' is no path; give . for the current folder")
    return Path(text)


def positive(text: str) -> int:
    """Read an integer of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} must be an integer of at least 1")
    return int(text)


def number_of_clusters(text: str) -> int | str:
    """Read an integer of at least 1, or auto."""
    if text != AUTO and not (text.isdecimal() and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"{text!r} must be an integer of at least 1, or {AUTO}")
    return text if text == AUTO else int(text)


def value_of_16_bits(text: str) -> int:
    """Read an integer from 1 to 65535."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} must be an integer from 1 to 65535")
    return int(text)


def setting(text: str) -> tuple[str, object]:
    """Split STEP__NAME=VALUE; a value that is no Python literal is a text."""
    name, sign, value = text.partition("=")
    if sign and name.isidentifier() and "__" not in name:
        seeds = "; --seed is for all steps" if name == "random_state" else ""
        raise argparse.ArgumentTypeError(
            f"{text!r} must be STEP__NAME=VALUE, such as reducer__{text} or clusterer__{text}{seeds}"
        )
    if not sign or "__" not in name:
        raise argparse.ArgumentTypeError(f"{text!r} must be STEP__NAME=VALUE, such as reducer__max_iter=200")
    if name == "clusterer__n_clusters":
        raise argparse.ArgumentTypeError(f"{name} is set by --n-clusters")
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value


def seed(text: str) -> int:
    """Read an integer from 0 to 2**32 - 1."""
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} must be an integer from 0 to {2**32 - 1}")
    return int(text)


def add_features(parser: argparse.ArgumentParser, when: str) -> None:
    """Add the argument for features that were made elsewhere; `when` tells when it is needed."""
    parser.add_argument(
        "--features",
        type=path,
        metavar="FILE",
        help="an .npy file of features made elsewhere, by timm or CLIP: a row for each image, in the order of the file "
        f"names. They are clustered instead of the pixels, unscaled; {when}",
    )


def add_label(commands) -> None:
    """Add the command `label`."""
    parser = commands.add_parser(
        "label",
        help="turn clusters into labels, sorted folders and a classifier",
        description="Apply decisions about the clusters in a folder of `skfashion cluster --out`: names, merges, "
        "splits, and images that are moved or left out. The new folder has the label of each image, a classifier for "
        "new images, and a page to go on with; `skfashion label` takes it again.",
    )
    parser.add_argument(
        "clusters", type=path, metavar="CLUSTERS", help="folder of `skfashion cluster --out`, search or label"
    )
    decided = parser.add_mutually_exclusive_group(required=True)
    decided.add_argument("--decisions", type=path, metavar="FILE", help="decisions.json, which the page saves")
    decided.add_argument(
        "--names", type=path, metavar="FILE", help="CSV file with the columns cluster and name; equal names are merged"
    )
    parser.add_argument(
        "--out",
        type=path,
        metavar="DIR",
        required=True,
        help="new folder for labels.csv, names.csv, index.html, model.skfashion, clusters.skfashion and metrics.json",
    )
    sort = parser.add_mutually_exclusive_group()
    sort.add_argument(
        "--copy-to", type=path, metavar="DIR", help="new folder for copies of the files, one folder for each label"
    )
    sort.add_argument("--link-to", type=path, metavar="DIR", help="the same with symbolic links in place of copies")
    parser.add_argument(
        "--images", type=path, metavar="PATH", help="the images, if they have moved since they were clustered"
    )
    add_features(parser, "needed if those that were clustered have moved")


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the arguments for reading images that fit a model."""
    parser.add_argument(
        "--label-column",
        type=lambda text: None if text == "none" else text,
        default="auto",
        metavar="NAME",
        help="the column of labels in a CSV file: its name, its number from 0, or none (default: a column named label, "
        "class, target or y, or the only one without numbers)",
    )
    parser.add_argument(
        "--skip-unreadable", action="store_true", help="leave out image files that cannot be decoded (default: stop)"
    )
    parser.add_argument(
        "--max-pixels",
        type=positive,
        metavar="N",
        help="largest number of pixels of an image file (default: 200 million, or as many as can be decoded in 1 GB)",
    )


def add_sample(parser: argparse.ArgumentParser) -> None:
    """Add the argument for the images of the package."""
    parser.add_argument("--sample", action="store_true", help="use the 5,000 images of the package")


def add_out(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the argument for the folder of results; `what` names the files."""
    parser.add_argument("--out", type=path, metavar="DIR", help=f"folder for {what}")
