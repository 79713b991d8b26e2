"""Paper E, Agarwal et al.: the latent spaces of an autoencoder and of a variational one."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

from skfashion import DenseAE, DenseVAE
from skfashion.experiments import _latent, _pictures
from skfashion.experiments._clusterings import score_partition
from skfashion.experiments._measures import Data, fitted, fitted_classifier
from skfashion.experiments._rows import Claim, Paper, Row
from skfashion.experiments.papers.avelar.tables import cnn

AGARWAL = Paper("E", "M. Agarwal, V. Raheja, S. Gupta and V. Tyagi", "Representation learning on Fashion-MNIST")

EPOCHS = (1, 4, 20)  # each has a map; the last is the length of the training
AUGMENTATION = ("shift", "scale", "flip")
SIZES = (2, 10)
_DETAILS = (
    "Open in the paper: widths, activations, epochs and augmentation. Our choice: hidden layers of 500 and 250 on both "
    "sides, ReLU and a logistic output, 20 epochs of Adam; shifts, scales and flips if images are augmented; beta 1 "
    "and a learnt variance of the noise. All this was fixed before anything was scored. Both autoencoders have the "
    "same decoder; the encoder of the variational one has twice as many outputs."
)


def _autoencoder(cls, random_state, n_components=2, augment=None):
    return cls(
        n_components,
        hidden_layer_sizes=(500, 250),
        output_activation="logistic",
        augment=augment,
        rescale=255.0,
        batch_size=256,
        learning_rate="constant",
        max_iter=EPOCHS[-1],
        tol=0.0,
        random_state=random_state,
    )


def autoencoder(random_state):
    """Make the autoencoder of section III, with a code of two numbers."""
    return _autoencoder(DenseAE, random_state)


def variational(random_state):
    """Make the variational autoencoder of section IV, with a code of two numbers."""
    return _autoencoder(DenseVAE, random_state)


def both(random_state):
    """Make both, with and without augmentation."""
    pair = {"ae": DenseAE, "vae": DenseVAE}
    plain = {name: _autoencoder(cls, random_state) for name, cls in pair.items()}
    augmented = {f"{name}_augmented": _autoencoder(cls, random_state, 2, AUGMENTATION) for name, cls in pair.items()}
    return plain | augmented


def both_and_judge(random_state):
    """Make both with codes of 2 and of 10 numbers, and the network of row A2 to judge their images."""
    built = {f"ae_{n}": _autoencoder(DenseAE, random_state, n) for n in SIZES}
    built |= {f"vae_{n}": _autoencoder(DenseVAE, random_state, n) for n in SIZES}
    return built | {"judge": cnn(random_state)}


def measure_reconstructions(built: Mapping[str, Any], data: Data, seed: int, memory) -> dict[str, float]:
    """Compute the mean squared error of the test images, pixels in [0, 1]."""
    values = {}
    for name, autoencoder in built.items():
        model = fitted(autoencoder, data.X, memory)
        difference = (model.inverse_transform(model.transform(data.X_test)) - data.X_test) / 255
        values[f"test_mse_{name}"] = float(np.mean(np.square(difference)))
    return values


def measure_both_clusterings(built: Mapping[str, Any], data: Data, seed: int, memory) -> dict[str, float]:
    """Cluster each embedding of the training images by k-means and by a Gaussian mixture."""
    clusterers = {"kmeans": KMeans(10, n_init=10, random_state=seed), "gmm": GaussianMixture(10, random_state=seed)}
    values = {}
    for name, autoencoder in built.items():
        Z = fitted(autoencoder, data.X, memory).transform(data.X)
        for word, clusterer in clusterers.items():
            scores = score_partition(data.y, clusterer.fit_predict(Z))
            for score in ("purity", "hungarian_accuracy"):
                values[f"{score}_{name}_{word}"] = scores[score]
    return values


def measure_latent_spaces(built: Mapping[str, Any], data: Data, seed: int, memory) -> dict[str, float]:
    """Score decoded random points and lines between test images, in both kinds of latent spaces."""
    X = data.standardised(data.X, seed)
    judge = _latent.Judge(fitted_classifier(built["judge"], X, data, seed, memory), data, seed)
    real = judge.features(data.X_test[: _latent.N_DRAWS])
    values = {"recognised_real": judge.recognises(data.X_test)}
    for size in SIZES:
        for family, kinds in (("vae", ("prior",)), ("ae", ("box", "gaussian"))):
            model = fitted(built[f"{family}_{size}"], data.X, memory)
            Z = model.transform(data.X)
            for kind in kinds:
                drawn = model.inverse_transform(_latent.random_points(Z, kind, np.random.default_rng(seed)))
                scores = _scores_of_draws(drawn, real, judge, data)
                values |= {f"{score}_{family}_{kind}_{size}": value for score, value in scores.items()}
            codes = model.transform(data.X_test)
            along = _latent.lines(model.inverse_transform, codes, np.random.default_rng(seed))
            values[f"smoothness_{family}_{size}"] = _latent.smoothness(along)
            values[f"recognised_between_{family}_{size}"] = judge.recognises(along[:, _latent.N_STEPS // 2])
    return values


def _scores_of_draws(drawn, real, judge, data):
    precision, recall = _latent.precision_and_recall(real, judge.features(drawn))
    return {
        "recognised": judge.recognises(drawn),
        "distance": _latent.distance_to_nearest(drawn, data.X),
        "precision": precision,
        "recall": recall,
    }


def _claims():
    for n in SIZES:
        where = f"{n} components"
        for kind, words in (("box", "the box of the AE's codes"), ("gaussian", "a Gaussian fitted to the AE's codes")):
            for score, verb in (
                ("recognised", "more of the VAE's random points are recognised than of those"),
                ("precision", "the precision of the VAE's random points is higher than of those"),
                ("recall", "the recall of the VAE's random points is higher than of those"),
            ):
                yield Claim(f"{where}: {verb} from {words}", f"{score}_vae_prior_{n}", f"{score}_ae_{kind}_{n}")
        yield Claim(
            f"{where}: along lines, images change more evenly in the VAE's space than in the AE's",
            f"smoothness_vae_{n}",
            f"smoothness_ae_{n}",
        )
        yield Claim(
            f"{where}: half-way between two images, more is recognised in the VAE's space than in the AE's",
            f"recognised_between_vae_{n}",
            f"recognised_between_ae_{n}",
        )


def _picture(name, system, source, build, draw):
    return Row(name, system, AGARWAL, source, build, details=_DETAILS, measure=None, draw=draw)


def _maps(built, data, memory):
    return _pictures.draw_maps(built, EPOCHS, data, memory)


def _random_points(built, data, memory):
    sources = {}
    for n in SIZES:
        sources[f"VAE, {n} components, N(0, I)"] = built[f"vae_{n}"], "prior"
        sources[f"autoencoder, {n} components, the box of its codes"] = built[f"ae_{n}"], "box"
        sources[f"autoencoder, {n} components, a Gaussian fitted to its codes"] = built[f"ae_{n}"], "gaussian"
    return _pictures.draw_random_points(sources, data, memory)


ROWS = [
    _picture("E1", "map of the autoencoder's codes", "figure 3", autoencoder, _maps),
    _picture("E2", "map of the VAE's codes", "figure 4", variational, _maps),
    _picture("E3", "decoded grid of codes, autoencoder", "figure 6", autoencoder, _pictures.draw_manifold),
    _picture("E4", "decoded grid of codes, VAE", "figure 7", variational, _pictures.draw_manifold),
    Row(
        "E4b",
        "reconstructions",
        AGARWAL,
        "section VI",
        both,
        details=_DETAILS,
        measure=measure_reconstructions,
        draw=_pictures.draw_reconstructions,
    ),
    Row(
        "E5",
        "random points and lines in latent spaces",
        AGARWAL,
        "sections IV and VIII",
        both_and_judge,
        details=(
            f"{_DETAILS} Recognised: the network of row A2, trained on real images, gives a class a probability of at "
            "least 0.9. Distance: to the nearest training image, root of the mean squared difference of pixels in "
            "[0, 1]. Precision and recall (Kynkäänniemi et al. 2019) compare random images with test images in the "
            "features of that network. Smoothness: the mean step along a line between two test images, divided by its "
            "largest step."
        ),
        measure=measure_latent_spaces,
        draw=_random_points,
        claims=tuple(_claims()),
    ),
    Row(
        "E6",
        "k-means and Gaussian mixture on the codes",
        AGARWAL,
        "section V",
        both,
        details=f"{_DETAILS} The paper names no clusterer. Our choice: k-means with ten starts, a mixture with one.",
        measure=measure_both_clusterings,
    ),
]
