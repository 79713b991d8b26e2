"""The convolutional autoencoders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sklearn.utils._param_validation import StrOptions

from skfashion._utils.image_shape import shape_of_rows
from skfashion.autoencoders._base import BaseAutoencoder
from skfashion.autoencoders._variational import BaseVariationalAutoencoder

CONSTRAINTS = {
    "image_shape": ["array-like", None],
    "filters": ["array-like"],
    "pooling": [StrOptions({"max", "average"}), None],
}


def build_encoder(estimator, n_features, n_outputs):
    """Build the convolutional encoder."""
    from skfashion.networks.convolutions import conv_encoder

    activation = estimator.code_activation
    return conv_encoder(_stages(estimator, n_features), n_outputs, output_activation=activation, name="encoder")


def build_decoder(estimator, n_features):
    """Build the decoder, the mirror image of the encoder."""
    from skfashion.networks.convolutions import conv_decoder

    stages, activation = _stages(estimator, n_features), estimator.reconstruction_activation
    return conv_decoder(estimator.n_components, stages, output_activation=activation, name="decoder")


def _stages(estimator, n_features):
    from skfashion.networks.convolutions import Stages

    return Stages(
        shape_of_images(estimator, n_features),
        estimator.filters,
        activation=estimator.activation,
        dropout=estimator.dropout,
        pooling=estimator.pooling,
    )


def shape_of_images(estimator, n_features):
    """Return the shape of the images of which the rows are the pixels."""
    return shape_of_rows(estimator.image_shape, n_features)


@dataclass(kw_only=True, eq=False, repr=False)
class ConvAE(BaseAutoencoder):
    """Convolutional autoencoder: a transformer of images, given as rows of pixels.

    Each stage of the encoder takes blocks of 2 x 2 pixels together and makes features of them, by weights that are the
    same at every position [1]_; the code is a linear function of the last stage's features. The decoder mirrors that.
    The kernels do not overlap, unlike those of most convolutional networks (for such, see `pooling`): so they are plain
    matrix products, which are fast on every backend.

    Parameters
    ----------
    n_components : int, default=2
        Width of the code.
    image_shape : sequence of int or None, default=None
        (height, width) or (height, width, channels) of the images; the rows are their pixels. None: rows are square
        grey images. Rows of fewer than 64 values that are no square are images of one row.
    filters : sequence of int, default=(32, 64)
        Features that each stage makes; as many stages, each of which halves height and width, rounded up.
    pooling : {"max", "average"} or None, default=None
        None: a stage takes blocks of 2 x 2 pixels together. "max", "average": it makes features of the 3 x 3 pixels
        around each pixel, and the greatest or the average ones of each block are left; several times slower.
    activation, code_activation, output_activation, loss, alpha, dropout, noise, augment, rescale, compute_dtype
        See `DenseAE`; "hidden layers" are the stages, and `augment` takes images of any shape.
    batch_size, learning_rate, learning_rate_init, max_iter, tol, n_iter_no_change
        See `DenseAE`.
    early_stopping, validation_fraction, shuffle
        See `DenseAE`.
    warm_start, callbacks, verbose, random_state
        See `DenseAE`.

    Attributes
    ----------
    encoder_, decoder_ : keras.Model
        From rescaled rows to codes, and back.
    n_iter_, loss_curve_, validation_loss_curve_, best_loss_, batch_size_, max_iter_, converged_
        See `DenseAE`.
    n_features_in_, feature_names_in_
        See `DenseAE`.

    See Also
    --------
    DenseAE : Without a notion of neighbouring pixels.
    ConvVAE : With a distribution of the codes.

    References
    ----------
    .. [1] Y. LeCun et al. (1989), Backpropagation applied to handwritten zip code recognition, Neural Computation 1.

    Examples
    --------
    >>> from skfashion import ConvAE, load_fashion_mnist_sample
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> ae = ConvAE(16, filters=(8, 16), rescale=255.0, max_iter=1, random_state=0).fit(X)
    >>> ae.transform(X).shape, ae.encoder_.get_layer("stage_2").output.shape
    ((5000, 16), (None, 7, 7, 16))
    """

    image_shape: Sequence[int] | None = None
    filters: Sequence[int] = (32, 64)
    pooling: str | None = None

    _parameter_constraints: ClassVar[dict] = {**BaseAutoencoder._parameter_constraints, **CONSTRAINTS}

    build_encoder = build_encoder
    build_decoder = build_decoder
    _augmented_image_shape = shape_of_images


@dataclass(kw_only=True, eq=False, repr=False)
class ConvVAE(BaseVariationalAutoencoder):
    """Convolutional variational autoencoder: `DenseVAE` with the networks of `ConvAE`.

    Parameters
    ----------
    n_components : int, default=2
        Width of the code.
    image_shape : sequence of int or None, default=None
        (height, width) or (height, width, channels) of the images whose pixels the rows are: see `ConvAE`.
    filters : sequence of int, default=(32, 64)
        Features that each stage makes: see `ConvAE`.
    pooling : {"max", "average"} or None, default=None
        How a stage halves height and width: see `ConvAE`.
    loss, beta, beta_warmup, noise_variance, code_activation
        See `DenseVAE`.
    activation, output_activation, alpha, dropout, noise, augment, rescale, compute_dtype
        See `DenseAE`.
    batch_size, learning_rate, learning_rate_init, max_iter, tol, n_iter_no_change
        See `DenseAE`.
    early_stopping, validation_fraction, shuffle
        See `DenseAE`.
    warm_start, callbacks, verbose, random_state
        See `DenseAE`.

    Attributes
    ----------
    encoder_, decoder_, reconstruction_curve_, kl_curve_, noise_variance_
        See `DenseVAE`.
    n_iter_, loss_curve_, validation_loss_curve_, best_loss_, batch_size_, max_iter_, converged_
        See `DenseAE`.
    n_features_in_, feature_names_in_
        See `DenseAE`.

    See Also
    --------
    ConvAE : Without a distribution of the codes.

    References
    ----------
    D. Kingma and M. Welling (2014), Auto-encoding variational Bayes, ICLR.

    Examples
    --------
    >>> from skfashion import ConvVAE, load_fashion_mnist_sample
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> vae = ConvVAE(8, filters=(8, 16), rescale=255.0, max_iter=1, random_state=0).fit(X)
    >>> vae.sample(3, random_state=0).shape
    (3, 784)
    """

    image_shape: Sequence[int] | None = None
    filters: Sequence[int] = (32, 64)
    pooling: str | None = None

    _parameter_constraints: ClassVar[dict] = {**BaseVariationalAutoencoder._parameter_constraints, **CONSTRAINTS}

    build_encoder = build_encoder
    build_decoder = build_decoder
    _augmented_image_shape = shape_of_images
