"""Paper E, Agarwal et al.: the latent spaces of an autoencoder and of a variational one."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

from skfashion import DenseAE, DenseVAE
from skfashion.experiments import _latent, _pictures
from skfashion.experiments._measures import Data, fit_classifier, fitted, score_partition
from skfashion.experiments._rows import Claim, Paper, Row
from skfashion.experiments.avelar import cnn

AGARWAL = Paper("E", "M. Agarwal, V. Raheja, S. Gupta and V. Tyagi", "Representation learning on Fashion-MNIST")

EPOCHS = (1, 4, 20)  # of which maps are drawn; the last is the length of the training
AUGMENTATION = ("shift", "scale", "flip")
SIZES = (2, 10)
_DETAILS = (
    "Open in the paper: widths, activations, epochs and augmentation. Taken: hidden layers of 500 and 250 on both "
    "sides, ReLU and a logistic output, 20 epochs of Adam; shifts, scales and flips where images are augmented. The "
    "autoencoder and the variational one have the same decoder; the latter's encoder has twice as many outputs."
)


def _autoencoder(cls, random_state, n_components=2, augment=None):
    return cls(
        n_components,
        hidden_layer_sizes=(500, 250),
        output_activation="logistic",
        augment=augment,
        rescale=255.0,
        max_iter=EPOCHS[-1],
        tol=0.0,
        random_state=random_state,
    )


def autoencoder(*, memory, random_state):
    """The autoencoder of section III, with a code of two numbers."""
    return _autoencoder(DenseAE, random_state)


def variational(*, memory, random_state):
    """The variational autoencoder of section IV, with a code of two numbers."""
    return _autoencoder(DenseVAE, random_state)


def both(*, memory, random_state):
    """The two, with and without augmentation."""
    pair = {"ae": DenseAE, "vae": DenseVAE}
    plain = {name: _autoencoder(cls, random_state) for name, cls in pair.items()}
    augmented = {f"{name}_augmented": _autoencoder(cls, random_state, 2, AUGMENTATION) for name, cls in pair.items()}
    return plain | augmented


def both_and_judge(*, memory, random_state):
    """The two with codes of 2 and of 10 numbers, and the network of row A2 to judge their images."""
    built = {f"ae_{n}": _autoencoder(DenseAE, random_state, n) for n in SIZES}
    built |= {f"vae_{n}": _autoencoder(DenseVAE, random_state, n) for n in SIZES}
    return built | {"judge": cnn(memory=memory, random_state=random_state)}


def measure_nothing(built, data: Data, seed: int, memory) -> dict[str, float]:
    """Of a row that is a picture."""
    return {}


def measure_reconstructions(built: Mapping[str, Any], data: Data, seed: int, memory) -> dict[str, float]:
    """Mean squared error of the test images, pixels in [0, 1]."""
    return {f"test_mse_{name}": _test_error(fitted(ae, data, memory), data) for name, ae in built.items()}


def _test_error(ae, data):
    restored = ae.inverse_transform(ae.transform(data.X_test))
    return float(np.mean(np.square(restored / 255 - np.float32(data.X_test) / 255)))


def measure_clusterings(built: Mapping[str, Any], data: Data, seed: int, memory) -> dict[str, float]:
    """K-means and a Gaussian mixture on each of the embeddings of the training images."""
    clusterers = {
        "kmeans": KMeans(10, n_init=10, random_state=seed),
        "gmm": GaussianMixture(10, random_state=seed),
    }
    figures = {}
    for name, ae in built.items():
        Z = fitted(ae, data, memory).transform(data.X)
        for word, clusterer in clusterers.items():
            scores = score_partition(data.y, clusterer.fit_predict(Z))
            for score in ("purity", "hungarian_accuracy"):
                figures[f"{score}_{name}_{word}"] = scores[score]
    return figures


def measure_latent_spaces(built: Mapping[str, Any], data: Data, seed: int, memory) -> dict[str, float]:
    """What random points and lines between real images decode to, in both kinds of latent spaces."""
    judge = _latent.Judge(fit_classifier(built["judge"], data, seed, memory), data)
    figures = {"recognised_real": judge.recognises(data.X_test)}
    real = judge.features(data.X_test[: _latent.N_DRAWS])
    for size in SIZES:
        for kind, family in (("prior", "vae"), ("box", "ae"), ("gaussian", "ae")):
            rng = np.random.default_rng(seed)
            model = fitted(built[f"{family}_{size}"], data, memory)
            points = _latent.random_points(model.transform(data.X), kind, rng)
            drawn = model.inverse_transform(points)
            name = f"{family}_{kind}_{size}"
            figures[f"recognised_{name}"] = judge.recognises(drawn)
            figures[f"distance_{name}"] = _latent.distance_to_nearest(drawn, data.X)
            precision, recall = _latent.precision_and_recall(real, judge.features(drawn))
            figures |= {f"precision_{name}": precision, f"recall_{name}": recall}
        for family in ("vae", "ae"):
            model = fitted(built[f"{family}_{size}"], data, memory)
            codes = model.transform(data.X_test)
            along = _latent.lines(model.inverse_transform, codes, np.random.default_rng(seed))
            figures[f"smoothness_{family}_{size}"] = _latent.smoothness(along)
            figures[f"recognised_between_{family}_{size}"] = judge.recognises(along[:, _latent.N_STEPS // 2])
    return figures


def _claims():
    for n in SIZES:
        for kind, words in (("box", "the box of its codes"), ("gaussian", "a Gaussian fitted to its codes")):
            yield Claim(
                f"{n} components: the VAE's random points are recognised more often than the AE's from {words}",
                f"recognised_vae_prior_{n}",
                f"recognised_ae_{kind}_{n}",
            )
            for score in ("precision", "recall"):
                yield Claim(
                    f"{n} components: {score} is higher than the AE's from {words}",
                    f"{score}_vae_prior_{n}",
                    f"{score}_ae_{kind}_{n}",
                )
        yield Claim(
            f"{n} components: images change more evenly along lines in the VAE's space",
            f"smoothness_vae_{n}",
            f"smoothness_ae_{n}",
        )
        yield Claim(
            f"{n} components: images half-way between real ones are recognised more often",
            f"recognised_between_vae_{n}",
            f"recognised_between_ae_{n}",
        )


def _picture(name, system, source, build, draw, details=""):
    return Row(name, system, AGARWAL, source, build, details=details, measure=measure_nothing, draw=draw)


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
    _picture("E1", "map of the autoencoder's codes", "figure 3", autoencoder, _maps, _DETAILS),
    _picture("E2", "map of the VAE's codes", "figure 4", variational, _maps),
    _picture("E3", "decoded grid of codes, autoencoder", "figure 6", autoencoder, _pictures.draw_manifold),
    _picture("E4", "decoded grid of codes, VAE", "figure 7", variational, _pictures.draw_manifold),
    Row(
        "E4b",
        "reconstructions",
        AGARWAL,
        "section VI",
        both,
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
            "Recognised: the network of row A2, trained on real images, gives a class a probability of at least 0.9. "
            "Distance: to the nearest training image, root of the mean squared difference of pixels in [0, 1]. "
            "Precision and recall (Kynkäänniemi et al. 2019) are taken between random images and test images in that "
            "network's features. Smoothness: the mean step along a line between two test images over its largest."
        ),
        measure=measure_latent_spaces,
        draw=_random_points,
        claims=tuple(_claims()),
    ),
    Row("E6", "k-means and Gaussian mixture on the codes", AGARWAL, "section V", both, measure=measure_clusterings),
]
