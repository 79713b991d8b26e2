import pytest

from skfashion.labelling import DecisionError, Decisions, Group, read_names


@pytest.mark.parametrize(
    "text",
    [
        "cluster,name\n0,boots\n1,bags\n2,boots\n3,\n",
        "Name;images;Cluster\r\nboots;9;0\r\nbags;9;1\r\n boots ;9;2\r\n",
        "cluster,name,\n0,boots,,\n1,bags,,\n2,boots,,\n",
        "\ufeffcluster\tname\n0\tboots\n1\tbags\n2\tboots\n",
    ],
)
def test_clusters_with_one_name_are_merged(tmp_path, text):
    (tmp_path / "names.csv").write_text(text, encoding="utf-8", newline="")
    assert read_names(tmp_path / "names.csv") == Decisions((Group("boots", (0, 2)), Group("bags", (1,))))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", 'must name the columns "cluster" and "name"'),
        ("cluster,label\n0,boots\n", 'must name the columns "cluster" and "name"'),
        ("cluster,Cluster,name\n0,1,boots\n", "once each"),
        ("cluster,name\n0,boots, ankle\n", "line 2 has more cells than the first line; put a name with ','"),
        ("cluster,name\n1_0,boots\n", "line 2: '1_0' is no number"),
        ("cluster,name\n" + "9" * 5000 + ",boots\n", "is no number of a cluster"),
        ("cluster,name\n0,boots\n0,bags\n", "cluster 0 occurs twice"),
        ("cluster,name\n0,boots\n0,boots\n", "cluster 0 occurs twice"),
        ("name,cluster\nboots\n", "line 2: None is no number"),
        ("cluster,name\nzero,boots\n", "line 2: 'zero' is no number"),
        ("cluster,name\n0;boots\n1,bags\n", "line 2: '0;boots' is no number"),
        ("cluster,name\n0 boots\n", "line 2: '0 boots' is no number"),
        ('cluster,name\n0,"boots\n', "unexpected end of data"),
    ],
)
def test_wrong_names_are_errors_with_the_file(tmp_path, text, problem):
    (tmp_path / "names.csv").write_text(text)
    with pytest.raises(DecisionError, match=f"names.csv: .*{problem}"):
        read_names(tmp_path / "names.csv")


def test_a_name_in_two_lines_is_one_name_and_forms_of_a_letter_are_one_letter(tmp_path):
    path = tmp_path / "names.csv"
    path.write_text('cluster,name\n0,"T-shirt\ntop"\n1,caf\u00e9\n2,cafe\u0301\n', encoding="utf-8")
    groups = read_names(path).labels
    assert [(group.name, group.clusters) for group in groups] == [("T-shirt top", (0,)), ("caf\u00e9", (1, 2))]
