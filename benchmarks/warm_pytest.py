"""One warm, unprotected pytest process that grades many submissions, student and tests together.

    python benchmarks/warm_pytest.py FOLDER...

The suites are collected once; for each folder the modules are imported again and every
test runs, recorded by pytest-json-report. The script prints the seconds of processor time
for each folder. `batch.py` compares with it: this is the cost of grading without protection.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import in_process
import pytest
from common import COURSE, SUITES


class Warm:
    """Runs the collected tests once for every folder."""

    def __init__(self, folders: list[str]) -> None:
        self._folders = folders

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        began = time.process_time()
        for folder in self._folders:
            os.environ["GRADED_FOLDER"] = folder
            in_process.forget()
            items = session.items
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            session.config.hook.pytest_sessionfinish(session=session, exitstatus=0)
        print(f"cpu_s {(time.process_time() - began) / len(self._folders):.4f}")
        return True


def main() -> None:
    """Collect, run, and print."""
    options = ["-q", "-q", "--tb=no", "--no-summary", "-p", "no:cacheprovider", "-c", os.devnull]
    options += ["--json-report", "--json-report-file", os.devnull, "--rootdir", str(COURSE.suites)]
    import pytest_jsonreport.plugin

    plugins = [pytest_jsonreport.plugin, in_process, Warm(sys.argv[1:])]
    pytest.main([*options, *SUITES], plugins=plugins)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
