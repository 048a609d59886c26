"""The fields of report.json as Markdown, from its JSON Schema and an example."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from _generate.markdown import code, escape, table

Schema = dict[str, Any]

EXAMPLE = Path(__file__).parents[1] / "reference" / "example-report.json"
# Values of fields that are empty in the example, by the type and name of the field.
RARE: dict[tuple[str, str], Any] = {
    ("SubmissionReport", "handed_in_at"): "2026-03-01T21:40:00Z",
    ("SubmissionReport", "late"): False,
    ("SubmissionReport", "notes"): ["draft.py is not graded"],
    ("SubmissionReport", "original"): "lovelaceada_4711_submission.zip",
    ("ExerciseReport", "message"): "line 3: SyntaxError: invalid syntax",
    ("ExerciseReport", "notes"): ["line 12 was left out: it raises NameError"],
    ("ExerciseReport", "files"): ["lexer", "parser"],
    ("FunctionReport", "calls"): ["sigmoid"],
    ("FunctionReport", "title"): "The calculator",
    ("Location", "cell"): 4,
    ("CheckReport", "second_misconception"): "F-03",
    ("CheckReport", "essential"): True,
    ("Series", "kind"): "curve",
    ("Series", "title"): "sigmoid and its derivative",
    ("Series", "x_name"): "z",
    ("Series", "y_name"): "f(z)",
    ("Trace", "role"): "yours",
    ("Trace", "name"): "your sigmoid",
    ("Trace", "x"): [-1.0, 0.0, 1.0],
    ("Trace", "y"): [0.27, 0.5, None],
    ("Trace", "z"): [[0.0, 1.0], [1.0, 0.0]],
    ("Feedback", "ended"): "the process ended with exit status 0",
    ("Feedback", "waited"): "no answer within 3 s",
    ("Feedback", "arose"): "line 7: return np.exp(z) / (1 + np.exp(z))",
    ("Feedback", "printed"): "shape (5, 3)",
    ("Feedback", "fault"): "the suite raised ZeroDivisionError",
    ("ResultCredit", "name"): "dW",
    ("Smallest", "call"): "error_gradient([[1.0], [2.0]], [0.0, 1.0], [1.0])",
    ("Smallest", "right"): "[3.0]",
    ("Smallest", "got"): "[6.0]",
    ("Smallest", "raised"): "IndexError",
    ("Smallest", "part"): "dW",
    ("Smallest", "fact"): "it is right for one row",
    ("Problem", "repair"): "transposed",
    ("Problem", "depends_on"): ["sigmoid"],
}
_LONGEST = 50  # characters of an example


def make_fields() -> str:
    """Return a section for the report and one for each object in it.

    Raises
    ------
    ValueError
        If a field has no example, or one in both places.
    """
    schema = json.loads(files("grader").joinpath("report.schema.json").read_text(encoding="utf-8"))
    fields = Fields(schema, json.loads(EXAMPLE.read_text(encoding="utf-8")))
    return "\n\n".join(fields.sections())


class Fields:
    """The objects of a schema, with the values that an example has in them.

    Parameters
    ----------
    schema : dict
    example : dict
        What is valid against it.
    """

    def __init__(self, schema: Schema, example: Any) -> None:
        self._types: dict[str, Schema] = {"Report": schema, **schema["$defs"]}
        self._paths: dict[str, list[str]] = {}
        self._values: dict[tuple[str, str], Any] = {}
        self._walk("Report", "", [example])

    def _walk(self, name: str, path: str, objects: list[Any]) -> None:
        """Note where a type is, and the first value of each of its fields that is not empty."""
        self._paths.setdefault(name, []).append(path)
        for field, node in self._types[name]["properties"].items():
            values = [one[field] for one in objects if one.get(field) or one.get(field) == 0]
            inner, many = _inner(node)
            if inner:
                below = [part for one in values for part in one] if many else values
                self._walk(inner, f"{path}{'.' if path else ''}{field}{'[]' * many}", below)
            elif values:
                self._values.setdefault((name, field), values[0])

    def sections(self) -> Iterator[str]:
        """Yield the blocks of all sections.

        Raises
        ------
        ValueError
            If a field has no example, or the example has one of `RARE`.
        """
        fields = {
            (name, field)
            for name in self._paths
            for field, node in self._properties(name).items()
            if not _inner(node)[0]
        }
        if fields != self._values.keys() ^ RARE.keys():
            differing = fields ^ (self._values.keys() ^ RARE.keys())
            raise ValueError(f"these fields need one example each: {sorted(differing)}")
        for name, paths in self._paths.items():
            yield f"### {name}"
            yield escape(self._types[name]["description"])
            if paths != [""]:
                yield "In " + " and ".join(map(code, paths)) + "."
            required = self._types[name].get("required", [])
            rows = [
                self._row(name, field, node, optional=field not in required)
                for field, node in self._properties(name).items()
            ]
            yield table(("field", "type", "meaning and example"), rows)

    def _properties(self, name: str) -> Schema:
        properties: Schema = self._types[name]["properties"]
        return properties

    def _row(self, name: str, field: str, node: Schema, *, optional: bool) -> tuple[str, str, str]:
        kind = self._type(node) + (" (optional)" if optional else "")
        meaning = escape(_mark_values(node["description"], node.get("enum", [])))
        if not _inner(node)[0]:  # an object has its examples below
            meaning += f" Example: {code(_shorten({**RARE, **self._values}[name, field]))}"
        return code(field), kind, meaning

    def _type(self, node: Schema) -> str:
        if "$ref" in node:
            name = _name(node)
            return f"[{name}](#{name.lower()})" if name in self._types else name
        if "const" in node:
            return code(json.dumps(node["const"]))
        if "enum" in node:
            return ", ".join(code(json.dumps(one)) for one in node["enum"])
        if parts := node.get("anyOf", node.get("oneOf")):
            return " or ".join(map(self._type, parts))
        if node["type"] == "array":
            return f"array of {self._type(node['items'])}" if "items" in node else "array"
        return str(node["type"])


def _mark_values(text: str, values: list[Any]) -> str:
    """Return a description in which values that it explains are code: ``passed: ...``."""
    return re.sub(rf"\b({'|'.join(map(str, values))})(?=:)", r"`\1`", text) if values else text


def _name(node: Schema) -> str:
    return str(node["$ref"]).rpartition("/")[2]


def _inner(node: Schema) -> tuple[str, bool]:
    """Return the type of the objects in a field, or "", and whether they are many."""
    if node.get("type") == "array":
        return _inner(node.get("items", {}))[0], True
    parts = [node, *node.get("anyOf", [])]
    return next((_name(part) for part in parts if "$ref" in part), ""), False


def _shorten(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
