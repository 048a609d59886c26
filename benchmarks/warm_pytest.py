"""One warm, unprotected pytest process that grades many submissions, student and tests together.

    python benchmarks/warm_pytest.py FOLDER...

The suites are collected once; for each folder the modules are imported again and every
test runs, recorded by pytest-json-report. This is the cost of grading without protection. The
script prints how many tests failed.
"""

from __future__ import annotations

import os
import sys

import in_process
import pytest
import pytest_jsonreport.plugin
from common import COURSE, SUITES


class Warm:
    """Runs the collected tests once for every folder."""

    def __init__(self, folders: list[str]) -> None:
        self._folders = folders
        self.failed = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed += report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for folder in self._folders:
            in_process.grade_next(folder)
            items = session.items
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            session.config.hook.pytest_sessionfinish(session=session, exitstatus=0)
        return True


def main() -> None:
    """Collect, run, and print."""
    options = ["-q", "-q", "--tb=no", "--no-summary", "-p", "no:cacheprovider", "-c", os.devnull]
    options += ["--json-report", "--json-report-file", os.devnull, "--rootdir", str(COURSE.suites)]
    warm = Warm(sys.argv[1:])
    pytest.main([*options, *SUITES], plugins=[pytest_jsonreport.plugin, in_process, warm])
    print(f"\n{warm.failed} failed")


if __name__ == "__main__":
    main()
