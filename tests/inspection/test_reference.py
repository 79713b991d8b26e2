import json

import numpy as np
import pytest

from skfashion.inspection import Reference, _reference

SHAPE = (28, 28)


@pytest.fixture(scope="module")
def known(sample):
    X, labels = sample[0][:600], sample[1][:600]
    return Reference.of(X, X / 255, labels, image_shape=SHAPE)


def test_json_keeps_it(sample, known):
    reference, scores = known
    read = Reference.from_json(json.loads(json.dumps(reference.to_json())), n_components=784)
    X = sample[0][600:700]
    for mine, its in ((reference, read),):
        expected = mine.likeness.scores(X, X / 255, image_shape=SHAPE)
        np.testing.assert_array_equal(its.likeness.scores(X, X / 255, image_shape=SHAPE), expected)
        np.testing.assert_array_equal(
            its.centres.compare(X / 255, sample[1][600:700]), mine.centres.compare(X / 255, sample[1][600:700])
        )
    assert read.likeness.limit == reference.likeness.limit
    assert scores.shape == (600,)


def test_few_rows_and_rows_that_are_no_images_can_be_saved():
    X = np.random.default_rng(0).random((30, 3))
    for n_rows in (30, 5):
        reference, _ = Reference.of(X[:n_rows], X[:n_rows], np.zeros(n_rows, int))
        read = Reference.from_json(json.loads(json.dumps(reference.to_json())), n_components=3)
        assert (read.likeness is None) == (n_rows == 5)
        np.testing.assert_array_equal(read.centres.names, [0])


def test_too_many_means_stay_out(known, monkeypatch):
    monkeypatch.setattr(_reference, "MAX_MEANS", 1000)
    assert Reference.from_json(known[0].to_json(), n_components=784).centres is None


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.clear(),
        lambda said: said["centres"].update(means="&"),
        lambda said: said["centres"].update(radii=[1.0]),
        lambda said: said["likeness"].update(range=[0]),
        lambda said: said["likeness"].update(codes=None),
        lambda said: said["likeness"]["outlines"].update(shape=[2, 3]),
        lambda said: said["likeness"]["codes"].update(spread=0.0),
        lambda said: said["likeness"].update(limit=float("nan")),
        lambda said: said["centres"].update(names=said["centres"]["names"][::-1]),
    ],
)
def test_nonsense_is_refused(known, change):
    said = known[0].to_json()
    change(said)
    with pytest.raises(ValueError, match="the reference for new images makes no sense"):
        Reference.from_json(said, n_components=784)


def test_a_reference_of_other_codes_is_refused(known):
    with pytest.raises(ValueError, match="makes no sense"):
        Reference.from_json(known[0].to_json(), n_components=10)


@pytest.mark.parametrize("shape", [(7, 112), (28, 28, 3)])
def test_outlines_of_images_of_another_shape_are_refused(known, shape):
    with pytest.raises(ValueError, match="the reference for new images makes no sense"):
        Reference.from_json(known[0].to_json(), n_components=784, image_shape=shape)
    Reference.from_json(known[0].to_json(), n_components=784, image_shape=SHAPE)
