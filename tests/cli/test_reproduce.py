import json

import pooch
import pytest

from skfashion.cli import main
from skfashion.experiments import Runner, tella


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "cache" / project)
    return tmp_path / "cache"


def test_a_row_is_printed_written_and_remembered(cache, tmp_path, capsys, monkeypatch):
    arguments = ["reproduce", "B1", "--sample", "--seeds", "2"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    for text in ("B1", "pixels", "0.5533", "not judged", "Hungarian"):
        assert text in shown
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert len(results["rows"]["B1"]["figures"]["purity"]) == 2
    table = (tmp_path / "out" / "RESULTS.md").read_text().splitlines()
    assert table[0].startswith("| row | system | published purity | purity |")
    assert table[2].startswith("| B1 | k-means on pixels | 0.5533 | ")

    monkeypatch.setattr(tella.KMeans, "fit", None)  # a second run must not fit
    assert main(arguments) == 0
    assert capsys.readouterr().out.splitlines() == shown.splitlines()[:-1]  # all but where the files are


def test_full_data_is_judged(cache, capsys, monkeypatch):
    figures = dict.fromkeys(("purity", "hungarian_accuracy", "adjusted_rand", "normalized_mutual_info"), 0.56)
    monkeypatch.setattr(Runner, "measure", lambda self, row, seed: figures)
    from skfashion.cli import _reproduce

    images = _reproduce.fashion_mnist(sample=True)
    monkeypatch.setattr(_reproduce, "fashion_mnist", lambda sample: images._replace(X=images.X.repeat(12, axis=0)))
    assert main(["reproduce", "B1", "B3", "--seeds", "1"]) == 0
    shown = capsys.readouterr().out
    assert (
        shown.count("reproduced") == shown.count("differs") == 1
    )  # 0.56 is within 0.02 of B1's 0.5533, not of B3's 0.6036


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [(["Z1"], "There is no row 'Z1'; choose from B1"), (["--seeds", "0"], "--seeds 0 must be")],
)
def test_bad_arguments_are_one_line_and_exit_2(capsys, arguments, problem):
    assert main(["reproduce", *arguments]) == 2
    error = capsys.readouterr().err
    assert problem in error
    assert len(error.splitlines()) == 1
