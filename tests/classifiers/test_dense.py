import numpy as np
import pytest
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import DenseClassifier

# as for scikit-learn's MLPClassifier
REPEATED = {"check_sample_weight_equivalence_on_dense_data": "a repeated row changes which rows share a mini-batch"}
BUSY = {"dropout": 0.1, "alpha": 0.01, "early_stopping": False, "rescale": 2.0}


@parametrize_with_checks(
    [DenseClassifier((32,), max_iter=15, batch_size=16, learning_rate_init=1e-2), DenseClassifier(max_iter=40, **BUSY)],
    expected_failed_checks=lambda estimator: REPEATED,
)
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


@pytest.mark.parametrize("check", [estimator_checks.check_param_validation], ids=lambda check: check.__name__)
def test_checks_that_the_suite_leaves_out(check):
    check("DenseClassifier", DenseClassifier(max_iter=1))


@pytest.mark.parametrize(
    ("n_features", "n_parameters"),
    [(784, 109_386), (187, 32_970), (84, 19_786)],
    ids=["pixels", "PCA 95 %", "PCA 90 %"],
)
def test_the_networks_have_as_many_parameters_as_the_paper_should_count(n_features, n_parameters):
    """The paper gives 32,970 for PCA 90 %, which is the count for 95 %."""
    X = np.random.default_rng(0).random((20, n_features))
    assert DenseClassifier(max_iter=1).fit(X, np.arange(20) % 10).model_.count_params() == n_parameters
