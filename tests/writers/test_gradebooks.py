"""Canvas and Moodle: the right grade to the right student, and no other grade touched."""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from support import receivers
from support.golden import Goldens
from support.reports import report_of, solved

from grader.cli.export import export
from grader.errors import ExportError, GraderError
from grader.records import Person
from grader.report import Report, to_json
from grader.tables import parse_number, read_table
from grader.writers.exports import canvas, moodle
from grader.writers.exports.gradebook import Filled, Options
from grader.writers.exports.grades import grade_of
from grader.writers.exports.roster import Roster, Student, ids_of, match


def csv_bytes(rows: Sequence[Sequence[object]], delimiter: str = ",") -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return file.getvalue().encode()


def fill_canvas(
    reports: Sequence[Report], roster: bytes, column: str | None, **more: Any
) -> Filled:
    return canvas.fill_canvas(list(map(grade_of, reports)), roster, Options(column, **more))


def fill_moodle(
    reports: Sequence[Report], roster: bytes, column: str | None, **more: Any
) -> Filled:
    return moodle.fill_moodle(list(map(grade_of, reports)), roster, Options(column, **more))


# Who is who ----------------------------------------------------------------------------------


def student(name: str, *ids: str, number: str = "") -> Student:
    return Student((), ids_of([*ids, number]), name, number)


ADA = student("Lovelace, Ada", "SIS1", "alove", "ada@example.org", number="101")
BOB = student("Bob Þór Ångström", "SIS2", "bob", number="102")
KIM_A = student("Kim, Min", "SIS3", "kim1", number="103")
KIM_B = student("Min Kim", "SIS4", "kim2", number="104")
VAN = student("van der Berg, Anna-Maria", "SIS5", "vdb", number="105")
TRICKY = student("Ann Abel", "102x", "101-other", number="106")
ALL = (ADA, BOB, KIM_A, KIM_B, VAN, TRICKY)


@pytest.mark.parametrize(
    "identity, expected",
    [
        ("101", (ADA,)),
        ("SIS1", (ADA,)),
        ("sis1", (ADA,)),
        ("ALove", (ADA,)),
        ("Ada@Example.org", (ADA,)),
        ("Ada Lovelace", (ADA,)),
        ("lovelace_ada", (ADA,)),
        ("LovelaceAda", (ADA,)),
        ("angstrom-bob-thor", ()),
        ("Ångström, Bob Þór", (BOB,)),
        ("Angstrom Bob Þór", (BOB,)),
        ("Min Kim", (KIM_A, KIM_B)),
        ("Anna-Maria van der Berg", (VAN,)),
        ("vanderbergannamaria", (VAN,)),
        ("Ada", ()),
        ("love", ()),
        ("", ()),
        ("---", ()),
        # Moodle's folders
        ("Ada Lovelace_101_assignsubmission_file_", (ADA,)),
        ("Ada Lovelace_101_assignsubmission_onlinetext_", (ADA,)),
        ("Participant_101_assignsubmission_file_", (ADA,)),
        ("Ada Lovelace_999_assignsubmission_file_", (ADA,)),
        ("Nobody_999_assignsubmission_file_", ()),
        ("Min Kim_103_assignsubmission_file_", (KIM_A,)),
        # Canvas's files
        ("lovelaceada_101_67890_activations", (ADA,)),
        ("lovelaceada_LATE_101_67890_activations-1", (ADA,)),
        ("kimmin_104_67890_a_b_c", (KIM_B,)),
        # Name and number of different people
        ("Ada Lovelace_102_assignsubmission_file_", (BOB, ADA)),
        ("lovelaceada_102_67890_x", (BOB, ADA)),
    ],
)
def test_a_submission_is_whose_id_or_name_it_has(
    identity: str, expected: tuple[Student, ...]
) -> None:
    """By id, by name, as downloaded; all who fit where it is not clear."""
    assert Roster(ALL).find(identity) == expected


def of_person(identity: str, **known: str) -> Report:
    report = report_of(identity)
    submission = replace(report.submission, students=(Person(**known),))
    return replace(report, submission=submission)


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (of_person("x1", login="alove"), ADA),
        (of_person("x1", number="102"), BOB),
        (of_person("x1", email="ADA@example.org"), ADA),
        (of_person("x1", name="Anna-Maria van der Berg"), VAN),
        (of_person("101", name="Ada Lovelace"), ADA),
    ],
)
def test_a_report_is_its_students(report: Report, expected: Student) -> None:
    """What the download says of the student counts, not only the id."""
    ((_, found),) = match([grade_of(report)], ALL).matched
    assert found is expected


def test_a_report_of_a_team_is_each_members() -> None:
    """A member who is not in the roster is reported, and the others get their grade."""
    submission = report_of("101+999").submission
    people = (Person(number="101"), Person("Anna-Maria van der Berg"), Person("Eve", number="999"))
    grade = grade_of(replace(report_of(), submission=replace(submission, students=people)))
    found = match([grade], ALL)
    assert found.matched == ((grade, ADA), (grade, VAN))
    assert found.unmatched == (grade,)


def test_number_and_name_of_a_report_do_not_contradict_each_other() -> None:
    """A number that is one student's and a name that is another's match neither."""
    people = of_person("101", name="Bob Þór Ångström"), of_person("105")
    doubtful, sure = map(grade_of, people)
    found = match([doubtful, sure], ALL)
    assert found.ambiguous == ((doubtful, (ADA, BOB)),)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_id_fits_only_whom_it_names(identity: str) -> None:
    """Odd ids raise nothing and match no student by chance."""
    other = student("Zzyzx Qqfoo", "unlikely-id", number="987654321")
    assert Roster((other,)).find(identity) == ()


@pytest.mark.parametrize(
    "cell, number",
    [("12.5", 12.5), (" 100,00 ", 100), ("0", 0), ("", None), ("-", None), ("1e3", None)],
)
def test_numbers_are_read_with_comma_or_point(cell: str, number: float | None) -> None:
    """As gradebooks write them in any language."""
    assert parse_number(cell) == number


# Canvas --------------------------------------------------------------------------------------

CANVAS_HEADER = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
CANVAS_ITEMS = ["Essay (7)", "Backprop; (part 1) (8)", "Total (9)", "Current Score"]
CANVAS_ROWS = [
    ["Lovelace, Ada", "101", "SIS1", "alove", "A", "5", "", "90", "50"],
    ["Ångström, Bob", "102", "SIS2", "bob", "A", "", "3.5", "", "60"],
    ["Kim, Min", "103", "SIS3", "kim1", "A and B", "4", "EX", "", ""],
    ['=HYPERLINK("x")', "104", "SIS4", "-kim2", "B", "", "", "", ""],
    ["Points Possible", "105", "SIS5", "pp", "B", "", "2", "", ""],
    ["Student, Test", "106", "", "x106", "B", "", "", "", ""],
]


def canvas_roster(rows: Sequence[Sequence[str]] = CANVAS_ROWS, delimiter: str = ",") -> bytes:
    points = ["    Points Possible", "", "", "", "", "10", "10", "(read only)", "(read only)"]
    muted = ["", "", "", "", "", "", "Manual Posting", "", ""]
    return csv_bytes([CANVAS_HEADER + CANVAS_ITEMS, muted, points, *rows], delimiter)


def canvas_course() -> receivers.Canvas:
    course = receivers.Canvas(
        students={int(row[1]): (row[0], row[2], row[3]) for row in CANVAS_ROWS},
        assignments={7: "Essay", 8: "Backprop; (part 1)", 9: "Total"},
        points={7: 10.0, 8: 10.0, 9: 100.0},
    )
    for row in CANVAS_ROWS:
        for assignment, grade in zip((7, 8, 9), row[5:8], strict=True):
            if grade:
                course.grades[int(row[1]), assignment] = grade
    return course


def named(*identities: str) -> list[Report]:
    return [report_of(identity) for identity in identities]


def test_canvas_gets_one_assignment_for_those_with_a_report(golden: Goldens) -> None:
    """Known assignment, known students, the report's score, the same points possible."""
    course = canvas_course()
    before = dict(course.grades)
    reports = [report_of("alove"), solved("102")]
    filled = fill_canvas(reports, canvas_roster(), "part 1")
    golden.check("canvas.csv", filled.content)
    course.upload(filled.content)
    assert course.grades == before | {(101, 8): "2", (102, 8): "10"}
    assert course.points[8] == 10
    assert filled.messages == (
        "matched alove -> Lovelace, Ada: 2",
        "matched 102 -> Ångström, Bob: 10 (was 3.5)",
        "no report Kim, Min: grade not changed",
        'no report =HYPERLINK("x"): grade not changed',
        "no report Points Possible: grade not changed",
        "2 written, 0 left out, 0 ambiguous, 0 unmatched, 3 without a report",
    )


@settings(deadline=None)
@given(st.sets(st.sampled_from([row[1] for row in CANVAS_ROWS[:-1]]), min_size=1))
def test_canvas_changes_no_other_grade(numbers: set[str]) -> None:
    """Other students and other assignments keep their grades."""
    course = canvas_course()
    before = dict(course.grades)
    filled = fill_canvas(named(*sorted(numbers)), canvas_roster(), "8")
    course.upload(filled.content)
    written = {int(number) for number in numbers} - {103, 105}
    assert course.grades == before | {(number, 8): "2" for number in written}
    assert course.points == canvas_course().points
    assert list(receivers.formulas(filled.content)) == []


def test_canvas_keeps_an_excuse_and_refuses_a_name_that_is_a_command() -> None:
    """EX stays; a row called like that of the points would change the points."""
    messages = fill_canvas(named("103", "105", "101"), canvas_roster(), "8").messages
    assert messages[1:3] == (
        "left out 103 -> Kim, Min: excused in Canvas",
        "left out 105 -> Points Possible: such a name cannot be imported; enter the grade by hand",
    )


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("column", ["8", "Backprop; (part 1)", "backprop", "PART 1) (8)"])
def test_an_assignment_of_canvas_is_chosen_by_number_title_or_part(
    column: str, delimiter: str
) -> None:
    """In a file with commas or semicolons, without regard to case."""
    filled = fill_canvas(named("101"), b"\xef\xbb\xbf" + canvas_roster(delimiter=delimiter), column)
    course = canvas_course()
    course.upload(filled.content)
    assert course.grades[101, 8] == "2"


@pytest.mark.parametrize(
    "column, says",
    [
        (None, "several columns of assignments"),
        ("(", "several columns fit"),
        ("Quiz", "no column of assignments fits 'Quiz'"),
        ("Total", "no column of assignments fits 'Total'"),  # Canvas keeps that one itself
    ],
)
def test_an_assignment_that_is_not_clear_is_asked_for(column: str | None, says: str) -> None:
    """The line lists the candidates."""
    with pytest.raises(ExportError) as caught:
        fill_canvas(named("101"), canvas_roster(), column)
    assert says in str(caught.value)
    assert str(caught.value).endswith("Essay (7); Backprop; (part 1) (8)")


def test_an_only_assignment_needs_no_choice() -> None:
    """Nor are points possible needed."""
    roster = csv_bytes([["Student", "ID", "Section", "Essay (7)"], ["Ada", "101", "A", ""]])
    course = canvas_course()
    course.upload(fill_canvas(named("101"), roster, None).content)
    assert course.grades[101, 7] == "2"


def test_the_longest_title_keeps_its_number() -> None:
    """Cut short, the header would make a new assignment."""
    title = "Back " * 51 + "(7)"
    roster = csv_bytes([["Student", "ID", "Section", title], ["Ada", "101", "A", ""]])
    course = canvas_course()
    course.upload(fill_canvas(named("101"), roster, None).content)
    assert course.grades[101, 7] == "2"


def test_names_in_two_columns_are_read() -> None:
    """Canvas can export last and first names apart."""
    header = ["LastName", "FirstName", *CANVAS_HEADER[1:], "Essay (7)"]
    roster = csv_bytes([header, ["Lovelace", "Ada", "101", "SIS1", "alove", "A", ""]])
    rows = receivers.cells(fill_canvas(named("ada lovelace"), roster, None).content)
    assert rows == [header, ["Lovelace", "Ada", "101", "SIS1", "alove", "A", "2"]]


def test_two_reports_for_one_student_are_left_to_a_person() -> None:
    """Neither is written; both are reported, as is one that has no student in the roster."""
    filled = fill_canvas(named("101", "Ada Lovelace", "102", "ghost"), canvas_roster(), "8")
    assert len(receivers.cells(filled.content)) == 3
    assert "ambiguous 101 -> not the only one of Lovelace, Ada" in filled.messages
    assert "ambiguous Ada Lovelace -> not the only one of Lovelace, Ada" in filled.messages
    assert "unmatched ghost -> no such student in the roster" in filled.messages
    assert filled.messages[-1].startswith("1 written, 0 left out, 2 ambiguous, 1 unmatched")


def test_other_points_than_the_assignments_are_refused() -> None:
    """Neither 2 of 10 for 2 of 100, nor 12 and 100 points in one column."""
    roster = canvas_roster().replace(b"Points Possible,,,,,10,10", b"Points Possible,,,,,10,100")
    with pytest.raises(ExportError, match=r"out of 10 points, Backprop.* out of 100"):
        fill_canvas(named("101"), roster, "8")
    other = replace(report_of("102"), max_score=12)
    with pytest.raises(ExportError, match="different points"):
        fill_canvas([report_of("101"), other], roster, "8")


@pytest.mark.parametrize(
    "roster, says",
    [
        (b"", "not a table"),
        (b"\xff", "neither in UTF-8 nor in UTF-16"),
        (b"\xff\xfe", "not a table"),
        (b"\xff\xfea", "neither in UTF-8 nor in UTF-16"),
        (b'"a"b,c\n', "not a valid CSV file"),
        (b"a,b\n1,2,3\n", "longer than its header"),
        (b"Name,Mail\nAda,a@b\n", "not a gradebook of Canvas"),
        (b"Student,ID,Section,Essay\nAda,101,A,\n", "no column of assignments"),
        (b"Student,ID,Section,Essay (7)\nAda,101,A,\n", "no report matches"),
        (b"Student,ID,Section,Essay (7)\n", "no report matches"),
    ],
)
def test_what_is_not_a_roster_is_refused_in_one_line(roster: bytes, says: str) -> None:
    """The line says what it is instead."""
    with pytest.raises(GraderError, match=says) as caught:
        fill_canvas(named("ghost"), roster, None)
    assert "\n" not in str(caught.value)


# Moodle's grading worksheet ------------------------------------------------------------------

ENGLISH = {
    "participant": "Participant ",
    "identifier": "Identifier",
    "grade": "Grade",
    "modified": "Last modified (grade)",
    "feedback": "Feedback comments",
}
GERMAN = {
    "participant": "Teilnehmer/in",
    "identifier": "ID",
    "grade": "Bewertung",
    "modified": "Zuletzt geändert (Bewertung)",
    "feedback": "Feedback als Kommentar",
}
DATE = "Monday, 2 March 2026, 10:11\u202fAM"


def worksheet(words: dict[str, str], delimiter: str = ",", maximum: str = "10,00") -> bytes:
    header = [
        *(words["identifier"], "Name", "Mail", "Status", words["grade"], "Max", "Can change"),
        *("Last modified (submission)", "Online text", words["modified"], words["feedback"]),
    ]
    people = [
        ("11", "Ada Lovelace", "ada@example.org", "", "-", "<p>=1+1</p>", "-", ""),
        ("12", "Bob Ångström", "bob@example.org", "3,50", DATE, "=cmd|x", DATE, "- good\nwork"),
        ("13", "Min Kim", "kim1@example.org", "", "-", "", "-", ""),
        ("14", "Min Kim", "kim2@example.org", "4,00", DATE, "", DATE, "<p>fine</p>"),
    ]
    rows = [
        [
            *(words["participant"] + number, name, mail, "Submitted", grade, maximum, "Yes"),
            *(handed_in, text, modified, feedback),
        ]
        for number, name, mail, grade, handed_in, text, modified, feedback in people
    ]
    return csv_bytes([header, *rows], delimiter)


def moodle_assignment(words: dict[str, str]) -> receivers.MoodleAssignment:
    return receivers.MoodleAssignment(
        words,
        {11, 12, 13, 14},
        maximum=10,
        grades={12: 3.5, 14: 4.0},
        feedback={12: "- good\nwork", 14: "<p>fine</p>"},
    )


@pytest.mark.parametrize("words", [ENGLISH, GERMAN], ids=["english", "german"])
@pytest.mark.parametrize("identity", ["Ada Lovelace_11_assignsubmission_file_", "ada@example.org"])
def test_a_worksheet_is_filled_in_whatever_its_language(
    words: dict[str, str], identity: str
) -> None:
    """Grades arrive; other grades and all feedback stay as they are."""
    site = moodle_assignment(words)
    feedback = dict(site.feedback)
    filled = fill_moodle([report_of(identity), solved("Bob Angstrom")], worksheet(words), None)
    site.upload(filled.content)
    assert site.grades == {11: 2.0, 12: 10.0, 14: 4.0}
    assert site.feedback == feedback
    assert list(receivers.formulas(filled.content)) == []


def test_a_filled_worksheet_has_only_harmless_cells_as_they_were(golden: Goldens) -> None:
    """Columns with students' text or feedback like a formula are left out, no cell is changed."""
    filled = fill_moodle([report_of("11"), solved("12")], worksheet(ENGLISH), None)
    golden.check("moodle.csv", filled.content)
    original = {row[0]: row for row in receivers.cells(worksheet(ENGLISH))}
    header, *rows = receivers.cells(filled.content)
    assert "Online text" not in header
    for row in rows:
        for name, cell in zip(header, row, strict=True):
            assert name == "Grade" or cell == original[row[0]][original["Identifier"].index(name)]


def test_a_worksheets_feedback_column_stays_where_it_is_harmless() -> None:
    """Then every feedback in it is what it was."""
    site = moodle_assignment(ENGLISH)
    feedback = dict(site.feedback)
    filled = fill_moodle(named("kim2@example.org"), worksheet(ENGLISH), None)
    site.upload(filled.content)
    assert site.feedback == feedback
    assert site.grades == {12: 3.5, 14: 2.0}


@settings(deadline=None)
@given(st.sets(st.sampled_from(["11", "12", "13", "14"]), min_size=1))
def test_a_worksheet_changes_no_other_grade(numbers: set[str]) -> None:
    """Students without a report keep their grade, and all of them their feedback."""
    site = moodle_assignment(GERMAN)
    before, feedback = dict(site.grades), dict(site.feedback)
    site.upload(fill_moodle(named(*sorted(numbers)), worksheet(GERMAN), None).content)
    assert site.grades == before | {int(number): 2.0 for number in numbers}
    assert {n: text for n, text in site.feedback.items() if text} == feedback


def test_a_worksheet_with_semicolons_stays_one() -> None:
    """It is uploaded with the separator it was downloaded with."""
    filled = fill_moodle(named("11"), worksheet(ENGLISH, ";"), None)
    assert receivers.cells(filled.content, ";")[1][0] == "Participant 11"


def test_a_worksheet_of_other_points_is_refused() -> None:
    """Moodle would skip grades over the maximum without a word."""
    with pytest.raises(ExportError, match="out of 10 points, the worksheet out of 100"):
        fill_moodle(named("11"), worksheet(ENGLISH, maximum="100.00"), None)


def test_a_worksheets_column_can_be_chosen() -> None:
    """And where it cannot be seen which it is, it has to be."""
    assert fill_moodle(named("11"), worksheet(ENGLISH), "Grade").content
    roster = worksheet(ENGLISH).replace(b'"10,00"', b"ten")
    with pytest.raises(ExportError, match=r"choose one with --column: Name; .*Grade"):
        fill_moodle(named("11"), roster, None)


# Moodle's gradebook --------------------------------------------------------------------------

EXPORT = [
    ["First name", "Last name", "ID number", "Institution", "Email address", "Quiz: A (Real)"],
    ["Ada", "Lovelace", "1001", "", "Ada@Example.org", "5.00"],
    ["Bob", "Ångström", "1002", "X", "bob@example.org", "-"],
    ["Eve", "=1+1", "1003", "X", "eve@example.org", "-"],
]
EXPORT[0] += ["Assignment: Backprop (Real)", "Assignment: Backprop (Feedback)", "Last downloaded"]
for line in EXPORT[1:]:
    line += ["1.00", "- good", "1700000000"]


def gradebook(rows: list[list[str]] = EXPORT) -> receivers.MoodleGradebook:
    return receivers.MoodleGradebook(
        {row[2]: {"idnumber": row[2], "email": row[4]} for row in rows[1:]},
        grades={row[2]: 1.0 for row in rows[1:]},
    )


def test_a_gradebook_is_filled_in_for_the_import() -> None:
    """Only known users, identified as they are, and only the one column."""
    filled = fill_moodle(
        [report_of("Ada"), *named("1001", "eve@example.org")], csv_bytes(EXPORT), "backprop (real)"
    )
    header, *rows = receivers.cells(filled.content)
    item = "Assignment: Backprop (Real)"
    assert header == ["ID number", "Email address", "First name", "Last name", item]
    assert len(rows) == 2
    site = gradebook()
    site.upload(filled.content, "Email address", item, "email")
    assert site.grades == {"1001": 2.0, "1002": 1.0, "1003": 2.0}
    assert list(receivers.formulas(filled.content)) == []
    assert "unmatched Ada -> no such student in the roster" in filled.messages


def test_an_address_like_a_formula_is_not_changed_but_left_out() -> None:
    """Changed it would be an unknown user, and Moodle would import nothing."""
    rows = copy.deepcopy(EXPORT)
    rows[1][4] = "=1+1@example.org"
    filled = fill_moodle(named("1001", "1002"), csv_bytes(rows), "backprop (real)")
    assert "Email address" not in receivers.cells(filled.content)[0]
    without_numbers = [[*row[:2], *row[3:]] for row in rows]
    filled = fill_moodle(
        named("ada lovelace", "bob angstrom"), csv_bytes(without_numbers), "backprop (real)"
    )
    assert [row[0] for row in receivers.cells(filled.content)] == [
        "Email address",
        "bob@example.org",
    ]
    assert any(message.startswith("left out ada lovelace") for message in filled.messages)


def test_a_list_of_participants_will_do() -> None:
    """Without any grades in it the column is called as the course, or as one likes."""
    roster = csv_bytes([row[:5] for row in EXPORT])
    header, *rows = receivers.cells(fill_moodle(named("1001"), roster, None).content)
    assert header[-1] == "letters"
    assert rows == [["1001", "Ada@Example.org", "Ada", "Lovelace", "2"]]
    header = receivers.cells(fill_moodle(named("1001"), roster, "Midterm").content)[0]
    assert header[-1] == "Midterm"


@pytest.mark.parametrize(
    "rows, column, says",
    [
        (EXPORT, None, "several columns of grades"),
        (EXPORT, "Backprop", "several columns fit"),
        (EXPORT[:1], None, "lists no student"),
        ([["Name", "Town"], ["1001", "Rome"], ["Bob", "Pisa"]], None, "no report matches"),
        ([["Name", "Town"], ["Ada Lovelace", "Rome"], ["Bob", "Pisa"]], None, "no report matches"),
    ],
)
def test_a_roster_of_moodle_that_is_not_clear_is_refused(
    rows: list[list[str]], column: str | None, says: str
) -> None:
    """One line says what to choose or to download."""
    with pytest.raises(ExportError, match=says):
        fill_moodle(named("1001"), csv_bytes(rows), column)


def test_a_roster_without_ids_is_refused() -> None:
    """Moodle's import finds no student by name."""
    roster = csv_bytes([["First name", "Last name"], ["Ada", "Lovelace"]])
    with pytest.raises(ExportError, match="usernames, ID numbers or email addresses"):
        fill_moodle(named("ada lovelace"), roster, None)


# Hostile rosters -----------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(st.lists(st.text(max_size=8), min_size=5, max_size=9), max_size=6))
def test_any_roster_is_read_or_refused(rows: list[list[str]]) -> None:
    """A file is read, or refused in one line."""
    header = [*CANVAS_HEADER, "Essay (7)", "", "", ""]
    content = csv_bytes([header, *rows]).replace(b"\0", b"")
    for fill in (fill_canvas, fill_moodle):
        try:
            filled = fill(named("101"), content, None)
        except ExportError:
            continue
        assert list(receivers.formulas(filled.content)) == []


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_in_a_table_is_read_back(text: str) -> None:
    """What a gradebook wrote is what is read."""
    kept = text.replace("\r", "").replace("\0", "")
    table = read_table(csv_bytes([["a", "b"], ["x", kept]]), "it", "")
    assert table.rows == (("x", kept),)


# The command ---------------------------------------------------------------------------------


def test_the_command_reports_who_was_matched_on_standard_error(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Standard output holds the file alone, the roster is as it was."""
    report, roster = tmp_path / "alove.json", tmp_path / "gradebook.csv"
    report.write_bytes(to_json(report_of("alove")))
    roster.write_bytes(canvas_roster())
    arguments = [str(report), "--to", "canvas", "--roster", str(roster), "--column", "8"]
    with pytest.raises(SystemExit) as ended:
        export.main([*arguments, "-o", "-"])
    output, errors = capsysbinary.readouterr()
    assert not ended.value.code
    assert output == fill_canvas(named("alove"), canvas_roster(), "8").content
    assert errors.decode().splitlines()[0] == "matched alove -> Lovelace, Ada: 2"
    assert roster.read_bytes() == canvas_roster()
    roster.unlink()
    with pytest.raises(SystemExit) as ended:
        export.main([*arguments, "-o", "-"])
    assert ended.value.code == 3
    assert b"cannot be read" in capsysbinary.readouterr()[1]
