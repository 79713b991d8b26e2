"""Hold 50 MiB for a while and print the measured peak."""

import time

import numpy as np

from skfashion.experiments import _costs


def work():
    _array = np.ones(50 * 2**17)  # 50 MiB
    time.sleep(5 * _costs.INTERVAL)


print(_costs.costed(work)[1].peak_mib)
