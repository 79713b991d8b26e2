"""The perceptron of paper A as its authors would write it today: a Keras network in scikeras' wrapper."""

from sklearn.base import clone

from skfashion.experiments._measures import Data, held_out_scores
from skfashion.experiments._rows import Row
from skfashion.experiments.papers.avelar.tables import AVELAR, HIDDEN, MLP_PUBLISHED, N_CLASSES


def network(meta):
    """Build the multilayer perceptron of section III-A."""
    from keras import Sequential, layers, regularizers

    hidden = [layers.Dense(width, activation="relu") for width in HIDDEN]
    last = layers.Dense(N_CLASSES, activation="softmax", kernel_regularizer=regularizers.L2(1e-3))
    return Sequential([layers.Input(meta["X_shape_"][1:]), *hidden, last])


def mlp_by_keras(random_state):
    """Make the classifier, with the training of section V-A."""
    from skfashion.interop import KerasClassifier

    return KerasClassifier(
        network,
        loss="sparse_categorical_crossentropy",
        optimizer="adam",
        metrics=["accuracy"],
        batch_size=32,
        epochs=50,
        verbose=0,
        random_state=random_state,
    )


def measure_by_keras(classifier, data: Data, seed: int, memory) -> dict[str, float]:
    """Measure the metrics of `measure_classifier`."""
    from keras.callbacks import EarlyStopping

    train, validation = data.split(seed)
    X, X_test = (data.standardised(X, seed) for X in (data.X, data.X_test))
    y = data.y
    stopping = EarlyStopping("val_loss", min_delta=3e-3, patience=3, restore_best_weights=True)
    validated = {"callbacks": [stopping], "fit__validation_data": (X[validation], y[validation])}
    trained = clone(classifier).set_params(**validated).fit(X[train], y[train])
    return {
        "accuracy": max(trained.history_["val_accuracy"]),
        **held_out_scores(trained, X, X_test, data, seed),
        "n_parameters": trained.model_.count_params(),
        "n_epochs": len(trained.history_["loss"]),
    }


ROWS = [
    Row(
        "A1b",
        "MLP 784-128-64-10, a Keras network in scikeras' wrapper",
        AVELAR,
        "table I",
        mlp_by_keras,
        MLP_PUBLISHED,
        details=(
            "As row A1, with `skfashion.interop.KerasClassifier`, Keras' training and Keras' stopping rule. Its "
            "validation loss includes the penalty of the last layer's weights."
        ),
        measure=measure_by_keras,
    )
]
