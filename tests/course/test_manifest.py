"""The manifest: its defaults, and one clear line for each thing that is wrong with it."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.courses import ROOT, write_small_course

from grader.course.manifest import DEFAULT_COURSE, _Manifest, load_course, write_manifest
from grader.course.stubs import outdated_stubs, read_stub_file
from grader.course.texts import read_text
from grader.engine import Grader
from grader.errors import CourseError
from grader.records import Course, ExampleRules, Exercise, Homework, Leak, Limits
from grader.verify.verification import Verification

ONE = '[[exercise]]\nname = "a"\n'


def load(folder: Path, text: str) -> Course:
    path = folder / "course.toml"
    path.write_text(text, encoding="utf-8")
    return load_course(path)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(CourseError) as caught:
        load(folder, text)
    message = str(caught.value)
    assert "\n" not in message
    return message.removeprefix(f"the course {folder / 'course.toml'} cannot be ")


def test_a_name_and_an_exercise_are_enough(tmp_path: Path) -> None:
    """Everything else has a default: titles come from names, and limits are those of our course."""
    course = load(tmp_path, 'name = "text_basics"\n[[exercise]]\nname = "word_count"\n')
    assert (course.title, course.version) == ("Text basics", "1")
    assert [one.title for one in course.exercises] == ["Word count"]
    ours = tomllib.loads(DEFAULT_COURSE.read_text(encoding="utf-8"))["limits"]
    assert course.limits == Limits(**ours)


def test_a_limit_on_the_clock_alone_is_that_of_processor_time(tmp_path: Path) -> None:
    """Else a longer one would have no effect where the system shows processor time."""
    limits = load(tmp_path, f'name = "x"\n[limits]\ncall_s = 30\n{ONE}').limits
    assert (limits.call_s, limits.call_cpu_s, limits.load_cpu_s) == (30.0, None, 4.0)
    assert load(tmp_path, f'name = "x"\n[limits]\ncall_cpu_s = 3\n{ONE}').limits.call_s == 10.0


def test_a_manifest_with_defaults_is_written_and_read_back(tmp_path: Path) -> None:
    """A kit has each value written out."""
    course = load(tmp_path, f'name = "x"\n[[homework]]\nname = "w-1"\nexercises = ["a"]\n{ONE}')
    assert course.homeworks[0].title == "W 1"
    again = load(tmp_path, write_manifest(course))
    for name in ("name", "version", "title", "exercises", "homeworks", "limits"):
        assert getattr(again, name) == getattr(course, name)


def test_a_mark_at_the_beginning_of_a_file_is_no_part_of_it(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    path = tmp_path / "course.toml"
    path.write_text(f'name = "x"\n{ONE}', encoding="utf-8-sig")
    assert load_course(path).name == "x"
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8-sig")
    assert read_text(tmp_path / "a.py") == "x = 1\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'used: it has no name; add a line such as name = "..."'),
        ('name = "x"', "used: it has no exercise; add [[exercise]] and below it name"),
        ('name = "x"\nexercise = []', "used: it has no exercise; add [[exercise]] and below"),
        ('name = "x"\n[[exercise]]', "used: [[exercise]] has no name; add a line such as name"),
        ('name = "x"\n[exercise]\nname = "a"', "used: it has [exercise]; write [[exercise]]"),
        ('verzion = "1"', "used: it has the unknown key 'verzion'; did you mean 'version'?"),
        (
            f'name = "x"\ncall_s = 1\n{ONE}',
            "used: it has the unknown key 'call_s'; it belongs in [l",
        ),
        ("[exercises]", "used: it has the unknown key 'exercises'; did you mean 'exercise'?"),
        ("[limits]\ncal_cpu_s = 1", "used: [limits] has the unknown key 'cal_cpu_s'; did you mean"),
        (
            f"{ONE}titel = 'A'\n{ONE}",
            "used: [[exercise]] number 1 has the unknown key 'titel'; did",
        ),
        (f"{ONE}points = 3", "used: [[exercise]] has the unknown key 'points'; known are name,"),
        ("[limits]\ncpu_s = '60'", "used: [limits] has cpu_s = '60'; cpu_s takes a whole number"),
        ("[limits]\ncall_s = 0", "used: [limits] has call_s = 0; call_s takes a number above 0,"),
        ("[limits]\ncall_s = nan", "used: [limits] has call_s = nan; call_s takes a number above"),
        ("[limits]\nmemory_mib = true", "used: [limits] has memory_mib = true; memory_mib takes a"),
        ("limits = 3", "used: it has limits = 3; write it as a table that begins [limits]"),
        ("slip_credit = 2", "used: it has slip_credit = 2; slip_credit takes a number from 0 to 1"),
        (
            "hidden_feedback = 'hints'",
            "used: it has hidden_feedback = 'hints'; hidden_feedback tak",
        ),
        (
            "packages = 'numpy'",
            "used: it has packages = 'numpy'; packages takes a list in brackets",
        ),
        ("name = ''", "used: it has name = ''; name must not be empty"),
        ("version = 1.0", "used: it has version = 1.0; version takes text in quotes"),
        ("version = 2020-01-01", "used: it has version = 2020-01-01; version takes"),
        (f'name = "x"\n{ONE}{ONE}', "used: the exercise 'a' is listed twice; give each exercise a"),
        ('name = "x"\n[[exercise]]\nname = "a-b"', "used: the exercise 'a-b' is not the name of"),
        ('name = "x"\n[[exercise]]\nname = "../b"', "used: the exercise '../b' is not the name of"),
        ('name = "x"\n[[exercise]]\nname = "class"', "used: the exercise 'class' is not the name"),
        ("name = x", "read: Invalid value (at line 1, column 8)"),
    ],
)
def test_what_is_wrong_is_one_line(text: str, message: str, tmp_path: Path) -> None:
    """It names the key, and the nearest right one or what the key takes."""
    assert refusal(tmp_path, text).startswith(message)


def test_a_manifest_that_is_missing_or_not_text_is_one_line(tmp_path: Path) -> None:
    """As for one that is not TOML."""
    path = tmp_path / "course.toml"
    with pytest.raises(
        CourseError, match=r"the course .*course\.toml does not exist; name the folder"
    ):
        load_course(path)
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(CourseError, match=r"cannot be read: .*utf-8"):
        load_course(path)


VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(-5, 5), st.floats(-2, 2).map(repr), st.text(max_size=3)),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)
KEYS = st.sampled_from(
    "name title version packages slip_credit limits exercise homework examples verzion".split()
)


def as_toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(as_toml, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value!a}"' if isinstance(value, str) else str(value)


@given(st.dictionaries(KEYS, VALUES, max_size=4), st.booleans())
def test_any_table_is_a_course_or_one_line(table: dict[str, Any], whole: bool) -> None:
    """There is never a traceback."""
    text = "\n".join(f"{key} = {as_toml(value)}" for key, value in table.items())
    if whole and "exercise" not in table:
        text += f"\n{ONE}"
    with TemporaryDirectory() as folder:
        try:
            course = load(Path(folder), text)
        except CourseError as error:
            found = str(error)
        else:
            found = course.title
    assert "\n" not in found.strip()


PAGE = ROOT / "docs" / "reference" / "course-toml.md"
TABLES: dict[str, type[msgspec.Struct]] = {
    "": _Manifest,
    "[[exercise]]": Exercise,
    "[limits]": Limits,
    "[[homework]]": Homework,
    "[examples]": ExampleRules,
    "[[leak]]": Leak,
}
# What is told by other words than the value of the default.
IN_WORDS = ("from the name", "see below", "none")


def read_tables(page: str) -> dict[str, dict[str, str]]:
    """Return the defaults that the page shows, by key and table."""
    tables: dict[str, dict[str, str]] = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if cells[1:2] == ["default"]:
            place = cells[0].removeprefix("key").removeprefix(" in ").strip("`")
            rows = tables[place] = {}
        elif line.startswith("| `") and tables:
            rows[cells[0].strip("`")] = cells[1].strip("`")
    return tables


def test_the_page_has_every_key_with_its_default() -> None:
    """If you add a key, describe it in the tables of the page."""
    tables = read_tables(PAGE.read_text(encoding="utf-8"))
    assert tables.keys() == TABLES.keys()
    # Where a manifest has no limits of time at all.
    without = {"call_cpu_s": 1.0, "load_cpu_s": 4.0}
    for place, kind in TABLES.items():
        fields = {one.name: one for one in msgspec.structs.fields(kind)}
        fields.pop("withheld", None)  # kits have it
        shown = tables[place]
        assert shown.keys() == fields.keys(), place
        for key, default in shown.items():
            assert (default == "required") == fields[key].required, key
            if default == "required":
                continue
            made = fields[key].default_factory
            value = without.get(key, fields[key].default if made is msgspec.NODEFAULT else made())
            if default in IN_WORDS:
                assert not value or isinstance(value, msgspec.Struct), key
            else:
                shown_value = tomllib.loads(f"x = {default}")["x"]
                assert shown_value == (list(value) if isinstance(value, tuple) else value), key


def collect(folder: Path) -> None:
    with Grader(load_course(folder / "course.toml")) as grader:
        grader.collected_checks()


MISSING: list[tuple[str, Callable[[Path], object], str]] = [
    (
        "suites",
        collect,
        "the suite {folder}/suites/numbers/test_numbers.py does not exist; write it",
    ),
    (
        "suites/numbers/test_numbers.py",
        collect,
        "the suite {folder}/suites/numbers/test_numbers.py does not exist; write it",
    ),
    (
        "solutions/numbers.py",
        lambda folder: outdated_stubs(load_course(folder / "course.toml"), folder / "solutions"),
        "{folder}/solutions/numbers.py does not exist; write it: the stub is made from it",
    ),
    (
        "exercises/numbers.py",
        lambda folder: Verification(
            load_course(folder / "course.toml"), folder / "solutions", seeds=1
        ),
        "{folder}/exercises/numbers.py does not exist; make it with `",
    ),
    (
        "exercises/numbers.py",
        lambda folder: read_stub_file(load_course(folder / "course.toml"), "numbers.py"),
        "{folder}/exercises/numbers.py does not exist; make it with `",
    ),
]


@pytest.mark.parametrize(("path", "use", "message"), MISSING)
def test_what_is_missing_is_to_be_made(
    path: str, use: Callable[[Path], object], message: str, tmp_path: Path
) -> None:
    """The line names the file, and shows what to do."""
    folder = write_small_course(tmp_path.resolve() / "course").parent
    gone = folder / path
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    with pytest.raises(CourseError, match=re.escape(message.format(folder=folder))):
        use(folder)
