"""A program of a user, which `tox -e types` checks with the installed package."""

import numpy as np

import skfashion
from skfashion import DEC, DenseAE, GraphPartition, HungarianAccuracy, load, save
from skfashion.metrics import hungarian_accuracy_score

X = np.zeros((20, 64), dtype=np.uint8)
ae = DenseAE(8, hidden_layer_sizes=(32,), rescale=255.0)
codes = ae.fit(X).transform(X)
labels = GraphPartition(2, random_state=0).fit_predict(codes)
score: float = hungarian_accuracy_score(labels, labels)
scorer = HungarianAccuracy(noise_label=-1)
save(ae, "ae.skfashion")
model = load("ae.skfashion")
dec = DEC(3, autoencoder=ae)
wrong: int = skfashion.__version__  # type: ignore[assignment]  # an error that a checker finds only if it sees our types
