import subprocess
import sys
import warnings
from dataclasses import dataclass

import joblib
import numpy as np
import optuna
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score
from sklearn.model_selection import KFold
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import PipelineSearch, suggest_pipeline
from skfashion.cli._defaults import CLUSTERER, REDUCER
from skfashion.metrics import CalinskiHarabasz, HungarianAccuracy, Modularity, Silhouette, mean_agreement
from skfashion.plugins import Plugin, pipeline_from_names
from skfashion.search import _pipeline_search
from skfashion.search._results import DEFAULT_MARGIN, best_trial
from skfashion.search._scoring import scorers_of
from skfashion.search._space import DEFAULT_DRAWS

FAST = {"reducers": ["pca", "random-projection"], "clusterers": ["kmeans", "minibatch-kmeans"]}


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:400], y[:400]


def _search(**params):
    return PipelineSearch(**{**FAST, "n_clusters": 10, "n_trials": 4, "random_state": 0, **params})


@dataclass(frozen=True)
class _MinusInertia:
    def __call__(self, estimator, X, y=None):
        return estimator.score(X)  # defined of a single cluster, too, which some checks ask for


@parametrize_with_checks(
    [PipelineSearch(["identity"], ["kmeans"], n_clusters=2, scoring=_MinusInertia(), n_trials=1, random_state=0)]
)
def test_it_passes_scikit_learns_checks(estimator, check):
    check(estimator)


def test_the_best_trial_is_fitted_anew_to_all_rows(digits):
    search = _search(scoring="calinski_harabasz").fit(digits[0])
    scores = search.results_["score_calinski_harabasz"]
    assert len(scores) == len(search.study_.trials) == 4
    assert search.best_index_ == np.argmax(scores)
    assert search.best_score_ == scores.max()
    assert search.best_params_ == search.study_.best_params
    assert np.array_equal(search.indices_, np.arange(400))
    assert np.array_equal(search.predict(digits[0]), search.labels_)
    expected = CalinskiHarabasz()(search.best_estimator_, digits[0])
    assert search.score(digits[0]) == expected == pytest.approx(search.best_score_)


def test_the_same_seed_finds_the_same(digits):
    one, other, different = (_search(random_state=seed).fit(digits[0]) for seed in (1, 1, 2))
    assert [t.params for t in one.study_.trials] == [t.params for t in other.study_.trials]
    assert np.array_equal(one.labels_, other.labels_)
    assert [t.params for t in one.study_.trials] != [t.params for t in different.study_.trials]


def test_results_are_a_table(digits):
    frame = pd.DataFrame(_search(n_trials=2).fit(digits[0]).results_)
    assert len(frame) == 2
    assert frame["state"].tolist() == ["complete", "complete"]
    assert (frame["n_clusters"] == 10).all()
    assert (frame["seconds"] > 0).all()


def test_labels_are_for_the_scores_that_ask_for_them(digits):
    X, y = digits
    without, with_labels = _search().fit(X), _search().fit(X, y)
    assert np.array_equal(without.labels_, with_labels.labels_)
    assert not any("labels" in name for name in with_labels.results_)
    search = _search(scoring="hungarian_accuracy").fit(X, y)
    assert search.best_score_ == search.results_["score_hungarian_accuracy_using_labels"].max() > 0.4
    with pytest.raises(ValueError, match="The score 'hungarian_accuracy' compares with labels; pass y"):
        _search(scoring="hungarian_accuracy").fit(X)
    with pytest.raises(ValueError, match="The score 'score' compares with labels; pass y"):
        _search(scoring=HungarianAccuracy()).fit(X)


def test_missing_labels_do_not_count_in_our_scores_and_are_refused_by_others(digits):
    X, y = digits
    y = np.where(np.arange(len(y)) % 2, y, np.nan)
    assert _search(scoring="hungarian_accuracy").fit(X, y).best_score_ > 0.4
    listed = [None if np.isnan(label) else str(label) for label in y]
    texts = _search(scoring="hungarian_accuracy", n_trials=1).fit(X, listed)
    assert texts.best_score_ == _search(scoring="hungarian_accuracy", n_trials=1).fit(X, y).best_score_
    with pytest.raises(ValueError, match="the score 'v_measure_score' needs all labels: fill them in, or choose 'hung"):
        _search(scoring="v_measure_score").fit(X, y)
    with pytest.raises(ValueError, match="y has no label"):
        _search(scoring="purity").fit(X, [None] * len(X))


def test_agreement_is_no_name_for_a_score(digits):
    with pytest.raises(ValueError, match="scoring has a score named 'agreement', which is a column of results_"):
        _search(scoring={"agreement": Silhouette()}).fit(digits[0])


def test_more_clusters_than_rows_are_refused(digits):
    with pytest.raises(ValueError, match="n_clusters=51 is more than the 50 rows that trials are compared by"):
        _search(n_clusters=51, max_samples=50).fit(digits[0])


def test_several_scores_make_a_study_of_several_objectives(digits):
    X, y = digits
    search = _search(scoring=["silhouette", "adjusted_rand_score"], refit="silhouette").fit(X, y)
    assert len(search.study_.directions) == 2
    assert search.best_index_ == np.argmax(search.results_["score_silhouette"])
    assert search.score(X) == pytest.approx(search.best_score_)
    assert np.isfinite(search.results_["score_adjusted_rand_score_using_labels"]).all()
    with pytest.raises(ValueError, match=r"refit=True is ambiguous: the search has several scores \(silhouette, stab"):
        _search(scoring=["silhouette", "stability"]).fit(X)


def test_the_best_by_the_default_score_is_taken(digits):
    X, _ = digits
    for options in ({}, {"refit": "modularity_gradients"}, {"refit": np.True_}, {"cv": 2}):
        search = _search(n_trials=4, **options).fit(X)
        assert search.best_score_ == search.results_["score_modularity_gradients"].max()
        assert search.results_["score_modularity_gradients"][search.best_index_] == search.best_score_


def test_agreement_takes_the_partition_that_the_others_agree_with(digits):
    X, _ = digits
    search = _search(refit="agreement", n_trials=6).fit(X)
    agreement = search.results_["agreement"]
    assert search.best_index_ == np.argmax(agreement)
    assert search.best_score_ == agreement.max()
    assert adjusted_rand_score(search.partitions_[search.best_index_], search.labels_[search.compared_indices_]) == 1
    np.testing.assert_allclose(agreement, mean_agreement(search.partitions_))


def test_a_function_of_the_results_may_choose(digits):
    search = _search(refit=lambda results: int(np.argmin(results["seconds"]))).fit(digits[0])
    assert search.best_index_ == np.argmin(search.results_["seconds"])
    assert search.best_score_ is None
    with pytest.raises(ValueError, match="refit returned 7, which is no place of a complete trial"):
        _search(refit=lambda results: 7).fit(digits[0])


def test_without_refit_there_is_only_the_study(digits):
    search = _search(refit=False, n_trials=1).fit(digits[0])
    assert len(search.study_.trials) == 1
    assert not hasattr(search, "best_estimator_")


class _Failing(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        raise MemoryError("too many rows\nand more of it")


def test_a_trial_that_fails_is_recorded_and_the_search_goes_on(digits, plugins):
    plugins("reducer", "failing", _Failing)
    search = _search(reducers=["failing", "pca"], n_trials=8).fit(digits[0])
    failed = search.results_["state"] == "failed"
    assert 0 < failed.sum() < 8
    assert set(search.results_["error"][failed]) == {"MemoryError: too many rows"}
    assert np.isnan(search.results_["score_modularity_gradients"][failed]).all()
    with pytest.raises(
        ValueError, match=r"None of the 4 trials could be scored. failing \+ (minibatch-)?kmeans: MemoryError: too many"
    ):
        _search(reducers=["failing"]).fit(digits[0])


@pytest.mark.parametrize("answer", [np.array([0.5]), None, np.nan, optuna.TrialPruned("enough")])
def test_whatever_a_scorer_answers_the_search_comes_to_an_end(digits, answer):
    def scorer(estimator, X, y):
        if isinstance(answer, Exception):
            raise answer
        return answer

    search = _search(scoring=scorer, refit=False).fit(digits[0])
    assert len(search.results_["trial"]) == 4
    if not isinstance(answer, np.ndarray):  # which some versions of numpy take as a number
        assert set(search.results_["state"]) == {"failed"}


def test_more_features_than_a_clusterer_is_given_are_a_failure(digits, plugins):
    plugins("clusterer", "narrow", Plugin(KMeans, max_features=63))
    search = _search(reducers=["pca", "identity"], clusterers=["narrow"], n_trials=6, refit=False).fit(digits[0])
    is_wide = search.results_["reducer"] == "identity"
    assert 0 < is_wide.sum() < 6
    assert (search.results_["state"] == np.where(is_wide, "failed", "complete")).all()
    assert set(search.results_["error"][is_wide]) == {
        "ValueError: narrow is given at most 63 features, and identity makes 64"
    }


def test_a_clusterer_of_images_is_searched_with_identity(digits, plugins, capsys):
    plugins("clusterer", "of-images", Plugin(lambda: _Wide(n_init=2), takes="images"))
    search = _search(reducers=["pca", "identity"], clusterers=["of-images", "kmeans"], n_trials=8, verbose=1)
    results = search.fit(digits[0]).results_
    of_images = results["clusterer"] == "of-images"
    assert 0 < of_images.sum() < 8
    assert set(results["reducer"][of_images]) == {"identity"}
    assert (results["state"] == "complete").all()
    assert "identity + of-images: 0." in capsys.readouterr().out
    search.set_params(clusterers=["of-images"], n_trials=1).fit(digits[0])
    assert search.best_params_ == {"reducer": "identity", "clusterer": "of-images"}
    assert [name for name, _ in search.best_estimator_.steps] == ["scale", "reducer", "clusterer"]


class _Wide(KMeans):
    def fit_predict(self, X, y=None, sample_weight=None):
        assert (X.shape[1], X.min(), round(X.max(), 6)) == (64, 0, 1)  # the scaled images
        return super().fit_predict(X)


def test_a_space_that_fails_is_recorded_too(digits, plugins):
    plugins("reducer", "failing", Plugin(PCA, lambda trial: {"n_components": trial.suggest_float("n", 9, 3)}))
    search = _search(reducers=["failing"], refit=False).fit(digits[0])
    assert (search.results_["state"] == "failed").all()
    assert len(search.results_["error"]) == 4


class _Counting(PCA):
    fits = 0

    def fit_transform(self, X, y=None):
        _Counting.fits += 1
        return super().fit_transform(X)


def test_trials_of_one_reducer_share_its_embedding(digits, plugins):
    plugins("reducer", "counting", lambda: _Counting(5))
    _search(reducers=["counting"], clusterers=["kmeans", "gmm", "birch"], n_trials=6, refit=False).fit(digits[0])
    assert _Counting.fits == 1


def test_restarts_are_fits_with_other_seeds_of_which_the_mean_counts(digits):
    X, _ = digits
    search = _search(reducers=["random-projection"], clusterers=["kmeans"], n_restarts=3, n_trials=1).fit(X)
    seeds = search.study_.trials[0].user_attrs["seeds"]
    params = [{"reducer__random_state": seed, "clusterer__random_state": seed} for seed in seeds]
    fits = [clone(search.best_estimator_).set_params(**p).fit(X) for p in params]
    scores = [Modularity(space="gradients")(fit, X) for fit in fits]
    assert len(set(scores)) == 3
    assert search.results_["score_modularity_gradients"] == pytest.approx(np.mean(scores))


def test_rows_are_left_out_where_a_plugin_takes_no_more(digits, plugins):
    X, _ = digits
    plugins("clusterer", "small", Plugin(lambda: AgglomerativeClustering(), max_samples=100))
    search = _search(reducers=["identity"], clusterers=["small", "kmeans"], n_trials=6).fit(X)
    of_clusterer = dict(zip(search.results_["clusterer"], search.results_["n_samples"], strict=True))
    assert of_clusterer == {"small": 100, "kmeans": 400}
    best = PipelineSearch(["identity"], ["small"], n_clusters=10, n_trials=1).fit(X)
    assert len(best.labels_) == len(best.indices_) == 100
    assert not hasattr(best, "predict")
    search = _search(max_samples=150, n_trials=2).fit(X)
    assert set(search.results_["n_samples"]) == {150}
    assert len(search.labels_) == 400


def test_scores_of_others_may_ask_a_clusterer_without_predict(digits):
    X, y = digits
    search = _search(clusterers=["agglomerative"], scoring="adjusted_rand_score", n_trials=1).fit(X, y)
    assert search.best_score_ == pytest.approx(adjusted_rand_score(y, search.labels_))


def test_a_splitter_scores_held_out_rows(digits):
    X, y = digits
    cv = KFold(2, shuffle=True, random_state=0)
    search = _search(cv=cv, reducers=["identity"], clusterers=["kmeans"], n_trials=1, scoring="hungarian_accuracy")
    search.fit(X, y)
    scores = []
    for train, test in cv.split(X):
        fitted = clone(search.best_estimator_).fit(X[train])
        scores.append(search.scorers_["hungarian_accuracy"](fitted, X[test], y[test]))
    assert search.best_score_ == pytest.approx(np.mean(scores))
    with pytest.raises(ValueError, match="refit='agreement' compares the trials' clusters of the same rows"):
        _search(cv=2, refit="agreement").fit(X)


def test_a_splitter_splits_all_rows_of_which_trials_take_some(digits):
    X, y = digits
    halves = [(np.arange(200), np.arange(200, 400)), (np.arange(200, 400), np.arange(200))]
    search = _search(cv=halves, max_samples=300, n_trials=1, scoring="purity", refit=False).fit(X, y)
    assert search.results_["state"].tolist() == ["complete"]
    assert search.results_["n_samples"].tolist() == [300]
    with pytest.raises(ValueError, match="a split of cv has no row left to fit to, or none to score"):
        _search(n_clusters=2, cv=[(np.arange(399), [399])], max_samples=2, n_trials=1, scoring="purity").fit(X, y)


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_two_workers_share_a_study(digits, backend):
    before = optuna.logging.get_verbosity()
    with joblib.parallel_config(backend):
        search = _search(n_jobs=2, n_trials=5).fit(digits[0])
    assert 5 <= len(search.study_.trials) <= 6
    assert (search.results_["state"] == "complete").all()
    assert optuna.logging.get_verbosity() == before


@pytest.mark.parametrize("kind", ["journal", "sqlite"])
def test_a_search_goes_on_where_it_was(digits, tmp_path, kind):
    storage = str(tmp_path / "journal.log") if kind == "journal" else f"sqlite:///{tmp_path}/study.db"

    def interrupt(study, trial):
        if trial.number == 1:
            raise KeyboardInterrupt

    interrupted = _search(storage=storage, n_trials=5, callbacks=[interrupt])
    with pytest.raises(KeyboardInterrupt):
        interrupted.fit(digits[0])
    assert len(interrupted.results_["trial"]) == 2
    search = _search(storage=storage, n_trials=5).fit(digits[0])
    assert len(search.study_.trials) == 5
    params = [str(trial.params) for trial in search.study_.trials]
    assert len(set(params)) > 2
    more = _search(storage=storage, n_trials=5).fit(digits[0])
    assert len(more.study_.trials) == 5
    assert np.array_equal(more.labels_, search.labels_)


def test_workers_that_begin_at_the_same_time_draw_otherwise(digits, tmp_path):
    params = []
    for _ in range(2):
        search = _search(clusterers=["gmm"], storage=tmp_path / "journal.log", study_name=str(len(params)), n_trials=1)
        params.append(search.fit(digits[0]).study_.trials[0].params)
    assert params[0] != params[1]


@pytest.mark.parametrize(
    ("params", "difference"),
    [
        ({"n_clusters": 3}, "n_clusters=10 and not 3"),
        ({"cv": KFold(2)}, "cv=None and not 'KFold "),
        ({"scoring": {"s": Silhouette(space="input", sample_size=9)}}, "sample_size=5000, .* and not .*sample_size=9"),
        ({"fixed_params": {"reducer__n_components": 2}}, "fixed_params=None and not .*reducer__n_components"),
    ],
)
def test_a_study_about_something_else_is_refused(digits, tmp_path, params, difference):
    own = {"scoring": {"s": Silhouette(space="input")}, "storage": str(tmp_path / "journal.log"), "n_trials": 1}
    _search(**own).fit(digits[0])
    with pytest.raises(ValueError, match=f"The study 'skfashion-search' has .*{difference}.*; take another study_name"):
        _search(**{**own, **params}).fit(digits[0])


def test_labels_that_are_scored_by_belong_to_the_study(digits, tmp_path):
    X, y = digits
    search = _search(scoring="purity", storage=tmp_path / "journal.log", n_trials=1).fit(X, y)
    assert search.set_params(n_trials=2).fit(X, y).best_score_ > 0
    with pytest.raises(ValueError, match="has other labels"):
        search.fit(X, y + 1)


def test_memory_cannot_be_shared(digits):
    with pytest.raises(ValueError, match="storage is in the memory of this process, which others cannot share"):
        _search(storage=optuna.storages.InMemoryStorage(), n_jobs=2).fit(digits[0])


def test_a_refit_that_fails_leaves_no_estimator_behind(digits, plugins):
    class TooMany(KMeans):
        def fit_predict(self, X, y=None, sample_weight=None):
            if len(X) > 100:
                raise MemoryError("too many rows")
            return super().fit_predict(X)

    plugins("clusterer", "small", TooMany)
    search = _search(clusterers=["small"], max_samples=100, n_trials=1)
    with pytest.raises(MemoryError, match="too many rows"):
        search.fit(digits[0])
    assert not hasattr(search, "best_estimator_")


def test_ctrl_c_in_a_trial_is_made_up_for(digits, tmp_path, plugins, ctrl_c):
    presses = iter([ctrl_c])

    class Interrupted(KMeans):
        def fit_predict(self, X, y=None, sample_weight=None):
            next(presses, lambda: None)()
            return super().fit_predict(X)

    plugins("clusterer", "interrupted", Interrupted)
    search = _search(clusterers=["interrupted"], storage=str(tmp_path / "journal.log"), n_trials=2)
    with pytest.raises(KeyboardInterrupt):
        search.fit(digits[0])
    results = search.fit(digits[0]).results_
    assert results["error"].tolist() == ["interrupted, or its worker was silent", "", ""]
    assert results["state"].tolist() == ["failed", "complete", "complete"]


def test_an_interrupted_fit_keeps_nothing_of_an_earlier_one(digits, plugins, ctrl_c):
    def interrupt(study, trial):
        ctrl_c()

    search = _search(n_trials=1).fit(digits[0])
    with pytest.raises(KeyboardInterrupt):
        search.set_params(callbacks=[interrupt]).fit(digits[0])
    assert hasattr(search, "results_")
    assert not hasattr(search, "best_estimator_")
    assert not hasattr(search, "labels_")


def test_callbacks_that_cannot_be_called_are_refused_before_the_search(digits):
    with pytest.raises(ValueError, match=r"callbacks has 'print', which has no method __call__\(study, trial\)"):
        _search(callbacks=["print"]).fit(digits[0])


@pytest.mark.parametrize("kind", [list, np.array])
def test_a_callback_may_stop_the_search(digits, kind):
    callbacks = kind([lambda study, trial: trial.number == 2 and study.stop(), lambda study, trial: None])
    search = _search(n_trials=9, callbacks=callbacks).fit(digits[0])
    assert len(search.results_["trial"]) == 3


def test_fit_predict_says_the_cluster_of_every_row(digits, plugins):
    X, _ = digits
    search = _search(n_trials=1, max_samples=100)
    assert np.array_equal(search.fit_predict(X), search.labels_)
    plugins("clusterer", "few", Plugin(lambda: KMeans(n_init=2), max_samples=100))
    search = _search(clusterers=["few"], n_trials=1)
    assert np.array_equal(search.fit_predict(X), search.predict(X))
    plugins("clusterer", "mute", Plugin(AgglomerativeClustering, max_samples=100))
    with pytest.raises(ValueError, match="The chosen pipeline takes 100 of 400 rows and has no predict; call fit"):
        _search(clusterers=["mute"], n_trials=1).fit_predict(X)
    with pytest.raises(ValueError, match="refit=False chooses no pipeline"):
        _search(refit=False).fit_predict(X)


def test_a_pipeline_that_is_drawn_again_has_no_more_votes(digits):
    X, _ = digits
    search = _search(reducers=["identity"], clusterers=["kmeans", "minibatch-kmeans", "bisecting-kmeans"], n_trials=8)
    results = search.fit(X).results_
    distinct = list(dict.fromkeys(results["clusterer"].tolist()))
    assert len(distinct) < 8
    first = [results["clusterer"].tolist().index(name) for name in distinct]
    expected = dict(zip(distinct, mean_agreement(search.partitions_[first]), strict=True))
    np.testing.assert_allclose(results["agreement"], [expected[name] for name in results["clusterer"]])


def test_of_one_pipeline_alone_the_score_is_told(digits):
    search = _search(reducers=["identity"], clusterers=["kmeans"], n_trials=2).fit(digits[0])
    assert search.best_score_ == search.results_["score_modularity_gradients"][0]
    assert np.isnan(search.results_["agreement"]).all()


def test_fixed_seeds_and_choices_that_are_none_hold(digits):
    fixed = {"reducer__random_state": 7, "clusterer__linkage": "single"}
    search = _search(clusterers=["agglomerative"], fixed_params=fixed, n_trials=2).fit(digits[0])
    assert search.best_estimator_["reducer"].random_state == 7
    assert search.best_estimator_["clusterer"].linkage == "single"
    assert "agglomerative__linkage" not in search.best_params_


def test_true_may_be_numpys(digits):
    assert _search(refit=np.True_, n_trials=1).fit(digits[0]).best_index_ == 0


def test_fixed_parameters_are_not_searched(digits):
    fixed = {"reducer__n_components": 7, "clusterer__n_init": 1}
    search = _search(reducers=["pca"], fixed_params=fixed, n_trials=2).fit(digits[0])
    assert [params for params in search.results_["params"] if "pca__n_components" in params] == []
    assert search.best_estimator_["reducer"].n_components == 7
    with pytest.raises(ValueError, match="fixed_params has 'reducer__n_component', which no pipeline of this search"):
        _search(fixed_params={"reducer__n_component": 7}).fit(digits[0])


def test_warnings_of_trials_are_in_the_results(digits, plugins):
    class Warning_(KMeans):
        def fit_predict(self, X, y=None, sample_weight=None):
            warnings.warn("rather slow", stacklevel=2)
            return super().fit_predict(X)

    plugins("clusterer", "slow", Warning_)
    search = _search(reducers=["identity"], clusterers=["slow"], n_trials=2, refit=False).fit(digits[0])
    assert search.results_["warnings"].tolist() == 2 * ["rather slow"]  # the second takes the first one's scores
    search = _search(reducers=["identity"], clusterers=["kmeans"], n_trials=1, refit=False).fit(digits[0])
    assert search.results_["warnings"].tolist() == [""]


def test_the_time_that_is_over_begins_no_trial(digits):
    search = _search(n_trials=10_000, timeout=0.5).fit(digits[0])
    assert 0 < len(search.study_.trials) < 10_000


def test_a_sampler_of_ones_own(digits):
    space = {"reducer": ["pca", "identity"], "clusterer": ["kmeans"], "pca__n_components": [2]}
    sampler = optuna.samplers.GridSampler(space)
    search = _search(reducers=["pca", "identity"], clusterers=["kmeans"], sampler=sampler, n_trials=2).fit(digits[0])
    assert sorted(search.results_["reducer"]) == ["identity", "pca"]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"scoring": "silhouete"}, "scoring='silhouete' is unknown; did you mean 'silhouette'?"),
        ({"scoring": "beauty"}, "scoring='beauty' is unknown; choose one of calinski_harabasz, "),
        ({"scoring": [1]}, "scoring has 1, which is no name of a score; pass names"),
        ({"reducers": [1]}, "reducers has 1, which is no name; pass names of reducers"),
        ({"scoring": []}, "scoring has no score; name at least one"),
        ({"refit": "stability"}, "refit='stability' must be one of modularity_gradients or agreement"),
        ({"n_trials": 0}, "'n_trials' parameter of PipelineSearch must be"),
        ({"n_clusters": 0}, "'n_clusters' parameter of PipelineSearch must be"),
        ({"scale": "max"}, "'scale' parameter of PipelineSearch must be"),
        ({"reducers": ["pcaa"]}, "no reducer named 'pcaa'; did you mean 'pca'"),
    ],
)
def test_what_makes_no_sense_is_refused_before_any_trial(digits, params, message):
    search = _search(**params)
    with pytest.raises(ValueError, match=message):
        search.fit(digits[0])
    assert not hasattr(search, "study_")


def test_verbose_prints_a_line_for_each_trial(digits, capsys):
    _search(n_trials=2, verbose=1).fit(digits[0])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("Trial 2 of 2: ")


def test_optunas_own_settings_stay_as_they_are(digits):
    before = optuna.logging.get_verbosity()
    _search(n_trials=1).fit(digits[0])
    assert optuna.logging.get_verbosity() == before


def test_it_can_be_pickled(digits, tmp_path):
    search = _search(n_trials=1).fit(digits[0])
    joblib.dump(search, tmp_path / "search.joblib")
    assert np.array_equal(joblib.load(tmp_path / "search.joblib").predict(digits[0]), search.labels_)


def test_importing_the_search_imports_no_optuna():
    code = "import sys; from skfashion import PipelineSearch; assert not {'optuna', 'keras'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_votes_on_histograms_of_gradients_are_searched(digits):
    search = _search(reducers=["hog"], clusterers=["graph-partition"], n_trials=3, scale="range").fit(digits[0])
    assert set(search.results_["state"]) == {"complete"}
    assert search.best_estimator_["clusterer"].n_clusters == len(np.unique(search.labels_)) == 10


def test_a_search_begins_with_the_default_of_the_command(digits, tmp_path):
    choices = {"reducers": ["pca", "image-features"], "clusterers": ["kmeans", "graph-partition"]}
    choices["storage"] = tmp_path / "journal"
    search = _search(**choices, n_trials=1, scale="range").fit(digits[0])
    assert search.best_params_ == {
        "reducer": "image-features",
        "clusterer": "graph-partition",
        "image-features__n_components": 128,
        "graph-partition__n_neighbors": 30,
    }
    more = search.set_params(n_trials=3).fit(digits[0])
    assert len(more.results_["trial"]) == 3  # it is queued once, by the search that begins the study


@pytest.mark.parametrize("rows", [np.s_[:400, :63], np.s_[:199]], ids=["no images", "few images"])
def test_other_rows_and_few_images_begin_with_a_draw(digits, rows):
    choices = {"reducers": ["image-features"], "clusterers": ["graph-partition"], "scale": "range", "refit": False}
    search = _search(**choices, n_trials=1).fit(digits[0][rows])
    assert not search.results_["is_default"].any()
    assert search.results_["params"][0]["image-features__n_components"] != 128


def test_the_default_of_a_search_is_that_of_the_command():
    drawn = suggest_pipeline(optuna.trial.FixedTrial(DEFAULT_DRAWS), n_clusters=3)
    named = pipeline_from_names(REDUCER, CLUSTERER, n_clusters=3)
    assert repr(drawn) == repr(named)


@pytest.mark.once
@pytest.mark.parametrize(("refit", "place"), [(True, 0), ("modularity_gradients", 1)])
def test_a_score_that_is_named_has_no_margin(monkeypatch, refit, place):
    monkeypatch.setattr(_pipeline_search, "DEFAULT_MARGIN", 2.0)
    choices = {
        "reducers": ["image-features", "hog"],
        "clusterers": ["graph-partition", "knn-spectral"],
        "scale": "range",
    }
    search = _search(**choices, n_trials=6, refit=refit).fit(load_digits().data[:600])
    scores = search.results_["score_modularity_gradients"]
    assert scores[0] < scores.max()
    assert search.results_["is_default"].tolist() == [True] + 5 * [False]
    assert (search.best_index_ == 0) == (place == 0)


def test_fixed_parameters_hold_in_the_first_trial_too(digits):
    fixed = {"clusterer__n_neighbors": 12, "reducer__n_components": 9}
    search = _search(
        reducers=["image-features"], clusterers=["graph-partition"], fixed_params=fixed, n_trials=1, scale="range"
    ).fit(digits[0])
    assert search.best_estimator_["clusterer"].n_neighbors == 12
    assert search.best_params_ == {"reducer": "image-features", "clusterer": "graph-partition"}
    assert search.best_estimator_["reducer"].n_components == 9


@pytest.mark.parametrize(
    ("n_features", "fixed", "score"),
    [(64, None, "modularity_gradients"), (63, None, "modularity_input"), (60, (5, 12), "modularity_gradients")],
    ids=["square", "other rows", "a shape that is told"],
)
def test_the_default_score_depends_on_whether_rows_are_images(digits, n_features, fixed, score):
    shape = {"reducer__image_shape": fixed} if fixed else None
    choices = {"reducers": ["hog" if fixed else "pca"], "clusterers": ["kmeans"], "scale": "range"}
    search = _search(**choices, fixed_params=shape, n_trials=1).fit(digits[0][:, :n_features])
    assert list(search.scorers_) == [score]


@pytest.mark.parametrize(("best", "place"), [(0.79, 0), (0.81, 2)])
def test_the_default_stays_unless_another_is_clearly_better(best, place):
    scorers = scorers_of("modularity_gradients")
    results = {
        "state": np.full(3, "complete"),
        "is_default": np.array([True, False, False]),
        "score_modularity_gradients": np.array([0.7, 0.6, best]),
    }
    assert best_trial(results, "modularity_gradients", scorers, DEFAULT_MARGIN)[0] == place
    assert best_trial(results, "modularity_gradients", scorers)[0] == 2
    results["is_default"] = np.array([False, True, False])  # wherever it is
    assert best_trial(results, "modularity_gradients", scorers, 0.3)[0] == 1
    results["is_default"] = np.zeros(3, bool)
    assert best_trial(results, "modularity_gradients", scorers, DEFAULT_MARGIN)[0] == 2
