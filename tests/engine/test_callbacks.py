import copy
import csv
import pickle

import keras
import numpy as np
import pytest
from keras.callbacks import (
    BackupAndRestore,
    Callback,
    CSVLogger,
    EarlyStopping,
    History,
    LambdaCallback,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
    TensorBoard,
    TerminateOnNaN,
)
from sklearn.base import clone

from skfashion import DenseAE, DenseClassifier, DenseVAE


@pytest.fixture
def X():
    return np.random.default_rng(0).random((60, 5))


def fit(X, *callbacks, estimator=DenseAE, max_iter=4, **options):
    options = {"tol": 0.0, "batch_size": 16, "random_state": 0, **options}
    return estimator(2, max_iter=max_iter, callbacks=list(callbacks), **options).fit(X)


class Recorder(Callback):
    """A callback of Keras' class that writes down what is called."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def on_train_begin(self, logs=None):
        self.calls.append(("train begins", self.params["epochs"], self.model.stop_training))

    def on_epoch_begin(self, epoch, logs=None):
        self.calls.append(("epoch begins", epoch))

    def on_epoch_end(self, epoch, logs=None):
        self.calls.append(("epoch ends", epoch))

    def on_train_end(self, logs=None):
        self.calls.append(("train ends", sorted(logs)))


def test_all_methods_of_epochs_and_of_the_training_are_called_in_order(X):
    recorder = Recorder()
    fit(X, recorder, max_iter=2)
    assert recorder.calls == [
        ("train begins", 2, False),
        ("epoch begins", 0),
        ("epoch ends", 0),
        ("epoch begins", 1),
        ("epoch ends", 1),
        ("train ends", ["loss", "reconstruction"]),
    ]


def test_early_stopping_of_keras_stops_the_training_without_a_warning(X):
    stopping = EarlyStopping(monitor="loss", patience=1, min_delta=10.0)  # no loss falls by as much
    ae = fit(X, stopping, max_iter=50, tol=1e-9)
    assert ae.n_iter_ == len(ae.loss_curve_) == 2
    assert ae.converged_


@pytest.mark.parametrize("estimator", [DenseAE, DenseVAE])
def test_early_stopping_of_keras_restores_the_weights_of_its_best_epoch(X, estimator):
    best = EarlyStopping(monitor="loss", patience=1, min_delta=10.0, restore_best_weights=True)
    stopped = fit(X, best, estimator=estimator, learning_rate="constant", max_iter=50)
    first = fit(X, estimator=estimator, learning_rate="constant", max_iter=1)
    np.testing.assert_array_equal(stopped.transform(X), first.transform(X))
    assert stopped.score(X) == first.score(X)


def test_logs_are_written_to_a_file(X, tmp_path):
    ae = fit(X, CSVLogger(tmp_path / "log.csv"))
    with (tmp_path / "log.csv").open() as file:
        assert [float(line["loss"]) for line in csv.DictReader(file)] == ae.loss_curve_


def test_history_has_the_curves(X):
    history = History()
    assert fit(X, history).loss_curve_ == history.history["loss"]


def test_a_schedule_of_keras_sets_the_learning_rate_of_the_steps(X):
    still = LearningRateScheduler(lambda epoch, rate: rate if epoch == 0 else 1e-30)
    frozen = fit(X, still, learning_rate="constant", max_iter=3)
    one = fit(X, learning_rate="constant", max_iter=1)
    np.testing.assert_allclose(frozen.transform(X), one.transform(X), rtol=1e-6)


def test_a_learning_rate_that_is_reduced_stays_in_proportion_to_the_plan(X):
    rates = []

    class Watch(Callback):
        def on_epoch_begin(self, epoch, logs=None):
            rates.append(float(self.model.optimizer.learning_rate))

        def on_epoch_end(self, epoch, logs=None):
            pass

    slower = ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1, min_delta=10.0)
    fit(X, slower, Watch(), max_iter=4, learning_rate_init=0.01)
    assert rates == pytest.approx([0.01, 0.01, 0.005, 0.00125])  # halved after each epoch; the plan halves the last


def test_weights_that_a_callback_sets_are_those_of_the_next_epoch(X):
    class Back(Callback):
        def on_train_begin(self, logs=None):
            self.first = self.model.get_weights()

        def on_epoch_end(self, epoch, logs=None):
            self.model.set_weights(self.first)

    ae = fit(X, Back(), max_iter=2, learning_rate="constant")
    untrained = fit(X, max_iter=1, learning_rate_init=1e-30)
    np.testing.assert_allclose(ae.transform(X), untrained.transform(X), rtol=1e-6)


@pytest.mark.parametrize(
    ("callback", "problem"),
    [
        (lambda: ModelCheckpoint("best.keras"), "ModelCheckpoint, which works with Keras' own fit only; save the est"),
        (lambda: BackupAndRestore("folder"), "BackupAndRestore, .* train by partial_fit"),
        (TerminateOnNaN, "TerminateOnNaN, .* a fit stops by itself"),
        (lambda: TensorBoard(update_freq=10), "TensorBoard, .* set update_freq='epoch'"),
        (lambda: LambdaCallback(on_train_batch_end=print), "LambdaCallback with on_train_batch_end, which is not call"),
        (EarlyStopping, r"EarlyStopping with monitor='val_loss', but the logs are loss, .*; hold rows out \(early_st"),
        (
            lambda: EarlyStopping(monitor="acc"),
            "EarlyStopping with monitor='acc', but the logs are loss, .*; monitor o",
        ),
        (
            lambda: EarlyStopping(monitor="reconstruction"),
            "monitor='reconstruction' and mode='auto'; set mode to 'min'",
        ),
    ],
)
def test_callbacks_that_could_not_do_their_work_are_refused_before_the_training(X, callback, problem):
    recorder = Recorder()
    with pytest.raises(ValueError, match=problem):
        fit(X, recorder, callback())
    assert not recorder.calls


def test_tensorboard_without_tensorflow_is_refused_before_the_training(X, monkeypatch):
    monkeypatch.setattr("skfashion.engine.callbacks.is_installed", lambda name: False)
    recorder = Recorder()
    with pytest.raises(
        ImportError, match=r"TensorBoard, which needs tensorflow; pip install 'skfashion\[tensorflow\]'\."
    ):
        fit(X, recorder, TensorBoard())
    assert not recorder.calls


def test_a_callback_that_asks_for_more_is_told_what_there_is(X):
    with pytest.raises(AttributeError, match="A callback uses 'summary' of Keras' model, which is not offered here"):
        fit(X, LambdaCallback(on_train_begin=lambda logs: None), Summary())


class Summary(Callback):
    def on_train_begin(self, logs=None):
        self.model.summary()


def test_an_estimator_with_callbacks_that_have_worked_is_copied_without_its_network(X):
    stopping = EarlyStopping(monitor="loss")
    copied = clone(fit(X, stopping)).callbacks[0]
    with pytest.raises(AttributeError, match="The training is over"):
        copied.model.get_weights()


def test_held_out_rows_of_a_classifier_can_be_monitored(X):
    stopping = EarlyStopping(monitor="val_accuracy", mode="max", patience=1, min_delta=10.0)
    y = np.arange(60) % 2
    classifier = DenseClassifier((4,), callbacks=[stopping], max_iter=30, tol=0.0, random_state=0).fit(X, y)
    assert classifier.n_iter_ == 2


def test_the_layers_of_all_networks_are_shown(X):
    seen = []
    fit(X, LambdaCallback(on_epoch_end=lambda epoch, logs: None), Layers(seen), max_iter=1)
    assert sum(isinstance(layer, keras.layers.Dense) for layer in seen) == 2


class Layers(Callback):
    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def on_train_end(self, logs=None):
        self.seen += self.model.layers


def test_an_estimator_with_a_log_file_is_copied_and_saved(X, tmp_path):
    ae = fit(X, CSVLogger(tmp_path / "log.csv"))
    for copied in (clone(ae), copy.deepcopy(ae), pickle.loads(pickle.dumps(ae))):
        copied.fit(X)
