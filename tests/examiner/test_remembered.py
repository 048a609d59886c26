"""What is remembered of earlier submissions: it saves time, and it never changes a report."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from support.samples import sample

from grader.course.manifest import DEFAULT_COURSE, load_course
from grader.engine import Grader
from grader.examiner.remembered import Learned, Memory, Question
from grader.records import Outcome, ScoreReport, SourceFile, Submission
from grader.sandbox.calls import StudentError, TookTooLong
from grader.sandbox.fetched import Exchange, Exchanges, Fetched
from grader.sandbox.protocol.frames import encode_message
from grader.sandbox.protocol.messages import Call, CallReply
from grader.sandbox.protocol.packing import pack
from grader.testing.catalogue import load_catalogue

PASSED = Outcome("losses/mse/one", "passed")
NAMES = ("activations", "losses", "training")
# Code on which earlier calls, or how they are sent, could have an influence.
ODD = {
    "counts": """
        _made = []
        def relu(z):
            _made.append(1)
            return np.maximum(z, 0.0) + (0.5 if len(_made) % 5 == 0 else 0.0)
        """,
    "own_generator": """
        _rng = np.random.default_rng(3)
        def he_init(n_in, n_out, rng):
            return _rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in)
        """,
    "global_generator": """
        def he_init(n_in, n_out, rng):
            return np.random.randn(n_in, n_out) * np.sqrt(2 / n_in)
        """,
    "changes": """
        def mse(y_hat, y):
            difference = y_hat - y
            y_hat[:] = 0
            return float((difference ** 2).mean()), 2 * difference / difference.size
        """,
    "prints": """
        def relu(z):
            print(z)
            return np.maximum(z, 0.0)
        """,
    "leaves": """
        import os
        def relu(z):
            if z.size > 4:
                os.abort()
            return np.maximum(z, 0.0)
        """,
    "raises_once": """
        def relu(z):
            if (z == 0).any():
                raise ValueError("zero")
            return np.maximum(z, 0.0)
        """,
    "hangs": """
        def relu(z):
            while z.size > 4:
                pass
            return np.maximum(z, 0.0)
        """,
    "counts_from_the_first": """
        _made = []
        def relu(z):
            _made.append(1)
            return np.maximum(z, 0.0) + 1e-3 * len(_made)
        """,
    "other_generator": """
        _draw = getattr(np, "ran" + "dom")
        _draw.seed(3)
        def sigmoid(z):
            return 1 / (1 + np.exp(-z)) + (0.5 if _draw.random() < 0.2 else 0.0)
        """,
    "dies_late": """
        import os
        _made = []
        def relu(z):
            _made.append(1)
            if len(_made) == 5:
                os.abort()
            return np.maximum(z, 0.0) + (0.5 if len(_made) < 3 else 0.0)
        """,
    "is_slow_once": """
        import time
        _made = []
        def relu(z):
            _made.append(1)
            end = time.process_time() + (0.9 if len(_made) == 2 else 0)
            while time.process_time() < end:
                pass
            return np.maximum(z, 0.0) + (0.5 if len(_made) > 7 else 0.0)
        """,
    "sees_what_comes": """
        import sys
        def relu(z):
            frame, most = sys._getframe(), 0
            while frame is not None:
                requests = frame.f_locals.get("requests")
                most = max(most, len(requests) if isinstance(requests, list) else 0)
                frame = frame.f_back
            return np.maximum(z, 0.0) + (0.5 if most > 1 else 0.0)
        """,
    "returns_much": """
        def relu(z):
            return np.zeros(400_000)
        """,
    "lies_in_its_frames": """
        def relu(z):
            return Ellipsis
        """,
}
PLACE = {"own_generator": "training", "global_generator": "training", "changes": "losses"}


def submission(solution: Callable[[str], str], added: dict[str, str]) -> Submission:
    """Return the solutions of three exercises with some code added at the end."""
    texts = {name: solution(name) + "\n\n" + added.get(name, "") for name in NAMES}
    return Submission(
        "one", tuple(SourceFile(f"{name}.py", text.encode()) for name, text in texts.items())
    )


def odd(solution: Callable[[str], str], name: str) -> Submission:
    lines = ODD[name].strip("\n").splitlines()
    text = "import numpy as np\n" + "\n".join(line[8:] for line in lines)
    return submission(solution, {PLACE.get(name, "activations"): text + "\n"})


def without_times(report: ScoreReport) -> Any:
    """Return a report as plain data, without what differs from run to run."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            kept = (item for item in value.items() if item[0] not in ("duration_s", "cpu_s"))
            return {key: strip(item) for key, item in kept}
        return [strip(item) for item in value] if isinstance(value, list | tuple) else value

    return strip(msgspec.to_builtins(report.exercises, enc_hook=str))


def grade_fresh(one: Submission, seed: str = "public") -> ScoreReport:
    """Grade as the first submission of all."""
    with Grader(load_course(DEFAULT_COURSE)) as fresh:
        return fresh.grade(one, seed, NAMES, smallest="all")


@pytest.mark.parametrize("name", sample([(name, (name,)) for name in ODD], each=15))
def test_a_report_does_not_depend_on_what_was_graded_before(
    name: str, grader: Grader, solution: Callable[[str], str]
) -> None:
    """Neither right work before it nor the same work before it changes anything."""
    one = odd(solution, name)
    grader.grade(submission(solution, {}), "public", NAMES)
    later = [without_times(grader.grade(one, "public", NAMES, smallest="all")) for _ in range(2)]
    first = without_times(grade_fresh(one))
    assert later == [first, first]


@pytest.mark.slow
@pytest.mark.parametrize("draw", range(2))
def test_a_class_gets_the_same_reports_in_any_order(
    draw: int, solution: Callable[[str], str]
) -> None:
    """Right variants, known mistakes and stubs, in two orders, each in a session of its own."""
    rng = random.Random(draw)
    course = load_course(DEFAULT_COURSE)
    added: list[dict[str, str]] = [{}]
    for kind in ("variants", "misconceptions"):
        for name in NAMES:
            entries = load_catalogue(course.suites, name, kind)
            added += [{name: entry.source} for entry in rng.sample(entries, 2)]
    stubs = Path(__file__).parents[2] / "exercises" / "losses.py"
    added.append({"losses": stubs.read_text(encoding="utf-8")})
    group = [submission(solution, one) for one in added]
    reports = []
    for order in (range(len(group)), range(len(group))[::-1]):
        with Grader(course) as fresh:
            graded = {place: fresh.grade(group[place], "public", NAMES) for place in order}
        reports.append({place: without_times(report) for place, report in graded.items()})
    assert reports[0] == reports[1]


@pytest.mark.slow
def test_a_seed_of_its_own_is_asked_its_own(solution: Callable[[str], str]) -> None:
    """What is remembered of the public seed does not count under another."""
    one = submission(solution, {})
    with Grader(load_course(DEFAULT_COURSE)) as fresh:
        first, second = (fresh.grade(one, "public", NAMES) for _ in range(2))
        other = fresh.grade(one, "another seed", NAMES)
    assert without_times(first) == without_times(second)
    assert first.score_c == other.score_c == first.max_score_c


# The memory by itself


def call(number: float, *, begins: bool = False) -> Call:
    return Call("mse", [pack(number)], begins=begins)


def returned(value: object) -> CallReply:
    return CallReply("returned", pack(value))


def exchanged(*frames: tuple[list[Call], list[CallReply]]) -> list[Exchange]:
    return [Exchange(*one) for one in frames]


def learn(memory: Memory, *one_by_one: tuple[Call, CallReply], outcome: Outcome = PASSED) -> None:
    memory.learn(exchanged(*(([call], [reply]) for call, reply in one_by_one)), outcome)


def known(memory: Memory) -> Question:
    found = memory.find(PASSED.check_id)
    assert found is not None
    return found


def frame(*replies: CallReply) -> bytes:
    return encode_message(list(replies))


def find_outcome(memory: Memory, *frames: bytes) -> Outcome | None:
    found: Question | Learned | None = known(memory)
    for replies in frames:
        assert isinstance(found, Question)
        found = found.after.get(replies)
    return found.outcome if isinstance(found, Learned) else None


def test_equal_replies_have_the_outcome_and_others_have_none() -> None:
    """A value, its type, what was printed and what was modified: all of it has to be the same."""
    memory = Memory()
    memory.learn(exchanged(([call(1.0), call(2.0)], [returned(2.0), returned(3.0)])), PASSED)
    assert known(memory).count == 2
    assert find_outcome(memory, frame(returned(2.0), returned(3.0))) == PASSED
    others = [
        (returned(2.0), returned(3.1)),
        (returned(2), returned(3.0)),
        (returned(2.0),),
        (returned(3.0), returned(2.0)),
        (returned(2.0), CallReply("returned", pack(3.0), printed="x")),
        (returned(2.0), CallReply("returned", pack(3.0), modified=[0])),
        (returned(2.0), returned(3.0), returned(3.0)),
    ]
    found = [find_outcome(memory, frame(*replies)) for replies in others]
    assert found == [None] * len(others)


def test_what_is_asked_next_depends_on_the_replies() -> None:
    """A question is known only behind the replies that it came after."""
    memory = Memory()
    learn(memory, (call(1.0), returned(2.0)), (call(2.0), returned(3.0)))
    learn(memory, (call(1.0), returned(4.0)), (call(4.0), returned(5.0)))
    asked = known(memory)
    assert asked.frame == encode_message([call(1.0)])
    later = {reply: asked.after[frame(returned(reply))] for reply in (2.0, 4.0)}
    for reply, question in later.items():
        assert isinstance(question, Question)
        assert question.frame == encode_message([call(reply)])
    assert find_outcome(memory, frame(returned(2.0)), frame(returned(5.0))) is None
    assert find_outcome(memory, frame(returned(4.0)), frame(returned(5.0))) == PASSED


def test_other_replies_that_passed_are_learned_too() -> None:
    """Each once, as long as the same was asked."""
    memory = Memory()
    learn(memory, (call(1.0), returned(2.0)))
    learn(memory, (call(1.0), returned(2)))
    learn(memory, (call(1.0), returned(2)))
    learn(memory, (call(9.0), returned(7.0)))
    assert find_outcome(memory, frame(returned(2))) == PASSED
    assert find_outcome(memory, frame(returned(7.0))) is None
    assert len(memory.learned) == 2


def test_what_is_learned_is_the_same_elsewhere() -> None:
    """A fork sends on what it learned."""
    memory, other = Memory(), Memory()
    learn(memory, (call(1.0), returned(2.0)), (call(3.0), returned(4.0)))
    sent = msgspec.msgpack.decode(encode_message(memory.learned), type=list[Learned])
    other.add(sent)
    assert known(other).frame == known(memory).frame
    assert find_outcome(other, frame(returned(2.0)), frame(returned(4.0))) == PASSED
    assert other.learned == []


def test_nothing_is_learned_of_a_check_that_asks_nothing() -> None:
    """It depends on something else."""
    memory = Memory()
    learn(memory)
    assert memory.find(PASSED.check_id) is None


def test_a_memory_is_bounded() -> None:
    """In what one check asks, in what it is answered, and in how many ways."""
    memory = Memory()
    learn(memory, (Call("mse", [bytes(600_000)]), returned(2.0)))
    learn(memory, (call(1.0), CallReply("returned", bytes(600_000))))
    learn(memory, (call(1.0), returned(2.0)), outcome=replace(PASSED, hint="x" * 600_000))
    assert memory.find(PASSED.check_id) is None
    for number in range(100):
        learn(memory, (call(1.0), returned(number)))
    assert len(memory.learned) < 20
    checks = [replace(PASSED, check_id=f"losses/mse/{number}") for number in range(500)]
    for number, outcome in enumerate(checks):
        learn(memory, (call(number), CallReply("returned", bytes(200_000))), outcome=outcome)
    kept = sum(memory.find(outcome.check_id) is not None for outcome in checks)
    assert 0 < kept * 200_000 <= 40_000_000


# Replies that were fetched


def fetched(*frames: tuple[list[float], list[CallReply] | StudentError]) -> list[Fetched]:
    return [
        Fetched(encode_message([call(number) for number in numbers]), replies)
        for numbers, replies in frames
    ]


def test_fetched_replies_are_taken_as_long_as_the_same_is_asked() -> None:
    """In the frames in which they were asked for; never again once something else was asked."""
    replies = [returned(number) for number in (10.0, 20.0, 30.0, 40.0)]
    exchanges = Exchanges(fetched(([1], replies[:1]), ([2, 3], replies[1:3]), ([4], replies[3:])))
    assert exchanges.take([call(1)]) == replies[:1]
    assert exchanges.take([call(2), call(3)]) == replies[1:3]
    assert not exchanges.take([call(5)])
    assert not exchanges.take([call(4)])


def test_a_reason_for_no_replies_is_raised_where_they_are_asked_for() -> None:
    """A check gets the same error as if it had asked itself, and nothing is learned of it."""
    exchanges = Exchanges(fetched(([1], [returned(1.0)]), ([2], TookTooLong("one call"))))
    assert exchanges.take([call(1)])
    with pytest.raises(TookTooLong):
        exchanges.take([call(2)])
    assert exchanges.all is None


def test_a_dialogue_is_not_an_exchange() -> None:
    """What the worker asked back is not in the replies."""
    exchanges = Exchanges()
    exchanges.note([call(1.0)], [returned(2.0)])
    exchanges.spoil()
    exchanges.note([call(1.0)], [returned(2.0)])
    assert exchanges.all is None
    assert not exchanges.is_empty
