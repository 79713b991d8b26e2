"""Loss curves."""

from sklearn.utils.validation import check_is_fitted

from skfashion._utils.pipelines import steps_of
from skfashion.displays._style import Display, category_color


class LossCurveDisplay(Display):
    """The loss of a training, epoch by epoch.

    Parameters
    ----------
    loss_curve : sequence of float
        Loss after each epoch.
    validation_loss_curve : sequence of float, default=None
        Loss of held-out rows after each epoch, dashed.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The Axes with the drawing.
    figure_ : matplotlib Figure
        The figure of the Axes.
    lines_ : list of matplotlib Line2D
        The loss and, if there is one, the loss of held-out rows.

    Examples
    --------
    >>> from skfashion.displays import LossCurveDisplay
    >>> display = LossCurveDisplay(loss_curve=[0.5, 0.2, 0.1]).plot()
    >>> display.lines_[0].get_xdata().tolist()
    [1, 2, 3]
    """

    def __init__(self, *, loss_curve, validation_loss_curve=None):
        self.loss_curve = loss_curve
        self.validation_loss_curve = validation_loss_curve

    @classmethod
    def from_estimator(cls, estimator, *, ax=None):
        """Draw the loss curve of a fitted estimator.

        Parameters
        ----------
        estimator : estimator
            An estimator with `loss_curve_`, such as DenseAE or MLPClassifier; a Pipeline with such a step (the first
            one is taken); or a fitted search. `validation_loss_curve_` is drawn, too, unless it is None or missing.
        ax : matplotlib Axes, default=None
            Axes to draw on; None opens a figure.

        Returns
        -------
        LossCurveDisplay

        Raises
        ------
        AttributeError
            If there is no `loss_curve_`. If the estimator is not fitted, it is a NotFittedError.
        """
        trained = _trained_step(estimator)
        validation_loss_curve = getattr(trained, "validation_loss_curve_", None)
        return cls(loss_curve=trained.loss_curve_, validation_loss_curve=validation_loss_curve).plot(ax=ax)

    def plot(self, ax=None):
        from matplotlib.ticker import MaxNLocator

        ax = self._open_axes(ax, (6.4, 4))
        self.lines_ = [_draw(ax, self.loss_curve, "training", category_color(0), "-")]
        if self.validation_loss_curve is not None:
            self.lines_.append(_draw(ax, self.validation_loss_curve, "validation", category_color(2), "--"))
            ax.legend()
        ax.set(xlabel="epoch", ylabel="loss")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        return self


def _draw(ax, curve, label, color, linestyle):
    """Draw a line over the epochs, counted from 1; a single epoch is a marker."""
    epochs = range(1, len(curve) + 1)
    return ax.plot(epochs, curve, color=color, linestyle=linestyle, marker="o", markersize=3, label=label)[0]


def _trained_step(estimator):
    steps = steps_of(estimator)
    for step in steps:
        if hasattr(step, "loss_curve_"):
            return step
    check_is_fitted(estimator)
    # NotFittedError, raised above, is an AttributeError, too: callers can catch both at once.
    raise AttributeError(
        f"loss_curve_ is missing from {', '.join(type(step).__name__ for step in steps)}; pass an estimator that is "
        "trained in epochs, such as DenseAE, or a Pipeline with one."
    )
