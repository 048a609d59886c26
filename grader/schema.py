"""The JSON Schema of ``report.json``, made from the types of `grader.report`.

Descriptions are those of the numpydoc docstrings. ``python -m grader.schema`` writes
``grader/report.schema.json``; with ``--check`` it fails if that file is out of date.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from grader.files import write_whole
from grader.report import Report

PATH = Path(__file__).with_name("report.schema.json")
_FIELD = re.compile(r"^(\w+(?:, \w+)*) : .+\n((?:    .*\n?)+)", re.MULTILINE)


def make_schema() -> str:
    """Return the schema (draft 2020-12) as JSON text."""
    types = list(_structs(Report))
    (root,), definitions = msgspec.json.schema_components([Report], ref_template="#/$defs/{name}")
    for struct in types:
        _describe(definitions[struct.__name__], struct)
    properties = definitions[Report.__name__]["properties"]
    for name in ("score", "percent"):  # of a submission that could not be examined
        limits = {k: properties[name].pop(k) for k in list(properties[name]) if k != "description"}
        properties[name] = {"anyOf": [limits, {"type": "null"}], **properties[name]}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **definitions.pop(root["$ref"].rpartition("/")[2]),
        "$defs": definitions,
    }
    return json.dumps(schema, indent=2) + "\n"


def _structs(start: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    """Yield a struct and all that its fields hold, each once."""
    waiting: list[Any] = [start]
    seen: set[Any] = set()
    while waiting:
        one = waiting.pop()
        if inspect.isclass(one) and issubclass(one, msgspec.Struct):
            if one not in seen:
                seen.add(one)
                yield one
                waiting += [field.type for field in msgspec.structs.fields(one)]
        else:
            waiting += getattr(one, "__args__", ())


def _describe(definition: dict[str, Any], struct: type[msgspec.Struct]) -> None:
    text = (inspect.getdoc(struct) or "").replace("`", "")
    definition["description"] = text.partition("\n\n")[0].replace("\n", " ")
    definition["additionalProperties"] = False
    described = {
        name: " ".join(body.split())
        for names, body in _FIELD.findall(text + "\n")
        for name in names.split(", ")
    }
    for name, field in definition["properties"].items():
        field["description"] = described[name]
        field.pop("default", None)
        # Versions of msgspec order these differently.
        field.get("anyOf", []).sort(key=lambda choice: choice.get("type") == "null")


def write_or_check(path: Path, text: str, arguments: list[str], command: str) -> int:
    """Write a generated file, or with ``--check`` compare it; return an exit status.

    Parameters
    ----------
    command : str
        The command that writes it, for the message.
    """
    if arguments != ["--check"]:
        write_whole(path, text.encode())
        return 0
    if path.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{path} is out of date; run `{command}`\n")
    return 1


def main(arguments: list[str]) -> int:
    """Write the schema, or with ``--check`` compare it; return an exit status."""
    return write_or_check(PATH, make_schema(), arguments, "python -m grader.schema")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
