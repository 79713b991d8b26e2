import numpy as np
import pytest

from skfashion.experiments import _latent, find_rows
from skfashion.experiments.papers import agarwal


@pytest.fixture
def quick(monkeypatch):
    """Trainings of an epoch, few draws."""
    monkeypatch.setattr(agarwal, "EPOCHS", (1,))
    monkeypatch.setattr(_latent, "N_DRAWS", 50)
    monkeypatch.setattr(_latent, "N_LINES", 10)


def test_both_autoencoders_have_the_same_decoder(data):
    built = agarwal.both(random_state=0)
    counts = [ae.set_params(max_iter=1).fit(data.X[:20]).decoder_.count_params() for ae in built.values()]
    assert len(counts) == 4
    assert len(set(counts)) == 1


@pytest.mark.parametrize(("name", "n_values"), [("E4b", 4), ("E6", 16), ("E5", 1 + 2 * (3 * 4 + 2 * 2))])
def test_rows_have_values_and_the_values_of_their_claims(data, memory, quick, name, n_values):
    (row,) = find_rows([name])
    built = row.build(random_state=0)
    if "judge" in built:
        built["judge"].set_params(max_iter=1, filters=(4, 4))
    values = row.measure(built, data, 0, memory)
    assert len(values) == n_values
    assert np.isfinite(list(values.values())).all()
    for claim in row.claims:
        assert len(claim.differences({name: [value] for name, value in values.items()})) == 1


@pytest.mark.parametrize("name", ["E1", "E2", "E3", "E4", "E4b", "E5"])
def test_rows_that_are_pictures_are_drawn(data, memory, quick, name):
    (row,) = find_rows([name])
    figure = row.draw(row.build(random_state=0), data, memory)
    assert all(ax.has_data() for ax in figure.axes)
