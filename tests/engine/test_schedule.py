import math

import pytest

from skfashion.engine.schedule import NoImprovement


@pytest.mark.parametrize(
    ("losses", "n_epochs"),
    [
        ([5, 4, 3, 2, 1, 0], None),  # improves by tol every time
        ([5, 5, 5, 5, 5, 5], 4),  # stalls at epochs 2, 3 and 4: more than two
        ([5, 4.95, 4.9, 4.85, 4.8, 4.75], 4),  # falls, but by less than tol
        ([5, 5, 5, 3, 3, 3], 6 + 1),  # an improvement starts the count again
    ],
)
def test_the_stopping_rule_counts_epochs_without_improvement_as_mlp_classifier_does(losses, n_epochs):
    rule = NoImprovement(tol=0.1, n_iter_no_change=2)
    assert rule.best_loss == math.inf
    stopped = None
    for epoch, loss in enumerate([*losses, losses[-1]], start=1):
        rule = rule.after({"loss": loss})
        if rule.says_stop:
            stopped = epoch
            break
    assert stopped == n_epochs


def test_the_best_epochs_are_those_of_a_new_lowest_loss():
    rule, best = NoImprovement(tol=0.1, n_iter_no_change=9, watched="val_loss", restores_best=True), []
    for loss in (5, 4, 4.5, 3.95):
        rule = rule.after({"loss": 0.0, "val_loss": loss})
        best.append(rule.is_best)
    assert best == [True, True, False, True]
    assert rule.best_loss == 3.95
