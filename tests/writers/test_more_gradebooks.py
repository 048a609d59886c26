"""Brightspace, Blackboard, rosters of others, and what all gradebooks have in common."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support import receivers
from support.reports import report_of, scores_of, solved

from grader.cli.export import export
from grader.errors import ExportError
from grader.records import Adjustment, Person
from grader.report import Report, UnexaminedReport, build_unexamined, to_json
from grader.writers.exports.blackboard import fill_blackboard
from grader.writers.exports.brightspace import fill_brightspace
from grader.writers.exports.canvas import fill_canvas
from grader.writers.exports.csv_rows import join_csv, write_csv
from grader.writers.exports.gradebook import Options, convert
from grader.writers.exports.grades import Grade, grade_of
from grader.writers.exports.moodle import fill_moodle

Rows = Sequence[Sequence[str]]


def table(rows: Rows, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    return file.getvalue().encode(encoding)


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def team(identity: str, *people: Person) -> Report:
    report = report_of(identity)
    return replace(report, submission=replace(report.submission, students=people))


def adjusted(identity: str, points: float, reason: str = "") -> Report:
    return replace(report_of(identity), adjustments=(Adjustment("", points, reason),))


def missing(identity: str) -> Report:
    """Return the report of a submission without code."""
    report = report_of(identity, outcomes=())
    exercises = tuple(
        replace(e, status="missing", message="there is no code in it, only a.pdf")
        for e in report.exercises
    )
    return replace(report, status="missing", exercises=exercises)


def unexamined(identity: str) -> UnexaminedReport:
    scores = scores_of(identity)
    return build_unexamined(replace(scores, fault="the machine failed"), "instructor")


def grades(*reports: Report | UnexaminedReport, **options: Any) -> list[Grade]:
    return [grade_of(report, **options) for report in reports]


# Brightspace ---------------------------------------------------------------------------------

ITEM = "HW 1; (a)"
BRIGHTSPACE = [
    [
        *("OrgDefinedId", "Username", "Last Name", "First Name", "Email"),
        f"{ITEM} Points Grade <Numeric MaxPoints:10 Weight:5 Category:HW>",
        "HW 2 Points Grade <Numeric MaxPoints:20>",
        *("Calculated Final Grade Numerator", "End-of-Line Indicator"),
    ],
    ["#0101", "#alove", "Lovelace", "Ada", "ada@example.org", "", "", "", "#"],
    ["#0102", "#bob", "Ångström", "Bob", "bob@example.org", "4", "", "", "#"],
    ["#0103", "#=cmd", "Kim", "Min", "kim@example.org", "", "", "", "#"],
]


@pytest.mark.parametrize("delimiter", [",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("identity", ["alove", "0101", "ada@example.org", "Ada Lovelace"])
def test_brightspace_gets_one_item_for_those_with_a_report(
    delimiter: str, encoding: str, identity: str
) -> None:
    """By user name and OrgDefinedId, as CSV or TSV, with leading zeros and no other column."""
    roster = table(BRIGHTSPACE, delimiter, encoding)
    filled = fill_brightspace(grades(report_of(identity), solved("0102")), roster, Options("HW 1"))
    assert receivers.brightspace(filled.content, ITEM, 10) == {"alove": 2, "bob": 10}
    assert filled.content.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
    assert b"#0101" in filled.content
    assert b"example.org" not in filled.content
    assert filled.lacking == 0


@pytest.mark.parametrize("key", ["OrgDefinedId", "Username"])
def test_one_key_of_brightspace_is_enough(key: str) -> None:
    """An export has one or both."""
    other = {"OrgDefinedId": 1, "Username": 0}[key]
    rows = [[cell for i, cell in enumerate(row) if i != other] for row in BRIGHTSPACE]
    filled = fill_brightspace(grades(report_of("Ada Lovelace")), table(rows), Options(ITEM))
    entered = receivers.brightspace(filled.content, ITEM, 10)
    assert entered == {{"OrgDefinedId": "0101", "Username": "alove"}[key]: 2}


def test_what_brightspace_would_lower_is_reported() -> None:
    """It caps a grade above the maximum without a word."""
    filled = fill_brightspace(grades(adjusted("alove", 20)), table(BRIGHTSPACE), Options("HW 1"))
    assert filled.messages[0].startswith("1 above the maximum (alove): Brightspace lowers")


def test_an_id_like_a_formula_is_left_to_a_person() -> None:
    """It is neither changed nor written, and counts as lacking."""
    rows = [[cell.replace("#=", "=") for cell in row] for row in BRIGHTSPACE]
    roster = table(rows)
    filled = fill_brightspace(grades(report_of("0103"), report_of("0101")), roster, Options("HW 1"))
    assert list(receivers.brightspace(filled.content, ITEM, 10)) == ["alove"]
    assert filled.lacking == 1


# Blackboard ----------------------------------------------------------------------------------

BLACKBOARD = [
    [
        *("Last Name", "First Name", "Username", "Student ID", "Last Access", "Availability"),
        "Weighted Total [Total Pts: up to 100 Percentage] |11",
        "HW [1] [Total Pts: 10 Score] |4711",
        "Essay [Total Pts: 20 Score] |4712",
    ],
    ["Lovelace", "Ada", "alove", "0101", "", "Yes", "", "", ""],
    ["Ångström", "Bob", "bob", "0102", "", "Yes", "50", "3", ""],
    ["Kim", "Min", "-kim", "0103", "", "Yes", "", "", ""],
]
COLUMNS = {"11": "Weighted Total", "4711": "HW [1]", "4712": "Essay"}


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [("\t", "utf-16"), (",", "utf-8-sig"), (",", "utf-8")]
)
@pytest.mark.parametrize("column", ["4711", "HW [1]", "hw"])
def test_blackboard_gets_its_column_in_the_form_of_the_download(
    delimiter: str, encoding: str, column: str
) -> None:
    """The column keeps its number; tab-separated UTF-16 or CSV, each field in quotes."""
    roster = table(BLACKBOARD, delimiter, encoding)
    filled = fill_blackboard(grades(report_of("alove"), solved("0102")), roster, Options(column))
    entered = receivers.blackboard(filled.content, COLUMNS)
    assert entered == {("alove", "HW [1]"): 2, ("bob", "HW [1]"): 10}
    mark = filled.content.partition(b'"')[0]
    assert mark == roster.partition(b'"')[0]
    assert filled.messages[1] == "matched 0102 -> Ångström Bob: 10 (was 3)"


def test_other_points_of_blackboard_are_refused_or_converted() -> None:
    """The maximum is in the header."""
    roster = table(BLACKBOARD)
    with pytest.raises(ExportError, match="out of 20; give --out-of 20 to convert"):
        fill_blackboard(grades(report_of("alove")), roster, Options("Essay"))
    filled = fill_blackboard(grades(report_of("alove")), roster, Options("Essay", 20))
    assert receivers.blackboard(filled.content, COLUMNS) == {("alove", "Essay"): 4}


@pytest.mark.parametrize("fill", [fill_brightspace, fill_blackboard])
def test_other_tables_are_refused(fill: Any) -> None:
    """One line says how to download the right one."""
    roster = table([["Name", "Town"], ["Ada", "Rome"]])
    with pytest.raises(ExportError, match=r"^the roster is not an? .*; (export|download) it with"):
        fill(grades(report_of("Ada")), roster, Options())


# What all have in common ---------------------------------------------------------------------

CANVAS = [
    ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "HW (7)"],
    ["    Points Possible", "", "", "", "", "10,00"],
    ["Lovelace, Ada", "101", "00101", "alove", "A", ""],
    ["Ångström, Bob", "102", "00102", "bob", "A", ""],
    ["Kim, Min", "103", "00103", "kim", "A", "N/A"],
    ["Student, Test", "106", "", "x106", "", ""],
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("first", ["", "\r\n", "sep={}\r\n"])
def test_rosters_in_any_encoding_are_read(encoding: str, delimiter: str, first: str) -> None:
    """UTF-8 or UTF-16, with any delimiter, also after a line that Excel wrote or reads."""
    text = first.format(delimiter) + table(CANVAS, delimiter).decode()
    roster = text.encode(encoding)
    filled = fill_canvas(grades(report_of("alove")), roster, Options())
    _, points, row = receivers.cells(filled.content)
    assert row == ["Lovelace, Ada", "101", "00101", "alove", "A", "2"]
    assert points[-1] == "10"


def test_each_member_of_a_team_gets_a_row() -> None:
    """Found by number, login or address."""
    found = team("t1", Person(number="101"), Person(login="BOB"))
    rows = receivers.cells(fill_canvas(grades(found), table(CANVAS), Options()).content)
    assert [row[3] for row in rows[2:]] == ["alove", "bob"]


def test_a_submission_without_code_or_examination_gets_no_grade() -> None:
    """Both are reported; only what was not examined has still to be graded."""
    found = grades(missing("alove"), unexamined("bob"), report_of("kim"), report_of("ghost"))
    with pytest.raises(ExportError, match="no report has a score"):
        fill_canvas(found[:2], table(CANVAS), Options())
    roster = table([*CANVAS, ["Ghost", "107", "", "ghost", "A", ""]])
    filled = fill_canvas(found, roster, Options())
    assert [row[3] for row in receivers.cells(filled.content)[2:]] == ["ghost"]
    assert filled.messages[1:4] == (
        "left out alove -> Lovelace, Ada: nothing to grade; --missing-as-zero writes 0",
        "left out bob -> Ångström, Bob: not examined, so there is no score; grade it again",
        "left out kim -> Kim, Min: Canvas has not assigned it to this student; assign it, or "
        "grade by hand",
    )
    assert filled.lacking == 2


def test_what_is_missing_is_0_where_that_is_asked_for_or_adjusted() -> None:
    """The instructor decides, with an option or with points."""
    by_hand = replace(missing("bob"), adjustments=(Adjustment("", 7, "handed in by mail"),))
    found = [grade_of(missing("alove"), missing_as_zero=True), grade_of(by_hand)]
    rows = receivers.cells(fill_canvas(found, table(CANVAS), Options()).content)
    assert [row[-1] for row in rows[2:]] == ["0", "7"]


@given(st.integers(0, 10_000), st.sampled_from([1, 4, 10, 12.5, 20, 100]))
def test_points_are_converted_exactly_and_rounded_half_up(hundredths: int, out_of: float) -> None:
    """As with fractions, not with floats."""
    exact = Decimal(hundredths) * Decimal(str(out_of)) / 100  # in hundredths
    expected = int(exact + Decimal("0.5"))
    assert convert(hundredths / 100, 100, out_of) == expected / 100


def test_other_points_are_converted_where_that_is_asked_for() -> None:
    """Without --out-of they are refused, with that advice."""
    roster = table([*CANVAS[:1], ["Points Possible", "", "", "", "", "4"], *CANVAS[2:]])
    with pytest.raises(ExportError, match="give --out-of 4 to convert them"):
        fill_canvas(grades(report_of("alove")), roster, Options())
    with pytest.raises(ExportError, match="out of 4; give --out-of 4"):
        fill_canvas(grades(report_of("alove")), roster, Options(out_of=5))
    # The reports are out of 10 as well: only --out-of differs from the column.
    equal = table([*CANVAS[:1], ["Points Possible", "", "", "", "", "10"], *CANVAS[2:]])
    with pytest.raises(
        ExportError, match=r"--out-of is 5, .* out of 10; leave --out-of away, .* 5 p"
    ):
        fill_canvas(grades(report_of("alove")), equal, Options(out_of=5))
    filled = fill_canvas(grades(adjusted("alove", 0.31)), roster, Options(out_of=4))
    assert receivers.cells(filled.content)[-1][-1] == "0.92"  # 2.31 of 10 is 0.924 of 4


def test_totals_are_written() -> None:
    """With the instructor's points, never below 0, above the maximum where that was meant."""
    found = grades(adjusted("alove", -5), adjusted("bob", 9))
    rows = receivers.cells(fill_canvas(found, table(CANVAS), Options()).content)
    assert [row[-1] for row in rows[2:]] == ["0", "11"]


# Moodle's comments ---------------------------------------------------------------------------

HEADERS = {
    "en": ("Identifier", "Grade", "Maximum grade", "Feedback comments"),
    "de": ("ID", "Bewertung", "Bestwertung", "Feedback als Kommentar"),
    "fr": ("Identifiant", "Note", "Note maximale", "Feedback par commentaires"),
    "es": (
        "Identificador",
        "Calificación",
        "Calificación máxima",
        "Comentarios de retroalimentación",
    ),
}
PARTICIPANTS = {
    "en": "Participant ",
    "de": "Teilnehmer/in",
    "fr": "Participant",
    "es": "Participante",
}


@pytest.mark.parametrize("language", HEADERS)
def test_comments_of_a_worksheet_are_filled_in(language: str) -> None:
    """Points by exercise, adjustments, the first thing to fix; what is there already stays."""
    identifier, grade, maximum, comment = HEADERS[language]
    word = PARTICIPANTS[language]
    rows = [
        [identifier, "Name", grade, maximum, "Zuletzt", comment],
        [f"{word}11", "Ada Lovelace", "", "10,00", "-", ""],
        [f"{word}12", "Bob Ångström", "", "10,00", "-", "Well done"],
    ]
    found = grades(adjusted("11", -1, "late"), solved("12"), comments=True)
    filled = fill_moodle(found, table(rows, ";"), Options(comments=True))
    written = list(csv.reader(io.StringIO(filled.content.decode(), newline=""), delimiter=";"))
    assert written[1][-1] == (
        "alpha 2 / 4, beta 0 / 2, gamma 0 / 4. -1 points: late. "
        "First: alpha.curve: the sign is turned"
    )
    assert written[2][-1] == "Well done"
    assert [row[2] for row in written[1:]] == ["1", "10"]


def test_comments_show_nothing_of_hidden_checks_of_an_instructors_report() -> None:
    """Students read them."""
    report = report_of("11", audience="instructor")
    assert "turned" not in grade_of(report, comments=True).comment
    assert "First: alpha.curve: Right curve" in grade_of(report, comments=True).comment


def test_comments_need_a_column() -> None:
    """One line says where to switch it on."""
    rows = [["Identifier", "Name", "Grade", "Max"], ["Participant 11", "Ada", "", "10"]]
    with pytest.raises(ExportError, match="no column for comments"):
        fill_moodle(grades(report_of("11")), table(rows), Options(comments=True))


def test_a_grade_above_the_maximum_is_not_lost_in_silence() -> None:
    """Moodle skips such a row of a worksheet."""
    rows = [["Identifier", "Name", "Grade", "Max"], ["Participant 11", "Ada", "", "10"]]
    filled = fill_moodle(grades(adjusted("11", 20)), table(rows), Options())
    assert filled.lacking == 1
    assert "Moodle skips such a row" in filled.messages[0]


# CSV -----------------------------------------------------------------------------------------


def test_csv_has_a_row_for_each_submission_also_without_a_score() -> None:
    """Cells of a score that there is not are empty; the reason is beside them."""
    people = Person("Ada", "alove", "0101", "a@example.org"), Person("Bob", number="0102")
    late = team("t1", *people)
    late = replace(late, submission=replace(late.submission, late=True, attempt=2))
    late = replace(late, adjustments=(Adjustment("alpha", -0.5, "late"),))
    rows = read(write_csv(grades(late, missing("m"), unexamined("u"))))
    assert [(r["id"], r["status"], r["score"], r["total"]) for r in rows] == [
        ("t1", "partly", "2", "1.5"),
        ("m", "missing", "", ""),
        ("u", "unexamined", "", ""),
    ]
    assert {name: rows[0][name] for name in ("name", "login", "number", "email", "late")} == {
        "name": "Ada; Bob",
        "login": "alove",
        "number": "0101; 0102",
        "email": "a@example.org",
        "late": "yes",
    }
    assert (rows[0]["attempt"], rows[0]["adjustment"], rows[0]["alpha"]) == ("2", "-0.5", "2")
    assert rows[1]["reason"] == "there is no code in it, only a.pdf"
    assert rows[2]["reason"] == "not examined: the machine failed"
    assert rows[1]["alpha"] == rows[2]["alpha"] == ""


@pytest.mark.parametrize(
    "roster",
    [
        [
            ["First Name", "Last Name", "SID", "Email", "Sections"],
            ["Ada", "Lovelace", "0101", "ada@example.org", "A"],
            ["Bob", "Kim", "0102", "bob@example.org", "A"],
        ],
        [
            ["Name", "SID", "Email", "Total Score", "Status", "Submission ID"],
            ["Ada Lovelace", "0101", "ada@example.org", "", "Graded", "9001"],
            ["Bob Kim", "0102", "bob@example.org", "", "Missing", ""],
        ],
        [
            ["identifier", "github_username", "github_id", "name"],
            ["0101", "alove", "77", "Ada Lovelace"],
            ["0102", "", "", "Bob Kim"],
        ],
    ],
)
@pytest.mark.parametrize("report", [report_of("0101"), team("x", Person("Ada Lovelace"))])
def test_csv_is_joined_with_a_roster_of_any_platform(roster: Rows, report: Report) -> None:
    """Every student has a row with all cells of the roster; who has no place comes last."""
    filled = join_csv(grades(report, report_of("ghost")), table(roster))
    ada, bob, ghost = read(filled.content)
    first = dict(zip(roster[0], roster[1], strict=True))
    assert first.items() <= ada.items()
    assert (ada["total"], bob["total"], ghost["total"]) == ("2", "", "2")
    assert ghost["id"] == "ghost"
    assert filled.lacking == 1


# The command ---------------------------------------------------------------------------------


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        export.main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def test_the_command_ends_with_3_where_a_graded_student_is_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file is written all the same, and --partial accepts it."""
    reports = tmp_path / "reports"
    reports.mkdir()
    for one in (report_of("alove"), report_of("ghost"), missing("bob")):
        (reports / f"{one.submission.id}.json").write_bytes(to_json(one))
    roster, out = tmp_path / "roster.csv", tmp_path / "out.csv"
    roster.write_bytes(table(CANVAS))
    command = (reports, "--to", "canvas", "--roster", roster, "-o", out)
    assert run(*command) == 3
    last = capsys.readouterr().err.splitlines()[-1]
    assert "1 of the grades could not be matched or written" in last
    assert "--partial" in last
    assert len(receivers.cells(out.read_bytes())) == 3
    assert run(*command, "--partial") == 0
    (reports / "ghost.json").unlink()
    assert run(*command) == 0
    assert run(*command, "--missing-as-zero") == 0
    assert [row[-1] for row in receivers.cells(out.read_bytes())[2:]] == ["2", "0"]
