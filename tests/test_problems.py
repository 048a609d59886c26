"""Problems: which failed checks are one, in which order, and what is next."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from grader.check_report import CheckReport
from grader.problems import Problem, drawn_check, find_problems, order_problems
from grader.records import Feedback, Place, ResultCredit, Series


def check(name: str, outcome: str = "failed", points: float = 1.0, **fields: Any) -> CheckReport:
    feedback = Feedback(**fields.pop("feedback", {}))
    base = CheckReport(
        id=f"e/f/{name}",
        title=f"About {name}",
        visibility="visible",
        outcome="failed",
        score=points if outcome == "passed" else 0.0,
        max_score=points,
        observation=None,
        misconception=None,
        hint="",
        feedback=feedback,
        duration_s=0.0,
    )
    return replace(base, outcome=outcome, **fields)


def wrong(text: str = "it is wrong") -> dict[str, str]:
    return {"wrong": text}


def raised(line: int, text: str = "ValueError: (3,) and (2,)") -> dict[str, Any]:
    return {"raised": text, "places": (Place(0, line),)}


def names(problems: tuple[Problem, ...]) -> list[list[str]]:
    return [[identity.split("/")[-1] for identity in p.checks] for p in problems]


def test_what_passed_is_no_problem() -> None:
    """Nor is what was not written, or not run."""
    checks = [check("a", "passed"), check("b", "not_implemented"), check("c", "not_run")]
    assert find_problems(checks) == ()


def test_checks_that_show_one_mistake_are_one_problem() -> None:
    """It costs what they cost together, and the first visible one is shown."""
    named = {"misconception": "M", "what": "no minus", "hint": "Which sign?", "feedback": wrong()}
    checks = [check("a", visibility="hidden", **named), check("b", points=0.5, **named)]
    (problem,) = find_problems(checks)
    assert problem == Problem(
        id="f/b",
        what="no minus",
        hint="Which sign?",
        misconceptions=("M",),
        shown="e/f/b",
        checks=("e/f/a", "e/f/b"),
        cost=1.5,
    )


def test_two_mistakes_made_together_are_one_problem() -> None:
    """Also where one of the two is all that shows in a check."""
    one = {"misconception": "M", "what": "no minus", "hint": "Which sign?"}
    both = {"misconception": "M", "second_misconception": "N", "what": "Two things: ..."}
    (problem,) = find_problems([check("a", **one), check("b", **both)])
    assert problem.misconceptions == ("M", "N")
    assert problem.what == "Two things: ..."


def test_what_looks_like_a_named_mistake_is_part_of_it() -> None:
    """Some calls are too large for a diagnosis; they show the same."""
    named = {"misconception": "M", "what": "the last layer comes first"}
    checks = [
        check("a", observation="wrong_shape", feedback=wrong("dW has shape (2,)"), **named),
        check("b", observation="wrong_shape", feedback=wrong("dW has shape (9,)")),
        check("c", observation="wrong_length", feedback=wrong("dW has 9 entries")),
        check("d", "error", feedback=raised(3), **named),
        check("e", "error", feedback=raised(3, "ValueError: (4,) and (5,)")),
        check(
            "f",
            observation="factor",
            feedback=wrong("dX is exactly 2/N times right (N = 3)"),
            **named,
        ),
        check("h", observation="factor", feedback=wrong("dX is exactly 2/N times right (N = 5)")),
    ]
    first, *others = find_problems(checks)
    assert sorted(one for problem in others for one in problem.checks) == ["e/f/c"]
    assert first.misconceptions == ("M",)
    assert first.cost == 6.0


def test_an_attribute_that_is_missing_in_several_lines_is_one_problem() -> None:
    """It is the line that should have made it that is wrong."""
    text = "AttributeError: self is a Stack: that has no `.entries`"
    seen = {"observation": "no_attribute_of_object"}
    checks = [
        check("a", "error", feedback=raised(3, text), **seen),
        check("b", "error", feedback=raised(7, text), **seen),
        check("c", "error", feedback=raised(9, text.replace("entries", "size")), **seen),
        check("d", "error", feedback=raised(9, text)),
    ]
    assert names(find_problems(checks)) == [["a", "b"], ["c"], ["d"]]


def test_a_look_that_two_named_mistakes_have_is_a_problem_of_its_own() -> None:
    """Either may be its cause."""
    seen = {"observation": "wrong_shape", "feedback": wrong("dW has shape (2,)")}
    named = [check(m, misconception=m, what=f"mistake {m}", **seen) for m in "MN"]
    assert names(find_problems([*named, check("c", **seen)])) == [["M"], ["N"], ["c"]]


def slip(repair: str, *names: str) -> dict[str, Any]:
    results = tuple(ResultCredit(name, "slip", repair) for name in names)
    return {"repair": repair, "results": results, "feedback": wrong("dW is off")}


def test_checks_with_one_slip_are_one_problem() -> None:
    """Also what shows the same factor without credit; the results are named."""
    checks = [
        replace(check("a", **slip("factor_1/N", "dW")), score=0.5),
        check("b", observation="factor", feedback=wrong("dW is off")),
        replace(check("c", **slip("factor_1/N", "dW", "db")), score=0.5),
        check("d", **slip("transposed", "dX")),
    ]
    first, second = find_problems(checks)
    assert first.checks == ("e/f/a", "e/f/c", "e/f/b")
    assert first.repair == "factor_1/N"
    assert first.what == "dW and db are right except for a factor 1/N"
    assert first.cost == 2.0
    assert second.what == "dX is right, but transposed"


def test_a_single_result_with_a_slip_has_no_name() -> None:
    (problem,) = find_problems([check("a", **slip("sign", ""))])
    assert problem.what == "Right except for the sign"


def test_a_known_mistake_is_no_slip() -> None:
    """Though the result would be right except for a factor."""
    (problem,) = find_problems([check("a", misconception="M", what="no N", **slip("factor_N", ""))])
    assert (problem.what, problem.repair) == ("no N", "")


def test_what_stops_the_function_comes_first() -> None:
    """What costs it half of its points or more; an exception of few checks is no more urgent."""

    def order(points: float) -> list[list[str]]:
        checks = [
            check("a", observation="sign", points=3.0, feedback=wrong()),
            check("b", "error", points=points, feedback=raised(4)),
            check("c", points=0.0, observation="warned", feedback=wrong()),
            check("d", observation="modified", points=4.0, feedback=wrong()),
        ]
        return names(find_problems(checks))

    assert order(8.0) == [["b"], ["d"], ["a"], ["c"]]
    assert order(0.5) == [["d"], ["a"], ["b"], ["c"]]


def test_exceptions_of_one_line_are_one_problem() -> None:
    """The shapes in their text are those of each call."""
    checks = [
        check("a", "error", feedback=raised(4)),
        check("b", "error", feedback=raised(4, "ValueError: (6,) and (5,)")),
        check("c", "error", feedback=raised(5)),
        check("d", "error", feedback=raised(4, "TypeError: no")),
    ]
    assert names(find_problems(checks)) == [["a", "b"], ["c"], ["d"]]


@pytest.mark.parametrize(
    ("observations", "expected"),
    [
        (["sign", "values"], [["0", "1"]]),
        (["factor", "factor_unnamed", "sign"], [["0", "1", "2"]]),
        (["sign", "transposed", "values"], [["0"], ["1"], ["2"]]),
        (["modified", "values"], [["0"], ["1"]]),
        (["values", "values"], [["0", "1"]]),
    ],
)
def test_observations_are_joined_where_one_explains_the_other(
    observations: list[str], expected: list[list[str]]
) -> None:
    """A wrong value of which nothing more is known joins the one cause that there is."""
    checks = [check(str(i), observation=o, feedback=wrong()) for i, o in enumerate(observations)]
    assert names(find_problems(checks)) == expected


def test_of_checks_that_show_nothing_the_titles_remain() -> None:
    """As students see hidden ones where the course allows no more."""
    checks = [check("a", visibility="hidden"), check("b", visibility="hidden")]
    (problem,) = find_problems(checks)
    assert problem.what == "Fails: About a, About b"
    assert (problem.hint, problem.misconceptions) == ("", ())


def test_what_passed_and_earned_nothing_is_part_of_the_cost() -> None:
    """A property earns beside a value only."""
    checks = [check("a", points=2.0, feedback=wrong()), check("b", "passed", score=0.0)]
    assert [p.cost for p in find_problems(checks)] == [3.0]


def problem(cost: float, stops: bool = False, **fields: Any) -> Problem:
    return Problem(
        id="x", what="", shown="e/f/a", checks=("e/f/a",), cost=cost, stops=stops, **fields
    )


@pytest.mark.parametrize(
    ("problems", "expected"),
    [
        ([("e/a", problem(1)), ("e/b", problem(2))], "e/b"),
        ([("e/a", problem(5)), ("e/b", problem(2, stops=True))], "e/b"),
        ([("e/a", problem(5, depends_on=("b",))), ("e/b", problem(1))], "e/b"),
        ([("e/a", problem(5)), ("e/b", problem(1)), ("e/c", problem(1, depends_on=("b",)))], "e/b"),
        ([("e/a", problem(2)), ("e/b", problem(2))], "e/a"),
        ([("e/a", problem(0)), ("e/b", problem(1))], "e/b"),
        ([("e/a", problem(5, stops=True, depends_on=("b",))), ("e/b", problem(1))], "e/b"),
        ([("e/a", problem(5, stops=True, depends_on=("b",))), ("e/b", problem(0))], "e/a"),
    ],
)
def test_what_is_next(problems: list[tuple[str, Problem]], expected: str) -> None:
    """What stops, then what others need, then the dearest, then the first."""
    assert [function for function, _ in order_problems(problems)][:1] == [expected]


def test_what_a_function_calls_comes_right_before_it() -> None:
    """Only its first problem, and each once where functions call each other."""
    stops = problem(5, stops=True, depends_on=("b",))
    problems = [
        ("e/a", stops),
        ("e/b", problem(1, depends_on=("c", "a"))),
        ("e/b", msgspec.structs.replace(problem(0.5, depends_on=("c",)), id="y")),
        ("e/c", problem(0.25)),
        ("e/d", problem(4)),
    ]
    order = [function for function, _ in order_problems(problems)]
    assert order == ["e/c", "e/b", "e/a", "e/d", "e/b"]


def test_a_problem_is_pictured_by_the_check_that_is_shown_or_else_by_the_first() -> None:
    """And by none that belongs to another problem."""
    series = (Series("curve", "f", "z", "f", ()),)
    plain = [check("a", observation="sign"), check("b", observation="sign")]
    (problem,) = find_problems([*plain, check("c", observation="warned", points=0.0)])[:1]
    assert drawn_check(problem, plain) is None
    drawn = [replace(one, series=series) for one in plain]
    assert drawn_check(problem, [plain[0], drawn[1]]) is drawn[1]
    shown = next(one for one in drawn if one.id == problem.shown)
    assert drawn_check(problem, drawn) is shown
    assert drawn_check(problem, [check("c", series=series)]) is None
