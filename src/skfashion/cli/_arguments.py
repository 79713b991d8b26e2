"""Types of arguments on the command line."""

import argparse
import ast

from skfashion.cli._defaults import AUTO


def image_size(text: str) -> tuple[int, int] | str:
    """Read a number of pixels, HEIGHTxWIDTH, or auto."""
    if text == AUTO:
        return text
    sides = text.lower().split("x")
    if len(sides) > 2 or not all(side.isdecimal() and int(side) >= 1 for side in sides):
        raise argparse.ArgumentTypeError(f"{text!r} must be a number of pixels, such as 28, HEIGHTxWIDTH, or {AUTO}")
    return int(sides[0]), int(sides[-1])


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
