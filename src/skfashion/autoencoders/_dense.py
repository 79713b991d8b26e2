"""The fully connected autoencoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import ClassVar

from sklearn.utils._param_validation import Interval

from skfashion.autoencoders._base import BaseAutoencoder


@dataclass(kw_only=True, eq=False, repr=False)
class DenseAE(BaseAutoencoder):
    """Fully connected autoencoder: a transformer that learns to compress rows and to restore them.

    The decoder mirrors the encoder: ``DenseAE(10, hidden_layer_sizes=(500, 250))`` on 784 pixels is the network
    784-500-250-10-250-500-784. It is trained by Adam on mini-batches [1]_ to minimise the reconstruction loss.

    Parameters
    ----------
    n_components : int, default=2
        Width of the code.
    hidden_layer_sizes : sequence of int, or int, default=()
        Widths of the encoder's hidden layers, from the input to the code; the decoder has them in reverse.
    activation : str or callable, default="relu"
        Activation of the hidden layers: scikit-learn's names ("identity", "logistic", "tanh", "relu"), Keras'
        ("elu", "gelu", "selu", ...), or a function of a tensor.
    code_activation : str, callable or None, default=None
        Activation of the code; None is the identity.
    output_activation : str, callable or None, default=None
        Activation of the reconstruction; None is the identity, and the logistic function if ``loss="log_loss"``.
    loss : {"squared_error", "log_loss"}, default="squared_error"
        Reconstruction loss, a mean over the features. "log_loss" is the cross-entropy of values in [0, 1].
    alpha : float, default=0.0
        Strength of the L2 penalty on the weights (biases excepted): ``alpha / 2`` times the sum of their squares,
        divided by the number of rows in the batch, is added to the loss, as in MLPClassifier.
    dropout : float, default=0.0
        Share of the units of each hidden layer that is dropped while training, in [0, 1).
    noise : float, default=0.0
        Standard deviation, in rescaled units, of Gaussian noise added to the input while training; the
        reconstruction is compared with the clean input (a denoising autoencoder [2]_).
    augment : callable or None, default=None
        ``augment(rows, seed)`` is called on every rescaled training batch, a Keras tensor, and returns a changed one
        that takes its place; pass `seed` to what it draws from `keras.random`.
    rescale : float or None, default=None
        Rows are divided by it inside the network, and decoded rows multiplied: with ``rescale=255`` images stay
        uint8 until their batch is due. None takes values as they are.
    batch_size : int, default=256
        Rows per step of the optimiser.
    learning_rate_init : float, default=1e-3
        Learning rate of Adam.
    max_iter : int, default=50
        Largest number of epochs, passes over the data.
    tol : float, default=1e-4
        Training stops when the watched loss has not fallen by at least `tol` for `n_iter_no_change` epochs in a
        row. The watched loss is the training loss, and the held-out loss with ``early_stopping=True``.
    n_iter_no_change : int, default=10
        Epochs without an improvement by `tol` that are borne.
    early_stopping : bool, default=False
        Whether to watch the loss of held-out rows, and to restore the weights of the epoch in which it was lowest.
    validation_fraction : float, default=0.1
        Share of the rows that is held out if ``early_stopping=True`` and `fit` is not given `X_val`.
    shuffle : bool, default=True
        Whether to visit the rows in a new order in every epoch.
    warm_start : bool, default=False
        Whether `fit` goes on from the weights and the optimiser's state of the last call instead of starting anew;
        `max_iter` then counts further epochs.
    callbacks : sequence of objects or None, default=None
        ``on_epoch_end(epoch, logs)`` of each is called after every epoch, with `epoch` from 0 and `logs` a dict with
        "loss", "reconstruction", "val_loss" (if rows are held out) and "rows_per_second".
    verbose : int, default=0
        Whether to print a line per epoch.
    random_state : int, RandomState instance or None, default=None
        Source of the initial weights, the order of the rows, the held-out rows, dropout and noise. Fits with the
        same integer are bitwise equal on one machine and backend; no global random state is touched.

    Attributes
    ----------
    encoder_, decoder_ : keras.Model
        From rescaled rows to codes, and back.
    n_iter_ : int
        Epochs trained, over all calls of `partial_fit` and warm starts.
    loss_curve_ : list of float
        Training loss of each epoch, penalty included.
    validation_loss_curve_ : list of float or None
        Held-out loss of each epoch, without penalty; None if no rows were held out.
    best_loss_ : float
        Lowest watched loss of the last fit.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, if X had string names.

    See Also
    --------
    sklearn.decomposition.PCA : The linear counterpart, by eigenvectors.

    References
    ----------
    .. [1] G. Hinton and R. Salakhutdinov (2006), Reducing the dimensionality of data with neural networks,
       Science 313.
    .. [2] P. Vincent et al. (2008), Extracting and composing robust features with denoising autoencoders, ICML.

    Examples
    --------
    >>> from skfashion import DenseAE, load_fashion_mnist_sample
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> ae = DenseAE(16, hidden_layer_sizes=(64,), rescale=255.0, max_iter=3, random_state=0).fit(X)
    >>> ae.transform(X).shape
    (5000, 16)
    >>> ae.inverse_transform(ae.transform(X)).shape
    (5000, 784)
    """

    hidden_layer_sizes: Sequence[int] | int = ()

    _parameter_constraints: ClassVar[dict] = {
        **BaseAutoencoder._parameter_constraints,
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
    }

    def build_encoder(self, n_features, n_outputs):
        """Build the fully connected encoder."""
        from skfashion.networks.architectures import dense

        return dense(
            n_features,
            self.hidden_layer_sizes,
            n_outputs,
            activation=self.activation,
            output_activation=self.code_activation,
            dropout=self.dropout,
            name="encoder",
        )

    def build_decoder(self, n_features):
        """Build the decoder, the encoder's mirror image."""
        from skfashion.networks.architectures import dense, mirrored

        return dense(
            self.n_components,
            mirrored(self.hidden_layer_sizes),
            n_features,
            activation=self.activation,
            output_activation=self.reconstruction_activation,
            dropout=self.dropout,
            name="decoder",
        )
