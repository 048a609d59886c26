"""A course about text, dicts and exceptions, graded from end to end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.courses import COURSES, copy_course
from support.golden import Goldens

from grader.course.manifest import load_course
from grader.engine import Grader
from grader.records import Outcome, ScoreReport, SourceFile, Submission
from grader.report import build_report
from grader.verify.judges import judge_solution
from grader.verify.verification import Verification
from grader.writers.feedback import text_of

RIGHT = (COURSES / "plain" / "solutions" / "words.py").read_text(encoding="utf-8")

# Functions that beginners write, and what is named, or else observed, in each failed check.
WRONG = {
    "W-01 in a loop": (
        "def count_words(text):\n"
        "    d = {}\n"
        "    for w in text.split():\n"
        "        if w not in d: d[w] = 0\n"
        "        d[w] += 1\n"
        "    return d\n",
        {"counts": "W-01", "many_words": "W-01"},
    ),
    "two at once": (
        "def count_words(text):\n    return {w: 1 for w in text.split()}\n",
        {"counts": "W-01+W-02", "many_words": "W-01+W-02"},
    ),
    "a list of pairs": (
        "def count_words(text):\n"
        "    words = text.lower().split()\n"
        "    return [(w, words.count(w)) for w in sorted(set(words))]\n",
        {"counts": "wrong_type", "many_words": "wrong_type", "empty_text": "wrong_type"},
    ),
    "prints instead": (
        "def count_words(text):\n"
        "    words = text.lower().split()\n"
        "    print({w: words.count(w) for w in words})\n",
        {"counts": "none", "many_words": "none", "empty_text": "none"},
    ),
    "W-03": (
        "def parse_score(line):\n"
        "    parts = line.split(':')\n"
        "    if len(parts) < 2: raise ValueError('a colon is missing')\n"
        "    return parts[0], float(parts[1])\n",
        {"more_values": "W-03"},
    ),
    "W-04 as a list": (
        "def parse_score(line):\n"
        "    if ':' not in line: raise ValueError('no colon')\n"
        "    return [part.strip() for part in line.split(':')]\n",
        {"values": "W-04", "more_values": "W-04"},
    ),
    "W-07": (
        "def parse_score(line):\n"
        "    name, points = line.split(':')\n"
        "    name = name.strip()\n"
        "    return (name, float(points))\n",
        {"without_colon": "W-07"},
    ),
    "its own exception": (
        "class NoColon(Exception): pass\n"
        "def parse_score(line):\n"
        "    name, colon, points = line.partition(':')\n"
        "    if not colon: raise NoColon('colon')\n"
        "    return name.strip(), float(points)\n",
        {"without_colon": "other_exception"},
    ),
    "no exception": (
        "def parse_score(line):\n"
        "    name, colon, points = line.partition(':')\n"
        "    return name.strip(), float(points or 0)\n",
        {"without_colon": "not_raised"},
    ),
    "W-05": (
        "def print_table(counts):\n"
        "    for word, count in counts.items():\n"
        "        print(word + ':', count)\n",
        {"larger_table": "W-05"},
    ),
    "W-08": (
        "def print_table(counts):\n"
        "    lines = []\n"
        "    for word in sorted(counts): lines.append(word + ': ' + str(counts[word]))\n"
        "    return '\\n'.join(lines)\n",
        {"table": "W-08", "larger_table": "W-08"},
    ),
    "a space too many": (
        "def print_table(counts):\n"
        "    for word in sorted(counts): print(word, ':', counts[word])\n",
        {"table": "white_space", "larger_table": "white_space"},
    ),
    "W-06 in place": (
        "def rank(points):\n    return sorted(points, key=points.get)\n",
        {"order": "W-06", "longer_order": "W-06"},
    ),
    "W-09": (
        "def rank(points):\n"
        "    best = []\n"
        "    while points:\n"
        "        name = max(points, key=points.get)\n"
        "        points.pop(name)\n"
        "        best.append(name)\n"
        "    return best\n",
        {"argument_unchanged": "W-09"},
    ),
    "an iterator": (
        "def rank(points):\n    return reversed(sorted(points, key=points.get))\n",
        {},
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course, with its stub made."""
    return copy_course("plain", tmp_path_factory.mktemp("plain") / "course").parent


@pytest.fixture(scope="module")
def plain(folder: Path) -> Iterator[Grader]:
    """A warm grader of the course."""
    with Grader(load_course(folder / "course.toml")) as warm:
        yield warm


def grade(plain: Grader, source: str) -> ScoreReport:
    files = (SourceFile("words.py", source.encode()),)
    return plain.grade(Submission("test", files), "public", ("words",))


def failed(report: ScoreReport) -> dict[str, Outcome]:
    outcomes = (scored.outcome for scored in report.checks())
    return {o.check_id.rpartition("/")[2]: o for o in outcomes if o.outcome == "failed"}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_work_is_named_or_described(plain: Grader, name: str) -> None:
    """By misconception where its behaviour is known, and else by what was observed."""
    source, expected = WRONG[name]
    found = failed(grade(plain, f"{RIGHT}\n\n{source}"))
    named = {check: "+".join(o.misconceptions) or o.observation for check, o in found.items()}
    assert named == expected


def test_right_work_and_none_earn_what_they_should(plain: Grader, folder: Path) -> None:
    """The solution everything, the stub and what always raises nothing."""
    assert grade(plain, RIGHT).score_c == 1100
    stub = (folder / "exercises" / "words.py").read_text(encoding="utf-8")
    assert grade(plain, stub).score_c == 0
    names = ("count_words", "parse_score", "print_table", "rank")
    raising = "\n".join(f"def {n}(*a): raise ValueError('there is no colon')" for n in names)
    report = grade(plain, raising)
    assert report.score_c == 0
    passed = [s.check.id for s in report.checks() if s.outcome.outcome == "passed"]
    assert passed == ["words/parse_score/without_colon"]
    half = RIGHT.replace("points[name])", "points[name])[:1]", 1)
    assert grade(plain, half).score_c == 1100 - 300 + 0


def test_the_words_are_as_they_were(plain: Grader, golden: Goldens) -> None:
    """What instructors read of all the wrong work."""
    lines = []
    for name, (source, _) in WRONG.items():
        report = build_report(grade(plain, f"{RIGHT}\n\n{source}"), "instructor")
        lines.append(f"== {name}")
        for exercise in report.exercises:
            for function in exercise.functions:
                for check in function.checks:
                    if check.outcome == "failed":
                        lines += [check.id, text_of(check, 4000, ""), ""]
    golden.check("plain_data.txt", "\n".join(lines).encode())


def test_hidden_checks_give_no_value_away(plain: Grader) -> None:
    """No key, entry or text of a right answer is in what students read of them."""
    for source, _ in WRONG.values():
        report = build_report(grade(plain, f"{RIGHT}\n\n{source}"), "student")
        for exercise in report.exercises:
            for function in exercise.functions:
                for check in function.checks:
                    if check.visibility == "hidden":
                        wrong = check.feedback.wrong
                        assert not check.feedback.values + check.feedback.expected
                        assert not [w for w in ("Bo", "Cem", "Dee", "0.") if w in wrong]


def test_what_is_printed_is_an_answer(folder: Path, tmp_path: Path) -> None:
    """Where all checks are visible, different lines are different answers, and the same are not."""
    shutil.copytree(folder, tmp_path / "course")
    suite = tmp_path / "course" / "suites" / "words" / "test_words.py"
    text = suite.read_text(encoding="utf-8")
    hidden = "@check(1)\n    def test_larger_table"
    assert hidden in text
    suite.write_text(text.replace(hidden, hidden.replace("1)", "1, visible=True)")), "utf-8")
    always = "def print_table(counts):\n    print('Ada: 2\\nBo: 1\\nCem: 0')\n"
    with Grader(load_course(tmp_path / "course" / "course.toml")) as warm:
        assert grade(warm, RIGHT).score_c == 1100
        report = grade(warm, f"{RIGHT}\n\n{always}")
    passed = [s.check.id for s in report.checks() if s.outcome.outcome == "passed"]
    assert "words/print_table/table" in passed
    assert report.score_c == 900


@pytest.mark.slow
def test_the_course_verifies(folder: Path) -> None:
    """Without a finding; and each misconception is named where it is the only one."""
    verification = Verification(load_course(folder / "course.toml"), folder / "solutions", 5)
    assert not [finding for trial in verification.run(2) for finding in trial.findings]


def test_a_value_check_of_an_exception_alone_is_a_finding(folder: Path, tmp_path: Path) -> None:
    """A function that always raises would pass it."""
    shutil.copytree(folder, tmp_path / "course")
    suite = tmp_path / "course" / "suites" / "words" / "test_words.py"
    text = suite.read_text(encoding="utf-8").replace('@check(1, kind="property")', "@check(1)")
    suite.write_text(text, encoding="utf-8")
    course = load_course(tmp_path / "course" / "course.toml")
    with Grader(course) as warm:
        report = grade(warm, RIGHT)
    (finding,) = judge_solution(report)
    assert finding.startswith("words/parse_score/without_colon: a function that always raises")
