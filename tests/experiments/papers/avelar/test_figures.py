import pytest

from skfashion.experiments import find_rows


def test_the_best_epochs_weights_are_kept(data, memory):
    (row,) = find_rows(["A16b"])
    built = row.build(random_state=0)
    built["network"].set_params(max_iter=3, filters=(4, 4))
    values = row.measure(built, data, 0, memory)
    assert values["loss_with_the_kept_weights"] == pytest.approx(values["loss_of_the_best_epoch"], rel=1e-4)
    assert 1 <= values["best_epoch"] <= values["epochs"]


def test_the_figures_are_drawn(data, memory):
    (row,) = find_rows(["A16"])
    built = row.build(random_state=0)
    networks = {name: built["networks"][name] for name in ("MLP", "CNN", "PCA 80% + MLP")}
    networks["MLP"].set_params(max_iter=1)
    networks["CNN"].set_params(max_iter=1, filters=(4, 4))
    networks["PCA 80% + MLP"][-1].set_params(max_iter=1)
    drawn = row.draw({**built, "networks": networks}, data, memory)
    assert set(drawn) == {"accuracy", "clusters", "cnn", "kmeans"}
    assert all(any(ax.has_data() for ax in figure.axes) for figure in drawn.values())
