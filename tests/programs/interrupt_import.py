"""Send SIGINT while keras is imported, after some seconds, and check that nothing is left half done."""

import signal
import sys
import threading
import time

import numpy as np

from skfashion import DenseAE

signal.signal(signal.SIGINT, signal.default_int_handler)
X = np.zeros((8, 2), np.float32)
np.random.seed(0)  # noqa: NPY002
main = threading.main_thread().ident
threading.Timer(float(sys.argv[1]), lambda: signal.pthread_kill(main, signal.SIGINT)).start()
try:
    DenseAE(1, max_iter=2, random_state=0).fit(X)
    time.sleep(10)
except KeyboardInterrupt:
    pass
DenseAE(1, max_iter=1, random_state=0).fit(X)
assert np.random.rand() == 0.5488135039273248, "numpy's global state has changed"  # noqa: NPY002
