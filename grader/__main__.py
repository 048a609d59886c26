"""The command ``grade``, and ``python -m grader``."""

from __future__ import annotations

import gc
import sys

from grader.sandbox.starting import end_ahead, open_standard_streams, start_ahead

_GRADING = ("submit", "watch", "batch")
_COLLECT_AFTER = 20_000
_INTERRUPTED = 130  # the exit status, as a shell has it
_ONLY_SHOWING = {"-h", "--help", "--dry-run"}


def main(prog_name: str | None = None) -> None:
    """Run the command; one that grades has its processes started before it is loaded."""
    open_standard_streams()
    # Python's collector finds next to nothing in what is loaded, and takes a tenth of the time.
    gc.set_threshold(_COLLECT_AFTER)
    try:
        # Elsewhere `Session` decides what is started.
        if sys.platform == "linux" and sys.argv[1:2] and sys.argv[1] in _GRADING:
            if not _ONLY_SHOWING & set(sys.argv):
                start_ahead()
        from grader.cli.main import main as grade

        grade(prog_name=prog_name)
    except KeyboardInterrupt:  # before a command could attend to it
        sys.stderr.write("grade: interrupted\n")
        sys.exit(_INTERRUPTED)
    finally:
        end_ahead()


if __name__ == "__main__":
    main("grade")
