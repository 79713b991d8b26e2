import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skfashion import GraphPartition
from skfashion.displays import NClustersDisplay


def test_the_scores_of_a_pipeline_are_drawn_and_the_highest_is_marked():
    X, _ = make_blobs(200, centers=3, n_features=4, random_state=1)
    pipe = make_pipeline(StandardScaler(), GraphPartition("auto", random_state=0)).fit(X)
    display = NClustersDisplay.from_estimator(pipe)
    assert display.scores == pipe[-1].n_clusters_scores_
    assert list(display.line_.get_xdata()) == list(display.scores)
    assert [text.get_text() for text in display.ax_.texts] == ["3"]


def test_an_estimator_with_a_given_number_is_refused():
    X, _ = make_blobs(50, random_state=0)
    with pytest.raises(ValueError, match="KMeans has not chosen its number of clusters; fit it with n_clusters='auto'"):
        NClustersDisplay.from_estimator(KMeans(3, n_init=1).fit(X))


def test_an_unfitted_estimator_is_refused():
    with pytest.raises(NotFittedError):
        NClustersDisplay.from_estimator(GraphPartition("auto"))
