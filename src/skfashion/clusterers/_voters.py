"""The clusterers that vote in `ConsensusClusterer`: one, or pairs of a name and an estimator."""

from numbers import Integral

from skfashion._utils.pipelines import n_clusters_of, n_clusters_parameter, steps_of


def estimators_in(estimators):
    """List the estimators; entries that are not pairs of a name and an estimator are left out."""
    if not isinstance(estimators, list):
        return [estimators]
    return [pair[1] for pair in estimators if _is_pair(pair)]


def _is_pair(pair):
    return isinstance(pair, tuple | list) and len(pair) == 2 and isinstance(pair[0], str)


def checked_voters(estimators, parameters):
    """Return pairs of a name and an estimator, or raise a ValueError."""
    if not isinstance(estimators, list):
        return [("estimators", estimators)]
    if not estimators:
        raise ValueError("estimators=[] must have at least one estimator; pass one, or a list of (name, estimator).")
    for pair in estimators:
        if not _is_pair(pair):
            raise ValueError(f"estimators must be an estimator or a list of (name, estimator), but has {pair!r} in it.")
        name, estimator = pair
        if not (hasattr(estimator, "fit_predict") or (hasattr(estimator, "fit") and hasattr(estimator, "predict"))):
            raise ValueError(
                f"estimators must have fit_predict, or fit and predict, but {name}={estimator!r} has not; pass a "
                "clusterer, a mixture, or a pipeline that ends in one."
            )
        if "__" in name or name in parameters:
            raise ValueError(
                f"The name {name!r} in estimators must be no parameter of ConsensusClusterer, and have no '__' in it; "
                "choose another name."
            )
    names = [name for name, _ in estimators]
    if len(set(names)) < len(names):
        raise ValueError(f"The names in estimators must be different, but are {', '.join(names)}; rename some.")
    return estimators


def common_n_clusters(named):
    """Return the number of clusters that the estimators have, or None if they have no such number."""
    numbers = {name: n_clusters_of(steps_of(estimator)[-1]) for name, estimator in named}
    # n_clusters of Birch may be an estimator
    numbers = {name: number for name, number in numbers.items() if isinstance(number, Integral)}
    if len(set(numbers.values())) > 1:
        have = ", ".join(f"{name} has {number}" for name, number in numbers.items())
        raise ValueError(f"The estimators must have the same number of clusters, but {have}; pass n_clusters.")
    return next(iter(numbers.values()), None)


def set_n_clusters(name, estimator, n_clusters):
    """Set the number of clusters of an estimator or of the last step of a pipeline, or raise a ValueError."""
    last = steps_of(estimator)[-1]
    parameter = n_clusters_parameter(last)
    if parameter is None:
        raise ValueError(
            f"n_clusters={n_clusters} needs estimators with n_clusters or n_components, but {name}={last!r} has "
            "neither; pass n_clusters=None."
        )
    last.set_params(**{parameter: n_clusters})


def check_n_clusters(estimator, n_found, n_clusters):
    """Raise a ValueError if an estimator has found more clusters than there are to vote for."""
    if n_found > n_clusters:
        raise ValueError(
            f"{estimator!r} has found {n_found} clusters, but must find at most n_clusters={n_clusters}, as many as "
            "the other estimators have; change its parameters or pass a higher n_clusters."
        )
