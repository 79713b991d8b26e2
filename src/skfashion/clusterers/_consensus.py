"""A clusterer by a vote among runs of other clusterers."""

from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin, MetaEstimatorMixin, clone
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, StrOptions
from sklearn.utils.metaestimators import _BaseComposition, available_if
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.pipelines import NOISE, seeded_clone, set_seed, with_names
from skfashion._utils.validation import N_JOBS, check_array, validate_data, validate_params
from skfashion._utils.workers import safe_path
from skfashion.clusterers._common import AT_LEAST_1, check_at_most_n_samples, fit_labels
from skfashion.clusterers._vote import (
    by_size,
    clusters_on,
    labels_of,
    numbered,
    renamed,
    renumbered,
    tally,
    vote,
    winners,
)
from skfashion.clusterers._voters import (
    check_n_clusters,
    checked_voters,
    common_n_clusters,
    estimators_in,
    set_n_clusters,
)

MAX_ROUNDS = 3  # of the vote


@dataclass(eq=False, repr=False)
class ConsensusClusterer(ClusterMixin, MetaEstimatorMixin, _BaseComposition):
    """Clusterer by a vote among runs of other clusterers.

    Many clusterers depend on a random start, and different clusterers make different mistakes. Each run votes for the
    cluster of each row [1]_. The Hungarian method renames the clusters of all runs to agree most with one another
    [2]_. If all estimators have `predict_proba`, a vote is shared among clusters by these probabilities [3]_. Rows that
    a run calls noise, -1, have no vote of this run. It uses no labels.

    Parameters
    ----------
    estimators : estimator or list of (str, estimator)
        Clusterers or mixtures, or pipelines that end in one. With names, as in
        `sklearn.ensemble.VotingClassifier`, a parameter of an estimator is ``name__parameter``.
    n_clusters : int or None, default=None
        Number of clusters, set as `n_clusters` or `n_components` of every estimator. None takes the number that the
        estimators have. If they have no such number, as DBSCAN, it is the largest number that a run finds.
    n_repeats : int, default=1
        Number of runs of each estimator, with different seeds.
    pick : {'vote', 'medoid'}, default='vote'
        'vote' takes the cluster with most votes. 'medoid' takes the run that agrees most with the others: a choice
        among restarts that needs no score of the clusterer.
    n_jobs : int or None, default=None
        Number of processes that fit runs, -1 for all processors; None is 1. They come from joblib.
    random_state : int, RandomState instance or None, default=None
        Source of those random states in `estimators` that are None. If `n_repeats` is above 1, it is the source of all
        of them, since repeats with one seed would be equal.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,)
        Cluster of each training row, from the largest cluster, 0, to the smallest; -1 for rows without votes. Equal
        numbers of votes are decided by the run at `medoid_`.
    confidence_ : ndarray of shape (n_samples,)
        Share of the votes for the row that its cluster has; 0 for rows without votes.
    agreement_ : float
        Mean share of rows on which two runs agree, over all pairs of runs; 1 for a single run. A low agreement says
        that the runs find different clusters.
    estimators_ : list of estimator
        The fitted estimators: all runs of the first, then those of the second, and so on.
    medoid_ : int
        Position in `estimators_` of the run that agrees most with the others.
    n_clusters_ : int
        Number of clusters that the runs vote on. A cluster may win no row.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    sklearn.ensemble.VotingClassifier : The same for classifiers.
    skfashion.metrics.mean_agreement : The agreement of partitions.

    Notes
    -----
    A vote reduces the part of the mistakes that is random. It cannot correct a mistake that all runs make. It is no
    choice of the best run either: a clusterer with a score of its own, as the inertia of k-means, can keep the best of
    several starts by `n_init`.

    References
    ----------
    .. [1] A. Strehl and J. Ghosh (2002), Cluster ensembles: a knowledge reuse framework for combining multiple
       partitions, Journal of Machine Learning Research 3.
    .. [2] S. Dudoit and J. Fridlyand (2003), Bagging to improve the accuracy of a clustering procedure, Bioinformatics
       19.
    .. [3] H. Ayad and M. Kamel (2008), Cumulative voting consensus method for partitions with a variable number of
       clusters, IEEE Transactions on Pattern Analysis and Machine Intelligence 30.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from skfashion.clusterers import ConsensusClusterer
    >>> X = [[0.0], [0.1], [0.2], [5.0], [5.2]]
    >>> model = ConsensusClusterer(KMeans(2, n_init=1), n_repeats=5, random_state=0).fit(X)
    >>> model.labels_.tolist()
    [0, 0, 0, 1, 1]
    >>> model.agreement_
    1.0
    """

    estimators: BaseEstimator | list[tuple[str, BaseEstimator]]
    _: KW_ONLY
    n_clusters: int | None = None
    n_repeats: int = 1
    pick: str = "vote"
    n_jobs: int | None = None
    random_state: int | np.random.RandomState | None = None

    _parameter_constraints: ClassVar[dict] = {
        "estimators": [HasMethods("fit_predict"), HasMethods(["fit", "predict"]), list],
        "n_clusters": [*AT_LEAST_1, None],
        "n_repeats": AT_LEAST_1,
        "pick": [StrOptions({"vote", "medoid"})],
        "n_jobs": N_JOBS,
        "random_state": ["random_state"],
    }

    def get_params(self, deep=True):
        """Return the parameters, those of the estimators included.

        Parameters
        ----------
        deep : bool, default=True
            True adds the estimators by their names, and their parameters.

        Returns
        -------
        dict of str to object
            Parameters by name.
        """
        if isinstance(self.estimators, list):
            return self._get_params("estimators", deep=deep)
        return super().get_params(deep=deep)

    def set_params(self, **params):
        """Set parameters, or an estimator by its name, or its parameters as ``name__parameter``.

        Parameters
        ----------
        **params : object
            Parameters by name.

        Returns
        -------
        self
        """
        return self._set_params("estimators", **params)

    @all_or_nothing
    def fit(self, X, y=None):
        """Fit all runs to the rows of X, and let them vote.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or X is invalid, the estimators have different numbers of clusters, or a run finds more than
            `n_clusters`. The estimator stays as it was.
        """
        validate_params(self)
        named = checked_voters(self.estimators, self.get_params(deep=False))
        rows = with_names(X, check_array(X, estimator=self))
        n_clusters = common_n_clusters(named) if self.n_clusters is None else self.n_clusters
        if n_clusters is not None:
            check_at_most_n_samples(len(rows), n_clusters=n_clusters)
        is_soft = _is_soft(estimator for _, estimator in named)
        with safe_path():
            runs = Parallel(n_jobs=self.n_jobs)(delayed(_fit)(run, rows, is_soft) for run in self._runs(named))
        return self._remember(X, runs, n_clusters)

    @available_if(lambda self: all(hasattr(estimator, "predict") for estimator in estimators_in(self.estimators)))
    def predict(self, X):
        """Return the cluster that most runs predict.

        Available if all estimators can predict. A row that `fit` has seen keeps its label if the runs keep theirs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,)
            Clusters; -1 for rows without votes.
        """
        labels, _ = self._vote_again(X)
        return renumbered(labels, self._order)

    @available_if(lambda self: hasattr(self, "predict"))
    def predict_proba(self, X):
        """Return the share of the votes that each cluster has.

        Available if all estimators can predict. With ``pick="medoid"`` only the run at `medoid_` has votes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_clusters)
            Shares, 0 in rows without votes.
        """
        _, shares = self._vote_again(X)
        return shares[:, self._order]

    def _runs(self, named):
        """Return seeded clones of the estimators with the number of clusters that is asked for."""
        rng = check_random_state(self.random_state)
        runs = []
        for name, estimator in named:
            template = clone(estimator)
            if self.n_clusters is not None:
                set_n_clusters(name, template, self.n_clusters)
            if self.n_repeats > 1:
                set_seed(template, None)
            runs += [seeded_clone(template, rng) for _ in range(self.n_repeats)]
        return runs

    def _remember(self, X, runs, n_clusters):
        """Let the runs vote, and set the attributes."""
        estimators, ballots = map(list, zip(*runs, strict=True))
        clusters = [clusters_on(ballot, n_clusters) for ballot in ballots]
        if n_clusters is None:
            n_clusters = max(1, *map(len, clusters))
        for estimator, found in zip(estimators, clusters, strict=True):
            check_n_clusters(estimator, len(found), n_clusters)
        ballots = [numbered(ballot, found, n_clusters) for ballot, found in zip(ballots, clusters, strict=True)]
        result = vote(ballots, n_clusters, n_rounds=MAX_ROUNDS if self.pick == "vote" else 0)

        validate_data(self, X, skip_check_array=True)  # sets n_features_in_ and feature_names_in_
        self.estimators_, self.medoid_, self.n_clusters_ = estimators, result.medoid, n_clusters
        self.agreement_ = result.agreement
        self._voters = list(range(len(estimators))) if self.pick == "vote" else [result.medoid]
        self._clusters, self._names, self._order = clusters, result.names, by_size(result.labels, n_clusters)
        self.labels_ = renumbered(result.labels, self._order)
        shares = result.shares[np.arange(len(result.labels)), result.labels]
        self.confidence_ = np.where(result.labels == NOISE, np.float32(0), shares)
        return self

    def _vote_again(self, X):
        """Return the clusters of new rows, as the vote of `fit` numbers them, and the shares of votes."""
        check_is_fitted(self)
        X = with_names(X, validate_data(self, X, reset=False))
        is_soft = _is_soft(self.estimators_)
        ballots = {
            i: numbered(_ballot(self.estimators_[i], X, is_soft), self._clusters[i], self.n_clusters_)
            for i in self._voters
        }
        shares = tally(list(ballots.values()), self._names[self._voters])
        first_choice = labels_of(ballots[self.medoid_])
        return winners(shares, renamed(first_choice, self._names[self.medoid_])), shares


def _is_soft(estimators):
    """Tell if votes are shared among clusters by probabilities."""
    return all(hasattr(estimator, "predict_proba") for estimator in estimators)


def _fit(estimator, X, is_soft):
    """Fit an estimator; return it and its votes for the training rows."""
    labels = fit_labels(estimator, X)
    return estimator, _ballot(estimator, X, is_soft) if is_soft else labels


def _ballot(estimator, X, is_soft):
    """Return probabilities, shape (n_samples, n_columns), or labels, shape (n_samples,)."""
    return np.asarray(estimator.predict_proba(X), np.float32) if is_soft else np.asarray(estimator.predict(X))
