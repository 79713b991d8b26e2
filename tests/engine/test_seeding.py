import random

import keras
import numpy as np
import pytest

from skfashion.engine.seeding import draw_seed, seeded
from skfashion.engine.variables import get_values


def test_layers_without_a_seed_take_theirs_from_the_block():
    def weights(seed):
        with seeded(seed):
            model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
        return get_values(model.variables)[0]

    np.testing.assert_array_equal(weights(0), weights(0))
    assert not np.array_equal(weights(0), weights(1))


def test_the_global_state_is_put_back_even_after_an_error():
    state = random.getstate()
    with pytest.raises(KeyError), seeded(0):
        assert draw_seed() != draw_seed()
        raise KeyError
    assert random.getstate() == state
