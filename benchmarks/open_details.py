"""Open details of the papers' autoencoders, chosen by the held-out squared error without labels.

    python -m benchmarks.open_details --paper B --max-iter 30 | tee benchmarks/open_details_B.md

Every candidate is trained on the same 54,000 training images of Fashion-MNIST, with early stopping on the other 6,000,
and the mean squared error of these decides (also for log_loss, which trains on cross-entropy). Its units are those of
pixels from 0 to 1; for paper A, which standardises the pixels, the unit is their variance.
"""

import argparse
import itertools

import numpy as np

from skfashion import DenseAE, fetch_fashion_mnist

HIDDEN = {"B": (1500, 1000, 500), "C": (2000, 1000, 500)}
OUTPUTS = (("squared_error", None), ("squared_error", "logistic"), ("log_loss", "logistic"))
OPEN = {"n_components": "components", "code_activation": "code", "output_activation": "output", "loss": "loss"}


def candidates(paper):
    """Return the networks that the text of a paper allows."""
    if paper == "A":
        for n_components, code in itertools.product((84, 24), (None, "relu", "tanh", "logistic")):
            yield DenseAE(n_components, code_activation=code)
        return
    for code, (loss, output) in itertools.product((None, "relu"), OUTPUTS):
        yield DenseAE(
            10,
            hidden_layer_sizes=HIDDEN[paper],
            code_activation=code,
            output_activation=output,
            loss=loss,
            rescale=255.0,
            n_iter_no_change=5,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--paper", choices=["A", *HIDDEN], required=True)
    parser.add_argument("--max-iter", type=int, default=50)
    arguments = parser.parse_args()

    X = fetch_fashion_mnist().data
    unit = 255.0
    if arguments.paper == "A":
        X, unit = np.float32((X - X.mean()) / X.std()), 1.0
    held_out = np.random.default_rng(0).permutation(len(X)) < 6000
    tried = list(candidates(arguments.paper))
    varied = [name for name in OPEN if len({getattr(ae, name) for ae in tried}) > 1]
    header = [*(OPEN[name] for name in varied), "epochs", "held-out mean squared error"]
    print(f"| {' | '.join(header)} |\n{'|---' * len(header)}|")
    for candidate in tried:
        ae = candidate.set_params(max_iter=arguments.max_iter, tol=0.0, early_stopping=True, random_state=0)
        ae.fit(X[~held_out], X_val=X[held_out])
        error = np.mean(((X[held_out] - ae.inverse_transform(ae.transform(X[held_out]))) / unit) ** 2)
        shown = " | ".join(str(getattr(ae, name)) for name in varied)
        print(f"| {shown} | {ae.n_iter_} | {error:.5f} |", flush=True)


if __name__ == "__main__":
    main()
