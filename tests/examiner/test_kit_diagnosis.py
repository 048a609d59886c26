"""What is named in a kit: lookups of a student's answers, and what speaks against a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from grader.examiner.evidence import CheckRun
from grader.examiner.kit_diagnosis import look_up
from grader.examiner.named import Either, Named, Slip, word
from grader.examiner.sealed import KnownMistakes, Record, Suspect, TableWriter, parse_table
from grader.examiner.walks import WHOLE, is_effect, name_path, observe_end, walk
from grader.records import Outcome, OutcomeKind, ResultCredit
from grader.sandbox.calls import Call

Z = np.linspace(-2.0, 2.0, 5)
RIGHT = Z**2


def run(
    check: str,
    value: Any,
    outcome: OutcomeKind = "failed",
    observation: str = "values",
    modified: Sequence[str] = (),
) -> CheckRun:
    """Return a check that called the function once."""
    call = Call("f", (Z,), value=value, answered=True, modified_keys=tuple(modified))
    call.request("f")
    return CheckRun(Outcome(f"e/f/{check}", outcome, observation), (call,))


def is_right(value: Any) -> bool:
    return (
        isinstance(value, np.ndarray) and value.shape == RIGHT.shape and np.allclose(value, RIGHT)
    )


class Catalogue:
    """A table that a test fills with misconceptions, by what they do in each check."""

    def __init__(self) -> None:
        self._writer = TableWriter(b"salt", b"master")
        self._count = 0

    def add(self, *ids: str, runs: Sequence[CheckRun], what: str = "") -> None:
        records = tuple(
            self._writer.add_record("f", Record(name, what or f"{name} is wrong", "Why?"), "")
            for name in ids
        )
        failed = tuple(one.id.rpartition("/")[2] for one in runs if one.failed)
        suspect = Suspect(self._count, records, 1, failed)
        self._count += 1
        for one in runs:
            for part, moves in walk(one).items() if one.failed else ():
                place = self._writer.root(one.id, name_path(part))
                for move in moves:
                    right = is_right(move.call.value)
                    place = self._writer.step(place, *move.digests, is_right=right)
                if part == WHOLE and (place.is_right or is_effect(one)):
                    place = self._writer.step(place, *observe_end(one).digests, is_right=False)
                self._writer.add_suspect(place, suspect)

    def name(
        self,
        *runs: CheckRun,
        credit: Mapping[str, Sequence[ResultCredit]] | None = None,
        names: Mapping[str, Sequence[str]] | None = None,
    ) -> dict[str, Named]:
        table = KnownMistakes(parse_table(self._writer.finish().encode()))
        return look_up(runs, table, credit or {}, names or {})


def ids(named: Mapping[str, Named]) -> dict[str, list[str]]:
    """Return what is named, by check: ids, or words of what has none."""
    return {
        check.rpartition("/")[2]: [getattr(one, "id", one.what) for one in found]
        for check, found in named.items()
    }


@pytest.fixture
def catalogue() -> Catalogue:
    """M-1 fails one check, M-2 two of them."""
    made = Catalogue()
    made.add("M-1", runs=[run("values", 2 * RIGHT + Z), run("batch", RIGHT, "passed")])
    made.add("M-2", runs=[run("values", RIGHT + 1 + Z), run("batch", RIGHT - Z)])
    return made


def test_what_fits_every_check_is_named(catalogue: Catalogue) -> None:
    """In all checks that it fails."""
    passed = run("batch", RIGHT, "passed")
    assert ids(catalogue.name(run("values", 2 * RIGHT + Z), passed)) == {"values": ["M-1"]}
    both = catalogue.name(run("values", RIGHT + 1 + Z), run("batch", RIGHT - Z))
    assert ids(both) == {"values": ["M-2"], "batch": ["M-2"]}


def test_a_check_that_passed_speaks_against_a_mistake_that_fails_it(catalogue: Catalogue) -> None:
    """M-2 would have failed it."""
    assert catalogue.name(run("values", RIGHT + 1 + Z), run("batch", RIGHT, "passed")) == {}


def test_a_check_that_fails_otherwise_is_not_explained(catalogue: Catalogue) -> None:
    """Each check is then explained by itself, where its answer has many numbers."""
    found = catalogue.name(run("values", 2 * RIGHT + Z), run("batch", np.cos(Z)))
    assert ids(found) == {"values": ["M-1"]}


def test_what_overflowed_and_what_took_too_long_say_nothing(catalogue: Catalogue) -> None:
    """A mistake that is written with more care is named beside them."""
    for other in (
        run("batch", np.full(5, np.inf), observation="not_finite"),
        run("batch", None, "timeout", "timeout"),
    ):
        assert ids(catalogue.name(run("values", 2 * RIGHT + Z), other)) == {"values": ["M-1"]}


def test_two_that_no_check_tells_apart_are_both_named(catalogue: Catalogue) -> None:
    """Without an id, since it is one of them; three are too many."""
    again = [run("values", 2 * RIGHT + Z), run("batch", RIGHT, "passed")]
    catalogue.add("M-3", runs=again)
    (found,) = catalogue.name(*again).values()
    assert isinstance(found[0], Either)
    assert word(found)[0] == "either M-1 is wrong, or M-3 is wrong"
    catalogue.add("M-4", runs=again)
    assert catalogue.name(*again) == {}


def test_the_first_of_several_with_the_same_words_is_named(catalogue: Catalogue) -> None:
    """They are the same to a reader."""
    again = [run("values", 2 * RIGHT + Z), run("batch", RIGHT, "passed")]
    catalogue.add("M-3", runs=again, what="M-1 is wrong")
    assert ids(catalogue.name(*again)) == {"values": ["M-1"]}


def test_two_mistakes_are_named_where_neither_alone_fits(catalogue: Catalogue) -> None:
    """What several pairs share is named if they are not the same."""
    answers = [run("values", np.exp(Z)), run("batch", RIGHT, "passed")]
    catalogue.add("M-1", "M-2", runs=answers)
    assert ids(catalogue.name(*answers)) == {"values": ["M-1", "M-2"]}
    catalogue.add("M-1", "M-5", runs=answers)
    assert ids(catalogue.name(*answers)) == {"values": ["M-1"]}


def test_an_effect_is_named_by_what_was_changed() -> None:
    """Right values, and the same arguments changed."""
    made = Catalogue()
    changed = run("pure", RIGHT, observation="modified", modified=["0"])
    made.add("M-1", runs=[changed])
    assert ids(made.name(changed)) == {"pure": ["M-1"]}
    assert made.name(run("pure", RIGHT, observation="modified", modified=["1"])) == {}
    assert made.name(run("pure", RIGHT, observation="warned")) == {}
    assert made.name(run("pure", RIGHT, observation="wrong_type")) == {}


def test_each_of_several_results_is_named_by_itself() -> None:
    """A mistake in one and another in the other, or a slip that the check's own values show."""
    made = Catalogue()
    made.add("M-1", runs=[run("values", (np.sin(Z), RIGHT))])
    made.add("M-2", runs=[run("values", (RIGHT, np.cos(Z)))])
    made.add("M-3", runs=[run("values", (np.exp(Z), RIGHT + 3))])
    both = run("values", (np.sin(Z), np.cos(Z)))
    assert ids(made.name(both)) == {"values": ["M-1", "M-2"]}
    slipped = run("values", (np.sin(Z), -Z))
    credit = {slipped.id: (ResultCredit("dW", "wrong"), ResultCredit("db", "slip", "sign"))}
    found = made.name(slipped, credit=credit, names={slipped.id: ("dW", "db")})
    assert found[slipped.id][1] == Slip(("sign",), ("db",))
    assert ids(found)["values"][0] == "M-1"


def test_nothing_failed_and_nothing_known_is_nothing(catalogue: Catalogue) -> None:
    """No name without an answer that is known."""
    assert catalogue.name(run("values", RIGHT, "passed"), run("batch", RIGHT, "passed")) == {}
    assert catalogue.name(run("values", np.tan(Z)), run("batch", np.tan(Z))) == {}
    empty = CheckRun(Outcome("e/f/values", "failed", "values"), ())
    assert catalogue.name(empty) == {}
    assert catalogue.name(run("values", {"a": object()})) == {}


def test_very_many_results_are_not_looked_up_one_by_one(catalogue: Catalogue) -> None:
    """Each would cost time, and no function of a course has that many."""
    many = {str(number): np.array([number, 1.5]) for number in range(10_000)}
    assert set(walk(run("values", many))) == {WHOLE}
    assert catalogue.name(run("values", many)) == {}
