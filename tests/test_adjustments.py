"""The instructor's own points: added as written, shown to the student, never lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.here import grade_here
from support.reports import report_of
from support.running import assert_one_line

from grader.adjustments import Adjustments, adjust_json
from grader.batch.journal import Key
from grader.batch.output import Output
from grader.batch.work import Graded
from grader.choosing import restrict
from grader.cli.export import export
from grader.errors import TableError
from grader.records import Adjustment
from grader.report import to_json

HEADER = "id,exercise,points,reason\n"


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "adjustments.csv").write_bytes(text.encode(encoding))
    return folder


def test_a_row_is_an_adjustment(tmp_path: Path) -> None:
    """Several rows of one submission all count; without a file there are none."""
    rows = "ada,alpha,+1.5,a mistake of ours\nben,,-2,late\nada,,2,\n"
    adjustments = Adjustments(written(tmp_path, HEADER + rows))
    mistake = Adjustment("alpha", 1.5, "a mistake of ours")
    assert adjustments.of("ada") == (mistake, Adjustment("", 2.0, ""))
    assert adjustments.of("ben") == (Adjustment("", -2.0, "late"),)
    assert adjustments.of("cat") == ()
    assert Adjustments(tmp_path / "nowhere").of("ada") == ()


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffID;Exercise;Points;Reason\r\nada;alpha;1,5;Käse; \r\n".replace("; \r", "\r"),
        "reason\tpoints\tid\texercise\nKäse\t1.5\tada\talpha\n",
        'id,exercise,points,reason,by\n"ada"," alpha ","1.5","Käse",me\n\n',
    ],
)
def test_files_of_any_spreadsheet_are_read(tmp_path: Path, text: str) -> None:
    """Semicolons with decimal commas, tabs, a byte order mark, further columns, any order."""
    assert Adjustments(written(tmp_path, text)).of("ada") == (Adjustment("alpha", 1.5, "Käse"),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEADER + "ada,,1,\nben,,two,a\n", "line 3 (ben, two, a): the points are not a number"),
        (HEADER + "ada,,,\n", "line 2 (ada): the points are not a number"),
        (HEADER + "ada,,nan,\n", "not a number"),
        (HEADER + "ada,,1e3,\n", "not a number"),
        (HEADER + "ada,,1.005,\n", "at most two decimals"),
        (HEADER + "eve,,1,\n", "line 2 (eve, 1): no submission has this id"),
        (HEADER + "ada,omega,1,\n", "line 2 (ada, omega, 1): omega is not a graded exercise"),
        ("id,points\nada,1\n", "has no column exercise"),
        ("ada,,1,\n", "has no column id"),
        ("", "is not a table"),
    ],
)
def test_a_row_that_is_not_valid_is_refused(tmp_path: Path, text: str, says: str) -> None:
    """One line has the file, the line and the row."""
    with pytest.raises(TableError) as caught:
        Adjustments(written(tmp_path, text)).refuse_unknown(["ada", "ben"], ["alpha"])
    assert says in str(caught.value)
    assert "adjustments.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.integers(-99_999_999, 99_999_999))
def test_points_of_two_decimals_are_exact(tmp_path_factory: pytest.TempPathFactory, c: int) -> None:
    """Whatever their sign and their decimal mark."""
    folder = tmp_path_factory.mktemp("points")
    for mark in ".,":
        text = f"{'-' if c < 0 else ''}{abs(c) // 100}{mark}{abs(c) % 100:02}"
        written(folder, f'{HEADER}ada,,"{text}",\n')
        assert Adjustments(folder).of("ada")[0].points == c / 100


@pytest.mark.parametrize(
    ("points", "total"), [([], 2), ([1, 0.1, 0.2], 3.3), ([-5], 0), ([-5, 6], 3), ([20], 22)]
)
def test_a_total_is_never_below_0_and_may_be_above_the_maximum(
    points: list[float], total: float
) -> None:
    """The score itself remains as graded."""
    adjustments = tuple(Adjustment("", one, "") for one in points)
    report = replace(report_of(), adjustments=adjustments)
    assert (report.score, report.total) == (2, total)


def test_a_part_of_the_exercises_has_only_their_adjustments() -> None:
    """Each homework of a report would count an adjustment of the whole again."""
    whole, own, other = (Adjustment(name, 1, "") for name in ("", "alpha", "beta"))
    report = replace(report_of(), adjustments=(whole, own, other))
    assert restrict(report, ["alpha"]).adjustments == (own,)
    assert restrict(report, ["alpha", "beta", "gamma"]).adjustments == report.adjustments
    assert restrict(report, []) == report


def test_an_export_of_one_exercise_names_what_does_not_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row without an exercise is not lost in silence."""
    with Output(written(tmp_path, HEADER + "ada,,1,\nada,alpha,0.5,\n")) as output:
        output.write(key(), graded("ada"), "")
    command = [str(tmp_path), "--to", "csv", "-o", str(tmp_path / "x.csv"), "--exercise", "alpha"]
    with pytest.raises(SystemExit) as ended:
        export.main(command)
    assert not ended.value.code
    assert "an adjustment of ada names no exercise" in capsys.readouterr().err
    assert '"partly"' not in (tmp_path / "x.csv").read_text()
    assert ",2,0.5,2.5,4," in (tmp_path / "x.csv").read_text()


def graded(identity: str) -> Graded:
    report, feedback = (report_of(identity, audience=a) for a in ("instructor", "student"))
    return Graded(to_json(report), to_json(feedback), 2.0, 10.0, {}, "graded")


def key(identity: str = "ada") -> Key:
    return Key(identity, "", "", (), "", "", "sandbox")


def adjustments_in(folder: Path) -> list[list[object]]:
    paths = (folder / "reports" / "ada.json", folder / "feedback" / "ada.json")
    return [json.loads(path.read_text(encoding="utf-8"))["adjustments"] for path in paths]


def test_adjustments_are_in_the_files_of_a_batch(tmp_path: Path) -> None:
    """When a submission is graded, and after the file has changed, without grading again."""
    one = {"exercise": "alpha", "points": 1.5, "reason": "ours"}
    written(tmp_path, HEADER + "ada,alpha,1.5,ours\n")
    with Output(tmp_path) as output:
        output.write(key(), graded("ada"), "")
    assert adjustments_in(tmp_path) == [[one], [one]]
    written(tmp_path, HEADER + "ada,alpha,1.5,ours\nada,,-1,late\n")
    with Output(tmp_path) as output:
        entry = output.find(key())
        assert entry is not None
        assert [a.points for a in entry.adjustments] == [1.5, -1]
    assert [len(found) for found in adjustments_in(tmp_path)] == [2, 2]
    written(tmp_path, HEADER)
    with Output(tmp_path) as output:
        assert output.recall("ada") == output.find(key()) is not None
    assert adjustments_in(tmp_path) == [[], []]
    assert (tmp_path / "reports" / "ada.json").read_bytes() == graded("ada").report


def test_a_run_that_ends_between_the_files_loses_nothing(tmp_path: Path) -> None:
    """If only one of the files has the new adjustments, the submission counts as not graded."""
    with Output(tmp_path) as output:
        output.write(key(), graded("ada"), "")
    path = tmp_path / "reports" / "ada.json"
    path.write_bytes(adjust_json(path.read_bytes(), (Adjustment("", 1, ""),)))
    with Output(tmp_path) as output:
        assert output.find(key()) is None


@pytest.mark.slow
def test_a_batch_and_what_reads_it_apply_the_file_as_it_is_now(
    tmp_path: Path, solution: Callable[[str], str]
) -> None:
    """Feedback, summary and pages have the points; no run changes the file."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.py").write_text(solution("forward"))
    out = tmp_path / "out"
    text = HEADER + "ada,forward,-0.5,late\n"
    written(out, text)
    command = ("batch", tmp_path / "class", "--output", out, "--exercise", "forward")
    done = grade_here(*command)
    assert done.returncode == 0, done.stderr
    assert json.loads((out / "feedback" / "ada.json").read_text())["adjustments"] == [
        {"exercise": "forward", "points": -0.5, "reason": "late"}
    ]
    (row,) = json.loads((out / "summary.json").read_text())["submissions"]
    assert (row["adjustment"], row["total"]) == (-0.5, row["score"] - 0.5)
    assert (out / "adjustments.csv").read_text() == text
    for bad in ("ghost,,1,\n", "ada,losses,1,\n", "ada,,many,\n"):
        written(out, HEADER + bad)
        for again in (command, ("export", out, "--to", "csv", "-o", "-")):
            refused = grade_here(*again)
            assert (refused.returncode, refused.stdout) == (3, "")
            assert_one_line(refused.stderr.splitlines()[-1] + "\n")
            assert "adjustments.csv, line 2 (" in refused.stderr
