"""What all estimators that train a network share."""

import math
from dataclasses import replace

import numpy as np
from sklearn.utils.validation import validate_data

from skfashion.estimators._callbacks import epoch_listeners
from skfashion.estimators._holder import FitInterrupted, NetworkHolder

FLOATS_AND_BYTES = (np.float64, np.float32, np.uint8)  # dtypes that X keeps; the first is what others become


class NetworkEstimator(NetworkHolder):
    """Training, and the network's answers for rows."""

    def _train(self, rows, validation, *, max_iter, keep_optimizer):
        from skfashion.engine.fitted import Schedule, StoppingRule, train
        from skfashion.engine.variables import restored_on_error

        schedule = Schedule(
            max_iter=max_iter,
            batch_size=self.batch_size,
            learning_rate_init=self.learning_rate_init,
            stop=StoppingRule(self.tol, self.n_iter_no_change),
            watch_validation=self.early_stopping and validation is not None,
            shuffle=self.shuffle,
            seed=self._seed,
            first_epoch=self.n_iter_,
            callbacks=epoch_listeners(self.callbacks, self.verbose),
        )
        with restored_on_error(self._network.variables):
            self._network.prepare(len(rows))
            progress, optimizer_state = train(self._network, rows, validation, schedule, self._optimizer_state)
            curves = progress.curves
            self._optimizer_state = optimizer_state if keep_optimizer else None
            self.n_iter_ += progress.n_epochs
            self.loss_curve_ = self.loss_curve_ + curves.training["loss"]
            if validation is not None:
                self.validation_loss_curve_ = (self.validation_loss_curve_ or []) + curves.validation["loss"]
            self.best_loss_ = progress.stop.best_loss
            self._remember(curves)
        if progress.is_interrupted:
            raise FitInterrupted(f"Training was interrupted; {type(self).__name__} is as after epoch {self.n_iter_}.")
        return self

    def _remember(self, curves):
        """Keep what training has left behind besides the losses."""

    def _split(self, rows, validation):
        """The rows to train on and the rows held out: those given, or a share of the former, or none."""
        if validation is not None or not self.early_stopping:
            return rows, validation
        n_val = math.ceil(self.validation_fraction * len(rows))
        if n_val == len(rows):
            raise ValueError(
                f"validation_fraction={self.validation_fraction} of n_samples={len(rows)} leaves no row to train on; "
                "pass more rows or set early_stopping=False."
            )
        order = np.random.default_rng(self._seed).permutation(len(rows))
        if rows.y is None:
            return replace(rows, index=order[n_val:]), replace(rows, index=order[:n_val])
        by_class = order[np.argsort(rows.y[order], kind="stable")]
        chosen = np.int64((np.arange(n_val) + 0.5) * len(rows) / n_val)  # evenly among the classes
        return replace(rows, index=np.delete(by_class, chosen)), replace(rows, index=by_class[chosen])

    def _answer(self, method, X):
        """The network's answer for each row of a user's X, whose numbers are looked at batch by batch on the way."""
        X = self._validate_form(X, reset=False)
        return self._infer(method, X, check=lambda: self._validate_rows(X, reset=False))

    def _infer(self, method, X, check=None):
        from skfashion.engine.inference import infer

        return infer(self._network, method, X, dtype=X.dtype if X.dtype.kind == "f" else np.float32, check=check)

    def _validate_rows(self, X, *, reset):
        return check_single_precision(self._validate_form(X, reset=reset, ensure_all_finite=True), "X")

    def _validate_form(self, X, *, reset, ensure_all_finite=False):
        """Everything but the numbers."""
        return validate_data(
            self, X, reset=reset, dtype=FLOATS_AND_BYTES, order="C", ensure_all_finite=ensure_all_finite
        )

    def _validate_rows_and_targets(self, X, y, *, reset):
        X, y = validate_data(self, X, y, reset=reset, dtype=FLOATS_AND_BYTES, order="C")
        return check_single_precision(X, "X"), y


def check_single_precision(X, name):
    """Refuse numbers that the network, which computes in single precision, would take for infinite."""
    if X.dtype == np.float64 and max(-X.min(), X.max()) > np.finfo(np.float32).max:
        raise ValueError(
            f"{name} has values beyond those of single precision (3.4e38), in which networks compute; scale it."
        )
    return X
