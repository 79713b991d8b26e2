"""What the tests of commands share."""

import pytest


@pytest.fixture(autouse=True)
def _without_figures(request, monkeypatch):
    """Leave out the pictures of a report, which tests/report looks at: they take longer than small clusterings.

    A test that is marked with `figures` has them.
    """
    if request.node.get_closest_marker("figures") is None:
        monkeypatch.setattr("skfashion.report._clustering.figures", lambda report: [])
