"""Put measured tables into the pages that show them.

    skfashion reproduce B --seeds 5 --out reproduced && python docs/write_tables.py reproduced

Between ``<!-- NAME -->`` and ``<!-- end of NAME -->`` in README.md stands what the file NAME of the folder says.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main(folder):
    if not folder.is_dir():
        sys.exit(f"{folder} is not a folder")
    page = ROOT / "README.md"
    text = page.read_text()
    for name in re.findall(r"<!-- end of (\S+) -->", text):
        if (folder / name).exists():
            pattern = rf"(<!-- {name} -->\n).*(<!-- end of {name} -->)"
            content = (folder / name).read_text()
            text = re.sub(pattern, lambda match, content=content: match[1] + content + match[2], text, flags=re.DOTALL)
    page.write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
