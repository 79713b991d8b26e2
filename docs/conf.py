"""Settings of the documentation. `tox -e docs` builds it."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_extensions"))
os.environ.setdefault("KERAS_BACKEND", "jax")
# Small matrices gain nothing from threads, and lose much on a busy machine.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import skfashion  # noqa: E402 (after the environment is set)

project = "skfashion"
author = "the skfashion developers"
project_copyright = author
release = version = skfashion.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "outside_pages",
    "public_members",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "_extensions", "_templates", "generated/gallery/*.ipynb", "generated/gallery/*.py"]
html_static_path = ["_static"]
nitpicky = True
toc_object_entries_show_parents = "hide"
nitpick_ignore_regex = [
    (r"py:.*", r"(dask|jax|keras|matplotlib|numpy|np|optuna|pandas|scikeras|scipy|sklearn|typing)\..*"),
    (r"py:.*", r"[A-Za-z]*(AE|Autoencoder|Classifier|Clusterer|Mixture|Means|PCA)"),  # scikit-learn's own names
]

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4

autosummary_generate = True
autosummary_imported_members = False
autodoc_typehints = "none"
autodoc_member_order = "groupwise"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "generated/gallery",
    "backreferences_dir": "generated/backreferences",
    "doc_module": ("skfashion",),
    "filename_pattern": r"/plot_",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "remove_config_comments": True,
    "show_memory": False,
    "write_computation_times": False,
    "show_signature": False,
    "min_reported_time": 1,
    "plot_gallery": "True",
    "default_thumb_file": None,
}

html_theme = "pydata_sphinx_theme"
html_title = f"skfashion {release}"
html_short_title = "skfashion"
html_show_sourcelink = False
html_css_files = ["site.css"]
html_theme_options = {
    "logo": {"text": "skfashion"},
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "navigation_depth": 2,
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
    "header_links_before_dropdown": 6,
}
html_sidebars = {"index": [], "install": [], "ten_minutes": []}
