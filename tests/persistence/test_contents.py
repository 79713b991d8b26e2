"""What a model may hold: forged files whose parts are trusted one by one, and whose objects are not."""

import json
import zipfile

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC, SVR, LinearSVC, NuSVC, NuSVR, OneClassSVM
from sklearn.utils import all_estimators

from skfashion import PipelineSearch, PretrainedFeatures, load, save
from skfashion.persistence import UntrustedModelError, _archive, _models
from skfashion.persistence._reviewed import REVIEWED
from skfashion.persistence._trust import _nodes

X = np.abs(np.random.RandomState(0).normal(size=(40, 6)))
Y = np.arange(40) % 2


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
    "features": PretrainedFeatures("net.onnx", cache_dir="features"),
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
    text = next(node for node in _nodes(content) if node.get("content") == '"random"')
    schema["content"]["content"] = content | {"memory": memory | {"__id__": text["__id__"]}}  # after the text
    parts["schema.json"] = json.dumps(schema).encode()
    manifest["sha256"] = {name: _archive.hashlib.sha256(part).hexdigest() for name, part in parts.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in {**parts, "manifest.json": json.dumps(manifest).encode()}.items():
            archive.writestr(name, part)
    with pytest.raises(UntrustedModelError, match="names a cache"):
        load(path)


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


@pytest.mark.parametrize("texts", [CountVectorizer(), TfidfVectorizer()])
def test_what_was_not_reviewed_needs_trust(path, texts):
    texts.fit(["a word", "another word"])
    name = f"{type(texts).__module__}.{type(texts).__qualname__}"
    with pytest.raises(UntrustedModelError, match="whose state was not reviewed"):
        save(texts, path)
    with pytest.raises(UntrustedModelError, match="whose state was not reviewed"):
        load(forge(path, texts))
    save(texts, path, trusted=[name])
    assert load(path, trusted=[name]).vocabulary_ == texts.vocabulary_


@pytest.mark.parametrize("attribute", ["blueprint", "network", "__class_getitem__"])
def test_another_attribute_hides_nothing(path, attribute):
    estimator = make_pipeline(PCA(2), KMeans(2), memory="cache")
    setattr(estimator, attribute, None)
    with pytest.raises(UntrustedModelError, match="names a cache"):
        load(forge(path, estimator))


def test_every_reviewed_name_is_an_estimator():
    assert {name for name, _ in all_estimators()} | {"ClassicalMDS"} >= REVIEWED - {"FrozenEstimator"}
