import pickle
import random
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import PretrainedFeatures, load, save
from skfashion.engine.backend import import_keras
from skfashion.engine.seeding import seeded
from skfashion.features import CappedPCA, _keras_networks, _pretrained
from skfashion.features._networks import IMAGENET_MEAN, IMAGENET_STD, sha256_of
from skfashion.persistence import ModelFileError

pytestmark = pytest.mark.filterwarnings("ignore:X holds floats up to")  # of scikit-learn's checks

N_FEATURES = 6


def _keras_model(path, *, channels=1, side=8, head=True, layer=None):
    """Write a small network: a convolution, its mean over places, and a layer of classes."""
    keras = import_keras()
    layers = [keras.layers.Conv2D(N_FEATURES, 3, activation="relu", name="edges")]
    layers += [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(3, name="classes")] if head else []
    layers += [] if layer is None else [layer(keras)]
    with seeded(0):
        keras.Sequential([keras.Input((side, side, channels)), *layers]).save(path)
    return str(path)


@pytest.fixture(scope="session")
def keras_file(tmp_path_factory):
    return _keras_model(tmp_path_factory.mktemp("keras") / "net.keras")


@pytest.fixture(scope="session")
def onnx_file(tmp_path_factory):
    return _onnx_model(tmp_path_factory.mktemp("onnx") / "net.onnx")


def _onnx_model(path, *, shape=("n", 3, 8, 8), op="Softmax", external=False, in_node=False):
    """Write a small network: the mean of each channel over places, twice as large, then scores of five classes."""
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    helper, numpy_helper, floats = onnx.helper, onnx.numpy_helper, onnx.TensorProto.FLOAT
    nodes = [
        helper.make_node("GlobalAveragePool", ["images"], ["pooled"]),
        helper.make_node("Mul", ["pooled", "two"], ["doubled"]),
        helper.make_node("Flatten", ["doubled"], ["flat"]),
        helper.make_node("Gemm", ["flat", "weights"], ["logits"]),
        helper.make_node(op, ["logits"], ["scores"]),
    ]
    weights = np.arange(15, dtype=np.float32).reshape(3, 5)
    arrays = [("two", np.array(2, np.float32)), ("weights", weights)]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("images", floats, shape)],
        [helper.make_tensor_value_info("scores", floats, ("n", 5))],
        [numpy_helper.from_array(array, name) for name, array in arrays if not in_node or name != "weights"],
    )
    if in_node:
        graph.node.insert(0, helper.make_node("Constant", [], ["weights"], value=numpy_helper.from_array(weights)))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    options = {"save_as_external_data": True, "location": "net.data", "size_threshold": 50} if external else {}
    onnx.save(model, path, **options, **{"convert_attribute": True} if external and in_node else {})
    return str(path)


@pytest.fixture
def pixels():
    """Forty coloured images of 8 x 8, bytes."""
    return np.random.default_rng(0).integers(0, 256, (40, 8 * 8 * 3), dtype=np.uint8)


@parametrize_with_checks([PretrainedFeatures("later.keras", batch_size=8)])
def test_it_passes_scikit_learns_checks_with_a_keras_file(estimator, check, keras_file):
    check(estimator.set_params(model=keras_file))


@parametrize_with_checks([PretrainedFeatures("later.onnx", batch_size=8)])
def test_it_passes_scikit_learns_checks_with_an_onnx_file(estimator, check, onnx_file):
    check(estimator.set_params(model=onnx_file))


# The features


def test_onnx_features_are_those_before_the_layer_of_the_classes(onnx_file, pixels):
    features = PretrainedFeatures(onnx_file, image_shape=(8, 8, 3)).fit_transform(pixels)
    means = pixels.reshape(40, 64, 3).mean(axis=1) / 255
    np.testing.assert_allclose(features, 2 * (means - IMAGENET_MEAN) / IMAGENET_STD, rtol=1e-4, atol=1e-5)
    assert features.dtype == np.float32


def test_mean_and_std_are_those_of_the_parameters(onnx_file, pixels):
    features = PretrainedFeatures(onnx_file, image_shape=(8, 8, 3), mean=0.5, std=(0.5, 1, 2)).fit_transform(pixels)
    means = pixels.reshape(40, 64, 3).mean(axis=1) / 255
    np.testing.assert_allclose(features, 2 * (means - 0.5) / (0.5, 1, 2), rtol=1e-4, atol=1e-5)


def test_batches_of_huge_images_are_refused_before_memory_is_taken(tmp_path, pixels):
    file = _onnx_model(tmp_path / "net.onnx", shape=("n", 3, 20_000, 20_000))
    with pytest.raises(
        ValueError, match=r"of 20000x20000 pixels, which the model takes, has 286.1 GiB; pass a smaller"
    ):
        PretrainedFeatures(file, image_shape=(8, 8, 3)).fit(pixels)


def _changed(onnx_file, path, op, shape):
    """Write the network with an operation on the means, which takes a shape, and with their mean over places."""
    import onnx

    model = onnx.load(onnx_file)
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.array(shape), "shape"))
    model.graph.node.insert(1, onnx.helper.make_node(op, ["pooled", "shape"], ["changed"]))
    model.graph.node.insert(2, onnx.helper.make_node("GlobalAveragePool", ["changed"], ["again"]))
    model.graph.node[3].input[0] = "again"
    onnx.save(model, path)
    return str(path)


def test_a_network_that_computes_gigabytes_from_small_images_is_refused_before_it_takes_them(
    tmp_path, onnx_file, pixels
):
    small = _changed(onnx_file, tmp_path / "small.onnx", "Expand", [1, 1, 2, 2])
    features = [PretrainedFeatures(file, image_shape=(8, 8, 3)).fit_transform(pixels) for file in (small, onnx_file)]
    np.testing.assert_allclose(*features, rtol=1e-5)
    large = _changed(onnx_file, tmp_path / "large.onnx", "Expand", [1, 1, 60_000, 60_000])
    with pytest.raises(ValueError, match="features of a batch of images: they take more than 8 GiB; pass a smaller"):
        PretrainedFeatures(large, image_shape=(8, 8, 3)).fit(pixels)


def test_an_error_of_a_network_is_one_line(tmp_path, onnx_file, pixels):
    file = _changed(onnx_file, tmp_path / "net.onnx", "Reshape", [7])
    with pytest.raises(ValueError, match=r"features of a batch of images: .* Reshape"):
        PretrainedFeatures(file, image_shape=(8, 8, 3)).fit(pixels)


def test_keras_features_are_those_of_the_layer_before_the_classes_for_pixels_from_0_to_255(keras_file, pixels):
    features = PretrainedFeatures(keras_file).fit_transform(pixels[:, :64])
    keras = import_keras()
    model = keras.saving.load_model(keras_file, compile=False)
    edges = keras.Model(model.inputs[0], model.get_layer("edges").output)
    expected = edges.predict_on_batch(pixels[:, :64].reshape(40, 8, 8, 1).astype(np.float32)).mean(axis=(1, 2))
    np.testing.assert_allclose(features, expected, rtol=1e-4)


@pytest.mark.parametrize("layer", ["edges", "classes"])
def test_a_layer_of_keras_can_be_named_and_maps_are_averaged(keras_file, pixels, layer):
    features = PretrainedFeatures(keras_file, layer=layer).fit_transform(pixels[:, :64])
    assert features.shape == (40, {"edges": N_FEATURES, "classes": 3}[layer])
    if layer == "edges":
        expected = PretrainedFeatures(keras_file).fit_transform(pixels[:, :64])
        np.testing.assert_allclose(features, expected, rtol=1e-5)


@pytest.mark.parametrize(("layer", "n_features"), [("pooled", 3), ("logits", 5), ("scores", 5)])
def test_a_tensor_of_onnx_can_be_named(onnx_file, pixels, layer, n_features):
    extractor = PretrainedFeatures(onnx_file, image_shape=(8, 8, 3), layer=layer).fit(pixels)
    assert extractor.transform(pixels).shape == (40, n_features)
    assert len(extractor.get_feature_names_out()) == n_features


def test_a_model_without_a_layer_of_classes_is_taken_as_it_is(tmp_path, pixels):
    file = _keras_model(tmp_path / "net.keras", head=False)  # a map of 6 x 6 places
    assert PretrainedFeatures(file).fit_transform(pixels[:, :64]).shape == (40, N_FEATURES)


def test_layers_that_draw_random_numbers_have_seeds_that_no_file_keeps(tmp_path, images):
    keras = import_keras()
    before = [keras.Input((28, 28, 1)), keras.layers.RandomFlip(), keras.layers.Conv2D(N_FEATURES, 3)]
    after = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dropout(0.5), keras.layers.Dense(3)]
    keras.Sequential([*before, *after]).save(tmp_path / "net.keras")
    features = PretrainedFeatures(tmp_path / "net.keras").fit(images[:5])
    assert features.transform(images[:5]).shape == (5, N_FEATURES)
    np.testing.assert_array_equal(features.transform(images[:2]), features.transform(images[:5])[:2])


@pytest.mark.parametrize("in_node", [False, True])
def test_weights_of_onnx_in_a_file_of_their_own_are_read_and_count_in_the_hash(tmp_path, onnx_file, pixels, in_node):
    file = _onnx_model(tmp_path / "net.onnx", external=True, in_node=in_node)
    extractor = PretrainedFeatures(file, image_shape=(8, 8, 3)).fit(pixels)
    expected = PretrainedFeatures(onnx_file, image_shape=(8, 8, 3)).fit_transform(pixels)
    np.testing.assert_array_equal(extractor.transform(pixels), expected)
    extractor.check_model_file()
    content = bytearray((tmp_path / "net.data").read_bytes())
    content[-1] ^= 1
    (tmp_path / "net.data").write_bytes(content)
    with pytest.raises(ValueError, match="has changed since the fit"):
        extractor.check_model_file()


def test_a_network_of_keras_applications_has_its_own_size_preparation_and_features(monkeypatch, pixels):
    keras = import_keras()
    build = keras.applications.MobileNetV2
    seen = {}

    def without_download(weights, **options):
        seen.update(options, weights=weights)
        return build(weights=None, alpha=0.35, **options)

    without_download.__module__ = build.__module__
    monkeypatch.setattr(keras.applications, "MobileNetV2", without_download)
    monkeypatch.setattr(_keras_networks.inspect, "getmodule", lambda _: sys.modules[build.__module__])
    extractor = PretrainedFeatures("MobileNetV2", image_shape=(8, 8, 3), batch_size=2).fit(pixels[:2])
    assert seen == {"weights": "imagenet", "include_top": False, "pooling": "avg", "input_shape": (224, 224, 3)}
    assert extractor.image_size_ == (224, 224)
    assert extractor.model_path_ is None
    prepared = extractor._network._prepare(np.full((1, 1, 1, 3), 255, np.float32))
    np.testing.assert_allclose(prepared, 1)  # MobileNet takes pixels from -1 to 1
    assert extractor.transform(pixels[:2]).shape == (2, 1280)
    with pytest.raises(ValueError, match="mean and std must be None for 'MobileNetV2'"):
        clone(extractor).set_params(mean=0.5).fit(pixels[:2])


# Rows


def test_bytes_and_floats_from_0_to_1_are_the_same_pixels(onnx_file, pixels):
    extractor = PretrainedFeatures(onnx_file, image_shape=(8, 8, 3)).fit(pixels)
    expected = extractor.transform(pixels)
    np.testing.assert_allclose(extractor.transform(pixels.astype(np.float32) / 255), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(extractor.transform(pixels.astype(np.int64)), expected)


def test_grey_images_get_three_equal_channels(onnx_file, pixels):
    grey = pixels[:, :64]
    coloured = np.repeat(grey[:, :, None], 3, axis=2).reshape(40, -1)
    np.testing.assert_array_equal(
        PretrainedFeatures(onnx_file).fit_transform(grey),
        PretrainedFeatures(onnx_file, image_shape=(8, 8, 3)).fit_transform(coloured),
    )


def test_images_are_stretched_to_the_size_of_the_model_or_to_one_that_is_given(tmp_path, onnx_file, images):
    extractor = PretrainedFeatures(onnx_file, image_shape=(28, 28)).fit(images[:5])
    assert extractor.image_size_ == (8, 8)
    file = _onnx_model(tmp_path / "free.onnx", shape=("n", 3, "h", "w"))
    assert PretrainedFeatures(file).fit(images[:5]).image_size_ == (224, 224)
    free = PretrainedFeatures(file, image_size=(8, 8)).fit(images[:5])
    np.testing.assert_array_equal(free.transform(images[:5]), extractor.transform(images[:5]))


def test_features_of_an_image_do_not_depend_on_the_others(keras_file, images):
    extractor = PretrainedFeatures(keras_file, batch_size=16).fit(images)
    features = extractor.transform(images)
    np.testing.assert_array_equal(extractor.transform(images[33:36]), features[33:36])


def test_a_model_of_one_batch_size_keeps_it(tmp_path, onnx_file, pixels):
    file = _onnx_model(tmp_path / "one.onnx", shape=(1, 3, 8, 8))
    features = PretrainedFeatures(file, image_shape=(8, 8, 3)).fit_transform(pixels)
    expected = PretrainedFeatures(onnx_file, image_shape=(8, 8, 3)).fit_transform(pixels)
    np.testing.assert_allclose(features, expected, rtol=1e-5, atol=1e-6)


def _numpys_state():
    return np.random.get_state()[1].tolist()  # noqa: NPY002 (the global state is what is tested)


def test_no_global_random_state_is_touched(keras_file, images):
    PretrainedFeatures(keras_file).fit(images)  # keras is imported
    before = random.getstate(), _numpys_state()
    PretrainedFeatures(keras_file).fit_transform(images)
    assert (random.getstate(), _numpys_state()) == before


def test_progress_is_told_after_every_batch(keras_file, images, capsys):
    class Progress:
        seen = []

        def on_images_end(self, n_done, n_images):
            self.seen.append((n_done, n_images))

    PretrainedFeatures(
        keras_file, batch_size=128, callbacks=np.array([Progress(), Progress()]), verbose=1
    ).fit_transform(images)
    assert Progress.seen[::2] == Progress.seen[1::2] == [(128, 300), (256, 300), (300, 300)]
    assert capsys.readouterr().out.splitlines()[-1] == "300 of 300 images"


def test_callbacks_without_the_method_are_refused_before_the_work(keras_file, images):
    with pytest.raises(ValueError, match=r"callbacks has .*, which has no method on_images_end\(n_done, n_images\)"):
        PretrainedFeatures(keras_file, callbacks=[print]).fit(images)


# Features computed before


def _count_batches(monkeypatch):
    batches = []
    apply = _pretrained.features_of_batch
    monkeypatch.setattr(
        _pretrained,
        "features_of_batch",
        lambda network, rows, *args: batches.append(len(rows)) or apply(network, rows, *args),
    )
    return batches


def test_the_same_images_are_computed_once(monkeypatch, keras_file, images):
    extractor = PretrainedFeatures(keras_file, batch_size=300).fit(images)
    batches = _count_batches(monkeypatch)
    features = extractor.transform(images)
    features[:] = 0  # a copy
    assert extractor.transform(images.copy()).any()
    assert batches == [300]
    extractor.transform(images[::-1])
    assert batches == [300, 300]


def test_a_folder_keeps_features_for_other_estimators_of_the_same_model(monkeypatch, tmp_path, keras_file, images):
    params = {"batch_size": 300, "cache_dir": tmp_path / "cache"}
    features = PretrainedFeatures(keras_file, **params).fit_transform(images)
    (file,) = (tmp_path / "cache").iterdir()
    np.testing.assert_array_equal(np.load(file, allow_pickle=False), features)
    batches = _count_batches(monkeypatch)
    np.testing.assert_array_equal(PretrainedFeatures(keras_file, **params).fit_transform(images), features)
    assert batches == [1]  # the check of the network in fit
    PretrainedFeatures(keras_file, layer="edges", **params).fit_transform(images)
    PretrainedFeatures(_keras_model(tmp_path / "other.keras", head=False), **params).fit_transform(images)
    assert batches == [1, 1, 300, 1, 300]


def test_parameters_that_are_set_after_the_fit_wait_for_the_next_fit(tmp_path, onnx_file, pixels):
    params = {"image_shape": (8, 8, 3), "cache_dir": tmp_path}
    extractor = PretrainedFeatures(onnx_file, **params).fit(pixels)
    extractor.set_params(mean=0.5, std=0.5)
    features = extractor.transform(pixels)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(extractor)).transform(pixels), features)
    others = PretrainedFeatures(onnx_file, mean=0.5, std=0.5, **params).fit_transform(pixels)  # not those in the folder
    assert np.abs(others - features).min() > 1e-3


@pytest.mark.parametrize("content", [b"", b"no array", pickle.dumps([1])])
def test_a_damaged_file_of_features_is_computed_again(tmp_path, keras_file, images, content):
    features = PretrainedFeatures(keras_file, cache_dir=str(tmp_path)).fit_transform(images)
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    again = PretrainedFeatures(keras_file, cache_dir=str(tmp_path)).fit_transform(images)
    np.testing.assert_array_equal(again, features)
    np.testing.assert_array_equal(np.load(file), features)


# Saved


@pytest.fixture
def saved(tmp_path, images):
    """A pipeline in a file, its model's file, and the features of images."""
    file = tmp_path / "net.keras"
    _keras_model(file)
    pipeline = make_pipeline(PretrainedFeatures(file), CappedPCA(2)).fit(images)
    save(pipeline, tmp_path / "pipe.skfashion")
    return tmp_path / "pipe.skfashion", file, pipeline.transform(images)


def test_a_saved_pipeline_loads_its_network_again(saved, images):
    path, _, features = saved
    loaded = load(path)
    np.testing.assert_array_equal(loaded.transform(images), features)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(loaded)).transform(images), features)


def test_loading_says_that_the_file_of_the_network_is_gone(saved):
    path, file, _ = saved
    file.unlink()
    with pytest.raises(ModelFileError, match=r"pipe.skfashion cannot be used: The model .*net.keras is not there any"):
        load(path)


def test_loading_says_that_the_file_of_the_network_has_changed(saved):
    path, file, _ = saved
    _keras_model(file, head=False)
    with pytest.raises(ModelFileError, match=r"The model .*net.keras has changed since the fit; put the old file back"):
        load(path)


def test_a_pickle_holds_no_network(keras_file, images):
    extractor = PretrainedFeatures(keras_file).fit(images)
    extractor.transform(images)
    assert len(pickle.dumps(extractor)) < 2000


# Wrong inputs


@pytest.mark.parametrize(
    ("model", "error", "message"),
    [
        (None, ValueError, "model=None must be a .keras or .onnx file, or a network of keras.applications"),
        (7, ValueError, "model=7 must be"),
        ("EficientNetB0", ValueError, "no network of keras.applications; did you mean 'EfficientNetB0'"),
        ("zzz", ValueError, "no network of keras.applications; choose one of ConvNeXtBase, "),
        ("missing.keras", FileNotFoundError, "The model .*missing.keras is not there"),
        ("missing.onnx", FileNotFoundError, "The model .*missing.onnx is not there"),
        ("net.h5", ValueError, "model='net.h5' must end in .keras or .onnx; other files may hold code"),
        ("folder/net", ValueError, "must end in .keras or .onnx"),
    ],
)
def test_a_model_that_does_not_exist_is_refused_in_a_line(images, model, error, message):
    with pytest.raises(error, match=message) as raised:
        PretrainedFeatures(model).fit(images)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("suffix", ["keras", "onnx"])
def test_a_damaged_file_is_refused_in_a_line(tmp_path, images, suffix):
    if suffix == "onnx":
        pytest.importorskip("onnxruntime")
    (tmp_path / f"net.{suffix}").write_bytes(b"no model")
    with pytest.raises(ValueError, match=f"net.{suffix} cannot be used: ") as raised:
        PretrainedFeatures(tmp_path / f"net.{suffix}").fit(images)
    assert "\n" not in str(raised.value)


def test_a_layer_with_code_is_refused(tmp_path, images):
    file = _keras_model(tmp_path / "net.keras", layer=lambda keras: keras.layers.Lambda(lambda x: x + 1))
    with pytest.raises(ValueError, match=r"net.keras cannot be used: it has a Lambda layer, which holds code"):
        PretrainedFeatures(file).fit(images)


def test_a_model_of_several_inputs_is_refused(tmp_path, images):
    keras = import_keras()
    inputs = [keras.Input((8, 8, 1)), keras.Input((8, 8, 1))]
    keras.Model(inputs, keras.layers.Add()(inputs)).save(tmp_path / "net.keras")
    with pytest.raises(
        ValueError, match=r"net.keras cannot be used: it has several inputs or outputs; save a model with"
    ):
        PretrainedFeatures(tmp_path / "net.keras").fit(images)


def test_weights_that_cannot_be_downloaded_are_named(monkeypatch, images):
    def no_network(*arguments, **options):
        raise Exception("URL fetch failure on https://host/weights.h5:\n None")

    monkeypatch.setattr(import_keras().applications, "MobileNetV2", no_network)
    with pytest.raises(
        OSError, match=r"weights of MobileNetV2 cannot be loaded \(URL fetch .*\); connect to the network"
    ):
        PretrainedFeatures("MobileNetV2").fit(images)


@pytest.mark.parametrize("package", ["onnx", "onnxruntime"])
def test_a_missing_package_names_the_extra(monkeypatch, onnx_file, images, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf"package {package}; pip install 'skfashion\[pretrained\]'"):
        PretrainedFeatures(onnx_file).fit(images)


def test_other_channels_than_those_of_the_model_are_refused(keras_file, onnx_file, pixels):
    with pytest.raises(ValueError, match=r"has 3 channels but .* takes 1; pass grey images"):
        PretrainedFeatures(keras_file, image_shape=(8, 8, 3)).fit(pixels)
    with pytest.raises(ValueError, match=r"has 4 channels but .* takes 3; pass grey or RGB images"):
        PretrainedFeatures(onnx_file, image_shape=(8, 6, 4)).fit(pixels)


def test_models_of_other_things_than_images_are_refused(tmp_path, images):
    file = _onnx_model(tmp_path / "net.onnx", shape=("n", 3, 8))
    with pytest.raises(ValueError, match=r"takes arrays of shape .* no batches of images with 1 or 3 channels"):
        PretrainedFeatures(file).fit(images)


@pytest.mark.parametrize("kind", ["keras", "onnx"])
def test_an_unknown_layer_has_a_hint(request, kind, images):
    file, hint = request.getfixturevalue(f"{kind}_file"), {"keras": "edges", "onnx": "pooled"}[kind]
    with pytest.raises(ValueError, match=f"has no .* '{hint}x'; did you mean '{hint}'"):
        PretrainedFeatures(file, layer=f"{hint}x").fit(images)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"image_size": (9, 8)}, r"image_size=\(9, 8\) must be \(8, 8\), the only size that the model takes"),
        ({"image_size": (8,)}, r"image_size=\(8,\) must be \(height, width\)"),
        ({"std": 0.0}, "The 'std' parameter of PretrainedFeatures must be"),
        ({"batch_size": 0}, "The 'batch_size' parameter of PretrainedFeatures must be"),
    ],
)
def test_wrong_parameters_are_refused(keras_file, images, params, message):
    with pytest.raises(ValueError, match=message):
        PretrainedFeatures(keras_file, **params).fit(images)


def test_features_that_are_not_finite_are_refused(onnx_file, pixels):
    extractor = PretrainedFeatures(onnx_file, image_shape=(8, 8, 3), std=1e-38).fit(pixels)
    with pytest.raises(ValueError, match="makes features that are not finite; check mean and std"):
        extractor.transform(pixels)


@pytest.mark.parametrize("largest", [16, 255.0, -255.5])
def test_floats_far_from_0_to_1_are_warned_of(keras_file, images, largest):
    X = images.copy()
    X[1, 2] = largest
    with pytest.warns(UserWarning, match=rf"floats up to {abs(largest):g}.*divide X by"):
        PretrainedFeatures(keras_file).fit(X)


def test_a_forged_estimator_cannot_name_a_file_of_another_form(tmp_path, keras_file, images):
    extractor = PretrainedFeatures(keras_file).fit(images)
    other = tmp_path / "net.h5"
    other.write_bytes(b"code")
    extractor.model_path_, extractor.model_sha256_ = str(other), sha256_of(other)
    with pytest.raises(ValueError, match=r"must end in \.keras or \.onnx; other files may hold code"):
        pickle.loads(pickle.dumps(extractor)).transform(images)


def test_weights_in_other_folders_are_refused(tmp_path):
    onnx = pytest.importorskip("onnx")
    (tmp_path / "inside").mkdir()
    file = _onnx_model(tmp_path / "inside" / "net.onnx", external=True)
    model = onnx.load(file, load_external_data=False)
    for entry in (entry for tensor in model.graph.initializer for entry in tensor.external_data):
        if entry.key == "location":
            entry.value = "../net.data"
    (tmp_path / "net.data").write_bytes(b"0" * 100)
    Path(file).write_bytes(model.SerializeToString())
    with pytest.raises(ValueError, match=r"keeps weights in '\.\./net\.data', which is no file in its folder"):
        sha256_of(Path(file))


def test_a_failed_fit_leaves_the_old_one(keras_file, images):
    extractor = PretrainedFeatures(keras_file).fit(images)
    expected = extractor.transform(images)
    with pytest.raises(ValueError, match="mean and std must be numbers, or have one for each of 1 channels"):
        extractor.set_params(mean=[1, 2, 3, 4]).fit(images)
    with pytest.raises(ValueError, match="std must be above 0"):
        extractor.set_params(mean=None, std=[-1]).fit(images)
    np.testing.assert_array_equal(extractor.transform(images), expected)
