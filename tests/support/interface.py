"""What scripts and courses depend on: commands, options, `grader.testing`, fields of the report.

``PYTHONPATH=tests python -m support.interface > tests/compatibility/VERSION/interface.json``
records it when a version is released.
"""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any

import click

from grader import notebook, testing
from grader.cli.main import main
from grader.sandbox.program import Program
from grader.sandbox.student import Student
from grader.schema import make_schema

# Classes of `grader.testing` that suites make objects of; of the others they only receive some.
_CONSTRUCTED = (testing.Formula, testing.Record, testing.Seeded)
# What a check may use of the objects that it receives.
_METHODS = {
    "student": (
        Student,
        "many keep call_on program pass_formula run figures give_input give_files run_script last",
    ),
    "program": (Program, "make look read repeat"),
}


def describe_interface() -> dict[str, Any]:
    """Return commands with options, names with parameters, and fields with types."""
    context = click.Context(main)
    commands = {name: main.get_command(context, name) for name in main.list_commands(context)}
    return {
        "commands": {name: _describe_command(one) for name, one in commands.items() if one},
        "testing": {
            "notebook.grade": _describe_name(notebook.grade),
            **{name: _describe_name(getattr(testing, name)) for name in testing.__all__},
            **{
                f"{name}.{method}": _describe_name(getattr(owner, method))
                for name, (owner, methods) in _METHODS.items()
                for method in methods.split()
            },
        },
        "report": _describe_report(),
    }


def _describe_command(command: click.Command) -> dict[str, Any]:
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    options = [one for one in command.params if isinstance(one, click.Option)]
    return {
        "required": sum(one.required for one in arguments),
        "arguments": [one.nargs for one in arguments],
        "options": {
            name: {
                "takes_value": not option.is_flag,
                "repeatable": option.multiple,
                "choices": [*option.type.choices] if isinstance(option.type, click.Choice) else [],
                "default": option.default if option.show_default else None,
            }
            for option in options
            for name in option.opts
        },
    }


def _describe_name(value: Any) -> dict[str, Any]:
    """Return the parameters of what a suite calls: their kinds, and which have a default."""
    if not inspect.isfunction(value) and value not in _CONSTRUCTED:
        return {}
    parameters = inspect.signature(value).parameters.values()
    return {one.name: [one.kind.name, one.default is not one.empty] for one in parameters}


def _describe_report() -> dict[str, Any]:
    schema = json.loads(make_schema())
    structs = {"Report": schema, **schema["$defs"]}
    return {
        name: {
            "required": struct.get("required", []),
            "fields": {
                field: {key: value for key, value in node.items() if key != "description"}
                for field, node in struct["properties"].items()
            },
        }
        for name, struct in structs.items()
    }


def format_interface(interface: dict[str, Any]) -> str:
    """Return it as JSON with a line for each command, name and type."""
    sections = [
        f'"{section}": {{\n'
        + ",\n".join(
            f"{json.dumps(name)}: {json.dumps(one)}" for name, one in sorted(members.items())
        )
        + "\n}"
        for section, members in interface.items()
    ]
    return "{\n" + ",\n".join(sections) + "\n}\n"


if __name__ == "__main__":
    sys.stdout.write(format_interface(describe_interface()))
