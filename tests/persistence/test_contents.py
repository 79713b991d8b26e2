"""What a model may hold: forged files whose parts are trusted one by one, and whose objects are not."""

import json
import zipfile

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC, SVR, LinearSVC, NuSVC, NuSVR, OneClassSVM
from sklearn.utils import all_estimators

from skfashion import PipelineSearch, load, save
from skfashion.persistence import ModelFileError, UntrustedModelError, _archive, _models

X = np.abs(np.random.RandomState(0).normal(size=(40, 6)))
Y = np.arange(40) % 2
# The estimators of scikit-learn that can be saved after a fit. Their state was reviewed: it is read by Python and by
# numpy, which check every index, or by compiled code for which `check_consistency` has a check.
REVIEWED = """
ARDRegression AdditiveChi2Sampler AffinityPropagation AgglomerativeClustering BayesianGaussianMixture BayesianRidge
BernoulliNB BernoulliRBM Binarizer BisectingKMeans CategoricalNB ClassicalMDS ComplementNB DBSCAN DictionaryLearning
DummyClassifier DummyRegressor ElasticNet ElasticNetCV EllipticEnvelope EmpiricalCovariance FactorAnalysis FastICA
FeatureHasher FunctionTransformer GaussianMixture GaussianNB GraphicalLasso GraphicalLassoCV HDBSCAN
HashingVectorizer HuberRegressor IncrementalPCA KBinsDiscretizer KMeans KNNImputer KernelPCA KernelRidge
LabelBinarizer LabelEncoder LabelPropagation LabelSpreading Lars LarsCV Lasso LassoCV LassoLars LassoLarsCV
LassoLarsIC LatentDirichletAllocation LedoitWolf LinearDiscriminantAnalysis LinearRegression LinearSVC LinearSVR
LocalOutlierFactor LogisticRegression LogisticRegressionCV MDS MaxAbsScaler MeanShift MinCovDet MinMaxScaler
MiniBatchDictionaryLearning MiniBatchKMeans MiniBatchNMF MiniBatchSparsePCA MissingIndicator MultinomialNB NMF
NearestCentroid NeighborhoodComponentsAnalysis Normalizer Nystroem OAS OPTICS OneHotEncoder OrdinalEncoder
OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV PCA PLSRegression PassiveAggressiveRegressor PatchExtractor
PolynomialCountSketch PolynomialFeatures PowerTransformer QuadraticDiscriminantAnalysis QuantileRegressor
QuantileTransformer RANSACRegressor RBFSampler Ridge RidgeCV RidgeClassifier RidgeClassifierCV RobustScaler
SGDRegressor ShrunkCovariance SimpleImputer SkewedChi2Sampler SparsePCA SpectralBiclustering SpectralClustering
SpectralCoclustering SpectralEmbedding StandardScaler TSNE TargetEncoder TfidfTransformer TheilSenRegressor
TransformedTargetRegressor TruncatedSVD VarianceThreshold
""".split()  # noqa: SIM905


def forge(path, estimator):
    """Write a model without the checks of `save`."""
    content = _models._dumped(estimator)
    _archive.write(path, _archive.with_manifest(content, metadata={}, layouts=[]))
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.skfashion"


SEARCH = {"n_clusters": 2, "n_trials": 1}
OPENING_FILES = {
    "pipeline": make_pipeline(PCA(2), KMeans(2), memory="cache"),
    "grid": GridSearchCV(make_pipeline(PCA(2)), {"memory": [None, "cache"]}),
    "grids": GridSearchCV(make_pipeline(PCA(2)), [{"pca__n_components": [2]}, {"memory": ("cache",)}]),
    "inner": GridSearchCV(make_pipeline(make_pipeline(PCA(2))), {"pipeline__memory": ["cache"]}),
    "step": GridSearchCV(make_pipeline(PCA(2)), {"pca": [make_pipeline(PCA(2), memory="cache")]}),
    "study": PipelineSearch(["identity"], ["kmeans"], storage="journal.log", **SEARCH),
}


@pytest.mark.parametrize("estimator", OPENING_FILES.values(), ids=OPENING_FILES)
def test_what_opens_files_at_the_next_fit_is_neither_saved_nor_loaded(path, estimator):
    with pytest.raises(UntrustedModelError, match="the next fit would open its files"):
        save(estimator, path)
    assert not path.exists()
    with pytest.raises(UntrustedModelError, match="the next fit would open its files"):
        load(forge(path, estimator))


def test_a_cache_under_the_name_of_another_value_is_refused(path):
    """A node of skops is what the first node with its id is, whatever it says itself."""
    save(make_pipeline(PCA(2), KMeans(2, init="random")), path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest, schema = json.loads(parts.pop("manifest.json")), json.loads(parts["schema.json"])
    content = schema["content"]["content"]
    memory = content.pop("memory")
    text = next(node for node in nodes(content) if node.get("content") == '"random"')
    schema["content"]["content"] = content | {"memory": memory | {"__id__": text["__id__"]}}  # after the text
    parts["schema.json"] = json.dumps(schema).encode()
    manifest["sha256"] = {name: _archive.hashlib.sha256(part).hexdigest() for name, part in parts.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in {**parts, "manifest.json": json.dumps(manifest).encode()}.items():
            archive.writestr(name, part)
    with pytest.raises(UntrustedModelError, match="names a cache"):
        load(path)


def nodes(tree):
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    for child in tree if isinstance(tree, list) else []:
        yield from nodes(child)


@pytest.mark.parametrize("machine", [SVC(), NuSVC(), SVR(), NuSVR(), OneClassSVM()], ids=lambda m: type(m).__name__)
def test_fitted_machines_of_libsvm_are_neither_saved_nor_loaded(path, machine):
    save(machine, path)  # a parameter of another estimator
    load(path)
    machine.fit(X, Y)
    with pytest.raises(UntrustedModelError, match=r"holds a fitted .* LinearSVC can"):
        save(machine, path)
    machine._n_support = np.array([2**30, 2**30], np.int32)  # predict would read far beyond the vectors
    with pytest.raises(UntrustedModelError, match="holds a fitted"):
        load(forge(path, machine))


def test_a_machine_within_another_estimator_is_found(path):
    bag = BaggingClassifier(SVC(), 2, random_state=0).fit(X, Y)
    with pytest.raises(UntrustedModelError, match="holds a fitted SVC"):
        save(bag, path)
    save(LinearSVC().fit(X, Y), path)


def fitted_estimators():
    for name, Estimator in all_estimators():
        try:
            yield name, Estimator().fit(X, Y)
        except (TypeError, ValueError, AttributeError):  # needs parameters, or other data
            continue


@pytest.mark.filterwarnings("ignore")
def test_every_estimator_of_scikit_learn_that_can_be_saved_was_reviewed(path):
    saved = []
    for name, estimator in fitted_estimators():
        try:
            save(estimator, path)
        except ModelFileError:
            continue
        saved.append(name)
    assert len(saved) > 80
    assert set(saved) <= set(REVIEWED)
