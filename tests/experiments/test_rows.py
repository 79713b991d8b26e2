import numpy as np
import pytest
from joblib import Memory

from skfashion.experiments import CONCLUSIONS, ERRATA, ROWS, TOLERANCES, Claim, find_rows
from skfashion.experiments._rows import Tolerance


def test_rows_are_found_by_name_by_paper_and_all_at_once():
    assert [row.name for row in find_rows(["B3", "B1"])] == ["B1", "B3"]
    assert [row.name for row in find_rows(["B"])] == ["B1", "B2", "B3", "B4"]
    assert [row.name for row in find_rows(["a1B", "b1"])] == ["A1b", "B1"]
    assert find_rows([]) == find_rows(["all"]) == ROWS


def test_rows_stand_in_the_order_of_their_numbers():
    names = [row.name for row in find_rows(["A"])]
    assert names[:4] == ["A1", "A1b", "A2", "A3"]
    assert names[names.index("A9") + 1] == "A10"


def test_an_unknown_row_is_named_with_those_that_exist():
    with pytest.raises(ValueError, match="no row 'Z9'; choose from A1, "):
        find_rows(["B1", "Z9"])


@pytest.mark.parametrize(
    ("measured", "or_better", "holds"),
    [(0.55, False, True), (0.53, False, True), (0.529, False, False), (0.58, False, False), (0.58, True, True)],
)
def test_a_tolerance_is_met_within_its_margin_or_beyond_it_on_the_better_side(measured, or_better, holds):
    assert Tolerance(0.0201, or_better=or_better).holds(published=0.55, measured=measured) is holds


def test_a_claim_is_judged_where_the_mean_and_max_seeds_agree():
    values = {"ours": [0.5, 0.9, 0.9], "theirs": [0.6, 0.6, 0.6]}
    claim = Claim("ours is better", "ours", "theirs")
    assert claim.differences(values) == pytest.approx([-0.1, 0.3, 0.3])
    assert claim.verdict(values) == "holds (2 of 3 seeds)"
    assert Claim("ours is good", "ours", 0.95).verdict(values) == "does not hold (0 of 3 seeds)"
    assert Claim("ours is good", "ours", 0.8).verdict(values) == "undecided (2 of 3 seeds)"


def test_a_claim_may_have_slack():
    claim = Claim("ours is hardly worse", "ours", "theirs", slack=0.1)
    assert claim.differences({"ours": [0.5], "theirs": [0.55]}) == pytest.approx([0.05])


def test_a_claim_compares_the_seeds_that_both_were_measured_with():
    claim = Claim("ours is better", "ours", "theirs")
    assert claim.differences({"ours": [0.5], "theirs": [0.4, 0.9]}) == pytest.approx([0.1])
    assert claim.differences({"ours": [0.5, 0.9], "theirs": [0.4]}) == pytest.approx([0.1])


def test_conclusions_are_about_metrics_that_there_are():
    rows = {row.name: row for row in ROWS}
    scores = {"purity", "silhouette", "adjusted_rand", "purity_relu_kmeans"}
    for conclusion in CONCLUSIONS:
        assert conclusion.rows <= set(rows)
        assert all(rows[name].paper == conclusion.paper for name in conclusion.rows)
        for named in (conclusion.claim.metric, conclusion.claim.above):
            name, metric = named.split()
            assert metric in {*rows[name].published, *scores}


def test_what_is_published_can_be_judged():
    for row in ROWS:
        assert set(row.published) <= set(TOLERANCES), row.name


def test_names_are_unique():
    assert len({row.name for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("name", ["D2", "D3", "D4", "D5", "D7", "A10", "A13", "A15", "B1", "C1"])
def test_rows_measure_what_was_published_and_more(data, name):
    (row,) = find_rows([name])
    values = row.measure(row.build(random_state=0), data, 0, Memory(None))
    assert set(row.published) <= set(values)
    assert np.isfinite(list(values.values())).all()


def test_errata_fill_in_what_they_compute(data):
    texts = [erratum.text(data) for erratum in ERRATA]
    assert not any("{" in text for text in texts)
    assert "of the 400 images that are measured here, 0 are duplicates" in " ".join(texts)
    assert "has 19,786 parameters. The paper says 32,970" in " ".join(texts)
