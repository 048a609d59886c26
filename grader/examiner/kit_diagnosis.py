"""Naming misconceptions in a kit, which has a table of known mistakes and none of their code.

A student's answers are looked up. The rules are those of `grader.examiner.diagnosis`: one check
that speaks against a misconception is enough to not name it, and where no single one explains
all, each result is explained by itself, and at last each failed check.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.examiner.evidence import CheckRun
from grader.examiner.likeness import Part, overflowed, shows_much
from grader.examiner.named import Either, Named, Slip
from grader.examiner.sealed import KnownMistakes, Place, Suspect
from grader.examiner.walks import RECOGNISED, WHOLE, Move, is_effect, name_path, observe_end, walk
from grader.records import ResultCredit
from grader.testing.catalogue import Entry

# So many misconceptions that no check tells apart are named beside each other.
_TWO = 2


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known about one failed check.

    Parameters
    ----------
    whole : dict of int to Suspect
        The misconceptions that answered all of it in the same way, by number.
    parts : dict of Part to dict of int to Suspect
        For each of several results that is wrong, those that have it.
    """

    whole: dict[int, Suspect]
    parts: dict[Part, dict[int, Suspect]] = field(default_factory=dict)


def look_up(
    runs: Sequence[CheckRun],
    known: KnownMistakes,
    credit: Mapping[str, Sequence[ResultCredit]],
    result_names: Mapping[str, Sequence[str]],
) -> dict[str, Named]:
    """Name the misconceptions that a function shows, by check, for failed checks that show one.

    Parameters
    ----------
    runs : sequence of CheckRun
        All checks of one function, passed and failed.
    known : KnownMistakes
        The table of its exercise.
    credit, result_names : mapping of str to sequence
        What is right of a failed check, and what its results are called, by check.
    """
    return _Lookup(runs, known, credit, result_names).name()


class _Lookup:
    def __init__(
        self,
        runs: Sequence[CheckRun],
        known: KnownMistakes,
        credit: Mapping[str, Sequence[ResultCredit]],
        result_names: Mapping[str, Sequence[str]],
    ) -> None:
        self._known = known
        self._credit = credit
        self._result_names = result_names
        self._passed = {_name(run) for run in runs if run.outcome.outcome == "passed"}
        self._failed = [run for run in runs if run.failed]
        self._pairs: set[int] = set()
        self._found = {run.id: self._find(run) for run in self._failed}

    def name(self) -> dict[str, Named]:
        """Return what is named, by check."""
        named = self._name_recognised()
        self._failed = [run for run in self._failed if run.id not in named]
        if self._failed:
            numbers = self._explain_all()
            singles = {number for number in numbers if number not in self._pairs}
            if singles:
                # Where several explain all of it, no less of an explanation is better.
                named |= self._name_one(singles)
            else:
                named |= self._name_two(numbers) or self._name_results()
        return named

    def _name_recognised(self) -> dict[str, Named]:
        """Name what the suite itself recognises, where values cannot show it."""
        named: dict[str, Named] = {}
        for run in self._failed:
            if run.calls and run.outcome.observation:
                place = self._known.root(run.id, RECOGNISED)
                move = observe_end(run)
                end = self._known.step(Place(place.secret, is_right=False), *move.digests)
                suspects = self._known.suspects(end) if end is not None else []
                if read := self._read(run, suspects):
                    named[run.id] = (read[0],)
        return named

    def _find(self, run: CheckRun) -> _Found:
        if run.outcome.outcome == "timeout":
            return _Found({})
        found = _Found({})
        for part, moves in walk(run).items():
            place = self._follow(run, part, moves)
            if part == WHOLE:
                found.whole.update(self._suspects_of_whole(run, place))
            elif place is None or not place.is_right:
                found.parts[part] = self._suspects(place)
        return found

    def _follow(self, run: CheckRun, part: Part, moves: Sequence[Move]) -> Place | None:
        place: Place | None = self._known.root(run.id, name_path(part))
        for move in moves:
            if place is not None:
                place = self._known.step(place, *move.digests)
        return place

    def _suspects_of_whole(self, run: CheckRun, place: Place | None) -> dict[int, Suspect]:
        found = {}
        if place is not None and not place.is_right and not is_effect(run):
            found = self._suspects(place)
        if place is not None and not found:
            end = observe_end(run)
            found = self._suspects(self._known.step(place, *end.digests))
        return found

    def _suspects(self, place: Place | None) -> dict[int, Suspect]:
        """Return the misconceptions at a place which no check that passed speaks against."""
        suspects = self._known.suspects(place) if place is not None else []
        self._pairs |= {one.number for one in suspects if len(one.records) > 1}
        return {one.number: one for one in suspects if not self._passed.intersection(one.failed)}

    def _explain_all(self) -> set[int]:
        """Return the misconceptions that explain every check that shows anything."""
        telling = [run for run in self._failed if not _shows_nothing(run)] or self._failed[:1]
        return set.intersection(*(set(self._found[run.id].whole) for run in telling))

    def _name_one(self, numbers: set[int]) -> dict[str, Named]:
        named: dict[str, Named] = {}
        for run in self._failed:
            fitting = self._found[run.id].whole
            found = [fitting[number] for number in sorted(numbers.intersection(fitting))]
            if read := self._read(run, found):
                named[run.id] = (read[0],)
        return named

    def _name_two(self, numbers: set[int]) -> dict[str, Named]:
        """Name two misconceptions that explain all together, or what several pairs share."""
        named: dict[str, Named] = {}
        for run in self._failed:
            fitting = self._found[run.id].whole
            pairs = [fitting[number] for number in sorted(numbers.intersection(fitting))]
            common = self._read_common(run, pairs)
            # One of the two may be all that is wrong in a check.
            singles = [one for n, one in fitting.items() if n not in self._pairs]
            alone = [one for suspect in singles for one in self._read_records(run, suspect)]
            if common:
                named[run.id] = tuple([one for one in common if one in alone][:1] or common)
        return named

    def _name_results(self) -> dict[str, Named]:
        """Name what explains single results: in all failed checks, or in one."""
        named = self._explain(self._failed)
        for run in self._failed:
            if run.id not in named and shows_much(call.value for call in run.calls):
                named |= self._explain([run])
        return named

    def _explain(self, runs: Sequence[CheckRun]) -> dict[str, Named]:
        by_part: dict[Part, list[dict[int, Suspect]]] = {}
        for run in runs:
            found = self._found[run.id]
            for part, suspects in (found.parts or {WHOLE: found.whole}).items():
                by_part.setdefault(part, []).append(suspects)
        explained = {part: _choose(several) for part, several in by_part.items()}
        named: dict[str, Named] = {}
        for run in runs:
            entries: list[Entry | Either] = []
            slips: list[Slip] = []
            for part in self._found[run.id].parts or [WHOLE]:
                singles, pairs = explained[part]
                read = self._read(run, singles) or self._read_common(run, pairs)
                entries += [one for one in read if one not in entries]
                slips += [] if read else self._slips(run, part)
            if entries:
                named[run.id] = (*entries, *slips)
        return named

    def _slips(self, run: CheckRun, part: Part) -> list[Slip]:
        """Return the slip of a result, which the check's own expected values show."""
        names = self._result_names.get(run.id, ())
        place = part[0] if part else None
        name = names[place] if isinstance(place, int) and place < len(names) else place
        return [
            Slip((credit.repair,), (credit.name,))  # type: ignore[arg-type]
            for credit in self._credit.get(run.id, ())
            if credit.verdict == "slip" and credit.name == name
        ]

    def _read(self, run: CheckRun, suspects: Sequence[Suspect]) -> list[Entry | Either]:
        """Return the misconception that suspects are, or either of two; none if they are more.

        Those with the same words are the same to a student: the first is named.
        """
        entries: dict[str, Entry] = {}
        for suspect in suspects:
            for entry in self._read_records(run, suspect):
                entries.setdefault(entry.what or entry.id, entry)
        if len(entries) == _TWO and all(entry.what for entry in entries.values()):
            return [Either(*entries.values())]
        return [*entries.values()] if len(entries) == 1 else []

    def _read_common(self, run: CheckRun, pairs: Sequence[Suspect]) -> list[Entry]:
        """Return what is in all of several pairs."""
        read = [self._read_records(run, pair) for pair in pairs]
        return [one for one in read[0] if all(one in pair for pair in read)] if read else []

    def _read_records(self, run: CheckRun, suspect: Suspect) -> list[Entry]:
        """Return the misconceptions of a suspect: words without code or second hint."""
        exercise, function, _ = run.id.split("/")
        return [
            Entry(
                record.id,
                exercise,
                function,
                record.hint,
                loses_points=True,
                implementation=None,
                source="",
                what=record.what,
            )
            for record in self._known.read(suspect)
        ]


def _choose(
    several: Sequence[Mapping[int, Suspect]],
) -> tuple[Sequence[Suspect], Sequence[Suspect]]:
    """Return those that explain a result in all checks and are wrong in the fewest others.

    Single misconceptions come first, and pairs if there are no single ones.
    """
    numbers = set.intersection(*map(set, several))
    suspects = [several[0][number] for number in sorted(numbers)]
    singles = [one for one in suspects if len(one.records) == 1]
    left = singles or suspects
    fewest = [one for one in left if one.wrong == min(one.wrong for one in left)]
    return (fewest, ()) if singles else ((), fewest)


def _shows_nothing(run: CheckRun) -> bool:
    """Return whether a check says nothing about a mistake that is written with more care."""
    answered = [call for call in run.calls if call.answered or call.raised]
    return (
        run.outcome.outcome == "timeout"
        or not answered
        or any(call.answered and overflowed(call.value) for call in answered)
    )


def _name(run: CheckRun) -> str:
    return run.id.rpartition("/")[2]
