"""Diagnosis: naming the misconceptions that a wrong function shows.

Every call that a check made is made again with each misconception of that function, on
the trusted side and with the same arguments. A misconception is named where it did what
the student's function did: the same values, or the same arguments changed, or the same
warning. What the student's function did in its other checks decides between several.

Where no single one did, more is tried, from what explains most to what explains least: two
misconceptions together, each result of several by itself, with slips on top, and at last each
failed check by itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

from grader.examiner.arrangement import Arrangement
from grader.examiner.candidates import Candidate, Inherited, Repairs, Right
from grader.examiner.evidence import CheckRun, Evidence, TimeBudget
from grader.examiner.likeness import Part, shows_much
from grader.examiner.named import Cascade, Named, Slip
from grader.examiner.replay import Mistakes
from grader.examiner.right import RightNames
from grader.repairs import REPAIRS, Repair
from grader.sandbox.calls import Call
from grader.testing.catalogue import Entry

_ONE_SLIP: list[Repairs] = [(name,) for name in REPAIRS]
# Of two that undo each other neither was made.
_OPPOSITE: list[set[Repair]] = [
    {"factor_2", "factor_1/2"},
    {"factor_N", "factor_1/N"},
    {"factor_N", "mean_for_sum"},
    {"factor_1/N", "sum_for_mean"},
    {"mean_for_sum", "sum_for_mean"},
    {"axis_too_many", "axis_too_few"},
]
_TWO_SLIPS: list[Repairs] = [
    two for two in itertools.combinations(REPAIRS, 2) if set(two) not in _OPPOSITE
]


def diagnose(
    runs: Sequence[CheckRun],
    entries: Sequence[Entry],
    budget: TimeBudget | None = None,
    helpers: Mapping[str, Mistakes] | None = None,
    names: RightNames | None = None,
) -> dict[str, Named]:
    """Name the misconceptions that a function shows, by check, for failed checks that show one.

    Parameters
    ----------
    runs : sequence of CheckRun
        All checks of one function, passed and failed.
    entries : sequence of Entry
        The misconceptions of that function.
    budget : TimeBudget, optional
        By default that of a submission. Where it is spent, nothing more is named.
    helpers : mapping of str to tuple of Entry, optional
        What was named in other functions, which this one may call.
    names : RightNames, optional
        The other names of its module, which its checks may call.
    """
    by_id = {entry.id: entry for entry in entries}
    # Where values cannot show it, the suite itself recognises a misconception.
    named: dict[str, Named] = {}
    for run in runs:
        if run.outcome.observation in by_id:
            named[run.id] = (by_id[run.outcome.observation],)
    failed = [run for run in runs if run.failed and run.id not in named]
    if not failed or not entries:
        return named
    evidence = gather(runs, entries, budget or TimeBudget(), names)
    singles = [Candidate((entry,), evidence) for entry in entries]
    found = _name_cascade(failed, evidence, helpers or {}) or _name_one(failed, singles)
    if not found:
        pairs = _make_pairs(singles, evidence)
        found = _name_two(failed, singles, pairs)
        if not found and evidence.knows_right:
            found = _name_results(failed, evidence, [singles, pairs])
            rest = [run for run in failed if run.id not in found]
            found = _name_arrangement(rest, evidence, singles) | found
    return named | found


def gather(
    runs: Sequence[CheckRun],
    entries: Sequence[Entry],
    budget: TimeBudget,
    names: RightNames | None = None,
) -> Evidence:
    """Return the calls of a function's checks that are compared with its misconceptions."""
    edited = next((entry.edited for entry in entries if entry.edited is not None), None)
    return Evidence(runs, entries[0].function, edited, budget, names or RightNames())


def find_replaceable(named: Mapping[str, Named]) -> Mistakes:
    """Return misconceptions that do all that a function was seen to do; none if more is wrong."""
    everything = [one for found in named.values() for one in found]
    entries = [one for one in everything if isinstance(one, Entry)]
    if len(entries) < len(everything):
        return ()
    different = tuple({entry.id: entry for entry in entries if entry.loses_points}.values())
    together = all(a.goes_with(b) for a, b in itertools.combinations(different, 2))
    return different if together else ()


def _name_cascade(
    failed: Sequence[CheckRun], evidence: Evidence, helpers: Mapping[str, Mistakes]
) -> dict[str, Named]:
    """Name the functions whose known mistakes are all that is wrong."""
    if evidence.right_implementation is None:
        return {}
    called = {name: mistakes for name, mistakes in helpers.items() if evidence.reaches(name)}
    inherited = Inherited(called, evidence)
    if not called or not all(map(inherited.explains, failed)):
        return {}
    return {run.id: (Cascade(tuple(called)),) for run in failed}


def _name_one(failed: Sequence[CheckRun], singles: Sequence[Candidate]) -> dict[str, Named]:
    named: dict[str, Named] = {}
    for run in failed:
        fitting = [candidate for candidate in singles if candidate.explains(run)]
        if fitting:
            # The one that agrees with most of what the function did, in all its checks.
            named[run.id] = max(fitting, key=lambda c: c.weight).mistakes
    return named


def _make_pairs(singles: Sequence[Candidate], evidence: Evidence) -> list[Candidate]:
    entries = [candidate.mistakes[0] for candidate in singles]
    pairs: list[Mistakes] = [
        (a, b) for a, b in itertools.combinations(entries, 2) if a.goes_with(b)
    ]
    if screen := evidence.screen():
        pairs = screen.keep(pairs)
    return [Candidate(pair, evidence) for pair in pairs]


def _name_two(
    failed: Sequence[CheckRun], singles: Sequence[Candidate], pairs: Sequence[Candidate]
) -> dict[str, Named]:
    """Name two misconceptions that together did what the function did.

    Where several pairs did, the one that is in all of them is named.
    """
    by_entry = {id(candidate.mistakes[0]): candidate for candidate in singles}
    fitting = [
        candidate
        for candidate in pairs
        if candidate.is_consistent and any(map(candidate.explains, failed))
    ]
    common = _common(candidate.mistakes for candidate in fitting)
    named: dict[str, Named] = {}
    for run in failed:
        if common and fitting[0].explains(run):
            # One of the two may be all that is wrong in a check.
            alone = [entry for entry in common if by_entry[id(entry)].is_like(run)]
            named[run.id] = tuple(alone[:1] or common)
    return named


def _common(found: Iterable[Sequence[Entry]]) -> tuple[Entry, ...]:
    """Return what is in all of several explanations."""
    several = list(found)
    ids = [{entry.id for entry in mistakes} for mistakes in several]
    # The same mistake in another way to write the function is not another mistake.
    return tuple(e for e in several[0] if all(e.id in other for other in ids)) if several else ()


def _name_results(
    failed: Sequence[CheckRun], evidence: Evidence, levels: Sequence[Sequence[Candidate]]
) -> dict[str, Named]:
    """Name what explains single results: in all checks, or in what passed and one that failed."""
    answers = {run.id: [c for c in evidence.of_check[run.id] if c.answered] for run in failed}
    everything = [call for call in evidence.all_calls if call.answered]
    named = _explain(failed, answers, everything, evidence, levels)
    for run in failed:
        if run.id not in named and shows_much(call.value for call in answers[run.id]):
            calls = [*evidence.passed_calls, *answers[run.id]]
            named |= _explain([run], answers, calls, evidence, levels[:1])
    return named


def _explain(
    runs: Sequence[CheckRun],
    answers: dict[str, list[Call]],
    calls: Sequence[Call],
    evidence: Evidence,
    levels: Sequence[Sequence[Candidate]],
) -> dict[str, Named]:
    parts = evidence.wrong_parts(calls)
    if slip := _find_slip(parts, calls, evidence):
        explained: dict[Part, Named] = {part: _word(slip, part, evidence) for part in parts}
    else:
        explained = {part: _explain_part(part, calls, evidence, levels) for part in parts}
    named = {}
    for run in runs:
        wrong = evidence.wrong_parts(answers[run.id])
        found = _join(wrong, explained)
        # Credit and observations have words for a single slip.
        if any(not isinstance(one, Slip) or len(one.repairs) > 1 for one in found):
            named[run.id] = found
    return named


def _join(parts: Sequence[Part], explained: Mapping[Part, Named]) -> Named:
    """Return what explains some results, everything once."""
    entries: list[Entry] = []
    slips: dict[Repairs, list[str]] = {}
    for one in itertools.chain.from_iterable(explained.get(part, ()) for part in parts):
        if isinstance(one, Slip):
            slips.setdefault(one.repairs, []).extend(one.results)
        elif isinstance(one, Entry) and one not in entries:
            entries.append(one)
    everywhere = len(slips) == 1 and not entries
    return (
        *entries,
        *(Slip(repairs, () if everywhere else tuple(of)) for repairs, of in slips.items()),
    )


def _find_slip(parts: Sequence[Part], calls: Sequence[Call], evidence: Evidence) -> Repairs:
    """Return the repairs that make all results right, if there are any."""
    right = Right(evidence)
    for slip in (*_ONE_SLIP, *_TWO_SLIPS):
        if parts and all(right.explains_part(part, calls, slip) for part in parts):
            return slip
    return ()


def _explain_part(
    part: Part,
    calls: Sequence[Call],
    evidence: Evidence,
    levels: Sequence[Sequence[Candidate]],
) -> Named:
    """Return the fewest mistakes that explain one result in all calls; none where it is unsure."""
    right = Right(evidence)
    singles, *pairs = levels
    steps: list[tuple[Sequence[Candidate], Sequence[Repairs]]] = [
        (singles, [()]),
        ([right], _ONE_SLIP),
        *((some, [()]) for some in pairs),
        (singles, _ONE_SLIP),
        ([right], _TWO_SLIPS),
    ]
    for candidates, slips in steps:
        if fitting := _fitting(part, calls, evidence, candidates, slips):
            # What is wrong in other results as well is no better an explanation of this one.
            fewest = min(candidate.count_wrong(calls) for candidate, _ in fitting)
            found = [one for one in fitting if one[0].count_wrong(calls) == fewest]
            # Several slips can be the same in all calls; misconceptions have to be certain.
            common = _common(candidate.mistakes for candidate, _ in found)
            slip = found[0][1]
            certain = common or candidates[0] is right
            return (*common, *_word(slip, part, evidence)) if certain else ()
    return ()


def _word(slip: Repairs, part: Part, evidence: Evidence) -> tuple[Slip, ...]:
    name = evidence.name_part(part)
    return (Slip(slip, (name,) if name else ()),) if slip else ()


def _fitting(
    part: Part,
    calls: Sequence[Call],
    evidence: Evidence,
    candidates: Sequence[Candidate],
    slips: Sequence[Repairs],
) -> list[tuple[Candidate, Repairs]]:
    return [
        (candidate, slip)
        for candidate in candidates
        for slip in slips
        if not evidence.budget.spent and candidate.explains_part(part, calls, slip)
    ]


def _name_arrangement(
    failed: Sequence[CheckRun], evidence: Evidence, singles: Sequence[Candidate]
) -> dict[str, Named]:
    """Name that the right numbers, or those of a misconception, are arranged differently."""
    for candidate in (Right(evidence), *singles):
        named: dict[str, Named] = {}
        first: Arrangement | None = None
        for run in failed:
            found = candidate.arrangement(evidence.of_check[run.id])
            if found is not None:
                # Shapes differ from check to check; what is wrong does not.
                first = first or found
                named[run.id] = (*candidate.mistakes, first)
        if named and (not candidate.mistakes or len(named) == len(failed)):
            return named
    return {}
