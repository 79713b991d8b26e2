"""The convolutional classifier."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from sklearn.utils._param_validation import StrOptions

from skfashion._utils.image_shape import shape_of_rows
from skfashion.classifiers._base import BaseClassifier


@dataclass(eq=False, repr=False)
class ConvClassifier(BaseClassifier):
    """Convolutional classifier of images, given as rows of pixels.

    Each stage is a convolution that keeps the image's size, and a pooling that halves it; a dense layer makes classes
    of the last stage's features. The defaults are the network of [1]_, which has 50,698 parameters on Fashion-MNIST.

    Parameters
    ----------
    filters : sequence of int, default=(32, 64)
        Features that each stage makes; as many stages, each of which halves height and width, rounded up.
    kernel_sizes : sequence of int, default=(5, 3)
        Height and width of each stage's kernel.
    pooling : {"max", "average"}, default="max"
        Which of a stage's features are left: the greatest or the average ones of each block of 2 x 2.
    image_shape : sequence of int or None, default=None
        (height, width) or (height, width, channels) of the images whose pixels the rows are: see `ConvAE`.
    activation, alpha, output_alpha, class_weight, dropout, augment, rescale, compute_dtype
        See `DenseClassifier`; "hidden layers" are the stages, and `augment` takes images of any shape.
    batch_size, learning_rate, learning_rate_init, max_iter, tol, n_iter_no_change
        See `DenseClassifier`.
    early_stopping, validation_fraction, shuffle
        See `DenseClassifier`.
    warm_start, callbacks, verbose, random_state
        See `DenseClassifier`.

    Attributes
    ----------
    classes_, model_, n_iter_, loss_curve_, accuracy_curve_, validation_loss_curve_, validation_accuracy_curve_
        See `DenseClassifier`.
    best_loss_, batch_size_, max_iter_, converged_, n_features_in_, feature_names_in_
        See `DenseClassifier`.

    See Also
    --------
    DenseClassifier : Without a notion of neighbouring pixels.

    References
    ----------
    .. [1] C. Avelar and T. Chaves (2019), Exploring unsupervised learning techniques with the Fashion MNIST dataset,
       Unicamp.

    Examples
    --------
    >>> from skfashion import ConvClassifier, load_fashion_mnist_sample
    >>> X, y = load_fashion_mnist_sample(return_X_y=True)
    >>> classifier = ConvClassifier((8, 16), rescale=255.0, max_iter=3, random_state=0).fit(X[:1000], y[:1000])
    >>> classifier.predict_proba(X[1000:1500]).shape
    (500, 10)
    """

    filters: Sequence[int] = (32, 64)
    _: KW_ONLY
    kernel_sizes: Sequence[int] = (5, 3)
    pooling: str = "max"
    image_shape: Sequence[int] | None = None

    _parameter_constraints: ClassVar[dict] = {
        **BaseClassifier._parameter_constraints,
        "filters": ["array-like"],
        "kernel_sizes": ["array-like"],
        "pooling": [StrOptions({"max", "average"})],
        "image_shape": ["array-like", None],
    }

    def _augmented_image_shape(self, n_features):
        return shape_of_rows(self.image_shape, n_features)

    def build_model(self, n_features, n_classes):
        """Build the convolutional network."""
        from skfashion.networks.convolutions import Stages, conv_encoder

        stages = Stages(
            shape_of_rows(self.image_shape, n_features),
            self.filters,
            activation=self.activation,
            dropout=self.dropout,
            pooling=self.pooling,
            kernel_sizes=self.kernel_sizes,
        )
        return conv_encoder(stages, n_classes, output_alpha=self.output_alpha, name="classifier")
