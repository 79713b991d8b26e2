"""Text on its way to the terminal, whose names and messages may come from anybody."""

import os
import sys
import unicodedata

KEPT = "\n\t"


def printable(text: object) -> str:
    """Return a text in which characters that could control a terminal, or that no encoding has, are written out.

    Names of files and messages of plugins may hold escape sequences, which a terminal would obey.
    """
    return "".join(character if _is_plain(character) else _written_out(character) for character in str(text))


def _is_plain(character):
    category = unicodedata.category(character)
    return character in KEPT or not (category.startswith("C") or category in ("Zl", "Zp"))


def _written_out(character):
    return character.encode("unicode_escape", errors="backslashreplace").decode()


def print_to_stderr(text: object) -> None:
    """Print a text on stderr."""
    print(printable(text), file=sys.stderr)


def replace_closed_streams() -> None:
    """Send to nowhere what is for stdout and stderr if a program has closed them: Python has None there."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (open until the end)


def never_fail_to_encode() -> None:
    """Let stdout and stderr write out the characters that their encoding does not have."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
