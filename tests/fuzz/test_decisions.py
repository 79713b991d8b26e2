"""Decisions and names from files of other people: decisions, or an error in one line."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skfashion.labelling import DecisionError, apply_decisions, parse_decisions, read_names, run_id

LABELS = np.arange(30) % 5
FILES = [f"{i}.png" for i in range(30)]
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 6), st.floats(), st.text(max_size=6), st.just(10**400)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "clusters", "row"]), inner),
    max_leaves=4,
)
CLUSTERS = st.integers(-1, 5) | VALUES
NAMES = st.text(max_size=8) | VALUES
DECISIONS = st.fixed_dictionaries(
    {"format": st.just("skfashion.decisions"), "version": st.just(1), "run": st.just(run_id(LABELS, FILES)) | VALUES},
    optional={
        "labels": st.lists(
            st.fixed_dictionaries({"name": NAMES, "clusters": st.lists(CLUSTERS, max_size=3)}), max_size=3
        )
        | VALUES,
        "split": st.lists(CLUSTERS, max_size=2) | VALUES,
        "leave_out": st.lists(CLUSTERS, max_size=2) | VALUES,
        "images": st.lists(
            st.fixed_dictionaries(
                {},
                optional={"row": CLUSTERS, "file": st.sampled_from(FILES) | NAMES, "label": NAMES, "leave_out": VALUES},
            ),
            max_size=3,
        )
        | VALUES,
    },
)


@pytest.fixture(scope="module")
def apply(says_why):
    def apply(decisions):
        applied = says_why(lambda: apply_decisions(decisions, LABELS, FILES), DecisionError)
        if applied is not None:
            assert len(applied.labels) == len(LABELS)

    return apply


@given(said=DECISIONS)
def test_decisions_of_any_values(said, says_why, apply):
    decisions = says_why(lambda: parse_decisions(said), DecisionError)
    if decisions is not None:
        apply(decisions)


@given(text=st.text(max_size=40) | DECISIONS.map(lambda said: json.dumps(said, default=str)) | st.just("[" * 10**5))
def test_decisions_in_any_text(text, says_why, apply):
    decisions = says_why(lambda: parse_decisions(text), DecisionError)
    if decisions is not None:
        apply(decisions)


LINES = st.lists(st.lists(st.integers(-1, 5).map(str) | st.text(max_size=4), max_size=3).map(",".join), max_size=5)


@given(lines=LINES, header=st.sampled_from(["cluster,name", "name;cluster", "Cluster\tName", "cluster", ""]))
def test_names_in_any_table(lines, header, workspace, says_why, apply):
    path = workspace / "names.csv"
    path.write_bytes("\n".join([header, *lines]).encode("utf-8", "surrogatepass"))
    decisions = says_why(lambda: read_names(path), DecisionError)
    if decisions is not None:
        apply(decisions)
