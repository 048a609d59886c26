"""Make a course of the Python blocks of a page: ``python page_course.py PAGE DIR EXERCISE``.

The blocks are the suite of the exercise, in order; the solution comes from standard input.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_MANIFEST = """\
name = "{exercise}"
version = "1.0.0"
title = "{exercise}"

[limits]
call_s = 5.0
load_s = 10.0
function_s = 15.0
memory_mib = 1024
cpu_s = 60

[[exercise]]
name = "{exercise}"
title = "{exercise}"
"""


def main(page: Path, course: Path, exercise: str) -> None:
    """Write the manifest, the suite and the solution."""
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    files = {
        "course.toml": _MANIFEST.format(exercise=exercise),
        f"suites/{exercise}/test_{exercise}.py": "\n\n".join(blocks),
        f"solutions/{exercise}.py": sys.stdin.read(),
    }
    for name, text in files.items():
        path = course / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
