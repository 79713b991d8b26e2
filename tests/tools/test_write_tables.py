import importlib.util
import json
import re
from pathlib import Path

import pytest

from skfashion.experiments import ERRATA, ROWS, Measurement, Results, Row

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def write_tables():
    spec = importlib.util.spec_from_file_location("write_tables", ROOT / "tools" / "write_tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def results(write_tables):
    """The committed ones."""
    return Results.read(write_tables.KEPT)


def test_the_table_has_a_line_for_each_row_with_a_published_value(write_tables):
    rows = [
        Row("A1", "a", None, "", None, {"n_components": 5, "accuracy": 0.5}),
        Row("A2", "b", None, ""),
        Row("A3", "c", None, "", None, {"pixel_mean": 0.2, "pixel_deviation": 0.3}),
    ]
    values = [
        {"n_components": [5], "accuracy": [0.6]},
        {"purity": [0.6]},
        {"pixel_mean": [0.2], "pixel_deviation": [0.3]},
    ]
    measurements = [Measurement(row, of_row) for row, of_row in zip(rows, values, strict=True)]
    lines = write_tables.headlines_of(Results(measurements=measurements, data="", n_seeds=1))
    assert [(line.row.name, line.metric) for line in lines] == [("A1", "accuracy"), ("A3", "pixel_mean")]


def test_the_pages_show_the_committed_results(write_tables, results):
    for page, text in write_tables.pages(results).items():
        assert page.read_text() == text, f"run python tools/write_tables.py docs/reproduced to mend {page}"


def test_the_pages_show_the_committed_tables_of_benchmarks(write_tables):
    for page, text in write_tables.pages_with_benchmarks().items():
        assert page.read_text() == text, f"run python tools/write_tables.py benchmarks to mend {page}"


def test_columns_are_taken_from_the_first_table_that_has_them(write_tables):
    text = "| a | b |\n|---|---|\n| 1 | 2 |\n\n| a | c | b |\n|---|---|---|\n| 3 | 4 | 5 |\n"
    assert write_tables._rows_of(text, ["b", "a"]) == [["2", "1"]]
    assert write_tables._rows_of(text, ["c"]) == [["4"]]
    with pytest.raises(ValueError, match="no table"):
        write_tables._rows_of(text, ["d"])


def test_a_cell_is_that_of_the_row_whose_first_cells_are_named(write_tables, monkeypatch, tmp_path):
    (tmp_path / "benchmarks").mkdir()
    table = "| set | method | score |\n|---|---|---|\n| one | a | 1 |\n| one | b | 2 |\n| two | b | 3 |\n"
    (tmp_path / "benchmarks" / "x.md").write_text(table)
    monkeypatch.setattr(write_tables, "ROOT", tmp_path)
    mark = "<!-- cell of benchmarks/x.md: set; method; score / rows: one | {} -->{}<!-- end of cell -->"
    assert write_tables._with_benchmarks(f"A: {mark.format('a', '')}.") == f"A: {mark.format('a', '1')}."
    assert write_tables._with_benchmarks(f"B: {mark.format('b', '9')}.") == f"B: {mark.format('b', '2')}."
    with pytest.raises(ValueError, match="names 0 rows; name one"):
        write_tables._with_benchmarks(mark.format("c", ""))


def test_the_committed_results_have_all_rows_with_their_verdicts_and_claims(results):
    content = json.loads((ROOT / "docs" / "reproduced" / "results.json").read_text())["rows"]
    assert [m.row for m in results.measurements] == ROWS
    for m in results.measurements:
        written = content[m.row.name]
        assert written["published"] == m.row.published
        assert written["verdicts"] == {metric: m.verdict(metric) for metric in m.row.published}
        assert written["claims"] == {claim.statement: claim.differences(m.values) for claim in m.row.claims}


def test_the_committed_errata_are_those_of_the_papers(results):
    """But for values that follow from all images."""
    filled = [re.sub(r"\\{.*?\\}", ".+", re.escape(f"{e.paper.key}, {e.source}: {e.statement}")) for e in ERRATA]
    assert len(filled) == len(results.errata)
    for pattern, text in zip(filled, results.errata, strict=True):
        assert re.fullmatch(pattern, text), text
