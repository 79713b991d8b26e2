import keras
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, rotate, shift

from skfashion.networks.augmentation import DEFAULTS, ImageAugmentation, named_augmentation

rng = np.random.default_rng(0)
images = rng.random((50, 9, 8), dtype=np.float32)
NAMES = tuple(DEFAULTS)


def _augmented(rows=None, image_shape=(9, 8), seed=0, **strengths):
    rows = images.reshape(50, -1) if rows is None else rows
    changed = ImageAugmentation(image_shape, **strengths)(keras.ops.array(rows), keras.random.SeedGenerator(seed))
    return keras.ops.convert_to_numpy(changed)


@pytest.mark.parametrize("strength", [{name: value} for name, value in DEFAULTS.items()], ids=NAMES)
def test_a_change_follows_from_its_seed_and_differs_from_image_to_image(strength):
    same = np.repeat(images[:1].reshape(1, -1), 50, axis=0)
    first, again, other = (_augmented(same, seed=seed, **strength) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert len(np.unique(first.round(5), axis=0)) > 1


def test_nothing_is_changed_by_nothing():
    np.testing.assert_array_equal(_augmented(), images.reshape(50, -1))


def test_a_flip_exchanges_left_and_right():
    np.testing.assert_allclose(_augmented(flip=1.0).reshape(50, 9, 8), images[:, :, ::-1], atol=1e-5)
    flipped = _augmented(flip=0.5).reshape(50, 9, 8)
    is_flipped = np.isclose(flipped, images[:, :, ::-1], atol=1e-5).all(axis=(1, 2))
    is_kept = np.isclose(flipped, images, atol=1e-5).all(axis=(1, 2))
    assert (is_flipped ^ is_kept).all()
    assert 10 < is_flipped.sum() < 40


def test_a_shift_moves_by_up_to_so_many_pixels_and_zeros_move_in():
    point = np.zeros((500, 9, 8), np.float32)
    point[:, 4, 4] = 1
    moved = _augmented(point.reshape(500, -1), shift=2.0).reshape(500, 9, 8)
    np.testing.assert_allclose(moved.sum(axis=(1, 2)), 1, atol=1e-5)
    by = np.array([moved.sum(axis=2) @ np.arange(9) - 4, moved.sum(axis=1) @ np.arange(8) - 4])
    assert (np.abs(by) <= 2 + 1e-4).all()
    assert (by.min(axis=1) < -1.8).all()
    assert (by.max(axis=1) > 1.8).all()
    assert abs(np.corrcoef(by)[0, 1]) < 0.2  # the axes are independent
    expected = shift(point[0], by[:, 0], order=1)
    np.testing.assert_allclose(moved[0], expected, atol=1e-4)


def test_a_scale_enlarges_about_the_centre_by_a_factor_within_bounds():
    ramp = np.tile(np.arange(9, dtype=np.float32) - 4, (200, 9, 1)).reshape(200, -1)  # 0 at the centre, slope 1
    inner = _augmented(ramp, (9, 9), scale=0.2).reshape(200, 9, 9)[:, 4, 2:7]
    factors = 4 / (inner[:, -1] - inner[:, 0])
    np.testing.assert_allclose(inner[:, 2], 0, atol=1e-5)
    assert 0.8 <= factors.min() < 0.85
    assert 1.15 < factors.max() <= 1.2


def test_brightness_multiplies_within_the_range_of_the_image():
    changed, rows = _augmented(brightness=0.5), images.reshape(50, -1)
    assert (changed.min(axis=1) >= rows.min(axis=1)).all()
    assert (changed.max(axis=1) <= rows.max(axis=1)).all()
    factors = np.median(changed / rows, axis=1)
    assert 0.5 <= factors.min() < 0.7
    assert 1.1 < factors.max() <= 1.5


def test_a_blur_is_scipys_with_a_random_deviation():
    point = np.zeros((1, 21, 21), np.float32)
    point[0, 10, 10] = 1
    blurred = _augmented(point.reshape(1, -1), (21, 21), blur=1.5)[0].reshape(21, 21)
    deviation = np.sqrt(-0.5 / np.log(blurred[10, 11] / blurred[10, 10]))
    assert 0 < deviation <= 1.51
    np.testing.assert_allclose(blurred, gaussian_filter(point[0], deviation, truncate=8), atol=1e-5)


def test_a_rotation_is_scipys_by_an_angle_within_bounds():
    shape = (11, 17)
    ramp = np.tile(np.arange(17, dtype=np.float32), (200, 11, 1))
    turned = _augmented(ramp.reshape(200, -1), shape, rotation=20.0).reshape(200, *shape)
    down, across = (turned[:, 6, 8] - turned[:, 4, 8]) / 2, (turned[:, 5, 9] - turned[:, 5, 7]) / 2
    np.testing.assert_allclose(np.hypot(down, across), 1, atol=1e-4)
    np.testing.assert_allclose(turned[:, 5, 8], 8, atol=1e-4)  # the centre stays
    angles = np.degrees(np.arctan2(down, across))
    assert -20 <= angles.min() < -18
    assert 18 < angles.max() <= 20
    inner = np.s_[3:8, 5:12]  # the corners are filled in other ways
    expected = rotate(ramp[0], -angles[0], reshape=False, order=1)
    np.testing.assert_allclose(turned[0][inner], expected[inner], atol=1e-3)


def test_gamma_is_a_power_of_the_share_of_an_images_range():
    rows = np.tile(np.float32([2, 4, 6, 10]), (200, 1))
    changed = _augmented(rows, (2, 2), gamma=0.5)
    np.testing.assert_allclose(changed[:, [0, 3]], rows[:, [0, 3]], rtol=1e-5)
    powers = np.log((changed[:, 1:3] - 2) / 8) / np.log([1 / 4, 1 / 2])
    np.testing.assert_allclose(powers[:, 0], powers[:, 1], rtol=1e-3)
    assert np.exp(-0.5) <= powers.min() < np.exp(-0.4)
    assert np.exp(0.4) < powers.max() <= np.exp(0.5) + 1e-4


def test_an_image_of_one_value_stays_as_it_is():
    np.testing.assert_array_equal(_augmented(np.full((5, 72), 3, np.float32), gamma=0.5, brightness=0.5), 3)


def test_colours_move_together():
    coloured = np.stack([images, 2 * images, 3 * images], axis=-1).reshape(50, -1)
    changed = _augmented(coloured, (9, 8, 3), **DEFAULTS | {"brightness": 0.0, "gamma": 0.0}).reshape(50, 9, 8, 3)
    np.testing.assert_allclose(changed[..., 2], 3 * changed[..., 0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("augment", "strengths"),
    [
        ("shift", {"shift": 2.0}),
        (("flip", "blur"), {"flip": 0.5, "blur": 0.7}),
        ({"shift": 1, "scale": 0.3}, {"shift": 1.0, "scale": 0.3}),
        ([], {}),
    ],
)
def test_names_stand_for_changes(augment, strengths):
    assert named_augmentation(augment, lambda: (4, 4)) == ImageAugmentation((4, 4), **strengths)


def test_a_function_stands_for_itself():
    assert named_augmentation(abs, None) is abs
    assert named_augmentation(None, None) is None


@pytest.mark.parametrize(
    ("augment", "problem"),
    [
        (
            "rotate",
            "augment has 'rotate'; choose from shift, scale, flip, brightness, blur, rotation, gamma, "
            "or pass a function",
        ),
        ((["shift", 2],), r"augment has \['shift', 2\]; choose from shift"),
        ({"shift": -1}, "augment has shift=-1, which must be a number of pixels, at least 0"),
        ({"shift": None}, "augment has shift=None, which must be a number of pixels"),
        ({"shift": "a lot"}, "augment has shift='a lot', which must be a number of pixels"),
        ({"shift": float("inf")}, "augment has shift=inf"),
        ({"scale": 1}, r"augment has scale=1, which must be in \[0, 1\)"),
        ({"flip": 2}, r"augment has flip=2, which must be a probability, in \[0, 1\]"),
        ({"brightness": 1.5}, r"augment has brightness=1.5, which must be in \[0, 1\]"),
        ({"blur": float("nan")}, "augment has blur=nan"),
    ],
)
def test_what_is_no_change_is_refused(augment, problem):
    with pytest.raises(ValueError, match=problem):
        named_augmentation(augment, lambda: (4, 4))
