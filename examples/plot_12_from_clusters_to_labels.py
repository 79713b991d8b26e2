"""
From clusters to labels
=======================

A name for a cluster is a label for all of its images. A person looks at one line of images for each cluster and gives
it a name; a classifier learns the names and labels the rest. Here the known classes stand for the person.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.pipeline import make_pipeline

from skfashion import GraphPartition, HOGFeatures, load_fashion_mnist_sample
from skfashion.features import CappedPCA
from skfashion.labelling import Decisions, Group, apply_decisions, predict_labels, train_classifier

sample = load_fashion_mnist_sample()
X, y, names = sample.data[:2500], sample.target[:2500], np.array(sample.target_names)
Z = make_pipeline(HOGFeatures(), CappedPCA(50, random_state=0)).fit_transform(X)


def label_with(n_names):
    """Cluster, let the person name the purest clusters, and let a classifier label the rest."""
    clusters = GraphPartition(n_names, n_votes=4, max_imbalance=0.1, random_state=0).fit_predict(Z)
    groups = {}
    for cluster in range(n_names):
        counts = np.bincount(y[clusters == cluster], minlength=10)
        groups.setdefault(str(names[counts.argmax()]), []).append(cluster)
    said = Decisions(tuple(Group(name, tuple(members)) for name, members in groups.items()))
    decided = apply_decisions(said, clusters)
    classifier = train_classifier(Z, decided.labels, is_by_hand=decided.decided_by == "hand")
    return predict_labels(classifier, Z, np.full(len(Z), "", dtype=object))


numbers = (10, 20, 40, 80)
answers = {n: label_with(n) for n in numbers}
shares = [np.mean(answers[n][0] == names[y]) for n in numbers]

# %%
# Few names label thousands of images. Random images of each label, after 80 names:

fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), width_ratios=(1, 1.3), layout="constrained")
left.plot(numbers, shares, "o-", color="#3b6ea8")
left.set_xscale("log", base=2)
left.set_xticks(numbers, numbers)
left.set(xlabel="names that a person gives", ylabel="share of right labels, all 2,500 images")
left.spines[["top", "right"]].set_visible(False)

labels, probability = answers[80]
some = np.random.default_rng(0)
lines = [np.hstack(X[some.choice(np.flatnonzero(labels == n), 12)].reshape(-1, 28, 28)) for n in names if n in labels]
right.imshow(np.vstack(lines), cmap="gray_r")
right.set_yticks(28 * np.arange(len(lines)) + 14, [n for n in names if n in labels])
right.set_xticks([])
right.tick_params(length=0)
right.spines[:].set_visible(False)
plt.show()
