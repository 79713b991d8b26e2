import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parents[1] / "docs" / "write_tables.py"


@pytest.fixture
def write_tables():
    spec = importlib.util.spec_from_file_location("write_tables", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RESULTS = """# Title

Two seeds.

```
command
```

| row | system | metric | published | measured | difference | verdict |
| --- | --- | --- | --- | --- | --- | --- |
| A1 | a | n components | 5 | 5 | 0 | reproduced |
| A1 | a | accuracy | 0.5 | 0.6 | +0.1 | reproduced |
| A2 | b | purity | - | 0.6 | - | - |
| A3 | c | pixel mean | 0.2 | 0.2 | 0 | reproduced |
| A3 | c | pixel deviation | 0.3 | 0.3 | 0 | reproduced |
"""


def test_readme_has_a_line_for_each_row_with_a_published_figure(write_tables):
    *lines, _, caption = write_tables.published(RESULTS).splitlines()
    assert [line.split(" | ")[:3] for line in lines[2:]] == [["| A1", "a", "accuracy"], ["| A3", "c", "pixel mean"]]
    assert caption == "Two seeds."


def test_results_become_part_of_a_page_beside_their_folder(write_tables):
    assert write_tables.embedded("# Title\n\nText.\n\n![A](A16-cnn.png)\n") == "Text.\n\n![A](reproduced/A16-cnn.png)\n"
