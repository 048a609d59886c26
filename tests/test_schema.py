"""report.schema.json: made from the types, up to date, and every field is described."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from support.reports import NOT_TEXT, change_outcome, report_of, scores_of, solved

from grader import schema as made
from grader.records import Feedback, Place, ScoreReport, Series, Trace
from grader.report import Report, build_report, to_json

SCHEMA = json.loads(made.PATH.read_text(encoding="utf-8"))
SERIES = Series("curve", "f(z)", "z", "f(z)", (Trace("yours", "", (0.0, None), (1.0, None)),))


def structs(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "Report", schema
    yield from schema["$defs"].items()


def test_the_schema_is_up_to_date() -> None:
    """`python -m grader.schema --check` agrees with the file in the package."""
    command = [sys.executable, "-m", "grader.schema", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_schema_that_is_out_of_date_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says how to make it again, and that makes it."""
    monkeypatch.setattr(made, "PATH", tmp_path / "schema.json")
    made.PATH.write_text("{}\n", encoding="utf-8")
    assert made.main(["--check"]) == 1
    assert "run `python -m grader.schema`" in capsys.readouterr().err
    assert made.main([]) == 0
    assert made.main(["--check"]) == 0
    assert json.loads(made.PATH.read_text(encoding="utf-8")) == SCHEMA


def test_the_schema_is_one_itself() -> None:
    """It follows the draft that it names."""
    assert SCHEMA["$schema"].endswith("/draft/2020-12/schema")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name, struct", list(structs(SCHEMA)))
def test_every_type_and_every_field_is_described(name: str, struct: dict[str, Any]) -> None:
    """In words that end with a full stop, without markup, and nothing else may be in it."""
    assert struct["additionalProperties"] is False, name
    for described in (struct, *struct["properties"].values()):
        assert described["description"].endswith("."), described
        assert "`" not in described["description"]


def without(key: str, said: dict[str, Any]) -> dict[str, Any]:
    """Return a field's schema without a key, its choices in one order for all of msgspec's."""
    kept = {k: v for k, v in said.items() if k != key}
    return {k: sorted(v, key=repr) if k == "anyOf" else v for k, v in kept.items()}


def test_types_and_schema_say_the_same() -> None:
    """Every field of the types is in the schema with its limits, and none is added."""
    (_, types) = msgspec.json.schema_components([Report], ref_template="#/$defs/{name}")
    assert {name for name, _ in structs(SCHEMA)} == set(types)
    for name, struct in structs(SCHEMA):
        known = types[name]["properties"]
        if name == "Report":  # of a submission that could not be examined they are null
            for field in ("score", "percent"):
                known = {**known, field: {"anyOf": [known[field], {"type": "null"}]}}
        kept = {f: without("description", said) for f, said in struct["properties"].items()}
        assert kept == {f: without("default", said) for f, said in known.items()}
        assert struct["required"] == types[name]["required"] if "required" in struct else True


def complete() -> Report:
    """Return a report in which a check has every field that there is."""
    words = {name: name for name in Feedback.__struct_fields__ if name not in NOT_TEXT}
    feedback = {**words, "places": (Place(0, 3), Place(2, 1))}
    outcomes = change_outcome("alpha/curve/values", feedback=feedback, series=(SERIES,))
    return build_report(scores_of(outcomes=outcomes))


@pytest.mark.parametrize(
    "report", [report_of(), report_of(audience="instructor"), solved(), complete()]
)
def test_reports_made_by_hand_are_valid(report: Report) -> None:
    """For both audiences, with and without every field."""
    jsonschema.validate(json.loads(to_json(report)), SCHEMA)


def test_a_report_of_real_work_is_valid(
    grade: Callable[..., ScoreReport], solution: Callable[[str], str]
) -> None:
    """With checks that failed, raised and were drawn, for both audiences."""
    wrong = (
        "\n\ndef relu(z):\n    return -np.maximum(z, 0)\n\n\ndef gelu(z):\n    return z / None\n"
    )
    scores = grade(activations=solution("activations") + wrong)
    kinds = {check.outcome.outcome for check in scores.checks()}
    assert {"passed", "failed", "error"} <= kinds
    for report in (build_report(scores, "student"), build_report(scores, "instructor")):
        assert any(check.series for check in report.checks())
        jsonschema.validate(json.loads(to_json(report)), SCHEMA)


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.update(surplus=1),
        lambda r: r.pop("audience"),
        lambda r: r.update(schema_version=2),
        lambda r: r["exercises"][0].pop("notes"),
        lambda r: r["exercises"][0]["functions"][0]["checks"][0].update(message="old"),
        lambda r: r["exercises"][0]["functions"][0]["checks"][0].update(feedback={"odd": ""}),
    ],
)
def test_what_is_not_a_report_is_not_valid(change: Callable[[Any], object]) -> None:
    """Fields that there are not, and fields that are missing."""
    report = json.loads(to_json(report_of()))
    change(report)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, SCHEMA)
