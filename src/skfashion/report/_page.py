"""HTML pages: each is one file that needs no other file and no network."""

from datetime import datetime

from skfashion import __version__


def render(template: str, **values) -> str:
    """Fill in a template of this package; all text is escaped."""
    from jinja2 import Environment, PackageLoader

    loader = PackageLoader("skfashion.report", "")
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    page = environment.get_template(template)
    return page.render(version=__version__, date=f"{datetime.now():%d %B %Y, %H:%M}", **values)
