import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.pipeline import Pipeline

from skfashion import metrics
from skfashion.experiments import Data, Row, Runner, _costs, find_rows
from skfashion.experiments import _runner as runner_module


class CountingKMeans(KMeans):
    n_fits = 0

    def fit(self, X, y=None, sample_weight=None):
        type(self).n_fits += 1
        return super().fit(X, y, sample_weight)


def build(random_state):
    return Pipeline([("kmeans", CountingKMeans(3, n_init=1, random_state=random_state))])


def build_otherwise(random_state):
    return Pipeline([("kmeans", CountingKMeans(2, n_init=1, random_state=random_state))])


@pytest.fixture
def row():
    CountingKMeans.n_fits = 0
    return Row("T1", "k-means", find_rows(["B1"])[0].paper, "nowhere", build, {"purity": 0.5})


def test_a_row_is_measured_once_for_each_seed(row, data, tmp_path):
    first = list(Runner(data, cache=tmp_path).measure_many([row], 2))
    assert CountingKMeans.n_fits == 2
    again = list(Runner(data, cache=tmp_path).measure_many([row], 3))
    assert CountingKMeans.n_fits == 3
    assert [(r.name, seed) for r, seed, _ in again] == [("T1", 0), ("T1", 1), ("T1", 2)]
    assert [result for _, _, result in again[:2]] == [result for _, _, result in first]


class Unpicklable(KMeans):
    def __getstate__(self):
        if hasattr(self, "labels_"):
            raise RecursionError("maximum recursion depth exceeded")
        return super().__getstate__()


def test_what_cannot_be_remembered_is_measured_without_a_warning(row, data, tmp_path):
    unpicklable = replace(row, build=lambda random_state: Pipeline([("kmeans", Unpicklable(3, n_init=1))]))
    assert "purity" in Runner(data, cache=tmp_path).measure(unpicklable, 0).values


def test_what_cannot_be_remembered_for_want_of_room_is_said(row, data, tmp_path, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("no space left on device")

    monkeypatch.setattr("joblib.numpy_pickle.dump", full)
    with pytest.warns(Warning, match="no space left"):
        Runner(data, cache=tmp_path).measure(row, 0)


def test_a_package_that_changes_meanwhile_is_measured_no_further(row, data, tmp_path, monkeypatch):
    runner = Runner(data, cache=tmp_path)
    monkeypatch.setattr(runner_module, "_source", lambda module: "another")
    with pytest.raises(RuntimeError, match="was changed while it measured"):
        runner.measure(row, 0)


def test_a_row_that_takes_long_is_measured_with_fewer_seeds(row, data, tmp_path):
    once = replace(row, max_seeds=1)
    assert [seed for _, seed, _ in Runner(data, cache=tmp_path).measure_many([once, row], 2)] == [0, 0, 1]


def test_several_processes_measure_the_same(data, tmp_path):
    rows = find_rows(["B1", "D2"])
    alone, together = (
        {(row.name, seed): result.values for row, seed, result in runner.measure_many(rows, 2, n_jobs)}
        for runner, n_jobs in ((Runner(data, cache=tmp_path / "1"), 1), (Runner(data, cache=tmp_path / "2"), 2))
    )
    assert together == alone


def test_processes_find_what_was_fitted_before(data, tmp_path):
    """Of images that are many enough for joblib to hand them over as a memory map."""
    many = replace(data, X=np.repeat(data.X, 6, axis=0), y=np.repeat(data.y, 6))
    assert many.X.nbytes > 2**20
    rows = find_rows(["D3"])
    for n_jobs in (2, 1):
        runner = Runner(many, cache=tmp_path)
        list(runner.measure_many(rows, 1, n_jobs))
        for entry in tmp_path.glob("D3-*"):
            entry.unlink()
    assert len(list(tmp_path.glob("steps-*/**/_fit/*/output.pkl"))) == 1


def test_time_and_memory_are_measured(row, data, tmp_path, monkeypatch):
    def slow(built, data, seed, memory):
        time.sleep(0.2)
        return {"purity": 0.5}

    result = Runner(data, cache=tmp_path).measure(replace(row, measure=slow), 0)
    assert result.seconds >= 0.2
    assert result.peak_mib >= 0 or sys.platform != "linux"
    monkeypatch.setattr(_costs, "STATUS", tmp_path / "nowhere")
    assert Runner(data, cache=tmp_path).measure(replace(row, measure=slow), 1).peak_mib is None


def test_the_values_are_those_of_the_partition(row, data, tmp_path):
    labels = build(random_state=4).fit_predict(data.X)
    values = Runner(data, cache=tmp_path).measure(row, 4).values
    assert values["purity"] == metrics.purity_score(data.y, labels)
    assert values["hungarian_accuracy"] == metrics.hungarian_accuracy_score(data.y, labels)


def test_another_definition_or_other_data_are_measured_anew(row, data, tmp_path, monkeypatch):
    Runner(data, cache=tmp_path).measure(row, 0)
    changed = Row(row.name, row.system, row.paper, row.source, build_otherwise, row.published)
    Runner(data, cache=tmp_path).measure(changed, 0)
    assert CountingKMeans.n_fits == 2
    Runner(replace(data, X=data.X[::-1]), cache=tmp_path).measure(row, 0)
    assert CountingKMeans.n_fits == 3
    elsewhere = replace(row, measure=lambda built, data, seed, memory: {"purity": 0.0})
    assert Runner(data, cache=tmp_path).measure(elsewhere, 0).values == {"purity": 0.0}
    paths = [Runner(d, cache=tmp_path)._path(elsewhere, 0) for d in (data, replace(data, X_test=data.X_test[::-1]))]
    assert len(set(paths)) == 2
    monkeypatch.setattr(runner_module, "version", lambda package: "0.0.0")
    Runner(data, cache=tmp_path).measure(row, 0)
    assert CountingKMeans.n_fits == 4


def test_another_process_finds_what_was_measured(tmp_path):
    """Nothing of a process, such as the address of a function, is part of a definition."""
    code = "from skfashion.experiments import *; import numpy as np; X = np.zeros((2, 2)); "
    code += f"runner = Runner(Data(X, X[0], X, X[0]), cache={str(tmp_path)!r}); "
    code += "print(*[runner._path(row, 0) for row in ROWS if row.measure], sep='\\n')"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    X = np.zeros((2, 2))
    runner = Runner(Data(X, X[0], X, X[0]), cache=tmp_path)
    assert shown == [str(runner._path(row, 0)) for row in find_rows(["all"]) if row.measure]


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        '{"values": {"pur',
        "[]",
        "{}",
        '{"values": null, "seconds": 1, "peak_mib": 1}',
        '{"values": {"purity": null}, "seconds": 1, "peak_mib": 1}',
        '{"values": {"purity": NaN}, "seconds": 1, "peak_mib": 1}',
        '{"values": {"purity": 1}, "seconds": 1, "peak_mib": "x"}',
        '{"values": {"purity": 1}, "seconds": 1, "peak_mib": 1, "machine": null}',
        '{"values": {"others": 1}, "seconds": 1, "peak_mib": 1}',
    ],
)
def test_a_damaged_entry_is_measured_anew(row, data, tmp_path, damaged):
    runner = Runner(data, cache=tmp_path)
    values = runner.measure(row, 0).values
    (entry,) = tmp_path.glob("T1-*")
    entry.write_text(damaged)
    assert runner.measure(row, 0).values == values
    assert CountingKMeans.n_fits == 1  # the fitted pipeline is kept, too


def test_an_interrupted_run_goes_on_and_leaves_no_half_entry(row, data, tmp_path, monkeypatch):
    runner = Runner(data, cache=tmp_path)
    runner.measure(row, 0)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "replace", _interrupt)  # between the measurement and its file
        runner.measure(row, 1)
    assert [json.loads(path.read_text())["values"]["purity"] > 0 for path in tmp_path.glob("T1-*.json")] == [True]
    assert len(list(runner.measure_many([row], 2))) == 2
    assert CountingKMeans.n_fits == 2


def _interrupt(*_):
    raise KeyboardInterrupt


def test_rows_that_share_a_reducer_fit_it_once(data, tmp_path, monkeypatch):
    from skfashion import DenseAE
    from skfashion.experiments.papers import tella

    fits = []
    monkeypatch.setattr(tella, "_autoencoder", lambda seed: DenseAE(2, rescale=255.0, max_iter=1, random_state=seed))
    monkeypatch.setattr(DenseAE, "_sizes", lambda self: fits.append(self.n_features_in_) or (self.n_features_in_,))
    runner = Runner(data, cache=tmp_path)
    for row in find_rows(["B2", "B3"]):
        values = runner.measure(row, 0).values
        assert np.isfinite(list(values.values())).all()
    assert fits == [784]


def test_pipelines_keep_their_steps_where_other_rows_find_them(data, tmp_path):
    runner = Runner(data, cache=tmp_path)
    for name in ("B2", "C4", "A16"):
        (row,) = find_rows([name])
        pipelines = list(runner_module._pipelines(runner._build(row, 0)))
        assert pipelines
        assert all(pipeline.memory is runner._memory for pipeline in pipelines)


def test_a_picture_is_not_measured(data, tmp_path):
    (row,) = find_rows(["E1"])
    runner = Runner(data, cache=tmp_path)
    assert runner.remembers(row, 0)
    assert runner.measure(row, 0).values == {}
    assert not list(tmp_path.glob("E1-*"))
