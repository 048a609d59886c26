"""Find a submission or a check by what a person types: its id, a part of it, or a name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import ReportError
from grader.sanitize import clean_line, name_some

if TYPE_CHECKING:
    from grader.check_report import CheckReport
    from grader.report import Report

_MOST = 5


def find_submission(output: Path, wanted: str) -> Path:
    """Return the report of a submission in a batch's output.

    Parameters
    ----------
    wanted : str
        Its id, or a student's name, login, number or e-mail address; a part of it is enough if
        no other submission has that part.

    Raises
    ------
    ReportError
        If there is no such submission, or several.
    """
    folder = output / "reports" if (output / "reports").is_dir() else output
    paths = {path.stem: path for path in sorted(folder.glob("*.json"))}
    if not paths:
        raise ReportError(f"{output} has no report; give the --output of `grade batch`")
    if wanted in paths:
        return paths[wanted]
    known: dict[str, set[str]] = {}
    for identity, names in _names_by_id(folder.parent / "summary.json", paths).items():
        for name in names:
            known.setdefault(name.casefold(), set()).add(identity)
    ids = _match(wanted.casefold(), known)
    if len(ids) == 1:
        return paths[ids.pop()]
    shown = clean_line(wanted, 60)
    if ids:
        raise ReportError(f"{shown} fits {name_some(sorted(ids), _MOST)}; give one of these ids")
    similar = sorted({i for n in _similar(wanted.casefold(), known) for i in known[n]})
    suggestion = f"did you mean {name_some(similar, _MOST)}?" if similar else _list_some(paths)
    raise ReportError(f"{output} has no submission {shown}; {suggestion}")


def _names_by_id(summary: Path, paths: Mapping[str, Path]) -> dict[str, list[str]]:
    from grader.writers.batch_summary import read_summary

    names = {identity: [identity] for identity in paths}
    for row in read_summary(summary).submissions:
        for person in row.students if row.id in names else ():
            known = (person.name, person.login, person.number, person.email)
            names[row.id] += [name for name in known if name]
    return names


def _match(wanted: str, known: Mapping[str, set[str]]) -> set[str]:
    """Return the ids of an exact name, or else of all names with that part."""
    if not wanted or wanted in known:
        return set(known.get(wanted, ()))
    return {identity for name, ids in known.items() if wanted in name for identity in ids}


def _similar(wanted: str, known: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(wanted, list(known), 3)


def _list_some(known: Iterable[str]) -> str:
    return f"choose from {name_some(list(known), _MOST)}"


def names_of_check(check: CheckReport) -> tuple[str, ...]:
    """Return what a check can be called by: its id, and parts that a person would type."""
    exercise, function, name = check.id.split("/")
    return check.id, f"{function}/{name}", function, f"{exercise}/{function}"


def find_checks(report: Report, wanted: str) -> Sequence[CheckReport]:
    """Return the check of an id or of a part of it, or all checks of one function.

    Raises
    ------
    ReportError
        If there is none, or if checks of several functions fit.
    """
    checks = list(report.checks())
    found = [check for check in checks if wanted in names_of_check(check)]
    found = found or [check for check in checks if wanted and wanted in check.id]
    if len(found) == 1 or (found and len({check.function for check in found}) == 1):
        return found
    shown = clean_line(wanted, 60)
    if found:
        ids = name_some([check.id for check in found], _MOST)
        raise ReportError(f"{shown} fits {len(found)} checks, {ids}; give more of the id")
    names = dict.fromkeys(name for check in checks for name in names_of_check(check))
    similar = _similar(wanted, names)
    failed = [check.function for check in checks if check.outcome != "passed"]
    suggestion = (
        f"did you mean {name_some(similar, _MOST)}?"
        if similar
        else _list_some(dict.fromkeys(failed or names))
    )
    raise ReportError(f"the report has no check {shown}; {suggestion}")
