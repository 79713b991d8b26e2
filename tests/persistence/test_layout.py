from copy import deepcopy

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline

from skfashion.persistence import _layout
from skfashion.persistence._layout import layouts_of, restore_layouts


@pytest.fixture
def pca():
    """A PCA of which we know the components."""
    pca = PCA(2)
    pca.components_ = np.arange(20.0).reshape(4, 5)[:3, :2]  # strides 40, 8
    pca.mean_ = np.arange(3.0)
    return pca


def test_arrays_with_gaps_are_found_in_steps(pca):
    (layout,) = layouts_of(make_pipeline(PCA(), pca))
    assert layout == {"path": ["steps", 1, 1, "components_"], "strides": [40, 8]}


def test_arrays_with_gaps_are_found_in_calibrated_estimators(pca):
    calibrated = CalibratedClassifierCV(cv=2).fit(np.arange(8.0).reshape(8, 1), [0, 1] * 4)
    calibrated.calibrated_classifiers_[1].estimator = pca
    (layout,) = layouts_of(calibrated)
    assert layout["path"] == ["calibrated_classifiers_", 1, "estimator", "components_"]


def test_values_stay_and_gaps_come_back(pca):
    layouts = layouts_of(pca)
    before = pca.components_.copy()
    pca.components_ = before
    restore_layouts(pca, layouts)
    assert pca.components_.strides == (40, 8)
    np.testing.assert_array_equal(pca.components_, before)


def test_layouts_take_no_more_memory_together_than_one_may(pca, monkeypatch):
    monkeypatch.setattr(_layout, "MAX_BYTES", 150)  # those of `pca` take 96
    two = make_pipeline(pca, deepcopy(pca))
    (layout,) = layouts_of(two)
    assert layout["path"] == ["steps", 0, 1, "components_"]
    with pytest.raises(ValueError, match="takes 96 bytes"):
        restore_layouts(two, [layout, layout | {"path": ["steps", 1, 1, "components_"]}])


@pytest.mark.parametrize("strides", [[8], [8, 0], [-40, 8], [2**40, 8]], ids=str)
def test_a_layout_that_makes_no_sense_is_an_error(pca, strides):
    with pytest.raises(ValueError, match="strides"):
        restore_layouts(pca, [{"path": ["components_"], "strides": strides}])
