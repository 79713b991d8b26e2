import base64
import io

import numpy as np
import pytest
from PIL import Image
from sklearn.cluster import KMeans

from skfashion.report import ClusteringReport
from skfashion.report._oddities import MAX_GROUPS, Unlike, duplicate_groups, odd_images


def _report(X, **options):
    return ClusteringReport(estimator=KMeans(2), X=X, Z=X, labels=np.arange(len(X)) % 2, **options)


def _picture(tile):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(tile.png))))


def test_the_largest_groups_come_first_then_the_closest(sample):
    X = sample[0][:40].copy()
    X[30:33] = X[3]
    X[20] = np.rint(0.96 * X[10])
    X[21] = X[11]
    groups = duplicate_groups(_report(X, image_shape=(28, 28)))
    assert [group.size for group in groups] == [4, 2, 2]
    assert [tile.name for tile in groups[0].images] == ["row 3", "row 30", "row 31", "row 32"]
    assert [tile.note for tile in groups[1].images] == ["first", "equal pixels"]
    assert groups[2].images[1].note.startswith("distance 0.0")


def test_many_groups_and_large_ones_are_cut_short(images):
    groups = duplicate_groups(_report(np.tile(images[:12], (9, 1)), image_shape=(28, 28)))
    assert len(groups) == 8
    assert {len(group.images) for group in groups} == {6}
    assert {group.size for group in groups} == {9}


def test_pictures_are_the_images(sample):
    X = sample[0][:12]
    tiles = odd_images(_report(X, image_shape=(28, 28), filenames=[f"{i}.png" for i in range(12)]))
    assert len(tiles) == 12
    for tile in tiles:
        row = int(tile.name.partition(".")[0])
        np.testing.assert_array_equal(_picture(tile)[::5, ::5], X[row].reshape(28, 28))


@pytest.mark.parametrize("shape", [(300, 400, 3), (1, 64), (20, 30, 1)], ids=str)
def test_pictures_of_any_shape_are_small(shape):
    X = np.random.default_rng(0).random((12, np.prod(shape)))
    picture = _picture(odd_images(_report(X, image_shape=shape))[0])
    assert 120 <= max(picture.shape[:2]) <= 240


def test_rows_that_are_no_images_have_names_only():
    X = np.random.default_rng(0).random((12, 5))
    X[7] = X[2]
    report = _report(X)
    assert {tile.png for tile in odd_images(report)} == {""}
    assert [tile.name for tile in duplicate_groups(report)[0].images] == ["row 2", "row 7"]
    assert "<h2>Duplicates</h2>" in report.to_html()


def test_files_are_named_in_the_page_of_a_command_only():
    X = np.repeat(np.random.default_rng(0).random((MAX_GROUPS + 1, 5)), 2, axis=0)  # one group more than is shown
    report = _report(X)
    pages = [report.to_html(commands).replace("\n", " ") for commands in (None, {"To run it again": "skfashion"})]
    assert [("duplicates.csv has all" in page, "odd.csv has all" in page) for page in pages] == [
        (False,) * 2,
        (True,) * 2,
    ]


def test_few_images_have_no_odd_ones(images):
    report = _report(images[:5], image_shape=(28, 28))
    assert odd_images(report) == []
    assert "Odd images" not in report.to_html()


def test_the_number_of_unlike_images_is_said():
    said = "1 of 200 images (0.5%) is unlike those that the model was trained on; 1% is expected for images like them."
    assert str(Unlike(np.arange(200) == 3)) == said
    assert str(Unlike(np.array([True]))).startswith("1 of 1 image (100.0%) is unlike")
