import numpy as np
import optuna
import pytest
from optuna.trial import FixedTrial
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.preprocessing import FunctionTransformer

from skfashion.plugins import Plugin, PluginError
from skfashion.search import PipelineSearch, suggest_pipeline
from skfashion.search._space import check_fixed_params


def test_names_of_parameters_begin_with_the_plugins():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    trial = study.ask()
    pipeline = suggest_pipeline(trial, ["dense-ae"], ["gmm"], n_clusters=7)
    assert trial.params["reducer"] == "dense-ae"
    assert pipeline["reducer"].n_components == trial.params["dense-ae__n_components"]
    assert str(pipeline["reducer"].hidden_layer_sizes) == trial.params["dense-ae__hidden_layer_sizes"]
    assert pipeline["clusterer"].covariance_type == trial.params["gmm__covariance_type"]
    assert pipeline["clusterer"].n_components == 7


def test_only_the_chosen_parts_draw_parameters():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(20):
        trial = study.ask()
        suggest_pipeline(trial, ["pca", "kernel-pca", "identity"], ["kmeans", "gmm"], n_clusters=3)
        own = {trial.params["reducer"], trial.params["clusterer"]}
        assert {name.split("__")[0] for name in trial.params if "__" in name} <= own


def test_a_name_that_is_a_reducer_and_a_clusterer_has_two_sets_of_parameters(plugins):
    plugins("reducer", "som", Plugin(PCA, lambda trial: {"n_components": trial.suggest_int("n", 1, 2)}))
    plugins("clusterer", "som", Plugin(KMeans, lambda trial: {"n_init": trial.suggest_int("n", 3, 4)}))
    study = optuna.create_study()
    trial = study.ask()
    pipeline = suggest_pipeline(trial, ["som"], ["som"], n_clusters=3)
    assert pipeline["reducer"].n_components == trial.params["reducer-som__n"] <= 2
    assert pipeline["clusterer"].n_init == trial.params["clusterer-som__n"] >= 3


def test_a_clusterer_of_images_gets_them_and_draws_no_reducer(plugins):
    plugins(
        "clusterer", "of-images", Plugin(KMeans, lambda trial: {"n_init": trial.suggest_int("n", 2, 3)}, takes="images")
    )
    trial = optuna.create_study().ask()
    pipeline = suggest_pipeline(trial, ["pca", "identity"], ["of-images"], n_clusters=3)
    assert isinstance(pipeline["reducer"], FunctionTransformer)
    assert set(trial.params) == {"clusterer", "of-images__n"}
    trial = optuna.create_study().ask()
    suggest_pipeline(trial, ["pca"], ["kmeans"], n_clusters=3)
    assert list(trial.params)[:2] == ["clusterer", "reducer"]


def test_without_identity_a_clusterer_of_images_is_refused_or_left_out_of_all(plugins):
    plugins("clusterer", "of-images", Plugin(KMeans, takes="images"))
    trial = optuna.create_study().ask()
    with pytest.raises(ValueError, match=r"clusterers has 'of-images', .* add 'identity' to reducers"):
        suggest_pipeline(trial, ["pca"], ["kmeans", "of-images"], n_clusters=3)
    suggest_pipeline(trial, ["pca"], n_clusters=3)
    assert "of-images" not in trial.distributions["clusterer"].choices


def test_fixed_parameters_hold_where_a_pipeline_has_them():
    fixed = {"reducer__n_components": 5, "reducer__image_shape": (2, 3), "clusterer__n_init": 2}
    params = {"reducer": "pca", "clusterer": "kmeans", "pca__n_components": 24}
    pipeline = suggest_pipeline(FixedTrial(params), ["pca"], ["kmeans"], n_clusters=3, fixed_params=fixed)
    assert (pipeline["reducer"].n_components, pipeline["clusterer"].n_init) == (5, 2)


def test_the_shape_of_images_is_fixed_in_the_steps_of_a_reducer():
    trial, shape = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0)).ask(), (4, 6, 3)
    fixed = {"reducer__image_shape": shape, "reducer__hog__cell": 4}
    pipeline = suggest_pipeline(trial, ["hog"], ["kmeans"], n_clusters=3, fixed_params=fixed)
    assert (pipeline["reducer"]["hog"].image_shape, pipeline["reducer"]["hog"].cell) == (shape, 4)
    assert set(trial.params) == {"reducer", "clusterer", "hog__pca__n_components"}
    check_fixed_params(fixed, {"reducer": ["pca", "hog"], "clusterer": ["kmeans"]}, None)
    with pytest.raises(ValueError, match="fixed_params has 'reducer__image_shape', which no pipeline of this search"):
        check_fixed_params(fixed, {"reducer": ["pca"], "clusterer": ["kmeans"]}, None)


def test_a_trial_is_not_asked_for_fixed_parameters():
    fixed = {"reducer__hidden_layer_sizes": (256, 64), "reducer__n_components": 5, "clusterer__covariance_type": "tied"}
    trial = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0)).ask()
    pipeline = suggest_pipeline(trial, ["dense-ae"], ["gmm"], n_clusters=3, fixed_params=fixed)
    assert set(trial.params) == {"reducer", "clusterer", "dense-ae__learning_rate_init", "gmm__reg_covar"}
    assert pipeline["reducer"].hidden_layer_sizes == (256, 64)


def test_all_are_those_that_can_be_used(plugins):
    plugins("reducer", "broken", OSError("no such file"))
    trial = optuna.create_study().ask()
    with pytest.warns(
        UserWarning, match=r"'broken' of tests:broken cannot be loaded: OSError: no such file. It is lef"
    ):
        suggest_pipeline(trial, clusterers=["kmeans"], n_clusters=3)
    choices = trial.distributions["reducer"].choices
    assert {"pca", "dense-ae", "identity"} <= set(choices)
    assert "broken" not in choices


def test_a_broken_or_unknown_name_is_an_error_if_it_is_asked_for(plugins):
    plugins("reducer", "broken", OSError("no such file"))
    trial = optuna.create_study().ask()
    with pytest.raises(PluginError, match="The reducer 'broken' of tests:broken cannot be loaded: OSError"):
        suggest_pipeline(trial, ["broken"], n_clusters=3)
    with pytest.raises(PluginError, match="no clusterer named 'kmean'; did you mean 'kmeans'"):
        suggest_pipeline(trial, ["pca"], ["kmean"], n_clusters=3)
    with pytest.raises(ValueError, match="reducers='pca' must be a sequence of names, or 'all'"):
        suggest_pipeline(trial, "pca", n_clusters=3)
    with pytest.raises(ValueError, match=r"clusterers=\[\] must be a sequence of at least one name"):
        suggest_pipeline(trial, ["pca"], [], n_clusters=3)


def test_no_trial_of_narrow_rows_fails_for_its_width():
    X = np.random.default_rng(0).uniform(size=(60, 5))
    reducers = ["pca", "nmf", "fast-ica", "truncated-svd", "kernel-pca", "random-projection"]
    search = PipelineSearch(reducers, ["kmeans"], n_clusters=3, n_trials=12, random_state=0, refit=False).fit(X)
    assert set(search.results_["state"]) == {"complete"}


def test_a_reducer_of_one_feature_has_one_component():
    trial = FixedTrial({"reducer": "pca", "clusterer": "kmeans", "pca__n_components": 1})
    assert suggest_pipeline(trial, ["pca"], ["kmeans"], n_clusters=2, max_components=1)["reducer"].n_components == 1
