"""The file of a saved model: an archive of skops with a manifest, written whole or not at all, and verified."""

import hashlib
import io
import json
import os
import platform
import zipfile
from contextlib import contextmanager
from importlib.metadata import version

import skfashion
from skfashion._utils.files import write_file
from skfashion._utils.special_files import is_special
from skfashion._utils.unpacking import NPY, ZIP, begins_with, check_npy, check_npz, check_unpacked

FORMAT = "skfashion model"
FORMAT_VERSION = 2  # 1 kept networks in another form; it was never released
MANIFEST = "manifest.json"
MAX_PROBLEM = 300  # characters
PACKAGES = ("scikit-learn", "numpy", "keras", "skops")  # the manifest has their versions, and ours


class ModelFileError(ValueError):
    """An error of a model that cannot be saved, or of a file: damaged, not a model, or of another version."""


class UntrustedModelError(ModelFileError):
    """An error of a model that holds something that could run code when it is loaded or used."""


def damaged(path, problem):
    problem = " ".join(str(problem).split()).rstrip(".")
    if len(problem) > MAX_PROBLEM:  # it can show a whole array
        problem = f"{problem[:MAX_PROBLEM]}..."
    return ModelFileError(f"{path} is not a model that skfashion has saved, or is damaged: {problem}.")


def with_manifest(content, **facts):
    """Append a manifest to an archive of skops."""
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a", compression=zipfile.ZIP_STORED) as archive:
        manifest = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "versions": {
                "python": platform.python_version(),
                "skfashion": skfashion.__version__,
                **_versions(),
            },
            "backend": os.environ.get("KERAS_BACKEND"),
            **facts,
            "sha256": {name: _sha256(archive, name) for name in archive.namelist()},
        }
        archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
    return buffer.getvalue()


def _versions():
    return {package: version(package) for package in PACKAGES}


def _sha256(archive, name):
    return hashlib.sha256(archive.read(name)).hexdigest()


def write(path, content):
    """Write all of the file or nothing of it, even if the power fails."""
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path.parent} is no folder; make it, or save to another folder.")
    write_file(path, content)


def _content(path):
    """Read a file; a pipe or a device may have no end."""
    if not path.is_dir() and is_special(path):
        raise ModelFileError(f"{path} is not a regular file; give a file that skfashion has saved.")
    return path.read_bytes()


def read(path):
    """Read a file and its manifest, and check every part against the manifest."""
    content = _content(path)
    with refusing_damage(path), zipfile.ZipFile(io.BytesIO(content)) as archive:
        manifest = _manifest(path, archive)
        sha256, names = manifest["sha256"], archive.namelist()
        n_different = len({name.casefold() for name in names})  # some file systems ignore the case
        if len(names) != n_different or set(names) != {MANIFEST, *sha256}:
            raise damaged(path, "its parts are not those of its manifest")
        for name, expected in sha256.items():
            if _sha256(archive, name) != expected:
                raise damaged(path, f"its part {name} has another SHA-256 than when it was saved")
        _check_arrays(archive, len(content))
    return content, manifest


def _check_arrays(archive, n_bytes):
    """Check what the arrays promise, whatever their names; sparse ones are archives themselves, and packed."""
    n_unpacked = 0
    for part in archive.infolist():
        with archive.open(part) as stream:
            if begins_with(NPY, stream):
                check_npy(stream, part.file_size)
            elif begins_with(ZIP, stream):
                n_unpacked += check_npz(stream)
    check_unpacked(n_unpacked, n_bytes)


@contextmanager
def refusing_damage(path):
    """Turn the exceptions of damaged or forged archives into our own."""
    try:
        yield
    except ModelFileError:
        raise
    except zipfile.BadZipFile as error:
        raise damaged(path, f"it is no zip archive, or is cut short ({error})") from error
    except Exception as error:
        raise damaged(path, str(error)) from error


def read_manifest_only(path):
    """Read the manifest and nothing else."""
    content = _content(path)
    with refusing_damage(path), zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _manifest(path, archive)


def _manifest(path, archive):
    if any(
        part.compress_type != zipfile.ZIP_STORED for part in archive.infolist()
    ):  # a small file could take much memory
        raise damaged(path, "its parts are compressed, which save never does")
    if MANIFEST not in archive.namelist():
        raise damaged(path, "it has no manifest of a model")
    try:
        manifest = json.loads(archive.read(MANIFEST))
    except (ValueError, RecursionError):
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise damaged(path, "it has no manifest of a model")
    kinds = {"format_version": int, "versions": dict, "metadata": dict, "layouts": list, "sha256": dict}
    if not all(isinstance(manifest.get(name), kind) for name, kind in kinds.items()):
        raise damaged(path, "its manifest is incomplete")
    if manifest["format_version"] < FORMAT_VERSION:
        raise ModelFileError(
            f"{path} has format {manifest['format_version']}, of an early version of skfashion, which is no longer "
            "read; fit the model and save it again."
        )
    if manifest["format_version"] > FORMAT_VERSION:
        writer = manifest["versions"].get("skfashion", "a later version")
        raise ModelFileError(
            f"{path} has format {manifest['format_version']}, of skfashion {writer}; this is {skfashion.__version__}, "
            f"which reads formats up to {FORMAT_VERSION}: upgrade skfashion."
        )
    return manifest


def other_versions(manifest):
    """Name the versions of the saved model that differ from the installed ones."""
    saved, here = manifest["versions"], _versions()
    others = [
        f"{name} {saved[name]}, here {here[name]}" for name in PACKAGES if saved.get(name, here[name]) != here[name]
    ]
    return f" (saved with {'; '.join(others)})" if others else ""
