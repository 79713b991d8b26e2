"""Other libraries that train autoencoders: the same network, batches, epochs and Adam, in the way of their users.

Every function trains on X for `n_epochs` from a seed, and returns a function that gives the mean squared error of rows.
"""

import numpy as np
from benchmarks.networks import BATCH_SIZE

EPSILON = 1e-7  # of Adam in Keras, which adds it to deviations before their bias is corrected


def skfashion(network, X, n_epochs, seed):
    from skfashion import DenseAE

    ae = DenseAE(network.n_components, hidden_layer_sizes=network.hidden, max_iter=n_epochs, tol=0.0, random_state=seed)
    ae.fit(X)
    return lambda X: -ae.score(X)


def keras(network, X, n_epochs, seed):
    import keras

    keras.utils.set_random_seed(seed)
    code = len(network.widths) - 2
    layers = [
        keras.layers.Dense(width, activation=None if i in (code, 2 * code + 1) else "relu")
        for i, width in enumerate(network.all_widths[1:])
    ]
    model = keras.Sequential([keras.Input((network.widths[0],)), *layers])
    model.compile(keras.optimizers.Adam(1e-3), "mse")
    model.fit(X, X, batch_size=BATCH_SIZE, epochs=n_epochs, verbose=0)
    return lambda X: model.evaluate(X, X, batch_size=512, verbose=0)


def torch_loop(network, X, n_epochs, seed):
    import torch
    from torch import nn

    torch.manual_seed(seed)
    code = len(network.widths) - 2
    layers = []
    for i, (n_in, n_out) in enumerate(zip(network.all_widths, network.all_widths[1:], strict=False)):
        layers.append(nn.Linear(n_in, n_out))
        if i not in (code, 2 * code + 1):
            layers.append(nn.ReLU())
    model = nn.Sequential(*layers)
    _draw_as_glorot(model)
    optimizer = _adam_of_keras()(model.parameters(), lr=1e-3)
    rows = torch.from_numpy(X)
    for _ in range(n_epochs):
        for chosen in torch.randperm(len(rows)).split(BATCH_SIZE):
            batch = rows[chosen]
            optimizer.zero_grad()
            nn.functional.mse_loss(model(batch), batch).backward()
            optimizer.step()

    def error(X):
        with torch.no_grad():
            return float(nn.functional.mse_loss(model(torch.from_numpy(X)), torch.from_numpy(X)))

    return error


def clustpy(network, X, n_epochs, seed):
    import torch

    define_torchvisions_operators()
    from clustpy.deep.neural_networks import FeedforwardAutoencoder

    ae = FeedforwardAutoencoder(list(network.widths), activation_fn=torch.nn.ReLU, random_state=seed)
    _draw_as_glorot(ae)
    ae.fit(n_epochs, {"lr": 1e-3}, batch_size=BATCH_SIZE, data=X, optimizer_class=_adam_of_keras())
    ae.eval()

    def error(X):
        rows = torch.from_numpy(X)
        with torch.no_grad():
            return float(torch.nn.functional.mse_loss(ae.decode(ae.encode(rows)), rows))

    return error


def mlp_regressor(network, X, n_epochs, seed):
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPRegressor

    mlp = MLPRegressor(
        hidden_layer_sizes=network.all_widths[1:-1],
        activation="identity" if not network.hidden else "relu",  # one for all layers, also for the code
        alpha=0.0,
        batch_size=BATCH_SIZE,
        epsilon=EPSILON * X.shape[1] / 2,  # its loss is half the sum over the outputs
        max_iter=n_epochs,
        tol=0.0,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        mlp.fit(X, X)
    return lambda X: float(np.mean(np.square(mlp.predict(X) - X)))


def _adam_of_keras():
    """Make torch's Adam with Keras' epsilon, which matters if gradients are small: in the first epochs."""
    import torch

    class Adam(torch.optim.Adam):
        n_steps = 0

        def step(self, closure=None):
            self.n_steps += 1
            for group in self.param_groups:
                group["eps"] = EPSILON / (1 - group["betas"][1] ** self.n_steps) ** 0.5
            return super().step(closure)

    return Adam


def _draw_as_glorot(model):
    import torch

    for layer in model.modules():
        if isinstance(layer, torch.nn.Linear):
            torch.nn.init.xavier_uniform_(layer.weight)
            torch.nn.init.zeros_(layer.bias)


def define_torchvisions_operators():
    """Define operators that torchvision, which ClustPy imports, misses if torch was built without CUDA."""
    import torch

    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        for name in ("nms", "qnms"):
            torch.library.define(f"torchvision::{name}", "(Tensor dets, Tensor scores, float threshold) -> Tensor")


PEERS = {
    "keras.Model.fit": keras,
    "torch loop": torch_loop,
    "ClustPy": clustpy,
    "MLPRegressor": mlp_regressor,
}
