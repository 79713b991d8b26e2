import io
import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    RandomForestClassifier,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import fbeta_score, make_scorer
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV, TunedThresholdClassifierCV
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures, StandardScaler

import skfashion
from skfashion import ConsensusClusterer, DenseAE, DenseClassifier, DenseVAE, PipelineSearch, Silhouette, load, save
from skfashion._utils import unpacking
from skfashion.autoencoders import BaseAutoencoder
from skfashion.engine.backend import choose_backend
from skfashion.interop import KerasClassifier
from skfashion.persistence import ModelFileError, UntrustedModelError, _archive, _models, read_manifest
from skfashion.persistence._trust import _nodes
from skfashion.plugins import get_plugin, list_plugins, pipeline_from_names


@pytest.fixture(scope="module")
def pipeline(images):
    """A fitted pipeline: scaled, encoded, clustered."""
    steps = [("ae", DenseAE(4, hidden_layer_sizes=(32,), max_iter=2, random_state=0)), ("gmm", GaussianMixture(3))]
    return Pipeline(steps).fit(images)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.skfashion"


@pytest.fixture
def saved(pipeline, path):
    """The pipeline in a file."""
    save(pipeline, path, metadata={"of": "tests"})
    return path


def _module_level_function(X):
    return X


class WideAE(BaseAutoencoder):
    """A user's own architecture."""

    def build_encoder(self, n_features, n_outputs):
        return DenseAE(self.n_components).build_encoder(n_features, n_outputs)

    def build_decoder(self, n_features):
        return DenseAE(self.n_components).build_decoder(n_features)


# What comes back


def test_a_pipeline_comes_back_bitwise_equal(pipeline, saved, images):
    loaded = load(saved)
    np.testing.assert_array_equal(loaded[:-1].transform(images), pipeline[:-1].transform(images))
    np.testing.assert_array_equal(loaded.predict_proba(images), pipeline.predict_proba(images))
    assert repr(loaded) == repr(pipeline)
    assert loaded["ae"].loss_curve_ == pipeline["ae"].loss_curve_


OF_FEATURES = [name for name in list_plugins("clusterer") if get_plugin("clusterer", name).takes == "features"]
SAVED = [name for name in OF_FEATURES if name != "birch"]  # whose tree skops does not know


@pytest.mark.parametrize("clusterer", SAVED)
@pytest.mark.parametrize(("reducer", "scale"), [("pca", "minmax"), ("identity", "bytes"), ("pca", "standard")])
def test_every_registered_pipeline_can_be_saved(path, sample, reducer, scale, clusterer):
    X = sample[0][:80, 300:400]
    pipeline = pipeline_from_names(reducer, clusterer, n_clusters=2, scale=scale).fit(X)
    save(pipeline, path)
    loaded = load(path)
    np.testing.assert_array_equal(loaded[:-1].transform(X), pipeline[:-1].transform(X))
    if hasattr(pipeline, "predict"):
        np.testing.assert_array_equal(loaded.predict(X), pipeline.predict(X))


def test_histograms_of_gradients_can_be_saved(path, sample):
    X = sample[0][:80]
    pipeline = pipeline_from_names("hog", "kmeans", n_clusters=2, scale="bytes", reducer__hog__cell=0.2).fit(X)
    save(pipeline, path)
    loaded = load(path)
    np.testing.assert_array_equal(loaded[:-1].transform(X), pipeline[:-1].transform(X))
    np.testing.assert_array_equal(loaded.predict(X), pipeline.predict(X))
    assert loaded["reducer"]["hog"].n_cells_ == (5, 5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "transformer", [PCA(8), make_pipeline(PCA(3), PolynomialFeatures()), FeatureUnion([("a", PCA(2)), ("b", PCA(5))])]
)
def test_the_layout_of_arrays_comes_back_on_which_the_last_bits_depend(path, sample, transformer, dtype):
    X = (sample[0][:1000] / 255).astype(dtype)
    fitted = clone(transformer).fit(X)
    save(fitted, path)
    np.testing.assert_array_equal(load(path).transform(X), fitted.transform(X))


def test_scikit_learns_own_defaults_can_be_saved(path, sample):
    X, y = sample[0][:100, 300:310], sample[1][:100]
    steps = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(max_iter=200))
    search = GridSearchCV(steps, {"logisticregression__C": [1, 2]}, cv=2).fit(X, y % 2)
    save(search, path)
    np.testing.assert_array_equal(load(path).predict_proba(X), search.predict_proba(X))


def test_an_autoencoder_goes_on_training_where_it_was(path, images):
    ae = DenseAE(4, max_iter=2, warm_start=True, random_state=np.random.RandomState(0)).fit(images)
    save(ae, path)
    loaded = load(path)
    np.testing.assert_array_equal(loaded.fit(images).transform(images), ae.fit(images).transform(images))
    assert loaded.loss_curve_ == ae.loss_curve_


def test_a_variational_autoencoder_comes_back_with_its_noise_variance(path, images):
    vae = DenseVAE(4, max_iter=2, random_state=0).fit(images)
    save(vae, path)
    loaded = load(path)
    np.testing.assert_array_equal(loaded.score_samples(images), vae.score_samples(images))
    assert loaded.noise_variance_ == vae.noise_variance_
    assert loaded.kl_curve_ == vae.kl_curve_


def test_an_estimator_that_is_not_fitted_keeps_its_parameters(path):
    save(DenseAE(7, hidden_layer_sizes=(5, 3), rescale=255.0), path)
    assert load(path).get_params() == DenseAE(7, hidden_layer_sizes=(5, 3), rescale=255.0).get_params()


def test_estimators_within_estimators_can_be_saved(path, images):
    halves = ColumnTransformer([("upper", DenseAE(2, max_iter=1), slice(0, 392)), ("lower", PCA(2), slice(392, 784))])
    search = GridSearchCV(make_pipeline(halves, KMeans(n_init=1)), {"kmeans__n_clusters": [2, 3]}, cv=2)
    search.set_params(scoring=Silhouette(sample_size=None)).fit(images)
    save(search, path)
    np.testing.assert_array_equal(load(path).predict(images), search.predict(images))


@pytest.mark.parametrize("pick", ["vote", "medoid"])
def test_a_vote_can_be_saved(path, images, pick):
    estimators = [("kmeans", KMeans(3, n_init=1)), ("mixture", make_pipeline(PCA(4), GaussianMixture(3)))]
    model = ConsensusClusterer(estimators, n_repeats=2, pick=pick, random_state=0).fit(images)
    save(model, path)
    loaded = load(path)
    np.testing.assert_array_equal(loaded.predict_proba(images), model.predict_proba(images))
    np.testing.assert_array_equal(loaded.labels_, model.labels_)
    assert repr(loaded) == repr(model)


@pytest.mark.skipif(choose_backend() == "jax", reason="needs a second backend: run in the environment `torch`")
def _net():
    return make_pipeline(PCA(4), DenseClassifier((8,), max_iter=2, early_stopping=False, random_state=0))


def _coded(last):
    return make_pipeline(DenseAE(2, max_iter=2, random_state=0), last)


ENSEMBLES = {
    "soft vote": VotingClassifier([("net", _net()), ("coded", _coded(LogisticRegression()))], voting="soft"),
    "hard vote": VotingClassifier([("net", _net()), ("coded", _coded(LogisticRegression()))], weights=[1, 2]),
    "mean": VotingRegressor([("coded", _coded(Ridge())), ("ridge", Ridge())]),
    "stack": StackingClassifier([("net", _net())], final_estimator=LogisticRegression(), cv=2, passthrough=True),
    "stack of regressors": StackingRegressor([("coded", _coded(Ridge()))], final_estimator=Ridge(), cv=2),
    "sigmoid": CalibratedClassifierCV(_net(), cv=2),
    "isotonic": CalibratedClassifierCV(_net(), cv=2, method="isotonic", ensemble=False),
    "tuned threshold": TunedThresholdClassifierCV(_net(), cv=2, scoring="f1", store_cv_results=True),
    "scorer": TunedThresholdClassifierCV(_net(), cv=2, scoring=make_scorer(fbeta_score, beta=2)),
    "fixed threshold": FixedThresholdClassifier(_net(), threshold=0.3),
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("ensemble", ENSEMBLES.values(), ids=ENSEMBLES.keys())
def test_ensembles_of_our_pipelines_can_be_saved(path, images, classes, ensemble):
    fitted = clone(ensemble).fit(images, classes > 4)
    save(fitted, path)
    method = "predict_proba" if hasattr(fitted, "predict_proba") else "predict"
    np.testing.assert_array_equal(getattr(load(path), method)(images), getattr(fitted, method)(images))


def test_a_network_of_scikeras_is_refused_in_one_line(path):
    with pytest.raises(ModelFileError, match=r"KerasClassifier holds .* not supported; .* DenseClassifier") as caught:
        save(make_pipeline(PCA(2), KerasClassifier(_module_level_function)), path)
    assert "\n" not in str(caught.value)
    assert not path.exists()


def test_another_backend_gives_nearly_the_same(pipeline, saved, images, tmp_path, programs):
    np.save(tmp_path / "images.npy", images)
    program = [sys.executable, programs / "transform_on_jax.py", tmp_path]
    subprocess.run(program, check=True, env={"KERAS_BACKEND": "jax"})
    np.testing.assert_allclose(np.load(tmp_path / "codes.npy"), pipeline[:-1].transform(images), rtol=0, atol=1e-5)


def test_the_manifest_says_what_the_file_is(saved):
    manifest = read_manifest(saved)
    assert manifest["format_version"] == 2
    assert manifest["versions"]["skfashion"] == skfashion.__version__
    assert manifest["metadata"] == {"of": "tests"}
    with zipfile.ZipFile(saved) as archive:
        assert set(archive.namelist()) == {"manifest.json", *manifest["sha256"]}
        assert {name.rsplit(".")[-1] for name in archive.namelist()} == {"json", "npy"}


def test_the_users_own_classes_are_loaded_on_trust(path, images):
    ae = WideAE(2, max_iter=1).fit(images)
    with pytest.raises(UntrustedModelError, match=r"This WideAE holds .*\.WideAE, which may run code"):
        save(ae, path)
    save(ae, path, trusted=[f"{WideAE.__module__}.WideAE"])
    with pytest.raises(UntrustedModelError, match=r"model.skfashion holds .*\.WideAE"):
        load(path)
    np.testing.assert_array_equal(load(path, trusted=[WideAE]).transform(images), ae.transform(images))


def test_a_class_of_a_script_is_told_to_live_in_a_module(images, tmp_path, monkeypatch):
    class Main(WideAE):
        __module__, __qualname__ = "__main__", "Main"

    monkeypatch.setattr(sys.modules["__main__"], "Main", Main, raising=False)
    save(Main(2, max_iter=1).fit(images), tmp_path / "model.skfashion", trusted=[Main])
    monkeypatch.undo()  # as in another script
    with pytest.raises(ModelFileError, match="define its class in a module, not in a script"):
        load(tmp_path / "model.skfashion", trusted=["__main__.Main"])


# What is not saved


@pytest.mark.parametrize(
    ("estimator", "problem"),
    [
        (FunctionTransformer(_module_level_function), "holds .*_module_level_function, which may run code"),
        (DenseAE(activation=_module_level_function), "holds .*_module_level_function"),
        (FunctionTransformer(print), "holds builtins.print"),
        (make_pipeline(PCA(2), KMeans(2), memory="/cache"), "This Pipeline names a cache .* set memory=None"),
        (GridSearchCV(make_pipeline(PCA(2), memory="/cache"), {}), "names a cache"),
        (GridSearchCV(make_pipeline(PCA(2)), {"memory": ["/cache"]}), "names a cache"),
        (GridSearchCV(make_pipeline(PCA(2)), {"a__memory": [None, "/cache"]}), "names a cache"),
        (RandomForestClassifier(2).fit([[0], [1]], [0, 1]), "holds sklearn.tree._tree.Tree, which may run code"),
    ],
)
def test_what_would_not_be_loaded_is_not_saved(path, estimator, problem):
    with pytest.raises(UntrustedModelError, match=problem):
        save(estimator, path)
    assert not path.exists()


def test_what_load_could_not_find_is_not_saved(path):
    def local(X):
        return X

    for function in (local, lambda X: X):
        with pytest.raises(ValueError, match="which load could not find; define it at the top of a module"):
            save(FunctionTransformer(function), path, trusted=[function])


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere is no folder"):
        save(PCA(), tmp_path / "nowhere" / "model.skfashion")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_no_model_and_nobody_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "model.skfashion")
    with pytest.raises(ModelFileError, match="is not a regular file; give a file that"):
        load(tmp_path / "model.skfashion")


def test_an_error_while_writing_leaves_the_old_file(saved, pipeline, monkeypatch):
    before = saved.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_archive.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(pipeline, saved)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


# What is not loaded


def _rewritten(path, change, compression=zipfile.ZIP_STORED):
    """The file with its parts changed, and a manifest that says so."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    change(parts, manifest)
    manifest["sha256"] = {name: _archive.hashlib.sha256(part).hexdigest() for name, part in parts.items()}
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        archive.writestr("manifest.json", json.dumps(manifest))


def _schema(parts):
    return json.loads(parts["schema.json"])


@pytest.mark.parametrize("length", [0, 1, 100, -1])
def test_a_file_that_is_cut_short_is_refused(saved, length):
    saved.write_bytes(saved.read_bytes()[:length])
    with pytest.raises(ModelFileError, match="is not a model that skfashion has saved, or is damaged"):
        load(saved)


def test_any_changed_byte_is_noticed(saved, pipeline, images):
    content = saved.read_bytes()
    rng = np.random.default_rng(0)
    for position in rng.choice(len(content), 60, replace=False):
        changed = bytearray(content)
        changed[position] ^= 1 << rng.integers(8)
        saved.write_bytes(changed)
        try:
            loaded = load(saved)
        except ModelFileError:
            continue
        np.testing.assert_array_equal(loaded.predict(images), pipeline.predict(images))  # a date in a header, say


def test_a_zip_of_something_else_is_refused(path):
    for parts in ({}, {"manifest.json": "{}"}, {"manifest.json": "no json"}, {"manifest.json": "[1]"}):
        with zipfile.ZipFile(path, "w") as archive:
            for name, part in parts.items():
                archive.writestr(name, part)
        with pytest.raises(ModelFileError, match="it has no manifest of a model"):
            load(path)


def test_a_part_that_the_manifest_does_not_name_is_refused(saved):
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("more.npy", b"")
    with pytest.raises(ModelFileError, match="its parts are not those of its manifest"):
        load(saved)


def test_names_that_differ_in_their_case_only_are_refused(saved):
    _rewritten(saved, lambda parts, manifest: parts.update({"SCHEMA.json": parts["schema.json"]}))
    with pytest.raises(ModelFileError, match="its parts are not those of its manifest"):
        load(saved)


@pytest.mark.parametrize("ids", [{}, {"__id__": 0}], ids=["own", "none"])
def test_a_part_of_several_objects_is_refused(saved, ids):
    """Each would be a copy, also without an id."""

    def share(parts, manifest):
        schema = _schema(parts)
        one, other, *_ = (node for node in _nodes(schema) if "file" in node)
        one |= ids
        other |= ids | {"file": one["file"]}
        parts["schema.json"] = json.dumps(schema).encode()

    _rewritten(saved, share)
    with pytest.raises(ModelFileError, match=r"its part .*\.npy is 2 objects"):
        load(saved)


@pytest.mark.parametrize("name", [None, "bomb.bin"])
def test_a_sparse_matrix_that_unpacks_to_much_more_is_refused(path, images, classes, monkeypatch, name):
    save(LogisticRegression(C=1e-3).fit(images, classes).sparsify(), path)
    load(path)

    def blow_up(parts, manifest):
        (saved,) = (part for part in parts if part.endswith(".npz"))
        del parts[saved]
        buffer = io.BytesIO()
        np.savez_compressed(buffer, data=np.zeros(10**6))
        parts[name or saved] = buffer.getvalue()
        parts["schema.json"] = parts["schema.json"].replace(saved.encode(), (name or saved).encode())

    _rewritten(path, blow_up)
    monkeypatch.setattr(unpacking, "FREE_BYTES", 1000)
    with pytest.raises(ModelFileError, match=r"data\.npy: it unpacks to more than .* bytes"):
        load(path)


def test_a_part_of_another_content_is_refused(saved):
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in parts if name.endswith(".npy"))
    with zipfile.ZipFile(saved, "w") as archive:
        for part in parts:
            archive.writestr(part, parts[part] + (b"!" if part == name else b""))
    with pytest.raises(ModelFileError, match=f"its part {name} has another SHA-256 than when it was saved"):
        load(saved)


def test_compressed_parts_are_refused_before_they_are_read(saved):
    """A small file may hold a manifest of gigabytes."""
    _rewritten(saved, lambda parts, manifest: None, zipfile.ZIP_DEFLATED)
    for read in (load, read_manifest):
        with pytest.raises(ModelFileError, match="its parts are compressed"):
            read(saved)


@pytest.mark.parametrize("version", [1, 0, -1, True])
def test_an_early_format_is_refused(saved, version):
    _rewritten(saved, lambda parts, manifest: manifest.update(format_version=version))
    for read in (load, read_manifest):
        with pytest.raises(ModelFileError, match="of an early version of skfashion, which is no longer read; fit"):
            read(saved)


def test_a_later_format_is_refused(saved):
    _rewritten(saved, lambda parts, manifest: manifest.update(format_version=3))
    with pytest.raises(ModelFileError, match=r"has format 3, of skfashion .*: upgrade skfashion"):
        load(saved)


def test_a_forged_name_is_shown_in_one_line(saved):
    forged = {"__module__": "os\n\x1b[2J", "__class__": "system"}
    _rewritten(
        saved, lambda parts, manifest: parts.update({"schema.json": json.dumps(_schema(parts) | forged).encode()})
    )
    with pytest.raises(UntrustedModelError, match=r"holds os\\n\\x1b\[2J\.system, which may run code"):
        load(saved)


@pytest.mark.parametrize("name", ["os.system", "builtins.eval", "keras.src.layers.core.lambda_layer.Lambda"])
def test_a_forged_file_that_names_code_is_refused(saved, name):
    module, function = name.rsplit(".", 1)

    def forge(parts, manifest):
        schema = _schema(parts) | {"__module__": module, "__class__": function}
        parts["schema.json"] = json.dumps(schema).encode()

    _rewritten(saved, forge)
    with pytest.raises(UntrustedModelError, match=f"holds {name}, which may run code"):
        load(saved)


@pytest.mark.parametrize("loader", [["ObjectNode"], {}, 1])
def test_a_loader_that_is_no_name_is_refused(saved, loader):
    _rewritten(
        saved,
        lambda parts, _: parts.update({"schema.json": json.dumps(_schema(parts) | {"__loader__": loader}).encode()}),
    )
    with pytest.raises(ModelFileError):
        load(saved)


@pytest.mark.parametrize("loader", ["ConstructorFromReduceNode", "PartialNode", "MethodNode", "OperatorFuncNode"])
@pytest.mark.parametrize("name", ["sklearn.cluster._kmeans._kmeans_single_lloyd", "sklearn.decomposition._pca.PCA"])
def test_a_forged_file_that_calls_what_is_trusted_is_refused(saved, name, loader):
    """A trusted function may be referred to, not called with arguments of the file: compiled code would run astray."""
    module, function = name.rsplit(".", 1)
    empty = {"__class__": "tuple", "__module__": "builtins", "__loader__": "TupleNode", "content": [], "__id__": 1}
    keys = empty | {"__class__": "list", "__loader__": "ListNode"}
    nothing = {
        "__class__": "dict",
        "__module__": "builtins",
        "__loader__": "DictNode",
        "content": {},
        "key_types": keys,
    }
    contents = {
        "ConstructorFromReduceNode": empty,
        "OperatorFuncNode": empty,
        "MethodNode": {"func": "f", "obj": empty},
    }
    partial = {"func": empty, "args": empty, "kwds": nothing, "namespace": nothing}

    def forge(parts, manifest):
        node = {"__module__": module, "__class__": function, "__loader__": loader, "__id__": 7}
        schema = _schema(parts)
        kept = {name: schema[name] for name in ("protocol", "_skops_version")}
        parts["schema.json"] = json.dumps(
            kept | node | {"content": contents.get(loader, partial), "attrs": empty}
        ).encode()

    _rewritten(saved, forge)
    with pytest.raises(ModelFileError, match=r"which may run code|cannot be read"):
        load(saved)


def test_a_search_says_what_of_it_can_be_saved(tmp_path):
    search = PipelineSearch(["identity"], ["kmeans"], n_clusters=2, n_trials=1).fit(np.eye(20))
    with pytest.raises(ModelFileError, match="PipelineSearch holds an Optuna study; save its best_estimator_"):
        save(search, tmp_path / "search.skfashion")
    save(search.best_estimator_, tmp_path / "pipeline.skfashion")


class Unfinished(TransformerMixin, BaseEstimator):
    """Holds what nobody can keep."""

    def fit(self, X, y=None):
        self.rows_ = (row for row in X)
        return self

    def transform(self, X):
        return X


def test_the_step_that_cannot_be_saved_is_named(tmp_path):
    pipeline = make_pipeline(StandardScaler(), Unfinished()).fit(np.eye(3))
    with pytest.raises(
        ModelFileError, match=r"^Unfinished, the step 'unfinished', cannot be saved: cannot pickle 'gen"
    ):
        save(pipeline, tmp_path / "pipeline.skfashion")


def test_what_is_no_estimator_is_refused(saved):
    with pytest.raises(TypeError, match="estimator=5 is no scikit-learn estimator"):
        save(5, saved)

    def forge(parts, manifest):
        five = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": "5", "__id__": 1}
        kept = {name: value for name, value in _schema(parts).items() if name in ("protocol", "_skops_version")}
        parts["schema.json"] = json.dumps(five | kept | {"is_json": True}).encode()

    _rewritten(saved, forge)
    with pytest.raises(ModelFileError, match="it holds int, which is no estimator"):
        load(saved)


@pytest.mark.parametrize(
    "change",
    [
        {"format_version": "1"},
        {"format_version": float("inf")},
        {"format_version": 9, "versions": [1]},
        {"metadata": None},
        {"metadata": [1]},
    ],
    ids=str,
)
def test_a_manifest_of_other_types_is_refused(saved, change):
    _rewritten(saved, lambda parts, manifest: manifest.update(change))
    for read in (load, read_manifest):
        with pytest.raises(ModelFileError, match="its manifest is incomplete"):
            read(saved)


def test_a_model_of_other_versions_says_so_when_it_fails(path, images):
    ae = DenseAE(2, max_iter=1).fit(images)
    ae._network.blueprint.hidden_layer_sizes = (3,)
    save(ae, path)
    _rewritten(path, lambda parts, manifest: manifest["versions"].update(keras="2.0"))
    with pytest.raises(ModelFileError, match=r"do not make an estimator here \(saved with keras 2.0, here 3"):
        load(path)


def test_a_forged_file_without_its_arrays_is_refused(saved):
    def forge(parts, manifest):
        for name in [name for name in parts if name.endswith(".npy")]:
            del parts[name]

    _rewritten(saved, forge)
    with pytest.raises(ModelFileError, match="cannot be read"):
        load(saved)


def test_a_forged_cache_is_refused(path):
    save(make_pipeline(PCA(2), KMeans(2)), path)

    def forge(parts, manifest):
        schema = _schema(parts)
        schema["content"]["content"]["memory"] = {
            **{"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode"},
            **{"content": '"/tmp/evil"', "is_json": True, "__id__": 1},
        }
        parts["schema.json"] = json.dumps(schema).encode()

    _rewritten(path, forge)
    with pytest.raises(UntrustedModelError, match="names a cache"):
        load(path)


def test_a_forged_parameter_does_not_reach_keras(pipeline, path, images):
    ae = DenseAE(2, max_iter=1).fit(images)
    ae._network.blueprint.activation = {"module": "keras.layers", "class_name": "Lambda", "config": {}}
    with pytest.raises(ValueError, match="The 'activation' parameter"):
        save(ae, path)
    _archive.write(path, _archive.with_manifest(_models._dumped(ae), metadata={}, layouts=[]))
    with pytest.raises(ModelFileError, match="its parts do not make an estimator here: The 'activation' parameter"):
        load(path)


def test_weights_that_do_not_fit_are_refused(path, images):
    ae = DenseAE(2, max_iter=1).fit(images)
    ae._network.blueprint.hidden_layer_sizes = (3,)
    save(ae, path)
    with pytest.raises(ModelFileError, match="its parts do not make an estimator"):
        load(path)


def test_a_pickle_is_never_opened(path):
    path.write_bytes(b"cos\nsystem\n(S'touch /tmp/owned'\ntR.")
    with pytest.raises(ModelFileError, match="it is no zip archive"):
        load(path)
    buffer = io.BytesIO()
    np.save(buffer, np.array([print], dtype=object), allow_pickle=True)
    save(PCA(2), path)

    def forge(parts, manifest):
        parts["1.npy"] = buffer.getvalue()
        node = {"__class__": "ndarray", "__module__": "numpy", "__loader__": "NdArrayNode", "type": "numpy"}
        parts["schema.json"] = json.dumps(_schema(parts) | node | {"file": "1.npy"}).encode()

    _rewritten(path, forge)
    with pytest.raises(ModelFileError, match="Object arrays cannot be loaded when allow_pickle=False"):
        load(path)


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nowhere")


def test_a_network_that_is_larger_than_its_weights_is_refused_before_it_is_built(path, images):
    """It would take 600 TB."""
    ae = DenseAE(2, max_iter=1).fit(images)
    ae._network.blueprint.set_params(n_components=10**8, hidden_layer_sizes=(10**6,))
    save(ae, path)
    with pytest.raises(ModelFileError, match=r"its network has weights of shapes .*\(784, 1000000\)"):
        load(path)
