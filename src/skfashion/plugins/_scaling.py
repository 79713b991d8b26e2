"""The first step of a pipeline: a scaler of pixels."""

SCALES = ("minmax", "standard", "range", "bytes", None)


def make_scaler(scale: str):
    """Make an unfitted transformer that can also transform back."""
    from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

    if scale not in SCALES:
        raise ValueError(f"scale={scale!r} must be one of {', '.join(map(repr, SCALES))}.")
    if scale == "bytes":
        return FunctionTransformer(bytes_to_unit, unit_to_bytes, check_inverse=False, feature_names_out="one-to-one")
    if scale == "range":
        from skfashion._utils.range_scaler import RangeScaler

        return RangeScaler()
    return MinMaxScaler() if scale == "minmax" else StandardScaler()


def bytes_to_unit(X):
    """Divide by 255, in single precision.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Pixels from 0 to 255.

    Returns
    -------
    ndarray of shape (n_samples, n_features), float32
        Pixels from 0 to 1.

    Examples
    --------
    >>> from skfashion.plugins import bytes_to_unit
    >>> bytes_to_unit([[0, 255]]).tolist()
    [[0.0, 1.0]]
    """
    import numpy as np

    return np.asarray(X, np.float32) / 255


def unit_to_bytes(X):
    """Multiply by 255 and round, the inverse of `bytes_to_unit`.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Pixels from 0 to 1; values outside are clipped.

    Returns
    -------
    ndarray of shape (n_samples, n_features), uint8
        Pixels from 0 to 255.

    Examples
    --------
    >>> from skfashion.plugins import unit_to_bytes
    >>> unit_to_bytes([[-0.1, 0.5, 1.0]]).tolist()
    [[0, 128, 255]]
    """
    import numpy as np

    return np.rint(255 * np.clip(X, 0, 1)).astype(np.uint8)
