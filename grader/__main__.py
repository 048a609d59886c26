"""The command ``grade``, and ``python -m grader``."""

from __future__ import annotations

import gc
import sys

from grader.sandbox.starting import end_ahead, open_standard_streams, start_ahead

_GRADING = ("submit", "watch", "batch")
_COLLECT_AFTER = 20_000
_ONLY_SHOWING = {"-h", "--help", "--dry-run"}


def main(prog_name: str | None = None) -> None:
    """Run the command; one that grades has its processes started before it is loaded."""
    open_standard_streams()
    # Python's collector finds next to nothing in what is loaded, and takes a tenth of the time.
    gc.set_threshold(_COLLECT_AFTER)
    # Elsewhere `Session` decides what is started.
    if sys.platform == "linux" and sys.argv[1:2] and sys.argv[1] in _GRADING:
        if not _ONLY_SHOWING & set(sys.argv):
            start_ahead()
    try:
        from grader.cli.main import main as grade

        grade(prog_name=prog_name)
    finally:
        end_ahead()


if __name__ == "__main__":
    main("grade")
