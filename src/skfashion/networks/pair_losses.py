"""Losses of pairs of rows that belong together: one formula, one pure function, one citation.

Arguments `weights`, shape (n_rows,), are 1 for the rows of a batch that count, and 0 for its padding. Terms of a whole
batch are repeated for each row, so that all losses are means over the rows.
"""

from keras import ops

TEMPERATURE = 0.5  # of SimCLR, as in its paper for small images
VARIANCE_WEIGHT, COVARIANCE_WEIGHT = 1.0, 0.04  # of VICReg; 25 : 25 : 1 in its paper
SMALLEST = 1e-6


def spectral_contrastive(A, B, weights):
    """Return the spectral contrastive loss of each pair, shape (n_rows,). HaoChen et al. 2021, eq. 6.

    `A` and `B`, of shape (n_rows, n_components), are the codes of the pairs; all other rows of B repel a row of A.
    """
    products = ops.square(ops.matmul(A, ops.transpose(B)))  # (n_rows, n_rows)
    attraction = ops.sum(A * B, axis=1)
    n_others = ops.maximum(ops.sum(weights) - 1, 1)
    repulsion = (ops.matmul(products, weights[:, None])[:, 0] - weights * ops.square(attraction)) / n_others
    return repulsion - 2 * attraction


def normalized_cross_entropy(A, B, weights):
    """Return the loss of SimCLR of each pair, shape (n_rows,). Chen et al. 2020, eq. 1, mean of both directions."""
    codes = _unit(ops.concatenate([A, B]))  # (2 * n_rows, n_components)
    n_rows = ops.shape(A)[0]
    similarities = ops.matmul(codes, ops.transpose(codes)) / TEMPERATURE
    counts = ops.concatenate([weights, weights])[None, :] * (1 - ops.eye(2 * n_rows))
    largest = 1 / TEMPERATURE
    others = largest + ops.log(ops.sum(counts * ops.exp(similarities - largest), axis=1))  # the partner's is above 0
    partners = ops.sum(codes[:n_rows] * codes[n_rows:], axis=1) / TEMPERATURE
    return (others[:n_rows] + others[n_rows:]) / 2 - partners


def variance_invariance_covariance(A, B, weights):
    """Return the loss of VICReg of each pair over its first weight, shape (n_rows,).

    Bardes et al. 2022, eqs. 1 to 6.
    """
    distances = ops.mean(ops.square(A - B), axis=1)
    of_batch = sum(_spread(codes, weights) for codes in (A, B))
    return distances + of_batch


def _spread(codes, weights):
    """Return the terms of variance and covariance of a batch, a scalar. Bardes et al. 2022, eqs. 1 and 4."""
    n_rows, n_components = ops.sum(weights), codes.shape[1]
    centered = (codes - ops.sum(weights[:, None] * codes, axis=0) / n_rows) * weights[:, None]
    covariance = ops.matmul(ops.transpose(centered), centered) / ops.maximum(n_rows - 1, 1)
    variances = ops.diagonal(covariance)
    lack = ops.mean(ops.relu(1 - ops.sqrt(variances + 1e-4)))
    off_diagonal = ops.sum(ops.square(covariance)) - ops.sum(ops.square(variances))
    return VARIANCE_WEIGHT / 2 * lack + COVARIANCE_WEIGHT * off_diagonal / n_components


def _unit(codes):
    return codes / ops.sqrt(ops.sum(ops.square(codes), axis=1, keepdims=True) + SMALLEST**2)


def disagreement(P, Q, xp=ops):
    """Return minus the log-probability that both rows of a pair have one cluster, shape (n_rows, n_heads).

    `P` and `Q` are soft clusters of shape (n_rows, n_heads, n_clusters). Van Gansbeke et al. 2020, eq. 2, first term.
    `xp` is the module of the arrays: `keras.ops` or numpy.
    """
    return -xp.log(xp.maximum(xp.sum(P * Q, axis=2), SMALLEST))


def size_divergence(shares, sizes, xp=ops):
    """Return KL(shares || sizes) of each head in nats, both in ascending order, shape (n_heads,).

    `shares`, shape (n_heads, n_clusters), are the mean soft clusters; `sizes`, shape (n_clusters,), the wanted ones. If
    these are equal, this is the negative entropy of Van Gansbeke et al. 2020, eq. 2, plus log(n_clusters).
    """
    ratios = xp.maximum(xp.sort(shares, axis=1), SMALLEST**2) / xp.maximum(xp.sort(sizes), SMALLEST**2)
    return xp.sum(xp.sort(shares, axis=1) * xp.log(ratios), axis=1)


PAIR_LOSSES = {
    "spectral": spectral_contrastive,
    "simclr": normalized_cross_entropy,
    "vicreg": variance_invariance_covariance,
}
