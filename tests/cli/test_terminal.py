import io
import sys

import pytest

from skfashion.cli._terminal import never_fail_to_encode, print_to_stderr, printable, replace_closed_streams


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07.png", r"\x1b]0;title\x07.png"),
        ("a\u202egnp.exe", r"a\u202egnp.exe"),
        ("\udcff", r"\udcff"),
        ("\x9b31m", r"\x9b31m"),
        ("a\rb", r"a\rb"),
        ("größe 猫\n\t", "größe 猫\n\t"),
    ],
)
def test_what_controls_a_terminal_is_written_out(text, shown):
    assert printable(text) == shown


def test_stderr_gets_no_escape_sequence(capsys):
    print_to_stderr("\x1b[31mred")
    assert capsys.readouterr().err == "\\x1b[31mred\n"


def test_an_encoding_without_a_character_writes_it_out(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp1252"))
    never_fail_to_encode()
    print("猫")
    sys.stdout.flush()
    assert raw.getvalue().strip() == rb"\u732b"


def test_streams_that_are_closed_take_everything(monkeypatch):
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    replace_closed_streams()
    with sys.stdout, sys.stderr:
        print("anything", flush=True)
        print_to_stderr("anything")
