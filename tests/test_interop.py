import pickle
import random
import subprocess
import sys

import keras
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.datasets import make_blobs
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, StratifiedKFold, check_cv, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.utils.estimator_checks import estimator_checks_generator

from skfashion import DenseAE
from skfashion.interop import EXPECTED_FAILED_CHECKS, KerasClassifier, KerasRegressor
from skfashion.testing import name_of


def network(meta, n_hidden=8):
    """One that can be trained on whatever the checks think of."""
    kind, n_classes = meta["target_type_"], meta["n_classes_"]
    n_outputs = 1 if kind == "binary" else n_classes
    last = keras.layers.Dense(n_outputs, activation="softmax" if kind == "multiclass" else "sigmoid")
    model = keras.Sequential(
        [keras.layers.Input(meta["X_shape_"][1:]), keras.layers.Dense(n_hidden, activation="relu"), last]
    )
    loss = "sparse_categorical_crossentropy" if kind == "multiclass" else "binary_crossentropy"
    model.compile("adam", loss)
    return model


def _classifier(**params):
    return KerasClassifier(network, **{"epochs": 2, "verbose": 0, "random_state": 0, **params})


@pytest.fixture(scope="module")
def blobs():
    X, y = make_blobs(90, n_features=4, centers=3, random_state=0)
    return X.astype("float32"), np.array(["ankle boot", "bag", "coat"])[y]


def _straight(meta, n_hidden=8):
    """A network of numbers instead of classes."""
    last = keras.layers.Dense(meta["n_outputs_"])
    model = keras.Sequential(
        [keras.layers.Input(meta["X_shape_"][1:]), keras.layers.Dense(n_hidden, activation="relu"), last]
    )
    model.compile("adam", "mean_squared_error")
    return model


def _regressor(**params):
    return KerasRegressor(_straight, **{"epochs": 2, "verbose": 0, "random_state": 0, **params})


SOMETIMES = {
    "check_methods_sample_order_invariance",
    "check_methods_subset_invariance",
}  # classifiers pass; the last bits depend on the machine


def _checks():
    """Their names without the network's, which has an address."""
    for wrapper in (_classifier(), _regressor()):
        for estimator, check in estimator_checks_generator(wrapper, legacy=True):
            name = name_of(check)
            reason = EXPECTED_FAILED_CHECKS.get(name)
            marks = [] if reason is None else [pytest.mark.xfail(reason=reason, strict=name not in SOMETIMES)]
            yield pytest.param(estimator, check, id=f"{type(wrapper).__name__}-{name}", marks=marks)


@pytest.mark.parametrize(("estimator", "check"), _checks())
def test_it_passes_scikit_learns_checks_but_those_that_are_named(estimator, check):
    check(estimator)


def test_scikit_learn_knows_it_as_a_classifier(blobs):
    X, y = blobs
    assert is_classifier(_classifier())
    assert isinstance(check_cv(3, y, classifier=is_classifier(_classifier())), StratifiedKFold)
    voting = VotingClassifier([("net", _classifier(epochs=20)), ("logistic", LogisticRegression())], voting="soft")
    assert voting.fit(X, y).score(X, y) > 0.9


def test_scikit_learn_knows_a_regressor(blobs):
    X, _ = blobs
    y = X @ np.float32([1, 2, 3, 4])
    assert is_regressor(_regressor())
    voting = VotingRegressor([("net", _regressor(epochs=60)), ("ridge", Ridge())])
    assert voting.fit(X, y).predict(X).shape == (90,)
    with pytest.raises(ValueError, match="X has 3 features, but KerasRegressor is expecting 4"):
        _regressor().fit(X, y).predict(X[:, :3])


def test_it_stands_at_the_end_of_a_pipeline_that_is_searched(images, classes):
    pipe = Pipeline([("ae", DenseAE(8, max_iter=3, random_state=0)), ("net", _classifier(epochs=3))])
    grid = [{"ae__n_components": [n], "net__model__n_hidden": [n_hidden]} for n, n_hidden in ((4, 16), (8, 4))]
    search = GridSearchCV(pipe, grid, cv=2)
    search.fit(images, classes)
    assert search.predict_proba(images).shape == (len(images), 10)
    np.testing.assert_allclose(search.predict_proba(images).sum(axis=1), 1, rtol=1e-5)
    assert len(cross_val_score(pipe, images, classes, cv=2)) == 2


def test_the_seed_decides_and_global_states_stay_as_they_are(blobs):
    before = _global_states()
    one, same, other = (_classifier(random_state=seed).fit(*blobs).predict_proba(blobs[0]) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)
    assert _global_states() == before


def _global_states():
    """Of Python, numpy and, where it is loaded, torch."""
    states = [random.getstate(), np.random.get_state()[1].tolist()]  # noqa: NPY002 (the states that must not be touched)
    torch = sys.modules.get("torch")
    return states if torch is None else [*states, torch.random.get_rng_state().tolist()]


def test_it_can_be_cloned_and_pickled(blobs):
    fitted = _classifier(model__n_hidden=3).fit(*blobs)
    assert clone(fitted).get_params()["model__n_hidden"] == 3
    assert not hasattr(clone(fitted), "model_")
    np.testing.assert_allclose(
        pickle.loads(pickle.dumps(fitted)).predict_proba(blobs[0]), fitted.predict_proba(blobs[0]), rtol=1e-5
    )


def test_names_of_features_are_compared(blobs):
    X = pd.DataFrame(blobs[0], columns=list("abcd"))
    fitted = _classifier().fit(X, blobs[1])
    assert fitted.feature_names_in_.tolist() == list("abcd")
    with pytest.raises(ValueError, match="Feature names must be in the same order"):
        fitted.predict(X[list("dcba")])
    with pytest.raises(ValueError, match="X has 3 features, but KerasClassifier is expecting 4"):
        _classifier().fit(*blobs).predict(blobs[0][:, :3])


@pytest.mark.once
def test_scikeras_is_imported_by_this_module_alone():
    code = (
        "import sys, skfashion.networks, skfashion.autoencoders as a; a.DenseAE; assert 'scikeras' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
