import copy
import pickle
import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import DenseAE, DenseVAE, HungarianAccuracy
from skfashion.autoencoders import _dense
from skfashion.engine.backend import choose_backend
from skfashion.engine.rows import INFERENCE_ROWS
from skfashion.engine.variables import get_values
from skfashion.estimators import _parameters

quick = {"max_iter": 3, "random_state": 0}
BUSY = {"hidden_layer_sizes": (8,), "dropout": 0.2, "noise": 0.1, "alpha": 0.1, "early_stopping": True}


@parametrize_with_checks([DenseAE(max_iter=3), DenseAE(max_iter=2, **BUSY), DenseAE(max_iter=2, rescale=9.0)])
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


@pytest.mark.filterwarnings("ignore:X (has|does not have valid) feature names")  # the checks themselves mix the two
@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_param_validation,
        estimator_checks.check_set_output_transform,
        estimator_checks.check_set_output_transform_pandas,
        estimator_checks.check_global_output_transform_pandas,
        estimator_checks.check_set_output_transform_polars,
        estimator_checks.check_global_set_output_transform_polars,
        estimator_checks.check_transformer_get_feature_names_out,
        estimator_checks.check_transformer_get_feature_names_out_pandas,
        estimator_checks.check_dataframe_column_names_consistency,
    ],
    ids=lambda check: check.__name__,
)
def test_checks_that_the_suite_leaves_out(check):
    check("DenseAE", DenseAE(max_iter=2))


# What it learns


def test_a_linear_autoencoder_comes_near_pca_which_is_optimal(images):
    ae = DenseAE(5, max_iter=300, learning_rate_init=3e-3, tol=0, random_state=0).fit(images)
    pca = PCA(5, random_state=0).fit(images)
    optimum = np.mean((images - pca.inverse_transform(pca.transform(images))) ** 2)
    assert optimum < -ae.score(images) < 1.05 * optimum


def test_score_samples_is_minus_the_mean_squared_error_of_the_row(images):
    ae = DenseAE(5, **quick).fit(images)
    error = np.mean((images - ae.inverse_transform(ae.transform(images))) ** 2, axis=1)
    np.testing.assert_allclose(ae.score_samples(images), -error, rtol=1e-5)
    assert ae.score(images) == pytest.approx(-error.mean(), rel=1e-6)


def test_score_samples_under_log_loss_is_minus_the_mean_cross_entropy(images):
    ae = DenseAE(5, loss="log_loss", **quick).fit(images)
    P = ae.inverse_transform(ae.transform(images)).astype(float)
    assert 0 < P.min() < P.max() < 1
    entropy = -np.mean(images * np.log(P) + (1 - images) * np.log(1 - P), axis=1)
    np.testing.assert_allclose(ae.score_samples(images), -entropy, rtol=1e-4)


def test_the_network_is_the_one_that_the_paper_counts():
    ae = DenseAE(10, hidden_layer_sizes=(1500, 1000, 500), max_iter=1).fit(np.zeros((2, 784)))
    assert ae.encoder_.count_params() + ae.decoder_.count_params() == 6_368_794


def test_bytes_with_rescale_are_the_same_as_floats_divided_by_hand(sample):
    X = sample[0][:300]
    of_bytes = DenseAE(5, rescale=255.0, **quick).fit(X)
    of_floats = DenseAE(5, **quick).fit(X.astype(np.float32) / np.float32(255))
    np.testing.assert_allclose(of_bytes.loss_curve_, of_floats.loss_curve_, rtol=1e-5)
    Z = of_bytes.transform(X)
    assert Z.dtype == np.float32
    np.testing.assert_allclose(Z, of_floats.transform(X / np.float32(255)), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(of_bytes.inverse_transform(Z), 255 * of_floats.inverse_transform(Z), atol=0.1)


def test_bytes_without_rescale_are_the_numbers_0_to_255(sample):
    X = sample[0][:50]
    np.testing.assert_allclose(
        DenseAE(2, **quick).fit(X).loss_curve_, DenseAE(2, **quick).fit(X.astype(float)).loss_curve_, rtol=1e-6
    )


def test_alpha_adds_half_the_squared_weights_divided_by_the_rows():
    X = np.zeros((4, 3))
    plain, penalised = (DenseAE(2, alpha=a, max_iter=1, random_state=0).fit(X) for a in (0.0, 0.5))
    start = DenseAE(2, max_iter=1, learning_rate_init=1e-30, random_state=0).fit(X)  # as initialised
    variables = [*start.encoder_.trainable_variables, *start.decoder_.trainable_variables]
    kernels = [value for value in get_values(variables) if value.ndim == 2]
    expected = 0.5 * 0.5 * sum(np.sum(k**2) for k in kernels) / 4
    assert penalised.loss_curve_[0] - plain.loss_curve_[0] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("params", [{"noise": 0.3}, {"dropout": 0.3}], ids=["noise", "dropout"])
def test_noise_and_dropout_change_training_but_not_inference(images, params):
    plain = DenseAE(5, hidden_layer_sizes=(16,), **quick).fit(images)
    ae = DenseAE(5, hidden_layer_sizes=(16,), **params, **quick).fit(images)
    assert ae.loss_curve_ != plain.loss_curve_
    W1, b1, W2, b2 = get_values(ae.encoder_.trainable_variables)
    Z = np.maximum(images @ W1 + b1, 0) @ W2 + b2
    np.testing.assert_allclose(ae.transform(images), Z, rtol=1e-4, atol=1e-5)


def test_augment_changes_input_and_target_alike(images):
    from keras import ops

    ae = DenseAE(5, augment=lambda rows, seed: ops.zeros_like(rows), **quick).fit(images)
    assert ae.loss_curve_[0] == pytest.approx(0, abs=1e-12)  # zeros in, zeros wanted, and zeros come out


@pytest.mark.parametrize("augment", ["shift", ["scale", "blur"], {"brightness": 0.5, "flip": 1}], ids=str)
def test_named_augmentation_changes_training_and_follows_from_the_seed(images, augment):
    plain = DenseAE(5, **quick).fit(images)
    first, again = (DenseAE(5, augment=augment, **quick).fit(images) for _ in range(2))
    assert first.loss_curve_ != plain.loss_curve_
    assert again.loss_curve_ == first.loss_curve_
    copied = pickle.loads(pickle.dumps(first))
    np.testing.assert_array_equal(copied.transform(images), first.transform(images))


def test_named_augmentation_needs_images():
    with pytest.raises(
        ValueError, match="augment='shift' is for square grey images here but X has 6 columns; use a conv"
    ):
        DenseAE(2, augment="shift").fit(np.zeros((5, 6)))


@pytest.mark.parametrize("augment", [lambda rows, seed: rows[:3], lambda rows, seed: None], ids=["shorter", "nothing"])
def test_an_augmentation_must_return_rows(images, augment):
    with pytest.raises(ValueError, match=r"augment must return a tensor of the shape \(16, 784\) of its rows, not"):
        DenseAE(2, augment=augment).fit(images)


def test_values_beyond_single_precision_are_refused(images):
    ae = DenseAE(2, **quick).fit(images)
    with pytest.raises(ValueError, match="X has values beyond those of single precision"):
        ae.transform(np.full((1, 784), 1e300))
    with pytest.raises(ValueError, match="Z has values beyond those of single precision"):
        ae.inverse_transform(np.full((1, 2), -1e300))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused_in_whatever_batch_they_are(images, dtype, number):
    ae = DenseAE(2, **quick).fit(images)
    X = np.zeros((2 * INFERENCE_ROWS + 1, 784), dtype)
    X[-1, 5] = number
    with pytest.raises(ValueError, match=r"Input X contains (NaN|infinity)"):
        ae.transform(X)


def test_numbers_whose_sum_alone_is_not_finite_are_encoded():
    ae = DenseAE(2, max_iter=1, random_state=0).fit(np.eye(2))
    huge = np.float32([[2e38, 0], [2e38, 0]])
    (weights, _), bias = ae.encoder_.get_weights()
    assert_allclose(ae.transform(huge), 2 * [2e38 * weights + bias], rtol=1e-6)


def test_an_augmentation_that_is_not_known_is_an_error_and_nothing_is_fitted(images):
    ae = DenseAE(2, augment=("shift", "rotate"))
    with pytest.raises(ValueError, match="augment has 'rotate'; choose from shift"):
        ae.fit(images)
    assert not hasattr(ae, "n_iter_")


def test_callables_are_activations(images):
    from keras import ops

    by_name = DenseAE(5, hidden_layer_sizes=(8,), activation="tanh", code_activation="logistic", **quick).fit(images)
    by_callable = DenseAE(5, hidden_layer_sizes=(8,), activation=ops.tanh, code_activation=ops.sigmoid, **quick).fit(
        images
    )
    np.testing.assert_allclose(by_name.transform(images), by_callable.transform(images), rtol=1e-5)
    assert 0 < by_name.transform(images).min() < by_name.transform(images).max() < 1


# When it stops


def test_curves_have_an_entry_per_epoch(images):
    ae = DenseAE(5, **quick).fit(images)
    assert ae.n_iter_ == len(ae.loss_curve_) == 3
    assert ae.validation_loss_curve_ is None
    assert ae.best_loss_ == min(ae.loss_curve_)


def test_it_stops_when_the_training_loss_stalls(images):
    ae = DenseAE(5, max_iter=50, tol=1e9, n_iter_no_change=2, learning_rate="constant", random_state=0).fit(images)
    assert ae.n_iter_ == 4  # the first epoch improves on nothing; then it stalls three times, more than two
    ae.set_params(learning_rate="linear_decay").fit(images)
    assert ae.n_iter_ == 6  # a third as many epochs more


def test_early_stopping_restores_the_epoch_of_the_lowest_held_out_loss(images):
    black = np.zeros_like(images[:50])  # restored without an error before the first step, then ever worse
    ae = DenseAE(5, early_stopping=True, max_iter=10, random_state=0).fit(images, X_val=black)
    assert len(ae.validation_loss_curve_) == ae.n_iter_ == 10
    assert ae.best_loss_ == min(ae.validation_loss_curve_) < ae.validation_loss_curve_[-1]
    assert -ae.score(black) == pytest.approx(ae.best_loss_, rel=1e-5)


def test_x_val_without_early_stopping_is_only_recorded(images):
    plain = DenseAE(5, **quick).fit(images[:100])
    ae = DenseAE(5, **quick).fit(images[:100], X_val=images[100:])
    assert ae.loss_curve_ == plain.loss_curve_
    assert len(ae.validation_loss_curve_) == 3
    assert ae.validation_loss_curve_[-1] == pytest.approx(-ae.score(images[100:]), rel=1e-5)


def test_early_stopping_holds_out_its_share_of_the_rows(images):
    """Trained on 1 of 2 rows, the model has seen the same as one that was given that row."""
    X = images[:2]
    ae = DenseAE(2, early_stopping=True, validation_fraction=0.5, **quick).fit(X)
    alone = [DenseAE(2, **quick).fit(row[None]).loss_curve_ for row in X]
    assert ae.loss_curve_ in alone


def test_x_val_is_routed_through_a_pipeline(images):
    with sklearn.config_context(enable_metadata_routing=True):
        ae = DenseAE(5, early_stopping=True, **quick).set_fit_request(X_val=True)
        pipe = Pipeline([("scale", MinMaxScaler()), ("ae", ae)], transform_input=["X_val"])
        pipe.fit(images[:100], X_val=images[100:])
    scaler = MinMaxScaler().fit(images[:100])
    direct = DenseAE(5, early_stopping=True, **quick)
    direct.fit(scaler.transform(images[:100]), X_val=scaler.transform(images[100:]))
    assert pipe["ae"].validation_loss_curve_ == direct.validation_loss_curve_


# Going on


def test_three_partial_fits_are_three_epochs_of_fit(images):
    busy = {k: v for k, v in BUSY.items() if k != "early_stopping"} | {"batch_size": 256}
    whole = DenseAE(5, **quick, **busy).fit(images)
    parts = clone(whole)
    for _ in range(3):
        parts.partial_fit(images)
    assert parts.loss_curve_ == whole.loss_curve_
    assert parts.n_iter_ == 3
    np.testing.assert_array_equal(parts.transform(images), whole.transform(images))


def test_a_warm_start_goes_on_where_fit_stopped(images):
    constant = {"learning_rate": "constant", "random_state": 0}
    whole = DenseAE(5, max_iter=4, **constant).fit(images)
    warm = DenseAE(5, max_iter=2, warm_start=True, **constant).fit(images).fit(images)
    assert warm.loss_curve_ == whole.loss_curve_
    np.testing.assert_array_equal(warm.transform(images), whole.transform(images))


def test_a_pickled_model_goes_on_like_the_one_that_was_pickled(images):
    ae = DenseAE(5, random_state=0, dropout=0.1, hidden_layer_sizes=(8,)).partial_fit(images)
    copied = pickle.loads(pickle.dumps(ae))
    np.testing.assert_array_equal(
        ae.partial_fit(images).transform(images), copied.partial_fit(images).transform(images)
    )


def test_fit_without_warm_start_forgets(images):
    ae = DenseAE(5, **quick).fit(images)
    before = ae.transform(images)
    np.testing.assert_array_equal(ae.fit(images[:50]).fit(images).transform(images), before)


@pytest.mark.parametrize(
    "change", [{"n_components": 3}, {"alpha": 0.5}, {"hidden_layer_sizes": (4,)}, {"loss": "log_loss"}, {"noise": 0.1}]
)
def test_another_network_cannot_go_on(images, change):
    ae = DenseAE(2, warm_start=True, **quick).fit(images)
    (name,) = change
    for train_on in (ae.set_params(**change).fit, ae.partial_fit):
        with pytest.raises(ValueError, match=f"{name} was .* when the network was built and is .* now"):
            train_on(images)
    assert ae.transform(images).shape == (300, 2)


def test_what_only_training_needs_may_change_between_warm_starts(images):
    still = DenseAE(2, warm_start=True, hidden_layer_sizes=[4], **quick).fit(images)
    before = still.transform(images)
    still.set_params(learning_rate_init=1e-30, hidden_layer_sizes=(4,), max_iter=1).fit(images)
    np.testing.assert_allclose(still.transform(images), before, rtol=1e-6)


def test_an_error_in_a_warm_start_leaves_the_weights_as_they_were(images):
    class Stop:
        def on_epoch_end(self, epoch, logs):
            raise RuntimeError

    ae = DenseAE(2, warm_start=True, **quick).fit(images)
    before = ae.transform(images)
    with pytest.raises(RuntimeError):
        ae.set_params(callbacks=[Stop()]).fit(images)
    np.testing.assert_array_equal(ae.transform(images), before)
    assert ae.n_iter_ == 3


# Randomness


@pytest.mark.parametrize("params", [{}, BUSY], ids=["plain", "busy"])
def test_an_integer_seed_determines_the_fit_and_no_global_state_is_touched(images, params):
    before = _global_states()
    fits = [DenseAE(5, **params, max_iter=2, random_state=s).fit(images).transform(images) for s in (3, 3, 4)]
    assert _global_states() == before
    np.testing.assert_array_equal(fits[0], fits[1])
    assert not np.array_equal(fits[0], fits[2])


def _global_states():
    states = [random.getstate(), str(np.random.get_state())]  # noqa: NPY002 (the state that must not be touched)
    if choose_backend() == "torch":
        import torch

        states.append(torch.get_rng_state().tolist())
    return states


def test_no_seed_draws_a_fresh_one_from_numpys_global_state(images):
    first, second = (DenseAE(2, max_iter=1).fit(images).transform(images) for _ in range(2))
    assert not np.array_equal(first, second)
    fits = []
    for _ in range(2):
        np.random.seed(7)  # noqa: NPY002 (the state that random_state=None draws from in scikit-learn)
        fits.append(DenseAE(2, max_iter=1).fit(images).transform(images))
    np.testing.assert_array_equal(*fits)


def test_fits_in_several_threads_are_those_of_one(images):
    def fit(seed):
        ae = DenseAE(5, hidden_layer_sizes=(9,), dropout=0.2, noise=0.1, max_iter=3, random_state=seed)
        return ae.fit(images).transform(images)

    with ThreadPoolExecutor(3) as pool:  # first, so that nothing is compiled yet
        together = list(pool.map(fit, range(6)))
    for seed in range(6):
        np.testing.assert_array_equal(together[seed], fit(seed))


def test_a_thread_that_draws_from_pythons_random_has_no_part_in_a_fit(images):
    expected = DenseAE(5, hidden_layer_sizes=(9,), max_iter=1, random_state=0).fit(images).transform(images)
    done = threading.Event()

    def draw():
        while not done.is_set():
            random.random()

    thread = threading.Thread(target=draw)
    thread.start()
    try:
        for _ in range(4):
            ae = DenseAE(5, hidden_layer_sizes=(9,), max_iter=1, random_state=0).fit(images)
            np.testing.assert_array_equal(ae.transform(images), expected)
    finally:
        done.set()
        thread.join()


# Copies


def test_pickles_are_small_and_their_bytes_stable(images):
    ae = DenseAE(5, hidden_layer_sizes=(16,), **quick).fit(images)
    content = pickle.dumps(ae)
    n_weights = ae.encoder_.count_params() + ae.decoder_.count_params()
    assert len(content) < 4 * n_weights + 10_000
    assert pickle.dumps(ae) == content
    assert pickle.dumps(pickle.loads(content)) == content
    assert pickle.dumps(clone(ae).fit(images)) == content


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda ae: pickle.loads(pickle.dumps(ae))], ids=["deepcopy", "pickle"]
)
def test_a_copy_gives_the_same_and_goes_its_own_way(images, copied):
    ae = DenseAE(5, **quick).fit(images)
    before = ae.transform(images)
    other = copied(ae)
    np.testing.assert_array_equal(other.transform(images), before)
    other.partial_fit(images)
    np.testing.assert_array_equal(ae.transform(images), before)


def test_a_model_whose_parameters_were_changed_later_still_pickles(images):
    ae = DenseAE(5, **quick).fit(images)
    ae.set_params(n_components=7, hidden_layer_sizes=(3,))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(ae)).transform(images), ae.transform(images))


def test_a_pickle_crosses_backends(images, tmp_path):
    pytest.importorskip("torch", reason="needs a second backend: run in the environment `torch`")
    pytest.importorskip("jax")
    other = "torch" if choose_backend() == "jax" else "jax"
    ae = DenseAE(5, hidden_layer_sizes=(16,), **quick).fit(images)
    (tmp_path / "ae.pickle").write_bytes(pickle.dumps(ae))
    np.save(tmp_path / "X.npy", images)
    code = "import numpy, pickle; ae = pickle.load(open('ae.pickle', 'rb')); "
    code += "numpy.save('Z.npy', ae.transform(numpy.load('X.npy')))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=_environment(other))
    np.testing.assert_allclose(np.load(tmp_path / "Z.npy"), ae.transform(images), rtol=1e-4, atol=1e-5)


def _environment(backend):
    import os

    return {**os.environ, "KERAS_BACKEND": backend}


# Together with scikit-learn


@pytest.mark.once
def test_grid_search_scores_are_equal_on_one_and_two_processes(images, classes):
    pipe = Pipeline([("ae", DenseAE(84, **quick)), ("gmm", GaussianMixture(3, reg_covar=1e-2, random_state=0))])
    scores = [
        GridSearchCV(pipe, {"ae__n_components": [2, 4]}, scoring=HungarianAccuracy(), cv=3, n_jobs=n_jobs)
        .fit(images, classes)
        .cv_results_["mean_test_score"]
        for n_jobs in (1, 2)
    ]
    np.testing.assert_array_equal(*scores)


def test_cross_validate_scores_reconstruction(images):
    scores = cross_validate(DenseAE(5, **quick), images, cv=3)["test_score"]
    assert (scores < 0).all()


def test_sizes_may_be_numpys_integers(images):
    DenseAE(np.int64(2), hidden_layer_sizes=np.array([4, 3]), learning_rate_init=np.float32(1e-3), max_iter=1).fit(
        images
    )
    search = GridSearchCV(DenseAE(**quick), {"n_components": np.arange(1, 3)}, cv=2).fit(images)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_codes_are_no_metadata():
    assert "inverse_transform" not in str(DenseAE().get_metadata_routing())


def test_feature_union_and_column_transformer(images):
    union = FeatureUnion([("ae", DenseAE(3, **quick)), ("pca", PCA(2))]).fit(images)
    assert union.transform(images).shape == (300, 5)
    assert list(union.get_feature_names_out()) == [
        "ae__denseae0",
        "ae__denseae1",
        "ae__denseae2",
        "pca__pca0",
        "pca__pca1",
    ]
    halves = ColumnTransformer(
        [("top", DenseAE(2, **quick), slice(0, 392)), ("bottom", DenseAE(3, **quick), slice(392, 784))]
    )
    assert halves.fit_transform(images).shape == (300, 5)


def test_a_pipeline_with_memory_fits_the_autoencoder_once(images, tmp_path):
    def fit(n_clusters):
        ae = _CountingAE(3, **quick)
        return Pipeline([("ae", ae), ("gmm", GaussianMixture(n_clusters, random_state=0))], memory=str(tmp_path)).fit(
            images
        )

    first, second = fit(2), fit(3)
    np.testing.assert_array_equal(first["ae"].transform(images), second["ae"].transform(images))
    assert _CountingAE.n_fits == 1


class _CountingAE(DenseAE):
    n_fits = 0

    def fit(self, X, y=None, *, X_val=None):
        type(self).n_fits += 1
        return super().fit(X, y, X_val=X_val)


def test_set_output_names_the_columns(images):
    ae = DenseAE(2, **quick).fit(images)
    assert list(ae.set_output(transform="pandas").transform(images).columns) == ["denseae0", "denseae1"]
    assert isinstance(ae.set_output(transform="polars").transform(images), pl.DataFrame)


def test_feature_names_are_remembered(images):
    frame = pd.DataFrame(images[:, 300:310]).rename(columns="pixel{}".format)
    ae = DenseAE(2, **quick).fit(frame)
    assert list(ae.feature_names_in_) == list(frame.columns)
    with pytest.raises(ValueError, match="feature names"):
        ae.transform(frame[frame.columns[::-1]])


# What users see while it trains


def test_verbose_prints_a_line_per_epoch(images, capsys):
    DenseAE(2, verbose=1, **quick).fit(images, X_val=images)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [["Epoch", "1"], ["Epoch", "2"], ["Epoch", "3"]]
    assert all("val_loss" in line and "rows/s" in line for line in lines)


def test_callbacks_hear_of_every_epoch(images):
    heard = []

    class Listener:
        def on_epoch_end(self, epoch, logs):
            heard.append((epoch, logs["loss"], logs["val_loss"]))

    ae = DenseAE(2, callbacks=[Listener()], **quick).fit(images, X_val=images)
    assert heard == list(zip(range(3), ae.loss_curve_, ae.validation_loss_curve_, strict=True))


def test_callbacks_see_the_model_as_it_is(images):
    scores = []

    class Watch:
        def on_epoch_end(self, epoch, logs):
            scores.append(-ae.score(images))

    ae = DenseAE(2, callbacks=[Watch()], **quick)
    ae.fit(images, X_val=images)
    np.testing.assert_allclose(scores, ae.validation_loss_curve_, rtol=1e-5)


def test_callbacks_of_a_new_fit_see_nothing_of_the_last_one(images):
    seen = []

    class Watch:
        def on_epoch_end(self, epoch, logs):
            seen.append((ae.n_iter_, ae.loss_curve_))

    ae = DenseAE(2, callbacks=[Watch()], max_iter=1)
    ae.fit(images).fit(images)
    assert seen == [(0, []), (0, [])]


# Wrong input


def test_a_step_that_went_astray_is_noticed_even_if_it_was_the_last(images):
    with pytest.raises(ValueError, match="a weight became"):
        DenseAE(2, learning_rate_init=1e38, max_iter=1).fit(images)


def test_x_val_of_another_width_is_named(images):
    with pytest.raises(ValueError, match="X_val is not like X: X has 9 features"):
        DenseAE(2, **quick).fit(images, X_val=images[:, :9])


def test_a_failed_refit_leaves_the_model_as_it_was(images):
    ae = DenseAE(2, **quick).fit(images)
    before = ae.transform(images)
    with pytest.raises(ValueError, match=r"rescale.*learning_rate_init"):
        ae.set_params(learning_rate_init=1e30).fit(images[:, :100])
    with pytest.raises(ValueError, match="784 features"):
        ae.fit(images[:, :100], X_val=images)
    np.testing.assert_array_equal(ae.transform(images), before)


def test_a_failed_fit_leaves_the_model_unfitted(images):
    ae = DenseAE(2, learning_rate_init=1e30, max_iter=5)
    with pytest.raises(ValueError, match="a weight became"):
        ae.fit(images)
    assert vars(ae) == vars(clone(ae))


def test_codes_of_another_width_are_refused(images):
    with pytest.raises(ValueError, match=r"3 columns but n_components=2"):
        DenseAE(2, **quick).fit(images).inverse_transform(np.zeros((4, 3)))


def test_log_loss_refuses_values_beyond_0_and_1(sample):
    with pytest.raises(ValueError, match=r"\[0, 255\].*rescale"):
        DenseAE(2, loss="log_loss").fit(sample[0][:10])


def test_a_row_cannot_be_both_trained_on_and_held_out():
    with pytest.raises(ValueError, match=r"n_samples=1 leaves no row"):
        DenseAE(2, early_stopping=True).fit(np.zeros((1, 4)))


def test_unfitted_models_say_so(images):
    for method in ("transform", "inverse_transform", "score", "score_samples"):
        with pytest.raises(NotFittedError):
            getattr(DenseAE(2), method)(images)


@pytest.mark.parametrize("hidden", [(0,), (2.5,), ("a",), 0, (-1, 2)])
def test_hidden_layer_sizes_are_positive_integers(hidden):
    with pytest.raises(ValueError, match="hidden_layer_sizes"):
        DenseAE(2, hidden_layer_sizes=hidden).fit(np.zeros((4, 3)))


def test_callbacks_without_the_method_are_refused():
    with pytest.raises(ValueError, match="on_epoch_end"):
        DenseAE(2, callbacks=[print]).fit(np.zeros((4, 3)))


@pytest.mark.parametrize(("n_rows", "share"), [(20, 1.0), (30, 1.5), (40, 2.0), (60, 2.0)])
@pytest.mark.parametrize("estimator", [DenseAE, DenseVAE])
def test_hidden_layers_are_allowed_more_epochs(estimator, n_rows, share, monkeypatch):
    monkeypatch.setattr(_parameters, "MIN_EPOCHS", 4)
    monkeypatch.setattr(_parameters, "ENOUGH_STEPS", 4)
    monkeypatch.setattr(_dense, "FEW_ROWS", 20)
    X = np.random.default_rng(0).random((n_rows, 6))
    linear, deep = (estimator(2, hidden_layer_sizes=sizes, random_state=0).fit(X) for sizes in ((), (4,)))
    assert (linear.max_iter_, deep.max_iter_) == (4, 4 * share)
