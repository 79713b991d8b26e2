"""Axes, colours and marker shapes that the displays share."""

# M. A. Petroff (2021), Accessible color sequences for data visualization, arXiv:2107.02270. Matplotlib calls it
# petroff10, from 3.10 on.
PETROFF_10 = (
    *("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6"),
    *("#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd"),
)
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "<", ">", "*")  # the next one for every ten categories
NOISE_COLOR = "#cccccc"  # lighter than the two greys of the sequence


def open_axes(ax, figsize):
    """The Axes given, or those of a new figure of this size in inches."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=figsize, layout="constrained")[1]


def text_width(names):
    """About as many inches as the longest name takes in matplotlib's 10 points."""
    return 0.085 * max(map(len, names))


def category_color(position):
    """The colour of the category at this position, from 0 up; ten, then again from the start."""
    return PETROFF_10[position % len(PETROFF_10)]


def category_marker(position):
    """The marker shape of the category at this position: it tells apart those that share a colour."""
    return MARKERS[position // len(PETROFF_10) % len(MARKERS)]
