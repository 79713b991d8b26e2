import inspect

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler
from sklearn.utils._param_validation import make_constraint

import skfashion
from skfashion._utils.validation import images_refused, refuse_images, validate_params
from skfashion.clusterers import choose_n_clusters
from skfashion.displays import EmbeddingDisplay, ManifoldDisplay, ReconstructionDisplay, SilhouetteDisplay
from skfashion.metrics import modularity_score


def _estimators():
    """All public estimators, with what they need."""
    needs = {
        "ClusterClassifier": (KMeans(2), KNeighborsClassifier(1)),
        "ConsensusClusterer": (KMeans(2),),
        "SubclusterRefiner": (KMeans(2),),
        "PretrainedFeatures": ("model.onnx",),
    }
    for name in skfashion.__all__:
        kind = getattr(skfashion, name)
        if inspect.isclass(kind) and hasattr(kind, "fit"):
            options = {"n_clusters": 2} if name == "PipelineSearch" else {}
            yield pytest.param(kind(*needs.get(name, ()), **options), id=name)


@pytest.mark.parametrize("estimator", _estimators())
@pytest.mark.parametrize("shape", [(6, 4, 4), (6, 4, 4, 3)])
def test_a_stack_of_images_is_refused_with_the_way_to_rows(estimator, shape):
    with pytest.raises(
        ValueError, match=r"X has the shape .* as a row of pixels, .*; pass X.reshape\(len\(X\), -1\)"
    ) as caught:
        estimator.fit(np.zeros(shape, np.uint8), np.arange(6) % 2)
    assert ("image_shape" in estimator.get_params()) == (f"image_shape={shape[1:]}" in str(caught.value))


@pytest.mark.parametrize("estimator", _estimators())
def test_a_boolean_is_no_number_in_any_parameter(estimator):
    numbers = [name for name, kinds in estimator._parameter_constraints.items() if _takes(kinds, 1)]
    for name in numbers:
        wrong = clone(estimator).set_params(**{name: True})
        with pytest.raises(ValueError, match=f"^{name}=True of {type(estimator).__name__} is a boolean; pass a number"):
            wrong.fit(np.zeros((6, 64)), np.arange(6) % 2)
    assert numbers


def _takes(kinds, value):
    """Whether the kinds of a parameter allow a number, and not a boolean."""
    switches = {"boolean", "verbose"} & {kind for kind in kinds if isinstance(kind, str)}
    return kinds != "no_validation" and not switches and any(make_constraint(k).is_satisfied_by(value) for k in kinds)


@pytest.mark.parametrize("name", ["early_stopping", "shuffle", "verbose"])
def test_booleans_are_taken_where_they_are_meant(name):
    validate_params(skfashion.DenseAE(**{name: True}))


@pytest.mark.parametrize(
    "job",
    [
        lambda pipeline, X: skfashion.HungarianAccuracy()(pipeline, X, [0, 1, 0, 1]),
        lambda pipeline, X: skfashion.Silhouette()(pipeline, X),
        lambda pipeline, X: EmbeddingDisplay.from_estimator(pipeline, X),
        lambda pipeline, X: SilhouetteDisplay.from_estimator(pipeline, X),
        lambda pipeline, X: ReconstructionDisplay.from_estimator(pipeline, X),
        lambda pipeline, X: ManifoldDisplay.from_estimator(pipeline, X),
    ],
    ids=["labels", "label-free", "codes", "clusters", "reconstructions", "manifold"],
)
def test_a_job_with_a_pipeline_of_scikit_learn_says_the_way_to_rows(job):
    pipeline = make_pipeline(MinMaxScaler(), PCA(2), KMeans(2)).fit(np.random.default_rng(0).random((4, 4)))
    with pytest.raises(ValueError, match=r"X has the shape \(4, 2, 2\), but Pipeline takes each image as a row"):
        job(pipeline, np.zeros((4, 2, 2)))


@pytest.mark.parametrize("function", [choose_n_clusters, lambda X: modularity_score(X, [0, 1, 0, 1])])
def test_a_function_of_rows_says_the_way_to_rows(function):
    with pytest.raises(ValueError, match=r"X has the shape \(4, 2, 2\), but (choose_n|modularity)"):
        function(np.zeros((4, 2, 2)))


def test_a_pipeline_that_takes_images_is_scored_on_them():
    images = np.arange(16).reshape(4, 2, 2)
    pipeline = make_pipeline(FunctionTransformer(lambda X: X.reshape(len(X), -1)), KMeans(2, random_state=0)).fit(
        images
    )
    assert skfashion.HungarianAccuracy()(pipeline, images, [0, 0, 1, 1]) == 1


def test_other_errors_on_images_are_left_as_they_are():
    with pytest.raises(ValueError, match="out of range"), images_refused(np.zeros((4, 2, 2)), KMeans()):
        raise ValueError("out of range")


def test_nested_lists_are_images_too():
    with pytest.raises(ValueError, match=r"\(2, 1, 2\), but KMeans takes each image as a row"):
        refuse_images([[[0, 1]], [[2, 3]]], KMeans())


@pytest.mark.parametrize("X", [np.zeros((2, 3)), [[0, 1], [2]], "text", None, np.zeros(3)])
def test_everything_else_is_left_to_scikit_learn(X):
    refuse_images(X, KMeans())


@pytest.mark.parametrize("name", ["activation", "code_activation", "output_activation", "augment"])
def test_a_class_is_no_function(name):
    validate_params(skfashion.DenseAE(**{name: abs}))
    with pytest.raises(ValueError, match=f"^{name} of DenseAE is a class; pass a function"):
        validate_params(skfashion.DenseAE(**{name: int}))
