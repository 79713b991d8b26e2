from sklearn.decomposition import PCA

from skfashion.plugins import Plugin, describe_space


def test_ranges_steps_and_choices_are_described():
    def suggest(trial):
        return {
            "a": trial.suggest_int("a", 1, 9, step=2),
            "b": trial.suggest_float("b", 0, 1),
            "c": trial.suggest_float("c", 0.1, 10, log=True),
            "d": trial.suggest_categorical("d", ["x", None]),
        }

    expected = {"a": "1 to 9 (step 2)", "b": "0 to 1", "c": "0.1 to 10 (log)", "d": "x or None"}
    assert describe_space(Plugin(PCA, suggest)) == expected


def test_parameters_that_hang_on_a_choice_are_found():
    def suggest(trial):
        if trial.suggest_categorical("kind", ["plain", "deep", "wide"]) == "deep":
            return {"depth": trial.suggest_int("depth", 2, 3)}
        if trial.suggest_categorical("other", [1, 2]) == 2:
            trial.suggest_int("last", 0, 1)
        return {}

    assert list(describe_space(Plugin(PCA, suggest))) == ["kind", "other", "depth", "last"]


def test_a_plugin_without_a_space_has_nothing_to_describe():
    assert describe_space(Plugin(PCA)) == {}
