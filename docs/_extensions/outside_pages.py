"""Pages of the site from files outside of `docs`: the changelog, the benchmarks, the plugin to copy.

Links to such files work on a code host as they are. Here, each file becomes a page in `generated/project`, and the
links are changed to it when a page is read.
"""

import ast
import os
import re
from pathlib import Path

DOCS = Path(__file__).parent.parent
ROOT = DOCS.parent
FOLDER = Path("generated", "project")
GALLERY = Path("generated", "gallery")
PROJECT_PAGES = ("CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md")
PLUGIN = "templates/plugin"
LINK = re.compile(r"(\]\()([^)#\s:]+)((?:#[^)]*)?\))")


def setup(app):
    """Write the pages before Sphinx looks for files."""
    app.connect("config-inited", write_pages)
    app.connect("source-read", change_links)
    return {"parallel_read_safe": True}


def write_pages(*_):
    """Write a page for each file; leave pages that have not changed as they are."""
    for path in PROJECT_PAGES:
        _write(page_of(path), _rewritten((ROOT / path).read_text(), ROOT, page_of(path).parent))
    benchmarks = sorted((ROOT / "benchmarks").glob("*.md"))
    for path in benchmarks:
        text = path.read_text()
        title = "" if text.startswith("# ") else f"# {path.stem.replace('_', ' ').capitalize()}\n\n{_purpose(path)}\n\n"
        _write(page_of(f"benchmarks/{path.name}"), title + text)
    _write(page_of(PLUGIN), _plugin_page())


def page_of(path: str) -> Path:
    """Return the place of the page of an outside file, relative to `docs`."""
    if path == PLUGIN:
        return FOLDER / "plugin_to_copy.md"
    if path.startswith("examples/"):
        return GALLERY / Path(path).with_suffix(".rst").name
    return FOLDER / Path(path).with_suffix(".md")


def change_links(_app, docname, source):
    """Point links to outside files to their pages."""
    if (DOCS / f"{docname}.md").exists() and not docname.startswith("generated"):
        here = Path(docname).parent
        source[0] = _rewritten(source[0], DOCS / here, here)


def _rewritten(text, folder, page_folder):
    """Return a text with its links changed: read in `folder`, shown in `page_folder` of `docs`."""

    def changed(match):
        target = Path(os.path.normpath(folder / match[2]))
        inside = target.relative_to(DOCS) if target.is_relative_to(DOCS) else None
        if inside is None and target.is_relative_to(ROOT) and target.exists():
            path = target.relative_to(ROOT).as_posix()
            inside = page_of(path)
        return f"{match[1]}{os.path.relpath(inside, page_folder)}{match[3]}" if inside else match[0]

    return LINK.sub(changed, text)


def _purpose(path):
    """Return the first sentence of the benchmark that wrote a table."""
    names = [path.stem.rsplit("_", n)[0] for n in range(4)]
    program = next((p for p in (path.with_name(f"{name}.py") for name in names) if p.exists()), None)
    text = ast.get_docstring(ast.parse(program.read_text())) or "" if program else ""
    return text.split("\n\n")[0]


def _plugin_page():
    folder = ROOT / PLUGIN
    what = (
        "The package in `templates/plugin`. Put the files into a folder; its README says how to install and check it."
    )
    readme = (folder / "README.md").read_text().strip()
    parts = ["# A plugin to copy", what, f"## `README.md`\n\n````markdown\n{readme}\n````"]
    names = ["pyproject.toml", *sorted(str(p.relative_to(folder)) for p in folder.rglob("*.py"))]
    for name in names:
        language = "toml" if name.endswith("toml") else "python"
        parts.append(f"## `{name}`\n\n```{language}\n{(folder / name).read_text().strip()}\n```")
    return "\n\n".join(parts) + "\n"


def _write(page, text):
    path = DOCS / page
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
