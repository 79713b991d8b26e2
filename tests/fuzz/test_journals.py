"""Journals of searches that are damaged: the search goes on, or an error says why."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skfashion import PipelineSearch

X = np.random.default_rng(0).normal(size=(30, 4))


def search(path, n_trials):
    options = {"n_clusters": 2, "scoring": "silhouette", "refit": False, "random_state": 0}
    return PipelineSearch(["identity"], ["kmeans"], n_trials=n_trials, storage=str(path), **options).fit(X)


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """The lines of a journal with two trials."""
    path = tmp_path_factory.mktemp("journal") / "journal.log"
    search(path, 2)
    return path.read_bytes().splitlines(keepends=True)


@pytest.mark.filterwarnings("ignore")
@given(
    place=st.integers(0, 100),
    change=st.sampled_from(["cut", "drop", "repeat", "insert", "replace"]),
    piece=st.binary(max_size=5) | st.sampled_from([b"null\n", b"{}\n", b'{"op_code":99}\n', b"[]\n", b"\0" * 100]),
    column=st.integers(0, 200),
)
def test_damaged_journals(place, change, piece, column, lines, workspace, says_why):
    number = place % len(lines)
    line, column = lines[number], column % len(lines[number])
    new = {
        "cut": [line[:column]],
        "drop": [],
        "repeat": [line, line],
        "insert": [line[:column] + piece + line[column:]],
        "replace": [line[:column] + piece + line[column + len(piece) :]],
    }[change]
    path = workspace / "journal.log"
    rest = [] if change == "cut" else lines[number + 1 :]
    path.write_bytes(b"".join([*lines[:number], *new, *rest]))
    found = says_why(lambda: search(path, 3), ValueError, OSError)
    assert found is None or len(found.results_) >= 1
