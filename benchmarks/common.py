"""What the benchmarks share: the command and the suites of the course."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.course.manifest import DEFAULT_COURSE, load_course

ROOT = Path(__file__).resolve().parents[1]
GRADE = str(Path(sys.executable).with_name("grade"))
COURSE = load_course(DEFAULT_COURSE)
SUITES = [str(COURSE.suites / e.name / f"test_{e.name}.py") for e in COURSE.exercises]
ENVIRONMENT = {
    **os.environ,
    "GRADED_FOLDER": str(ROOT / "solutions"),
    "PYTHONPATH": str(ROOT / "benchmarks"),
    "OPENBLAS_NUM_THREADS": "1",
    # Other installed plugins would slow pytest down.
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
}
