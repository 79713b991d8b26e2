"""Checks that the arrays of a loaded object fit each other where compiled code relies on it.

Nearly all estimators of scikit-learn in `_reviewed.py` read their state by numpy, which checks every index. The others
are here, with the reason. The states of our own estimators have their forms in `_states.py`. What cannot be checked is
refused: fitted machines of libsvm (`_contents.py`), and trees, also those of neighbours, whose types are not trusted.
"""

import inspect
import os
from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_matrix, issparse
from sklearn.base import BaseEstimator, clone
from sklearn.cluster import HDBSCAN, BisectingKMeans, KMeans, MiniBatchKMeans
from sklearn.decomposition import NMF, MiniBatchNMF
from sklearn.linear_model import ElasticNet, MultiTaskElasticNet
from sklearn.neighbors import KNeighborsClassifier, RadiusNeighborsClassifier
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures

from skfashion._utils.checks import ON_EPOCH_END, ON_IMAGES_END, ON_TRIAL_END, check_methods
from skfashion._utils.validation import MAX_JOBS, validate_params
from skfashion.persistence._states import check_state

MT19937_WORDS = 624
MAX_DEGREE = 100  # of polynomials of as many columns; more make more columns than any memory holds
COUNTED = ("_n_out_full", "_min_degree", "_max_degree", "n_output_features_")  # of polynomials
OF_CALLBACKS = {"PretrainedFeatures": ON_IMAGES_END, "PipelineSearch": ON_TRIAL_END}  # those of others: ON_EPOCH_END
COEFFICIENTS = ("coef_", "_standard_coef", "_average_coef")
ROWS = ("_fit_X", "_X", "_rows")  # of training, with which new ones are compared


def check_consistency(value) -> None:
    """Raise a ValueError if using this object would reach beyond its arrays."""
    if isinstance(value, BaseEstimator) or issparse(value):
        _refuse_shadows(value)
    if issparse(value) and hasattr(value, "check_format"):
        value.check_format(full_check=True)  # products trust the indices
    for kinds, check in CHECKS.items():
        if isinstance(value, kinds):
            check(value)
    if hasattr(value, "__dict__") and not isinstance(value, type):
        _check_widths(value)
    if isinstance(value, BaseEstimator):
        check_state(value)


def _refuse_shadows(value):
    """Refuse attributes that would be called in place of a method, such as one that checks."""
    shadows = [name for name in getattr(value, "__dict__", ()) if inspect.isroutine(getattr(type(value), name, None))]
    if shadows:
        raise ValueError(f"{type(value).__name__} has an attribute in place of its method {shadows[0]}")


def _check_parameters(estimator):
    """Check the parameters of our estimators and scikit-learn's: compiled code divides by some."""
    room = type(estimator).__module__.partition(".")[0]
    is_known = room in ("sklearn", "skfashion")
    if is_known and hasattr(estimator, "_parameter_constraints"):  # some have no rules
        validate_params(estimator) if room == "skfashion" else estimator._validate_params()
    n_jobs = getattr(estimator, "n_jobs", None)
    if is_known and n_jobs is not None and not 1 <= abs(n_jobs) <= MAX_JOBS:
        raise ValueError(f"{type(estimator).__name__} asks for n_jobs={n_jobs}")
    if room == "skfashion":  # a forged callback would end the next fit
        signature = OF_CALLBACKS.get(type(estimator).__name__, ON_EPOCH_END)
        check_methods("callbacks", getattr(estimator, "callbacks", None), signature)


def _check_position(state):
    """Check the position from which the Mersenne twister reads its words."""
    said = state.get_state(legacy=False)
    if said["bit_generator"] != "MT19937":
        raise ValueError(f"a RandomState of {said['bit_generator']} is not loaded; pass a seed")
    position = said["state"]["pos"]
    if not 0 <= position <= MT19937_WORDS:
        raise ValueError(f"a random state is at position {position} of {MT19937_WORDS}")


def _check_centers(k_means):
    """Check the centres, which prediction multiplies rows by, and the counts that further training adds to."""
    if not 1 <= getattr(k_means, "_n_threads", 1) <= MAX_JOBS:
        raise ValueError(f"{type(k_means).__name__} asks for {k_means._n_threads} threads")
    centers, root = getattr(k_means, "cluster_centers_", None), getattr(k_means, "_bisecting_tree", None)
    if centers is None and root is None:
        return
    _require_shape(k_means, "cluster_centers_", centers, (k_means.n_clusters, k_means.n_features_in_))
    if not np.asarray(centers).flags.c_contiguous:
        raise ValueError(f"cluster_centers_ of {type(k_means).__name__} must be in C order")
    if (counts := getattr(k_means, "_counts", None)) is not None:
        _require_shape(k_means, "_counts", counts, (k_means.n_clusters,))
    if root is not None:
        _check_tree(k_means, root)


def _check_tree(k_means, root):
    """Check the centres in the tree of BisectingKMeans, and the clusters of its leaves: one for each centre."""
    waiting, leaves = [root], list[int]()
    for node in waiting:
        _require_shape(k_means, "a centre", node.center, (k_means.n_features_in_,))
        if node.left is None:
            leaves.append(node.label)
        else:
            waiting += [node.left, node.right]
        if len(waiting) > 2 * k_means.n_clusters:  # a tree of k leaves has fewer; a forged one may be a circle
            raise ValueError(f"the tree of {type(k_means).__name__} has too many nodes")
    if sorted(leaves) != list(range(k_means.n_clusters)):
        raise ValueError(f"the leaves in the tree of {type(k_means).__name__} are not its clusters")


def limit_threads(value) -> None:
    """Let an object ask for no more threads than this processor has; it may have been fitted on another one."""
    if isinstance(value, KMeans | MiniBatchKMeans | BisectingKMeans) and hasattr(value, "_n_threads"):
        value._n_threads = min(value._n_threads, os.cpu_count() or 1)


def _check_components(nmf):
    """Check the components: the coordinate descent of `transform` runs over as many as are declared."""
    if hasattr(nmf, "components_"):
        _require_shape(nmf, "components_", nmf.components_, (nmf.n_components_, nmf.n_features_in_))
        if getattr(nmf, "_n_components", nmf.n_components_) != nmf.n_components_:
            raise ValueError(f"{type(nmf).__name__} has two numbers of components")


def _check_merges(hdbscan):
    """Check the numbers of nodes, which `dbscan_clustering` follows."""
    merges = getattr(hdbscan, "_single_linkage_tree_", None)
    if merges is not None:
        nodes = np.r_[merges["left_node"], merges["right_node"]]
        if nodes.size and not (nodes.min() >= 0 and nodes.max() <= 2 * len(merges)):
            raise ValueError("the tree of HDBSCAN names nodes that it does not have")


def _check_votes(neighbors):
    """Check the classes of the training rows, which the search counts at the places of their numbers."""
    votes = getattr(neighbors, "_y", None)
    if votes is not None and np.ndim(votes) == 1:
        _require_shape(neighbors, "_y", votes, np.shape(neighbors._fit_X)[:1])
        if not np.isin(votes, np.arange(len(neighbors.classes_))).all():
            raise ValueError(f"{type(neighbors).__name__} has rows of an unknown class")


def _check_categories(encoder):
    """Check the widths of the columns, by which `transform` writes to its result, and the numbers of categories."""
    widths = getattr(encoder, "_n_features_outs", None)
    if widths is None:
        return
    if list(widths) != list(encoder._compute_n_features_outs()):
        raise ValueError("the columns of OneHotEncoder are not as wide as its categories")
    n_groups = [len(categories) for categories in encoder.categories_]
    if encoder._infrequent_enabled:
        pairs = zip(encoder._default_to_infrequent_mappings, encoder._infrequent_indices, n_groups, strict=True)
        n_groups = [_n_groups(mapping, infrequent, n) for mapping, infrequent, n in pairs]
    if encoder._drop_idx_after_grouping is not None:
        for dropped, n in zip(encoder._drop_idx_after_grouping, n_groups, strict=True):
            if dropped is not None:
                _require_places(dropped, n)


def _n_groups(mapping, infrequent, n_categories):
    """Return the number of groups that a mapping makes of categories, if every number is that of a group."""
    if (mapping is None) != (infrequent is None):
        raise ValueError("OneHotEncoder has rare categories without their groups")
    if mapping is None:
        return n_categories
    _require_places(infrequent, n_categories)
    if len(mapping) != n_categories:
        raise ValueError("OneHotEncoder has not one group for each category")
    n_groups = n_categories - len(infrequent) + 1
    _require_places(mapping, n_groups)
    return n_groups


def _require_places(numbers, n):
    if not np.isin(numbers, np.arange(n)).all():
        raise ValueError(f"OneHotEncoder has a number of a category that is not in range({n})")


def _check_powers(polynomials):
    """Check the numbers of columns, as many of which `transform` takes from memory and fills."""
    if vars(polynomials).keys().isdisjoint(COUNTED):
        return
    if min(polynomials.n_features_in_, np.max(polynomials.degree)) > MAX_DEGREE:
        raise ValueError(f"PolynomialFeatures has degree={polynomials.degree} of {polynomials.n_features_in_} columns")
    fitted = clone(polynomials).fit(csr_matrix((1, polynomials.n_features_in_)))  # it only counts
    if any(getattr(polynomials, name, None) != getattr(fitted, name) for name in COUNTED):
        raise ValueError("PolynomialFeatures has another number of columns than its degree makes")


def _refuse_warm_start(model):
    """Refuse coordinate descent that would go on from its coefficients: it does not check how many there are."""
    if model.warm_start and hasattr(model, "coef_"):
        raise ValueError(f"a fitted {type(model).__name__} with warm_start=True is not loaded; set warm_start=False")


def _check_widths(estimator):
    """Check the widths of rows and coefficients, on which searches of neighbours and further training rely."""
    for name, value in vars(estimator).items():
        if name in COEFFICIENTS + ROWS and np.ndim(value) > 0:
            _require_shape(estimator, name, value, (*value.shape[:-1], estimator.n_features_in_))
        if name in ROWS and np.ndim(value) > 0:
            n_rows = max(1, getattr(estimator, "n_samples_fit_", value.shape[0]))
            _require_shape(estimator, name, value, (n_rows, *value.shape[1:]))


def _require_shape(estimator, name, array, shape):
    if np.shape(array) != shape:
        raise ValueError(f"{name} of shape {np.shape(array)} does not fit {type(estimator).__name__}: {shape}")


CHECKS: dict[tuple[type, ...], Callable] = {
    (BaseEstimator,): _check_parameters,
    (np.random.RandomState,): _check_position,
    (KMeans, MiniBatchKMeans, BisectingKMeans): _check_centers,
    (NMF, MiniBatchNMF): _check_components,
    (HDBSCAN,): _check_merges,
    (OneHotEncoder,): _check_categories,
    (PolynomialFeatures,): _check_powers,
    (ElasticNet, MultiTaskElasticNet): _refuse_warm_start,  # and their subclasses: Lasso and MultiTaskLasso
    (KNeighborsClassifier, RadiusNeighborsClassifier): _check_votes,
}
