"""What can be wrong with a file of data."""

from pathlib import Path


class DatasetError(ValueError):
    """Data is missing, damaged or not what it should be; the message names the file and the way out."""

    def __init__(self, path: Path, problem: str, way_out: str = "delete it and fetch it again"):
        super().__init__(f"{path} {problem}; {way_out}.")
