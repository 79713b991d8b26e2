import importlib.util
import inspect
from pathlib import Path

import pytest

import skfashion

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("check_estimators", ROOT / "tools" / "check_estimators.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_public_estimator_has_its_defaults_and_two_settings_more(tool):
    public = {
        name for name in skfashion.__all__ if inspect.isclass(kind := getattr(skfashion, name)) and "fit" in dir(kind)
    }
    assert set(tool.SETTINGS) == public
    counts = dict.fromkeys(public, 0)
    for name, _, estimator in tool.estimators(public):
        assert type(estimator).__name__ == name
        counts[name] += 1
    assert set(counts.values()) == {3}


def test_checks_are_counted_and_failures_are_named(tool, capsys):
    assert tool.main("Ward") == 0
    assert capsys.readouterr().out.endswith(" checks, 0 failures\n")


def test_an_unknown_name_is_refused(tool):
    with pytest.raises(SystemExit, match="Unknown: KMeans; choose from"):
        tool.main("KMeans")
