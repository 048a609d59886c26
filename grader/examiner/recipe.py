"""Lines of Python that make a call again: what was drawn is drawn again, the rest written out."""

from __future__ import annotations

import keyword
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from grader.examiner.checks import CollectedCheck, Signature
from grader.examiner.literals import Literals, TooLongError, name_kept
from grader.examiner.recipe_given import write_given, write_run
from grader.examiner.recipe_imports import write_imports
from grader.sandbox.calls import Call
from grader.sandbox.protocol.program import Ref, Step
from grader.sandbox.protocol.record import find_record
from grader.sandbox.protocol.values import Handle, SourceFunction
from grader.testing.drawn import write_plain
from grader.testing.draws import Draws

MAX_RECIPE = 4_000  # characters; a part of a longer one would be of no use
_TAKEN = ("np", "rng", "_")  # names of the lines that draw


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make a call again.

    Parameters
    ----------
    text : str
        Lines that can be pasted, with their imports; empty where there are none.
    written_out : bool
        Whether the lines have more of the check in them than what it draws.
    """

    text: str = ""
    written_out: bool = False


def write_recipe(
    collected: CollectedCheck,
    call: Call,
    draws: Draws,
    files: Mapping[str, str],
    earlier: Sequence[Call] = (),
) -> Recipe:
    """Return lines that make a call again, and the calls before it that it builds on.

    Parameters
    ----------
    files : mapping of str to str
        The file of the student's for each function of the course, from which it is imported, and
        for each exercise, with a slash, its files, with slashes between them. The source of one
        could give its exercise away; other functions that were passed are in the lines as source.
    earlier : sequence of Call
        The calls of the same check before it.
    """
    if call.after is not None:
        return _show_plot(write_recipe(collected, call.after, draws, files, earlier))
    if call.formula is not None:
        return Recipe()  # its operations are asked for one by one
    if call.arguments is not None:
        return _bound("\n".join(write_run(call)))
    if call.steps:
        return _write_program([*earlier, call], files, collected.check.exercise)
    kept = [one for one in earlier if one.answered and _uses_handle(one)]
    calls = kept if _uses_handle(call) else []
    calls.append(call)
    arrays = list(_arrays([name_arguments(collected.signature, one) for one in calls]))
    names = _choose_names((name, array) for name, array in arrays if draws.drew(array))
    drawn = {names[id(array)]: array for _, array in arrays if id(array) in names}
    own = collected.check.exercise
    redrawn = draws.recipe(drawn) if drawn else []
    if redrawn is None:
        names, drawn, redrawn = {}, {}, []
    given = list(write_given(call))
    lines = [*given, *_sources(calls, files), *redrawn]
    literals = Literals(names)
    try:
        lines += [_write_call(one, literals, own) for one in calls]
    except TooLongError:
        return Recipe()
    whole = files.get(f"{own}/", f"{own}.py")
    own_file = files.get(collected.signature.needs) or whole.partition("/")[0]
    called = [one.name for one in calls if one.probe is None and one.on is None]
    functions = {name: files.get(name, own_file) for name in called}
    functions |= {name: files[name] for name in _passed(calls) if name in files}
    functions |= {name: files.get(name, own_file) for name in sorted(literals.classes)}
    taken = {*functions, *names.values()}
    if any(taken & needed for needed in literals.imports.values()):
        return Recipe()  # the student's function, say, has the name of what an argument needs
    probed = any(one.probe is not None for one in calls)
    modules = {own: whole if "/" in whole else own_file} if probed else {}
    text = "\n".join([*write_imports(functions, modules, lines, literals.imports), *lines])
    if len(text) > MAX_RECIPE:
        return Recipe()
    all_drawn = not given and bool(drawn) and all(id(array) in names for _, array in arrays)
    return Recipe(text, not all_drawn or any(one.probe is not None for one in calls))


def _show_plot(recipe: Recipe) -> Recipe:
    """Return the lines of a call, and those that show what it drew."""
    text = f"import matplotlib.pyplot as plt\n{recipe.text}\nplt.show()" if recipe.text else ""
    return Recipe(text, recipe.written_out)


def _write_program(calls: Sequence[Call], files: Mapping[str, str], exercise: str) -> Recipe:
    """Return the steps of a program on objects of a class, and what the last of them read."""
    class_name = calls[-1].name
    steps = _connected([step for call in calls for step in call.steps], calls[-1].steps)
    lines = [
        _repeated(step, f"v{step.keep} = {_operation(step, class_name)}")
        for step in steps
        if step.keep
    ]
    read = [_operation(step, class_name) for step in calls[-1].steps if not step.keep]
    lines.append(f"[{', '.join(read)}]")
    file = files.get(class_name) or files.get(f"{exercise}/", f"{exercise}.py").partition("/")[0]
    text = "\n".join([*write_imports({class_name: file}, {}, lines), *lines])
    return _bound(text)


def _bound(text: str) -> Recipe:
    """Return lines with more of a check in them than what it draws, unless they are too long."""
    return Recipe(text, written_out=True) if len(text) <= MAX_RECIPE else Recipe()


def _connected(steps: Sequence[Step], last: Sequence[Step]) -> list[Step]:
    """Return the steps on objects that the last ones have to do with, directly or not.

    What a check did with other objects may have raised an exception, which it expected.
    """
    wanted = {number for step in last for number in _objects(step)}
    grown = True
    while grown:
        before = len(wanted)
        for step in steps:
            if not wanted.isdisjoint(_objects(step)):
                wanted |= _objects(step)
        grown = len(wanted) > before
    return [step for step in steps if not wanted.isdisjoint(_objects(step))]


def _objects(step: Step) -> set[int]:
    """Return the numbers of the objects that a step makes or works on."""
    used = {operand.number for operand in step.operands if isinstance(operand, Ref)}
    return used | {step.keep} if step.keep else used


def _operation(step: Step, class_name: str) -> str:
    operands = [f"v{o.number}" if isinstance(o, Ref) else write_plain(o) for o in step.operands]
    if step.do == "new":
        return f"{class_name}({', '.join(operands)})"
    if step.do == "neg":
        return f"-{operands[0]}"
    if step.do.startswith("."):
        return f"{operands[0]}{step.do}"
    return f" {step.do} ".join(operands)


def _repeated(step: Step, line: str) -> str:
    return line if step.times == 1 else f"for _ in range({step.times}): {line}"


def name_arguments(signature: Signature, call: Call) -> dict[str, Any]:
    """Return the arguments of a call by the names of the parameters, as far as they are known."""
    names = signature.parameters if call.name == signature.name else ()
    positional = {
        names[place] if place < len(names) else f"argument {place + 1}": value
        for place, value in enumerate(call.args)
    }
    return positional | call.kwargs


def _uses_handle(call: Call) -> bool:
    if call.on is not None:
        return True
    values = list(_leaves([*call.args, *call.kwargs.values()]))
    return call.keep is not None or any(isinstance(value, Handle) for value in values)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    elif (record := find_record(value)) is not None:
        value = list(record.fields.values())
    if isinstance(value, list | tuple | deque):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _arrays(value: Any, name: str = "") -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """Yield every array within a value, with a name for it made of keys and places."""
    if isinstance(value, np.ndarray):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _arrays(item, f"{name}_{key}".strip("_"))
    elif (record := find_record(value)) is not None:
        yield from _arrays(dict(record.fields), name)
    elif isinstance(value, list | tuple | deque):
        for place, item in enumerate(value):
            yield from _arrays(item, f"{name}_{place}".strip("_") if name else "")


def _choose_names(arrays: Iterator[tuple[str, np.ndarray[Any, Any]]]) -> dict[int, str]:
    """Return a name of its own for each array, by the array's id."""
    names: dict[int, str] = {}
    for wanted, array in arrays:
        if id(array) in names:
            continue
        plain = wanted.isidentifier() and wanted.isascii() and not keyword.iskeyword(wanted)
        stem = wanted if plain and wanted not in _TAKEN else "x"
        tries = (stem if n == 1 else f"{stem}_{n}" for n in count(1))
        names[id(array)] = next(name for name in tries if name not in names.values())
    return names


def _sources(calls: Sequence[Call], files: Mapping[str, str]) -> Iterator[str]:
    """Yield what defines probes and the functions that were passed and are not of the course."""
    found = {call.probe.name: call.probe.source for call in calls if call.probe is not None}
    found |= {name: source for name, source in _passed(calls).items() if name not in files}
    for name in sorted(found):
        yield from found[name].splitlines()
        if "\n" in found[name].strip():
            yield ""  # where the lines are pasted at a prompt, this ends the definition


def _passed(calls: Sequence[Call]) -> dict[str, str]:
    """Return the sources of the functions that were passed, by name."""
    values = _leaves([[*call.args, *call.kwargs.values()] for call in calls])
    return {value.name: value.source for value in values if isinstance(value, SourceFunction)}


def _write_call(call: Call, literals: Literals, own: str) -> str:
    shown = [literals.write(value) for value in call.args]
    shown += [f"{key}={literals.write(value)}" for key, value in call.kwargs.items()]
    made = call.name
    if call.probe is not None:
        made = call.probe.name
        shown.insert(0, own)
    elif call.on is not None:
        made = f"{name_kept(call.on.number)}.{call.name}"
    text = f"{made}({', '.join(shown)})"
    return text if call.keep is None else f"{name_kept(call.keep)} = {text}"
