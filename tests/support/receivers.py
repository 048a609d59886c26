"""What the receiving systems do with a file, as their documentation and source say.

Each function reads a file as the system would and fails where the system would refuse it.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
from markdown_it import MarkdownIt

NUMBER = {"type": "number", "minimum": 0}
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
SHORT_TEXT = {"type": "string", "maxLength": 100_000}

GRADESCOPE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tests"],
    "properties": {
        "score": NUMBER,
        "execution_time": NUMBER,
        "output": SHORT_TEXT,
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": NUMBER,
                    "max_score": NUMBER,
                    "status": {"enum": ["passed", "failed"]},
                    "name": SHORT_TEXT,
                    "name_format": FORMAT,
                    "number": {"type": "string"},
                    "output": SHORT_TEXT,
                    "output_format": FORMAT,
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": VISIBILITY,
                    "extra_data": {"type": "object"},
                },
            },
        },
    },
}

PRAIRIELEARN = {
    "type": "object",
    "required": ["score"],
    "additionalProperties": False,
    "properties": {
        "gradable": {"type": "boolean"},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "message": {"type": "string"},
        "output": {"type": "string"},
        "format_errors": {"type": "array", "items": {"type": "string"}},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                # Where one test lacks its points, none are shown.
                "required": ["name", "points", "max_points"],
                "properties": {
                    "name": {"type": "string"},
                    "description": {"type": "string"},
                    "points": NUMBER,
                    "max_points": NUMBER,
                    "message": {"type": "string"},
                    "output": {"type": "string"},
                },
            },
        },
    },
}

_TEXT = {"type": "string", "minLength": 1}
_WHOLE = {"type": "integer", "minimum": 0}
_INSTANT = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$",
}
CLASSROOM50 = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": [
        *("schema", "classroom", "assignment", "assignment_type", "owner", "submission"),
        *("commit", "release", "review", "datetime", "score", "max-score", "tests"),
    ],
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        "classroom": _TEXT,
        "assignment": _TEXT,
        "assignment_type": {"enum": ["individual", "group"]},
        "owner": _TEXT,
        "submission": {"type": "string", "pattern": "^submit/"},
        "commit": _TEXT,
        "release": _TEXT,
        "review": _TEXT,
        "datetime": _INSTANT,
        "graded_at": _INSTANT,
        "score": _WHOLE,
        "max-score": _WHOLE,
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "properties": {
                    "test-name": _TEXT,
                    "passed": {"type": "boolean"},
                    "score": _WHOLE,
                    "max-score": _WHOLE,
                },
            },
        },
        "submitted_by": {
            "type": "object",
            "additionalProperties": False,
            "required": ["username"],
            "properties": {"username": _TEXT, "id": {"type": ["integer", "null"]}},
        },
    },
}


def _strict(content: bytes) -> Any:
    def refuse(constant: str) -> None:
        raise ValueError(constant)

    return json.loads(content.decode(), parse_constant=refuse)


def gradescope(content: bytes) -> Any:
    results = _strict(content)
    jsonschema.validate(results, GRADESCOPE)
    hidden = [t for t in results["tests"] if t.get("visibility", "visible") != "visible"]
    if hidden:
        # Gradescope shows no total then; a row says why, and has no score itself.
        rows = [t for t in results["tests"] if "score" not in t and t["visibility"] == "visible"]
        assert len(rows) == 1
        assert str(len(hidden)) in rows[0]["name"]
    return results


def prairielearn(content: bytes) -> Any:
    assert len(content) <= 1024 * 1024
    results = _strict(content)
    jsonschema.validate(results, PRAIRIELEARN)
    assert ("format_errors" in results) == (results.get("gradable", True) is False)
    return results


def classroom50(content: bytes) -> Any:
    result = _strict(content)
    jsonschema.validate(result, CLASSROOM50)
    # What the schema cannot say, and the collector checks.
    for scored in (result, *result["tests"]):
        assert scored["score"] <= scored["max-score"]
        assert type(scored["score"]) is type(scored["max-score"]) is int
    for name in ("score", "max-score"):
        assert sum(test[name] for test in result["tests"]) == result[name]
    return result


_SUREFIRE_TIME = re.compile(r"[0-9]{0,18}(\.[0-9]*)?")
_ATTRIBUTES: dict[str, tuple[set[str], set[str]]] = {  # required, optional
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"time", "skipped", "timestamp", "hostname", "id", "package", "group", "file"},
    ),
    "properties": (set(), set()),
    "property": ({"name", "value"}, set()),
    "testcase": ({"name"}, {"time", "classname", "group"}),
    "failure": (set(), {"type", "message"}),
    "error": (set(), {"type", "message"}),
    "skipped": (set(), {"type", "message"}),
}
_CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "properties": {"property"},
    "testcase": {"failure", "error", "skipped"},
}
# The characters that XML 1.0 has.
_XML_TEXT = re.compile("[\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


def junit(content: bytes) -> ET.Element:
    assert content.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n")
    assert _XML_TEXT.fullmatch(content.decode())
    root = ET.fromstring(content)
    assert root.tag == "testsuites"
    for element in root.iter():
        required, optional = _ATTRIBUTES[element.tag]
        assert required <= set(element.attrib) <= required | optional
        assert {child.tag for child in element} <= _CHILDREN.get(element.tag, set())
        assert _SUREFIRE_TIME.fullmatch(element.get("time", "0"))
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "")) == len(cases)
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("errors", "")) == len(suite.findall("testcase/error"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))
        assert all(len(case) <= 1 for case in cases)
    for name in ("tests", "failures", "errors"):
        assert int(root.get(name, "")) == sum(int(suite.get(name, "")) for suite in root)
    return root


# GitHub Actions ------------------------------------------------------------------------------


def _unescape(text: str, *, of_property: bool = False) -> str:
    if of_property:
        text = text.replace("%3A", ":").replace("%2C", ",")
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def runner_commands(stdout: str) -> list[tuple[str, dict[str, str], str]]:
    """Return every command that a runner would obey: name, properties, message."""
    found = []
    for line in re.split(r"\r\n|\r|\n", stdout):
        assert "##[" not in line, "a command of the old form"
        if not line.lstrip().startswith("::"):
            continue
        head, _, message = line.lstrip()[2:].partition("::")
        name, _, rest = head.partition(" ")
        pairs = (pair.partition("=") for pair in rest.split(",") if pair)
        properties = {key: _unescape(value, of_property=True) for key, _, value in pairs}
        found.append((name, properties, _unescape(message)))
    return found


def runner_outputs(text: str) -> dict[str, str]:
    """Return the outputs that a runner reads from its file."""
    outputs = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, arrows, delimiter = line.partition("<<")
        if not arrows:
            name, _, outputs_value = line.partition("=")
            outputs[name] = outputs_value
            continue
        value = []
        for inner in lines:
            if inner == delimiter:
                break
            value.append(inner)
        outputs[name] = "\n".join(value)
    return outputs


class Page(HTMLParser):
    """The elements of a page, their attributes, and the text outside and inside of code."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.prose = ""
        self.code = ""
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> ends nothing"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"code", "pre"} & set(self._open):
            self.code += data
        else:
            self.prose += data


def markdown(source: str) -> Page:
    """Return what GitHub makes of Markdown, before it takes away what it does not allow."""
    return Page(MarkdownIt("commonmark", {"html": True}).enable("table").render(source))


# Tables --------------------------------------------------------------------------------------


def cells(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=delimiter))


def formulas(content: bytes) -> Iterator[str]:
    """Yield every cell that a spreadsheet would compute, whatever it takes for the delimiter."""
    for delimiter in ",;\t":
        for row in cells(content, delimiter):
            for cell in row:
                text = unicodedata.normalize("NFKC", cell).lstrip(' \t\r\n"')
                if text[:1] in tuple("=+-@") and text != "-" and not _is_number(text):
                    yield cell


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))


@dataclass
class Canvas:
    """A Canvas course: students by id as (sortable name, SIS id, login), assignments, grades."""

    students: dict[int, tuple[str, str, str]]
    assignments: dict[int, str]
    points: dict[int, float]
    grades: dict[tuple[int, int], str] = field(default_factory=dict)

    def upload(self, content: bytes) -> None:
        """Take over a file as the gradebook's importer does."""
        text = content.decode()
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter(text)))
        header, *rest = rows
        assert len(header) > 3, "Invalid header row"
        assert "Student" in header[0], "Invalid header row"
        assert "ID" in header[1], "Invalid header row"
        width = 3
        if re.search(r"SIS\s+Login\s+ID", header[2]):
            width = 4
        elif re.search(r"SIS\s+User\s+ID", header[2]) and "SIS Login ID" in header[3]:
            width = 6 if "Integration ID" in header[4] else 5
        assert "Section" in header[width - 1], "Invalid header row"
        columns = {i: self._assignment(h) for i, h in enumerate(header) if i >= width}
        for row in rest:
            if "Points Possible" in row[0]:
                for i, assignment in columns.items():
                    self.points[assignment] = float(row[i])
                continue
            student = self._student(row)
            for i, assignment in columns.items():
                self._grade(student, assignment, row[i].strip())

    @staticmethod
    def _delimiter(text: str) -> str:
        counts = {}
        for delimiter in ";,":
            widths = set()
            for line in text.split("\n")[:3]:
                try:
                    row = next(csv.reader([line.rstrip("\r")], delimiter=delimiter, strict=True))
                except (csv.Error, StopIteration):
                    widths = {-1, -2}
                    break
                widths.add(len(row))
            counts[delimiter] = widths.pop() if len(widths) == 1 else 0
        return ";" if counts[";"] > counts[","] else ","

    def _assignment(self, header: str) -> int:
        found = re.fullmatch(r"(.*)\s\((\d+)\)", header, re.DOTALL)
        assert found, f"a new assignment: {header}"
        assert int(found[2]) in self.assignments, f"a new assignment: {header}"
        return int(found[2])

    def _student(self, row: list[str]) -> int:
        if row[1].isdigit() and int(row[1]) in self.students:
            return int(row[1])
        raise AssertionError(f"a new student: {row}")

    def _grade(self, student: int, assignment: int, cell: str) -> None:
        assert cell == "" or cell.upper() == "EX" or re.fullmatch(r"\d+(\.\d+)?", cell), cell
        self.grades[student, assignment] = cell


@dataclass
class MoodleAssignment:
    """An assignment in Moodle with its site's words; grades and feedback by participant."""

    words: dict[str, str]
    participants: set[int]
    maximum: float = 100
    grades: dict[int, float] = field(default_factory=dict)
    feedback: dict[int, str] = field(default_factory=dict)

    def upload(self, content: bytes) -> None:
        """Take over a grading worksheet."""
        header, *rows = cells(content)
        for name in ("identifier", "grade", "modified"):
            assert self.words[name] in header, "invalid grade import"
        place = {name: header.index(word) for name, word in self.words.items() if word in header}
        for row in rows:
            number = row[place["identifier"]][len(self.words["participant"]) :]
            if not number.isdigit() or int(number) not in self.participants:
                continue
            grade = row[place["grade"]].replace(",", ".")
            if grade and 0 <= float(grade) <= self.maximum:
                self.grades[int(number)] = float(grade)
            if "feedback" in place:
                self.feedback[int(number)] = row[place["feedback"]]


@dataclass
class MoodleGradebook:
    """A Moodle gradebook: users by what a column is mapped to, grades by username."""

    users: dict[str, dict[str, str]]
    grades: dict[str, float] = field(default_factory=dict)

    def upload(self, content: bytes, who: str, item: str, mapped_to: str) -> None:
        """Take over a file whose columns a teacher has mapped."""
        header, *rows = cells(content)
        changes = {}
        for row in rows:
            value = row[header.index(who)]
            fitting = [u for u, fields in self.users.items() if fields[mapped_to] == value]
            assert len(fitting) == 1, f"User mapping error: {value}; nothing is imported"
            grade = row[header.index(item)]
            assert re.fullmatch(r"\d+(\.\d+)?", grade), "Bad grade; nothing is imported"
            assert float(grade) <= 100, "Grade too large; nothing is imported"
            changes[fitting[0]] = float(grade)
        self.grades |= changes


# Brightspace and Blackboard ------------------------------------------------------------------


def brightspace(content: bytes, item: str, maximum: float) -> dict[str, float]:
    """Return the grades by user name or OrgDefinedId that an import of Brightspace enters."""
    text = content.decode("utf-8-sig")
    delimiter = "\t" if "\t" in text.split("\n")[0] else ","
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    *keys, grade, end = header
    assert keys in (["Username"], ["OrgDefinedId"], ["OrgDefinedId", "Username"])
    assert (grade, end) == (f"{item} Points Grade", "End-of-Line Indicator")
    entered = {}
    for *ids, points, mark in rows:
        assert mark == "#"
        entered[ids[-1].removeprefix("#")] = min(float(points), maximum)
    return entered


def blackboard(content: bytes, columns: dict[str, str]) -> dict[tuple[str, str], float]:
    """Return the grades by user name and column that an upload to Blackboard enters.

    A column without a known id would become a new text column.
    """
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = content.decode("utf-16" if wide else "utf-8-sig")
    delimiter = "\t" if "\t" in text.split("\n")[0] else ","
    for line in text.splitlines():
        for cell in re.split(rf"{delimiter}(?=\")", line):
            assert re.fullmatch('".*"', cell), cell
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    login = header.index("Username")
    entered = {}
    for index, name in enumerate(header):
        if index != login:
            column = columns[name.rpartition("|")[2]]
            entered |= {(row[login], column): float(row[index]) for row in rows}
    return entered


# Zips of feedback files ----------------------------------------------------------------------


def moodle_feedback(names: list[str], participants: set[int]) -> dict[int, str]:
    """Return the file that each participant gets of a zip uploaded to an assignment of Moodle."""
    received = {}
    for name in names:
        parts = name.split("/")
        while parts:
            info = parts.pop(0).split("_", 4)
            if len(info) >= 4 and info[1].isdigit() and int(info[1]) in participants:
                assert (info[2], info[3]) in {
                    ("assignsubmission", "file"),
                    ("assignsubmission", "onlinetext"),
                }
                received[int(info[1])] = "/".join(filter(None, [*info[4:], *parts]))
                break
    return received


def canvas_feedback(names: list[str], attachments: dict[int, int]) -> dict[int, str]:
    """Return the file that each student gets of a zip of submissions uploaded to Canvas.

    ``attachments`` has the student of each file that was handed in.
    """
    received = {}
    for name in names:
        numbers = [int(part) for part in name.rpartition("/")[2].split("_") if part.isdigit()]
        student, attachment = numbers[:2]
        assert attachments[attachment] == student
        received[student] = name
    return received
