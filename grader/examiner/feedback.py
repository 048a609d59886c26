"""What a check that did not pass reports: one short block that a student can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.records import GRADE_AGAIN, OutcomeKind
from grader.sandbox.protocol.values import Given, Seeded
from grader.sandbox.student import (
    Call,
    Died,
    Raised,
    StudentTrouble,
    TookTooLong,
    Undefined,
)
from grader.sanitize import clean, clean_line
from grader.testing.checks import CollectedCheck, Signature
from grader.testing.draws import Draws
from grader.testing.expect import CheckFailed, describe
from grader.testing.observations import HINTS

_MAX_MESSAGE = 4_000
_MAX_LITERAL = 12  # entries of an array that is written out
_LABELS = {Raised: "Raised  ", Died: "Ended   ", TookTooLong: "Waited  "}
_FROM_A_WARNING = ("warned", "not_finite")
# What beginners meet first, by the type of the exception and the beginning of its text.
# Python's and numpy's words, of several versions; a stranger's are only compared with them.
_FROM_AN_EXCEPTION = {
    "one_number": (
        "TypeError",
        (
            "only 0-dimensional arrays can be converted to Python scalars",
            "only length-1 arrays can be converted to Python scalars",
            "only size-1 arrays can be converted to Python scalars",
            "must be real number, not list",
        ),
    ),
    "truth_of_array": ("ValueError", ("The truth value of an array with more than one element",)),
    "unknown_name": ("NameError", ("name '",)),
}
_DECIMAL = re.compile(r"-?\d+\.\d+(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one check, as plain data."""

    outcome: OutcomeKind
    message: str
    detail: str = ""
    repeat: str = ""
    hint: str = ""
    diagnosis: str | None = None

    @property
    def shows_work(self) -> bool:
        """Return whether the student's code did anything that could be recognised."""
        return self.outcome not in ("not_implemented", "not_run")


def find(
    trouble: CheckFailed | StudentTrouble,
    collected: CollectedCheck,
    call: Call | None,
    draws: Draws,
    course_functions: frozenset[str] = frozenset(),
) -> Finding:
    """Put into words why a check did not pass.

    Parameters
    ----------
    trouble : CheckFailed or StudentTrouble
        What the suite or the window raised.
    collected : CollectedCheck
        The check.
    call : Call or None
        The last call, where there was one.
    draws : Draws
        What was drawn for it.
    course_functions : frozenset of str
        Names that the student has functions for; others that were passed are shown.

    Returns
    -------
    Finding
        With a message without values and a detail that has them.
    """
    visible = collected.check.visibility == "visible"
    if isinstance(trouble, StudentTrouble) and trouble.outcome in ("not_implemented", "not_run"):
        return Finding(trouble.outcome, str(trouble))
    if isinstance(trouble, Undefined):
        return Finding("error", str(trouble), hint=HINTS["undefined"], diagnosis="undefined")
    lines = []
    if call is not None:
        lines.append(f"Called  {describe_call(collected.signature, call)}")
    detail = ""
    diagnosis = None
    if isinstance(trouble, CheckFailed):
        outcome: OutcomeKind = "failed"
        if call is not None and call.answered:
            lines.append(f"Got     {clean_line(describe(call.value), 300)}")
        lines.append(f"Wrong   {trouble.observation.text}")
        diagnosis = trouble.observation.id
        lines += _origin(diagnosis, call)
        detail = f"Values  {trouble.detail}" if trouble.detail else ""
    else:
        outcome = trouble.outcome
        text = str(trouble)
        if trouble.quotes_student and not visible:
            # A student's own exception text may carry the inputs of a hidden check.
            text = _DECIMAL.sub("…", text)
        diagnosis = _observe_trouble(trouble, call)
        lines.append(_LABELS[type(trouble)] + text.replace("\n", "\n        "))
    repeat = ""
    if call is not None:
        if visible and call.printed:
            lines.append("Printed " + call.printed.replace("\n", "\n        "))
        recipe = _recipe(collected, call, draws, visible)
        if len(recipe) > 1:
            recipe = [*_sources(call, course_functions), *recipe]
        repeat = "Repeat  " + "\n        ".join(recipe)
    hint = HINTS.get(diagnosis or "", "")
    # A suite may have quoted what a student returned: the last word is plain text.
    message = clean("\n".join(lines), _MAX_MESSAGE)
    detail, repeat = clean(detail, _MAX_MESSAGE), clean(repeat, _MAX_MESSAGE)
    return Finding(outcome, message, detail, repeat, hint, diagnosis)


def _observe_trouble(trouble: StudentTrouble, call: Call | None) -> str | None:
    """Return the observation that an exception or a hang is, where a hint is known for it."""
    if isinstance(trouble, TookTooLong):
        return "timeout"
    if not isinstance(trouble, Raised) or call is None:
        return None
    for observed, (kind, beginnings) in _FROM_AN_EXCEPTION.items():
        if call.raised == kind and call.raised_text.startswith(beginnings):
            return observed
    return None


def _origin(observed: str, call: Call | None) -> list[str]:
    """Say which line of the student's numpy warned of first, where that explains anything."""
    if observed not in _FROM_A_WARNING or call is None or not call.warned:
        return []
    text, _, place = call.warned[0].partition("\n")
    if not place:
        return []
    said = "" if observed == "warned" else f"numpy warned first: {text}, "
    return [f"Arose   {said}{place}"]


def describe_call(signature: Signature, call: Call) -> str:
    """Return a call as text: names, types and shapes, no entries of arrays."""
    if call.probe is not None:
        return f"{call.name}, inside a small program"
    parts = [
        f"{name}: {_describe_argument(value)}" for name, value in _named(signature, call).items()
    ]
    return f"{call.name}({', '.join(parts)})"


def _named(signature: Signature, call: Call) -> dict[str, Any]:
    names = signature.parameters if call.name == signature.name else ()
    positional = {
        names[place] if place < len(names) else f"argument {place + 1}": value
        for place, value in enumerate(call.args)
    }
    return positional | call.kwargs


def _describe_argument(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    if isinstance(value, Given):
        return value.name
    if isinstance(value, Seeded):
        return f"default_rng({value.seed})"
    if isinstance(value, bool | int | float | str) or value is None:
        # A suite may pass on what a student returned, so even an argument is a stranger's.
        return clean_line(repr(value), 40)
    if isinstance(value, list | tuple):
        inner = ", ".join(_describe_argument(item) for item in value[:4])
        more = ", …" if len(value) > 4 else ""
        return f"[{inner}{more}]" if isinstance(value, list) else f"({inner}{more})"
    if isinstance(value, dict):
        pairs = [
            f"{clean_line(str(k), 20)}: {_describe_argument(v)}" for k, v in [*value.items()][:6]
        ]
        return "{" + ", ".join(pairs) + (", …}" if len(value) > 6 else "}")
    return type(value).__name__


def _recipe(collected: CollectedCheck, call: Call, draws: Draws, visible: bool) -> list[str]:
    again = [GRADE_AGAIN.format(exercise=collected.check.exercise)]
    if call.probe is not None:
        return again
    named = _named(collected.signature, call)
    arrays = dict(_arrays(named))
    drawn = draws.recipe(arrays)
    if arrays and drawn is not None:
        return _finish(drawn, call, named, {id(a): name for name, a in arrays.items()}) or again
    return (visible and _finish([], call, named, {})) or again


def _sources(call: Call, course_functions: frozenset[str]) -> Iterator[str]:
    """Yield the sources of functions that were passed and that the student has not."""
    values = [*call.args, *call.kwargs.values()]
    found: dict[str, str] = {}
    while values:
        value = values.pop()
        if isinstance(value, Given) and value.name not in course_functions:
            found[value.name] = value.source
        elif isinstance(value, list | tuple):
            values += value
    for name in sorted(found):
        yield from found[name].splitlines()


def _arrays(values: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every array of a call's arguments with a name for it."""
    for key, value in values.items():
        name = f"{prefix}_{key}".strip("_")
        if isinstance(value, np.ndarray):
            yield name, value
        elif isinstance(value, dict):
            yield from _arrays(value, name)
        elif isinstance(value, list | tuple):
            yield from _arrays(dict(enumerate(value)), name)


def _finish(
    lines: list[str], call: Call, named: Mapping[str, Any], names: Mapping[int, str]
) -> list[str]:
    shown = [_literal(value, names) for value in named.values()]
    if any(text is None for text in shown):
        return []
    return [*lines, f"{call.name}({', '.join(map(str, shown))})"]


def _literal(value: Any, names: Mapping[int, str]) -> str | None:
    """Return Python that builds a value, or None where that would be long."""
    if id(value) in names:
        return names[id(value)]
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()!r})" if value.size <= _MAX_LITERAL else None
    if isinstance(value, Given):
        return value.name
    if isinstance(value, Seeded):
        return f"np.random.default_rng({value.seed})"
    if isinstance(value, bool | int | float | str) or value is None:
        return repr(value) if len(repr(value)) <= 40 and repr(value).isprintable() else None
    if isinstance(value, dict):
        pairs = [(repr(key), _literal(item, names)) for key, item in value.items()]
        items = [f"{key}: {item}" if item is not None else None for key, item in pairs]
        return _join("{", items, "}")
    if isinstance(value, list):
        return _join("[", [_literal(item, names) for item in value], "]")
    if isinstance(value, tuple):
        end = ",)" if len(value) == 1 else ")"
        return _join("(", [_literal(item, names) for item in value], end)
    return None


def _join(start: str, items: list[str | None], end: str) -> str | None:
    if len(items) > _MAX_LITERAL or any(item is None for item in items):
        return None
    return start + ", ".join(map(str, items)) + end
