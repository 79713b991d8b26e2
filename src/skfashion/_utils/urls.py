"""URLs in messages."""

import re


def without_passwords(text: str) -> str:
    """Replace the passwords of all URLs in a text by dots."""
    text = re.sub(r"(://[^:/@\s]*):\S*@", r"\1:...@", text)
    return re.sub(r"([?&]password=)[^&\s]*", r"\1...", text)
