"""Limits of all files that are read: what they may unpack to, what headers may promise."""

import gzip
import io
import os
import zipfile
import zlib
from math import prod
from typing import IO

import numpy as np

MAX_RATIO = 100  # real images and weights are packed to a third or a tenth; only blank ones shrink more
FREE_BYTES = 64 * 2**20  # a packed file of any size may unpack to as many
NPY, ZIP, GZIP = np.lib.format.MAGIC_PREFIX, b"PK\x03\x04", b"\x1f\x8b"  # starts of files


class UnpackingError(ValueError):
    """An error of a file that unpacks to more than its size allows, or that promises more than it has."""


def limit_of(n_stored: int) -> int:
    """Return the number of bytes that a packed file or part of `n_stored` bytes may unpack to."""
    return max(FREE_BYTES, MAX_RATIO * n_stored)


def check_unpacked(n_unpacked: int, n_stored: int) -> None:
    """Refuse packed bytes that unpack to more than the limit.

    Raises
    ------
    UnpackingError
        If they do.
    """
    limit = limit_of(n_stored)
    if n_unpacked > limit:
        raise UnpackingError(
            f"it unpacks to more than {limit:,} bytes, the limit for {n_stored:,} packed ones; if it is what you want, "
            "unpack it yourself"
        )


def open_gzip(path) -> io.BufferedReader:
    """Open a gzipped file that fails when more than the limit has been read from it."""
    return io.BufferedReader(_Limited(gzip.open(path), os.path.getsize(path)), 2**20)


class _Limited(io.RawIOBase):
    """A stream that counts what is read from it."""

    def __init__(self, stream, n_stored):
        self._stream = stream
        self._n_stored = n_stored
        self._n_read = 0

    def readable(self):
        return True

    def readinto(self, buffer):
        part = self._stream.read(len(buffer))
        self._n_read += len(part)
        check_unpacked(self._n_read, self._n_stored)
        buffer[: len(part)] = part
        return len(part)

    def close(self):
        self._stream.close()
        super().close()


def read_exactly(stream: IO[bytes], n_bytes: int) -> bytes:
    """Read a number of bytes in pieces, so that a false promise takes no memory; fewer if the stream ends."""
    parts, left = [], n_bytes
    while left and (part := stream.read(min(left, 2**24))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def unpack_zlib(packed: bytes) -> bytes:
    """Unpack bytes up to the limit; refuse a stream that is cut short."""
    unpacker = zlib.decompressobj()
    unpacked = unpacker.decompress(packed, limit_of(len(packed)) + 1)
    check_unpacked(len(unpacked), len(packed))
    unpacked += unpacker.flush()
    if not unpacker.eof:
        raise UnpackingError("it is cut short")
    return unpacked


def check_zip(archive: zipfile.ZipFile) -> None:
    """Refuse an archive with parts that unpack to more than the limit, by its directory alone.

    zipfile gives no more bytes of a part than the directory says, so that a false size is an error when it is read.
    """
    for part in archive.infolist():
        try:
            check_unpacked(part.file_size, part.compress_size)
        except UnpackingError as error:
            raise UnpackingError(f"{part.filename}: {error}") from error


def check_npz(stream: IO[bytes]) -> int:
    """Refuse an archive of arrays by its directory and their headers; return the bytes that it unpacks to.

    Raises
    ------
    UnpackingError
        If a part unpacks to more than the limit, or promises more than it has.
    """
    with zipfile.ZipFile(stream) as archive:
        check_zip(archive)
        for part in archive.infolist():
            with archive.open(part) as array:
                if begins_with(NPY, array):
                    check_npy(array, part.file_size)
        return sum(part.file_size for part in archive.infolist())


def begins_with(start: bytes, stream: IO[bytes]) -> bool:
    """Tell if a stream begins so, whatever its name says; it stays at its beginning."""
    begins = stream.read(len(start)) == start
    stream.seek(0)
    return begins


def check_npy(stream: IO[bytes], n_bytes: int) -> None:
    """Refuse an .npy file of `n_bytes` bytes with a header that promises more; read the header only."""
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(stream)
    promised = stream.tell() + prod(shape) * dtype.itemsize
    if not dtype.hasobject and promised > n_bytes:
        raise UnpackingError(
            f"its header promises {promised:,} bytes, an array of shape {shape}, and it has {n_bytes:,}"
        )
