"""The report's JSON: one definition, and nothing else is read as a report."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from support.reports import payload_of, solved

from grader.errors import ReportError
from grader.report import MAX_REPORT, ReportPayload, read_payload, to_json

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = json.loads((ROOT / "grader" / "report.schema.json").read_text(encoding="utf-8"))


def write(folder: Path, content: Any) -> Path:
    path = folder / "report.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


def resolve(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def leaves(schema: dict[str, Any], root: dict[str, Any], path: str = "$") -> dict[str, str]:
    """Return what a schema allows, as one line for each place in the document."""
    schema = resolve(schema, root)
    kinds = [resolve(kind, root) for kind in schema.get("anyOf", [])]
    if "const" in schema:
        return {path: str([schema["const"]])}
    if "enum" in schema:
        return {path: str(sorted(schema["enum"]))}
    if schema.get("type") == "array":
        return leaves(schema["items"], root, f"{path}[{schema.get('maxItems', '')}]")
    if schema.get("type") == "object":
        optional = {"series"} & set(schema["properties"])
        assert set(schema["required"]) == set(schema["properties"]) - optional, path
        parts = [leaves(s, root, f"{path}.{n}") for n, s in schema["properties"].items()]
        return {place: line for part in parts for place, line in part.items()}
    types = schema.get("type", [kind["type"] for kind in kinds])
    types = sorted([types] if isinstance(types, str) else types)
    limits = {k: v for kind in (schema, *kinds) for k, v in kind.items()}
    kept = {
        name: limits[name]
        for name in ("pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum")
        if name in limits
    }
    return {path: f"{types} {kept}"}


def test_types_and_schema_say_the_same() -> None:
    """Every field, type and limit of the types is in report.schema.json, and none is missing."""
    ours = msgspec.json.schema(ReportPayload)
    assert leaves(ours, ours) == leaves(SCHEMA, SCHEMA)


@pytest.mark.parametrize("payload", [payload_of(), solved(), payload_of(audience="instructor")])
def test_what_is_written_is_valid_and_is_read_back(payload: Any, tmp_path: Path) -> None:
    """Reading a written report gives the same report."""
    jsonschema.validate(payload, SCHEMA)
    assert read_payload(write(tmp_path, to_json(payload))) == payload


def test_fields_that_no_report_has_are_left_out(tmp_path: Path) -> None:
    """What is not in the definition reaches nobody."""
    path = write(tmp_path, {**payload_of(), "surplus": "<script>"})
    assert read_payload(path) == payload_of()


def refused(path: Path) -> str:
    with pytest.raises(ReportError) as caught:
        read_payload(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    "content, says",
    [
        ("", "no JSON"),
        ("NaN", "no JSON"),
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "no report"),
        ("{}", "missing required field"),
        ("7", "no report"),
        ({"error": {"kind": "SubmissionError", "message": "there is\nno work"}}, "no work"),
        ({"error": "odd"}, "no report"),
        ({"schema_version": 2}, "version 2"),
        ({"schema_version": None}, "version None"),
        ({"schema_version": {"a": [1]}}, "version {"),
    ],
)
def test_what_is_no_report_is_refused_in_one_line(content: Any, says: str, tmp_path: Path) -> None:
    """The line names the file and what it is instead."""
    assert says in refused(write(tmp_path, content))


def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path) -> None:
    """No file, a folder and a file that is far too large."""
    assert "No such file" in refused(tmp_path / "absent.json")
    assert "directory" in refused(tmp_path)
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(MAX_REPORT + 1)
    assert "larger than" in refused(large)


def damage(change: Callable[[Any], object]) -> Any:
    payload = copy.deepcopy(payload_of())
    change(payload)
    return payload


def check(payload: Any) -> Any:
    return payload["exercises"][0]["functions"][0]["checks"][0]


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.update(score="10"),
        lambda p: p.update(score=-1),
        lambda p: p.update(score=True),
        lambda p: p.update(percent=101),
        lambda p: p.update(started_at="yesterday"),
        lambda p: p["submission"].update(sha256="x"),
        lambda p: p["isolation"].update(level="none"),
        lambda p: p.pop("seed"),
        lambda p: check(p).update(outcome="excellent"),
        lambda p: check(p).update(visibility="secret"),
        lambda p: check(p).update(id="../../etc/passwd"),
        lambda p: check(p).update(message=None),
        lambda p: p["exercises"][0].update(functions={}),
    ],
)
def test_wrong_fields_are_refused(change: Callable[[Any], object], tmp_path: Path) -> None:
    """A report whose fields are of other types or out of range is no report."""
    assert "no report" in refused(write(tmp_path, damage(change)))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_only_finite_numbers_are_read(number: str, tmp_path: Path) -> None:
    """Python's json would take them."""
    text = to_json(payload_of()).replace('"percent": 20.0', f'"percent": {number}')
    assert number in text
    refused(write(tmp_path, text))


@pytest.mark.parametrize(
    "change, says",
    [
        (lambda p: p.update(score=p["max_score"] + 1), "more points"),
        (lambda p: check(p).update(score=9), "more points"),
        (lambda p: p.update(score=9, percent=90), "add up"),
        (lambda p: p.update(max_score=11), "add up"),
        (lambda p: check(p).update(score=0), "add up"),
        (lambda p: p.update(percent=100), "percentage"),
        (lambda p: check(p).update(id="alpha/slope/purity"), "twice"),
        (lambda p: p["exercises"][0].update(name="beta"), "twice"),
    ],
)
def test_points_that_do_not_fit_are_refused(
    change: Callable[[Any], object], says: str, tmp_path: Path
) -> None:
    """A report that was changed by hand is not passed on."""
    assert says in refused(write(tmp_path, damage(change)))
