"""Networks of Keras as makers of features: from keras.applications, or from a .keras file."""

import difflib
import hashlib
import inspect
import io
import json
import random
import zipfile
from contextlib import contextmanager
from math import prod
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from skfashion._utils.unpacking import UnpackingError, check_unpacked, check_zip
from skfashion.features._network_input import Layout, mean_over_places, normalize

DEFAULT_SIDE = 224
SIDES = {  # of the images that the weights of keras.applications were trained on, if other than 224
    **dict.fromkeys(("InceptionResNetV2", "InceptionV3", "Xception"), 299),
    "NASNetLarge": 331,
    **{f"EfficientNetB{i}": side for i, side in enumerate((224, 240, 260, 300, 380, 456, 528, 600))},
    **{f"EfficientNetV2B{i}": side for i, side in enumerate((224, 240, 260, 300))},
    **{"EfficientNetV2S": 384, "EfficientNetV2M": 480, "EfficientNetV2L": 480},
}
AFTER_SCORES = ("Activation", "Dropout", "Softmax", "ReLU")  # layers that may follow the layer of the classes


class KerasNetwork:
    """A network of Keras that ends in features.

    Parameters
    ----------
    network : keras.Model
        Takes images, shape (n, height, width, channels), and returns features of any shape.
    prepare : callable
        Brings pixels from 0 to 255 to the scale of the network.
    sha256 : str
        Hash of the file, or of the weights.
    """

    def __init__(self, network, prepare, sha256):
        self.layout = Layout.of(network.input_shape)
        self.sha256 = sha256
        self._network, self._prepare = network, prepare

    def features(self, images):
        """Return the features of pixels from 0 to 255, shape (n, n_features), float32."""
        images = self._prepare(images)
        if self.layout.channels_first:
            images = images.transpose(0, 3, 1, 2)
        outputs = self._network.predict_on_batch(np.ascontiguousarray(images))
        return mean_over_places(np.asarray(outputs), channels_first=self.layout.channels_first)


def application(name, layer) -> KerasNetwork:
    """Build a network of keras.applications; Keras downloads its weights if they are not on the disk yet."""
    keras = _import_keras()
    names = sorted(found for found in dir(keras.applications) if callable(getattr(keras.applications, found)))
    if name not in names:
        close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]!r}?" if close else f"choose one of {', '.join(names)}."
        raise ValueError(
            f"model={name!r} is no .keras file, no .onnx file and no network of keras.applications; {hint}"
        )
    build, side = getattr(keras.applications, name), SIDES.get(name, DEFAULT_SIDE)
    try:
        with _random_is_kept():
            network = build(weights="imagenet", include_top=False, pooling="avg", input_shape=(side, side, 3))
    except Exception as error:  # Keras raises a plain Exception if a download fails
        reason = " ".join(str(error).split())
        raise OSError(
            f"The weights of {name} cannot be loaded ({reason}); connect to the network once, or pass a .keras or "
            ".onnx file."
        ) from error
    network = _up_to(network, layer) if layer is not None else network
    prepare = vars(inspect.getmodule(build))["preprocess_input"]
    weights = hashlib.sha256()
    for array in network.get_weights():
        weights.update(np.ascontiguousarray(array).tobytes())
    return KerasNetwork(network, lambda images: np.asarray(prepare(images.copy()), np.float32), weights.hexdigest())


def from_keras_file(path: Path, layer, mean, std, sha256) -> KerasNetwork:
    """Load a .keras file in safe mode: Lambda layers, which hold code, are refused."""
    keras = _import_keras()
    with _random_is_kept():
        _check_promises(path)
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    if not getattr(model, "inputs", None):
        raise ValueError("it is no functional or Sequential model.")
    if len(model.inputs) != 1 or (layer is None and len(model.outputs) != 1):
        raise ValueError("it has several inputs or outputs; save a model with one of each.")
    return KerasNetwork(_up_to(model, layer), lambda images: normalize(images, mean, std), sha256)


def _up_to(model, layer):
    """Return the part of a model that ends in a layer; by default in the one before the layer of the classes."""
    import keras

    if layer is not None:
        names = [one.name for one in model.layers]
        if layer not in names:
            close = difflib.get_close_matches(layer, names, n=1, cutoff=0) or names[-1:]
            raise ValueError(f"it has no layer {layer!r}; did you mean {close[0]!r}?")
        return keras.Model(model.inputs[0], model.get_layer(layer).output)
    layers = [one for one in model.layers if type(one).__name__ not in AFTER_SCORES]
    is_classifier = len(layers) > 2 and isinstance(layers[-1], keras.layers.Dense)
    return keras.Model(model.inputs[0], layers[-1].input) if is_classifier else model


def _import_keras():
    from skfashion.engine.backend import import_keras

    return import_keras()


@contextmanager
def _random_is_kept():
    """Restore the state of Python's `random`, from which Keras draws the seeds of layers."""
    state = random.getstate()
    try:
        yield
    finally:
        random.setstate(state)


def _check_promises(path):
    """Refuse a model with parts, weights or layers that would take more memory than its size explains."""
    import h5py

    n_stored = 0
    with zipfile.ZipFile(path) as archive:
        check_zip(archive)
        for part in archive.infolist():
            if part.filename.endswith(".h5"):
                with h5py.File(io.BytesIO(archive.read(part))) as weights:
                    arrays = _stored_arrays(weights)
                    check_unpacked(sum(array.nbytes for array in arrays), part.file_size)
                    n_stored += sum(array.size for array in arrays)
        config = json.loads(archive.read("config.json"))
    _check_weights(config, n_stored)


def _stored_arrays(weights):
    """List the arrays in a file of weights, each once; refuse those that are in other files."""
    import h5py

    arrays = []

    def add(name, found):
        if isinstance(found, h5py.Dataset):
            if found.external or found.is_virtual:
                raise ValueError(f"its array {name} is kept in another file.")
            arrays.append(found)
        elif not all(isinstance(found.get(inner, getlink=True), h5py.HardLink) for inner in found):
            raise ValueError(f"its group {name} has links.")

    add("/", weights)
    weights.visititems(add)
    return arrays


def _check_weights(config, n_stored):
    """Refuse a model with more weights than its file has, before memory is taken for them."""
    import keras

    from skfashion.engine.backend import trainer_class

    def build():
        model = keras.saving.deserialize_keras_object(config, safe_mode=True)
        return SimpleNamespace(variables=model.weights)  # without the states of seeds, which a file does not keep

    shapes = trainer_class().shapes_of(build)
    n_weights = sum(map(prod, shapes or ()))  # nothing to compare if the backend cannot tell
    if n_weights > n_stored:
        raise UnpackingError(f"its layers have {n_weights:,} weights, and the file has {n_stored:,}.")
