"""The feedback of a check that did not pass, as fields that all formats show alike."""

from __future__ import annotations

import re
import shlex
import traceback
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from grader.examiner.checks import CollectedCheck, Signature
from grader.examiner.literals import Literals, TooLongError
from grader.examiner.observing import choose_hint, observe
from grader.examiner.recipe import Recipe, write_recipe
from grader.records import Feedback, Outcome
from grader.sandbox import arguments
from grader.sandbox.calls import (
    Call,
    Raised,
    StudentError,
    TooCostly,
    TookTooLong,
    Undefined,
    Warned,
    WorkerEnded,
)
from grader.sandbox.meter import Slept
from grader.sandbox.protocol.pandas_data import as_data
from grader.sandbox.protocol.record import Record, find_record
from grader.sandbox.protocol.tables import Column, Table
from grader.sandbox.protocol.values import Asked, Handle, Seeded, SourceFunction
from grader.sanitize import clean, clean_line
from grader.testing.describing import describe
from grader.testing.draws import Draws
from grader.testing.expect import CheckFailed
from grader.testing.showing import show
from grader.wording import counted, with_article

_MAX_FIELD = 4_000
_BRACKETS: dict[type, tuple[str, str]] = {list: ("[", "]"), tuple: ("(", ")"), set: ("{", "}")}
_PROXY = Path(arguments.__file__).parent
FAULT = "grader_fault"  # the observation of a check that the grader could not judge
_FIELDS: dict[type[StudentError], str] = {
    Raised: "raised",
    WorkerEnded: "ended",
    TookTooLong: "waited",
    TooCostly: "waited",
    Slept: "waited",
}
_FROM_A_WARNING = ("warned", "not_finite")
_DECIMAL = re.compile(r"-?\d+(?:\.\d+)+(?:[eE][-+]?\d+)?")


def describe_failure(
    error: CheckFailed | StudentError,
    collected: CollectedCheck,
    call: Call | None,
    draws: Draws,
    files: Mapping[str, str],
    earlier: Sequence[Call] = (),
) -> Outcome:
    """Return why a check did not pass, field by field.

    Parameters
    ----------
    error : CheckFailed or StudentError
        What the suite or the proxy raised.
    call : Call or None
        The last call, where there was one.
    draws : Draws
        What was drawn for it.
    files : mapping of str to str
        The file of the student's for each function of the course.
    earlier : sequence of Call
        The calls of the same check before the last one.
    """
    check = collected.check
    if isinstance(error, StudentError) and error.outcome in ("not_implemented", "not_run"):
        return Outcome(check.id, error.outcome, feedback=_feedback(wrong=str(error)))
    if isinstance(error, Undefined):
        wrong = _feedback(wrong=str(error))
        return Outcome(
            check.id, "error", "undefined", hint=choose_hint("undefined", call), feedback=wrong
        )
    observation = observe(error, call)
    fields = _describe_error(error, observation, call, check.visibility == "visible")
    recipe = Recipe()
    if call is not None:
        given = describe_given(call.shown, shows=check.visibility == "visible")
        fields["called"] = describe_call(collected.signature, call.shown) + given
        fields["printed"] = call.shown.printed
        recipe = write_recipe(collected, call, draws, files, earlier)
        fields["repeat"] = recipe.text
    origin = _origin(observation, call) if isinstance(error, CheckFailed) else None
    raised = error.__cause__ if isinstance(error, CheckFailed) else error
    place = origin.place if origin is not None else getattr(raised, "place", None)
    return Outcome(
        check.id,
        "failed" if isinstance(error, CheckFailed) else error.outcome,
        observation=observation,
        hint=choose_hint(observation or "", call),
        feedback=replace(
            _feedback(**fields),
            places=(place,) if place is not None else (),
            written_out=recipe.written_out,
        ),
        meanings=error.observation.meanings if isinstance(error, CheckFailed) else (),
    )


def describe_fault(error: BaseException, check_id: str, suite: Path) -> Outcome:
    """Return the outcome of a check that the grader itself could not judge.

    Parameters
    ----------
    suite : Path
        The file of the check, whose line is named: that is where an author can do something.
    """
    frames = list(traceback.walk_tb(error.__traceback__))
    own = [at for at in frames if at[0].f_code.co_filename == str(suite)]
    frame, line = (own or frames)[-1]
    place = Path(frame.f_code.co_filename).name if own else frame.f_code.co_filename
    fault = f"{clean_line(f'{type(error).__name__}: {error}', 400)} at {place}, line {line}"
    wrong = (
        "The grader could not judge this answer; this is a defect of the grader, please report it."
    )
    return Outcome(
        check_id, "error", observation=FAULT, feedback=Feedback(wrong=wrong, fault=fault)
    )


def _feedback(**fields: str) -> Feedback:
    # A suite may have quoted what a student returned: every field is made plain text.
    return replace(Feedback(), **{name: clean(text, _MAX_FIELD) for name, text in fields.items()})


def _describe_error(
    error: CheckFailed | StudentError, observation: str | None, call: Call | None, visible: bool
) -> dict[str, str]:
    if isinstance(error, CheckFailed):
        other = error.__cause__
        return {
            "got": _describe_answer(call),
            "raised": _word_error(other, visible) if isinstance(other, Raised) else "",
            "wrong": error.observation.text,
            "arose": _describe_origin(observation, call),
            "values": error.values or _show_returned(observation, call),
            "expected": error.expected,
        }
    return {_FIELDS[type(error)]: _word_error(error, visible)}


def _describe_answer(call: Call | None) -> str:
    if call is None or not call.answered or (call.looks_at_output and call.value is None):
        return ""
    if call.arguments is None:
        return clean_line(describe(call.value), 300)
    text, _, status = call.value
    printed = f"{_count_lines(text)} of text" if text else "no text"
    return f"{printed}, exit status {status}"


def _count_lines(text: str) -> str:
    return counted(len(text.splitlines()), "line")


def _show_returned(observation: str | None, call: Call | None) -> str:
    """Return what came back in the place of an exception."""
    if observation != "not_raised" or call is None or not call.answered:
        return ""
    return f"got {show(call.value)}"


def _word_error(error: StudentError, visible: bool) -> str:
    text = str(error)
    if error.quotes_student and not visible:
        # A student's own exception text may carry the inputs of a hidden check.
        text = _DECIMAL.sub("…", text)
    return text


def _origin(observed: str | None, call: Call | None) -> Warned | None:
    """Return what numpy warned of first in a student's line, where that explains anything."""
    if observed not in _FROM_A_WARNING or call is None or not call.warned:
        return None
    return call.warned[0] if call.warned[0].origin else None


def _describe_origin(observed: str | None, call: Call | None) -> str:
    warned = _origin(observed, call)
    if warned is None:
        return ""
    first = "" if observed == "warned" else f"numpy warned first: {warned.text}, "
    return first + warned.origin


def describe_call(signature: Signature, call: Call) -> str:
    """Return a call as text: names, types and shapes, no entries of arrays."""
    if call.arguments is not None:
        return clean_line(shlex.join(["python", call.name, *call.arguments]), 300)
    if call.probe is not None and any(isinstance(value, Handle) for value in call.args):
        given = ", ".join(map(_describe_argument, call.args))
        return f"{call.probe.name}({given}), a function of the check"
    if call.probe is not None or call.steps:
        return f"{call.name}, inside a small program"
    is_own = call.name == signature.name and call.on is None
    names = [f"{name}: " for name in signature.parameters] if is_own else []
    named = [*zip_longest(names[: len(call.args)], call.args, fillvalue="")]
    named += [(f"{name}: ", value) for name, value in call.kwargs.items()]
    parts = [f"{name}{_describe_argument(value)}" for name, value in named]
    source = call.on.source if call.on is not None else ""
    on = source if source[:1].isupper() else f"{source}(…)"
    return f"{f'{on}.' if source else ''}{call.name}({', '.join(parts)})"


def describe_given(call: Call, *, shows: bool) -> str:
    """Return what a call was given beside its arguments, to follow its own words.

    Parameters
    ----------
    shows : bool
        Whether the input itself may be shown.
    """
    given = []
    if call.given_input:
        lines = f"{_count_lines(call.given_input)} of input"
        given.append(f"the input {call.given_input[:200]!r}" if shows else lines)
    if call.given_files:
        # A check may give a call what the one before it wrote, under a student's names.
        names = [clean_line(name, 60) for name in call.given_files]
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        given.append(f"the file{'s' if len(names) > 1 else ''} {', '.join(names[:5])}{more}")
    return f", with {' and '.join(given)}" if given else ""


def _describe_argument(value: Any) -> str:
    value = as_data(value)
    if isinstance(value, Table | Column):
        return describe(value)
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    if isinstance(value, SourceFunction):
        return value.name
    if isinstance(value, Asked):
        return f"a function of a {value.of}"
    if isinstance(value, Seeded):
        return f"default_rng({value.seed})"
    return _describe_data(value)


def _describe_data(value: Any) -> str:
    record = find_record(value)
    if record is not None and record.kind in ("dataclass", "namedtuple"):
        return _describe_record(record)
    if record is None and (isinstance(value, bool | int | float | str) or value is None):
        # A suite may pass on what a student returned, so an argument may be a student's text.
        return show(value, 40)
    if isinstance(value, list | tuple | set | frozenset | deque):
        return _describe_items(value)
    if isinstance(value, dict):
        pairs = [
            f"{clean_line(str(k), 20)}: {_describe_argument(v)}" for k, v in [*value.items()][:6]
        ]
        text = "{" + ", ".join(pairs) + (", …}" if len(value) > 6 else "}")
        return text if type(value) is dict else f"{type(value).__name__}({text})"
    try:
        shown = _describe_kept(value) if isinstance(value, Handle) else Literals({}).write(value)
    except TooLongError:
        shown = type(value).__name__
    return clean_line(shown, 60)


def _describe_kept(handle: Handle) -> str:
    source = handle.source
    if not source:
        return "an object"
    return with_article(source) if source[:1].isupper() else f"what {source} returned"


def _describe_record(record: Record) -> str:
    parts = [f"{key}: {_describe_argument(item)}" for key, item in [*record.fields.items()][:6]]
    return f"{record.type_name}({', '.join(parts)}{', …' if len(record.fields) > 6 else ''})"


def _describe_items(value: Any) -> str:
    kind: type = type(value)
    is_set = isinstance(value, set | frozenset)
    if is_set and not value:
        return f"{kind.__name__}()"
    texts: Iterable[str] = map(_describe_argument, value)
    # The items of a set have no order, and the text must be the same in every run.
    texts = sorted(texts) if is_set else texts
    inner = ", ".join(islice(texts, 4)) + (", …" if len(value) > 4 else "")
    if kind in _BRACKETS:
        opening, closing = _BRACKETS[kind]
        return f"{opening}{inner}{closing}"
    return f"{kind.__name__}({{{inner}}})" if kind is frozenset else f"{kind.__name__}([{inner}])"
