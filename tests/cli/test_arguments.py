import argparse

import pytest

from skfashion.cli import _arguments


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (_arguments.image_size, "28", (28, 28)),
        (_arguments.image_size, "20X30", (20, 30)),
        (_arguments.positive, "7", 7),
        (_arguments.value_of_16_bits, "4095", 4095),
        (_arguments.setting, "reducer__whiten=True", ("reducer__whiten", True)),
        (_arguments.setting, "clusterer__init=random", ("clusterer__init", "random")),
        (_arguments.seed, "0", 0),
        (_arguments.number_of_clusters, "12", 12),
        (_arguments.number_of_clusters, "auto", "auto"),
    ],
)
def test_texts_become_values(read, text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "rule"),
    [
        (_arguments.image_size, "0x3", "'0x3' must be a number of pixels, such as 28, HEIGHTxWIDTH, or auto"),
        (_arguments.path, "", "'' is no path; give . for the current folder"),
        (_arguments.positive, "0", "'0' must be an integer of at least 1"),
        (_arguments.value_of_16_bits, "65536", "'65536' must be an integer from 1 to 65535"),
        (_arguments.setting, "whiten=True", "'whiten=True' must be STEP__NAME=VALUE, such as reducer__whiten=True or"),
        (_arguments.setting, "random_state=3", "or clusterer__random_state=3; --seed is for all steps"),
        (_arguments.number_of_clusters, "0", "'0' must be an integer of at least 1, or auto"),
        (_arguments.seed, "-1", "'-1' must be an integer from 0 to 4294967295"),
    ],
)
def test_a_wrong_text_is_an_error_with_the_rule(read, text, rule):
    with pytest.raises(argparse.ArgumentTypeError, match=rule):
        read(text)
