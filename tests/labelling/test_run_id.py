import hashlib

import numpy as np
import pytest

from skfashion.labelling import run_id


def test_the_id_is_the_hash_of_labels_and_names():
    labels = np.array([3, -1, 3], dtype=np.int32)
    said = labels.astype("<i8").tobytes() + "a.png\nü.png\n".encode() + b"\xff.png"
    assert run_id(labels, ["a.png", "ü.png", "\udcff.png"]) == hashlib.sha256(said).hexdigest()[:16]
    assert run_id(labels) == hashlib.sha256(said[:24]).hexdigest()[:16]


@pytest.mark.parametrize("kind", [np.int16, np.uint8, np.int64, np.float64, ">i4"])
def test_the_id_does_not_depend_on_the_type_of_the_labels(kind):
    assert run_id(np.array([0, 1, 7], dtype=kind)) == run_id([0, 1, 7])
