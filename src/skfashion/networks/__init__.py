"""Networks and their objectives, written in Keras: no estimator and no training loop."""

from skfashion.engine.backend import import_keras

import_keras()
