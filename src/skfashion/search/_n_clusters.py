"""The number of clusters that a search asks for."""

from skfashion.clusterers import NClusters, choose_n_clusters
from skfashion.features import gradient_components
from skfashion.plugins._scaling import make_scaler
from skfashion.search._scoring import are_images


def number_of_clusters(X, n_clusters, *, image_shape, scale) -> NClusters:
    """Return the number of clusters and, if it is "auto", the scores of the numbers that were tried.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Rows that trials are compared by.
    n_clusters : int or "auto"
        As in `PipelineSearch`.
    image_shape : sequence of int or None
        Shape of the images in X.
    scale : str or None
        As in `PipelineSearch`.

    Raises
    ------
    ValueError
        If there are fewer rows than clusters.
    """
    if not isinstance(n_clusters, str):
        if n_clusters > len(X):
            raise ValueError(
                f"n_clusters={n_clusters} is more than the {len(X)} rows that trials are compared by; lower it, "
                "or raise max_samples if that allows fewer than 5,000."
            )
        return NClusters(n_clusters, {})
    if are_images(X.shape[1], image_shape):
        X = gradient_components(X, image_shape)
    elif scale is not None:
        X = make_scaler(scale).fit_transform(X)
    return choose_n_clusters(X, random_state=0)  # all workers on one study choose the same number
