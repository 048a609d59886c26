"""The commands of ``grade`` as Markdown, from what ``--help`` shows of each."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import NamedTuple

import click
from _generate.markdown import code, escape, table

from grader.cli.main import main

# What a status means where a command's help does not define it.
_STATUSES = {
    0: "success",
    2: "wrong usage",
    3: "not done; one line shows the reason and what to do",
}


class Help(NamedTuple):
    """The parts of a command's help."""

    blocks: list[str]
    statuses: dict[int, str]
    note: str  # on a status
    examples: list[str]


def make_commands() -> str:
    """Return a list of all commands, and a section for each, in the order of ``--help``."""
    root = _context(main, "grade")
    commands = {}
    for name in main.list_commands(root):
        command = main.get_command(root, name)
        assert command is not None
        if not command.hidden:
            commands[name] = command
    rows = [
        (f"[`grade {name}`](#grade-{name})", read_help(command).blocks[0])
        for name, command in commands.items()
    ]
    blocks = [table(("command", "purpose"), rows)]
    for name, command in commands.items():
        blocks += _describe(_context(command, name, root))
    return "\n\n".join(blocks)


def _context(
    command: click.Command, name: str, parent: click.Context | None = None
) -> click.Context:
    return click.Context(command, info_name=name, parent=parent)


def _describe(context: click.Context) -> Iterator[str]:
    command = context.command
    found = read_help(command)
    yield f"### {context.command_path}"
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"```text\n{usage}\n```"
    yield from found.blocks
    options = [row for parameter in command.params for row in _option(parameter, context)]
    if options:
        yield table(("option", "meaning", "default"), options)
    rows = [(str(status), escape(text)) for status, text in found.statuses.items()]
    yield table(("exit status", "meaning"), rows)
    if found.note:
        yield escape(found.note)
    yield "Examples:" if len(found.examples) > 1 else "Example:"
    yield "```text\n" + "\n".join(found.examples) + "\n```"


def _option(parameter: click.Parameter, context: click.Context) -> Iterator[tuple[str, str, str]]:
    if not isinstance(parameter, click.Option) or parameter.hidden:
        return
    names, meaning = ", ".join(parameter.opts), parameter.help or ""
    if isinstance(parameter.type, click.Choice):
        metavar = parameter.metavar or str(parameter.name).upper()
        *others, last = [code(str(choice)) for choice in parameter.type.choices]
        meaning += f" One of {', '.join(others)} and {last}." if others else f" Only {last}."
    else:
        metavar = "" if parameter.is_flag else parameter.make_metavar(context)
    if isinstance(parameter.type, click.IntRange | click.FloatRange):
        low, high = parameter.type.min, parameter.type.max
        least = "Above" if parameter.type.min_open else "At least"
        meaning += f" From {low} to {high}." if high is not None else f" {least} {low}."
    default = str(parameter.default) if parameter.show_default else ""
    yield code(f"{names} {metavar}".strip()), escape(meaning), code(default)


def read_help(command: click.Command) -> Help:
    """Return the parts of a command's help.

    Raises
    ------
    ValueError
        If it has no examples, or its exit statuses cannot be read.
    """
    blocks, statuses, note, examples = [], dict(_STATUSES), "", []
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        kept = paragraph.startswith("\b")  # click keeps the lines of such a paragraph
        lines = [line.strip() for line in paragraph.removeprefix("\b\n").splitlines()]
        if lines[0].startswith("Example"):
            examples = lines[1:]
        elif lines[0].startswith("Exit status:"):
            found, note = read_statuses(" ".join(lines))
            statuses |= found
        elif kept:
            text = "\n".join(paragraph.splitlines()[1:])
            blocks.append(f"```text\n{text}\n```")
        else:
            blocks.append(escape(" ".join(lines)))
    if not examples:
        raise ValueError(f"the help of {command.name} needs a paragraph that begins with Example")
    return Help(blocks, dict(sorted(statuses.items())), note, examples)


def read_statuses(text: str) -> tuple[dict[int, str], str]:
    """Return the exit statuses of a sentence, and the sentences after it.

    The sentence is like *Exit status: 0 if it is done, 2 wrong usage.*

    Raises
    ------
    ValueError
        If there is no status in it.
    """
    sentence, _, rest = text.removeprefix("Exit status:").strip().partition(". ")
    found = re.split(r"(?:^|,\s|;\s)(\d+)(?=[ ,.]|$)", sentence.removesuffix("."))
    statuses = {
        int(status): meaning.strip().removeprefix("if ")
        for status, meaning in zip(found[1::2], found[2::2], strict=True)
        if meaning.strip()
    }
    if not statuses or found[0]:
        raise ValueError(f"cannot read exit statuses in: {text}")
    return statuses, rest
