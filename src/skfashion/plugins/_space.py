"""A description of the space that a plugin draws from, found by answering its `suggest`."""

from collections import deque

MAX_ANSWERS = 200  # combinations of choices to try


def describe_space(plugin) -> dict[str, str]:
    """Describe the parameters that a search draws for a plugin.

    Parameters
    ----------
    plugin : Plugin
        Its `suggest` is called once for each combination of categorical choices that leads to other parameters.

    Returns
    -------
    dict of str to str
        The range or the choices of each parameter, by its name. Empty if there is nothing to draw.

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
    for _ in range(MAX_ANSWERS):
        if not waiting:
            break
        trial = _Recorder(waiting.popleft())
        plugin.suggest(trial)
        seen |= trial.seen
        waiting.extend(trial.other_answers)
    return seen


class _Recorder:
    """Stand-in for an Optuna trial that gives prepared answers and notes the questions."""

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
