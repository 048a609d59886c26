"""Paths of a check's calls through a table of known mistakes.

The whole of what came back is one path. Where there are several results each is a path of its
own, so that mistakes in two results are found beside each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.examiner.evidence import CheckRun
from grader.examiner.grids import (
    GRIDS,
    NoDigest,
    Numbering,
    digest_answer,
    digest_inputs,
    digest_raised,
)
from grader.examiner.likeness import Part, parts_of
from grader.examiner.replay import can_replay
from grader.sandbox.calls import Call
from grader.sandbox.protocol.frames import FrameError
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.protocol.values import Opaque
from grader.testing.printing import answer_of

WHOLE: Part = ("whole",)
# The path of an observation that is itself the id of a misconception.
RECOGNISED = "recognised"
# Observations of something other than values.
_OF_EFFECTS = ("modified", "warned")

# Each result takes time, and a student's function may return any number of them.
_MAX_RESULTS = 64

Digests = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """One call on a path: the digests of what was asked and of what came back, by grid."""

    call: Call
    asked: Digests
    answered: Digests

    @property
    def digests(self) -> tuple[Digests, Digests]:
        """Return those of the call and those of the answer."""
        return self.asked, self.answered


def name_path(part: Part) -> str:
    """Return a name for the path of a result."""
    return repr(part)


def walk(run: CheckRun) -> dict[Part, list[Move]]:
    """Return the paths of a failed check; none where what was called cannot be compared."""
    paths: dict[Part, list[Move]] = {WHOLE: []}
    numbering = [Numbering() for _ in GRIDS]
    try:
        for call in run.calls:
            if not can_replay(call):
                return {}
            asked = tuple(digest_inputs(call, grid, numbering[grid]) for grid in GRIDS)
            paths[WHOLE].append(Move(call, asked, _digest_whole(call)))
            for part, values in _parts(call).items():
                answered = tuple(digest_answer(values, grid) for grid in GRIDS)
                paths.setdefault(part, []).append(Move(call, asked, answered))
    except NoDigest:
        return {}
    return paths if run.calls else {}


def observe_end(run: CheckRun) -> Move:
    """Return a last move: what was observed, which arguments were changed, and to what."""
    observation, last = run.outcome.observation or "", run.calls[-1]
    changed = sorted(last.modified_keys) if observation == "modified" else []
    seen = [observation, *changed]
    try:
        left = [unpack(last.left[key]) for key in changed if key in last.left]
        answered = tuple(digest_answer([*seen, *left], grid) for grid in GRIDS)
    except (FrameError, NoDigest):
        answered = tuple(digest_answer(seen, 0) for _ in GRIDS)
    nothing = digest_answer(None, 0)
    return Move(last, tuple(nothing for _ in GRIDS), answered)


def is_effect(run: CheckRun) -> bool:
    """Return whether a check failed for what a call did beside returning a value."""
    return run.outcome.observation in _OF_EFFECTS


def _digest_whole(call: Call) -> Digests:
    if not call.answered:
        return tuple(digest_raised(call) for _ in GRIDS)
    if call.on is not None and isinstance(call.value, Opaque):
        # As of a method that returns its own object: what it is shows in later calls.
        return tuple(digest_answer(None, grid) for grid in GRIDS)
    return tuple(digest_answer(answer_of(call), grid) for grid in GRIDS)


def _parts(call: Call) -> dict[Part, Sequence[object]]:
    """Return the results of a call, where there are several."""
    found = parts_of(call.value) if call.answered else {}
    return dict(found) if 1 < len(found) <= _MAX_RESULTS else {}
