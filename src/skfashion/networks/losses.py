"""Loss terms: one formula, one pure function, one citation."""

import math

import numpy as np
from keras import ops


def squared_error(X, X_hat):
    """Return the squared error of each row, a mean over the features, shape (n_samples,). Bishop 2006, eq. 5.11."""
    return ops.mean(ops.square(X - X_hat), axis=1)


def log_loss(X, X_hat):
    """Return the cross-entropy of each row in nats, a mean over features, shape (n_samples,). Bishop 2006, eq. 5.21.

    Probabilities are kept 1e-7 away from 0 and 1, the resolution of float32 near 1.
    """
    P = ops.clip(X_hat, 1e-7, 1 - 1e-7)
    return -ops.mean(X * ops.log(P) + (1 - X) * ops.log1p(-P), axis=1)


def softmax_log_loss(classes, logits):
    """Return the cross-entropy of each row's class in nats, shape (n_samples,). Bishop 2006, eq. 4.108."""
    log_normaliser = ops.logsumexp(logits, axis=1)
    of_class = ops.take_along_axis(logits, ops.cast(classes, "int32")[:, None], axis=1)[:, 0]
    return log_normaliser - of_class


def gaussian_kl(mean, log_variance, xp=ops):
    """Return KL(N(mean, exp(log_variance)) || N(0, I)) of each row in nats, shape (n_samples,).

    Kingma & Welling 2014, App. B. `xp` is the module of the arrays: `keras.ops` or numpy.
    """
    return 0.5 * xp.sum(xp.exp(log_variance) + xp.square(mean) - 1 - log_variance, axis=-1)


def gaussian_log_likelihood(X, X_hat, variance):
    """Return the log-density of rows under N(X_hat, variance I) in nats, shape (n_samples,). Bishop 2006, eq. 2.43."""
    n_features = X.shape[1]
    return -0.5 * (ops.sum(ops.square(X - X_hat), axis=1) / variance + n_features * ops.log(2 * math.pi * variance))


def bernoulli_log_likelihood(X, X_hat):
    """Return the log-probability of rows under Bernoulli(X_hat) in nats, shape (n_samples,). Bishop 2006, eq. 2.2."""
    return -X.shape[1] * log_loss(X, X_hat)


def student_t_assignments(codes, centers, xp=ops):
    """Return soft clusters of codes by Student's t kernel, shape (n_samples, n_clusters). Xie et al. 2016, eq. 1."""
    squares = xp.sum(xp.square(codes[:, None] - centers), axis=-1)  # (n_samples, n_clusters)
    kernel = 1 / (1 + squares)
    return kernel / xp.sum(kernel, axis=1, keepdims=True)


def target_distribution(assignments):
    """Return sharper soft clusters that weigh each cluster alike, from those of all rows. Xie et al. 2016, eq. 3.

    `assignments` is an array of numpy of shape (n_samples, n_clusters).
    """
    weights = np.square(assignments, dtype=np.float64) / assignments.sum(axis=0, dtype=np.float64)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def assignment_divergence(targets, assignments):
    """Return KL(targets || assignments) of each row in nats, shape (n_samples,). Xie et al. 2016, eq. 2."""
    smallest = 1e-12
    ratio = ops.maximum(targets, smallest) / ops.maximum(assignments, smallest)
    return ops.sum(targets * ops.log(ratio), axis=1)


def half_squared_distance(codes, centers):
    """Return half the squared distance of each code from its centre, shape (n_samples,). Yang et al. 2017, eq. 5."""
    return 0.5 * ops.sum(ops.square(codes - centers), axis=1)


def l2_penalty(kernels):
    """Return half the sum of the squared weights, a scalar. Goodfellow et al. 2016, eq. 7.1."""
    return 0.5 * sum(ops.sum(ops.square(kernel)) for kernel in kernels)


RECONSTRUCTION_LOSSES = {"squared_error": squared_error, "log_loss": log_loss}
