"""Choose what the papers leave open about their autoencoders by the held-out squared error; no label is read.

    python -m benchmarks.open_details [--paper B] [--max-iter 30] | tee benchmarks/open_details_B.md

Every candidate is trained on the same 54,000 training images of Fashion-MNIST, with early stopping on the other 6,000,
whose mean squared error decides (log_loss trains on cross-entropy and is compared by squared error all the same).
"""

import argparse
import itertools

import numpy as np

from skfashion import DenseAE, fetch_fashion_mnist

PAPERS = {"B": (1500, 1000, 500), "C": (2000, 1000, 500)}
CODE_ACTIVATIONS = (None, "relu")
OUTPUTS = (("squared_error", None), ("squared_error", "logistic"), ("log_loss", "logistic"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--paper", choices=PAPERS, default="B")
    parser.add_argument("--max-iter", type=int, default=30)
    arguments = parser.parse_args()

    X = fetch_fashion_mnist().data
    held_out = np.random.default_rng(0).permutation(len(X)) < 6000
    print("| code | output | loss | epochs | held-out mean squared error |\n|---|---|---|---|---|")
    for code, (loss, output) in itertools.product(CODE_ACTIVATIONS, OUTPUTS):
        ae = DenseAE(
            10,
            hidden_layer_sizes=PAPERS[arguments.paper],
            code_activation=code,
            output_activation=output,
            loss=loss,
            rescale=255.0,
            max_iter=arguments.max_iter,
            tol=0.0,
            n_iter_no_change=5,
            early_stopping=True,
            random_state=0,
        ).fit(X[~held_out], X_val=X[held_out])
        X_hat = ae.inverse_transform(ae.transform(X[held_out]))
        error = np.mean(((X[held_out] - X_hat) / 255) ** 2)
        print(f"| {code} | {output} | {loss} | {ae.n_iter_} | {error:.5f} |", flush=True)


if __name__ == "__main__":
    main()
