import numpy as np
import pytest
from joblib import Memory

from skfashion.experiments import find_rows
from skfashion.experiments.papers import boulder


def test_pixels_and_classes_are_counted(data):
    (row,) = find_rows(["D1"])
    values = row.measure(None, data, 0, None)
    assert values["pixel_mean"] == pytest.approx(np.mean(data.X / 255))
    assert values["pixel_deviation"] == pytest.approx(np.std(data.X / 255))
    assert (values["images"], values["duplicates"]) == (300, 0)
    counts = np.bincount(data.y)
    assert values["images_of_the_smallest_class"] == counts.min() < counts.max()
    assert values["images_of_the_largest_class"] == counts.max()


def test_duplicates_are_found(data):
    X = data.X[[0, 1, 1, 2, 1]]
    assert boulder.n_different(X) == 3


def test_maps_and_clusters_are_drawn(data):
    (row,) = find_rows(["D6"])
    drawn = row.draw(row.build(random_state=0), data, Memory(None))
    assert set(drawn) == {"maps", "clusters"}
    assert [len(drawn[name].axes) for name in ("maps", "clusters")] == [3, 4]
    points = [collection for ax in drawn["maps"].axes for collection in ax.collections]
    assert sum(len(collection.get_offsets()) for collection in points) == 3 * len(data.X)


def test_the_exploration_is_drawn(data):
    (row,) = find_rows(["D1"])
    _, classes, pixels = row.draw(None, data, None).axes
    assert [bar.get_height() for bar in classes.patches] == np.bincount(data.y).tolist()
    assert sum(bar.get_height() for bar in pixels.patches) == data.X.size
