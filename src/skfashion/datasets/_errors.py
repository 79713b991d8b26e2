"""Errors of files of data."""

from pathlib import Path


class DatasetError(ValueError):
    """An error of data that is missing, damaged or wrong; the message names the file and the way out."""

    def __init__(self, path: Path, problem: str, way_out: str = "delete it and fetch it again"):
        super().__init__(f"{path} {problem}; {way_out}.")
