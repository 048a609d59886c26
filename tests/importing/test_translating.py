"""Assertions of an assignment as lines of a check, or as comments with the reason."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.importing.checks import Draft, translate_test
from grader.importing.expressions import Known
from grader.importing.parts import GradedCell
from grader.importing.sizes import is_huge
from grader.importing.statements import split

KNOWN = Known(frozenset({"f", "g"}), frozenset({"Bag"}), {"x": "get_x"}, {"np": "numpy"})


def drafts(text: str, wants: dict[int, str] | None = None, above: str = "") -> list[Draft]:
    """Return the assertions of a test that shows everything to students."""
    test = GradedCell("q1", text, frozenset(), 100, 1, wants or {})
    return translate_test(test, KNOWN, split(above))


def lines(text: str, wants: dict[int, str] | None = None, above: str = "") -> list[str]:
    """Return the lines of the only check of a test."""
    (draft,) = drafts(text, wants, above)
    assert not draft.reason, draft.reason
    return list(draft.lines)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("assert f(3) == 9", "equal(student.f(3), 9, 'f(3)')"),
        ("assert 9 == f(3)", "equal(student.f(3), 9, 'f(3)')"),
        ("assert f('a') == ['b']", "equal(student.f('a'), ['b'], \"f('a')\")"),
        ("assert f(3) is None", "equal(student.f(3), None, 'f(3)')"),
        ("assert f(3) == True", "equal(student.f(3), True, 'f(3)')"),
        ("assert f(3) == 0.5", "close(student.f(3), 0.5, 'f(3)')"),
        ("assert f(3) == [1, -0.5]", "close(student.f(3), [1, -0.5], 'f(3)')"),
        ("assert f(3) == ['a', 0.5]", "equal(student.f(3), ['a', 0.5], 'f(3)')"),
        ("assert np.allclose(f(3), [1, 2])", "close(student.f(3), [1, 2], 'f(3)')"),
        ("assert np.allclose([1], f(3), atol=0.1)", "close(student.f(3), [1], 'f(3)', atol=0.1)"),
        ("assert (f(3) == np.eye(2)).all()", "close(student.f(3), np.eye(2), 'f(3)')"),
        ("np.testing.assert_allclose(f(3), 2)", "close(student.f(3), 2, 'f(3)')"),
        ("np.testing.assert_array_equal(f(3), [1])", "close(student.f(3), [1], 'f(3)')"),
        ("assert_equal(f(3), 9)", "equal(student.f(3), 9, 'f(3)')"),
        ("self.assertEqual(f(3), 9)", "equal(student.f(3), 9, 'f(3)')"),
        (
            "assert_almost_equal(f(3), 9.5, 2)",
            "close(student.f(3), 9.5, 'f(3)', rtol=0.0, atol=0.015)",
        ),
        ("assert abs(f(3) - 2) < 1e-6", "close(student.f(3), 2, 'f(3)', rtol=0.0, atol=1e-06)"),
        ("assert f(3).shape == (2, 3)", "has_shape(student.f(3), (2, 3), 'f(3)')"),
        (
            "assert len(f(3)) == 2",
            "equal(computed(lambda: len(student.f(3)), 'len(f(3))'), 2, 'len(f(3))')",
        ),
        (
            "assert isinstance(f(3), int)",
            "expect(computed(lambda: bool(isinstance(student.f(3), int)), 'isinstance(f(3), int)'),"
            " 'isinstance(f(3), int) is not true')",
        ),
        (
            "assert 1 < f(3), 'too small'",
            "expect(computed(lambda: bool(1 < student.f(3)), '1 < f(3)'), 'too small')",
        ),
        (
            "assert f(3).dtype == np.float",
            "expect(computed(lambda: bool(student.f(3).dtype == float), 'f(3).dtype == np.float'),"
            " 'f(3).dtype == np.float is not true')",
        ),
        ("assert x == 3", "equal(student.get_x(), 3, 'x')"),
        ("assert f(*[1, 2], key=g(2)) == 3", "equal(student.f(*[1, 2], key=student.g(2)), 3, "
         "'f(*[1, 2], key=g(2))')"),
        ("assert Bag(2).size() == 2", "equal(student.call_on(student.keep('Bag', 2), 'size'), 2, "
         "'Bag(2).size()')"),
    ],
)  # fmt: skip
def test_an_assertion_becomes_an_expectation(text: str, line: str) -> None:
    """The student's side is what came, whichever side it was on."""
    assert lines(text) == [line]


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    f(0)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no')",
        "try:\n    f(0)\n    assert False, 'no'\nexcept ValueError:\n    print('good')",
        "with pytest.raises(ValueError):\n    f(0)",
        "assert_raises(ValueError, f, 0)",
        "self.assertRaises(ValueError, lambda: f(0))",
    ],
)
def test_an_expected_exception_is_one_of_the_call(text: str) -> None:
    """However it was expected."""
    assert lines(text) == ["with raises(ValueError):", "    student.f(0)"]


def test_a_session_of_python_shows_what_is_right() -> None:
    """The value, the text that is printed, or only that a condition holds."""
    assert lines("f(3)", {1: "9\n"}) == ["equal(student.f(3), 9, 'f(3)')"]
    assert lines("f(3)", {1: "0.25"}) == ["close(student.f(3), 0.25, 'f(3)')"]
    assert lines("f(3)", {1: "array([1., 2.])"}) == ["close(student.f(3), [1.0, 2.0], 'f(3)')"]
    assert lines("f(3) == 9", {1: "True"}) == ["equal(student.f(3), 9, 'f(3)')"]
    (shown,) = lines("print(f(3))", {1: "nine\n"})
    assert shown.startswith("equal(computed(lambda: str(student.f(3)), 'str(f(3))'), 'nine'")


def test_a_check_has_the_lines_that_it_needs_and_no_others() -> None:
    """Of the test and of the notebook above, in order."""
    above = "import math\nn = 3\nunused = 4\nn += 1\n\ndef twice(v):\n    return 2 * v"
    text = "a = [n]\nb = 5\na.append(twice(b))\nother = f(1)\nassert f(a) == 14\nassert g(b) == 0"
    first, second = drafts(text, above=above)
    assert list(first.lines) == [
        "n = 3",
        "n += 1",
        "def twice(v):",
        "    return 2 * v",
        "a = [n]",
        "b = 5",
        "a.append(twice(b))",
        "equal(student.f(a), 14, 'f(a)')",
    ]
    assert list(second.lines) == ["b = 5", "equal(student.g(b), 0, 'g(b)')"]


def test_an_answer_is_examined_before_it_is_used() -> None:
    """It may be anything, and that is no fault of the suite's."""
    made = lines("a, b = f(3)\nc = a[0]\nassert c + b == 2")
    assert made == [
        "a, b = sequence(student.f(3), 2, 'f(3)')",
        "c = computed(lambda: a[0], 'a[0]')",
        "equal(computed(lambda: c + b, 'c + b'), 2, 'c + b')",
    ]


def test_a_loop_is_one_check() -> None:
    """Its assertions are in it."""
    assert lines("for n in range(3):\n    want = n * 2\n    assert f(n) == want") == [
        "for n in range(3):",
        "    want = n * 2",
        "    equal(student.f(n), want, 'f(n)')",
    ]


def test_a_function_is_passed_by_its_source() -> None:
    """With what it imports."""
    assert lines("assert f(lambda v: v + 1, 3) == 4") == [
        "def given_1(v):",
        "    return v + 1",
        "equal(student.f(by_source(given_1), 3), 4, 'f(lambda v: v + 1, 3)')",
    ]
    assert "    from math import exp" in lines(
        "from math import exp\n\ndef h(v):\n    return exp(v)\n\nassert f(h) == 1"
    )


def test_draws_without_a_seed_are_those_of_the_check() -> None:
    """So each student's differ, and can be repeated."""
    (draft,) = drafts("v = np.random.rand(3)\nassert np.allclose(f(v), np.sum(v))")
    assert draft.draws
    assert draft.lines[0] == "v = rng.uniform(size=(3,))"
    (draft,) = drafts("v = np.random.randint(0, 2, 3).astype(bool)\nassert f(v) == 1")
    assert draft.lines[0] == "v = rng.integers(0, 2, 3).astype(bool)"
    (seeded,) = drafts("np.random.seed(1)\nv = np.random.rand(3)\nassert f(v) == 2")
    assert not seeded.draws
    assert seeded.lines[:2] == ("np.random.seed(1)", "v = np.random.rand(3)")


def test_a_hidden_check_names_neither_input_nor_value() -> None:
    """Students read its words."""
    test = GradedCell(
        "q1", "assert f(1234) == 5678\nassert f(1234) > 77", frozenset({1, 2}), 100, 1
    )
    first, second = translate_test(test, KNOWN, [])
    assert first.lines == ("equal(student.f(1234), 5678, 'the answer')",)
    (line,) = second.lines
    call = ast.parse(line).body[0]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    assert ast.literal_eval(call.value.args[1]) == "an answer is not as the task asks"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("assert 1 == 1", "asserts nothing of a student's function"),
        ("assert f is g", "uses f without calling it"),
        ("assert f(hidden) == 1", "uses hidden, which only the notebook has"),
        ("a = [1]\nf(a)\nassert a == f(1)", "works by changing its argument"),
        ("assert f(3)(4) == 5", "calls what a function of students returned"),
        ("v = np.random.ranf(2)\nassert f(v) == 1", "draws with np.random.ranf and no seed"),
        ("if f(1):\n    assert f(2) == 3", "asserts in a form that is not known"),
        ("equal = 1\nassert f(equal) == 1", "has an own equal, which is a name of suites"),
        ("assert f(1) ==", "is not valid Python"),
        ("### AUTOTEST f(3)", "is made by nbgrader"),
        ("print('done')", "asserts nothing that can be read"),
    ],
)
def test_what_has_no_honest_form_stays_a_comment(text: str, reason: str) -> None:
    """With the reason."""
    assert any(reason in draft.reason and not draft.lines for draft in drafts(text))


def test_a_comment_has_the_lines_that_its_assertion_needs() -> None:
    """So that an author can translate it."""
    text = (
        "import random\nother = 1\nmany = [random.randint(1, 6) for _ in range(9)]\n"
        "# the largest\nwant = max(many)\nassert f(other) == 1\nassert f(many) == want"
    )
    first, second = drafts(text)
    assert first.lines
    assert not first.setup
    assert second.source == "assert f(many) == want"
    assert second.setup.split("\n") == [
        "import random",
        "many = [random.randint(1, 6) for _ in range(9)]",
        "# the largest",
        "want = max(many)",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "import os\nassert f(os.getcwd()) == 1",
        "from os import system\nassert f(system('true')) == 0",
        "assert f(1) == __import__('os').system('true')",
        "assert f(open('/etc/passwd').read()) == 1",
        "assert f(1) == eval('1')",
        "assert f(1) == (lambda: ().__class__.__bases__)()",
        "assert f(1) == getattr(np, 'load')('x')",
        "assert f(1) == np.load('x')",
        "assert f(1) == np.lib.npyio.os.system('true')",
        "np.arange(3).tofile('/tmp/x')\nassert f(1) == np.arange(3).dump('y')",
        "import numpy.testing as t\nassert f(1) == t.suppress_warnings",
        "import subprocess as np\nassert f(1) == np.run('x')",
        "from operator import attrgetter\nassert f(1) == attrgetter('x')(1)",
        "def h():\n    import os\n    return os.getpid()\nassert f(1) == h()",
        "class H:\n    pass\nassert f(H()) == 1",
        "@print\ndef h():\n    return 1\nassert f(1) == h()",
        "def h(v=open('x')):\n    return 1\nassert f(1) == h()",
        "with open('x') as file:\n    text = file.read()\nassert f(text) == 1",
        "import pandas as pd\nassert f(pd.read_csv('x')) == 1",
        "assert f(1) == breakpoint()",
    ],
)
def test_nothing_that_leaves_the_process_gets_into_a_suite(text: str) -> None:
    """A suite runs outside the sandbox, and no author has read this one yet."""
    (draft,) = drafts(text)
    assert not draft.lines
    assert draft.reason


@pytest.mark.parametrize(
    "message",
    ["a negative number has no root", "The list must be sorted", "counts spaces, too",
     "die Liste ist nicht sortiert"],
)  # fmt: skip
def test_a_message_that_describes_is_the_title(message: str) -> None:
    """Of the check."""
    (draft,) = drafts(f"assert f(3) == 9, {message!r}")
    assert draft.title == message


@pytest.mark.parametrize(
    "message",
    ["wrong", "Wrong answer!", "", "f(3) is wrong", "f is not correct", "Your answer is wrong.",
     "3 != 9", "Test 1 failed", "kilograms", "f(3) should be 9", "oops, try again :-("],
)  # fmt: skip
def test_any_other_message_is_not(message: str) -> None:
    """The title shows what is asserted, as it does without a message."""
    (draft,) = drafts(f"assert f(3) == 9, {message!r}")
    assert draft.title == "f(3) == 9"


def test_a_message_without_information_is_no_feedback() -> None:
    """What is not true is."""
    assert lines("assert f(3) > 2, 'wrong'") == lines("assert f(3) > 2")


@pytest.mark.parametrize(
    "text",
    [
        "assert f(1) == 9**9**9**9",
        "assert f(9**9**9) == 1",
        "assert f(1) == 1 << 10**12",
        "assert f(1) == (2 << 40) ** (3 * 10**6 + 1) - 1",
        "assert f(1) == -(-7) ** 10**9",
        "assert f(1) == pow(9, 9**9)",
        "assert f(1) == (~1) ** 10**9",
        "assert f(1) == [0] * 10**10",
        "assert f(1) == len(10**11 * 'ab')",
        "n = 9\nassert f(1) == n ** 10**9",
        "n = 9\nn **= 10**9\nassert f(1) == n",
        "for n in range(3):\n    assert f(n) == n << 9**12",
    ],
)
def test_a_huge_value_is_not_computed(text: str) -> None:
    """Neither here nor by the examiner."""
    (draft,) = drafts(text)
    assert not draft.lines
    assert "computes a huge value" in draft.reason


@pytest.mark.parametrize(
    "value",
    ["2**1000", "1**10**9", "(-1)**10**9", "0 << 10**9", "10**-300", "9.5**9", "2**64 - 1",
     "pow(9, 10**9, 7)", "10**9 * 10**9", "1 << 9", "[0] * 5", "n * 10**9", "n ** 3", "5 // 0",
     "n[10**9]", "10**400 // 10**399", "2.0 ** 100", "'' * 10**10"],
)  # fmt: skip
def test_a_value_of_common_size_is(value: str) -> None:
    """Also where its operands are large."""
    (draft,) = drafts(f"n = 2\nassert f(1) == {value}")
    assert draft.lines, draft.reason


_NUMBERS = st.recursive(
    st.integers(0, 12).map(str),
    lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*", "//", "**", "<<"]), inner).map(
        lambda p: f"({p[0]} {p[1]} {p[2]})"
    ),
    max_leaves=5,
)


@given(_NUMBERS)
def test_what_is_not_huge_can_be_computed(text: str) -> None:
    """With an oracle: Python computes it, and it has few digits."""
    if any(is_huge(node) for node in ast.walk(ast.parse(text))):
        return
    try:
        value = eval(text)
    except (ArithmeticError, ValueError):
        return
    assert isinstance(value, float) or abs(value).bit_length() <= 500_000


_NAMES = st.sampled_from(["f", "g", "x", "Bag", "a", "np", "n", "os", "student", "print"])
_PIECES = st.recursive(
    st.one_of(_NAMES, st.integers(-3, 3).map(str), st.sampled_from(["'t'", "None", "0.5", "[]"])),
    lambda inner: st.one_of(
        st.tuples(_NAMES, inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} + {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"[{p[0]}, {p[1]}]"),
        inner.map(lambda p: f"{p}.real"),
        inner.map(lambda p: f"{p}[0]"),
        st.tuples(_NAMES, inner).map(lambda p: f"(lambda {p[0]}: {p[1]})"),
        st.tuples(_NAMES, inner, inner).map(lambda p: f"[{p[1]} for {p[0]} in {p[2]}]"),
    ),
    max_leaves=6,
)
_STATEMENTS = st.one_of(
    st.tuples(_PIECES, st.sampled_from(["==", "<", "in", "is"]), _PIECES).map(
        lambda p: f"assert {p[0]} {p[1]} {p[2]}"
    ),
    st.tuples(st.sampled_from(["a", "n", "a, n", "a[0]"]), _PIECES).map(" = ".join),
    _PIECES,
    _PIECES.map(lambda p: f"for n in {p}:\n    assert f(n) == 1"),
)


@given(st.lists(_STATEMENTS, min_size=1, max_size=5))
def test_whatever_is_translated_is_python_that_knows_its_names(statements: list[str]) -> None:
    """A check calls students' code through the proxy alone."""
    for draft in drafts("\n".join(statements)):
        assert bool(draft.lines) != bool(draft.reason)
        tree = ast.parse("\n".join(draft.lines))
        loaded = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        assert not loaded & {"f", "g", "x", "Bag", "os"} - _bound(tree)


def _bound(tree: ast.AST) -> set[str]:
    stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n.ctx != ast.Load()}
    return {
        *(n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)),
        *(n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)),
    } & stored
