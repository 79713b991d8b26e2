import pytest
from sklearn.cluster import KMeans

from skfashion.clusterers import ConsensusClusterer, GraphPartition
from skfashion.report._agreement import agreement_of


@pytest.mark.parametrize(
    ("clusterer", "n_runs"),
    [
        (GraphPartition(2, n_votes=4, random_state=0), 4),
        (ConsensusClusterer(KMeans(2, n_init=1), n_repeats=3, random_state=0), 3),
    ],
    ids=["partitions", "consensus"],
)
def test_runs_are_counted_and_compared(images, clusterer, n_runs):
    clusterer.fit(images)
    agreement = agreement_of(clusterer)
    assert agreement == (n_runs, clusterer.agreement_)
    share = f"{clusterer.agreement_:.1%}"
    assert str(agreement) == f"The clusters of {n_runs} runs agree on {share} of the images, as a mean of all pairs."


@pytest.mark.parametrize("clusterer", [GraphPartition(2, n_votes=1), KMeans(2, n_init=5)], ids=["one run", "k-means"])
def test_without_several_runs_there_is_no_agreement(images, clusterer):
    assert agreement_of(clusterer.fit(images)) is None
