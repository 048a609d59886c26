"""Processes that write what a command makes of reports, on all processors that it may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.cli.options import count_cores

if TYPE_CHECKING:
    from grader.sandbox.helpers import Helpers


def open_helpers(module: str, most: int | None = None) -> Helpers:
    """Return helpers that answer as a module does, no more than there is work for."""
    from grader.sandbox.helpers import Helpers

    cores = count_cores()
    return Helpers(module, cores if most is None else min(cores, most))


def open_page_helpers() -> Helpers:
    """Return helpers that answer a packed `PageRequest`, with all that a page needs loaded."""
    from grader.writers.pages import request
    from grader.writers.pages.page import load_template
    from grader.writers.pages.student_page import TEMPLATES

    for template in TEMPLATES:
        load_template(template)
    return open_helpers(request.__name__)
