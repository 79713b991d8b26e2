"""The fully connected classifier."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Integral
from typing import ClassVar

from sklearn.utils._param_validation import Interval

from skfashion.classifiers._base import BaseClassifier


@dataclass(eq=False, repr=False)
class DenseClassifier(BaseClassifier):
    """Fully connected classifier: scikit-learn's MLPClassifier with dropout, augmentation and bytes, on Keras.

    The defaults are the multilayer perceptron of [1]_, which has 109,386 parameters on Fashion-MNIST. It is trained by
    Adam to minimise the cross-entropy of a softmax.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int, or int, default=(128, 64)
        Widths of the hidden layers, from the input to the output.
    activation : str or callable, default="relu"
        Activation of the hidden layers: see `DenseAE`.
    alpha : float, default=0.0
        Strength of the L2 penalty on all weights: ``alpha / 2`` times the sum of their squares, divided by the number
        of rows in the batch, is added to the loss, as in MLPClassifier.
    output_alpha : float, default=1e-3
        Strength of the L2 penalty on the output layer's weights: `output_alpha` times the sum of their squares is added
        to the loss, as Keras' regularisers do.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes in the loss, by class, 1 for others; "balanced" gives all classes the same total weight.
        They are multiplied by `sample_weight`, and are for held-out rows, too.
    dropout : float, default=0.0
        Share of the units of each hidden layer that is dropped while training, in [0, 1).
    augment : str, sequence of str, dict, callable or None, default=None
        Random changes of the images while training: see `DenseAE`.
    rescale : float or None, default=None
        Rows are divided by it inside the network: see `DenseAE`.
    compute_dtype : {"float32", "bfloat16"}, default="float32"
        Precision in which layers compute. "bfloat16" has the range of float32 and fewer than three digits. It trains
        large networks faster on torch and processors with AVX512-BF16, but not on jax and a CPU. Weights, losses and
        results stay float32; results are correct to as many digits. Layers inside your own layers keep their dtype.
    batch_size, learning_rate, learning_rate_init, max_iter
        See `DenseAE`.
    tol : float, default=3e-3
        The loss has settled when the watched loss has not fallen by at least a share `tol` of the lowest one so far for
        more than `n_iter_no_change` epochs in a row. (The `tol` of MLPClassifier is a difference, not a share.) The
        watched loss is the held-out loss, and the training loss with ``early_stopping=False``.
    n_iter_no_change : int, default=3
        Epochs without an improvement by `tol` that are allowed; with the next one, the loss has settled.
    early_stopping : bool, default=True
        Whether to watch the loss of held-out rows, and to restore the weights of the epoch in which it was lowest.
    validation_fraction : float, default=0.2
        Share of the rows of each class that is held out, if `fit` is not given `X_val` and `y_val`.
    shuffle, warm_start, callbacks, verbose
        See `DenseAE`; `logs` has "accuracy" and "val_accuracy", too.
    random_state : int, RandomState instance or None, default=None
        Source of the initial weights, the order of the rows, the held-out rows and dropout.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes, in order.
    model_ : keras.Model
        From rescaled rows to logits, the input of the softmax.
    n_iter_ : int
        Epochs trained, over all calls of `partial_fit` and warm starts.
    loss_curve_, accuracy_curve_ : list of float
        Training loss of each epoch, in nats a row, penalties included; share of the rows that were classified
        correctly during the epoch.
    validation_loss_curve_, validation_accuracy_curve_ : list of float or None
        Of the held-out rows at the end of each epoch of `fit`, without penalties; None if no rows were held out.
    best_loss_ : float
        Lowest watched loss of the last fit.
    batch_size_, max_iter_ : int
        Those of the last fit; `max_iter_` is 1 after `partial_fit`.
    converged_ : bool
        False if `max_iter` ended the last fit before the loss had settled, unless ``tol=0``.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    sklearn.neural_network.MLPClassifier : Without dropout, augmentation or held-out rows of one's own.
    ConvClassifier : With a notion of neighbouring pixels.

    References
    ----------
    .. [1] C. Avelar and T. Chaves (2019), Exploring unsupervised learning techniques with the Fashion MNIST dataset,
       Unicamp.

    Examples
    --------
    >>> from skfashion import DenseClassifier, load_fashion_mnist_sample
    >>> X, y = load_fashion_mnist_sample(return_X_y=True)
    >>> classifier = DenseClassifier(rescale=255.0, max_iter=5, random_state=0).fit(X[:4000], y[:4000])
    >>> classifier.score(X[4000:], y[4000:]) > 0.7, classifier.model_.count_params()
    (True, 109386)
    """

    hidden_layer_sizes: Sequence[int] | int = (128, 64)
    _: KW_ONLY

    _parameter_constraints: ClassVar[dict] = {
        **BaseClassifier._parameter_constraints,
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
    }

    def build_model(self, n_features, n_classes):
        """Build the fully connected network."""
        from skfashion.networks.architectures import dense

        return dense(
            n_features,
            self.hidden_layer_sizes,
            n_classes,
            activation=self.activation,
            output_alpha=self.output_alpha,
            dropout=self.dropout,
            name="classifier",
        )
