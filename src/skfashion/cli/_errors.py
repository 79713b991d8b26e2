"""Errors that a user can mend."""


class InputError(Exception):
    """An error in the input or the arguments; its message is one line."""
