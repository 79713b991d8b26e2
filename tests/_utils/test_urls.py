import pytest

from skfashion._utils.urls import without_passwords


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("db://u:p@ss@host/x", "db://u:...@host/x"),
        ("db://host/x?user=u&password=s3cret&a=b", "db://host/x?user=u&password=...&a=b"),
        ("db://host:5432/x", "db://host:5432/x"),
    ],
)
def test_passwords_with_signs_or_in_parameters_are_not_shown(text, shown):
    assert without_passwords(text) == shown


def test_passwords_of_urls_are_not_shown():
    shown = without_passwords("skfashion search --storage postgresql+psycopg://me:s3cret@db:5432/trials --out a:b")
    assert shown == "skfashion search --storage postgresql+psycopg://me:...@db:5432/trials --out a:b"
