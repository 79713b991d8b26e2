"""An encoder that brings neighbouring rows together."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin, clone
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.image_shape import MIN_PIXELS, is_square, resolve_image_shape
from skfashion._utils.interrupts import put_off_interrupts
from skfashion._utils.validation import N_JOBS, validate_data, validate_params
from skfashion.clusterers._common import AT_LEAST_1
from skfashion.contrastive._views import make_views
from skfashion.estimators import FLOATS_AND_BYTES, check_single_precision
from skfashion.features import ImageFeatures

PAIR_TRAINING = {  # constraints of the parameters of all trainings on pairs
    "batch_size": [Interval(Integral, 2, None, closed="left")],
    "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
    "max_iter": [*AT_LEAST_1, StrOptions({"auto"})],
    "n_jobs": N_JOBS,
    "verbose": ["verbose"],
    "random_state": ["random_state"],
}
SHIFT = 1 / 14  # of the shorter side, for augment="auto"
CHANGES = {"scale": 0.1, "rotation": 8.0, "gamma": 0.3, "brightness": 0.3}  # the others, for augment="auto"
WHITENING = 0.5  # of ImageFeatures, for features="auto": a network learns from small components, too


@dataclass(eq=False, repr=False)
class ContrastiveEncoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Encoder that brings neighbouring rows together, trained by a contrastive loss.

    Images are described by fixed features, and so are copies of them that are shifted, scaled or brighter. A small
    dense network on these features is trained on pairs: a copy of a row, and a copy of a neighbour or of the same row.
    The loss brings the codes of pairs together and those of other rows apart [1]_ [2]_ [3]_. So codes do not depend on
    what the copies differ in, and neighbours of neighbours come together.

    Parameters
    ----------
    n_components : int, default=32
        Width of the codes.
    image_shape : sequence of int or None, default=None
        (height, width) or (height, width, channels) of the images; the rows are their pixels. None: rows of a square
        number of values, at least 64, are square grey images, and other rows are no images.
    features : "auto", "passthrough" or transformer, default="auto"
        What describes the rows: "auto" is ``ImageFeatures(whitening=0.5)`` for images, and the rows themselves for
        others; "passthrough" is the rows themselves, such as features of a pretrained network. Their total scale does
        not matter.
    hidden_layer_sizes : sequence of int, default=(256, 256)
        Width of each hidden layer. They have batch normalisation.
    loss : {"spectral", "simclr", "vicreg"}, default="spectral"
        Loss of the pairs: the spectral contrastive loss [1]_, SimCLR's [2]_ or VICReg's [3]_.
    augment : "auto", str, list of str, dict, callable or None, default="auto"
        Changes of the copies, as in `DenseAE`; "auto" is shifts by at most 1/14 of the shorter side, scales by at most
        10 %, rotations by at most 8 degrees, gamma of at most 0.3 and brightness by at most 30 % for images, and None
        for other rows. None: rows are paired with their neighbours only.
    n_copies : int, default=5
        Number of copies of each row, the unchanged one included.
    n_neighbors : int, default=20
        Number of neighbours of each row, by the cosine of the features.
    batch_size : int, default=1000
        Pairs of a step: a row is kept apart from all others of its batch. At most half of the rows.
    learning_rate_init : float, default=0.003
        Step size of Adam; it falls to 0 in the last quarter of the epochs.
    max_iter : int or "auto", default="auto"
        Epochs; "auto" is six, or as many as 360 steps take.
    n_jobs : int or None, default=None
        Number of parallel jobs for the neighbours.
    verbose : int, default=0
        Whether to print a line for each epoch.
    random_state : int, RandomState instance or None, default=None
        Source of the initial weights, the changed copies and the pairs.

    Attributes
    ----------
    loss_curve_ : list of float
        Loss of each epoch.
    n_iter_ : int
        Number of epochs.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    NeighborHeads : Clusters from the hidden features of several such encoders.
    ImageFeatures : The features alone.

    Notes
    -----
    A subclass may override `build_encoder`, for example with convolutions on pixels (``features="passthrough"``).
    The features of all copies are kept during the fit: four bytes a feature, for each row and copy.

    References
    ----------
    .. [1] J. Z. HaoChen, C. Wei, A. Gaidon and T. Ma (2021), Provable guarantees for self-supervised deep learning with
       spectral contrastive loss, NeurIPS, eq. 6.
    .. [2] T. Chen, S. Kornblith, M. Norouzi and G. Hinton (2020), A simple framework for contrastive learning of visual
       representations, ICML, eq. 1.
    .. [3] A. Bardes, J. Ponce and Y. LeCun (2022), VICReg: variance-invariance-covariance regularization for
       self-supervised learning, ICLR, eqs. 1 to 6.

    Examples
    --------
    >>> from skfashion import ContrastiveEncoder, load_fashion_mnist_sample
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> encoder = ContrastiveEncoder(16, n_copies=2, max_iter=4, random_state=0)
    >>> encoder.fit_transform(X[:200]).shape
    (200, 16)
    """

    n_components: int = 32
    _: KW_ONLY
    image_shape: Sequence[int] | None = None
    features: Any = "auto"
    hidden_layer_sizes: Sequence[int] = (256, 256)
    loss: str = "spectral"
    augment: Callable | str | Sequence[str] | dict[str, float] | None = "auto"
    n_copies: int = 5
    n_neighbors: int = 20
    batch_size: int = 1000
    learning_rate_init: float = 3e-3
    max_iter: int | str = "auto"
    n_jobs: int | None = None
    verbose: int = 0
    random_state: int | np.random.RandomState | None = None

    _parameter_constraints: ClassVar[dict] = {
        "n_components": AT_LEAST_1,
        "image_shape": ["array-like", None],
        "features": [StrOptions({"auto", "passthrough"}), HasMethods(["fit", "transform"])],
        "hidden_layer_sizes": ["array-like", Integral],
        "loss": [StrOptions({"spectral", "simclr", "vicreg"})],
        "augment": [callable, str, "array-like", dict, None],
        "n_copies": AT_LEAST_1,
        "n_neighbors": AT_LEAST_1,
        **PAIR_TRAINING,
    }

    # The network

    def build_encoder(self, n_features):
        """Build the network from features to hidden features.

        A subclass may override this. Layers that draw seeds take them from `skfashion.engine.seeding.draw_seed`.

        Parameters
        ----------
        n_features : int
            Number of features of a row.

        Returns
        -------
        keras.Model
            From (n_rows, n_features) to hidden features, (n_rows, n_hidden).
        """
        from skfashion.networks.architectures import normalized

        return normalized(n_features, self.hidden_layer_sizes, name="encoder")

    def build_network(self, sizes, seed):
        """Build the encoder with its linear map to codes, and their objective."""
        from skfashion.networks.architectures import linear
        from skfashion.networks.contrastive import ContrastiveNetwork
        from skfashion.networks.network import check_model

        (n_features,) = sizes
        encoder = check_model(self.build_encoder(n_features), f"{type(self).__name__}.build_encoder", n_features)
        projector = linear(encoder.output_shape[-1], self.n_components, name="projector")
        return ContrastiveNetwork(encoder, projector, loss=self.loss, seed=seed)

    def _blueprint(self):
        """Return an unfitted copy with the parameters that the network depends on."""
        return clone(self).set_params(features="auto", augment=None, random_state=None)

    # Fitting

    @all_or_nothing
    def fit(self, X, y=None):
        """Train the encoder.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows. Bytes are pixels from 0 to 255; floats should be from 0 to 1 if they are pixels.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or X is out of its range, or the loss is no longer finite.
        ImportError
            If more than 100,000 rows need an approximate search of neighbours that is not installed.
        """
        with put_off_interrupts():
            validate_params(self)
            rng = check_random_state(self.random_state)
            views = self._prepare(X, rng)
            return self._train(views, int(rng.randint(2**31 - 1)))

    def _prepare(self, X, rng):
        """Fit the features, and return the views of the rows."""
        X = self._validate_rows(X, reset=True)
        is_image = self.image_shape is not None or (is_square(X.shape[1]) and X.shape[1] >= MIN_PIXELS)
        self._front = self._fitted_features(X, is_image)
        self._gain = np.float32(1)
        deviation = self._describe(X).std()
        self._gain = np.float32(1 / deviation) if deviation > 0 else np.float32(1)
        return make_views(
            X,
            self._describe,
            self._augmentation(X.shape[1], is_image),
            n_copies=self.n_copies,
            n_neighbors=self.n_neighbors,
            n_jobs=self.n_jobs,
            rng=rng,
        )

    def _fitted_features(self, X, is_image):
        if isinstance(self.features, str):
            wants_images = self.features == "auto" and is_image
            return ImageFeatures(image_shape=self.image_shape, whitening=WHITENING).fit(X) if wants_images else None
        return clone(self.features).fit(X)

    def _augmentation(self, n_features, is_image):
        from skfashion.networks.augmentation import named_augmentation

        augment = self.augment
        if isinstance(augment, str) and augment == "auto":
            augment = self._default_augmentation(n_features) if is_image else None
        return named_augmentation(augment, lambda: resolve_image_shape(self.image_shape, n_features))

    def _default_augmentation(self, n_features):
        side = min(resolve_image_shape(self.image_shape, n_features)[:2])
        return {"shift": SHIFT * side, **CHANGES}

    def _describe(self, X):
        """Return the features of rows, of deviation 1, shape (n_samples, n_features), float32."""
        features = X if self._front is None else self._front.transform(X)
        return self._gain * np.asarray(features, np.float32)

    def _train(self, views, seed):
        """Train a new network on views."""
        from skfashion.contrastive._training import train_on_pairs
        from skfashion.engine.fitted import FittedNetwork

        network = FittedNetwork(self._blueprint(), (views.copies.shape[2],), seed)
        self.loss_curve_ = train_on_pairs(network, views, self)
        self._network, self.n_iter_ = network, network.n_epochs
        return self

    # Use

    def transform(self, X):
        """Encode rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.

        Returns
        -------
        ndarray of shape (n_samples, n_components), float32
            Codes.
        """
        check_is_fitted(self)
        return self._of_features("encode", self._describe(self._validate_rows(X, reset=False)))

    def _of_features(self, method, features):
        """Apply a method of the network to the features of rows."""
        from skfashion.engine.rows import Rows

        return self._network.apply(method, Rows(features))

    @property
    def _n_features_out(self):
        return self._network.network.projector.output_shape[-1]

    def __sklearn_is_fitted__(self):
        return "_network" in vars(self)

    def _validate_rows(self, X, *, reset):
        options = {"ensure_min_samples": 2} if reset else {}
        X = validate_data(self, X, reset=reset, dtype=FLOATS_AND_BYTES, order="C", **options)
        return check_single_precision(X, "X")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags
