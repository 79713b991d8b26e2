"""The fully connected autoencoders."""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from skfashion.autoencoders._base import BaseAutoencoder
from skfashion.autoencoders._variational import BaseVariationalAutoencoder

HIDDEN_LAYER_SIZES = ["array-like", Interval(Integral, 1, None, closed="left")]
FEW_ROWS = 2500  # up to which hidden layers need no more steps than a linear map


def build_encoder(estimator, n_features, n_outputs):
    """Build the fully connected encoder."""
    from skfashion.networks.architectures import dense

    return dense(
        n_features,
        estimator.hidden_layer_sizes,
        n_outputs,
        activation=estimator.activation,
        output_activation=estimator.code_activation,
        dropout=estimator.dropout,
        name="encoder",
    )


def build_decoder(estimator, n_features):
    """Build the decoder, the mirror image of the encoder."""
    from skfashion.networks.architectures import dense, mirrored

    return dense(
        estimator.n_components,
        mirrored(estimator.hidden_layer_sizes),
        n_features,
        activation=estimator.activation,
        output_activation=estimator.reconstruction_activation,
        dropout=estimator.dropout,
        name="decoder",
    )


def steps_factor(estimator, n_rows):
    """Return how many times the usual steps are allowed: up to twice as many with hidden layers."""
    return min(2.0, max(1.0, n_rows / FEW_ROWS)) if np.size(estimator.hidden_layer_sizes) else 1.0


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
    augment : str, sequence of str, dict, callable or None, default=None
        Random changes of the images while training, input and target alike: of "shift" (by up to 2 pixels), "scale" (by
        up to 0.1), "flip" (left and right, with probability 0.5), "brightness" (by up to 0.2), "blur" (of up to 0.7
        pixels), "rotation" (by up to 10 degrees) and "gamma" (values to a power between exp(-0.3) and exp(0.3)), one or
        several, or a dict with their strengths. Rows must be square grey images here. Or a function:
        ``augment(rows, seed)`` takes every rescaled training batch, a tensor, and returns a changed one in its place.
        It is compiled: draw from `keras.random` with `seed`, since what numpy draws stays as it was drawn first.
    rescale : float or None, default=None
        Rows are divided by it inside the network, and decoded rows multiplied: with ``rescale=255`` images stay
        uint8 until their batch is due. None takes values as they are.
    compute_dtype : {"float32", "bfloat16"}, default="float32"
        Precision in which layers compute. "bfloat16" has the range of float32 and fewer than three digits. It trains
        large networks faster on torch and processors with AVX512-BF16, but not on jax and a CPU. Weights, losses and
        results stay float32; results are correct to as many digits. Layers inside your own layers keep their dtype.
    batch_size : int or "auto", default="auto"
        Rows per step of the optimiser. "auto" makes about 75 steps an epoch: a power of two from 16 (few rows) to 256
        (from 14,000 rows on, and in `partial_fit`).
    learning_rate : {"constant", "linear_decay"}, default="linear_decay"
        "linear_decay" keeps `learning_rate_init` until the loss has settled (see `tol`), for three quarters of
        `max_iter` epochs at most. Then the learning rate falls linearly towards 0 over a third as many epochs, and the
        training ends. With "constant", the training ends when the loss has settled.
    learning_rate_init : float, default=1e-3
        Learning rate of Adam.
    max_iter : int or "auto", default="auto"
        Largest number of epochs, passes over the data. "auto" is as many as 10,000 steps take, from 50 (many rows) to
        600 (few); with hidden layers and 5,000 rows or more, twice as many. A warning says if the loss had not settled
        before, unless ``tol=0``.
    tol : float, default=1e-4
        The loss has settled when the watched loss has not fallen by at least a share `tol` of the lowest one so far for
        more than `n_iter_no_change` epochs in a row. (The `tol` of MLPClassifier is a difference, not a share.) The
        watched loss is the training loss, and the held-out loss with ``early_stopping=True``.
    n_iter_no_change : int, default=10
        Epochs without an improvement by `tol` that are allowed; with the next one, the loss has settled.
    early_stopping : bool, default=False
        Whether to watch the loss of held-out rows, and to restore the weights of the epoch in which it was lowest.
    validation_fraction : float, default=0.1
        Share of the rows that is held out if ``early_stopping=True`` and `fit` is not given `X_val`.
    shuffle : bool, default=True
        Whether to visit the rows in a new order in every epoch.
    warm_start : bool, default=False
        Whether `fit` continues from the weights and the optimiser's state of the last call instead of starting again;
        `max_iter` then counts further epochs.
    callbacks : sequence of objects or None, default=None
        ``on_epoch_end(epoch, logs)`` of each is called after every epoch, with `epoch` from 0 and `logs` a dict with
        "loss", "reconstruction", "val_loss" (if rows are held out) and "rows_per_second". Of Keras' callbacks,
        CSVLogger, EarlyStopping, LearningRateScheduler, ReduceLROnPlateau, TensorBoard and those of your own without
        methods for batches work; others are refused before the training.
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
        "hidden_layer_sizes": HIDDEN_LAYER_SIZES,
    }

    build_encoder = build_encoder
    build_decoder = build_decoder
    _steps_factor = steps_factor


@dataclass(kw_only=True, eq=False, repr=False)
class DenseVAE(BaseVariationalAutoencoder):
    """Fully connected variational autoencoder: a transformer whose codes fill a standard normal space.

    The encoder gives each row a Gaussian over codes; the decoder restores the row from a draw of it. Training maximises
    the evidence lower bound (ELBO) of the log-likelihood [1]_ under a standard normal prior of the codes.

    Parameters
    ----------
    n_components : int, default=2
        Width of the code.
    hidden_layer_sizes : sequence of int, or int, default=()
        Widths of the encoder's hidden layers, from the input to the code; the decoder has them in reverse.
    loss : {"squared_error", "log_loss"}, default="squared_error"
        Likelihood of a row given its code: Gaussian, or, of values in [0, 1], Bernoulli.
    beta : float, default=1.0
        Weight of the KL divergence from the prior [2]_; 1 is the ELBO.
    beta_warmup : int, default=0
        Epochs over which the weight rises from 0 to `beta`.
    noise_variance : "learn" or float, default="learn"
        Variance of the Gaussian likelihood, in rescaled units. Learned, it is that of the greatest likelihood: the mean
        squared error.
    activation, output_activation, alpha, dropout, noise, augment, rescale, compute_dtype
        See `DenseAE`.
    batch_size, learning_rate, learning_rate_init, max_iter, tol, n_iter_no_change
        See `DenseAE`.
    early_stopping, validation_fraction, shuffle
        See `DenseAE`. The loss is minus the ELBO, with `beta`, in nats a feature.
    warm_start, callbacks, verbose, random_state
        See `DenseAE`. `random_state` is also the source of the codes drawn while training.
    code_activation : None
        The encoder's outputs are means and logarithms of variances: they take no activation.

    Attributes
    ----------
    encoder_ : keras.Model
        From rescaled rows to means and logarithms of variances, side by side.
    decoder_ : keras.Model
        From codes to means of rescaled rows.
    n_iter_ : int
        Epochs trained, over all calls of `partial_fit` and warm starts.
    loss_curve_ : list of float
        Training loss of each epoch, in nats a feature, penalty included.
    reconstruction_curve_, kl_curve_ : list of float
        Its two terms, each in nats a row: minus the expected log-likelihood, and the KL divergence before `beta`.
    validation_loss_curve_ : list of float or None
        Held-out loss of each epoch, without penalty; None if no rows were held out.
    best_loss_ : float
        Lowest watched loss of the last fit.
    batch_size_, max_iter_ : int
        Those of the last fit; `max_iter_` is 1 after `partial_fit`.
    converged_ : bool
        False if `max_iter` ended the last fit before the loss had settled, unless ``tol=0``.
    noise_variance_ : float or None
        Variance of the Gaussian likelihood; None of a Bernoulli likelihood.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    DenseAE : The same networks without a distribution of the codes.
    sklearn.decomposition.PCA : The limit of a linear network with a learned noise variance.

    References
    ----------
    .. [1] D. Kingma and M. Welling (2014), Auto-encoding variational Bayes, ICLR.
    .. [2] I. Higgins et al. (2017), beta-VAE: learning basic visual concepts with a constrained variational framework,
       ICLR.

    Examples
    --------
    >>> from skfashion import DenseVAE, load_fashion_mnist_sample
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> vae = DenseVAE(8, hidden_layer_sizes=(64,), rescale=255.0, max_iter=3, random_state=0).fit(X)
    >>> vae.transform(X).shape, vae.sample(5, random_state=0).shape
    ((5000, 8), (5, 784))
    """

    hidden_layer_sizes: Sequence[int] | int = ()

    _parameter_constraints: ClassVar[dict] = {
        **BaseVariationalAutoencoder._parameter_constraints,
        "hidden_layer_sizes": HIDDEN_LAYER_SIZES,
    }

    build_encoder = build_encoder
    build_decoder = build_decoder
    _steps_factor = steps_factor
