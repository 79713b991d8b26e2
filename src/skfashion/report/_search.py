"""Trials of a search, for its report."""

from typing import NamedTuple

import numpy as np

MAX_TRIALS = 20  # in the table
MIN_TRIALS = 10  # fewer say nothing about importances


class SearchedTrial(NamedTuple):
    """A line of the table of trials."""

    number: int
    reducer: str
    clusterer: str
    params: str
    scores: list[float]
    agreement: float
    seconds: float
    is_chosen: bool


class SearchSummary:
    """The trials of a fitted PipelineSearch, the best first, and the importance of its choices.

    Parameters
    ----------
    search : PipelineSearch
        Fitted.

    Attributes
    ----------
    score_names : list of str
        As `results_` names them, without their first word.
    trials : list of SearchedTrial
        Complete trials, at most 20, the best first by the first score; the chosen one is among them.
    n_complete : int
        Number of complete trials.
    keeps_default : bool
        True if the default pipeline was chosen though another had a higher score, which was not higher by enough.
    failures : dict of str to int
        Number of failed trials by reason, the most frequent first.
    importances : dict of str to float
        Share of the first score's variance that the choice of the reducer, the choice of the clusterer and shared
        parameters explain, by functional analysis of variance; empty if there are fewer than ten trials.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skfashion import PipelineSearch
    >>> from skfashion.report import SearchSummary
    >>> X, _ = load_digits(return_X_y=True)
    >>> search = PipelineSearch(["pca"], ["kmeans"], n_clusters=10, n_trials=2, random_state=0).fit(X[:200])
    >>> SearchSummary(search).n_complete
    2
    """

    def __init__(self, search):
        results = search.results_
        columns = [name for name in results if name.startswith("score_")]
        is_complete = results["state"] == "complete"
        order = [i for i in np.argsort(-results[columns[0]], kind="stable") if is_complete[i]]
        shown = order[:MAX_TRIALS]
        if search.best_index_ not in shown:
            shown = [*shown[:-1], search.best_index_]
        self.score_names = [name.removeprefix("score_") for name in columns]
        self.trials = [_trial(results, columns, i, search.best_index_) for i in shown]
        self.n_complete = len(order)
        is_best = results[columns[0]][search.best_index_] >= results[columns[0]][order[0]]
        is_by_score = search.scoring is None and not (isinstance(search.refit, str) or callable(search.refit))
        self.keeps_default = is_by_score and not is_best
        self.failures = _counted(error for error in results["error"] if error)
        self.importances = _importances(search.study_) if len(order) >= MIN_TRIALS else {}


def _trial(results, columns, i, best):
    chosen = ("reducer", "clusterer")
    drawn = {name: value for name, value in results["params"][i].items() if name not in chosen}
    short = [name.partition("__")[2] for name in drawn]
    params = [(s if short.count(s) == 1 else name, drawn[name]) for name, s in zip(drawn, short, strict=True)]
    return SearchedTrial(
        number=int(results["trial"][i]),
        reducer=str(results["reducer"][i]),
        clusterer=str(results["clusterer"][i]),
        params=", ".join(f"{k}={v:.3g}" if isinstance(v, float) else f"{k}={v}" for k, v in params),
        scores=[float(results[name][i]) for name in columns],
        agreement=float(results["agreement"][i]),
        seconds=float(results["seconds"][i]),
        is_chosen=i == best,
    )


def _counted(errors):
    errors = list(errors)
    return dict(sorted(((e, errors.count(e)) for e in dict.fromkeys(errors)), key=lambda item: -item[1]))


def _importances(study):
    import optuna

    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
    try:
        return optuna.importance.get_param_importances(study, evaluator=evaluator, target=lambda trial: trial.values[0])
    except (ValueError, RuntimeError):  # all trials have one score, or share no parameter
        return {}
