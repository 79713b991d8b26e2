import os
import subprocess
import sys
from pathlib import Path

import pytest

import skfashion
from skfashion.cli import main


@pytest.mark.parametrize("arguments", [["--help"], ["cluster", "--help"], ["reproduce", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments):
    code = (
        "import sys; from skfashion.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit as end: assert end.code == 0\n"
        "assert not {'keras', 'numpy', 'sklearn', 'rich', 'optuna'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_the_module_runs_as_the_command():
    run = subprocess.run([sys.executable, "-m", "skfashion", "--version"], capture_output=True, text=True, check=True)
    assert run.stdout == f"skfashion {skfashion.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [[], ["cluste"], ["cluster", "--n-clusters", "ten"], ["cluster", "--bogus"], ["cluster", "--seed", "-1"]],
)
def test_wrong_arguments_are_one_line_and_exit_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_settings_of_numba_in_the_current_folder_are_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["list"]) == 0
    (tmp_path / ".numba_config.yaml").write_text("cache_dir: .")
    assert main(["list"]) == 2
    assert "holds .numba_config.yaml, which numba would obey" in capsys.readouterr().err


def test_an_interrupt_exits_130(monkeypatch, capsys):
    from skfashion.cli import _cluster

    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(_cluster, "fit_steps", interrupted)
    assert main(["cluster", "--sample"]) == 130
    assert capsys.readouterr().err == "skfashion: interrupted\n"


def test_a_backend_that_is_missing_is_one_line_and_exit_2(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "skfashion", "cluster", "--sample"],
        env={"KERAS_BACKEND": "numpy", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2
    assert run.stderr.startswith("skfashion cluster: error: Keras' backend is 'numpy', which cannot train here")
    assert len(run.stderr.splitlines()) == 1


def test_a_module_of_the_current_folder_is_not_imported(tmp_path):
    (tmp_path / "logging.py").write_text("open('owned', 'w')")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    source = str(Path(skfashion.__file__).parents[1])
    command = [sys.executable, "-m", "skfashion", "--version"]
    subprocess.run(command, cwd=tmp_path, env=environment | {"PYTHONPATH": source}, check=True)
    assert [path.name for path in tmp_path.iterdir()] == ["logging.py"]
