"""What may be shown to others of a text with URLs."""

import re


def without_passwords(text: str) -> str:
    """The text, the passwords of its URLs left out."""
    return re.sub(r"(://[^:/@\s]*):[^@\s]*@", r"\1:...@", text)
