"""The scores of a search, by name."""

import difflib

from skfashion._utils.image_shape import MIN_PIXELS, is_square
from skfashion._utils.missing import known_labels, refuse_missing, require_labels
from skfashion.metrics import (
    CalinskiHarabasz,
    DaviesBouldin,
    HungarianAccuracy,
    Modularity,
    Purity,
    Silhouette,
    Stability,
)

LABEL_FREE = {
    "calinski_harabasz": CalinskiHarabasz(),
    "calinski_harabasz_input": CalinskiHarabasz(space="input"),
    "davies_bouldin": DaviesBouldin(),
    "davies_bouldin_input": DaviesBouldin(space="input"),
    "modularity": Modularity(),
    "modularity_gradients": Modularity(space="gradients"),
    "modularity_input": Modularity(space="input"),
    "silhouette": Silhouette(),
    "silhouette_input": Silhouette(space="input"),
    "stability": Stability(),
}
USING_LABELS = {"hungarian_accuracy": HungarianAccuracy(), "purity": Purity()}


def scorers_of(scoring) -> dict:
    """Return scorers by name, from a name, a callable, a sequence of names, or a dict of names and callables."""
    if isinstance(scoring, str):
        return {scoring: _scorer(scoring)}
    if callable(scoring):
        return {"score": scoring}
    if isinstance(scoring, dict):
        scorers = {name: scorer if callable(scorer) else _scorer(scorer) for name, scorer in scoring.items()}
    else:
        scorers = {name: _scorer(name) for name in scoring}
    if not scorers:
        raise ValueError("scoring has no score; name at least one.")
    if "agreement" in scorers:
        raise ValueError("scoring has a score named 'agreement', which is a column of results_; name it otherwise.")
    return scorers


def default_scorers(n_features, image_shape) -> dict:
    """Return the score that guides a search of images, or of other rows; docs/pipeline_search.md has the evidence."""
    if are_images(n_features, image_shape):
        return {"modularity_gradients": Modularity(space="gradients", image_shape=image_shape)}
    return {"modularity_input": LABEL_FREE["modularity_input"]}


def are_images(n_features, image_shape) -> bool:
    """Return True for rows with a shape of images, or of a square number of values that is not small."""
    return image_shape is not None or (n_features >= MIN_PIXELS and is_square(n_features))


def check_labels(scorers, y):
    """Refuse scores that compare with labels without labels, or with too few; functions are not checked."""
    is_known = None if y is None else known_labels(y, "y")[0]
    for name, scorer in scorers.items():
        is_of_scikit_learn = hasattr(scorer, "_score_func")
        if not getattr(scorer, "uses_labels", is_of_scikit_learn):
            continue
        if is_known is None:
            raise ValueError(f"The score {name!r} compares with labels; pass y, or choose a label-free score.")
        require_labels(is_known, "y")
        if is_of_scikit_learn:
            ours = " or ".join(map(repr, USING_LABELS))
            refuse_missing(is_known, "y", f"the score {name!r} needs all labels: fill them in, or choose {ours}")


def uses_labels(scorer) -> bool:
    """Return True if a scorer compares with labels, or does not say that it needs none."""
    return getattr(scorer, "uses_labels", True)


def column_of(name, scorer) -> str:
    """Return the name of a score in the results."""
    return f"score_{name}_using_labels" if uses_labels(scorer) else f"score_{name}"


def _scorer(name):
    from sklearn.metrics import get_scorer, get_scorer_names

    if not isinstance(name, str):
        raise ValueError(f"scoring has {name!r}, which is no name of a score; pass names, or a function by its name.")
    ours = LABEL_FREE | USING_LABELS
    if name in ours:
        return ours[name]
    if name in get_scorer_names():
        return get_scorer(name)
    if close := difflib.get_close_matches(name, [*ours, *get_scorer_names()], n=1):
        raise ValueError(f"scoring={name!r} is unknown; did you mean {close[0]!r}?")
    raise ValueError(
        f"scoring={name!r} is unknown; choose one of {', '.join(LABEL_FREE)} (label-free), {', '.join(USING_LABELS)} "
        "or another of scikit-learn's names (using labels), or pass a function (estimator, X, y)."
    )
