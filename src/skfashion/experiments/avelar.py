"""Paper A, Avelar and Chaves: classifiers on pixels and on reduced images, and what beats them there."""

from typing import Any

from sklearn.decomposition import PCA

from skfashion import ConvAE, ConvClassifier, DenseClassifier
from skfashion.experiments._measures import measure_classifier, measure_codes
from skfashion.experiments._rows import Claim, Paper, Row

AVELAR = Paper(
    "A", "C. Avelar and T. Chaves", "Exploring Unsupervised Learning Techniques with the Fashion MNIST Dataset"
)

_TRAINING_DETAILS = (
    "Open in the paper: the batch size, and which fifth validates. Taken: 32, Keras' default; a fifth drawn by the "
    "seed. The accuracy is the best epoch's, as in the paper; F1 (the mean over the classes) and the test figures are "
    "of the weights with the lowest validation loss. Training stops after the third epoch in a row whose validation "
    "loss is not 0.003 below the lowest one so far; Keras' rule compares with the last one that was lower by as much, "
    "and can go on for longer."
)
_TRAINING: dict[str, Any] = {"output_alpha": 1e-3, "tol": 3e-3, "n_iter_no_change": 2, "batch_size": 32}
DIMENSIONS = {84: 0.8836, 24: 0.8709}  # of rows A5 and A6, and what PCA + MLP reaches there in the paper


def mlp(*, memory, random_state):
    """The multilayer perceptron of section III-A."""
    return DenseClassifier((128, 64), **_TRAINING, random_state=random_state)


def cnn(*, memory, random_state):
    """The convolutional network of section III-A."""
    return ConvClassifier((32, 64), kernel_sizes=(5, 3), **_TRAINING, random_state=random_state)


def codes_for_mlp(*, memory, random_state):
    """PCA and a convolutional autoencoder of as many components, and the perceptron to train on their codes."""
    reducers = {}
    for n_components in DIMENSIONS:
        reducers[f"pca_{n_components}"] = PCA(n_components, random_state=random_state)
        reducers[f"ae_{n_components}"] = ConvAE(
            n_components, rescale=255.0, max_iter=30, tol=0.0, random_state=random_state
        )
    return {"reducers": reducers, "classifier": mlp(memory=memory, random_state=random_state)}


def _claims():
    for n, published in DIMENSIONS.items():
        ae, pca = f"ae_{n}", f"pca_{n}"
        yield Claim(f"{n} components, validation: the autoencoder beats PCA", f"accuracy_{ae}", f"accuracy_{pca}")
        yield Claim(f"{n} components, test: the autoencoder beats PCA", f"test_accuracy_{ae}", f"test_accuracy_{pca}")
        yield Claim(
            f"{n} components, validation: the autoencoder beats the published PCA + MLP", f"accuracy_{ae}", published
        )


ROWS = [
    Row(
        "A1",
        "MLP 784-128-64-10",
        AVELAR,
        "table I",
        mlp,
        {"accuracy": 0.8887, "f1": 0.8800, "n_parameters": 109_386},
        details=_TRAINING_DETAILS,
        measure=measure_classifier,
    ),
    Row(
        "A2",
        "CNN 32@5x5 - 64@3x3",
        AVELAR,
        "table I and figure 5",
        cnn,
        {"accuracy": 0.9109, "f1": 0.9035, "test_accuracy": 0.9120, "test_f1": 0.9057, "n_parameters": 50_698},
        details=_TRAINING_DETAILS,
        measure=measure_classifier,
    ),
    Row(
        "A19",
        "PCA or ConvAE, then the MLP of A1",
        AVELAR,
        "future work",
        codes_for_mlp,
        details=(
            "The autoencoder: ConvAE as it comes, 30 epochs, fixed before anything was scored; it sees no class and no "
            "validation image. Codes are standardised by one mean and one deviation a reducer. The accuracy is the "
            "best epoch's on the validation images, as in rows A5 and A6; the test accuracy is of the weights with the "
            "lowest validation loss."
        ),
        measure=measure_codes,
        claims=tuple(_claims()),
    ),
]
