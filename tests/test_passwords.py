from skfashion._passwords import without_passwords


def test_passwords_of_urls_are_not_shown():
    shown = without_passwords("skfashion search --storage postgresql+psycopg://me:s3cret@db:5432/trials --out a:b")
    assert shown == "skfashion search --storage postgresql+psycopg://me:...@db:5432/trials --out a:b"
