import matplotlib.pyplot as plt
import numpy as np

from skfashion.displays._map import prepare_axes, shifts


def test_names_with_room_stay_where_they_are():
    assert shifts(np.array([[0.0, 0.0], [100, 0], [0, 100]]), [5, 5, 5]).tolist() == [0, 0, 0]


def test_a_name_that_would_cover_another_moves_down_just_below_it():
    assert shifts(np.array([[0.0, 0.0], [0.0, 2.0], [300.0, 0.0]]), [4, 4, 4]).tolist() == [-11, 0, 0]


def test_names_in_one_place_end_below_each_other():
    down = shifts(np.zeros((5, 2)), [1, 2, 3, 4, 5])
    assert (np.diff(np.sort(down)) >= 11).all()
    assert down.max() == 0


def test_a_name_that_moves_makes_way_for_the_next():
    centres = np.array([[0.0, 10.0], [0.0, 8.0], [0.0, -4.0]])
    y = centres[:, 1] + shifts(centres, [1, 1, 1])
    assert (np.diff(y) <= -11).all()


def test_both_axes_have_one_scale():
    ax = plt.subplots()[1]
    prepare_axes(ax, np.eye(2), "pca")
    assert ax.get_aspect() == 1


def test_axes_that_share_their_limits_can_be_drawn():
    figure, (left, _) = plt.subplots(1, 2, sharex=True, sharey=True)
    prepare_axes(left, np.eye(2), "pca")
    figure.draw_without_rendering()
    assert left.get_aspect() == "auto"
