import math

import numpy as np
import pytest

from skfashion.engine.rows import Rows
from skfashion.engine.schedule import Curves, NoImprovement, Renewal, RenewedRows, Schedule, SettledLabels


@pytest.mark.parametrize(
    ("losses", "is_relative", "n_epochs"),
    [
        ([5, 4, 3, 2, 1, 0], False, None),  # improves by tol every time
        ([5, 5, 5, 5, 5, 5], False, 4),  # stalls at epochs 2, 3 and 4: more than two
        ([5, 4.95, 4.9, 4.85, 4.8, 4.75], False, 4),  # falls, but by less than tol
        ([5, 5, 5, 3, 3, 3], False, 6 + 1),  # an improvement starts the count again
        ([0.05, 0.04, 0.03, 0.02, 0.01, 0.005], True, None),  # a tenth of a small loss is little
        ([5, 4.6, 4.55, 4.5, 4.45, 4.4], True, 4),  # each is less than a tenth below 5
        ([-5, -5.6, -6.3, -7, -7.8, -8.6], True, None),  # a tenth of the size, whatever the sign
        ([-5, -5.4, -5.41, -5.42, -5.42, -5.42], True, 4),
    ],
)
def test_the_stopping_rule_counts_epochs_without_improvement(losses, is_relative, n_epochs):
    rule = NoImprovement(tol=0.1, n_iter_no_change=2, is_relative=is_relative)
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


def _rates(settled_after, max_iter=8, decays=True):
    """Return the learning rate of each epoch, as a training asks for it before it knows what comes."""
    schedule, known, rates = Schedule(max_iter, 16, 1.0, NoImprovement(0.1, 2), decays=decays), None, []
    while len(rates) < schedule.n_epochs(known):
        rates.append(schedule.learning_rate(len(rates), known))
        if len(rates) == settled_after and settled_after <= schedule.decay_start:
            known = settled_after
    return rates


@pytest.mark.parametrize(
    ("settled_after", "expected"),
    [
        (None, [1, 1, 1, 1, 1, 1, 2 / 3, 1 / 3]),  # the last quarter
        (3, [1, 1, 1, 1 / 2]),  # a third as many epochs more
        (6, [1, 1, 1, 1, 1, 1, 2 / 3, 1 / 3]),
        (7, [1, 1, 1, 1, 1, 1, 2 / 3, 1 / 3]),  # too late to matter
    ],
)
def test_the_learning_rate_falls_at_the_end(settled_after, expected):
    assert _rates(settled_after) == pytest.approx(expected)


def test_a_constant_learning_rate_ends_where_the_loss_has_settled():
    assert _rates(3, decays=False) == [1, 1, 1]
    assert _rates(None, decays=False) == [1] * 8
    assert _rates(8, decays=False) == [1] * 8


@pytest.mark.parametrize("max_iter", [1, 2, 3])
def test_a_few_epochs_have_no_decay(max_iter):
    assert _rates(None, max_iter=max_iter) == [1] * max_iter


@pytest.mark.parametrize(("change", "says_stop"), [(0.11, False), (0.1, True), (0.0, True)])
def test_labels_have_settled_if_at_most_the_share_tol_changed(change, says_stop):
    assert SettledLabels(tol=0.1).after({"label_change": change}).says_stop is says_stop


class _Trainer:
    """A trainer with codes that are the rows, plus the number of renewals."""

    n_renewals = 0

    def forward(self, method):
        assert method == "encode"
        self.n_renewals += 1
        return lambda batch: batch

    def weights(self):
        return self.n_renewals


def _renewed(every):
    """Renewed rows with the sign of the code as the label, and held-out rows."""
    labels = iter([np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])])
    renewal = Renewal(every, "encode", lambda codes: codes + 1, lambda targets: next(labels))
    X = np.arange(4, dtype=np.float32)[:, np.newaxis]
    return RenewedRows(Rows(X), Rows(X[:2]), renewal)


def test_targets_are_renewed_at_first_and_whenever_it_is_due():
    rows, trainer, n_renewals = _renewed(every=2), _Trainer(), []
    for epoch in range(1, 4):
        rows.renew_if_due(epoch, trainer)
        n_renewals.append(rows.state[0])
    assert n_renewals == [2, 4, 4]  # of training rows and held-out rows: before epoch 1, the first, and epoch 2


def test_a_renewal_logs_the_share_of_labels_that_changed_and_sets_the_targets_of_all_rows():
    rows, trainer = _renewed(every=1), _Trainer()
    rows.renew_if_due(0, trainer)
    assert rows.logs == {"label_change": 1.0}
    assert rows.training.targets.ravel().tolist() == [1, 2, 3, 4]
    assert rows.held_out.targets.ravel().tolist() == [1, 2]
    rows.renew_if_due(1, trainer)
    assert rows.logs == {"label_change": 0.25}


def test_an_earlier_renewal_is_computed_again_only_if_there_was_one():
    rows = _renewed(every=1)
    rows.renew_as_before(_Trainer().forward, None)
    assert rows.training.targets is None
    rows.renew_as_before(_Trainer().forward, ("weights", {"label_change": 0.5}))
    assert (rows.state, rows.logs) == (("weights", {"label_change": 0.5}), {"label_change": 0.5})
    assert rows.training.targets.ravel().tolist() == [1, 2, 3, 4]


def test_curves_grow_by_an_epoch_and_their_last_numbers_have_keras_names():
    curves = Curves().after({"loss": 3.0}, {"loss": 4.0}).after({"loss": 1.0}, {"loss": 2.0})
    assert (curves.training, curves.validation) == ({"loss": [3.0, 1.0]}, {"loss": [4.0, 2.0]})
    assert curves.last() == {"loss": 1.0, "val_loss": 2.0}
    assert Curves().after({"loss": 3.0}, None).validation == {}
