import numpy as np
import pytest

from skfashion.experiments import Data


@pytest.fixture(scope="session")
def data(sample):
    """300 real images to train on, 100 to test on."""
    X, y = sample
    return Data(np.ascontiguousarray(X[:300]), y[:300], np.ascontiguousarray(X[300:400]), y[300:400])
