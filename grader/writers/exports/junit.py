"""JUnit XML as pytest and Jenkins know it (``xunit2``)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from grader.report import CheckPayload, ReportPayload
from grader.sanitize import clean_line
from grader.writers.points import number
from grader.writers.words import origin_of, words_of

# What could not be judged is an error; a check with points that did not run is no mere skip,
# or a module that does not load would be green.
_ELEMENTS = {
    "failed": "failure",
    "not_implemented": "failure",
    "error": "error",
    "timeout": "error",
    "not_run": "error",
}
_MAX_WORDS = 8_000


def write_junit(payloads: Sequence[ReportPayload]) -> bytes:
    """Return one test suite a report, one test case a check.

    Parameters
    ----------
    payloads : sequence of ReportPayload
        The reports. Points, for which the format has no place, are properties.

    Returns
    -------
    bytes
        XML in UTF-8 with a declaration.
    """
    suites = [_suite(payload) for payload in payloads]
    root = ET.Element("testsuites", {"name": "grade"})
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.set("time", f"{sum(payload['duration_s'] for payload in payloads):.3f}")
    root.extend(suites)
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _suite(payload: ReportPayload) -> ET.Element:
    checks = [c for e in payload["exercises"] for f in e["functions"] for c in f["checks"]]
    kinds = [_kind(check) for check in checks]
    suite = ET.Element(
        "testsuite",
        {
            "name": clean_line(payload["submission"]["id"]),
            "tests": str(len(checks)),
            "failures": str(kinds.count("failure")),
            "errors": str(kinds.count("error")),
            "skipped": str(kinds.count("skipped")),
            "time": f"{payload['duration_s']:.3f}",
            "timestamp": payload["started_at"],
        },
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(payload).items():
        ET.SubElement(properties, "property", {"name": name, "value": value})
    suite.extend(_case(check) for check in checks)
    return suite


def _properties(payload: ReportPayload) -> dict[str, str]:
    properties = {
        "score": number(payload["score"]),
        "max_score": number(payload["max_score"]),
        "percent": number(payload["percent"]),
    }
    for exercise in payload["exercises"]:
        name = clean_line(exercise["name"])
        properties[f"score.{name}"] = number(exercise["score"])
        properties[f"max_score.{name}"] = number(exercise["max_score"])
    return {**properties, **origin_of(payload)}


def _kind(check: CheckPayload) -> str:
    """Return the element that says what became of a check, nothing if it passed."""
    kind = _ELEMENTS.get(check["outcome"], "")
    # Advice without points fails nobody.
    return "skipped" if kind and not check["max_score"] else kind


def _case(check: CheckPayload) -> ET.Element:
    exercise, function, name = check["id"].split("/")
    case = ET.Element(
        "testcase",
        {
            "classname": f"{exercise}.{function}",
            "name": name,
            "time": f"{check['duration_s']:.3f}",
        },
    )
    kind = _kind(check)
    if kind:
        said = {"type": check["outcome"], "message": clean_line(check["title"])}
        ET.SubElement(case, kind, said).text = words_of(check, _MAX_WORDS)
    return case
