"""Problems: the failed checks of a function, grouped by what a person has to fix.

A check is the unit of the grader; a problem is the unit of a learner. Failed checks with one
cause are one problem, described once. Problems are made of what one audience may see of the
checks, so they can reveal nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec

from grader.check_report import CheckReport
from grader.records import FAILED, Smallest
from grader.repairs import FACTORS, word_repair

# Observations that only state that a value is wrong: any other cause explains it, too.
_VAGUE = frozenset({"", "values"})
# Observations of a wrong result that do not distinguish one cause from another.
_PATTERNS = (
    "constant equal_rows equal_columns shifted shifted_rows scaled_rows scaled_columns"
    " opposite_signs falls_for_rises"
).split()
# Observations of one kind of mistake.
_FAMILIES = {
    **dict.fromkeys(("factor", "factor_argument", "factor_unnamed", "sign"), "factor"),
    **dict.fromkeys(_PATTERNS, "values"),
}
# Exceptions with one cause elsewhere, such as `__init__`, whichever lines raise them.
_ANYWHERE = frozenset({"unknown_name", "no_attribute_of_object"})
# Observations that explain no wrong value.
_APART = frozenset({"modified", "warned", "default", "own_rng"})


class Problem(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One cause of a function's failed checks.

    Parameters
    ----------
    id : str
        The function and the name of the check that shows it: ``sigmoid/values``.
    what : str
        The problem, in words.
    hint : str
        A question or an instruction that leads to the mistake; absent if there is none.
    misconceptions : list of str
        The ids of the known mistakes: one, or two together; absent if there are none.
    repair : str
        The name of the slip that, undone, makes the answer right; absent if there is none.
    depends_on : list of str
        Functions that this one calls and that have problems themselves: fix them first.
    shown : str
        The id of the check whose call shows the problem.
    checks : list of str
        The ids of all checks that fail because of it.
    cost : float
        Points lost.
    stops : bool
        Whether half of the function's points or more are lost because calls raise exceptions or
        do not end; absent if not.
    smallest : Smallest or None
        The smallest call that goes wrong; absent if none is known.
    """

    id: str
    what: str
    shown: str
    checks: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    cost: Annotated[float, msgspec.Meta(ge=0)]
    hint: str = ""
    misconceptions: tuple[str, ...] = ()
    repair: str = ""
    depends_on: tuple[str, ...] = ()
    stops: bool = False
    smallest: Smallest | None = None

    @property
    def is_advice(self) -> bool:
        """Return whether it costs nothing."""
        return self.cost == 0


class Next(msgspec.Struct, frozen=True):
    """The function, and the problem in it, to fix first.

    Parameters
    ----------
    function : str
        The function, as ``exercise/function``.
    problem : str or None
        The id of its problem; null if the function is still to be written.
    """

    function: str
    problem: str | None


def find_problems(
    checks: Sequence[CheckReport], depends_on: Iterable[str] = ()
) -> tuple[Problem, ...]:
    """Return the problems of one function, in the order of `order_problems`.

    Parameters
    ----------
    checks : sequence of CheckReport
        All checks of the function, as one audience may see them, in the suite's order.
    depends_on : iterable of str
        Functions that this one calls and that have problems.
    """
    groups: dict[_Cause, list[CheckReport]] = {}
    for check in checks:
        if check.outcome in FAILED:
            groups.setdefault(_cause_of(check), []).append(check)
    _join_named(groups)
    _join_alike(groups)
    _join_repaired(groups)
    _join_vague(groups)
    needed = tuple(depends_on)
    # An exception for one kind of argument is no more urgent than a wrong value.
    half = sum(check.max_score for check in checks) / 2
    problems = (("", _describe(group, needed, half)) for group in groups.values())
    return _add_unearned([problem for _, problem in order_problems(problems)], checks)


def drawn_check(problem: Problem, checks: Sequence[CheckReport]) -> CheckReport | None:
    """Return the one check whose series picture a problem: the shown one, or else the first."""
    drawn = [check for check in checks if check.id in problem.checks and check.series]
    shown = (check for check in drawn if check.id == problem.shown)
    return next(shown, next(iter(drawn), None))


def order_problems(problems: Iterable[tuple[str, Problem]]) -> list[tuple[str, Problem]]:
    """Return the problems of several functions in the order in which to fix them.

    First comes what keeps a function from running, then what most others depend on, then what
    costs most; among equals the first in the course's order. Advice is last. But the first problem
    of a function comes before those of the functions that call it.

    Parameters
    ----------
    problems : iterable of (str, Problem)
        All problems with their functions, in the course's order.
    """
    found = list(problems)
    pairs = {(function, name) for function, problem in found for name in problem.depends_on}
    dependants = Counter(name for _, name in pairs)

    def urgency(item: tuple[str, Problem]) -> tuple[bool, bool, bool, int, float]:
        function, problem = item
        needed = dependants[function.rpartition("/")[2]]
        waits = bool(problem.depends_on)
        return problem.is_advice, not problem.stops, waits, -needed, -problem.cost

    return _put_needed_first(sorted(found, key=urgency))


def _put_needed_first(found: list[tuple[str, Problem]]) -> list[tuple[str, Problem]]:
    """Return problems of which each comes after the first one of what its function calls."""
    first: dict[str, tuple[str, Problem]] = {}
    for item in found:
        if not item[1].is_advice:
            first.setdefault(item[0].rpartition("/")[2], item)
    ordered: list[tuple[str, Problem]] = []
    begun: set[tuple[str, str]] = set()

    def add(item: tuple[str, Problem]) -> None:
        function, problem = item
        if (function, problem.id) in begun:
            return  # two functions may call each other
        begun.add((function, problem.id))
        for name in problem.depends_on:
            if name in first and not problem.is_advice:
                add(first[name])
        ordered.append(item)

    for item in found:
        add(item)
    return ordered


# The kind of a cause, and what distinguishes it from others of that kind.
_Cause = tuple[str, ...]


def _cause_of(check: CheckReport) -> _Cause:
    if _is_named(check):
        return ("named", *(check.misconceptions or [check.what]))
    if check.repair:
        return ("repair", check.repair)
    return _look_of(check)


def _look_of(check: CheckReport) -> _Cause:
    """Return the cause of a check as far as it shows by itself, without a diagnosis."""
    feedback = check.feedback
    if feedback.raised:
        # The text often has the shapes of one call; the line is the same in all.
        if check.observation in _ANYWHERE:
            return ("raised", feedback.raised.partition("\n")[0])
        kind = feedback.raised.partition(":")[0]
        places = [f"{place.cell}:{place.line}" for place in feedback.places]
        return ("raised", kind, *(places or [feedback.raised]))
    if feedback.ended or feedback.waited:
        return ("ended" if feedback.ended else "waited", feedback.ended)
    return ("seen", _FAMILIES.get(check.observation or "", check.observation or ""))


def _join_named(groups: dict[_Cause, list[CheckReport]]) -> None:
    """Join checks that show one of two mistakes with those that show both."""
    named = [cause for cause in groups if cause[0] == "named"]
    for cause in named:
        larger = [other for other in named if len(other) > len(cause) and set(cause) < set(other)]
        if len(larger) == 1:
            _join(groups, cause, larger[0])


def _join_alike(groups: dict[_Cause, list[CheckReport]]) -> None:
    """Join what looks as a named mistake does: some calls are too large for a diagnosis."""
    named = [cause for cause in groups if cause[0] == "named"]
    for cause in [cause for cause in groups if cause[0] in ("seen", "raised")]:
        if cause[0] == "seen" and cause[1] in _VAGUE | _APART | {"values"}:
            continue
        looks = {_subject_of(check) for check in groups[cause]}
        alike = [one for one in named if looks <= {_subject_of(check) for check in groups[one]}]
        if len(alike) == 1:
            _join(groups, cause, alike[0])


def _subject_of(check: CheckReport) -> _Cause:
    """Return how a check looks, and which result it is about: "dW of layer 2 has shape ..."."""
    look, wrong = _look_of(check), check.feedback.wrong.partition(" (N = ")[0]
    # Two factors of one result can be two mistakes, sizes of one result are one.
    return (*look, wrong if "factor" in look else re.split(" (?:has|is|are) ", wrong)[0])


def _join_repaired(groups: dict[_Cause, list[CheckReport]]) -> None:
    """Join slips that a named mistake shows, too, and a factor with the one slip that is one."""
    for cause in [cause for cause in groups if cause[0] == "repair"]:
        named = [
            other
            for other in groups
            if other[0] == "named" and any(check.repair == cause[1] for check in groups[other])
        ]
        if len(named) == 1:
            _join(groups, cause, named[0])
    slips = [cause for cause in groups if cause[0] == "repair" and cause[1] in FACTORS]
    shown = ("seen", "factor")
    if len(slips) == 1 and shown in groups and groups[shown][0].max_score:
        _join(groups, shown, slips[0])


def _join_vague(groups: dict[_Cause, list[CheckReport]]) -> None:
    """Join values of which nothing more is known with the one cause that may explain them."""
    vague = [
        cause
        for cause in groups
        if cause[0] == "seen" and cause[1] in _VAGUE and groups[cause][0].max_score
    ]
    clear = [
        cause
        for cause in groups
        if cause not in vague and cause[1] not in _APART and groups[cause][0].max_score
    ]
    if len(clear) == 1:
        for cause in vague:
            if groups[cause][0].feedback.wrong:
                _join(groups, cause, clear[0])


def _join(groups: dict[_Cause, list[CheckReport]], cause: _Cause, into: _Cause) -> None:
    # The one that explains more is shown.
    groups[into] = [*groups[into], *groups.pop(cause)]


def _describe(group: list[CheckReport], depends_on: tuple[str, ...], half: float) -> Problem:
    costly = [check for check in group if check.max_score]
    shown = _choose_shown(costly or group)
    most = max(group, key=lambda check: (len(check.misconceptions), len(check.what)))
    # A known mistake explains more than the slip that it looks like.
    slips = [check.repair for check in group if check.repair and not _is_named(most)]
    repair = slips[0] if slips else ""
    cost = round(sum(check.max_score - check.score for check in group), 2)
    return Problem(
        id=f"{shown.function}/{shown.name}".partition("/")[2],
        what=most.what
        or _word_slip(repair, group)
        or _words_of(shown)
        or f"Fails: {', '.join(c.title for c in group)}",
        hint=most.hint if _is_named(most) else shown.hint,
        misconceptions=most.misconceptions,
        repair=repair,
        depends_on=depends_on,
        shown=shown.id,
        checks=tuple(check.id for check in group),
        cost=cost,
        stops=cost >= half and all(map(_stops, group)),
        smallest=next((check.smallest for check in group if check.smallest), None),
    )


def _is_named(check: CheckReport) -> bool:
    """Return whether the diagnosis found what is wrong in it."""
    return bool(check.misconceptions or check.what)


def _choose_shown(checks: Sequence[CheckReport]) -> CheckReport:
    """Return the check that shows a problem: a visible one that knows most, or else the first."""
    visible = [check for check in checks if check.visibility == "visible"]
    telling = [check for check in visible if (check.observation or "") not in _VAGUE]
    return (telling or visible or checks)[0]


def _word_slip(repair: str, group: Sequence[CheckReport]) -> str:
    """Return a slip in words, with the results that it is in where they have names."""
    if not repair:
        return ""
    words = word_repair(repair)
    credited = (result for check in group for result in check.results if result.repair == repair)
    names = list(filter(None, dict.fromkeys(result.name for result in credited)))
    if not names:
        return words[0].upper() + words[1:]
    are = "is" if len(names) == 1 else "are"
    return f"{' and '.join(names)} {are} {words}"


def _stops(check: CheckReport) -> bool:
    feedback = check.feedback
    return bool(feedback.raised or feedback.ended or feedback.waited) or (
        check.observation == "undefined"
    )


def _words_of(check: CheckReport) -> str:
    feedback = check.feedback
    return feedback.wrong or feedback.raised or feedback.ended or feedback.waited


def _add_unearned(
    problems: Sequence[Problem], checks: Sequence[CheckReport]
) -> tuple[Problem, ...]:
    """Add what passed without earning to the cost of the first problem, which kept it from that."""
    unearned = sum(c.max_score - c.score for c in checks if c.outcome == "passed")
    first = next((problem for problem in problems if not problem.is_advice), None)
    if not unearned or first is None:
        return tuple(problems)
    dearer = msgspec.structs.replace(first, cost=round(first.cost + unearned, 2))
    return tuple(dearer if problem is first else problem for problem in problems)
