import io

import pytest
from rich.console import Console

from skfashion.experiments import Claim, Measurement, Results, Row, find_rows
from skfashion.report import ReproductionReport


def report_of(*measurements, **options):
    options = {"data": "A sample", "n_seeds": 3, "is_judged": True} | options
    return ReproductionReport(Results(measurements=measurements, **options))


@pytest.fixture
def report():
    """Rows with three, two and one seed, and a claim."""
    rows, purities = find_rows(["B1", "B2", "C2"]), ([0.5, 0.6, 0.7], [0.6, 0.6], [0.6])
    claiming = Row("T1", "", None, "", claims=(Claim("ours is better", "ours", 0.6),))
    measurements = [Measurement(row, {"purity": values}) for row, values in zip(rows, purities, strict=True)]
    return report_of(*measurements, Measurement(claiming, {"ours": [0.5, 0.65]}))


def test_the_number_of_seeds_is_given_where_it_is_smaller(report):
    metrics, *_ = report.tables()
    measured = [line[4] for line in metrics.lines]
    assert measured[:3] == ["0.6000 (0.500 to 0.700)", "0.6000, 2 seeds", "0.6000, 1 seed"]
    (c2,) = find_rows(["C2"])
    assert report_of(Measurement(c2, {"purity": [0.6]})).tables()[0].lines[0][4] == "0.6000"


def test_claims_and_conclusions_have_differences_and_verdicts(report):
    _, claims, conclusions = report.tables()
    assert claims.lines == [("T1", "ours is better", "-0.0250 (-0.100 to +0.050)", "does not hold (1 of 2 seeds)")]
    (line,) = conclusions.lines
    assert line[0] == "B, section 6"
    assert line[2:] == ("+0.0500 (+0.000 to +0.100)", "undecided (1 of 2 seeds)")


def test_the_terminal_shows_ranges_and_verdicts_below_their_values(report):
    shown = io.StringIO()
    report.print_to(Console(file=shown, width=80))
    lines = [line.split() for line in shown.getvalue().splitlines()]
    start = next(i for i, line in enumerate(lines) if line[:1] == ["B1"])
    assert lines[start][-3:] == ["0.5533", "0.6000", "+0.0467"]
    assert lines[start + 1][-4:] == ["0.500", "to", "0.700", "reproduced"]
    assert "2 seeds" in shown.getvalue()


def test_a_table_without_lines_is_left_out():
    (b1,) = find_rows(["B1"])
    (table,) = report_of(Measurement(b1, {"purity": [0.5]})).tables()
    assert table.title == "Metrics"


def test_markdown_and_html_say_the_same(report):
    page, markdown = report.to_html(), report.to_markdown()
    for table in report.tables():
        assert f"## {table.title}" in markdown
        for line in table.lines:
            assert f"| {' | '.join(line)} |" in markdown
            assert "".join(f"<td>{cell}</td>" for cell in line) in page
