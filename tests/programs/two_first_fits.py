"""Fit in two threads, while keras is not imported yet."""

import threading
import time

import numpy as np

from skfashion import DenseAE

fits, X = [], np.zeros((4, 6))
threads = [threading.Thread(target=lambda: fits.append(DenseAE(2, max_iter=1).fit(X))) for _ in range(2)]
for thread in threads:
    thread.start()
    time.sleep(0.5)
for thread in threads:
    thread.join()
assert len(fits) == 2
