"""Evidence: what the checks of a function found, with their calls that can be made again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grader.examiner.comparable import choose_calls
from grader.examiner.likeness import (
    Part,
    alike,
    overflowed,
    parts_of,
    sizes_of,
)
from grader.examiner.replay import (
    CallResult,
    can_replay,
    compare,
    is_plain,
    is_stateful,
    make_with,
    results_of,
)
from grader.examiner.right import RightNames, uses
from grader.examiner.screening import Screen
from grader.records import FAILED, Outcome
from grader.sandbox.calls import Call
from grader.testing.canonical import EditedFunction

# Processor time for all misconceptions of a submission together; honest work needs a tenth.
_BUDGET_S = 10.0
Parts = dict[Part, list[Any]]


@dataclass(frozen=True, slots=True)
class CheckRun:
    """What one check of a function found, and the calls that it made.

    Parameters
    ----------
    left_out : str
        Why its calls were not kept; empty where they were.
    """

    outcome: Outcome
    calls: tuple[Call, ...]
    left_out: str = ""

    @property
    def failed(self) -> bool:
        """Return whether it failed, and the student's code did something in it."""
        return self.outcome.outcome in FAILED

    @property
    def id(self) -> str:
        """Return the id of its check."""
        return self.outcome.check_id


class TimeBudget:
    """The processor time, in seconds, that misconceptions may still take of a whole submission."""

    def __init__(self, left_s: float = _BUDGET_S) -> None:
        self._end_s = time.process_time() + left_s

    @property
    def spent(self) -> bool:
        """Return whether nothing is left."""
        return time.process_time() > self._end_s


class Evidence:
    """The calls of a function's checks that can be made again, and the time that is left.

    Parameters
    ----------
    runs : sequence of CheckRun
        All checks of the function.
    function : str
        Its name.
    edited : EditedFunction or None
        It, right, for edits.
    names : RightNames
        The other names of its module.
    """

    def __init__(
        self,
        runs: Sequence[CheckRun],
        function: str,
        edited: EditedFunction | None,
        budget: TimeBudget,
        names: RightNames,
    ) -> None:
        self.budget = budget
        self.edited = edited
        self.function = function
        self.names = names
        self._right: dict[int, CallResult] = {}
        self._parts: dict[int, tuple[Parts, Parts]] = {}
        self._sizes: dict[int, list[dict[str, int]]] = {}
        self._own_faults: dict[str, bool] = {}
        # What failed comes first: it speaks against most candidates.
        ordered = sorted(runs, key=lambda run: not run.failed)
        self.comparable = {run.id: choose_calls(run.calls, function, names) for run in ordered}
        self.of_check = {check: list(found.calls) for check, found in self.comparable.items()}
        # Of each call with kept objects, the one before it in the same check.
        self.before: dict[int, Call | None] = {}
        for made in self.of_check.values():
            stateful = [call for call in made if is_stateful(call)]
            pairs = zip(stateful, [None, *stateful], strict=False)
            self.before |= {id(call): earlier for call, earlier in pairs}
        self.check_of = {id(call): check for check, made in self.of_check.items() for call in made}
        self.all_calls = [call for calls in self.of_check.values() for call in calls]
        self.calls_in_order = [call for run in runs for call in self.of_check[run.id]]
        self.passed_calls = [
            call for run in runs if not run.failed for call in self.of_check[run.id]
        ]

    def compares(self, call: Call) -> bool:
        """Return whether a call is one of those that are made again."""
        return id(call) in self.check_of

    @property
    def knows_right(self) -> bool:
        """Return whether there is an implementation that is right."""
        return self.edited is not None

    def right(self, call: Call) -> CallResult:
        """Make a call as it would be right."""
        assert self.edited is not None
        if id(call) not in self._right:
            made = self.of_check[self.check_of[id(call)]]
            self._right |= self._make_all(made, self.edited.choose())
        return self._right[id(call)]

    def _make_all(self, calls: Sequence[Call], right: Callable[..., Any]) -> dict[int, CallResult]:
        """Make calls of one check with a right implementation."""
        names, kept = self.names.beside(None), dict[int, Any]()
        return {id(call): make_with(right, self.function, call, kept, names) for call in calls}

    @cached_property
    def right_implementation(self) -> Callable[..., Any] | None:
        """Return the function as it is right, or None where the course has none."""
        right = self.names.get(self.function)
        return self.edited.choose() if right is None and self.edited is not None else right

    def reaches(self, name: str) -> bool:
        """Return whether another function of the course is called: by this one, or by a check."""
        if self.edited is not None and self.edited.calls(name):
            return True
        if self.edited is None and uses(self.right_implementation, name):
            return True
        made = [call for found in self.comparable.values() for call in (*found.calls, *found.aside)]
        # An object of another's may call anything.
        return name in self.names and any(
            call.probe is not None or (call.on is None and call.name != self.function)
            for call in made
        )

    def is_own_fault(self, run: CheckRun) -> bool:
        """Return whether what is wrong in a check is not due to another function that it calls.

        That is known where the others answered as they should, and where this one did not.
        """
        if run.id not in self._own_faults:
            self._own_faults[run.id] = self._find_own_fault(run)
        return self._own_faults[run.id]

    def _find_own_fault(self, run: CheckRun) -> bool:
        aside = self.comparable[run.id].aside
        if not aside or all(map(self._is_answered_right, aside)):
            return True
        right = self.right_implementation
        if right is None or any(not call.answered for call in aside):
            return False
        made = self._make_all(self.of_check[run.id], right)
        return any(compare(call, made[id(call)]) == "different" for call in self.of_check[run.id])

    def _is_answered_right(self, call: Call) -> bool:
        right = self.names.get(call.name)
        if right is None or not can_replay(call):
            return False
        made = make_with(right, call.name, call, {}, self.names.beside(None))
        return compare(call, made) == "same"

    def name_part(self, part: Part) -> str:
        """Return what a part of the result is called, or nothing."""
        if not part or self.edited is None:
            return ""
        if isinstance(part[0], str):
            return part[0]
        names = self.edited.results
        return names[part[0]] if isinstance(part[0], int) and part[0] < len(names) else ""

    def wrong_parts(self, calls: Sequence[Call]) -> list[Part]:
        """Return the results that are wrong in some of these calls."""
        wrong: dict[Part, None] = {}
        for call in calls:
            theirs, correct = self.parts(call)
            for part, values in theirs.items():
                if not alike(values, correct.get(part)):
                    wrong[part] = None
        return list(wrong)

    def parts(self, call: Call) -> tuple[Parts, Parts]:
        """Return the results that came back from a call, and the right ones."""
        if id(call) not in self._parts:
            self._parts[id(call)] = parts_of(call.value), results_of(self.right(call))
        return self._parts[id(call)]

    def screen(self) -> Screen | None:
        """Return a small call that went wrong, for a first look; or None where there is none."""
        if self.edited is None:
            return None
        plain = [
            call
            for call in self.all_calls
            if call.answered and is_plain(call) and not overflowed(call.value)
        ]
        for call in sorted(plain, key=lambda call: sum(map(len, call.packed_args))):
            if wrong := self.wrong_parts([call]):
                return Screen(call, wrong)
        return None

    def sizes(self, call: Call) -> list[dict[str, int]]:
        """Return what N and C of a call may be."""
        if id(call) not in self._sizes:
            self._sizes[id(call)] = sizes_of([*call.args, *call.kwargs.values()])
        return self._sizes[id(call)]
