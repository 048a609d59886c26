"""The lines that ``grade batch`` prints before it grades and at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.streams import write_line
from grader.sanitize import clean_line, name_some

if TYPE_CHECKING:
    from rich.console import Console

    from grader.batch.changes import Changes
    from grader.batch.listing import Listing
    from grader.batch.results import Results
    from grader.batch.run import Change
    from grader.batch.summary import Summary
    from grader.writers.terminal.progress import BatchProgress


def show_found(listing: Listing, only: tuple[str, ...], console: Console) -> None:
    """Print what was found in the paths, and what is left out of it."""
    for line in listing.found:
        print_line(line, console)
    again = [listed.id for listed in listing.choose(only) if listed.replaced]
    if again:
        print_line(
            f"{count_submissions(len(again))} handed in more than once, so the latest attempt is "
            f"graded: {name_some(again, 5)}",
            console,
        )
    if listing.left_out:
        names = ", ".join(clean_line(path.name, 40) for path in listing.left_out[:3])
        more = ", ..." if len(listing.left_out) > 3 else ""
        number = len(listing.left_out)
        files = f"{number} files are not submissions and are"
        if number == 1:
            files = "1 file is not a submission and is"
        print_line(f"{files} left out: {names}{more}", console)


def print_line(text: str, console: Console) -> None:
    """Print a line beside a progress bar, without markup."""
    from rich.text import Text

    from grader.writers.terminal.console import print_words

    print_words(console, Text(text))


def show_run(progress: BatchProgress) -> None:
    """Print how many submissions this run has graded."""
    kept = progress.done - progress.graded
    now = f"{progress.graded} graded now in {progress.elapsed_s:.0f} s"
    write_line(f"{count_submissions(progress.done)}: {now}, {kept} unchanged since earlier runs.")


def show_summary(summary: Summary, folder: Path) -> None:
    """Print the mean of all rows, and which of them are not in it."""
    mean = "no submission has a score"
    if summary.mean is not None:
        mean = f"mean {summary.mean:.1f} % of {summary.counted} graded"
    left_out = [
        f"{number} {status}"
        for status in ("missing", "unloadable", "unexamined")
        if (number := summary.statuses.get(status))
    ]
    rest = f"; not in the mean: {', '.join(left_out)}" if left_out else ""
    write_line(f"{folder / 'summary.csv'} lists {count_submissions(summary.count)}: {mean}{rest}.")


def show_changes(changes: Changes, folder: Path) -> None:
    """Print how many scores a regrade has changed, and why there was one."""
    path = folder / "changes.csv"
    of = f"{changes.changed} of {changes.regraded} scores changed"
    lists = f"{path} lists them" if changes.changed else f"{path} has no row"
    why = f" (graded again: {', '.join(changes.why)})" if changes.why else ""
    left = f"; {changes.left} are still to be graded again" if changes.left else ""
    write_line(f"{of}{left}; {lists}{why}.")


def show_lists(results: Results, changed: Mapping[str, Change], folder: Path) -> None:
    """Print which submissions need the instructor's attention."""
    other, older = (
        sorted(identity for identity, change in changed.items() if change == kind)
        for kind in ("other", "older")
    )
    _show_some("graded again, with other files than in an earlier run", other)
    _show_some(
        "graded again, with files that a later attempt had replaced (if you want that attempt, "
        "give its path too)",
        older,
    )
    reasons = f"{folder / 'summary.csv'} has the reasons"
    _show_some(f"without code that could be graded ({reasons})", results.without_code)
    _show_some("with a part that is missing or cannot be imported", results.partly)
    _show_some("without a score, because they could not be examined", results.unexamined)
    drop = f"to drop one, remove its file from {folder / 'reports'}"
    _show_some(f"of earlier runs, not given now; their results stay ({drop})", results.earlier)
    _show_some(
        "without a row in the summary, as their reports were changed by hand; grade them again",
        results.changed,
    )


def _show_some(what: str, ids: Sequence[str]) -> None:
    if ids:
        more = ", ..." if len(ids) > 5 else ""
        write_line(f"{len(ids)} {what}: {', '.join(ids[:5])}{more}", err=True)


def count_submissions(number: int) -> str:
    """Return a number of submissions in words."""
    return f"{number} submission" if number == 1 else f"{number} submissions"
