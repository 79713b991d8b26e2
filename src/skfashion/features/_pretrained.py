"""Features of pretrained networks."""

import os
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.checks import ON_IMAGES_END, check_methods
from skfashion._utils.files import expanded
from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.image_shape import shape_of_rows
from skfashion._utils.validation import check_array, validate_data, validate_params
from skfashion.features._feature_cache import FeatureCache, content_key
from skfashion.features._networks import APPLICATION, features_of_batch, kind_of, load_network, sha256_of
from skfashion.features._pixels import check_values, warn_of_large

UNSAVED = ("_network", "_cache")  # attributes that are made again when they are needed


@dataclass(eq=False, repr=False)
class PretrainedFeatures(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Features of images by a network that was trained on other images.

    A network that has learned to tell a million photos apart [1]_ describes other photos well, too: photos of the same
    thing have similar features. Its features are those before the layer of the classes. Nothing is trained here.

    Parameters
    ----------
    model : str or path-like
        One of:

        - a name in `keras.applications`, such as "EfficientNetV2B0". Keras downloads its weights once, and prepares
          the images as the network needs them;
        - a .keras file, a functional or Sequential model. It is loaded in safe mode, which refuses layers with code;
        - an .onnx file, which needs ``pip install 'skfashion[pretrained]'`` and runs on the processor.
    image_shape : sequence of int or None, default=None
        (height, width) or (height, width, channels) of the images; the rows are their pixels. None: rows are square
        grey images. Rows of fewer than 64 values that are no square are images of one row.
    image_size : sequence of int or None, default=None
        (height, width) to which the images are stretched. None: the size that the network was made for, or 224 x 224
        if it takes any.
    layer : str or None, default=None
        Name of the layer of Keras, or of the tensor of ONNX, that makes the features. None: if the model ends in a
        dense layer, which usually gives the classes, the input of this layer, else the output of the model.
    mean, std : float, sequence of float or None, default=None
        The network gets (pixels - mean) / std of pixels from 0 to 1, with one number or one for each channel. None: for
        .onnx files, those of ImageNet, (0.485, 0.456, 0.406) and (0.229, 0.224, 0.225); for .keras files, 0 and 1/255:
        pixels from 0 to 255. 0.5 and 0.5 give values from -1 to 1. Grey networks take the mean of three numbers.
        Networks of `keras.applications` have their own.
    batch_size : int, default=64
        Number of images that the network takes at once. Some .onnx files have their own.
    cache_dir : str, path-like or None, default=None
        Folder that keeps computed features as .npy files, by the content of the images and of the model. It is made if
        needed, and never emptied. None: only the last features are kept, in memory.
    callbacks : sequence of objects or None, default=None
        ``on_images_end(n_done, n_images)`` of each is called after every batch.
    verbose : int, default=0
        Whether to print a line per batch.

    Attributes
    ----------
    image_shape_ : tuple of int
        (height, width) or (height, width, channels) of the images.
    image_size_ : tuple of int
        (height, width) to which they are stretched.
    model_path_ : str or None
        Absolute path of the model's file; None for networks of `keras.applications`.
    model_sha256_ : str
        Hash of the model's file, or of the weights.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    HOGFeatures : Needs no network.

    Notes
    -----
    Integers are pixels from 0 to 255. Floats should be from 0 to 1, and are multiplied by 255. Grey images get three
    equal channels if the network needs colours. Maps of features are averaged over their places, and the features of a
    transformer over its tokens. All batches have the same size, so the features of an image do not depend on the
    others.

    A saved or pickled estimator has the path and the hash of the model's file, not the network itself.
    `skfashion.load` raises an error if the file is gone or has changed.

    References
    ----------
    .. [1] A. S. Razavian, H. Azizpour, J. Sullivan and S. Carlsson (2014), CNN features off-the-shelf: an astounding
       baseline for recognition, CVPR workshops.

    Examples
    --------
    >>> import keras, tempfile
    >>> from pathlib import Path
    >>> from skfashion import PretrainedFeatures, load_fashion_mnist_sample
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> layers = [keras.layers.Conv2D(8, 3), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(10)]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     keras.Sequential([keras.Input((28, 28, 1)), *layers]).save(Path(folder, "net.keras"))
    ...     PretrainedFeatures(Path(folder, "net.keras")).fit_transform(X[:100]).shape
    (100, 8)
    """

    model: Any
    _: KW_ONLY
    image_shape: Sequence[int] | None = None
    image_size: Sequence[int] | None = None
    layer: str | None = None
    mean: float | Sequence[float] | None = None
    std: float | Sequence[float] | None = None
    batch_size: int = 64
    cache_dir: str | os.PathLike | None = None
    callbacks: Sequence | None = None
    verbose: int = 0

    _parameter_constraints: ClassVar[dict] = {
        "model": "no_validation",
        "image_shape": ["array-like", None],
        "image_size": ["array-like", None],
        "layer": [str, None],
        "mean": [Real, "array-like", None],
        "std": [Interval(Real, 0, None, closed="neither"), "array-like", None],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "cache_dir": [str, os.PathLike, None],
        "callbacks": ["array-like", None],
        "verbose": ["verbose"],
    }

    @all_or_nothing
    def fit(self, X, y=None):
        """Check X and the parameters, and load the network. Nothing is learned.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images as rows of pixels.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is invalid, the network is unknown, damaged or refused, or the rows are not images that it
            takes.
        OSError
            If there is no such file, or the weights cannot be downloaded.
        ImportError
            If the model needs a package of an extra.

        Warns
        -----
        UserWarning
            If X holds floats far above 1, such as pixels up to 255.
        """
        validate_params(self)
        check_methods("callbacks", self.callbacks, ON_IMAGES_END)
        checked = check_array(X, input_name="X", estimator=self)
        shape = shape_of_rows(self.image_shape, checked.shape[1])
        kind = kind_of(self.model)
        warn_of_large(checked)
        path = None if kind == APPLICATION else expanded(self.model).absolute()
        recipe = {name: _plain(getattr(self, name)) for name in ("layer", "mean", "std")}
        sha256 = None if path is None else sha256_of(path)
        network = load_network(kind, path or self.model, sha256=sha256, **recipe)
        size = network.layout.size_of(self.image_size)
        network.layout.check_channels(shape, self.model)
        blank = np.zeros((1, checked.shape[1]), np.uint8)
        n_features_out = features_of_batch(network, blank, shape, size, self.batch_size).shape[1]
        validate_data(self, X, skip_check_array=True)
        self.image_shape_, self.image_size_ = shape, size
        self.model_path_, self.model_sha256_ = None if path is None else str(path), network.sha256
        self._network: Any = network  # None after it was unpickled, until it is needed
        self._cache: Any = FeatureCache(self.cache_dir)
        self._recipe = recipe
        self._n_features_out = n_features_out
        return self

    def transform(self, X):
        """Return the features of images.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images as rows of pixels.

        Returns
        -------
        ndarray of shape (n_samples, n_features_out), float32
            Features.

        Raises
        ------
        ValueError
            If X has other columns than in `fit`, or values that are not finite or above 1e12, or if the model has
            changed since `fit`.
        OSError
            If the model's file is gone, and the estimator was saved or pickled.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        check_values(X)
        self._restore()
        facts = self.model_sha256_, self._recipe, self.image_shape_, self.image_size_, self.batch_size
        key = content_key(X, facts)
        features = self._cache.get(key, (len(X), self._n_features_out))
        if features is None:
            features = self._features(X)
            self._cache.put(key, features)
        return features

    def check_model_file(self):
        """Check that the model's file is the one that the estimator was fitted with.

        Raises
        ------
        OSError
            If the file is gone.
        ValueError
            If it has changed.
        """
        if hasattr(self, "model_path_") and kind_of(self.model) != APPLICATION:
            self._checked_path()

    def _checked_path(self):
        """Return the path of the model's file: the old one, or that of the parameter `model` if it has moved."""
        places = Path(str(self.model_path_)), expanded(self.model).absolute()
        if {kind_of(place) for place in places} != {kind_of(self.model)}:  # a forged model could name another form
            raise ValueError(f"The model {places[0]} and the parameter model={self.model!r} have different forms.")
        path = next((place for place in places if place.is_file()), None)
        if path is None:
            raise FileNotFoundError(f"The model {places[0]} is not there any more; put it back, or fit again.")
        if sha256_of(path) != self.model_sha256_:
            raise ValueError(f"The model {path} has changed since the fit; put the old file back, or fit again.")
        return path

    def _restore(self):
        """Load the network again, after the estimator was saved or pickled."""
        if self._cache is None:
            self._cache = FeatureCache(self.cache_dir)
        if self._network is None:
            path = None if self.model_path_ is None else self._checked_path()
            network = load_network(kind_of(self.model), path or self.model, sha256=self.model_sha256_, **self._recipe)
            if network.sha256 != self.model_sha256_:
                raise ValueError(f"The weights of {self.model} have changed since the fit; fit again.")
            network.layout.size_of(self.image_size_)
            network.layout.check_channels(self.image_shape_, self.model)
            self._network = network

    def _features(self, X):
        """Return the features of all rows, batch by batch."""
        features, callbacks = np.empty((0, 0), np.float32), check_methods("callbacks", self.callbacks, ON_IMAGES_END)
        size = self._network.layout.n_images or self.batch_size
        for start in range(0, len(X), size):
            rows = X[start : start + size]
            made = features_of_batch(self._network, rows, self.image_shape_, self.image_size_, self.batch_size)
            if made.shape[1] != self._n_features_out:  # of a forged estimator
                raise ValueError(f"{self.model} makes {made.shape[1]} features, not {self._n_features_out}; fit again.")
            features = features if start else np.empty((len(X), made.shape[1]), np.float32)
            features[start : start + size] = made[: len(rows)]
            n_done = start + len(rows)
            for callback in callbacks:
                callback.on_images_end(n_done, len(X))
            if self.verbose:
                print(f"{n_done:,} of {len(X):,} images")
        if not np.isfinite(features).all():
            raise ValueError(f"The model {self.model} makes features that are not finite; check mean and std.")
        return features

    def __getstate__(self):
        state = {name: value for name, value in super().__getstate__().items() if name not in UNSAVED}
        return state | {name: _plain(state[name]) for name in ("model", "cache_dir") if name in state}

    def __setstate__(self, state):
        super().__setstate__(state | dict.fromkeys(UNSAVED))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags


def _plain(value):
    """Return a path as text, and an array as a tuple: for hashes and files."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return value if value is None or isinstance(value, str | Real) else tuple(np.asarray(value).tolist())
