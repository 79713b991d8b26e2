import base64
import hashlib
import json
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from sklearn.cluster import KMeans

from skfashion.labelling import run_id
from skfashion.report import ClusteringReport, Whole
from skfashion.report._workbench import json_in_html, sample_of_clusters, workbench


def data_of(report):
    return json.loads(workbench(report).data)


def changed(report, **changes):
    fields = ("estimator", "X", "Z", "labels", "image_shape", "confidence", "filenames", "whole")
    return ClusteringReport(**{name: getattr(report, name) for name in fields} | changes)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_accessible_and_fits_the_screen(open_page, workbench_page, width):
    tab = open_page(workbench_page, width)
    tab.locator("#wb-grid").focus()
    for key in [*"nb", "Enter", *"]s]x]lc", "Enter", "ArrowRight", "d", "ArrowRight", "Space"]:
        tab.keyboard.press(key)
    for part in tab.locator("#workbench details").all():
        part.evaluate("part => { part.open = true; }")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(tab).response["violations"]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in violations] == []


def test_only_the_script_of_the_page_may_run(workbench_page):
    page = workbench_page.read_text(encoding="utf-8")
    policy = re.search('Content-Security-Policy" content="([^"]*)"', page)[1]
    (script,) = re.findall("<script>(.*?)</script>", page, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert f"script-src 'sha256-{digest}'" in policy
    assert not re.search("</|<!--", script)


def test_the_page_is_readable_without_javascript(browser, workbench_page):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(workbench_page.as_uri())
    assert not tab.locator("#workbench").is_visible()
    assert tab.get_by_text("With JavaScript, this page has").is_visible()
    assert tab.get_by_role("heading", name="Scores").is_visible()
    context.close()


def test_the_data_hold_each_image_once_cluster_by_cluster(workbench_report):
    report, data = workbench_report, data_of(workbench_report)
    assert sorted(data["rows"]) == list(range(300))
    assert sorted(data["by_doubt"]) == list(range(300))
    for cluster in data["clusters"]:
        rows = data["rows"][cluster["start"] : cluster["stop"]]
        assert (report.labels[rows] == cluster["cluster"]).all()
        assert len(rows) == cluster["size"]
        assert cluster["doubt"] == pytest.approx(1 - report.confidence[rows].mean(), abs=1e-3)
        distances = report.to_clusters[0][rows]
        assert (np.diff(distances) >= 0).all()
        doubtful = data["by_doubt"][cluster["start"] : cluster["stop"]]
        assert (np.diff([data["confidence"][place] for place in doubtful]) >= 0).all()
    assert data["files"] == [report.filenames[row] for row in data["rows"]]
    assert data["run"] == run_id(report.labels, report.filenames)


def test_the_codes_keep_neighbours(workbench_report):
    data = data_of(workbench_report)
    codes = np.frombuffer(base64.b64decode(data["codes"]), np.uint8).reshape(300, -1).astype(float)
    assert codes.shape[1] == 16
    Z = workbench_report.Z[data["rows"]]

    def nearest(rows):
        distances = np.linalg.norm(rows[:, np.newaxis] - rows, axis=2)
        return (distances + np.diag(np.full(300, np.inf))).argsort(axis=1)[:, :6]

    kept = [len({*a} & {*b}) for a, b in zip(nearest(codes), nearest(Z), strict=True)]
    assert np.mean(kept) > 3


@pytest.mark.parametrize("Z", [np.zeros((300, 3)), np.ones((300, 1), np.uint8)])
def test_equal_codes_are_no_error(workbench_report, Z):
    assert len(data_of(changed(workbench_report, Z=Z))["rows"]) == 300


def test_without_an_image_shape_there_are_names_only(workbench_report):
    bench = workbench(changed(workbench_report, image_shape=None, confidence=None, filenames=None))
    data = json.loads(bench.data)
    assert bench.sheets == []
    assert data["sprites"] is data["confidence"] is data["files"] is None
    assert None not in data["margin"]


def test_clusters_that_are_no_integers_have_no_workbench(workbench_report):
    report = workbench_report
    assert workbench(changed(report, labels=report.labels.astype(str))) is None
    assert workbench(changed(report, labels=report.labels + 0.5)) is None
    assert data_of(changed(report, labels=report.labels.astype(float)))["run"] == data_of(report)["run"]


def test_noise_is_a_cluster_that_is_like_no_other(workbench_report):
    labels = np.where(np.arange(300) < 30, -1, workbench_report.labels)
    data = data_of(changed(workbench_report, labels=labels))
    assert data["clusters"][0] | {"doubt": 0} == {"cluster": -1, "size": 30, "start": 0, "stop": 30, "doubt": 0}
    assert -1 not in np.ravel(data["similar"])
    everything = changed(workbench_report, labels=np.full(300, -1))
    assert data_of(everything)["similar"] == []


def test_more_images_than_there_is_room_for_are_sampled_and_the_page_says_so(workbench_report, monkeypatch):
    report = changed(workbench_report, X=np.tile(workbench_report.X, (4, 1)), **_four_times(workbench_report))
    monkeypatch.setattr("skfashion.report._clustering.figures", lambda report: [])
    monkeypatch.setattr("skfashion.report._workbench.MAX_CHARACTERS", 60_000)
    bench = workbench(report)
    data = json.loads(bench.data)
    assert 120 <= bench.n_shown == len(data["rows"]) < 600
    assert sum(map(len, bench.sheets)) < 75_000
    assert [cluster["size"] for cluster in data["clusters"]] == [cluster.size for cluster in report.clusters]
    assert f"The page has {bench.n_shown} of the 1,200 images, some of each cluster." in report.to_html()


def _four_times(report):
    values = {name: np.tile(getattr(report, name).T, 4).T for name in ("labels", "confidence")}
    return values | {"Z": np.tile(report.Z, (4, 1)), "filenames": report.filenames * 4}


def test_a_sample_goes_from_the_most_to_the_least_doubtful_image():
    labels = np.repeat([2, 5], [1000, 8])
    rows = sample_of_clusters(labels, np.arange(1008), 0.05)
    assert (np.sum(labels[rows] == 2), np.sum(labels[rows] == 5)) == (50, 8)
    assert {0, 999} < {*rows.tolist()}


def test_a_page_of_a_sample_of_images_names_the_rows_and_sizes_of_all(workbench_report):
    labels = np.concatenate([workbench_report.labels, [0] * 50, [9] * 7])
    names = [f"{i}.png" for i in range(357)]
    whole = Whole(np.arange(300), labels, None, None, True, names)
    report = changed(workbench_report, whole=whole)
    data = data_of(report)
    assert data["n_images"] == 357
    assert data["run"] == run_id(labels, names)
    assert data["clusters"][0]["size"] == np.sum(workbench_report.labels == 0) + 50
    assert data["clusters"][-1]["cluster"] == 9
    assert data["clusters"][-1]["start"] == data["clusters"][-1]["stop"] == 300


def test_no_text_ends_the_script_that_holds_it():
    nasty = ["</script>", "<!--", "<script", "\u2028", "\udcff", "&"]
    text = json_in_html(nasty)
    assert json.loads(text) == nasty
    assert not re.search("[<>&\u2028\udcff]", text)


def test_a_single_image_is_a_page(images):
    report = ClusteringReport(
        estimator=KMeans(1), X=images[:1], Z=images[:1], labels=np.zeros(1), image_shape=(28, 28), is_fit=False
    )
    assert data_of(report)["rows"] == [0]
