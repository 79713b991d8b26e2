"""What a new architecture inherits, through DenseClassifier."""

import pickle

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

import skfashion
from skfashion import DenseClassifier
from skfashion.classifiers import BaseClassifier
from skfashion.engine.rows import Rows

quick = {"max_iter": 2, "random_state": 0}


class Linear(BaseClassifier):
    """Layers without names or seeds, as a user of Keras writes them."""

    def build_model(self, n_features, n_classes):
        return keras.Sequential([keras.Input((n_features,)), keras.layers.Dense(n_classes)])


def test_a_new_architecture_is_a_classifier(images, classes):
    fits = [Linear(max_iter=50, early_stopping=False, random_state=seed).fit(images, classes) for seed in (0, 0)]
    assert fits[0].score(images, classes) > 0.7
    np.testing.assert_array_equal(*(fit.predict_proba(images) for fit in fits))


def test_a_model_that_fits_no_rows_or_classes_is_refused_by_name(images, classes):
    class Narrow(BaseClassifier):
        def build_model(self, n_features, n_classes):
            return keras.Sequential([keras.Input((n_features,)), keras.layers.Dense(n_classes - 1)])

    with pytest.raises(ValueError, match=r"Narrow.build_model returned .* to \(None, 9\); it must be .*\(None, 10\)"):
        Narrow().fit(images, classes)


def test_the_base_is_abstract():
    with pytest.raises(TypeError, match="abstract"):
        BaseClassifier()


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer. Maximum iterations")
def test_it_learns_what_scikit_learns_classifier_does(images, classes):
    same = {"batch_size": 32, "learning_rate": "constant", "max_iter": 40, "tol": 0.0}
    plain = {"output_alpha": 0.0, "early_stopping": False}
    losses, accuracies = [], []
    for seed in range(3):
        ours = DenseClassifier((50,), **plain, random_state=seed, **same)
        theirs = MLPClassifier((50,), alpha=0.0, n_iter_no_change=100, random_state=seed, **same)
        for classifier in (ours, theirs):
            losses.append(classifier.fit(images, classes).loss_curve_[-1])
            accuracies.append(classifier.score(images, classes))
    assert np.mean(losses[::2]) == pytest.approx(np.mean(losses[1::2]), rel=0.25)
    assert np.mean(accuracies[::2]) == pytest.approx(np.mean(accuracies[1::2]), abs=0.02)


def test_the_loss_is_the_cross_entropy_and_the_penalty_of_the_output(images, classes):
    """Without learning, the loss of the epoch is that of the initial weights."""
    frozen = {"learning_rate_init": 1e-30, "early_stopping": False, "max_iter": 1, "random_state": 0}
    plain = DenseClassifier(output_alpha=0.0, **frozen).fit(images, classes)
    P = plain.predict_proba(images.astype(np.float64))
    cross_entropy = -np.mean(np.log(P[np.arange(len(P)), classes]))
    assert plain.loss_curve_[0] == pytest.approx(cross_entropy, rel=1e-5)
    penalised = DenseClassifier(output_alpha=0.1, **frozen).fit(images, classes)
    kernel = keras.ops.convert_to_numpy(penalised.model_.get_layer("output").kernel)
    assert penalised.loss_curve_[0] - plain.loss_curve_[0] == pytest.approx(0.1 * np.sum(kernel**2), rel=1e-4)


def test_classes_may_be_words(images, classes):
    words = np.array([f"class {c}" for c in classes])
    numbers_fit, words_fit = (DenseClassifier(**quick).fit(images, y) for y in (classes, words))
    assert words_fit.classes_.tolist() == [f"class {c}" for c in range(10)]
    assert [f"class {c}" for c in numbers_fit.predict(images)] == words_fit.predict(images).tolist()


def test_probabilities_are_of_the_classes_in_order(images, classes):
    classifier = DenseClassifier(max_iter=30, random_state=0).fit(images, classes)
    P = classifier.predict_proba(images)
    assert P.shape == (300, 10)
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(classifier.classes_[P.argmax(axis=1)], classifier.predict(images))
    np.testing.assert_allclose(np.exp(classifier.predict_log_proba(images)), P, rtol=1e-5)


def test_probabilities_sum_to_1_in_the_precision_of_the_rows(images, classes):
    classifier = DenseClassifier(**quick).fit(images, classes)
    P = classifier.predict_proba(np.float64(images))
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-15)
    log_loss(classes, P, labels=range(10))  # which warns of sums that are not 1


def test_accuracy_is_recorded_for_each_epoch(images, classes):
    X, X_val, y, y_val = images[:200], images[200:], classes[:200], classes[200:]
    classifier = DenseClassifier(max_iter=3, early_stopping=False, random_state=0)
    classifier.fit(X, y, X_val=X_val, y_val=y_val)
    curves = ("loss_curve_", "accuracy_curve_", "validation_loss_curve_", "validation_accuracy_curve_")
    assert [len(getattr(classifier, curve)) for curve in curves] == [3] * 4
    assert classifier.validation_accuracy_curve_[-1] == pytest.approx(classifier.score(X_val, y_val))
    P = classifier.predict_proba(X_val)
    assert classifier.validation_loss_curve_[-1] == pytest.approx(-np.mean(np.log(P[range(100), y_val])), rel=1e-4)
    assert DenseClassifier(early_stopping=False, **quick).fit(X, y).validation_accuracy_curve_ is None


def test_early_stopping_restores_the_epoch_of_the_lowest_held_out_loss(images, classes):
    X_val, y_val = images[200:], classes[200:]
    classifier = DenseClassifier(max_iter=60, n_iter_no_change=2, learning_rate_init=1e-2, random_state=0)
    classifier.fit(images[:200], classes[:200], X_val=X_val, y_val=y_val)
    assert classifier.n_iter_ < 60
    best = np.argmin(classifier.validation_loss_curve_)
    assert classifier.score(X_val, y_val) == pytest.approx(classifier.validation_accuracy_curve_[best])


def test_without_held_out_rows_a_fifth_is_drawn(images, classes):
    heard = []

    class Listener:
        def on_epoch_end(self, epoch, logs):
            heard.append(logs)

    DenseClassifier(callbacks=[Listener()], **quick).fit(images, classes)
    assert {"loss", "accuracy", "val_loss", "val_accuracy"} < set(heard[0])
    hits = heard[0]["val_accuracy"] * 60
    assert hits == pytest.approx(round(hits), abs=1e-4)


def test_each_class_is_held_out_in_its_share():
    X, y = np.random.default_rng(0).random((100, 3)), np.repeat([0, 1, 2], [50, 48, 2])
    for seed in range(20):
        classifier = DenseClassifier((2,), max_iter=1, random_state=seed).fit(X, y)
        train, held_out = classifier._split(Rows(X, targets=y), classifier._network.seed)
        assert sorted([*train.index, *held_out.index]) == list(range(100))
        np.testing.assert_allclose(np.bincount(y[held_out.index], minlength=3), [10, 9.6, 0.4], atol=1)
        assert 2 in y[train.index]


@pytest.mark.parametrize("go_on", [False, True], ids=["first fit", "warm start"])
def test_an_error_in_mid_training_leaves_it_as_it_was(images, classes, go_on):
    class Fails:
        def on_epoch_end(self, epoch, logs):
            raise RuntimeError

    classifier = DenseClassifier(warm_start=True, **quick)
    if go_on:
        classifier.fit(images, classes)
    before = pickle.dumps(classifier)
    classifier.set_params(callbacks=[Fails()])
    with pytest.raises(RuntimeError):
        classifier.fit(images, classes)
    assert pickle.dumps(classifier.set_params(callbacks=None)) == before
    assert hasattr(classifier, "classes_") is go_on


def test_a_warm_start_takes_fewer_classes_and_no_others(images, classes):
    classifier = DenseClassifier(warm_start=True, early_stopping=False, **quick).fit(images, classes)
    some = classes < 3
    assert classifier.fit(images[some], classes[some]).predict_proba(images).shape == (300, 10)
    with pytest.raises(ValueError, match=r"y has classes \[10\] which the network"):
        classifier.fit(images, np.where(some, 10, classes))
    assert classifier.n_iter_ == 4


def test_partial_fits_are_epochs_of_fit(images, classes):
    plain = {"batch_size": 256, "early_stopping": False, "tol": 0.0, "random_state": 0}
    whole = DenseClassifier(max_iter=3, **plain).fit(images, classes)
    parts = DenseClassifier(**plain).partial_fit(images, classes, classes=range(10))
    for _ in range(2):
        parts = pickle.loads(pickle.dumps(parts)).partial_fit(images, classes)
    np.testing.assert_array_equal(whole.predict_proba(images), parts.predict_proba(images))
    assert parts.accuracy_curve_ == whole.accuracy_curve_


def test_a_warm_start_goes_on(images, classes):
    plain = {"learning_rate": "constant", "early_stopping": False, "tol": 0.0, "random_state": 0}
    whole = DenseClassifier(max_iter=4, **plain).fit(images, classes)
    parts = DenseClassifier(max_iter=2, warm_start=True, **plain).fit(images, classes).fit(images, classes)
    assert parts.loss_curve_ == whole.loss_curve_


def test_bytes_with_rescale_are_the_same_as_floats(sample):
    X, y = sample[0][:300], sample[1][:300]
    of_bytes = DenseClassifier(rescale=255.0, **quick).fit(X, y)
    of_floats = DenseClassifier(**quick).fit(np.float32(X) / np.float32(255), y)
    np.testing.assert_allclose(of_bytes.loss_curve_, of_floats.loss_curve_, rtol=1e-5)


def test_rows_are_augmented_while_training_alone(images, classes):
    frozen = {"learning_rate_init": 1e-30, "early_stopping": False, "max_iter": 1, "random_state": 0}
    plain = DenseClassifier(**frozen).fit(images, classes)
    dark = DenseClassifier(augment=lambda rows, seed: 0 * rows, **frozen).fit(images, classes)
    assert dark.loss_curve_ != plain.loss_curve_
    np.testing.assert_array_equal(dark.predict_proba(images), plain.predict_proba(images))


@pytest.mark.parametrize("params", [{"dropout": 0.4}, {"alpha": 5.0}, {"output_alpha": 0.5}], ids=str)
@pytest.mark.once
def test_the_remedies_against_overfitting_take_effect(images, classes, params):
    settings = {"max_iter": 40, "early_stopping": False, "tol": 0.0, "batch_size": 32, "random_state": 0}
    plain, remedied = (DenseClassifier(**settings | p).fit(images[:150], classes[:150]) for p in ({}, params))
    log_loss = [-np.mean(c.predict_log_proba(images[:150])[range(150), classes[:150]]) for c in (plain, remedied)]
    assert log_loss[1] > log_loss[0]


def test_in_scikit_learns_tools(images, classes):
    pipe = Pipeline([("scale", StandardScaler()), ("net", DenseClassifier((16,), max_iter=5, random_state=0))])
    search = GridSearchCV(pipe, {"net__output_alpha": [0.0, 0.1]}, cv=2).fit(images, classes)
    assert search.best_score_ > 0.2
    calibrated = CalibratedClassifierCV(DenseClassifier((16,), **quick), cv=2).fit(images, classes)
    assert calibrated.predict_proba(images).shape == (300, 10)


def test_it_is_saved_and_loaded(images, classes, tmp_path):
    classifier = DenseClassifier(**quick).fit(images, classes)
    skfashion.save(classifier, tmp_path / "model")
    loaded = skfashion.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict_proba(images), classifier.predict_proba(images))


def test_a_copy_is_unfitted():
    assert clone(DenseClassifier((5,), dropout=0.1)).get_params() == DenseClassifier((5,), dropout=0.1).get_params()


X, y = np.random.default_rng(0).random((8, 4)), np.array([0, 1] * 4)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"X_val": X}, "X_val and y_val belong together"),
        ({"y_val": y}, "X_val and y_val belong together"),
        ({"X_val": X[:, :3], "y_val": y}, "X_val and y_val are not like X and y: X has 3 features"),
        (
            {"X_val": X, "y_val": y + 1},
            r"X_val and y_val are not like X and y: y has classes \[2\] which the network",
        ),
    ],
)
def test_held_out_rows_that_do_not_fit_are_refused(arguments, problem):
    classifier = DenseClassifier(**quick)
    with pytest.raises(ValueError, match=problem):
        classifier.fit(X, y, **arguments)
    assert not hasattr(classifier, "classes_")


def test_the_first_part_must_name_all_classes():
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        DenseClassifier().partial_fit(X, y)
    classifier = DenseClassifier(random_state=0).partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match=r"y has classes \[2\] which the network does not know, but only \[0, 1\]"):
        classifier.partial_fit(X, y + 1)
    with pytest.raises(ValueError, match="are not those of the first call"):
        classifier.partial_fit(X, y, classes=[0, 1, 2])
    assert classifier.n_iter_ == 1


def test_numbers_that_are_no_classes_are_refused():
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        DenseClassifier().fit(X, X[:, 0])


@pytest.mark.parametrize("y", [["a", None, "b"], [0.0, np.nan, 1.0]])
def test_rows_without_a_class_are_refused_before_training(y):
    with pytest.raises(ValueError, match="y is missing in 1 of 3 rows, the first of them row 1; leave these rows out"):
        DenseClassifier(early_stopping=False).fit(np.zeros((3, 4)), y)
