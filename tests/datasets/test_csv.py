import gzip

import numpy as np
import pandas as pd
import pytest

from skfashion.datasets import DatasetError, read_images

ROWS = [[0, 1, 2, 3], [4, 5, 6, 255]]


@pytest.fixture
def read(tmp_path):
    """A function that reads text as a CSV file."""

    def read(text, **options):
        (tmp_path / "images.csv").write_text(text, encoding="utf-8")
        return read_images(tmp_path / "images.csv", **options)

    return read


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("0,1,2,3\n4,5,6,255\n", None),
        ("a,b,c,d\n0,1,2,3\n4,5,6,255", None),
        ("label,a,b,c,d\n7,0,1,2,3\n9,4,5,6,255\n", [7, 9]),
        ("\ufeffa;b;c;d;Class\n0;1;2;3;7\n4;5;6;255;9\n", [7, 9]),
        ("target\t0\t1\t2\t3\n7\t0\t1\t2\t3\n9\t4\t5\t6\t255\n", [7, 9]),
        ('"label","a","b","c","d"\r\n"7","0","1","2","3"\r\n"9","4","5","6","255"\r\n', [7, 9]),
    ],
    ids=["bare", "header", "label first", "label last, semicolons, BOM", "names are numbers, tabs", "quoted"],
)
def test_rows_and_labels_are_found(read, text, labels):
    images = read(text)
    np.testing.assert_array_equal(images.data, ROWS)
    assert images.data.dtype == np.uint8
    assert (None if images.target is None else images.target.tolist()) == labels


def test_the_names_of_rows_that_pandas_writes_are_no_pixels(read):
    frame = pd.DataFrame(ROWS)
    for text in (frame.to_csv(), frame.rename(columns=str).to_csv(), pd.DataFrame(ROWS, index=["x", "y"]).to_csv()):
        images = read(text)
        np.testing.assert_array_equal(images.data, ROWS)
        assert images.target is None
    images = read(frame.assign(label=[7, 9]).to_csv())
    np.testing.assert_array_equal(images.data, ROWS)
    assert images.target.tolist() == [7, 9]


def test_names_that_are_numbers_are_a_header_if_one_is_the_label_column(read):
    images = read("kind,0,1,2,3\nx,0,1,2,3\ny,4,5,6,255\n", label_column="kind")
    np.testing.assert_array_equal(images.data, ROWS)
    assert images.target_names == ["x", "y"]


def test_blank_lines_above_are_passed_over(read):
    np.testing.assert_array_equal(read("\n\na,b,c,d\n0,1,2,3\n4,5,6,255\n").data, ROWS)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_numbers_may_have_a_decimal_comma_where_it_does_not_separate(read, separator):
    text = "label;a;b\ncat, black;0;1\ndog;0,5;-,25\n".replace(";", separator)
    images = read(text)
    assert images.data.tolist() == [[0, 1], [0.5, -0.25]]
    assert images.target_names == ["cat, black", "dog"]


def test_decimal_commas_and_points_in_one_file_are_refused(read):
    with pytest.raises(DatasetError, match=r"could not convert string '1\.500': other numbers have a decimal comma"):
        read("a;b\n1.500;0\n0,25;0\n")


def test_quoted_cells_may_have_separators_and_ends_of_lines(read):
    images = read(
        '"la;bel","a\nb","c","file"\r\n"cat\nblack","1","2","x,1.png"\r\n"dog; brown",3,4,"y ""2"".png"\r\n',
        label_column="la;bel",
    )
    assert images.data.tolist() == [[1, 2], [3, 4]]
    assert [images.target_names[i] for i in images.target] == ["cat\nblack", "dog; brown"]
    assert images.filenames == ["x,1.png", 'y "2".png']


def test_a_quotation_mark_without_its_partner_does_not_take_the_file(read):
    rows = "\n".join("0,1" for _ in range(300))
    assert read(f'5",a\n{rows}\n').data.shape == (300, 2)
    with pytest.raises(DatasetError, match="a quotation mark in '\"5,a' has no partner"):
        read(f'"5,a\n{rows}\n')


def test_a_column_that_is_empty_at_first_is_not_dropped_without_a_word(read):
    with pytest.raises(DatasetError, match="column 2 is empty in the first rows, and 'cat' in a later one"):
        read("1,2,\n3,4,\n5,6,cat\n")
    assert read("1,2,\n3,4,\n5,6,cat\n", label_column=2).target_names == ["cat"]


def test_names_of_rows_are_not_taken_for_labels(read):
    rows = "\n".join(f"id{i},0,{i**2}" for i in range(30))
    with pytest.raises(DatasetError, match="has a different label in every row; give label_column"):
        read(rows)
    assert read(rows, label_column="0").data.shape == (30, 2)


def test_a_column_of_words_is_the_labels_of_a_file_without_header(read):
    images = read('0,1,2,3,"cat, black"\n4,5,6,255,dog\n')
    np.testing.assert_array_equal(images.data, ROWS)
    assert [images.target_names[i] for i in images.target] == ["cat, black", "dog"]


@pytest.mark.parametrize("column", ["kind", 2, "2"])
def test_the_column_of_labels_can_be_named(read, column):
    images = read("a,b,kind,c,d\n0,1,x,2,3\n4,5,y,6,255\n", label_column=column)
    np.testing.assert_array_equal(images.data, ROWS)
    assert images.target_names == ["x", "y"]


def test_there_may_be_no_labels_whatever_the_names_say(read):
    assert read("y,a,b,c\n0,1,2,3\n4,5,6,255\n", label_column=None).data.shape == (2, 4)


def test_fractions_are_kept(read):
    assert read("0.25,1e-3\n1,0\n").data.tolist() == [[0.25, pytest.approx(0.001)], [1.0, 0.0]]


def test_a_compressed_file_is_read(tmp_path):
    with gzip.open(tmp_path / "images.csv.gz", "wt") as file:
        file.write("label,a,b\n1,2,3\n")
    assert read_images(tmp_path / "images.csv.gz").data.tolist() == [[2, 3]]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1,2,3\n4,5\n", "columns changed from 3 to 2 in row 2"),
        ("label,a,b\n1,2,3\n4,5,6,7\n", "columns changed from 3 to 4 in row 2"),
        ("1,2,3\n4,,6\n", "could not convert string ''"),
        ("a,b,c\n1,2,3\n4,x,6\n", "could not convert string 'x' to float32 in row 2, column 2"),
        ("1,nan\n2,3\n", "contains NaN"),
        ("", "is empty; write a line for each image"),
        ("1\n2\n", "has lines of a single value"),
        ("a,b\n", "holds no rows"),
        ("class,label,b\n1,2,3\n", r"may have labels in the columns \[0, 1\]; give label_column"),
        (",".join(["1"] * 17), "has 17 columns, one more than a square image has pixels"),
    ],
)
def test_a_file_that_is_no_table_of_pixels_is_an_error(read, text, problem):
    with pytest.raises(DatasetError, match=problem):
        read(text)


def test_a_name_of_two_columns_does_not_tell_the_label(read):
    with pytest.raises(DatasetError, match="has 2 columns 'kind'; give label_column"):
        read("kind,kind,a\n1,2,3\n", label_column="kind")


@pytest.mark.parametrize("column", ["colour", 3, -1])
def test_a_column_that_is_not_there_is_an_error(read, column):
    with pytest.raises(DatasetError, match=f"has no column {column!r}"):
        read("a,b,c\n1,2,3\n", label_column=column)


@pytest.mark.parametrize("name", ["images.csv", "images.csv.gz"])
def test_bytes_that_are_no_text_are_an_error(tmp_path, name):
    (tmp_path / name).write_bytes(b"\xff\xfe\x00,1")
    problem = "is not gzipped; take .gz off" if name.endswith(".gz") else "is no text in UTF-8; save it as CSV in UTF-8"
    with pytest.raises(DatasetError, match=problem):
        read_images(tmp_path / name)


def test_a_damaged_gzipped_file_is_said_to_be_damaged(tmp_path):
    packed = gzip.compress(b"1,2\n3,4\n")
    (tmp_path / "images.csv.gz").write_bytes(packed[:-8] + b"\0\0\0\0" + packed[-4:])  # another checksum
    with pytest.raises(DatasetError, match=r"is damaged \(CRC check failed .*\); gzip it again"):
        read_images(tmp_path / "images.csv.gz")


@pytest.mark.parametrize("name", ["id", "ID", "index", "Unnamed: 0", "Unnamed: 12", "", "image_id"])
@pytest.mark.parametrize("first", [0, 300])
def test_numbers_of_rows_are_no_pixels(read, name, first):
    images = read(f"{name},a,b,c,d,label\n{first},0,1,2,3,7\n{first + 1},4,5,6,255,9\n")
    np.testing.assert_array_equal(images.data, ROWS)
    assert images.data.dtype == np.uint8
    assert images.target.tolist() == [7, 9]


def test_a_column_of_numbers_can_be_the_labels(read):
    assert read("id,a,b,c,d\n7,0,1,2,3\n9,4,5,6,255\n", label_column="id").target.tolist() == [7, 9]


@pytest.mark.parametrize(
    "text",
    [
        "a,b,c,d,\n0,1,2,3,\n4,5,6,255,\n",
        "a,b,c,d\n0,1,2,3,\n4,5,6,255,\n",
        "a,b,c,d,\n0,1,2,3\n4,5,6,255\n",
        "0,1,2,3,\n4,5,6,255,\n",
    ],
    ids=["everywhere", "not in the header", "only in the header", "without header"],
)
def test_a_comma_at_the_end_is_no_column(read, text):
    images = read(text)
    np.testing.assert_array_equal(images.data, ROWS)
    assert images.target is None


@pytest.mark.parametrize("name", ["file", "filename", "Path"])
def test_names_of_files_are_kept(read, name):
    images = read(f"{name},label,a,b,c,d\nx/1.png,7,0,1,2,3\ny.png,9,4,5,6,255\n")
    np.testing.assert_array_equal(images.data, ROWS)
    assert images.filenames == ["x/1.png", "y.png"]
    assert images.target.tolist() == [7, 9]


@pytest.mark.parametrize("missing", ["", "nan", "NaN", " ", "<NA>", "NA", "N/A", "None", "null", "NULL"])
def test_a_missing_label_is_no_class(read, missing):
    images = read(f"label,a,b\nx,0,1\n{missing},2,3\ny,4,5\n")
    np.testing.assert_array_equal(images.target, [0, np.nan, 1])
    assert images.target_names == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "column"),
    [(",0,0,2,3\ndog,4,5,6,255\n", "auto"), ("0,0,2,3,\n4,5,6,255,dog\n", 4), ("0,0,2,3,\n4,5,6,255,7\n", 4)],
)
def test_a_first_image_without_a_label_is_not_taken_for_names(read, text, column):
    images = read(text, label_column=column)
    np.testing.assert_array_equal(images.data, [[0, 0, 2, 3], [4, 5, 6, 255]])
    assert np.isnan(images.target[0])
    assert not np.isnan(images.target[1])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (",1,5,3\n4,5,6,255\n", "an empty cell among numbers in its first line, in column 0; give label_column"),
        ("0,NA,2,3\n4,5,6,255\n", "'NA' among numbers in its first line; correct it"),
        ("0,1O,2,3\n4,5,6,255\n", "'1O' among numbers in its first line; correct it"),
    ],
)
def test_a_first_image_with_a_bad_value_is_not_taken_for_names(read, text, problem):
    with pytest.raises(DatasetError, match=problem):
        read(text)


def test_numbers_of_columns_are_names(read):
    numbers = ",".join(map(str, range(16)))
    images = read(f"which,{numbers}\n" + f"7,{'5,' * 15}5\n" * 2, label_column="which")
    assert images.data.shape == (2, 16)
    assert read(f",{numbers}\n" + f"7,{'5,' * 15}5\n" * 2).data.shape == (2, 16)  # as pandas writes them


def test_a_column_without_any_label_is_no_labels(read):
    images = read("label,a,b\n,0,1\n,2,3\n")
    assert images.data.tolist() == [[0, 1], [2, 3]]
    assert images.target is images.target_names is None


@pytest.mark.parametrize("text", ["label,\n1,\n", "id,label\n1,2\n", "file,label\na.png,1\n", ",\n,\n"])
def test_a_file_without_a_column_of_pixels_is_an_error(tmp_path, text):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(DatasetError, match="has no column of pixels; write the values of each image next to its label"):
        read_images(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a,b\n1,5,6\n2,7,8\n", "has 2 names above rows of 3 values; write one name above each column"),
        ("a,b,label\n1,5,6,x\n2,7,8,y\n", "has 3 names above rows of 4 values"),
        ("a,b\n1,5,2,5\n3,5,4,5\n", "has 2 names above rows of 4 values"),
        ("a,b,c\n1,5\n2,7\n", "has 3 names above rows of 2 values"),
    ],
    ids=["names of rows in R", "and labels", "decimal commas", "too many names"],
)
def test_names_that_are_not_those_of_the_columns_are_an_error(read, text, problem):
    with pytest.raises(DatasetError, match=problem):
        read(text)


def test_the_names_that_pandas_gives_to_columns_are_no_image(read):
    frame = pd.DataFrame(np.random.default_rng(0).integers(0, 255, (12, 16)))
    np.testing.assert_array_equal(read(frame.to_csv(index=False)).data, frame)
    assert read(frame.to_csv(index=False)).feature_names == [str(i) for i in range(16)]
    counting = np.arange(48).reshape(3, 16)
    assert read(pd.DataFrame(counting).to_csv(index=False, header=False)).data.tolist() == counting.tolist()


@pytest.mark.parametrize(
    "others", [["width", "height"], ["ImageId", "digit"], ["label", "sample_id"], ["label", "width", "height"]]
)
def test_other_columns_than_those_of_the_pixels_are_an_error(read, others):
    names = [*others, *(f"pixel{i}" for i in range(16))]
    text = pd.DataFrame([range(40, 40 + len(names)), range(70, 70 + len(names))], columns=names).to_csv(index=False)
    unknown = ", ".join(repr(name) for name in others if name != "label")
    problem = f"has other columns than those of 16 pixels, 'pixel0' and so on: {unknown}"
    with pytest.raises(DatasetError, match=problem + "; take them out, or name them 'id'"):
        read(text)
    assert read(text, label_column=None).data.shape == (2, len(names))


def test_a_column_that_counts_the_rows_is_an_error(read):
    X = np.random.default_rng(0).integers(0, 255, (12, 5))
    frame = pd.DataFrame(X, columns=[*"abcde"]).assign(nr=range(100, 112))
    problem = "has a column 'nr' that counts the rows, from 100 to 111; take it out, or name it 'id'"
    with pytest.raises(DatasetError, match=problem):
        read(frame.to_csv(index=False))
    with pytest.raises(DatasetError, match="has a column without a name that counts the rows"):
        read(frame.to_csv(index=False, header=False))
    np.testing.assert_array_equal(read(frame.rename(columns={"nr": "id"}).to_csv(index=False)).data, X)
    np.testing.assert_array_equal(read(frame.to_csv(index=False), label_column="nr").data, X)


def test_a_second_index_of_pandas_is_no_pixel(read):
    frame = pd.DataFrame(ROWS, columns=[*"abcd"])
    twice = frame.reset_index(names="Unnamed: 0")
    np.testing.assert_array_equal(read(twice.to_csv()).data, ROWS)
    np.testing.assert_array_equal(read(twice.reset_index().to_csv(index=False)).data, ROWS)


A = pd.DataFrame(np.random.default_rng(0).integers(0, 255, (12, 64)))


@pytest.mark.parametrize(
    "names",
    [
        [*range(32)] * 2,
        [0, *range(63)],
        [i for i in range(70) if i not in (3, 5, 9, 20, 33, 40)],
        range(12, 76),
        [f"{400 + 2.5 * i}" for i in range(64)],
        [f"{i:02}" for i in range(64)],
        [f"{i}.0" for i in range(64)],
    ],
    ids=["two tables", "a column before", "some dropped", "the first ones dropped", "wavelengths", "zeros", "floats"],
)
def test_names_that_are_rising_numbers_are_no_image(read, names):
    frame = A.set_axis(names, axis=1)
    np.testing.assert_array_equal(read(frame.to_csv(index=False)).data, A)
    np.testing.assert_array_equal(read(frame.to_csv()).data, A)


def test_an_image_of_rising_numbers_among_others_is_no_header(read):
    rising = np.sort(np.random.default_rng(0).choice(255, (3, 16), replace=False), axis=1)
    np.testing.assert_array_equal(read(pd.DataFrame(rising).to_csv(index=False, header=False)).data, rising)


@pytest.mark.parametrize("below", ["2,3,3,4,5,6,7,8,9,9", "5,5,5,5,5,5,5,5,5,5"])
def test_an_image_of_rising_numbers_above_one_with_ties_is_no_header(read, below):
    assert read(f"1,2,3,4,5,6,7,8,9,20\n{below}\n").data.shape == (2, 10)


def test_a_first_image_without_numbers_is_not_lost(read):
    with pytest.raises(DatasetError, match="contains NaN"):
        read(",".join(["nan"] * 16) + "\n" + ",".join(map(str, range(16, 0, -1))) + "\n")


def test_names_that_numpy_writes_as_a_comment_are_names(tmp_path):
    table = np.c_[[7, 9], ROWS]
    np.savetxt(tmp_path / "images.csv", table, "%d", delimiter=",", header="label,a,b,c,d")
    images = read_images(tmp_path / "images.csv")
    np.testing.assert_array_equal(images.data, ROWS)
    assert images.target.tolist() == [7, 9]
