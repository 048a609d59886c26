"""Checks of an exercise as a whole, which belong to no single function."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from course.test_broken_courses import report_of
from support.calculator import FUNCTIONS, MANIFEST, SOLUTION, WHOLE, write_calculator
from support.here import grade_here

from grader.course.manifest import load_course
from grader.course.stubs import outdated_stubs
from grader.engine import Grader
from grader.errors import CourseError
from grader.records import FunctionScore, ScoreReport, SourceFile, Submission
from grader.report import build_report
from grader.submissions.reader import read_submission


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """Return a grader of the calculator."""
    folder = tmp_path_factory.mktemp("calculator")
    with Grader(load_course(write_calculator(folder))) as opened:
        yield opened


def grade_text(grader: Grader, text: str) -> ScoreReport:
    file = SourceFile("calculator.py", text.encode())
    return grader.grade(Submission("s", (file,)), smallest="all")


def together(report: ScoreReport) -> FunctionScore:
    return next(f for f in report.functions() if f.title)


@pytest.mark.slow
def test_a_sound_course_with_a_whole_verifies(tmp_path: Path) -> None:
    """No finding of `grade verify`: a mistake of a function may cost the whole its points."""
    assert report_of(write_calculator(tmp_path)) == []


def test_a_whole_is_a_function_of_the_report_with_a_title(grader: Grader) -> None:
    """Its name follows from its class, and its ids are those of any check."""
    report = build_report(grade_text(grader, SOLUTION), "student")
    *_, whole = report.functions()
    assert (whole.name, whole.title, whole.score) == ("together", "The calculator", 2.0)
    assert [c.id for c in whole.checks] == [
        "calculator/together/one_sum",
        "calculator/together/probe",
    ]
    assert [f.title for f in report.functions()][:2] == ["", ""]


def test_of_an_untouched_stub_a_whole_is_not_implemented(grader: Grader) -> None:
    """The stub scores 0 on it."""
    course = grader.course
    report = grader.grade(read_submission(course.stubs, course))
    assert {c.outcome.outcome for c in together(report).checks} == {"not_implemented"}
    assert report.score_c == 0


def test_a_function_that_a_whole_calls_may_be_missing(grader: Grader) -> None:
    """Its checks are not implemented where they call it, and an error names it in a probe."""
    text = SOLUTION.partition("\n\n\ndef add_up")[0]
    checks = together(grade_text(grader, text)).checks
    assert [c.outcome.outcome for c in checks] == ["not_implemented", "error"]
    assert "add_up" in checks[0].outcome.feedback.wrong
    assert "add_up" in checks[1].outcome.feedback.raised
    assert not any(c.score_c for c in checks)


def test_visible_checks_of_a_whole_earn_only_with_a_hidden_one(grader: Grader) -> None:
    """As those of a function: the rule is the same."""
    text = SOLUTION.replace("for number in numbers:", "for number in numbers[:2]:")
    checks = together(grade_text(grader, text)).checks
    assert [c.outcome.outcome for c in checks] == ["passed", "failed"]
    assert [c.score_c for c in checks] == [0, 0]


def test_a_failed_check_of_a_whole_can_be_repeated(grader: Grader) -> None:
    """The lines import the function that was called, and the module that a probe gets."""
    text = SOLUTION.replace("total += number", "total += 2 * number")
    checks = together(grade_text(grader, text)).checks
    first, second = (c.outcome.feedback.repeat for c in checks)
    assert first.startswith("from calculator import add_up\nadd_up(")
    assert "import calculator" in second
    assert "calculate(calculator, " in second


def test_what_a_whole_calls_is_executed_of_a_notebook(tmp_path: Path) -> None:
    """Though no class of the suite is about it, and nothing else needs it."""
    more = "\n\n# provided\ndef calculate(text):\n    return add_up(parse(text))\n"
    suite = FUNCTIONS + WHOLE.replace("student.add_up(student.parse(", "(student.calculate(")
    manifest = write_calculator(tmp_path, solution=SOLUTION + more, suite=suite)
    with Grader(load_course(manifest)) as opened:
        notebook = SourceFile("calculator.ipynb", b"", cells=(SOLUTION, more))
        assert opened.grade(Submission("s", (notebook,))).percent == 100


def test_a_slip_earns_nothing_in_a_whole(grader: Grader) -> None:
    """Its answers are of several functions, which earn by themselves."""
    text = SOLUTION.replace("total += number", "total += 2 * number")
    assert together(grade_text(grader, text)).score_c == 0


@pytest.mark.parametrize(
    ("decorator", "message"),
    [
        ('@whole("Add", points=2, name="add_up")', "two classes of the suite of calculator"),
        ('@whole("", points=2)', "needs a title"),
        ('@whole("Add", points=2, name="the whole")', "belongs to 'the whole'"),
        ('@whole("Add", points=2, name="größe")', "belongs to 'größe'"),
        ('@whole("Add", points=2, name="class")', "belongs to 'class'"),
        ('@whole("Add", points=3)', "the checks of calculator/together add up to 2 points"),
    ],
)
def test_a_whole_that_cannot_be_told_apart_is_refused(
    decorator: str, message: str, tmp_path: Path
) -> None:
    """In one line, when the suite is collected."""
    suite = FUNCTIONS + WHOLE.replace('@whole("The calculator", points=2)', decorator)
    course = load_course(write_calculator(tmp_path, suite=suite))
    with Grader(course) as opened, pytest.raises(CourseError, match=message):
        opened.collected_checks()


def test_two_wholes_of_one_name_are_refused(tmp_path: Path) -> None:
    """Also where the second class inherits the decorator of the first."""
    named = WHOLE.replace("points=2)", 'points=2, name="sums")')
    suite = FUNCTIONS + named + "\n\nclass TestMore(TestTogether):\n    pass\n"
    course = load_course(write_calculator(tmp_path, suite=suite))
    with Grader(course) as opened, pytest.raises(CourseError, match="two classes of the suite"):
        opened.collected_checks()


@pytest.mark.slow
def test_a_misconception_of_a_whole_is_reported(tmp_path: Path) -> None:
    """There is no function that it could replace."""
    mistakes = (
        "from grader.testing import misconception\n\n\n"
        '@misconception("C-1", of="together", hint="Which?")\ndef wrong(x):\n    return x\n'
    )
    found = report_of(write_calculator(tmp_path, mistakes=mistakes))
    beginning = "metadata: docstrings and hints: C-1 is of together, which no check asks for"
    assert any(finding.startswith(beginning) for finding in found)


def test_commands_show_the_title_and_take_the_name(tmp_path: Path) -> None:
    """`submit`, `list` and `next` show the title; `hint` takes the name."""
    write_calculator(tmp_path)
    work = tmp_path / "calculator.py"
    wrong = SOLUTION.replace("total += number", "total += number + 1")
    work.write_text(wrong, encoding="utf-8")
    course = ("--course", tmp_path)
    shown = grade_here("submit", work, *course, cwd=tmp_path).stdout
    assert "The calculator  0 / 2" in shown
    assert "calculator/The calculator  costs 2 points" in shown
    assert "The calculator" in grade_here("list", *course, cwd=tmp_path).stdout
    hint = grade_here("hint", "together", *course, cwd=tmp_path)
    assert hint.returncode == 0
    assert "calculator/The calculator" in hint.stdout
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["exercises"][0]["functions"][2]["title"] == "The calculator"


SUM = '''\
"""Add up the numbers on standard input, one a line."""

import sys

# A remark on the answer.
total = 0
for line in sys.stdin:
    total += float(line)
print(total)
'''


def test_the_stub_of_a_program_has_its_docstring_and_a_place_to_write(tmp_path: Path) -> None:
    """Its statements are left out with their comments; imports and constants stay."""
    solution = SUM.replace("import sys\n", "import sys\n\nRATE = 2\n")
    write_calculator(tmp_path, solution=solution)
    stub = (tmp_path / "exercises" / "calculator.py").read_text(encoding="utf-8")
    assert stub == (
        '"""Add up the numbers on standard input, one a line."""\n\nimport sys\n\nRATE = 2\n\n'
        "# TODO: write the program here.\n"
    )
    assert not outdated_stubs(load_course(tmp_path / "course.toml"), tmp_path / "solutions")


def test_a_guarded_program_beside_functions_is_left_out(tmp_path: Path) -> None:
    """The functions have stubs, and nothing is printed that the program would not print."""
    guarded = f'{SOLUTION}\n\nif __name__ == "__main__":\n    print(add_up(parse(input())))\n'
    write_calculator(tmp_path, solution=guarded)
    stub = (tmp_path / "exercises" / "calculator.py").read_text(encoding="utf-8")
    assert stub.endswith('if __name__ == "__main__":\n    pass  # TODO: write the program here.\n')
    assert "print" not in stub
    assert stub.count("raise NotImplementedError") == 2


def test_what_is_provided_of_a_program_stays(tmp_path: Path) -> None:
    """Below the comment `# provided`, any statement is handed out."""
    solution = SUM.replace("total = 0\n", '# provided\nprint("Hello")\ntotal = 0\n')
    write_calculator(tmp_path, solution=solution)
    stub = (tmp_path / "exercises" / "calculator.py").read_text(encoding="utf-8")
    assert 'print("Hello")\n# TODO: write the program here.\n' in stub


RUN = '''
"""The suite of a program."""

import types

from grader.testing import check, equal, whole


def names(module):
    return sorted(name for name in vars(module) if not name.startswith("_"))


@whole("The program", points=1, name="program")
class TestProgram:
    @check(0.5, visible=True)
    def test_total(self, student):
        """It has a total."""
        got = student.run(names)
        equal("total" in got if isinstance(got, list) else False, True, "that it has a total")

    @check(0.5)
    def test_line(self, student):
        """It reads lines."""
        got = student.run(names)
        equal("line" in got if isinstance(got, list) else False, True, "that it reads lines")
'''


@pytest.mark.slow
def test_a_course_may_have_no_function_at_all(tmp_path: Path) -> None:
    """A program is graded by checks of the whole, its untouched stub scores 0, and it verifies."""
    solution = SUM.replace("sys.stdin", '["1"]')
    manifest = write_calculator(tmp_path, suite=RUN, solution=solution, mistakes="")
    assert report_of(manifest) == []
    with Grader(load_course(manifest)) as opened:
        # Under any name, the one file there is answers.
        file = SourceFile("homework.py", solution.encode())
        assert opened.grade(Submission("s", (file,), stands_for_all=True)).score_c == 100


def test_a_lone_file_with_functions_is_not_the_program(tmp_path: Path) -> None:
    """It answers the exercise that it has functions of, and not the program of the course."""
    manifest = write_calculator(tmp_path)
    more = '\n[[exercise]]\nname = "program"\ntitle = "A program"\n'
    manifest.write_text(MANIFEST + more, encoding="utf-8")
    (tmp_path / "suites" / "program").mkdir()
    (tmp_path / "suites" / "program" / "test_program.py").write_text(RUN, encoding="utf-8")
    (tmp_path / "exercises" / "program.py").write_text('"""A program."""\n', encoding="utf-8")
    with Grader(load_course(manifest)) as opened:
        lone = Submission("s", (SourceFile("a.py", SOLUTION.encode()),), stands_for_all=True)
        assert [e.module.status for e in opened.grade(lone).exercises] == ["graded", "missing"]
        lone = Submission("s", (SourceFile("a.py", SUM.encode()),), stands_for_all=True)
        assert [e.module.status for e in opened.grade(lone).exercises] == ["missing", "graded"]


def test_an_unwritten_program_is_left_out_beside_a_written_one(tmp_path: Path) -> None:
    """A stub without functions is untouched only as it was handed out."""
    solution = SUM.replace("sys.stdin", '["1"]')
    manifest = write_calculator(tmp_path, suite=RUN, solution=solution, mistakes="")
    course = load_course(manifest)
    work = tmp_path / "work"
    (work / "deep").mkdir(parents=True)
    stub = (course.stubs / "calculator.py").read_text(encoding="utf-8")
    (work / "calculator.py").write_text(stub, encoding="utf-8")
    (work / "deep" / "calculator.py").write_text(solution, encoding="utf-8")
    assert read_submission(work, course).files[0].content == solution.encode()
