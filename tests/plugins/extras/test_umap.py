import pickle

import numpy as np
import pytest
from sklearn.base import clone

from skfashion.plugins import get_plugin

pytest.importorskip("umap")


@pytest.mark.filterwarnings("ignore")  # of umap and numba
@pytest.mark.parametrize("n_rows", [4, 11, 12])
def test_few_rows_are_reduced(n_rows):
    X = np.random.default_rng(0).random((n_rows, 30), dtype=np.float32)
    reducer = get_plugin("reducer", "umap").estimator().set_params(random_state=0)
    assert reducer.fit_transform(X).shape == (n_rows, 10)
    assert reducer.init == "spectral"


def test_it_can_be_cloned_and_pickled():
    reducer = clone(get_plugin("reducer", "umap").estimator().set_params(n_components=3))
    assert pickle.loads(pickle.dumps(reducer)).get_params() == reducer.get_params()
