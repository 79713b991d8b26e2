"""What a user can put right."""


class InputError(Exception):
    """The input or the arguments are wrong; the message is one line for the user."""
