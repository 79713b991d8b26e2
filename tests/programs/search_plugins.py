"""Search with the template's plugins among others, and print what was tried."""

from skfashion import PipelineSearch
from skfashion.testing import images

search = PipelineSearch(
    ["cosine-transform", "pca"], ["direction-kmeans", "kmeans"], n_clusters=3, n_trials=6, random_state=0
).fit(images())
print(*(sorted(set(search.results_[name].tolist())) for name in ("reducer", "clusterer", "state")))
