"""Points, names and small images on a map."""

import numpy as np

from skfashion._utils.pipelines import NOISE
from skfashion.displays._images import drawn_shape, scale, value_range
from skfashion.displays._labels import display_name
from skfashion.displays._style import NOISE_COLOR, PETROFF_10, category_marker

AXIS_NAMES = {
    None: ("", ""),
    "first": ("component 0", "component 1"),
    "pca": ("PCA 1", "PCA 2"),
    "tsne": ("t-SNE 1", "t-SNE 2"),
    "umap": ("UMAP 1", "UMAP 2"),
}
NO_CATEGORY = {NOISE: "noise", None: "no label"}  # grey, and named in the legend alone
IMAGE_POINTS = 22  # longer side, in points of 1/72 inch
NAME_SIZE = 11


def draw_points(ax, points, names, positions, colors):
    """Draw noise and rows without a label, then the categories in random order, those with the same marker together.

    In the order of categories, the last would cover the others.
    """
    order = np.random.RandomState(0).permutation(len(points))
    is_noise = np.array([name in NO_CATEGORY for name in names])[positions[order]]
    group = np.where(is_noise, -1, positions[order] // len(PETROFF_10))
    style = {"s": np.clip(30_000 / len(points), 2, 20), "linewidths": 0, "rasterized": True}
    drawn = []
    for i in np.unique(group):
        rows = order[group == i]
        look = (
            {"c": NOISE_COLOR, "label": " or ".join(NO_CATEGORY[name] for name in names if name in NO_CATEGORY)}
            if i == -1
            else {"c": np.array(colors)[positions[rows]]}
        )
        marker = "o" if i == -1 else category_marker(i * len(PETROFF_10))
        drawn.append(ax.scatter(*points[rows].T, marker=marker, **style, **look))
    if is_noise.any():
        ax.legend(loc="upper right", markerscale=3)
    return drawn


def write_names(ax, points, names, positions):
    """Write each category's name at the median of its points, so that colour is not the only sign.

    A name that would cover another moves down.
    """
    from matplotlib.patheffects import withStroke

    style = {"ha": "center", "va": "center", "weight": "bold", "size": NAME_SIZE, "zorder": 5}
    halo = [withStroke(linewidth=3, foreground="white")]
    shown = [
        (display_name(name), np.median(points[positions == i], axis=0))
        for i, name in enumerate(names)
        if name not in NO_CATEGORY
    ]
    if not shown:
        return []
    ax.autoscale_view()  # otherwise the limits are set when the figure is drawn
    ax.apply_aspect()
    at = 72 / ax.figure.dpi * ax.transData.transform([median for _, median in shown])  # in points of 1/72 inch
    return [
        ax.annotate(name, median, (0, down), textcoords="offset points", path_effects=halo, **style)
        for (name, median), down in zip(shown, shifts(at, [len(name) for name, _ in shown]), strict=True)
    ]


def shifts(centres, lengths):
    """Compute how far each name must move so that it covers no other name, shape (n_names,), from 0 down.

    `centres`, shape (n_names, 2), are the wanted positions; all is in points of 1/72 inch. `lengths` counts letters.
    """
    height, half_widths = NAME_SIZE + 2.0, 0.35 * NAME_SIZE * np.asarray(lengths) + 1.5
    order = np.argsort(-centres[:, 1], kind="stable")  # from the top, so that one pass is enough
    y = centres[:, 1].astype(float)
    for place, i in enumerate(order):
        above = [j for j in order[:place] if abs(centres[i, 0] - centres[j, 0]) < half_widths[i] + half_widths[j]]
        for j in sorted(above, key=lambda j: -y[j]):
            if abs(y[i] - y[j]) < height:
                y[i] = y[j] - height
    return y - centres[:, 1]


def draw_images(ax, points, colors, images, image_shape):
    """Draw each image at its point, in a frame of its colour."""
    from matplotlib.colors import Normalize
    from matplotlib.offsetbox import AnnotationBbox, OffsetImage

    shape = drawn_shape(image_shape, images.shape[1])
    pictures = scale(images, *value_range(images)).reshape(-1, *shape)
    zoom = IMAGE_POINTS / max(shape[:2])
    for point, color, picture in zip(points, colors, pictures, strict=True):
        content = OffsetImage(picture, zoom=zoom, cmap="gray", norm=Normalize(0, 1))
        ax.add_artist(AnnotationBbox(content, point, pad=0.1, bboxprops={"edgecolor": color, "linewidth": 1.5}))


def prepare_axes(ax, points, method):
    """Name the axes, and give them the same scale, because readers compare distances on a map."""
    xlabel, ylabel = AXIS_NAMES[method]
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if method in ("tsne", "umap"):  # no units
        ax.set(xticks=[], yticks=[])
    if is_strip(points):
        ax.set(ylabel="", yticks=[])
        return
    shares_both = all(len(group.get_siblings(ax)) > 1 for group in (ax.get_shared_x_axes(), ax.get_shared_y_axes()))
    if not shares_both:  # matplotlib forbids it there
        ax.set_aspect("equal", adjustable="datalim")


def is_strip(points):
    """Tell if the second coordinate is always 0."""
    return not points[:, 1].any()
