import os

import pytest

from skfashion.labelling import _sorting, safe_name, sort_files


@pytest.fixture
def source(tmp_path):
    """A folder with three files of one name, in three folders."""
    for name in ("a.png", "x/a.png", "y/A.png", "b.png"):
        (tmp_path / "photos" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "photos" / name).write_text(name)
    return tmp_path / "photos"


def _texts(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_files_are_copied_to_a_folder_for_each_label(source, tmp_path):
    files = ["a.png", "b.png", "x/a.png"]
    assert sort_files(source, files, ["boots", "", "bags"], tmp_path / "sorted") == {"bags": "bags", "boots": "boots"}
    assert _texts(tmp_path / "sorted") == {"boots/a.png": "a.png", "bags/a.png": "x/a.png"}
    assert set(_texts(source)) == {"a.png", "x/a.png", "y/A.png", "b.png"}


def test_a_callback_hears_of_each_file(source, tmp_path):
    heard = []
    files, labels = ["a.png", "b.png", "x/a.png"], ["boots", "", "bags"]
    sort_files(source, files, labels, tmp_path / "sorted", callback=lambda *counts: heard.append(counts))
    assert heard == [(1, 2), (2, 2)]


def test_equal_names_get_numbers_whatever_their_case(source, tmp_path):
    sort_files(source, ["a.png", "x/a.png", "y/A.png"], ["boots"] * 3, tmp_path / "sorted")
    assert _texts(tmp_path / "sorted") == {
        "boots/a.png": "a.png",
        "boots/a-2.png": "x/a.png",
        "boots/A-3.png": "y/A.png",
    }


def test_the_work_for_equal_names_grows_with_their_number(source, tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(_sorting.unicodedata, "normalize", lambda form, name: calls.append(name) or name)
    files = ["a-3.png", *["a.png"] * 300]
    (source / "a-3.png").touch()
    sort_files(source, files, ["boots"] * len(files), tmp_path / "sorted", link=True)
    assert {path.name for path in (tmp_path / "sorted" / "boots").iterdir()} == {
        "a.png",
        *(f"a-{number}.png" for number in range(2, 302)),
    }
    assert len(calls) < 4 * len(files)


def test_links_lead_to_the_files(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sort_files("photos", ["x/a.png"], ["boots"], "sorted", link=True)
    link = tmp_path / "sorted" / "boots" / "a.png"
    assert link.is_symlink()
    assert link.read_text() == "x/a.png"


def test_labels_that_make_one_name_of_a_folder_get_numbers(source, tmp_path):
    folders = sort_files(source, ["a.png", "b.png", "x/a.png"], ["Boots", "boots", "a/b"], tmp_path / "sorted")
    assert folders == {"Boots": "Boots", "a/b": "a_b", "boots": "boots-2"}
    assert _texts(tmp_path / "sorted") == {"Boots/a.png": "a.png", "boots-2/b.png": "b.png", "a_b/a.png": "x/a.png"}


@pytest.mark.parametrize("link", [False, True])
def test_nothing_is_left_if_a_file_has_vanished(source, tmp_path, link):
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(FileNotFoundError):
        sort_files(source, ["a.png", "gone.png"], ["boots", "boots"], tmp_path / "sorted", link=link)
    assert sorted(os.listdir(tmp_path)) == before


def test_nothing_is_overwritten(source, tmp_path):
    (tmp_path / "sorted").mkdir()
    sort_files(source, ["a.png"], ["boots"], tmp_path / "sorted")  # an empty folder is as good as none
    for target in (tmp_path / "sorted", source / "a.png"):
        with pytest.raises(FileExistsError):
            sort_files(source, ["b.png"], ["boots"], target)
    assert _texts(tmp_path / "sorted") == {"boots/a.png": "a.png"}


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("ankle boots", "ankle boots"),
        ("Füße", "Füße"),
        ("../x", "_._x"),
        ("a/b\\c:d", "a_b_c_d"),
        ("", "_"),
        (".", "_"),
        ("...", "_"),
        (".hidden", "_hidden"),
        ("end.", "end_"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("com1", "_com1"),
        ("a\0b\n\u202e", "a_b__"),
        (" x ", "x"),
        ("x" * 500, "x" * 120),
        ("€" * 100, "€" * 40),
        ("x" * 119 + ". ", "x" * 119 + "_"),
        ("x" * 119 + " y", "x" * 119),
    ],
)
def test_names_of_folders_are_safe_on_any_system(label, name):
    assert safe_name(label) == name
