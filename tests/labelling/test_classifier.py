import numpy as np
import pytest
from sklearn.datasets import make_blobs

from skfashion.labelling import DecisionError, predict_labels, train_classifier


@pytest.fixture(scope="module")
def blobs():
    """Codes of three labels, and the labels."""
    Z, y = make_blobs(300, centers=3, n_features=5, random_state=0)
    return Z.astype(np.float32), np.array(["bags", "boots", "hats"], object)[y]


def test_labels_that_are_not_decided_are_predicted(blobs):
    Z, truth = blobs
    labels = np.where(np.arange(300) < 60, truth, "")
    classifier = train_classifier(Z, labels)
    predicted, probability = predict_labels(classifier, Z, labels)
    assert (predicted == truth).mean() > 0.98
    assert ((probability > 0) & (probability <= 1)).all()
    assert (labels[60:] == "").all()


def test_the_scale_of_the_codes_does_not_matter(blobs):
    Z, truth = blobs
    shares = [train_classifier(Z * scale, truth).predict_proba(Z * scale) for scale in (1, 1000)]
    np.testing.assert_allclose(*shares, atol=0.01)


def test_a_label_that_was_not_learnt_has_no_probability(blobs):
    Z, truth = blobs
    classifier = train_classifier(Z, np.where(truth == "hats", "", truth))
    labels, probability = predict_labels(classifier, Z, truth)
    assert (labels == truth).all()
    np.testing.assert_array_equal(np.isnan(probability), truth == "hats")


def _line():
    """Rows at 0 and 1 with a wrong label for most rows at 1."""
    Z = np.repeat([[0.0], [1.0]], 10, axis=0)
    labels = np.array(["a"] * 10 + ["a"] * 6 + ["b"] * 4, object)
    return Z, labels


def test_rows_of_low_confidence_count_less():
    Z, labels = _line()
    assert train_classifier(Z, labels).predict([[1.0]]) == "a"
    confidence = np.where((Z[:, 0] == 1) & (labels == "a"), 0.1, 1.0)
    assert train_classifier(Z, labels, confidence=confidence).predict([[1.0]]) == "b"


def test_rows_decided_by_hand_count_more():
    Z, labels = _line()
    assert train_classifier(Z, labels, is_by_hand=labels == "b").predict([[1.0]]) == "b"


def test_the_most_confident_rows_are_learnt_first():
    Z, labels = _line()
    confidence = np.where((Z[:, 0] == 1) & (labels == "a"), 0.9, 1.0)
    assert train_classifier(Z, labels, confidence=confidence).predict([[1.0]]) == "a"
    for options in ({"share": 0.5}, {"max_rows": 10}):
        assert train_classifier(Z, labels, confidence=confidence, **options).predict([[1.0]]) == "b"


def test_unknown_confidence_is_the_mean_of_the_known_one():
    Z, labels = _line()
    known = train_classifier(Z, labels, confidence=np.full(20, 0.5))
    unknown = train_classifier(Z, labels, confidence=np.r_[np.full(10, 0.5), np.full(10, np.nan)])
    np.testing.assert_array_equal(known.coef_, unknown.coef_)


def test_one_label_is_too_few(blobs):
    with pytest.raises(DecisionError, match="only one label, 'a'; a classifier needs at least two"):
        train_classifier(np.ones((3, 1)), ["a", "", "a"])
    with pytest.raises(DecisionError, match="there is no label"):
        train_classifier(np.ones((3, 1)), ["", "", ""])
    with pytest.raises(ValueError, match="share=0 must be in"):
        train_classifier(np.ones((2, 1)), ["a", "b"], share=0)


def test_codes_that_are_all_equal_are_no_error():
    assert train_classifier(np.ones((3, 1)), ["a", "b", "b"]).predict([[1.0]]) == "b"


@pytest.mark.parametrize("missing", [None, float("nan"), ""])
def test_missing_labels_are_rows_to_predict(missing):
    Z = np.array([[0.0], [0.2], [5.0], [5.1]])
    labels = ["boots", missing, "bags", missing]
    classifier = train_classifier(Z, labels)
    assert classifier.classes_.tolist() == ["bags", "boots"]
    assert predict_labels(classifier, Z, labels)[0].tolist() == ["boots", "boots", "bags", "bags"]
