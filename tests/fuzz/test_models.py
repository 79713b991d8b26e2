"""Models that are damaged or forged: the model, which works or says why not, or an error that names the file."""

import hashlib
import io
import json
import zipfile
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import HDBSCAN, BisectingKMeans, KMeans
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from skfashion import ClusterClassifier, DenseAE, GraphPartition, ImageFeatures, KNNSpectral, load, save
from skfashion.persistence import ModelFileError

X = np.random.default_rng(0).integers(256, size=(40, 64), dtype=np.uint8)
MODELS = {
    "pipeline": lambda: make_pipeline(PCA(3, random_state=0), GaussianMixture(2, random_state=0)),
    "k-means": lambda: BisectingKMeans(3, random_state=0),
    "neighbours": lambda: KNNSpectral(3, random_state=0),
    "graph": lambda: make_pipeline(ImageFeatures(3, image_shape=(8, 8)), GraphPartition(3, n_votes=2, random_state=0)),
    "network": lambda: DenseAE(2, max_iter=1, random_state=0),
    "labels": lambda: ClusterClassifier(KMeans(3, n_init=1, random_state=0)),
    "tree": lambda: HDBSCAN(min_cluster_size=5, copy=True),
    "sparse": lambda: OneHotEncoder(max_categories=5),
}
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 5),
    st.sampled_from([2**31, 2**62, -(2**40), 10**30]),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(
        ["os", "system", "sklearn.svm._classes", "SVC", "builtins", "eval", "MethodNode", "JsonNode", "0.npy"]
    ),
    st.just([]),
    st.just({}),
)
CHANGES = st.lists(
    st.tuples(st.integers(0, 2**16), st.sampled_from(["value", "copy", "drop"]), ANYTHING), min_size=1, max_size=4
)


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """The parts of each model's file."""
    folder, found = tmp_path_factory.mktemp("models"), {}
    for name, make in MODELS.items():
        save(make().fit(X, np.arange(40) % 2), folder / name)
        with zipfile.ZipFile(folder / name) as archive:
            found[name] = {part: archive.read(part) for part in archive.namelist()}
    return found


def places(tree):
    """Return all places in a tree of JSON: the container and the key."""
    children = list(tree.items()) if isinstance(tree, dict) else list(enumerate(tree)) if isinstance(tree, list) else []
    return [place for key, child in children for place in [(tree, key), *places(child)]]


def change_json(text, changes):
    tree = json.loads(text)
    for number, change, value in changes:
        found = places(tree)
        if not found:
            break
        container, key = found[number % len(found)]
        other, other_key = found[number * 31 % len(found)]
        if change == "drop":
            del container[key]
        else:
            container[key] = json.loads(json.dumps(other[other_key])) if change == "copy" else value
    return json.dumps(tree).encode()


def change_array(content, changes):
    """Change the numbers of an array, or its shape and type."""
    array = np.load(io.BytesIO(content), allow_pickle=False)
    for number, change, _ in changes:
        if change == "value" and array.size and array.dtype.kind in "fiu":
            array = array.copy()
            kind = np.iinfo(array.dtype) if array.dtype.kind in "iu" else np.finfo(array.dtype)
            array.flat[number % array.size] = [kind.max, kind.min, 0][number % 3]
        elif change == "drop":
            array = array[:-1] if array.ndim else array
        elif change == "copy":
            array = (
                array.astype([np.float32, np.int64, np.uint8, np.int32][number % 4])
                if array.dtype.kind in "fiu"
                else array
            )
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def write(path, parts):
    """Write a model with a manifest that fits its parts."""
    manifest = json.loads(parts["manifest.json"])
    manifest["sha256"] = {
        name: hashlib.sha256(part).hexdigest() for name, part in parts.items() if name != "manifest.json"
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in {**parts, "manifest.json": json.dumps(manifest).encode()}.items():
            archive.writestr(name, part)


def use(model):
    """Use a model that was loaded; its numbers may be nonsense, and it may refuse to compute with them."""
    with np.errstate(all="ignore"):
        for method in ("predict", "transform", "score_samples"):
            if hasattr(model, method):
                with suppress(ValueError, TypeError, AttributeError, KeyError, IndexError, ArithmeticError):
                    getattr(model, method)(X)


@pytest.mark.filterwarnings("ignore")
@given(name=st.sampled_from(sorted(MODELS)), changes=CHANGES)
def test_forged_parameters_and_attributes(name, changes, parts, workspace, says_why):
    forged = {**parts[name], "schema.json": change_json(parts[name]["schema.json"], changes)}
    write(workspace / "model", forged)
    model = says_why(lambda: load(workspace / "model"), ModelFileError)
    if model is not None:
        use(model)


@pytest.mark.filterwarnings("ignore")
@given(name=st.sampled_from(sorted(MODELS)), part=st.integers(0, 100), changes=CHANGES)
def test_forged_arrays(name, part, changes, parts, workspace, says_why):
    arrays = sorted(file for file in parts[name] if file.endswith(".npy"))
    file = arrays[part % len(arrays)]
    write(workspace / "model", {**parts[name], file: change_array(parts[name][file], changes)})
    model = says_why(lambda: load(workspace / "model"), ModelFileError)
    if model is not None:
        use(model)


@given(changes=CHANGES)
def test_forged_manifests(changes, parts, workspace, says_why):
    forged = {**parts["k-means"], "manifest.json": change_json(parts["k-means"]["manifest.json"], changes)}
    with zipfile.ZipFile(workspace / "model", "w") as archive:
        for name, part in forged.items():
            archive.writestr(name, part)
    says_why(lambda: load(workspace / "model"), ModelFileError)
