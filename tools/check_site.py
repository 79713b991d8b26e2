"""Check a built site: links inside it lead somewhere, and nothing is loaded from elsewhere; exit with 1 if not.

Usage: python tools/check_site.py docs/_build/html
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "img": "src", "source": "src", "iframe": "src"}  # and the styles of `link`
LOADING_RELATIONS = {"stylesheet", "preload", "modulepreload", "icon", "shortcut icon"}


class Page(HTMLParser):
    """The links, the loaded files and the anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loaded, self.anchors = set(), set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Collect what a tag names."""
        given = dict(attrs)
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and given.get("href"):
            self.links.add(given["href"])
        if given.get(LOADED.get(tag, "")):
            self.loaded.add(given[LOADED[tag]])
        if tag == "link" and given.get("rel") in LOADING_RELATIONS:
            self.loaded.add(given["href"])


def main(folder: Path) -> int:
    """Print a line for each finding."""
    paths = [path.resolve() for path in folder.rglob("*.html") if "_static" not in path.parts]
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in paths}
    findings = sorted({finding for path in pages for finding in check(path, pages)})
    print(*findings, f"{len(pages)} pages, {len(findings)} findings", sep="\n")
    return 1 if findings or not pages else 0


def check(path: Path, pages: dict[Path, Page]) -> list[str]:
    """Return the findings of a page."""
    page = pages[path]
    findings = [f"{path}: loads {url}" for url in page.loaded if _is_outside(url)]
    inside = [url for url in page.links | page.loaded if not urlsplit(url).scheme and not _is_outside(url)]
    return findings + [f"{path}: {url} leads nowhere" for url in inside if not _leads(path, url, pages)]


def _is_outside(url):
    parts = urlsplit(url)
    return bool(parts.netloc) or parts.scheme in ("http", "https")


def _leads(path, url, pages):
    parts = urlsplit(url)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    target = target / "index.html" if target.is_dir() else target
    if target not in pages:
        return target.exists()
    return not parts.fragment or unquote(parts.fragment) in pages[target].anchors


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
