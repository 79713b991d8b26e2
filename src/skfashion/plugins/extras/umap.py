"""UMAP as a reducer. Seeded fits differ between machines and versions of umap-learn."""

from functools import cache

from skfashion.plugins.extras import require
from skfashion.plugins.registry import Plugin

require("umap", "umap-learn")


@cache
def _robust_umap():
    """Make the class when it is needed: the import of umap takes seconds."""
    from umap import UMAP

    class RobustUMAP(UMAP):
        """UMAP that starts from random places if there are too few rows for its eigenvectors."""

        def fit(self, X, *args, **kwargs):
            before = self.get_params()["init"]
            if isinstance(before, str) and before == "spectral" and len(X) <= self.n_components + 1:
                self.set_params(init="random")
            try:
                return super().fit(X, *args, **kwargs)
            finally:
                self.set_params(init=before)

    RobustUMAP.__module__, RobustUMAP.__qualname__ = __name__, "RobustUMAP"  # so that it can be pickled
    return RobustUMAP


def __getattr__(name):
    if name == "RobustUMAP":
        return _robust_umap()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _umap():
    return _robust_umap()(n_components=10, n_neighbors=20, min_dist=0.0, n_jobs=1)


def _suggest(trial):
    return {
        "n_components": trial.suggest_int("n_components", 2, 20, log=True),
        "n_neighbors": trial.suggest_int("n_neighbors", 5, 50, log=True),
    }


umap = Plugin(_umap, _suggest)
