"""The recipe for Dask in docs/many_images.md."""

import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.cluster import KMeans

import skfashion
from skfashion.features import ImageFeatures

PAGE = Path(__file__).parents[1] / "docs" / "many_images.md"


def test_blocks_on_dask_have_the_features_and_the_clusters_of_the_model(tmp_path, monkeypatch, sample):
    pytest.importorskip("dask.array")
    distributed = pytest.importorskip("distributed")
    from sklearn.pipeline import make_pipeline

    X = sample[0][:250]
    model = make_pipeline(ImageFeatures(8), KMeans(3, random_state=0)).fit(X)
    (tmp_path / "clusters").mkdir()
    skfashion.save(model, tmp_path / "clusters" / "model.skfashion")
    np.save(tmp_path / "images.npy", X.reshape(-1, 28, 28))
    monkeypatch.chdir(tmp_path)
    options = {"processes": False, "n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    local = distributed.LocalCluster
    monkeypatch.setattr(distributed, "LocalCluster", lambda: local(**options))
    recipe = next(code for code in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL) if "dask" in code)
    recipe = recipe.replace("rows=10_000", "rows=100") + "        codes = features.compute()\n"
    names = {"__name__": "__main__"}
    exec(compile(recipe, str(PAGE), "exec"), names)
    assert names["images"].chunks == ((100, 100, 50), (784,))
    np.testing.assert_array_equal(names["labels"], model.predict(X))
    np.testing.assert_allclose(names["codes"], model[:-1].transform(X), atol=1e-5)
