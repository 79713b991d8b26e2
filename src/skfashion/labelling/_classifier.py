"""A classifier that learns the labels of decided rows."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from skfashion._utils.missing import known_texts
from skfashion.labelling._decisions import DecisionError

HAND_WEIGHT = 5.0  # of a row that was decided by hand; others weigh at most 1
MIN_WEIGHT = 0.05
MAX_ROWS = 20_000  # that are learnt; more take minutes
MAX_ITER = 1000


def train_classifier(
    Z, labels, *, confidence=None, is_by_hand=None, share: float = 1.0, max_rows: int = MAX_ROWS
) -> LogisticRegression:
    """Train a classifier on the rows that have a label.

    It learns the rows decided by hand and, of each label, the most confident others. The weight of a row is its
    confidence, or 5 if it was decided by hand.

    Parameters
    ----------
    Z : ndarray of shape (n_samples, n_components)
        Codes of all rows.
    labels : array-like of shape (n_samples,) of str
        Label of each row; "", None or NaN for rows without a label.
    confidence : array-like of shape (n_samples,) or None, default=None
        Confidence in the cluster of each row, in [0, 1]; NaN for unknown.
    is_by_hand : array-like of shape (n_samples,) of bool or None, default=None
        True for rows that were decided by hand.
    share : float, default=1.0
        Share of each label's rows to learn, in (0, 1], the most confident first.
    max_rows : int, default=20000
        Maximum number of rows to learn. If there are more, each label gives the same share, at least one row.

    Returns
    -------
    LogisticRegression
        The fitted classifier. `predict` returns labels.

    Raises
    ------
    DecisionError
        If there are fewer than two labels.

    Examples
    --------
    >>> import numpy as np
    >>> from skfashion.labelling import train_classifier
    >>> Z = np.array([[0.0], [0.2], [5.0], [5.1]])
    >>> classifier = train_classifier(Z, ["boots", "", "bags", ""])
    >>> classifier.predict(Z).tolist()
    ['boots', 'boots', 'bags', 'bags']
    """
    n_samples = np.shape(labels)[0]
    labels = known_texts(labels, n_samples)
    confidence = _known(np.full(n_samples, np.nan) if confidence is None else np.asarray(confidence, float))
    by_hand = np.zeros(n_samples, bool) if is_by_hand is None else np.asarray(is_by_hand, bool)
    names = set(labels[labels != ""])
    if len(names) < 2:
        has = f"there is only one label, {names.pop()!r}" if names else "there is no label"
        raise DecisionError(f"{has}; a classifier needs at least two")
    if not 0 < share <= 1:
        raise ValueError(f"share={share!r} must be in (0, 1].")
    share = min(share, max_rows / np.sum(labels != ""))
    rows = np.concatenate([_most_confident(labels == name, confidence, by_hand, share) for name in sorted(names)])
    rows.sort()
    weights = np.where(by_hand, HAND_WEIGHT, np.maximum(confidence, MIN_WEIGHT))[rows]
    codes = np.asarray(Z[rows], np.float64)
    variance = float(codes.var(axis=0).mean()) or 1.0  # as if the codes had been scaled to a variance of 1
    classifier = LogisticRegression(C=1 / variance, max_iter=MAX_ITER)
    return classifier.fit(codes, labels[rows].astype(str), sample_weight=weights)


def predict_labels(classifier, Z, labels=None) -> tuple[np.ndarray, np.ndarray]:
    """Predict the labels of rows that have none, and the probability of the label of each row.

    Parameters
    ----------
    classifier : estimator
        Result of `train_classifier`.
    Z : ndarray of shape (n_samples, n_components)
        Codes of the rows.
    labels : array-like of shape (n_samples,) of str or None, default=None
        Labels that stay; "", None or NaN for rows to predict. None predicts all.

    Returns
    -------
    labels : ndarray of shape (n_samples,) of str, dtype object
        Label of each row.
    probability : ndarray of shape (n_samples,)
        Probability of this label by the classifier; NaN for a label that it has not learnt.

    Examples
    --------
    >>> import numpy as np
    >>> from skfashion.labelling import predict_labels, train_classifier
    >>> Z = np.array([[0.0], [1.0], [9.0], [10.0]])
    >>> labels = ["left", "", "", "right"]
    >>> classifier = train_classifier(Z, np.array(labels, dtype=object))
    >>> predict_labels(classifier, Z, labels)[0].tolist()
    ['left', 'left', 'right', 'right']
    """
    shares = classifier.predict_proba(Z)  # (n_samples, n_labels)
    names = classifier.classes_.astype(object)
    labels = known_texts(labels, len(Z))
    labels = np.where(labels == "", names[shares.argmax(axis=1)], labels)
    places = {name: i for i, name in enumerate(names)}
    columns = np.array([places.get(label, -1) for label in labels], int)
    probability = shares[np.arange(len(Z)), columns]
    return labels, np.where(columns < 0, np.nan, probability)


def _known(confidence):
    """Replace unknown confidence by the mean of the known one, or by 1."""
    unknown = np.isnan(confidence)
    mean = 1.0 if unknown.all() else float(confidence[~unknown].mean())
    return np.clip(np.where(unknown, mean, confidence), 0, 1)


def _most_confident(has_label, confidence, by_hand, share):
    """Return the rows to learn of one label: those decided by hand, then the most confident."""
    rows = np.flatnonzero(has_label)
    order = np.lexsort((-confidence[rows], ~by_hand[rows]))
    n_learnt = max(1, round(share * len(rows)), int(by_hand[rows].sum()))
    return rows[order[:n_learnt]]
