"""
Consensus and confidence
========================

k-means from one random start gives other clusters with each seed. :class:`~skfashion.ConsensusClusterer` lets many runs
vote. The share of votes is the confidence of a row: it is low where clusters touch.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs

from skfashion import ConsensusClusterer
from skfashion.metrics import hungarian_accuracy_score

X, y = make_blobs(1200, centers=9, cluster_std=0.9, random_state=2)

kmeans = KMeans(9, n_init=1, init="random")
vote = ConsensusClusterer(kmeans, n_repeats=24, random_state=0).fit(X)
answers = {f"seed {seed}": kmeans.set_params(random_state=seed).fit_predict(X) for seed in (2, 4, 5)}
answers["vote of 24 runs"] = vote.labels_

# %%
# Three single runs, and the vote. Faint points have few votes: there the runs disagree.

fig, axes = plt.subplots(1, 4, figsize=(13, 3.7), layout="constrained")
colors = plt.get_cmap("tab10").colors
for ax, (name, labels) in zip(axes, answers.items(), strict=True):
    alpha = np.clip(vote.confidence_, 0.1, 1) ** 2 if labels is vote.labels_ else 1
    ax.scatter(*X.T, c=[colors[label] for label in labels], s=8, alpha=alpha)
    ax.set_title(f"{name}: accuracy {hungarian_accuracy_score(y, labels):.2f}", size=11)
    ax.set(xticks=[], yticks=[], aspect="equal")
plt.show()

print(f"Two runs agree on {vote.agreement_:.0%} of the rows, as a mean of all pairs.")
