"""What docs/reference/compatibility.md promises: what a release had, later versions have and read.

`tests/compatibility` has a folder for each minor version, with its interface and files that it
wrote. Nothing in these folders changes after the release.
"""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from support.interface import describe_interface

from grader.batch.conditions import describe_earlier
from grader.batch.journal import Journal, digest_file
from grader.batch.summary import Summary
from grader.course.manifest import load_course
from grader.errors import CourseError, GraderError
from grader.report import read_report, to_json
from grader.schema import make_schema
from grader.writers.exports.csv_rows import write_csv
from grader.writers.exports.grades import grade_of

FOLDER = Path(__file__).parent / "compatibility"
VERSIONS = sorted(path for path in FOLDER.iterdir() if path.is_dir())
NOW = json.loads(json.dumps(describe_interface()))

each_version = pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.name)


def interface(version: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((version / "interface.json").read_text(encoding="utf-8"))
    return found


def lost_commands(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return what a script that was written then would miss now."""
    lost = []
    for name, command in then.items():
        if name not in now:
            lost.append(name)
            continue
        if now[name]["required"] > command["required"] or (
            now[name]["arguments"][: len(command["arguments"])] != command["arguments"]
        ):
            lost.append(f"{name}: arguments")
        for option, settings in command["options"].items():
            ours = now[name]["options"].get(option)
            same = ("takes_value", "repeatable", "default")
            if (
                ours is None
                or any(ours[key] != settings[key] for key in same)
                or not set(settings["choices"]) <= set(ours["choices"])
            ):
                lost.append(f"{name} {option}")
    return lost


def lost_names(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return the names that a suite that was written then could not import or call now."""
    lost = [name for name in then if name not in now]
    for name in then.keys() & now.keys():
        old, new = then[name], now[name]
        kept = {key: new.get(key) for key in old} == old
        in_order = [key for key in new if key in old] == list(old)
        if not kept or not in_order or any(not new[key][1] for key in new.keys() - old.keys()):
            lost.append(f"{name}(...)")
    return lost


def lost_fields(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return the fields that a reader of reports would miss, or that old reports do not have."""
    lost = [name for name in then if name not in now]
    for name in then.keys() & now.keys():
        old, new = then[name], now[name]
        lost += [
            f"{name}.{field}"
            for field, node in old["fields"].items()
            if new["fields"].get(field) != node
        ]
        lost += [f"{name}.{field}" for field in set(old["required"]) ^ set(new["required"])]
    return lost


@each_version
def test_what_a_release_had_is_there(version: Path) -> None:
    """Commands, options, names and parameters of grader.testing, and fields of the report."""
    then = interface(version)
    assert lost_commands(then["commands"], NOW["commands"]) == []
    assert lost_names(then["testing"], NOW["testing"]) == []
    assert lost_fields(then["report"], NOW["report"]) == []


@pytest.mark.parametrize(
    "change, lost",
    [
        (lambda now: now["commands"].pop("hint"), ["hint"]),
        (lambda now: now["commands"]["submit"]["options"].pop("--seed"), ["submit --seed"]),
        (
            lambda now: now["commands"]["batch"]["options"]["--layout"]["choices"].remove("moodle"),
            ["batch --layout"],
        ),
        (
            lambda now: now["commands"]["submit"]["options"]["--fail-under"].update(default=50),
            ["submit --fail-under"],
        ),
        (lambda now: now["commands"]["init"].update(required=1), ["init: arguments"]),
        (lambda now: now["testing"].pop("close"), ["close"]),
        (lambda now: now["testing"]["close"].pop("rtol"), ["close(...)"]),
        (lambda now: now["testing"]["equal"].update(new=["KEYWORD_ONLY", False]), ["equal(...)"]),
        (lambda now: now["report"]["Problem"]["fields"].pop("hint"), ["Problem.hint"]),
        (
            lambda now: now["report"]["CheckReport"]["fields"]["outcome"]["enum"].append("new"),
            ["CheckReport.outcome"],
        ),
        (lambda now: now["report"]["Seed"]["required"].append("new"), ["Seed.new"]),
        (lambda now: now["commands"].update(later={}), []),
        (lambda now: now["testing"]["equal"].update(new=["KEYWORD_ONLY", True]), []),
        (lambda now: now["report"]["Seed"]["fields"].update(new={"type": "string"}), []),
    ],
)
def test_a_loss_is_noticed_and_an_addition_is_allowed(change: Any, lost: list[str]) -> None:
    """As a minor version may add, and only a major version may remove."""
    changed = json.loads(json.dumps(NOW))
    change(changed)
    found = [
        *lost_commands(NOW["commands"], changed["commands"]),
        *lost_names(NOW["testing"], changed["testing"]),
        *lost_fields(NOW["report"], changed["report"]),
    ]
    assert found == lost


@each_version
@pytest.mark.parametrize("name", ["instructor.json", "feedback.json"])
def test_a_report_of_a_release_is_read(version: Path, name: str) -> None:
    """Of both audiences; it is also valid against the present schema."""
    report = read_report(version / name)
    assert report.environment.grader == version.name
    jsonschema.validate(json.loads((version / name).read_text("utf-8")), json.loads(make_schema()))


@each_version
def test_a_report_of_a_later_minor_version_is_read(version: Path, tmp_path: Path) -> None:
    """Fields that this version does not know are ignored, in every object."""

    def add(value: Any) -> Any:
        if isinstance(value, dict):
            return {**{key: add(one) for key, one in value.items()}, "from_later": [{"a": 1}]}
        return [add(one) for one in value] if isinstance(value, list) else value

    path = tmp_path / "report.json"
    old = json.loads((version / "instructor.json").read_text(encoding="utf-8"))
    path.write_text(json.dumps(add(old)), encoding="utf-8")
    assert to_json(read_report(path)) == to_json(read_report(version / "instructor.json"))


def test_a_report_of_another_major_version_is_refused(tmp_path: Path) -> None:
    """With its version and what to do."""
    path = tmp_path / "report.json"
    path.write_text('{"schema_version": 2}', encoding="utf-8")
    with pytest.raises(GraderError, match="version 2, and this grader reads version 1; grade the"):
        read_report(path)


@each_version
def test_a_journal_of_a_release_is_read(version: Path, tmp_path: Path) -> None:
    """Its reports are recognised; another grader's version is a condition that differs."""
    path = tmp_path / "journal.jsonl"
    shutil.copy(version / "journal.jsonl", path)
    with Journal(path) as journal:
        (entry,) = journal.entries()
    assert entry.key.grader == version.name
    assert entry.report_sha256 == digest_file(version / "instructor.json")
    earlier = entry.key.conditions
    later = msgspec.structs.replace(earlier, grader="0.1.1")
    assert [*describe_earlier(earlier, later)] == [f"with grader {version.name}"]


@each_version
def test_a_journal_of_a_later_minor_version_is_read(version: Path, tmp_path: Path) -> None:
    """Unknown fields are ignored."""
    line = json.loads((version / "journal.jsonl").read_text(encoding="utf-8"))
    line["from_later"] = line["key"]["from_later"] = 1
    path = tmp_path / "journal.jsonl"
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    with Journal(path) as journal:
        assert [entry.score for entry in journal.entries()] == [line["score"]]


@each_version
def test_a_manifest_of_a_release_is_read(version: Path, tmp_path: Path) -> None:
    """With every key that it can have; a key that is not known is refused by name."""
    text = (version / "course.toml").read_text(encoding="utf-8")
    path = tmp_path / "course.toml"
    path.write_text(text, encoding="utf-8")
    course = load_course(path)
    assert (course.version, len(course.exercises), len(course.withheld)) == ("2.1", 2, 1)
    path.write_text("from_later = 1\n" + text, encoding="utf-8")
    with pytest.raises(CourseError, match="from_later"):
        load_course(path)


@each_version
def test_the_tables_of_a_release_have_the_same_columns(version: Path) -> None:
    """The summary of a batch and the export to csv; columns may be added."""
    report = read_report(version / "instructor.json")
    summary = Summary(load_course(version / "course.toml"), {})
    summary.add(report, {"fitting": "0", "words": "1"})
    scores = write_csv([grade_of(report)]).decode("utf-8-sig")
    for name, text in (("summary.csv", summary.as_csv()), ("scores.csv", scores)):
        (old,) = csv.DictReader((version / name).read_text("utf-8-sig").splitlines())
        (new,) = csv.DictReader(text.splitlines())
        assert old.items() <= new.items(), name


@each_version
def test_the_summary_of_a_release_has_the_same_fields(version: Path) -> None:
    """In every object of it; fields may be added."""

    def paths(value: Any, path: str = "") -> set[str]:
        if isinstance(value, dict):
            return {path}.union(*(paths(one, f"{path}.{key}") for key, one in value.items()))
        return (
            {path}.union(*(paths(one, path) for one in value))
            if isinstance(value, list)
            else {path}
        )

    summary = Summary(load_course(version / "course.toml"), {})
    summary.add(read_report(version / "instructor.json"), {"fitting": "0", "words": "1"})
    old = json.loads((version / "summary.json").read_text(encoding="utf-8"))
    new = json.loads(summary.as_json())
    assert paths(old) <= paths(new)
    assert old["summary_version"] == new["summary_version"]
