"""JUnit XML as pytest and Jenkins know it (``xunit2``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

import msgspec

from grader.check_report import CheckReport
from grader.files import open_temporary
from grader.report import Report
from grader.sanitize import clean_line
from grader.writers.feedback import grade_again, text_of
from grader.writers.problems import problems_of
from grader.writers.words import figures_of, number, origin_of

# What could not be judged is an error; a check with points that did not run is not a mere skip,
# or a module that does not load would be green.
_ELEMENTS = {
    "failed": "failure",
    "not_implemented": "failure",
    "error": "error",
    "timeout": "error",
    "not_run": "error",
}
_COUNTS = ("tests", "failures", "errors")
_MAX_WORDS = 8_000
_PART = 2**20  # bytes


class Suite(msgspec.Struct, frozen=True):
    """The test suite of one report.

    Parameters
    ----------
    counts : tuple of int
        How many tests, failures and errors there are.
    seconds : float
        How long it took.
    xml : bytes
        Its element, indented.
    """

    counts: tuple[int, int, int]
    seconds: float
    xml: bytes


def make_suite(report: Report) -> Suite:
    """Return the test suite of a report, one test case a check."""
    suite = _suite(report)
    tests, failures, errors = (int(suite.get(name, "0")) for name in _COUNTS)
    ET.indent(suite, level=1)
    # Encoded as a whole: ElementTree would encode each of its thousands of pieces.
    text = ET.tostring(suite, encoding="unicode").rstrip()
    xml = f"  {text}\n".encode("utf-8", "xmlcharrefreplace")
    return Suite((tests, failures, errors), report.duration_s, xml)


def answer(packed: bytes) -> bytes:
    """Return the suite of a report, both as MessagePack, for another process."""
    return msgspec.msgpack.encode(make_suite(msgspec.msgpack.decode(packed, type=Report)))


def write_junit(suites: Iterable[Suite]) -> Iterator[bytes]:
    """Yield the suites of a class as XML in UTF-8 with a declaration.

    Points, for which the format has no place, are properties. The suites of a large class wait
    in a temporary file for the sums that come before them.
    """
    counts = dict.fromkeys(_COUNTS, 0)
    seconds = 0.0
    with open_temporary() as body:
        for suite in suites:
            for name, count in zip(_COUNTS, suite.counts, strict=True):
                counts[name] += count
            seconds += suite.seconds
            body.write(suite.xml)
        sums = {name: str(count) for name, count in counts.items()}
        root = ET.Element("testsuites", {"name": "grade", **sums, "time": f"{seconds:.3f}"})
        root.text = "\n"
        whole: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        head, end, _ = whole.partition(b"</testsuites>")
        yield head
        body.seek(0)
        yield from iter(lambda: body.read(_PART), b"")
        yield end + b"\n"


def _suite(report: Report) -> ET.Element:
    checks = list(report.checks())
    kinds = [_kind(check) for check in checks]
    suite = ET.Element(
        "testsuite",
        {
            "name": clean_line(report.submission.id),
            "tests": str(len(checks)),
            "failures": str(kinds.count("failure")),
            "errors": str(kinds.count("error")),
            "skipped": str(kinds.count("skipped")),
            "time": f"{report.duration_s:.3f}",
            "timestamp": report.started_at,
        },
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(report).items():
        ET.SubElement(properties, "property", {"name": name, "value": value})
    problems = {
        check_id: shown.problem.what
        for shown in problems_of(report.exercises)
        for check_id in shown.problem.checks
    }
    again = grade_again(report)
    suite.extend(_case(check, problems.get(check.id, ""), again) for check in checks)
    return suite


def _properties(report: Report) -> dict[str, str]:
    properties = figures_of(report)
    for exercise in report.exercises:
        name = clean_line(exercise.name)
        properties[f"score.{name}"] = number(exercise.score)
        properties[f"max_score.{name}"] = number(exercise.max_score)
    return {**properties, **origin_of(report)}


def _kind(check: CheckReport) -> str:
    """Return the element for the outcome of a check, nothing if it passed."""
    kind = _ELEMENTS.get(check.outcome, "")
    # Advice without points is not a failure.
    return "skipped" if kind and not check.max_score else kind


def _case(check: CheckReport, problem: str, again: str) -> ET.Element:
    """Return the case of a check, of which the message says what its problem is."""
    exercise, function, name = check.id.split("/")
    case = ET.Element(
        "testcase",
        {"classname": f"{exercise}.{function}", "name": name, "time": f"{check.duration_s:.3f}"},
    )
    kind = _kind(check)
    if kind:
        message = ": ".join(filter(None, (clean_line(check.title), clean_line(problem))))
        attributes = {"type": check.outcome, "message": message}
        ET.SubElement(case, kind, attributes).text = text_of(check, _MAX_WORDS, again)
    return case
