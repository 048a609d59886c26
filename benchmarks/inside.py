"""A `grade` command whose examiner is a module of the benchmarks.

    python benchmarks/inside.py MODULE FILE ARGUMENT...

It runs ``grade ARGUMENT...``. Where the command starts the examiner, it starts
``benchmarks.MODULE`` instead, whose ``main`` gets FILE first and then what the examiner gets.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

_EXAMINER = "from grader.examiner.main import main; main(*("


def grade(module: str, file: str, arguments: Sequence[str]) -> None:
    """Run a command with this examiner."""
    changed = f"from benchmarks.{module} import main; main(*({file!r}, "

    class Changed(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, command: Sequence[str], *others: Any, **options: Any) -> None:
            command = [str(word).replace(_EXAMINER, changed) for word in command]
            super().__init__(command, *others, **options)

    subprocess.Popen = Changed  # type: ignore[misc]
    from grader.cli.main import main

    sys.argv = ["grade", *arguments]
    main()


if __name__ == "__main__":
    grade(sys.argv[1], sys.argv[2], sys.argv[3:])
