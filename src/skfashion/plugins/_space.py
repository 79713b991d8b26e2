"""What a plugin's `suggest` may ask a trial for, found out by answering it."""

from collections import deque

MOST_ANSWERS = 200  # combinations of choices that are tried


def describe_space(plugin) -> dict[str, str]:
    """Describe the parameters that a search draws for a plugin.

    Parameters
    ----------
    plugin : Plugin
        Its `suggest` is called, once for each combination of categorical choices that leads somewhere else.

    Returns
    -------
    dict of str to str
        From a parameter's name to its range or its choices. Empty if there is nothing to draw.

    Examples
    --------
    >>> from skfashion.plugins import describe_space, get_plugin
    >>> describe_space(get_plugin("reducer", "kernel-pca"))
    {'kernel': 'cosine or rbf', 'n_components': '2 to 64 (log)', 'gamma': '0.0001 to 0.1 (log)'}
    """
    if plugin.suggest is None:
        return {}
    seen: dict[str, str] = {}
    waiting: deque[dict] = deque([{}])
    for _ in range(MOST_ANSWERS):
        if not waiting:
            break
        trial = _Recorder(waiting.popleft())
        plugin.suggest(trial)
        seen |= trial.seen
        waiting.extend(trial.other_answers)
    return seen


class _Recorder:
    """Answers as an Optuna trial would, with what it is told to choose, and notes what it was asked."""

    def __init__(self, answers):
        self._answers = answers
        self.seen = {}
        self.other_answers = []

    def suggest_categorical(self, name, choices):
        self.seen[name] = " or ".join(map(str, choices))
        if name not in self._answers:
            self.other_answers += [{**self._answers, name: choice} for choice in choices[1:]]
            self._answers = {**self._answers, name: choices[0]}
        return self._answers[name]

    def suggest_int(self, name, low, high, *, step=1, log=False):
        return self._number(name, low, high, None if step == 1 else step, log)

    def suggest_float(self, name, low, high, *, step=None, log=False):
        return self._number(name, low, high, step, log)

    def _number(self, name, low, high, step, log):
        manner = "log" if log else "" if step is None else f"step {step:g}"
        self.seen[name] = f"{low:g} to {high:g}" + (f" ({manner})" if manner else "")
        return low
