"""Your own Keras networks in scikit-learn's pipelines, by a corrected wrapper of scikeras.

Importing this module imports keras and scikeras. scikeras changes Keras in the whole process, so that its models,
losses, metrics and optimisers can be pickled.
"""

import skfashion.networks  # noqa: F401 (imports keras with our choice of the backend, before scikeras does)

# isort: split
import copy
from contextlib import contextmanager

import keras
import numpy as np
from scikeras.wrappers import BaseWrapper
from scikeras.wrappers import KerasClassifier as _ScikerasClassifier
from scikeras.wrappers import KerasRegressor as _ScikerasRegressor
from sklearn.utils import ClassifierTags, RegressorTags, check_array
from sklearn.utils.validation import validate_data

__all__ = ["EXPECTED_FAILED_CHECKS", "KerasClassifier", "KerasRegressor"]

if "_more_tags" in vars(BaseWrapper):  # tags for scikit-learn < 1.6; later versions warn or refuse
    del BaseWrapper._more_tags

# checks of scikit-learn, for the argument `expected_failed_checks` of `check_estimator`
EXPECTED_FAILED_CHECKS = {
    "check_methods_sample_order_invariance": "the place in a batch changes the last bits of a regressor's float32",
    "check_methods_subset_invariance": "the size of a batch changes the last bits of a regressor's float32",
    "check_mixin_order": "in scikeras, the mixins stand on the right of BaseEstimator",
    "check_sample_weight_equivalence_on_dense_data": "a repeated row changes which rows share a mini-batch",
}


class _Corrections:
    """Corrections of the wrappers of scikeras."""

    random_state: int | np.random.RandomState | None

    def _fit(self, *args, **kwargs):
        with _seeded_torch(self.random_state):
            return super()._fit(*args, **kwargs)  # type: ignore[misc]  # scikeras has it

    def _predict_raw(self, X, **kwargs):
        with _seeded_torch(self.random_state):  # its loader of batches draws a number, too
            return super()._predict_raw(X, **kwargs)  # type: ignore[misc]  # scikeras has it

    def _validate_data(self, X=None, y=None, reset=False, y_numeric=False):
        if X is not None:
            check_array(X, dtype=None, allow_nd=True, ensure_all_finite=False)  # refuses a single row, and sparse ones
            validate_data(self, X, reset=reset, skip_check_array=True)
        return super()._validate_data(X, y, reset, y_numeric)  # type: ignore[misc]  # scikeras has it


class KerasClassifier(_Corrections, _ScikerasClassifier):
    """Classifier by your own Keras network.

    It is the wrapper of scikeras [1]_, with all its parameters and attributes, and three corrections. scikit-learn >=
    1.6 recognises it as a classifier, so cross-validation is stratified and VotingClassifier accepts it. Names and
    numbers of features are compared with those of `fit`. `random_state` makes fits reproducible on torch, too.

    Parameters
    ----------
    model : callable or keras.Model
        A function that makes the network, or a network, which is copied. The function may have the parameters ``meta``
        (a dict with ``n_features_in_``, ``X_shape_``, ``n_classes_``, ``target_type_``), ``compile_kwargs``, and
        parameters of its own, which are set and searched as ``model__name``.
    **kwargs
        Other parameters of scikeras, and ``model__...``, ``fit__...``, ``optimizer__...`` and so on. Notably loss,
        optimizer, epochs=1, batch_size=None, verbose=1, class_weight=None, warm_start=False and random_state=None.

    Attributes
    ----------
    model_ : keras.Model
        The trained network.
    classes_ : ndarray of shape (n_classes,)
        The classes.
    history_ : dict of str to list
        The logs of Keras for each epoch.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    skfashion.DenseClassifier, skfashion.ConvClassifier : Networks of the source papers, on the engine of this package.

    References
    ----------
    .. [1] A. Garcia Badaracco, SciKeras, https://adriangb.com/scikeras.

    Examples
    --------
    >>> import keras
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.decomposition import PCA
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn.pipeline import make_pipeline
    >>> from skfashion.interop import KerasClassifier
    >>> def network(meta, n_hidden=8):
    ...     return keras.Sequential(
    ...         [
    ...             keras.layers.Input(meta["X_shape_"][1:]),
    ...             keras.layers.Dense(n_hidden, activation="relu"),
    ...             keras.layers.Dense(meta["n_classes_"], activation="softmax"),
    ...         ]
    ...     )
    >>> classifier = KerasClassifier(
    ...     network, loss="sparse_categorical_crossentropy", model__n_hidden=8, epochs=5, verbose=0, random_state=0
    ... )
    >>> X, y = load_iris(return_X_y=True)
    >>> pipe = make_pipeline(PCA(2), classifier)
    >>> search = GridSearchCV(pipe, {"kerasclassifier__model__n_hidden": [4, 16]}, cv=2)
    >>> search.fit(X, y).predict_proba(X).shape
    (150, 3)
    """

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.estimator_type = "classifier"
        tags.classifier_tags = ClassifierTags(poor_score=True, multi_label=True)
        tags.target_tags.required = True
        tags.target_tags.multi_output = True
        return tags


class KerasRegressor(_Corrections, _ScikerasRegressor):
    """Regressor by your own Keras network.

    It is the wrapper of scikeras [1]_ with the corrections of `KerasClassifier`: VotingRegressor and
    StackingRegressor accept it, and it compares names and numbers of features with those of `fit`.

    Parameters
    ----------
    model : callable or keras.Model
        A function that makes the network, or a network: see `KerasClassifier`. ``meta`` has ``n_outputs_`` instead of
        the number of classes.
    **kwargs
        Other parameters of scikeras: see `KerasClassifier`; there are no weights of classes.

    Attributes
    ----------
    model_ : keras.Model
        The trained network.
    history_ : dict of str to list
        The logs of Keras for each epoch.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    References
    ----------
    .. [1] A. Garcia Badaracco, SciKeras, https://adriangb.com/scikeras.

    Examples
    --------
    >>> import keras
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skfashion.interop import KerasRegressor
    >>> def network(meta, n_hidden=8):
    ...     return keras.Sequential(
    ...         [
    ...             keras.layers.Input(meta["X_shape_"][1:]),
    ...             keras.layers.Dense(n_hidden, activation="relu"),
    ...             keras.layers.Dense(meta["n_outputs_"]),
    ...         ]
    ...     )
    >>> regressor = KerasRegressor(network, loss="mean_squared_error", epochs=2, verbose=0, random_state=0)
    >>> X, y = load_diabetes(return_X_y=True)
    >>> make_pipeline(StandardScaler(), regressor).fit(X, y).predict(X).shape
    (442,)
    """

    def predict(self, X, **kwargs):
        """Predict the target of each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.
        **kwargs
            Arguments of Keras' `predict`.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            float32 for X of float32, else float64.
        """
        is_single = getattr(X, "dtype", None) == np.float32
        return np.asarray(super().predict(X, **kwargs), np.float32 if is_single else np.float64)

    def _fit(self, X, y, *args, **kwargs):
        if y is None:
            raise ValueError("KerasRegressor requires y to be passed, but the target y is None.")
        return super()._fit(X, y, *args, **kwargs)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.estimator_type = "regressor"
        tags.regressor_tags = RegressorTags(poor_score=True)
        tags.target_tags.required = True
        tags.target_tags.multi_output = True
        return tags


@contextmanager
def _seeded_torch(seed):
    """Seed torch, and restore its global state afterwards; scikeras seeds the other backends."""
    if keras.config.backend() != "torch" or seed is None:
        yield
        return
    import torch

    if isinstance(seed, np.random.RandomState):  # keep its state, as scikeras does
        seed = copy.deepcopy(seed).randint(2**31 - 1)
    with torch.random.fork_rng():
        torch.manual_seed(int(seed))
        yield
