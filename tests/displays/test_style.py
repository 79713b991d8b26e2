import inspect
import subprocess
import sys

import matplotlib as mpl
import matplotlib.style
import pytest

import skfashion.displays
from skfashion.displays import LossCurveDisplay
from skfashion.displays._style import PETROFF_10, category_color, category_marker, own_settings, text_width


def test_importing_the_displays_imports_neither_matplotlib_nor_keras_nor_umap():
    code = "import sys, skfashion.displays; assert not {'matplotlib', 'keras', 'umap'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif("petroff10" not in mpl.style.library, reason="matplotlib < 3.10 has no petroff10")
def test_the_colours_are_those_of_petroff():
    cycle = mpl.style.library["petroff10"]["axes.prop_cycle"].by_key()["color"]
    assert list(PETROFF_10) == cycle


def test_categories_that_share_a_colour_differ_in_shape():
    assert category_color(3) == category_color(13)
    assert category_marker(3) == category_marker(9) != category_marker(13)
    assert len({(category_color(i), category_marker(i)) for i in range(100)}) == 100


def test_a_new_figure_has_the_size_asked_for():
    display = LossCurveDisplay(loss_curve=[0.5])
    assert display._open_axes(None, (3, 2)).figure.get_size_inches().tolist() == [3, 2]
    assert display.ax_.figure is display.figure_


@pytest.mark.parametrize("name", skfashion.displays.__all__)
def test_each_display_documents_plot(name):
    assert "ax : matplotlib Axes" in inspect.getdoc(getattr(skfashion.displays, name).plot)


def test_a_longer_name_is_wider():
    assert text_width(["a", "bbbb"]) > text_width(["a", "bb"])


def test_settings_of_the_user_do_not_reach_our_files():
    with mpl.rc_context({"text.usetex": True, "text.latex.preamble": r"\input{/etc/passwd}", "font.size": 77}):
        with own_settings():
            assert not mpl.rcParams["text.usetex"]
            assert mpl.rcParams["text.latex.preamble"] == ""
            assert mpl.rcParams["font.size"] == 10
        assert mpl.rcParams["font.size"] == 77
