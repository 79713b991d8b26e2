from dataclasses import replace

import pytest

from skfashion.experiments import Claim, Measurement, Results, Row, find_rows


def results_of(*measurements, **options):
    return Results(measurements=measurements, data="A sample", **{"n_seeds": 1, "is_judged": True} | options)


def measured(**purities):
    return [Measurement(row, {"purity": purities[row.name]}) for row in find_rows(list(purities))]


def test_a_count_is_reproduced_by_every_seed_or_not_at_all():
    (row,) = find_rows(["A3"])
    assert Measurement(row, {"n_components": [457, 459]}).verdict("n_components") == "differs"
    assert Measurement(row, {"n_components": [458, 458]}).verdict("n_components") == "reproduced"


def test_the_verdict_is_on_the_mean_over_the_seeds():
    row = find_rows(["B1"])[0]
    assert Measurement(row, {"purity": [0.50, 0.60]}).verdict("purity") == "reproduced"
    assert Measurement(row, {"purity": [0.50, 0.54]}).verdict("purity") == "differs"


def test_lines_of_rows_with_fewer_seeds_are_known():
    lines = results_of(*measured(B1=[0.5, 0.6, 0.7], B2=[0.6, 0.6], C2=[0.6])).metrics()
    assert [line.has_fewer_seeds for line in lines] == [False, True, True]
    (line,) = results_of(*measured(C2=[0.6])).metrics()
    assert not line.has_fewer_seeds


def test_published_metrics_come_first_and_others_have_no_verdict():
    (row,) = find_rows(["B1"])
    purity, silhouette = results_of(Measurement(row, {"silhouette": [0.1], "purity": [0.5]})).metrics()
    assert (purity.metric, purity.published, purity.verdict) == ("purity", row.published["purity"], "differs")
    assert purity.difference == 0.5 - row.published["purity"]
    assert (silhouette.metric, silhouette.published, silhouette.difference, silhouette.verdict) == (
        "silhouette",
        *3 * [None],
    )


def test_a_sample_is_not_judged():
    results = results_of(*measured(B1=[0.1], B2=[0.6]), is_judged=False)
    assert {line.verdict for line in results.metrics()} == {"not judged"}
    assert {line.verdict for line in results.conclusions()} == {"not judged"}
    assert results.caption == "A sample; one seed. A sample is not judged."
    assert "Reasons for differences" not in results.notes()


def test_claims_are_judged():
    row = Row("T1", "", None, "", claims=(Claim("ours is better", "ours", "theirs"),))
    (line,) = results_of(Measurement(row, {"ours": [0.9, 0.8], "theirs": [0.5, 0.5]})).claims()
    assert (line.source, line.statement, line.verdict) == ("T1", "ours is better", "holds (2 of 2 seeds)")
    assert line.differences == pytest.approx([0.4, 0.3])


def test_conclusions_are_judged_where_their_rows_are_measured():
    b1, b2, b3 = measured(B1=[0.5, 0.5], B2=[0.6, 0.6], B3=[0.5, 0.65])
    first, second = results_of(b1, b2, b3).conclusions()
    assert first.source == second.source == "B, section 6"
    assert first.differences == pytest.approx([0.1, 0.1])
    assert second.differences == pytest.approx([-0.1, 0.05])
    assert (first.verdict, second.verdict) == ("holds (2 of 2 seeds)", "does not hold (1 of 2 seeds)")
    assert [line.statement for line in results_of(b1, b2).conclusions()] == [first.statement]


def test_the_reason_for_a_difference_is_given_where_there_is_one():
    row = Row("T1", "", None, "", None, {"purity": 0.5, "silhouette": 0.2}, {"silhouette": "Another split."})
    far, near = (Measurement(row, {"purity": [0.5], "silhouette": [silhouette]}) for silhouette in (0.4, 0.2))
    assert results_of(far).notes()["Reasons for differences"] == ["T1, silhouette: Another split."]
    assert results_of(far).caption.endswith("1 of 2 comparisons reproduce the published value.")
    for results in (results_of(near), results_of(far, is_judged=False)):
        assert "Reasons for differences" not in results.notes()


def test_what_is_written_is_read_again(tmp_path):
    values = {"purity": [0.5, 0.6], "n_epochs": [3, 4]}
    measurements = [Measurement(find_rows(["B1"])[0], values, [1.5, 2.0], [None, 3.0])]
    options = {"is_judged": True, "machine": "Here.", "command": "skfashion", "errata": ["Wrong."]}
    pictures = {"B1-second": b"2", "B1": b"1"}
    results = Results(measurements=measurements, data="Images", n_seeds=2, pictures=pictures, **options)
    results.write(tmp_path)
    again = Results.read(tmp_path)
    assert again == results
    assert list(again.pictures) == list(pictures)
    assert list(again.costs()) == list(results.costs())
    assert replace(again, pictures={}) != again


def test_a_picture_is_named_after_its_row():
    (row,) = find_rows(["D6"])
    results = results_of(Measurement(row, {}))
    assert results.picture_caption("D6-maps") == f"D6-maps, {row.source}: {row.system}"
    assert [line.metric for line in results.metrics()] == ["picture"]
    assert list(results.costs()) == []
