"""What holds for everything that trains a network, tried on an autoencoder and a classifier."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import cross_val_score

from skfashion import DenseAE, DenseClassifier, DenseVAE
from skfashion.engine.rows import Rows
from skfashion.estimators._parameters import resolve_batch_size, resolve_max_iter

ESTIMATORS = [
    DenseAE(2, hidden_layer_sizes=(5,), dropout=0.2, noise=0.1, batch_size=64, random_state=0),
    DenseVAE(2, batch_size=64, beta_warmup=4, early_stopping=True, random_state=0),
    DenseClassifier((5,), dropout=0.2, batch_size=64, random_state=0),
]
each_estimator = pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda estimator: type(estimator).__name__)


@pytest.fixture
def interrupted(monkeypatch):
    """Call it with n: Ctrl-C comes in the middle of the nth epoch."""

    def after(n_epochs):
        epochs = iter(range(1, n_epochs + 2))
        whole = Rows.weighted_batches

        def weighted_batches(rows, batch_size, **options):
            if rows.seed is None or next(epochs) < n_epochs:  # without a seed, they are held out
                yield from whole(rows, batch_size, **options)
            else:
                yield next(whole(rows, batch_size, **options))
                raise KeyboardInterrupt

        monkeypatch.setattr(Rows, "weighted_batches", weighted_batches)

    yield after
    monkeypatch.undo()


@each_estimator
def test_an_interrupted_fit_is_the_fit_of_its_whole_epochs(estimator, images, classes, interrupted, monkeypatch):
    expected = clone(estimator).set_params(max_iter=2).fit(images, classes)
    interrupted(3)
    estimator = clone(estimator)
    with pytest.raises(KeyboardInterrupt, match="as after epoch 2"):
        estimator.fit(images, classes)
    monkeypatch.undo()
    assert estimator.n_iter_ == 2
    assert _attributes(estimator) == _attributes(expected)
    _assert_equal_weights(estimator, expected)


@each_estimator
def test_a_fit_interrupted_in_its_first_epoch_never_was(estimator, images, classes, interrupted):
    estimator = clone(estimator)
    interrupted(1)
    with pytest.raises(KeyboardInterrupt):
        estimator.fit(images, classes)
    assert vars(estimator) == vars(clone(estimator))


@each_estimator
def test_an_interrupted_warm_start_keeps_its_whole_epochs_and_goes_on(
    estimator, images, classes, interrupted, monkeypatch
):
    """Two epochs, two of four more, and one: five, as if nothing had happened."""
    long = clone(estimator).set_params(max_iter=2, warm_start=True, early_stopping=False, tol=0.0)
    parts = clone(long).fit(images, classes)
    for max_iter in (2, 2, 1):
        long.set_params(max_iter=max_iter).fit(images, classes)
    interrupted(3)
    with pytest.raises(KeyboardInterrupt):
        parts.set_params(max_iter=4).fit(images, classes)
    monkeypatch.undo()
    parts.set_params(max_iter=1).fit(images, classes)
    assert parts.n_iter_ == 5
    _assert_equal_weights(parts, long)


def test_an_interrupt_between_epochs_keeps_the_epoch_that_has_ended(images):
    class CtrlC:
        def on_epoch_end(self, epoch, logs):
            if epoch == 1:
                raise KeyboardInterrupt

    ae = DenseAE(2, callbacks=[CtrlC()], random_state=0)
    with pytest.raises(KeyboardInterrupt):
        ae.fit(images)
    expected = DenseAE(2, max_iter=2, random_state=0).fit(images)
    np.testing.assert_array_equal(ae.transform(images), expected.transform(images))


@each_estimator
def test_scores_of_two_processes_are_those_of_one(estimator, images, classes):
    estimator = clone(estimator).set_params(max_iter=3)
    scores = [cross_val_score(estimator, images, classes, cv=3, n_jobs=n_jobs) for n_jobs in (1, 2)]
    np.testing.assert_array_equal(*scores)


FIT_A_FILE = """
import pathlib, sys, threading, time
import numpy as np
from skfashion import DenseAE

def anonymous():
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024

def watch():
    while True:
        peaks.append(anonymous())
        time.sleep(0.005)

from skfashion.engine import rows as batches

batches.POOL_BYTES, batches.BLOCK_BYTES = 2**24, 2**16  # so that this is a large file
X = np.load(sys.argv[1], mmap_mode="r")
ae = DenseAE(2, max_iter=1, early_stopping=True, random_state=0)
ae.fit(X[:20_000])  # compiled
peaks = [anonymous()]
threading.Thread(target=watch, daemon=True).start()
codes = ae.fit(X).transform(X)
print(max(peaks) - peaks[0], X.nbytes / 2**20)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory as Linux shows it")
@pytest.mark.once
def test_memory_does_not_grow_with_a_file(tmp_path):
    X = np.lib.format.open_memmap(tmp_path / "X.npy", "w+", np.float32, (100_000, 784))
    X[:] = np.random.default_rng(0).random(784, dtype=np.float32)
    X.flush()
    command = [sys.executable, "-c", FIT_A_FILE, str(tmp_path / "X.npy")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    growth, size = map(float, done.stdout.split())
    assert size > 290
    assert growth < size / 3  # twice 16 MiB are gathered at once; the rest is what malloc keeps


@each_estimator
def test_ctrl_c_waits_for_the_end_of_a_step(estimator, images, classes, monkeypatch, ctrl_c):
    """In the second epoch: an exception would come at any place in between."""
    whole, n_calls = Rows.weighted_batches, iter(range(100))

    def weighted_batches(rows, batch_size, **options):
        if rows.seed is not None and next(n_calls) == 1:
            ctrl_c()
        yield from whole(rows, batch_size, **options)

    monkeypatch.setattr(Rows, "weighted_batches", weighted_batches)
    handler = signal.getsignal(signal.SIGINT)
    estimator = clone(estimator)
    with pytest.raises(KeyboardInterrupt, match="as after epoch 1"):
        estimator.fit(images, classes)
    assert estimator.n_iter_ == 1
    assert signal.getsignal(signal.SIGINT) is handler


def _attributes(estimator):
    return {name: value for name, value in vars(estimator).items() if name.endswith(("_curve_", "best_loss_"))}


def _assert_equal_weights(estimator, expected):
    from skfashion.engine.variables import get_values

    networks = estimator._network.network, expected._network.network
    for value, other in zip(*(get_values(network.variables) for network in networks), strict=True):
        np.testing.assert_array_equal(value, other)


@pytest.mark.parametrize(
    ("n_rows", "batch_size", "max_iter"),
    [(1, 16, 600), (200, 16, 600), (600, 16, 264), (1797, 32, 176), (5000, 64, 127), (60_000, 256, 50)],
)
def test_the_budget_counts_steps_and_epochs(n_rows, batch_size, max_iter):
    assert resolve_batch_size("auto", n_rows) == batch_size
    assert resolve_max_iter("auto", n_rows, batch_size) == max_iter
    assert (resolve_batch_size(7, n_rows), resolve_max_iter(3, n_rows, 7)) == (7, 3)
    assert resolve_batch_size("auto", None) == 256


@each_estimator
def test_the_budget_of_the_last_fit_is_told(estimator, images, classes):
    estimator = clone(estimator).set_params(batch_size="auto", max_iter=2, early_stopping=False).fit(images, classes)
    assert (estimator.batch_size_, estimator.max_iter_) == (resolve_batch_size("auto", len(images)), 2)


@pytest.mark.parametrize("n_components", [8, 24])
@pytest.mark.once
def test_few_rows_are_restored_nearly_as_well_as_by_principal_components(n_components):
    X = load_digits().data[:200] / 16
    pca = PCA(n_components).fit(X)
    least = np.mean((X - pca.inverse_transform(pca.transform(X))) ** 2)
    assert -DenseAE(n_components, random_state=0).fit(X).score(X) < 1.1 * least


@each_estimator
def test_a_training_that_max_iter_ends_warns(estimator, images, classes, recwarn):
    estimator = clone(estimator).set_params(max_iter=2, tol=1e-9)
    with pytest.warns(ConvergenceWarning, match=r"the loss had not settled after max_iter=2 epochs; raise max_iter"):
        estimator.fit(images, classes)
    assert not estimator.converged_
    estimator.set_params(tol=0.0).fit(images, classes)  # two epochs are what is asked for
    estimator.set_params(tol=1e9, n_iter_no_change=1, max_iter=9).fit(images, classes)  # it has settled
    assert estimator.converged_
    assert not any(warning.category is ConvergenceWarning for warning in recwarn)


def test_callbacks_may_be_an_array(images):
    class Counter:
        n_epochs = 0

        def on_epoch_end(self, epoch, logs):
            self.n_epochs += 1

    counter = Counter()
    DenseAE(2, max_iter=2, tol=0, callbacks=np.array([counter, counter])).fit(images)
    assert counter.n_epochs == 4
    DenseAE(2, max_iter=1, tol=0, callbacks=np.array([])).fit(images)


@pytest.mark.parametrize("parameter", ["rescale", "alpha", "beta", "beta_warmup", "noise_variance"])
def test_a_large_integer_is_a_number_as_any_other(images, parameter):
    other = np.int64 if parameter == "beta_warmup" else float  # it is a number of epochs
    estimator = DenseVAE(2, max_iter=1, tol=0, random_state=0)
    networks = [clone(estimator).set_params(**{parameter: kind(2**40)}).fit(images) for kind in (int, other)]
    np.testing.assert_array_equal(*(network.transform(images) for network in networks))
