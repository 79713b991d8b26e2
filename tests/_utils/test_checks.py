import pytest

from skfashion._utils.checks import ON_EPOCH_END, check_count, check_methods, check_option, sample_rows


def test_rows_are_drawn_by_random_state_and_never_twice():
    draws = [sample_rows(50, 20, seed).tolist() for seed in (0, 0, 1)]
    assert draws[0] == draws[1] != draws[2]
    assert len(set(draws[0])) == 20


@pytest.mark.parametrize("sample_size", [None, 5, 9])
def test_all_rows_are_taken_in_order_if_there_are_no_more(sample_size):
    assert sample_rows(5, sample_size, 0).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("sample_size", [0, 1, 2.5])
def test_a_sample_of_fewer_than_two_or_part_of_a_row_is_refused(sample_size):
    with pytest.raises(ValueError, match=f"sample_size={sample_size} must be an integer of at least 2"):
        sample_rows(10, sample_size, 0)


def test_a_value_that_is_no_option_is_refused():
    with pytest.raises(ValueError, match="kind='best' must be one of 'nearest', 'random'"):
        check_option("kind", "best", ("nearest", "random"))


@pytest.mark.parametrize("value", [0, 2.0, "3", True])
def test_a_count_that_is_too_small_or_no_integer_is_refused(value):
    with pytest.raises(ValueError, match=f"n_fits={value!r} must be an integer of at least 1"):
        check_count("n_fits", value)


def test_a_class_of_callbacks_is_no_callback():
    class Counter:
        def on_epoch_end(self, epoch, logs):
            pass

    assert len(check_methods("callbacks", [Counter()], ON_EPOCH_END)) == 1
    with pytest.raises(ValueError, match=r"callbacks has the class Counter; pass an object of it, such as Counter\(\)"):
        check_methods("callbacks", [Counter], ON_EPOCH_END)
