"""Many heads of clusters on the features of contrastive encoders, and their consensus."""

import copy
from dataclasses import KW_ONLY, dataclass
from functools import partial
from numbers import Real
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin, clone
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.interrupts import put_off_interrupts
from skfashion._utils.validation import refuse_images, validate_data, validate_params
from skfashion.clusterers import GraphPartition
from skfashion.clusterers._common import AT_LEAST_1, check_at_most_n_samples
from skfashion.clusterers._vote import by_size, renumbered, vote
from skfashion.contrastive._consensus import spectral_consensus, translated, translations
from skfashion.contrastive._encoder import PAIR_TRAINING, ContrastiveEncoder
from skfashion.contrastive._views import unit_rows
from skfashion.estimators import FLOATS_AND_BYTES, check_single_precision

KEPT_SHARE = 1 / 3  # of the heads of a network: those with the lowest loss count
RISING_SHARE = 1 / 2  # of the training of heads: the weight of unequal sizes rises
MIN_DEVIATION = 1e-3  # of a feature that is standardised


@dataclass(eq=False, repr=False)
class NeighborHeads(ClusterMixin, BaseEstimator):
    """Clusterer by a consensus of many linear heads on the features of contrastive encoders.

    `ContrastiveEncoder` is trained, and its hidden features are frozen. Linear heads on them, each with its own initial
    weights, learn soft clusters that are equal for a row and its neighbours and have the wanted sizes: SCAN's loss
    [1]_. The third of the heads with the lowest loss, over several networks, are combined: rows and the clusters of all
    heads are the two sides of a graph, whose spectral clusters are the common ones [2]_. Each head's clusters are then
    translated into these by the shares of their members, and a row gets the mean over the heads. Everything is a
    function of the row, so that new rows get clusters without a search among the training rows.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters.
    encoder : ContrastiveEncoder or None, default=None
        Copied and trained with its own parameters, except `random_state`. None is ``ContrastiveEncoder()``: rows that
        are no square grey images need its `image_shape` or `features`.
    n_heads : int, default=40
        Number of heads on each network.
    n_networks : int, default=3
        Number of encoders, from other initial weights. They share their views of the rows.
    sizes : {"auto", "equal", "any"}, default="auto"
        Sizes that each head's clusters are drawn to: equal ones, or those that `GraphPartition` finds without a bound.
        "auto" is its choice between the two.
    balance : float, default=5.0
        Weight of the sizes in the loss; that of the neighbours is 1. For unequal sizes, it rises from a tenth in the
        first half of the training: a head has to find first which of its clusters is the small one.
    batch_size : int, default=1000
        Pairs of a step of the heads.
    learning_rate_init : float, default=0.01
        Step size of Adam for the heads.
    max_iter : int or "auto", default="auto"
        Epochs of the heads; "auto" as in `ContrastiveEncoder`.
    n_jobs : int or None, default=None
        Number of parallel jobs for neighbours and sizes. The result is the same for all.
    verbose : int, default=0
        Whether to print a line for each epoch of the heads.
    random_state : int, RandomState instance or None, default=None
        Source of the initial weights, the changed copies and the pairs.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,)
        Cluster of each training row.
    agreement_ : float
        Mean share of rows on which two of these heads agree, in [0, 1]; it needs no label.
    sizes_ : ndarray of shape (n_clusters,)
        Shares of the rows that the clusters are drawn to, in descending order.
    encoders_ : list of ContrastiveEncoder
        The fitted encoders.
    heads_loss_curves_ : list of list of float
        Loss of the heads in each epoch, for each network.
    n_iter_ : int
        Number of epochs of the heads.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    GraphPartition : Better clusters of the training rows, without a network; new rows need all of them.
    ContrastiveEncoder : The features, for another clusterer.

    Notes
    -----
    The features and the hidden features of all copies are kept during the fit: four bytes a feature, for each row and
    copy. Fit a sample of very many rows, and predict the rest.

    References
    ----------
    .. [1] W. Van Gansbeke et al. (2020), SCAN: learning to classify images without labels, ECCV, eq. 2.
    .. [2] I. S. Dhillon (2001), Co-clustering documents and words using bipartite spectral graph partitioning, KDD.

    Examples
    --------
    >>> from skfashion import ContrastiveEncoder, NeighborHeads, load_fashion_mnist_sample
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> heads = NeighborHeads(10, encoder=ContrastiveEncoder(n_copies=2, max_iter=4), n_networks=1, random_state=0)
    >>> heads.fit(X[:200]).predict(X[:3]).shape, heads.predict_proba(X[:3]).shape
    ((3,), (3, 10))
    """

    n_clusters: int = 8
    _: KW_ONLY
    encoder: ContrastiveEncoder | None = None
    n_heads: int = 40
    n_networks: int = 3
    sizes: str = "auto"
    balance: float = 5.0
    batch_size: int = 1000
    learning_rate_init: float = 1e-2
    max_iter: int | str = "auto"
    n_jobs: int | None = None
    verbose: int = 0
    random_state: int | np.random.RandomState | None = None

    _parameter_constraints: ClassVar[dict] = {
        "n_clusters": AT_LEAST_1,
        "encoder": [ContrastiveEncoder, None],
        "n_heads": AT_LEAST_1,
        "n_networks": AT_LEAST_1,
        "sizes": [StrOptions({"auto", "equal", "any"})],
        "balance": [Interval(Real, 0, None, closed="left")],
        **PAIR_TRAINING,
    }

    # The network

    def build_network(self, sizes, seed):
        """Build the heads and their objective."""
        from skfashion.networks.architectures import linear
        from skfashion.networks.contrastive import HeadsNetwork

        (n_hidden,) = sizes
        heads = linear(n_hidden, self.n_heads * self.n_clusters, name="heads")
        return HeadsNetwork(heads, self.n_heads, balance=self.balance, seed=seed)

    def _blueprint(self):
        """Return an unfitted copy with the parameters that the heads depend on."""
        return type(self)(int(self.n_clusters), n_heads=int(self.n_heads), balance=self.balance)

    # Fitting

    @all_or_nothing
    def fit(self, X, y=None):
        """Train the encoders and the heads, and find the clusters that the heads share.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows. Bytes and floats are taken as `ContrastiveEncoder` takes them.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or X is out of its range, or a loss is no longer finite.
        ImportError
            If `sizes` is not "equal" and pymetis is not installed, or more than 100,000 rows need an approximate search
            of neighbours that is not installed.
        """
        with put_off_interrupts():
            validate_params(self)
            refuse_images(X, self)
            encoder = ContrastiveEncoder(n_jobs=self.n_jobs) if self.encoder is None else clone(self.encoder)
            rng = check_random_state(self.random_state)
            views = encoder._prepare(X, rng)
            check_at_most_n_samples(len(views.neighbors), n_clusters=self.n_clusters)
            self.sizes_ = self._wanted_sizes(views.copies[0], rng)
            seeds = rng.randint(2**31 - 1, size=self.n_networks).tolist()
            self.encoders_ = [copy.copy(encoder)._train(views, seed) for seed in seeds]
            self._heads, self.heads_loss_curves_, losses = self._trained_heads(views, seeds)
            self.n_iter_ = len(self.heads_loss_curves_[0])
            n_kept = max(1, round(KEPT_SHARE * self.n_heads))
            self._kept = [np.argsort(loss, kind="stable")[:n_kept] for loss in losses]
            self._agree(self._ballots(views.copies[0]), rng)
            validate_data(self, X, skip_check_array=True)  # sets n_features_in_ and feature_names_in_
        return self

    def _wanted_sizes(self, features, rng):
        """Return the shares of the rows in clusters of the wanted sizes, in descending order."""
        if self.sizes == "equal" or self.n_clusters == 1:
            return np.full(self.n_clusters, 1 / self.n_clusters)
        graph = GraphPartition(
            self.n_clusters,
            max_imbalance="auto" if self.sizes == "auto" else None,
            n_jobs=self.n_jobs,
            random_state=rng,
        ).fit(unit_rows(features))
        if graph.has_equal_sizes_ or "average linkage" in graph.agreements_:  # no groups that have sizes
            return np.full(self.n_clusters, 1 / self.n_clusters)
        return np.sort(np.bincount(graph.labels_, minlength=self.n_clusters))[::-1] / len(features)

    def _trained_heads(self, views, seeds):
        """Train heads on each encoder; return them, their curves, and the loss of each head, shape (n_heads,)."""
        from skfashion.contrastive._training import PairPlan, train_on_pairs
        from skfashion.engine.fitted import FittedNetwork

        plan = PairPlan.of(self, len(views.neighbors))
        n_rising = 0 if np.ptp(self.sizes_) == 0 else RISING_SHARE * plan.n_epochs * plan.n_drawn
        trained, curves, losses = [], [], []
        for encoder, seed in zip(self.encoders_, seeds, strict=True):
            hidden = views.mapped(partial(encoder._of_features, "hidden"))
            means, deviations = hidden.copies[0].mean(axis=0), hidden.copies[0].std(axis=0)
            heads = FittedNetwork(self._blueprint(), (len(means),), seed)
            heads.network.start(means, np.maximum(deviations, MIN_DEVIATION), self.sizes_, n_rising)
            curves.append(train_on_pairs(heads, hidden, self))
            trained.append(heads)
            losses.append(self._losses(heads, *hidden.pairs(len(hidden.neighbors), seed)))
        return trained, curves, losses

    def _losses(self, heads, first, second):
        """Return the loss of each head on pairs, shape (n_heads,)."""
        from skfashion.networks.pair_losses import disagreement, size_divergence

        P, Q = (self._soft_clusters(heads, hidden) for hidden in (first, second))
        apart = np.mean(disagreement(P, Q, np), axis=0)
        sizes = [size_divergence(soft.mean(axis=0), self.sizes_, np) for soft in (P, Q)]
        return apart + self.balance * np.mean(sizes, axis=0)

    def _soft_clusters(self, heads, hidden):
        """Return the soft clusters by heads, shape (n_rows, n_heads, n_clusters)."""
        from skfashion.engine.rows import Rows

        return heads.apply("assign", Rows(hidden))

    def _ballots(self, features):
        """Return the soft clusters by the heads of lowest loss, a list of arrays of shape (n_rows, n_clusters)."""
        ballots = []
        for encoder, heads, kept in zip(self.encoders_, self._heads, self._kept, strict=True):
            soft = self._soft_clusters(heads, encoder._of_features("hidden", features))
            ballots += list(np.moveaxis(soft[:, kept], 1, 0))
        return ballots

    def _agree(self, ballots, rng):
        """Find the clusters that the heads share, and write them."""
        labels = spectral_consensus(ballots, self.n_clusters, rng)
        shares = translations(ballots, labels, self.n_clusters)
        labels = translated(ballots, shares).argmax(axis=1)
        order = by_size(labels, self.n_clusters)
        self._translations, self.labels_ = shares[:, :, order], renumbered(labels, order)
        self.agreement_ = vote(ballots, self.n_clusters, n_rounds=0).agreement

    # Use

    def predict(self, X):
        """Return the cluster of each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.

        Returns
        -------
        ndarray of shape (n_samples,)
            Clusters.
        """
        return self.predict_proba(X).argmax(axis=1)

    def predict_proba(self, X):
        """Return the mean of the heads' soft clusters, translated into the common ones.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.

        Returns
        -------
        ndarray of shape (n_samples, n_clusters)
            Shares; the sum of each row is 1.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=FLOATS_AND_BYTES, order="C")
        features = self.encoders_[0]._describe(check_single_precision(X, "X"))  # all encoders describe rows alike
        return translated(self._ballots(features), self._translations)

    def __sklearn_is_fitted__(self):
        return "_translations" in vars(self)
