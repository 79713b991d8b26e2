import numpy as np
import pytest
from joblib import Memory

from skfashion.experiments import Data


@pytest.fixture(scope="session")
def data(sample):
    """300 real images to train on, 100 to test on."""
    X, y = sample
    return Data(np.ascontiguousarray(X[:300]), y[:300], np.ascontiguousarray(X[300:400]), y[300:400])


@pytest.fixture
def memory(tmp_path):
    return Memory(tmp_path, verbose=0)
