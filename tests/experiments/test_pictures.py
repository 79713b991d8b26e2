import numpy as np
from joblib import Memory

from skfashion import DenseAE
from skfashion.experiments._pictures import draw_manifold, draw_maps, draw_random_points, draw_reconstructions

ae = DenseAE(2, rescale=255.0, max_iter=2, tol=0.0, random_state=0)


def test_a_map_is_drawn_after_each_number_of_epochs(data, tmp_path):
    figure = draw_maps(ae, (1, 3), data, Memory(tmp_path, verbose=0))
    assert [ax.get_title() for ax in figure.axes] == ["after 1 epoch", "after 3 epochs"]
    drawn = [np.sort(np.concatenate([c.get_offsets() for c in ax.collections]), axis=0) for ax in figure.axes]
    for points, n_epochs in zip(drawn, (1, 3), strict=True):
        Z = DenseAE(**ae.get_params() | {"max_iter": n_epochs}).fit(data.X).transform(data.X_test)
        np.testing.assert_allclose(points, np.sort(Z, axis=0), atol=1e-4)
    assert ae.max_iter == 2


def test_a_manifold_is_a_grid_of_images(data, tmp_path):
    (ax,) = draw_manifold(ae, data, Memory(tmp_path, verbose=0)).axes
    assert ax.images[0].get_array().shape[0] > 15 * 28


def test_reconstructions_have_a_panel_for_each_model(data, tmp_path):
    figure = draw_reconstructions({"plain": ae, "again_so": ae}, data, Memory(tmp_path, verbose=0))
    assert [ax.get_title() for ax in figure.axes] == ["plain", "again so"]


def test_random_points_have_a_row_for_each_source(data, tmp_path):
    figure = draw_random_points({"a": (ae, "box"), "b": (ae, "prior")}, data, Memory(tmp_path, verbose=0))
    first, second = (ax.images[0].get_array() for ax in figure.axes)
    assert first.shape == second.shape
    assert not np.array_equal(first, second)
