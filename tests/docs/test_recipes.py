"""The recipe with mlflow on the page of recipes runs, and its models come back."""

import re
from pathlib import Path

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import Pipeline

from skfashion import DenseAE, load, load_fashion_mnist_sample, save
from skfashion.metrics import Modularity

RECIPES = Path(__file__).parents[2] / "docs" / "recipes.md"


@pytest.mark.filterwarnings("ignore")  # of mlflow and its dependencies
def test_models_that_mlflow_logs_come_back(tmp_path, monkeypatch):
    mlflow = pytest.importorskip("mlflow", reason="mlflow-skinny is in the dependency group docs")
    monkeypatch.chdir(tmp_path)
    section = re.search(r"^## mlflow$(.*?)^## ", RECIPES.read_text(), re.MULTILINE | re.DOTALL)[1]
    X, _ = load_fashion_mnist_sample(return_X_y=True)
    X = X[:300]
    pipe = Pipeline([("ae", DenseAE(8, max_iter=3, tol=0)), ("gmm", GaussianMixture(10, reg_covar=1e-3))]).fit(X)
    names = {"pipe": pipe, "X": X, "Modularity": Modularity, "load": load, "save": save}
    for program in re.findall(r"^```python$(.*?)^```$", section, re.MULTILINE | re.DOTALL):
        exec(program, names)
    runs = mlflow.search_runs(output_format="list")
    assert {run.data.params.get("n_components") for run in runs} == {"8", None}
    expected = pipe.predict(X)
    np.testing.assert_array_equal(mlflow.sklearn.load_model(names["info"].model_uri).predict(X), expected)
    np.testing.assert_array_equal(load(names["path"]).predict(X), expected)
