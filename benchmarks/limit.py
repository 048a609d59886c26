"""Student's code and suites' numbers alone, without pytest and without a process boundary.

    python benchmarks/limit.py FOLDER...

No grader that runs the same checks in Python can be faster. The script prints the seconds of
processor time for each folder as JSON: of importing and running the student's code, and of the
suites' own (inputs, expected values and comparisons).
"""

from __future__ import annotations

import gc
import json
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import in_process
import numpy as np
from common import COURSE

from grader.examiner.collection import Suites, call_check, collect
from grader.seeds import PUBLIC, derive_check_seed
from grader.testing.draws import Draws


class TimedStudent(in_process.InProcessStudent):
    """Adds up the processor time of the student's code."""

    spent_s = 0.0

    def time(self, work: Callable[[], Any]) -> Any:
        began = time.process_time()
        try:
            return work()
        finally:
            TimedStudent.spent_s += time.process_time() - began


def grade(folder: str, suites: Suites) -> tuple[float, float]:
    """Return the seconds of the student's code, and those of the suites."""
    in_process.grade_next(folder)
    TimedStudent.spent_s = 0.0
    began = time.process_time()
    modules = {e.name: in_process.load(e.name) for e in COURSE.exercises}
    imports_s = time.process_time() - began
    for item in suites.items:
        check = suites.checks[item.nodeid].check
        draws = Draws(derive_check_seed(PUBLIC, check.id))
        call_check(item, TimedStudent(modules[check.exercise]), draws)
    student_s = imports_s + TimedStudent.spent_s
    return student_s, time.process_time() - began - student_s


def main() -> None:
    """Measure each folder once the process is warm."""
    suites = collect(COURSE)
    # As in an examination.
    np.seterr(all="ignore")
    warnings.simplefilter("ignore")
    gc.freeze()
    gc.disable()
    grade(sys.argv[1], suites)
    print(json.dumps([grade(folder, suites) for folder in sys.argv[1:]]))


if __name__ == "__main__":
    main()
