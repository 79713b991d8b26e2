import json
import re
import signal
import subprocess
import sys
import time

import pooch
import pytest
from matplotlib.figure import Figure

from skfashion import load_fashion_mnist_sample
from skfashion.cli import _reproduce, main
from skfashion.experiments import Claim, Result, Row, Runner, find_rows
from skfashion.experiments._costs import Cost
from skfashion.experiments.papers import tella


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "cache" / project)
    return tmp_path / "cache"


def test_a_row_is_printed_written_and_remembered(cache, tmp_path, capsys, monkeypatch):
    arguments = ["reproduce", "B1", "--sample", "--seeds", "2"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    shown, errors = capsys.readouterr()
    for text in ("B1", "pixels", "0.5533", "not judged", "hungarian", "The accuracy of the paper is purity"):
        assert text in shown
    assert [line.split(";")[0] for line in errors.splitlines()] == ["B1, seed 0", "B1, seed 1"]
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert len(results["rows"]["B1"]["values"]["purity"]) == 2
    assert results["rows"]["B1"]["verdicts"] == {}
    assert "sample" in results["data"]
    assert not results["is_judged"]
    assert "reproduce B1 --sample --seeds 2" in results["command"]
    table = (tmp_path / "out" / "RESULTS.md").read_text().splitlines()
    first = table.index("| row | system | metric | published | measured | difference | verdict |")
    assert table[first + 2].startswith("| B1 | k-means on pixels | purity | 0.5533 | ")
    assert table[first + 3].startswith("| B1 | k-means on pixels | hungarian accuracy | - | ")
    assert f"skfashion reproduce B1 --sample --seeds 2 --out {tmp_path / 'out'}" in table

    monkeypatch.setattr(tella.KMeans, "fit", None)  # a second run must not fit
    assert main(arguments) == 0
    assert capsys.readouterr().out.splitlines() == shown.splitlines()[:-1]  # all but where the files are


def test_full_data_is_judged(cache, capsys, monkeypatch):
    values = dict.fromkeys(("purity", "hungarian_accuracy", "adjusted_rand", "normalized_mutual_info"), 0.56)
    monkeypatch.setattr(Runner, "measure", lambda self, row, seed, machine: Result(values, 1.0, None))
    images = _reproduce.fashion_mnist(sample=True)
    monkeypatch.setattr(_reproduce, "fashion_mnist", lambda sample: images._replace(X=images.X.repeat(12, axis=0)))
    monkeypatch.setattr(_reproduce, "fetch_fashion_mnist", lambda subset: load_fashion_mnist_sample())
    assert main(["reproduce", "B1", "B3", "--seeds", "1"]) == 0
    shown = capsys.readouterr().out
    # 0.56 is within 0.02 of B1's 0.5533, not of B3's 0.6036.
    assert re.findall(r"(reproduced|differs) *$", shown, re.MULTILINE) == ["reproduced", "differs"]
    words = " ".join(shown.split())
    assert "Reproduced: purity within 0.02, or better. 1 of 2 comparisons reproduce the published value." in words
    assert "B3, purity: not explained yet." in words


def test_claims_and_pictures_are_written(cache, tmp_path, capsys, monkeypatch):
    claims = (Claim("ours is better", "ours", "theirs"), Claim("theirs is good", "theirs", 0.9))
    row = Row(
        "T1",
        "a test",
        find_rows(["B1"])[0].paper,
        "nowhere",
        details="Nothing was left open.",
        measure=lambda built, data, seed, memory: {
            "ours": 0.75 + seed / 8,
            "theirs": 0.5,
            "n_things": len(data.X_test),
        },
        draw=lambda built, data, memory: Figure(),
        claims=claims,
    )
    monkeypatch.setattr(_reproduce, "find_rows", lambda names: [row])
    assert main(["reproduce", "T1", "--sample", "--seeds", "2", "--out", str(tmp_path / "out")]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for text in ("ours is better", "+0.3125 (+0.250 to +0.375)", "theirs is good", "-0.4000 not judged"):
        assert text in shown
    page = (tmp_path / "out" / "RESULTS.md").read_text()
    assert "| T1 | a test | ours | - | 0.8125 (0.750 to 0.875) | - | - |" in page
    assert "| T1 | a test | n things | - | 1,000 | - | - |" in page
    assert "| T1 | ours is better | +0.3125 (+0.250 to +0.375) | not judged |" in page
    assert page.endswith("- T1 (nowhere): Nothing was left open.\n\n## Pictures\n\n![T1, nowhere: a test](T1.png)\n")
    assert "data:image/png;base64," in (tmp_path / "out" / "index.html").read_text()
    assert (tmp_path / "out" / "T1.png").read_bytes().startswith(b"\x89PNG")
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert results["rows"]["T1"]["claims"]["ours is better"] == [0.25, 0.375]


def test_a_row_that_is_a_picture_says_where_it_is(cache, capsys):
    assert main(["reproduce", "E3", "--sample", "--seeds", "1"]) == 0
    assert "picture" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["Z1"], "There is no row 'Z1'; choose from A1"),
        (["--seeds", "0"], "--seeds 0 must be"),
        (["--jobs", "0"], "--jobs 0 must be"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_2(capsys, arguments, problem):
    assert main(["reproduce", *arguments]) == 2
    error = capsys.readouterr().err
    assert problem in error
    assert len(error.splitlines()) == 1


def test_the_time_left_follows_from_what_was_measured():
    done = {"B1": {0: Result({}, 10.0, None), 1: Result({}, 20.0, None)}}
    assert _reproduce.seconds_left({"B1": 1, "D2": 3}, done) == 15 + 3 * 15
    done["D2"] = {0: Result({}, 100.0, None)}
    assert _reproduce.seconds_left({"B1": 1, "D2": 2}, done) == 15 + 2 * 100


def test_what_is_remembered_takes_no_time(cache, capsys, monkeypatch):
    seconds = iter([6000.0, 60.0, 60.0])
    monkeypatch.setattr(
        "skfashion.experiments._runner.costed", lambda *args: ({"purity": 0.5}, Cost({"": next(seconds)}, None))
    )
    assert main(["reproduce", "B1", "--sample", "--seeds", "1"]) == 0
    assert capsys.readouterr().err.splitlines() == ["B1, seed 0; about 0 min left"]
    assert main(["reproduce", "B1", "--sample", "--seeds", "3"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"B1, seed {seed}; about {left} min left" for seed, left in enumerate((200, 50, 0))]


def test_errata_of_the_papers_that_are_asked_for_are_printed(cache, tmp_path, capsys):
    assert main(["reproduce", "D1", "--sample", "--seeds", "1", "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    assert "of the 5,000 images that are measured here, 0 are duplicates." in shown
    assert "32,970" not in shown
    assert len(json.loads((tmp_path / "out" / "results.json").read_text())["errata"]) == 2


def test_what_was_measured_before_a_kill_is_not_measured_again(tmp_path, programs, monkeypatch):
    """Killed in the midst of a row, while it is written."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    marker = tmp_path / "half-way"
    worker = subprocess.Popen([sys.executable, programs / "reproduce_slowly.py", marker])
    while not marker.exists():
        assert worker.poll() is None
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    kept = [path.name for path in (tmp_path / "cache" / "skfashion" / "reproduce").glob("*.json")]
    assert [name.split("-")[:2] for name in kept] == [["B1", "0"]]

    measured = []
    fit = tella.KMeans.fit
    monkeypatch.setattr(tella.KMeans, "fit", lambda self, *args, **kw: measured.append(self) or fit(self, *args, **kw))
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "cache" / project)
    assert main(["reproduce", "B1", "D2", "--sample", "--seeds", "2", "--out", str(tmp_path / "out")]) == 0
    assert len(measured) == 2  # of D2; the pipelines of B1 had been fitted
    rows = json.loads((tmp_path / "out" / "results.json").read_text())["rows"]
    assert [len(rows[name]["values"]["purity"]) for name in ("B1", "D2")] == [2, 2]


def test_what_is_not_installed_is_said_before_anything_is_measured(cache, capsys, monkeypatch):
    monkeypatch.setattr(_reproduce, "find_spec", lambda name: None)
    assert main(["reproduce", "B1", "A14", "D6"]) == 2
    error = capsys.readouterr().err
    assert "row A14 needs fastcluster and row D6 needs openTSNE: pip install 'skfashion[reproduce]'" in error
    assert not cache.exists()
