import numpy as np
import pandas as pd
import polars as pl
import pytest

from skfashion._utils.missing import known_labels, labels_or_none, refuse_missing, require_labels

FORMS = {
    "None among numbers": [3, None, 5],
    "None among texts": ["a", None, "b"],
    "NaN in a list of texts": ["a", float("nan"), "b"],
    "NaN in an array": np.array([3.0, np.nan, 5.0]),
    "objects": np.array(["a", np.nan, "b"], object),
    "pandas' NA": np.array(["a", pd.NA, "b"], object),
    "NaT": np.array(["2026-01-01", "NaT", "2026-01-02"], "M8[D]"),
    "nullable integers": pd.Series([3, None, 5], dtype="Int64"),
    "nullable texts": pd.Series(["a", None, "b"], dtype="string"),
    "categorical": pd.Series(["a", None, "b"], dtype="category"),
    "pandas' Categorical": pd.Categorical(["a", None, "b"]),
    "polars' integers": pl.Series([3, None, 5]),
    "polars' texts": pl.Series(["a", None, "b"]),
    "polars' categories": pl.Series(["a", None, "b"], dtype=pl.Categorical),
}


@pytest.mark.parametrize("labels", FORMS.values(), ids=FORMS.keys())
def test_missing_labels_are_found_in_every_form(labels):
    is_known, known = known_labels(labels)
    assert is_known.tolist() == [True, False, True]
    assert len(np.unique(known)) == 2


def test_whole_numbers_are_integers_again():
    assert known_labels([3.0, np.nan])[1].dtype == known_labels([3.0])[1].dtype == np.int64
    assert known_labels(np.array([3.5, np.nan]))[1].tolist() == [3.5]


def test_labels_of_half_precision_are_whole_numbers_without_a_warning():
    with np.errstate(all="raise"):
        assert known_labels(np.array([3, np.nan, 5], np.float16))[1].tolist() == [3, 5]


def test_missing_labels_become_none():
    assert labels_or_none(["a", float("nan")]).tolist() == ["a", None]
    assert labels_or_none([3, 5]).dtype.kind == "i"


def test_empty_text_is_a_label():
    assert known_labels(["", "a"])[0].all()


def test_numbers_of_several_types_are_labels_of_one():
    assert known_labels([1, np.int64(2), 2.5, True])[1].dtype == np.float64


def test_text_among_numbers_is_refused():
    with pytest.raises(ValueError, match="y has both texts and others, such as 1; pass labels of one type"):
        known_labels(["1", 1], "y")


def test_errors_say_how_many_labels_are_missing():
    with pytest.raises(ValueError, match="y has no label: all 2 are missing"):
        require_labels(np.array([False, False]), "y")
    with pytest.raises(ValueError, match="y is missing in 2 of 3 rows, the first of them row 1; fill them in"):
        refuse_missing(np.array([True, False, False]), "y", "fill them in")


@pytest.mark.parametrize("collection", [range(10**12), (1, 2), {"a": 1}])
def test_a_collection_is_no_label(collection):
    labels = np.empty(2, object)
    labels[:] = [collection, collection]
    with pytest.raises(ValueError, match=r"labels has .*, which is no label; pass one label for each row"):
        known_labels(labels)
