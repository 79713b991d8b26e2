"""Scores of numbers of clusters."""

from sklearn.utils.validation import check_is_fitted

from skfashion._utils.pipelines import steps_of
from skfashion.displays._style import Display, category_color


class NClustersDisplay(Display):
    """The score of each number of clusters that was tried; the highest one is marked.

    Parameters
    ----------
    scores : dict of int to float
        Score by number of clusters.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The Axes with the drawing.
    figure_ : matplotlib Figure
        The figure of the Axes.
    line_ : matplotlib Line2D
        The scores.

    Examples
    --------
    >>> from skfashion.displays import NClustersDisplay
    >>> display = NClustersDisplay(scores={2: 0.2, 3: 0.5, 4: 0.3}).plot()
    >>> display.line_.get_ydata().tolist()
    [0.2, 0.5, 0.3]
    """

    def __init__(self, *, scores):
        self.scores = scores

    @classmethod
    def from_estimator(cls, estimator, *, ax=None):
        """Draw the scores by which an estimator has chosen its number of clusters.

        Parameters
        ----------
        estimator : estimator
            A fitted `GraphPartition` or `PipelineSearch` with ``n_clusters="auto"``, or a Pipeline that ends in one.
        ax : matplotlib Axes, default=None
            Axes to draw on; None opens a figure.

        Returns
        -------
        NClustersDisplay

        Raises
        ------
        ValueError
            If the number of clusters was given.
        """
        chooser = estimator if hasattr(estimator, "n_clusters_scores_") else steps_of(estimator)[-1]
        check_is_fitted(chooser)
        scores = getattr(chooser, "n_clusters_scores_", {})
        if not scores:
            raise ValueError(
                f"{type(chooser).__name__} has not chosen its number of clusters; fit it with n_clusters='auto'."
            )
        return cls(scores=scores).plot(ax=ax)

    def plot(self, ax=None):
        from matplotlib.ticker import MaxNLocator

        ax = self._open_axes(ax, (6.4, 4))
        numbers, color = sorted(self.scores), category_color(0)
        best = max(numbers, key=self.scores.__getitem__)
        values = [self.scores[k] for k in numbers]
        (self.line_,) = ax.plot(numbers, values, color=color, marker="o", markersize=3)
        ax.axvline(best, color=color, linestyle=":")
        ax.annotate(f"{best}", (best, self.scores[best]), xytext=(4, 4), textcoords="offset points")
        ax.set(xlabel="number of clusters", ylabel="score")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        return self
