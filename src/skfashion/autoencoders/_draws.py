"""Random numbers that belong to a row: they depend on its content, not on its place or on other rows."""

import numpy as np
from scipy.special import ndtri

_GAMMA, _MIX_1, _MIX_2 = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def draws_of_rows(X, n_draws, n_components):
    """Yield draws from N(0, I) for each row by its content in single precision, shape (n_samples, n_components).

    They come in pairs of opposite sign. So an estimate is a function of the row, as scikit-learn demands of
    `score_samples`. The errors of many rows still average out; they would not if all rows shared the same draws. The
    generator is SplitMix64: G. Steele, D. Lea and C. Flood (2014), Fast splittable pseudorandom number generators.
    """
    bits = (np.ascontiguousarray(X, np.float32) + np.float32(0)).view(np.uint32).astype(np.uint64)
    multipliers = np.random.default_rng(0).integers(2**64, size=X.shape[1], dtype=np.uint64) | np.uint64(1)
    seeds = _mix((bits * multipliers).sum(axis=1))[:, np.newaxis]  # (n_samples, 1); sums and products wrap around
    for start in range(0, n_draws, 2):
        counters = np.arange(start * n_components, (start + 1) * n_components, dtype=np.uint64) * _GAMMA
        uniform = (_mix(seeds + counters) >> np.uint64(11)).astype(np.float64) + 0.5
        draw = ndtri(uniform / 2**53)
        yield from (draw, -draw)[: n_draws - start]


def _mix(x):
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))
