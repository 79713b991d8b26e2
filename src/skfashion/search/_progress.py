"""What a search says of its trials."""


class Progress:
    """A callback that prints a line for each trial."""

    def __init__(self, n_trials):
        self._n_trials = n_trials

    def __call__(self, study, trial):
        parts = " + ".join(trial.params.get(kind, "?") for kind in ("reducer", "clusterer"))
        if trial.values is None:
            outcome = trial.user_attrs.get("error", "failed")
        else:
            outcome = ", ".join(f"{value:.4g}" for value in trial.values)
        print(f"Trial {trial.number + 1} of {self._n_trials}: {parts}: {outcome}", flush=True)
