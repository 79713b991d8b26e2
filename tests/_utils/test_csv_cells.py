import pytest

from skfashion._utils.csv_cells import as_cell, from_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@SUM(A1)", "\tx", "\r=1", "'=1", "''=1"])
def test_formulas_become_text_and_come_back(text):
    assert as_cell(text) == f"'{text}"
    assert from_cell(as_cell(text)) == text


@pytest.mark.parametrize("text", ["", "a=1", "a/-b.png", "'quoted'", "'"])
def test_other_text_stays(text):
    assert as_cell(text) == from_cell(text) == text
