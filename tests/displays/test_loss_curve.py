import matplotlib.pyplot as plt
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from skfashion import DenseAE
from skfashion.displays import LossCurveDisplay


@pytest.fixture(scope="module")
def autoencoder(images):
    return DenseAE(4, max_iter=2, early_stopping=True, random_state=0).fit(images)


def test_the_curves_of_an_autoencoder_are_drawn_from_epoch_1(autoencoder):
    training, validation = LossCurveDisplay.from_estimator(autoencoder).lines_
    assert training.get_xdata().tolist() == [1, 2]
    assert training.get_ydata().tolist() == autoencoder.loss_curve_
    assert validation.get_ydata().tolist() == autoencoder.validation_loss_curve_


def test_the_first_step_of_a_pipeline_that_was_trained_is_taken(autoencoder):
    display = LossCurveDisplay.from_estimator(make_pipeline("passthrough", autoencoder, KMeans()))
    assert display.loss_curve is autoencoder.loss_curve_


def test_one_curve_needs_no_legend_and_two_do():
    assert LossCurveDisplay(loss_curve=[3, 2]).plot().ax_.get_legend() is None
    legend = LossCurveDisplay(loss_curve=[3, 2], validation_loss_curve=[4, 3]).plot().ax_.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["training", "validation"]


def test_the_two_curves_differ_in_more_than_colour():
    training, validation = LossCurveDisplay(loss_curve=[3, 2], validation_loss_curve=[4, 3]).plot().lines_
    assert training.get_linestyle() != validation.get_linestyle()


@pytest.mark.parametrize("n_epochs", [1, 2, 5, 37])
def test_epochs_are_whole(n_epochs):
    ax = LossCurveDisplay(loss_curve=[1.0] * n_epochs).plot().ax_
    assert all(tick == int(tick) for tick in ax.get_xticks())
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")


def test_it_draws_where_it_is_told():
    ax = plt.subplots()[1]
    display = LossCurveDisplay(loss_curve=[3, 2]).plot(ax=ax)
    assert (display.ax_, display.figure_) == (ax, ax.figure)


def test_an_estimator_without_a_curve_is_named(images):
    with pytest.raises(
        AttributeError, match="loss_curve_ is missing from PCA, KMeans; pass an estimator that is trained"
    ):
        LossCurveDisplay.from_estimator(make_pipeline(PCA(2), KMeans(2, n_init=1)).fit(images))


@pytest.mark.parametrize("estimator", [DenseAE(), make_pipeline(DenseAE(), KMeans())])
def test_an_estimator_that_is_not_fitted_says_so(estimator):
    with pytest.raises(NotFittedError):
        LossCurveDisplay.from_estimator(estimator)
