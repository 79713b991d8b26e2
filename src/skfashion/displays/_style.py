"""The base of the displays, and their colours and marker shapes."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

# M. A. Petroff (2021), Accessible color sequences for data visualization, arXiv:2107.02270. Matplotlib 3.10 has it as
# petroff10.
PETROFF_10 = (
    *("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6"),
    *("#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd"),
)
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "<", ">", "*")  # the next one for every ten categories
NOISE_COLOR = "#cccccc"  # lighter than the two greys of the sequence


@contextmanager
def own_settings() -> Iterator[None]:
    """Draw with matplotlib's own settings in this block.

    Pictures in files look alike everywhere then, and a matplotlibrc in the current folder, which may be anybody's, is
    not obeyed: it could run TeX.
    """
    from matplotlib import style

    with style.context("default"):
        yield


class Display(ABC):
    """Base of the displays: `__init__` stores the data of a figure, `plot` draws it."""

    @abstractmethod
    def plot(self, ax=None):
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None opens a figure.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the display has an `image_shape` that does not fit its images.
        """

    def _open_axes(self, ax, figsize):
        """Remember and return the given Axes, or those of a new figure of this size in inches."""
        if ax is None:
            import matplotlib.pyplot as plt

            _, ax = plt.subplots(figsize=figsize, layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        return ax


def text_width(names):
    """Estimate the width of the longest name in inches, in matplotlib's 10 points."""
    return 0.085 * max(map(len, names))


def category_color(position):
    """Return the colour of the category at this position, from 0 up; after ten, colours repeat."""
    return PETROFF_10[position % len(PETROFF_10)]


def category_marker(position):
    """Return the marker of the category at this position; categories of one colour have different markers."""
    return MARKERS[position // len(PETROFF_10) % len(MARKERS)]
