"""Ask before ``grade batch`` replaces results that were graded under other conditions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.batch.output import Output
    from grader.batch.run import Plan


def prepare_regrade(plan: Plan, output: Output, *, confirmed: bool) -> None:
    """Keep the results that will be replaced; refuse to replace them without consent."""
    from grader.batch.regrade import find_regrade

    regrade = find_regrade(plan, output)
    if regrade is None:
        return
    found = regrade.describe(output.folder)
    if not confirmed:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise GraderError(
                f"{found}; add --regrade to do so, or choose another --output or the earlier "
                "options"
            )
        _ask(found)
    output.keep_before(regrade.ids)


def _ask(found: str) -> None:
    question = f"{found[:1].upper()}{found[1:]}. Continue?"
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort:  # Ctrl-C, or the end of the input
        sys.exit(130)
    if not agreed:
        raise GraderError("nothing was graded, and no result was changed")
