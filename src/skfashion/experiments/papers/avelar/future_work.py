"""Future work of paper A: clusters as classes, clusters of clusters, and autoencoders that beat PCA."""

from sklearn.decomposition import PCA

from skfashion import ClusterClassifier, ConvAE, SubclusterRefiner
from skfashion.experiments._clusterings import score_partition
from skfashion.experiments._measures import Data, fitted, measure_codes
from skfashion.experiments._rows import Claim, Row
from skfashion.experiments.papers.avelar.tables import AVELAR, DIMENSIONS, KMEANS, clusterer_on_pca, mlp


def pseudo_labels(random_state):
    """Make perceptrons that learn the clusters of k-means on 24 components: all rows, or the surest half of each."""
    parts = clusterer_on_pca(KMEANS, 24, random_state), mlp(random_state)
    shares = {"all": 1.0, "surest_half": 0.5}
    return {name: ClusterClassifier(*parts, share=share, random_state=random_state) for name, share in shares.items()}


def measure_pseudo_labels(built, data: Data, seed: int, memory) -> dict[str, float]:
    """Score the clusters of the images to train on, by the clusterer and by each classifier."""
    X, y = data.standardised_split(seed)
    values: dict[str, float] = {}
    for name, model in built.items():
        trained = fitted(model, X, memory)
        for who, labels in (("clusterer", trained.pseudo_labels_), (name, trained.labels_)):
            values |= {f"{score}_{who}": value for score, value in score_partition(y, labels).items()}
    return values


def refined(random_state):
    """Make k-means on 24 components; its poor clusters are split, and close ones merged."""
    clusterer = clusterer_on_pca(KMEANS, 24, random_state)
    return SubclusterRefiner(clusterer, random_state=random_state)


def measure_refined(refiner, data: Data, seed: int, memory) -> dict[str, float]:
    """Score the clusters of the images to train on, before and after."""
    X, y = data.standardised_split(seed)
    trained = fitted(refiner, X, memory)
    values: dict[str, float] = {"clusters_split": int(trained.split_.sum())}
    for when, labels in (("before", trained.clusterer_[-1].labels_), ("after", trained.labels_)):
        values |= {f"{score}_{when}": value for score, value in score_partition(y, labels).items()}
    return values


def codes_for_mlp(random_state):
    """Make PCA and convolutional autoencoders with equal numbers of components, and a perceptron for their codes."""
    reducers = {}
    for n_components in DIMENSIONS:
        reducers[f"pca_{n_components}"] = PCA(n_components, random_state=random_state)
        reducers[f"ae_{n_components}"] = ConvAE(
            n_components,
            rescale=255.0,
            batch_size=256,
            learning_rate="constant",
            max_iter=30,
            tol=0.0,
            random_state=random_state,
        )
    return {"reducers": reducers, "classifier": mlp(random_state)}


def _claims():
    for n, published in DIMENSIONS.items():
        ae, pca = f"ae_{n}", f"pca_{n}"
        yield Claim(f"{n} components, validation: the autoencoder beats PCA", f"accuracy_{ae}", f"accuracy_{pca}")
        yield Claim(f"{n} components, test: the autoencoder beats PCA", f"test_accuracy_{ae}", f"test_accuracy_{pca}")
        yield Claim(
            f"{n} components, validation: the autoencoder beats the published PCA + MLP", f"accuracy_{ae}", published
        )


_BEFORE = "hungarian_accuracy_clusterer"

ROWS = [
    Row(
        "A17",
        "clusters as classes for the MLP",
        AVELAR,
        "future work",
        pseudo_labels,
        details=(
            "K-means on 24 components clusters the standardised four fifths of rows A10 to A15. The perceptron of A1 "
            "learns these clusters, and its partition of the same images is compared with the clusterer's."
        ),
        measure=measure_pseudo_labels,
        claims=tuple(
            Claim(f"{words}: the classifier's Hungarian accuracy is above the clusterer's", metric, _BEFORE)
            for words, metric in (
                ("all rows learnt", "hungarian_accuracy_all"),
                ("the surest half of each cluster learnt", "hungarian_accuracy_surest_half"),
            )
        ),
    ),
    Row(
        "A18",
        "clustering again inside poor clusters",
        AVELAR,
        "future work",
        refined,
        details=(
            "Clusters of k-means on 24 components with a silhouette below the mean are split into ten parts, and the "
            "closest parts are merged by Ward's criterion until there are ten again. With two parts nothing changes: "
            "they are the closest to each other. Ten and more parts improved the clusters of scikit-learn's digits, "
            "compared with their classes (benchmarks/subclusters.md)."
        ),
        measure=measure_refined,
        claims=(
            Claim("the Hungarian accuracy rises", "hungarian_accuracy_after", "hungarian_accuracy_before"),
            Claim("the adjusted Rand index rises", "adjusted_rand_after", "adjusted_rand_before"),
        ),
    ),
    Row(
        "A19",
        "PCA or ConvAE, then the MLP of A1",
        AVELAR,
        "future work",
        codes_for_mlp,
        details=(
            "The autoencoder is ConvAE with its defaults and 30 epochs, fixed before anything was scored. It sees no "
            "class and no validation image. The codes of a reducer are standardised by one mean and one deviation. The "
            "accuracy is that of the best epoch on the validation images, as in rows A5 and A6. The test accuracy is "
            "that of the weights with the lowest validation loss."
        ),
        measure=measure_codes,
        claims=tuple(_claims()),
    ),
]
