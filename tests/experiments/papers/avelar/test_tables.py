import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from skfashion.experiments import find_rows
from skfashion.experiments.papers.avelar import tables


def test_the_networks_are_those_that_the_paper_counts(data):
    X, y = data.standardised(data.X[:40], 0), np.arange(40) % 10
    for name in ("A1", "A2"):
        (row,) = find_rows([name])
        classifier = row.build(random_state=0).set_params(max_iter=1).fit(X, y)
        assert classifier.model_.count_params() == row.published["n_parameters"]


def test_the_count_of_the_erratum_is_that_of_the_network(data):
    X, y = data.standardised(data.X[:40], 0)[:, :84], np.arange(40) % 10
    network = tables.mlp(random_state=0).set_params(max_iter=1).fit(X, y)
    assert network.model_.count_params() == tables.n_parameters(84) == 19_786


@pytest.mark.parametrize("name", ["A5", "A9"])
def test_the_network_behind_a_reducer_has_its_width(data, memory, name):
    (row,) = find_rows([name])
    pipe = row.build(random_state=0)
    pipe[-1].set_params(max_iter=2)
    if "ae" in pipe.named_steps:
        pipe["ae"].set_params(max_iter=1)
    values = row.measure(pipe, data, 0, memory)
    assert values["n_parameters"] == tables.n_parameters(values["n_components"])
    assert set(row.published) <= set(values)


@pytest.mark.parametrize(("name", "step", "patience"), [("A1", None, 3), ("A2", None, 3), ("C2", "ae", 5)])
def test_training_ends_when_as_many_epochs_as_the_papers_say_have_not_bettered_it(data, name, step, patience):
    (row,) = find_rows([name])
    network = row.build(random_state=0)
    network = network if step is None else network[step]
    network.set_params(max_iter=patience + 5, tol=1e9, early_stopping=True)
    if step == "ae":
        network.set_params(hidden_layer_sizes=(4,))
    network.fit(data.X[:60], None if step else data.y[:60])
    assert network.n_iter_ == patience + 1  # the first has nothing to be compared with


def test_ward_is_measured_on_other_images(data, memory, monkeypatch):
    pytest.importorskip("fastcluster")
    monkeypatch.setattr(tables, "N_IMAGES", (100, 120))
    (row,) = find_rows(["A14b"])
    values = row.measure(row.build(random_state=0), data, 0, memory)
    parts = ("of_100", "of_120", "validation")
    assert sorted(values) == [f"adjusted_rand_{n}_{part}" for n in (24, 84) for part in parts]
    X, y = data.standardised_split(0)
    pipeline = tables.clusterer_on_pca(tables.Ward, 24, random_state=0)
    labels = pipeline.fit_predict(X[:100])
    assert values["adjusted_rand_24_of_100"] == adjusted_rand_score(y[:100], labels)
    _, rows = data.split(0)
    Z = pipeline[:-1].fit(X).transform(data.standardised(data.X[rows], 0))
    assert values["adjusted_rand_24_validation"] == adjusted_rand_score(data.y[rows], pipeline[-1].fit_predict(Z))
