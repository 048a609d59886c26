"""The pages: what they show, what they work out, and that students' text stays text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace
from support.golden import Goldens
from support.pictures import SERIES, report_with_series
from support.reports import (
    COURSE,
    NOT_TEXT,
    OUTCOMES,
    change_exercises,
    change_outcome,
    report_of,
    scores_of,
    solved,
)

from grader.choosing import without_withheld
from grader.cli.page import page as page_command
from grader.errors import ExportError, ReportError
from grader.records import (
    FAILED,
    Adjustment,
    Feedback,
    Outcome,
    Person,
    Place,
    SourceFile,
    Submission,
)
from grader.report import FileReport, Report, build_unexamined, map_checks, to_json, with_problems
from grader.scoring import WITHHELD
from grader.writers.batch_summary import Alike, BatchSummary, read_summary
from grader.writers.pages.alike import match
from grader.writers.pages.anonymous import choose_pseudonyms, hide_names
from grader.writers.pages.class_page import write_class_page
from grader.writers.pages.doubts import find_doubts
from grader.writers.pages.pictures.draw import draw_picture
from grader.writers.pages.request import PageRequest, answer
from grader.writers.pages.source import Excerpt, cut_function, find_definitions
from grader.writers.pages.student_page import write_student_page
from grader.writers.pages.tallies import CheckTally
from grader.writers.pages.tally import ClassTally
from grader.writers.words import describe_rest, readable_time

NAMES = ("activations", "losses", "forward")  # of our course
SOURCE = SourceFile("alpha.py", b"x = 1\n")  # what `reports` says was graded
# What people have called themselves, and what exceptions have said.
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "]]><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raise %}",
    "javascript:alert(1)",
    "<!--",
    "&lt;b&gt; & é \u202e\x00\x1b[31m",
    "$\\frac{1}{0}$",
]


class Reader(HTMLParser):
    """Collects the elements and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def read(content: bytes) -> Reader:
    reader = Reader()
    reader.feed(content.decode())
    return reader


def attributes(reader: Reader, tag: str) -> list[dict[str, str | None]]:
    return [found for name, found in reader.tags if name == tag]


def tally_of(*reports: Report) -> ClassTally:
    tally = ClassTally()
    for report in reports:
        tally.add(report)
    return tally


def hostile_report(words: str) -> Report:
    """Return a report that holds a text wherever a student's or a course's may be."""
    series = replace(SERIES, title=words[:120], x_name=words[:120], y_name=words[:120])
    fields = {
        name: f"{words}\nwords" for name in Feedback.__struct_fields__ if name not in NOT_TEXT
    }
    found = {
        "feedback": Feedback(**fields),  # type: ignore[arg-type]
        "hint": words,
        "observation": words,
        "misconceptions": (words,),
        "what": words,
        "series": (series,),
    }
    outcomes = tuple(replace(o, **found) if o.outcome in FAILED else o for o in OUTCOMES)
    report = report_of(words, outcomes, audience="instructor")
    return replace(
        change_exercises(report, message=words, notes=(words,), title=words),
        seed=replace(report.seed, id=words),
        environment=replace(report.environment, grader=words),
    )


# A student's page


def test_a_page_says_what_was_called_what_came_back_and_how_to_repeat_it() -> None:
    """Each row has its label; the hint and the recipe are behind a click."""
    text = read(write_student_page(report_of(audience="instructor"))).text
    assert "Called curve(x: float64 (3,))" in text
    assert "Wrong the sign is turned" in text
    assert "Hint Which way does it bend? For a second one: grade hint alpha/curve/values" in text
    assert "Got float64 (3,)" in text
    assert "Values at [0]: got 1, expected 271828" in text
    assert "Repeat curve(x)" in text


def test_values_keep_their_spaces() -> None:
    """Two texts may differ in them alone."""
    feedback = Feedback(wrong="the text is wrong", values="got 'a   b'", expected="'a b'")
    failed = tuple(replace(o, feedback=feedback) if o.outcome in FAILED else o for o in OUTCOMES)
    page = write_student_page(report_of("ada", failed, audience="instructor")).decode()
    assert "<pre>got &#39;a   b&#39;, expected &#39;a b&#39;</pre>" in page


def test_a_function_is_a_line_with_its_checks_inside() -> None:
    """Those that passed as well, and nothing is left to fix."""
    text = read(write_student_page(solved())).text
    assert "slope 2 / 2, right" in text
    assert "Right values values, passed, 1.2 / 1.2 points" in text
    assert "Fix first" not in text


def test_a_page_of_a_kit_is_of_the_checks_in_the_kit() -> None:
    """A function with all visible points is not one that was never written."""
    hidden = "alpha/slope/purity"
    outside = Outcome(hidden, "not_run", feedback=Feedback(wrong=WITHHELD))
    passed = [Outcome(o.check_id, "passed") for o in OUTCOMES if o.check_id != hidden]
    whole = report_of("ada", (*passed, outside))
    text = read(write_student_page(whole)).text
    assert "slope 1.2 / 1.2, right" in text
    rest = describe_rest(without_withheld(whole), whole.max_score)
    assert "your instructor's hidden checks decide 0.8 of all 10." in rest
    assert rest in text


def test_a_check_that_was_lost_counts_on_a_page() -> None:
    """Only checks that a kit does not have are left out, and no fault is."""
    lost = "beta/chain/values"
    here = tuple(Outcome(o.check_id, "passed") for o in OUTCOMES if o.check_id != lost)
    text = read(write_student_page(report_of("ada", here))).text
    assert "instructor's hidden checks" not in text
    assert "chain 0" in text


def test_the_structure_of_a_page_stays(golden: Goldens) -> None:
    """Headings and landmarks are those of the golden file."""
    reader = read(write_student_page(report_of()))
    outline = [
        f"{tag} {found.get('id') or found.get('class') or ''}".strip()
        for tag, found in reader.tags
        if tag in ("main", "nav", "header", "footer", "section", "article", "details")
        or re.fullmatch("h[1-6]", tag)
    ]
    golden.check("page.txt", "".join(f"{line}\n" for line in outline).encode())


def test_a_page_with_hidden_values_says_for_whom_it_is() -> None:
    """An instructor's page must not reach students unnoticed."""
    warning = "Do not give it to students"
    assert warning in read(write_student_page(report_of(audience="instructor"))).text
    assert warning not in read(write_student_page(report_of())).text


def test_every_hint_has_a_click_of_its_own() -> None:
    """The second hint does not spoil the first."""
    outcomes = tuple(replace(o, hint="First?\nSecond?") if o.hint else o for o in OUTCOMES)
    text = read(write_student_page(report_of(outcomes=outcomes))).text
    assert "Hint First?" in text
    assert "Another hint Second?" in text


def test_notes_are_shown_with_the_exercise() -> None:
    """What was left out does not keep an exercise from being graded."""
    report = change_exercises(report_of(), notes=("alpha.ipynb was left out",))
    assert "alpha.ipynb was left out" in read(write_student_page(report)).text


def test_a_policy_allows_our_script_alone() -> None:
    """Anything else is neither run nor fetched."""
    content = write_student_page(solved())
    (policy,) = [m["content"] for m in attributes(read(content), "meta") if "http-equiv" in m]
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    (script,) = re.findall(rb"<script>(.*?)</script>", content, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_students_text_stays_text(words: str) -> None:
    """No name, message or title becomes an element, an attribute or a template."""
    report = hostile_report(words)
    for content in (
        write_student_page(report, draw=draw_picture),
        write_class_page(tally_of(report)),
    ):
        reader = read(content)
        assert len(attributes(reader, "script")) == 1
        assert not attributes(reader, "img")
        for _, found in reader.tags:
            assert not [name for name in found if name.startswith("on")]
            assert not (found.get("href") or "").startswith("javascript")
        assert "\x00" not in content.decode()
        assert "\u202e" not in content.decode()
    assert not re.search(r"(?<![^\s])49(?![^\s])", read(content).text)


def test_nothing_on_a_page_is_fetched() -> None:
    """No element names an address elsewhere."""
    for content in (
        write_student_page(report_with_series(), draw=draw_picture),
        write_class_page(tally_of(report_of())),
    ):
        for _, found in read(content).tags:
            for name in ("src", "href", "xlink:href", "action", "srcset"):
                assert not re.match(r"\w+:|//", found.get(name) or "")
        assert b"@import" not in content


# Source


def numbers_of(excerpt: Excerpt) -> list[int]:
    return [line.number for part in excerpt.parts for line in part.lines]


def test_a_function_is_found_without_running_anything() -> None:
    """The last definition counts, as it does for Python."""
    first = "def f(x):\n    return 1\n\n\nclass A:\n    def f(self):\n        pass\n\n"
    text = first + "def f(x):\n    s = '''\nodd\n'''\n    return 2\n"
    (found,) = cut_function(find_definitions(SourceFile("a.py", text.encode())), "f")
    assert found.first == 9
    assert found.parts[-1].lines[-1].text == "    return 2"


def test_a_helper_is_shown_where_something_arose_in_it() -> None:
    """The failing line may stand in another function."""
    text = "def helper(x):\n    return x / 0\n\ndef f(x):\n    return helper(x)\n"
    found = find_definitions(SourceFile("a.py", text.encode()))
    excerpts = cut_function(found, "f", (Place(0, 2),))
    assert [e.first for e in excerpts] == [4, 1]
    assert [line.marked for line in excerpts[1].parts[0].lines] == [False, True]


@pytest.mark.parametrize("text", ["def f(:\n  (", "\x00", "def f(x):\n    '''", "def", "(" * 9999])
def test_what_is_no_python_has_no_functions(text: str) -> None:
    """Sources that cannot be read are not shown and raise nothing."""
    cut_function(find_definitions(SourceFile("a.py", text.encode())), "f")


def test_cells_of_a_notebook_are_told_apart() -> None:
    """A line belongs to its cell."""
    source = SourceFile("a.ipynb", b"", cells=("x = 1", "def f(x):\n    return x / 0\n"))
    for place, marked in ((Place(2, 2), [2]), (Place(1, 2), [])):
        (found,) = cut_function(find_definitions(source), "f", (place,))
        assert found.name == "a.ipynb, cell 2"
        assert [line.number for line in found.parts[0].lines if line.marked] == marked


@pytest.mark.parametrize("marked", [0, 3, 40, 60, 77])
@pytest.mark.parametrize("count", [5, 34, 35, 70])
def test_every_line_of_a_function_is_there_and_a_marked_one_is_in_sight(
    count: int, marked: int
) -> None:
    """The docstring's rest and what is far from the marked line are folded, nothing is cut."""
    docstring = ['    """Say.', "", "    More.", '    """']
    lines = ["def f(x):", *docstring, *(f"    x = {n}" for n in range(count))]
    source = SourceFile("a.py", ("\n".join(lines) + "\n").encode())
    place = (Place(0, marked),) if marked > len(docstring) + 1 else ()
    (found,) = cut_function(find_definitions(source), "f", place)
    assert numbers_of(found) == list(range(1, len(lines) + 1))
    shown = [line for part in found.parts if not part.fold for line in part.lines]
    assert len(shown) <= 36
    assert "3 more lines of the docstring" in [part.fold for part in found.parts]
    if place and marked <= len(lines):
        assert [line.number for line in shown if line.marked] == [marked]


def test_a_very_long_function_is_cut_and_this_is_said() -> None:
    """The number of the lines that are not shown is there."""
    text = "def f(x):\n" + "    x = 1\n" * 400
    (found,) = cut_function(find_definitions(SourceFile("a.py", text.encode())), "f")
    assert len(numbers_of(found)) + found.left_out == 401
    assert found.left_out > 200


def test_the_line_where_it_arose_is_marked() -> None:
    """The place is a field of the feedback: what a student printed does not mark a line."""
    source = SourceFile("alpha.py", b"def curve(x):\n    y = 2\n    return x / 0\n")
    submission = Submission("ada", (source,))
    feedback = {"raised": "ZeroDivisionError", "printed": "line 2: hello", "places": (Place(0, 3),)}
    report = report_of(outcomes=change_outcome("alpha/curve/values", feedback=feedback))
    graded = replace(
        report,
        submission=replace(
            report.submission, files=(replace(report.submission.files[0], sha256=source.sha256),)
        ),
    )
    page = write_student_page(graded, course=COURSE, source=submission).decode()
    assert re.findall(r'<span class="number">(\d+)</span>[^<]*<mark>', page) == ["3"]


def test_another_source_is_refused() -> None:
    """The lines beside a check are those that were graded, byte for byte."""
    for files in ((SourceFile("alpha.py", b"x = 2\n"),), (SourceFile("beta.py", b"x = 1\n"),), ()):
        with pytest.raises(ExportError, match="differs from what was graded"):
            write_student_page(report_of(), source=Submission("ada", files))
    write_student_page(report_of(), source=Submission("ada", (SOURCE,)))


# A class


def test_discrimination_is_the_point_biserial_correlation() -> None:
    """Computed here from its other definition: means of both groups and one deviation."""
    check = CheckTally("a/b/c", "t", 1, "visible")
    rests = [10.0, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    passes = [0, 0, 0, 1, 0, 1, 1, 1, 1, 1]
    for row, (rest, passed) in enumerate(zip(rests, passes, strict=True)):
        check.add(row, "passed" if passed else "failed", rest)
    passed_mean = sum(r for r, p in zip(rests, passes, strict=True) if p) / 6
    failed_mean = sum(r for r, p in zip(rests, passes, strict=True) if not p) / 4
    deviation = (sum((r - 55) ** 2 for r in rests) / 10) ** 0.5
    want = (passed_mean - failed_mean) / deviation * (0.6 * 0.4) ** 0.5
    assert check.discrimination == pytest.approx(want)
    assert check.elsewhere == (pytest.approx(failed_mean), pytest.approx(passed_mean))
    assert (check.tried, check.passed, check.failed, check.rate) == (10, 6, 4, 0.6)
    assert check.failing([0, 1, 3, 99]) == 2


def class_of(passes: Callable[[int], bool], count: int = 20) -> ClassTally:
    """Return a class whose n-th member solves the rest where n is high."""
    reports = []
    for number in range(count):
        outcomes = tuple(
            replace(
                o,
                outcome="passed"
                if (passes(number) if o.check_id == "beta/chain/values" else number > count / 2)
                else "failed",
                feedback=Feedback(),
            )
            for o in OUTCOMES
        )
        reports.append(report_of(f"s{number}", outcomes))
    return tally_of(*reports)


@pytest.mark.parametrize(
    "passes, says",
    [
        (lambda _: False, "None of the 20 students who tried passed it"),
        (lambda n: n <= 10, "tudents who failed it have more points in the others"),
        (lambda n: n % 2 == 0, "little to do with the other checks|of the . best submissions"),
        (lambda n: n > 10, ""),
        (lambda _: True, ""),
    ],
)
def test_checks_to_look_at_are_named_with_a_reason(
    passes: Callable[[int], bool], says: str
) -> None:
    """It is passed by none or by the weaker, or passing it says nothing."""
    doubts = [d for d in find_doubts(class_of(passes)) if d[0].id == "beta/chain/values"]
    assert bool(doubts) == bool(says)
    if says:
        assert re.search(says, doubts[0][1])


def test_of_few_nothing_is_concluded() -> None:
    """Seven are too few to judge a check by."""
    assert find_doubts(class_of(lambda _: False, count=7)) == []


def test_who_did_not_try_says_nothing_about_a_check() -> None:
    """Stubs neither pass nor fail."""
    untouched = tuple(replace(o, outcome="not_implemented") for o in OUTCOMES)
    tally = tally_of(report_of("ada", untouched), solved("bob"))
    check = tally.checks["alpha/slope/values"]
    assert (check.rate, check.tried, check.passed) == (1.0, 1, 1)


def test_scores_are_counted_by_tenths() -> None:
    """Full marks stand by themselves."""
    tally = tally_of(solved("a"), report_of("b"), report_of("c"))
    assert [count for _, count in tally.bins()] == [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1]


def test_problems_are_counted_once_a_student_with_the_points_that_they_cost() -> None:
    """The same misconception is one problem; without one, the same words are."""
    tally = tally_of(report_of("a"), report_of("b"), solved("c"))
    found = {(p.function, p.what): p for p in tally.problems()}
    curve = found["alpha/curve", "the curve has the wrong sign"]
    assert (curve.misconceptions, curve.count, curve.cost) == (("curve_sign",), 2, 4)
    assert tally.rows[curve.row].id == "a"
    assert found["beta/chain", "ValueError: no"].count == 2
    other = change_outcome("alpha/curve/values", what="in other words")
    assert len(tally_of(report_of("a"), report_of("b", other)).problems()) == len(found)


def test_the_class_page_shows_problems_with_an_example() -> None:
    """The first student who has it, by name where it is known; the rarer ones folded."""
    text = read(write_class_page(tally_of(report_of("a"), report_of("b")))).text
    row = "the curve has the wrong sign alpha/\u200bcurve, curve_sign 2 4 Which way does it bend? a"
    assert row in text
    many = [
        report_of("s", change_outcome("beta/chain/values", feedback={"raised": f"E{n}: no"}))
        for n in range(30)
    ]
    assert "12 rarer problems" in read(write_class_page(tally_of(*many))).text


def test_calls_that_hung_and_modules_that_do_not_load_are_events() -> None:
    """Each with what happened, for a person to judge."""
    events = tally_of(report_of()).events
    assert [(e.kind, e.count) for e in events] == [
        ("took too long", 1),
        ("could not be imported", 1),
    ]
    ended = change_outcome("beta/chain/values", feedback={"ended": "exit status 3"})
    (event, *_) = tally_of(report_of("eve", ended)).events
    assert (event.kind, event.example) == (
        "ended the process",
        "beta/chain/values: exit status 3",
    )


def test_words_that_look_like_a_label_are_no_event() -> None:
    """What a student's exception says does not make a report of one."""
    quoted = {"raised": "ValueError: x\nEnded   exit status 3\nWaited  10 s"}
    events = tally_of(report_of("eve", change_outcome("beta/chain/values", feedback=quoted))).events
    assert "ended the process" not in {event.kind for event in events}


def test_what_kept_modules_from_being_imported_is_one_event_a_reason() -> None:
    """With all exercises that it struck, whatever each file is called."""
    reasons = ("it holds NUL bytes", "it holds NUL bytes", "SyntaxError")
    report = solved("eve")
    exercises = tuple(
        replace(e, status="unloadable", message=f"{e.name}.py cannot be imported: {reason}")
        for e, reason in zip(report.exercises, reasons, strict=True)
    )
    events = tally_of(replace(report, exercises=exercises)).events
    assert [(event.count, event.example) for event in events] == [
        (2, "alpha, beta: alpha.py cannot be imported: it holds NUL bytes"),
        (1, "gamma: gamma.py cannot be imported: SyntaxError"),
    ]


def test_advice_is_not_a_misconception_and_an_id_is_beside_words() -> None:
    """What costs nothing is not among those most seen; the hint comes before the id."""
    told = change_outcome("alpha/curve/advice", hint="Think of time.", misconceptions=("slow",))
    tally = tally_of(report_of("eve", told))
    assert ("slow",) not in [found.misconceptions for found in tally.problems()]
    assert (
        "the curve has the wrong sign alpha/\u200bcurve, curve_sign"
        in read(write_class_page(tally)).text
    )


def test_the_same_code_is_read_from_the_summary(tmp_path: Path) -> None:
    """And what is not a summary is refused in one line."""
    path = tmp_path / "summary.json"
    assert read_summary(path) == BatchSummary((), ())
    same = {"exercise": "alpha", "ids": ["a", "b"], "same_bytes": True}
    path.write_text(json.dumps({"submissions": [], "alike": [same]}))
    text = read(write_class_page(tally_of(solved()), read_summary(path).alike)).text
    assert "a, b 1 the same file: alpha" in text
    for content in ("{}", "[" * 100_000, '{"alike": 7}'):
        path.write_text(content)
        with pytest.raises(ReportError, match="not a summary"):
            read_summary(path)


def test_checks_to_look_at_are_few() -> None:
    """At most five, those that nobody passed before those with little to do with the others."""
    checks = [f"alpha/f{n}/values" for n in range(9)]
    tally = ClassTally()
    for check in checks:
        tally.checks[check] = CheckTally(check, "t", 1, "hidden")
        for row in range(40):
            passed = row % 2 == 0 and check != "alpha/f8/values"
            tally.checks[check].add(row, "passed" if passed else "failed", float(row // 2))
    found = find_doubts(tally)
    assert len(found) == 5
    assert found[0][0].id == "alpha/f8/values"
    assert all("little to do" in reason for _, reason in found[1:])


def test_functions_are_told_by_points_and_by_how_far_students_are() -> None:
    """Mean, least, most and deviation; done, stuck and not begun add up to all."""
    untouched = tuple(replace(o, outcome="not_implemented") for o in OUTCOMES)
    tally = tally_of(report_of("a"), solved("b"), report_of("c", untouched))
    curve = tally.functions["alpha/curve"]
    assert curve.figures() == (pytest.approx(2 / 3), 0, 2, pytest.approx((8 / 9) ** 0.5))
    assert (curve.done, curve.stuck, curve.not_begun) == (1, 1, 1)
    assert "gamma/loop" not in tally_of(report_of("a")).functions
    assert "curve 2 0.67 0 2 0.94 1 1 1" in read(write_class_page(tally)).text


def owned(report: Report, **fields: Any) -> Report:
    """Return a report whose submission has other fields."""
    return replace(report, submission=replace(report.submission, **fields))


ADA = Person("Ada Lovelace", "alovelace", "10815", "ada@example.org")


def test_a_row_has_the_students_the_time_and_the_status_with_its_reason() -> None:
    """Also of a submission that was not examined, which has no points."""
    late = owned(report_of("17"), students=(ADA,), attempt=3, late=True)
    late = owned(late, handed_in_at="2026-03-01T23:10:00+01:00")
    lost = build_unexamined(replace(scores_of("18"), fault="the disk is full"), "instructor")
    tally = tally_of(late, solved("19"))
    tally.add(lost)
    text = read(write_class_page(tally)).text
    assert "Ada Lovelace 17 2 20 partly : SyntaxError in line 3" in text
    assert "2026-03-01 23:10 +01:00, attempt 3, late" in text
    assert "18 unexamined : not examined: the disk is full" in text
    assert "not examined 1" in text
    assert tally.percents == [20, 100]


def test_a_page_of_submissions_that_were_not_examined_has_no_figures() -> None:
    """There is a page all the same."""
    tally = ClassTally()
    tally.add(build_unexamined(replace(scores_of("18"), fault="full"), "instructor"))
    assert "1 submission" in read(write_class_page(tally)).text


def test_adjustments_are_shown_with_their_reasons() -> None:
    """The points as graded, the adjustment, and the final points."""
    adjusted = replace(report_of("17"), adjustments=(Adjustment("alpha", 1.5, "was ill"),))
    text = read(write_class_page(tally_of(adjusted, solved("18")))).text
    assert "17 2 20 3.5 +1.5 was ill partly" in text
    page = read(write_student_page(adjusted)).text
    assert "With this adjustment: 3.5 points" in page
    assert "+1.5 for alpha : was ill" in page.replace("alpha:", "alpha :")
    assert "adjustment" not in read(write_class_page(tally_of(solved()))).text


def test_a_students_page_has_the_name_and_a_time_to_read() -> None:
    """The name where it is known, beside the id; the time without seconds."""
    text = read(write_student_page(owned(report_of("17"), students=(ADA,)))).text
    assert text.count("Ada Lovelace 17") == 1
    assert "Graded 2026-03-02 10:11 UTC in" in text


@pytest.mark.parametrize(
    "time, shown",
    [
        ("2026-03-01T14:05:59Z", "2026-03-01 14:05 UTC"),
        ("2026-03-01T14:05:00-05:30", "2026-03-01 14:05 -05:30"),
        ("2026-03-01T14:05", "2026-03-01 14:05"),
        ("yesterday", "yesterday"),
        ("", ""),
    ],
)
def test_times_are_written_for_people(time: str, shown: str) -> None:
    """With their zone, and as they are if they cannot be read."""
    assert readable_time(time) == shown


def test_the_same_work_is_shown_once_a_pair() -> None:
    """With all its exercises and how each was found; a large group stays one."""
    groups = [
        Alike("alpha", ("b", "a"), True),
        Alike("beta", ("a", "b", "c"), False),
        Alike("gamma", tuple("abcdefgh"), True),
    ]
    found = match(groups)
    assert [one.ids for one in found] == [
        ("a", "b"),
        tuple("abcdefgh"),
        ("a", "c"),
        ("b", "c"),
    ]
    assert found[0].how == (
        "the same file: alpha; the same code but for names, comments and layout: beta"
    )


# Without names


def test_an_anonymous_page_holds_nothing_of_a_student() -> None:
    """Neither id nor names, nor what quotes the student's text, wherever it is in a report."""
    secret = "Lovelace"
    report = hostile_report(secret)
    person = Person(secret, secret, secret, secret)
    report = owned(report, students=(person,), notes=(secret,), handed_in_at="2026-03-01T10:00Z")
    report = owned(report, files=(replace(report.submission.files[0], name=f"{secret}.py"),))
    kept = ("called", "got", "wrong", "values", "expected", "repeat", "ended", "waited")
    report = map_checks(
        report,
        lambda c: replace(
            c,
            hint="",
            what="",
            series=(),
            observation="o",
            misconception="m",
            feedback=replace(c.feedback, **dict.fromkeys(kept, "")),
        ),
    )
    report = replace(
        report,
        seed=replace(report.seed, id="public", derived_for=secret),
        adjustments=(Adjustment("alpha", 1, secret),),
        environment=report_of().environment,
        exercises=tuple(replace(e, title=e.name) for e in report.exercises),
    )
    assert secret in to_json(report).decode()
    shown = hide_names(report, "student 1")
    assert secret not in to_json(shown).decode()
    for page in (write_student_page(shown), write_class_page(tally_of(shown), anonymous=True)):
        assert secret not in page.decode()
        assert "student 1" in page.decode()


def test_pseudonyms_do_not_follow_ids() -> None:
    """They are numbers without gaps, the same for the same class, in an order of their own."""
    digests = {f"s{n:02}": hashlib.sha256(b"%d" % n).hexdigest() for n in range(40)}
    names = choose_pseudonyms(digests)
    assert sorted(names.values()) == sorted(f"student {n}" for n in range(1, 41))
    assert names == choose_pseudonyms(dict(reversed(digests.items())))
    numbers = [int(names[identity].split()[1]) for identity in sorted(digests)]
    assert sum(b > a for a, b in pairwise(numbers)) < 30


# The command


def run(*arguments: object) -> Result:
    return CliRunner().invoke(page_command, [str(a) for a in arguments], catch_exceptions=False)


def write_reports(folder: Path, *identities: str) -> Path:
    folder.mkdir()
    for place, identity in enumerate(identities):
        path = folder / f"r{place}.json"
        path.write_bytes(to_json(report_of(identity)))
    return folder


def test_one_report_makes_a_students_page(tmp_path: Path) -> None:
    """With the lines of what was graded, where they are given."""
    path = write_reports(tmp_path / "reports", "ada") / "r0.json"
    assert run(path, "-o", tmp_path / "page.html").exit_code == 0
    assert "ada" in read((tmp_path / "page.html").read_bytes()).text
    other = tmp_path / "activations.py"
    other.write_text("x = 2\n")
    refused = run(path, "-o", tmp_path / "page.html", "--source", other)
    assert refused.exit_code == 3
    assert "differs from what was graded" in refused.stderr
    (tmp_path / "work").mkdir()
    for name in ("stacks.py", "queues.py"):
        (tmp_path / "work" / name).write_text("x = 2\n")
    refused = run(path, "-o", tmp_path / "page.html", "--source", tmp_path / "work")
    assert refused.exit_code == 3
    assert "the report is of the course letters, and not of backpropagation" in refused.stderr


def test_a_folder_makes_a_class_with_pages(tmp_path: Path) -> None:
    """Every link leads to a page, whatever the submission is called."""
    folder = write_reports(tmp_path / "reports", "ada", "../../bob", "<b>")
    out = tmp_path / "class.html"
    assert run(folder, "-o", out, "--pages", tmp_path / "own", "--no-pictures").exit_code == 0
    links = [a["href"] for a in attributes(read(out.read_bytes()), "a") if a["href"] != "#main"]
    assert set(links) == {f"own/r{n}.html" for n in range(3)}
    assert all((tmp_path / str(link)).is_file() for link in links)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["class.html", "own", "reports"]
    back = [a["href"] for a in attributes(read((tmp_path / "own" / "r0.html").read_bytes()), "a")]
    assert "../class.html" in back


def test_a_page_of_another_process_is_the_same_page() -> None:
    """With the code and the pictures, whatever was sent to it."""
    report = report_with_series()
    source = Submission("ada", (SOURCE,))
    request = PageRequest(report, pictures=True, back="c.html", course=COURSE, source=source)
    here = write_student_page(
        report, draw=draw_picture, course=COURSE, source=source, back="c.html"
    )
    assert answer(request.pack()) == here


def test_a_page_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """Also where another process was to write it."""
    folder = write_reports(tmp_path / "reports", "ada")
    (tmp_path / "own" / "r0.html").mkdir(parents=True)
    refused = run(folder, "-o", tmp_path / "c.html", "--pages", tmp_path / "own")
    assert refused.exit_code == 3
    assert "r0.html" in refused.stderr


def test_a_report_that_was_not_examined_makes_no_page(tmp_path: Path) -> None:
    """One line says what to do; in a class it has a row."""
    path = tmp_path / "r" / "17.json"
    path.parent.mkdir()
    lost = replace(scores_of("17"), fault="the disk is full")
    path.write_bytes(to_json(build_unexamined(lost, "instructor")))
    refused = run(path, "-o", "-")
    assert refused.exit_code == 3
    assert "was not examined" in refused.stderr
    assert "the disk is full" in read(run(path.parent, "-o", "-").stdout.encode()).text


def test_a_page_for_students_can_be_made_of_an_instructors_report(tmp_path: Path) -> None:
    """With `--audience student` nothing of hidden checks remains."""
    path = tmp_path / "report.json"
    path.write_bytes(to_json(report_of(audience="instructor")))
    told = run(path, "-o", "-")
    assert "271828" in told.stdout
    assert "271828" not in run(path, "-o", "-", "--audience", "student").stdout


@pytest.mark.parametrize(
    "options, says",
    [
        (["--pages", "own"], "for a class"),
        (["--course", "."], "--source"),
        (["--source", ".", "--anonymous"], "omit --anonymous"),
    ],
)
def test_options_that_do_not_fit_are_refused(options: list[str], says: str, tmp_path: Path) -> None:
    """In one line, with status 2."""
    path = write_reports(tmp_path / "reports", "ada") / "r0.json"
    refused = run(path, "-o", "-", *options)
    assert refused.exit_code == 2
    assert says in refused.stderr


def test_pictures_are_drawn_unless_they_are_not_wanted(tmp_path: Path) -> None:
    """With no library but those that the grader needs anyway."""
    path = tmp_path / "report.json"
    path.write_bytes(to_json(report_with_series()))
    assert run(path, "-o", "-").stdout.count('role="img"') == 1
    assert "<svg" not in run(path, "-o", "-", "--no-pictures").stdout


def test_an_anonymous_class_has_no_id_in_pages_links_or_names_of_files(tmp_path: Path) -> None:
    """Two submissions with the same code are still named, by their pseudonyms."""
    out = tmp_path / "out"
    out.mkdir()
    folder = write_reports(out / "reports", "lovelace", "hopper", "turing")
    for path, name in zip(sorted(folder.iterdir()), ("lovelace", "hopper", "turing"), strict=True):
        path.rename(folder / f"{name}.json")
    alike = {"exercise": "alpha", "ids": ["hopper", "lovelace"], "same_bytes": True}
    rows = [{"id": name} for name in ("lovelace", "hopper", "turing")]
    (out / "summary.json").write_text(json.dumps({"alike": [alike], "submissions": rows}))
    pages = tmp_path / "pages"
    made = run(out / "reports", "-o", tmp_path / "c.html", "--pages", pages, "--anonymous")
    assert made.exit_code == 0
    texts = [path.read_text() for path in [tmp_path / "c.html", *pages.iterdir()]]
    assert len(texts) == 4
    for name in ("lovelace", "hopper", "turing"):
        assert not any(name in text for text in texts)
    assert {path.name for path in pages.iterdir()} == {f"student-{n}.html" for n in (1, 2, 3)}
    assert re.search(
        r"student \d ?, student \d 1 the same file: alpha", read(texts[0].encode()).text
    )


def test_pages_of_a_class_show_each_students_own_code(tmp_path: Path) -> None:
    """Found by id where the batch found it; work that was changed since is not shown."""
    work = tmp_path / "work"
    for name, right in (("ada", "s = 1\n"), ("ben", "x = 2\n"), ("cy", "x = 3\n")):
        (work / name).mkdir(parents=True)
        (work / name / "activations.py").write_text(f"def sigmoid(z):\n    return {right}")
    reports = tmp_path / "reports"
    reports.mkdir()
    for name in ("ada", "ben", "gone"):
        content = (work / "ada" / "activations.py").read_bytes()
        file = FileReport("activations.py", hashlib.sha256(content).hexdigest())
        report = owned(report_of(name), files=(file,))
        exercises = tuple(replace(e, name=n) for e, n in zip(report.exercises, NAMES, strict=True))
        functions = [
            replace(f, name="sigmoid" if f.name == "curve" else f.name)
            for f in exercises[0].functions
        ]
        exercises = (replace(exercises[0], functions=tuple(functions)), *exercises[1:])
        named = with_problems(replace(report, exercises=exercises))
        (reports / f"{name}.json").write_bytes(to_json(named))
    pages = tmp_path / "pages"
    arguments = (reports, "-o", tmp_path / "c.html", "--pages", pages, "--source", work)
    made = run(*arguments, "--no-pictures")
    assert made.exit_code == 0
    assert "return s = 1" in read((pages / "ada.html").read_bytes()).text
    assert "return x = 2" not in read((pages / "ben.html").read_bytes()).text
    assert "2 pages without code" in made.stderr
    assert "ben, gone" in made.stderr


def test_a_name_written_from_right_to_left_leaves_the_id_in_its_place() -> None:
    """The name is isolated, so an id beside it is not moved into the middle of it."""
    named = owned(report_of("40003"), students=(Person("okri \u05dc\u05d9", "", "40003", ""),))
    for content in (write_student_page(named), write_class_page(tally_of(named))):
        assert "<bdi>okri \u05dc\u05d9</bdi>" in content.decode()
