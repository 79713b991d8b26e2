"""What may be shown to others of a text with URLs."""

import re


def without_passwords(text: str) -> str:
    """The text, the passwords of its URLs left out."""
    text = re.sub(r"(://[^:/@\s]*):\S*@", r"\1:...@", text)
    return re.sub(r"([?&]password=)[^&\s]*", r"\1...", text)
