"""UMAP as a reducer. Seeded fits differ between machines and versions of umap-learn."""

from skfashion.plugins.extras import require
from skfashion.plugins.registry import Plugin

require("umap", "umap-learn")


def _umap():
    from umap import UMAP

    return UMAP(n_components=10, n_neighbors=20, min_dist=0.0, n_jobs=1)


def _suggest(trial):
    return {
        "n_components": trial.suggest_int("n_components", 2, 20, log=True),
        "n_neighbors": trial.suggest_int("n_neighbors", 5, 50, log=True),
    }


umap = Plugin(_umap, _suggest)
