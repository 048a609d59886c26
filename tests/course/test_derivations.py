"""The pages that derive the functions: in the course, beside stubs, in kits, and in hand-ins."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.courses import make_stubs, write_small_course
from support.downloads import RIGHT, Files, write_files, zipped
from support.here import grade_here
from support.running import assert_one_line

from grader.batch.classes import ClassOptions, find_submissions
from grader.course.derivations import DERIVATIONS, add_links, find_links, find_pages
from grader.course.functions import read_functions
from grader.course.manifest import load_course
from grader.course.stubs import make_stub
from grader.records import Course
from grader.release.kit import STUBS, make_kit
from grader.submissions.reader import read_submission

ROOT = Path(__file__).resolve().parents[2]
LINK = "derivations/words.html#f"
IN_STUB = re.compile(r"^ {4}Derivation: (\S+)#(\w+)$", re.MULTILINE)
IN_NOTEBOOK = re.compile(r"\[Derivation\]\((\S+)#(\w+)\)")


def links_in(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the page and the place that each stub and notebook in a folder links to."""
    for file in [*folder.rglob("*.py"), *folder.rglob("*.ipynb")]:
        is_module = file.suffix == ".py"
        # The hidden copies are of the files beside them.
        base = file.parent if ".stubs" not in file.parts else folder
        if ".stubs" in file.parts and file.parent.name == "notebooks":
            base = folder / "notebooks"
        for page, place in (IN_STUB if is_module else IN_NOTEBOOK).findall(file.read_text("utf-8")):
            yield (base / page).resolve(), place


def assert_links_lead_to_places(folder: Path, count: int) -> None:
    found = list(links_in(folder))
    assert len(found) == count
    for page, place in found:
        assert f' id="{place}"' in page.read_text(encoding="utf-8"), page


def test_every_function_of_the_course_is_derived(course: Course) -> None:
    """Each has a place in its module's page, and its stub and notebook name it."""
    for exercise in course.exercises:
        names = {one.name for one in read_functions(course, exercise)}
        assert find_links(course, exercise.name).keys() >= names
    functions = [f for e in course.exercises for f in read_functions(course, e)]
    # The one that is provided has a link in its notebook alone.
    assert_links_lead_to_places(ROOT / "exercises", 2 * len(functions) - 1)


def test_a_page_needs_no_other_file_and_no_network(course: Course) -> None:
    """Students open it from the disk."""
    for page in find_pages(course).values():
        text = page.read_text(encoding="utf-8")
        assert set(re.findall(r'(?:src|href)="(.)', text)) <= {"#"}
        assert re.findall(r"url\(.(\w+:)", text) == ["data:"]
        assert "<script" not in text


@pytest.mark.parametrize(
    "docstring",
    [
        '"""Return x."""',
        "'''Return x.'''",
        '"Return x."',
        "'Return \"x\".'",
        'r"""Return \\d."""',
        '"""Return é.\n\n    More.\n    """',
        '"""Return "x" ."""',
        '"Return \\"x\\"."',
    ],
)
def test_a_docstring_gets_one_line(docstring: str) -> None:
    """At its end, however it is written; the rest stays, and so does the code."""
    solution = f"def f(x):\n    {docstring}\n    return x  # é\n\n\ndef g(x):\n    '''No.'''\n"
    old, new = ast.parse(solution), ast.parse(add_links(solution, {"f": LINK}))
    before, after = (ast.get_docstring(tree.body[0], clean=True) for tree in (old, new))  # type: ignore[arg-type]
    assert after == f"{before}\n\nDerivation: {LINK}"
    del old.body[0].body[0], new.body[0].body[0]  # type: ignore[attr-defined]
    assert ast.dump(old) == ast.dump(new)
    assert f"Derivation: {LINK}\n    " in make_stub(add_links(solution, {"f": LINK}))


@given(st.text(), st.sampled_from(['"""', "'''", '"', "'"]))
def test_any_docstring_stays_valid(text: str, quotes: str) -> None:
    """What the text has been is in it still, or it is left as it was."""
    escaped = text.encode("unicode_escape").decode().replace("'", "\\'").replace('"', '\\"')
    solution = f"def f(x):\n    {quotes}{escaped}{quotes}\n    return x\n"
    old = ast.get_docstring(ast.parse(solution).body[0], clean=False)  # type: ignore[arg-type]
    assert old == text
    new = ast.get_docstring(ast.parse(add_links(solution, {"f": LINK})).body[0], clean=False)  # type: ignore[arg-type]
    assert new == f"{escaped.rstrip()}\n\n    Derivation: {LINK}\n    ".encode().decode(
        "unicode_escape"
    )


@pytest.mark.parametrize(
    "solution",
    [
        'def f(x):\n    "Return " "x."\n    return x\n',
        "def f(x):\n    return x\n",
        '# provided\ndef f(x):\n    """Return x."""\n    return x\n',
        'def g(x):\n    """Return x."""\n    return x\n',
        'f = 1\n"""Text."""\n',
    ],
)
def test_what_has_no_link_stays_as_it_is(solution: str) -> None:
    """A docstring of several literals, none, a provided function, and another name."""
    assert add_links(solution, {"f": LINK}) == solution


def test_an_author_writes_a_page(tmp_path: Path) -> None:
    """Without one nothing changes; then the functions whose names are ids in it get links."""
    course = load_course(write_small_course(tmp_path / "course"))
    (exercise, *_) = course.exercises
    stub = course.stubs / exercise.file_names[0]
    before = stub.read_text(encoding="utf-8")
    first, *others = [one.name for one in read_functions(course, exercise)]
    assert "Derivation" not in before
    page = course.stubs / DERIVATIONS / f"{stub.stem}.html"
    page.parent.mkdir()
    page.write_text(f"<h1 id=top>Page</h1><h2 class='a' id='{first}'>f</h2>", encoding="utf-8")
    make_stubs(tmp_path / "course")
    after = stub.read_text(encoding="utf-8")
    assert IN_STUB.findall(after) == [(f"derivations/{page.name}", first)]
    assert all(one.name in {first, *others} for one in read_functions(course, exercise))
    done = grade_here("init", tmp_path / "work", "--course", tmp_path / "course")
    assert f"{DERIVATIONS} (1 page)" in done.stdout
    assert (tmp_path / "work" / DERIVATIONS / page.name).read_bytes() == page.read_bytes()


@pytest.mark.parametrize("options", [(), ("--notebooks",)])
def test_pages_are_handed_out_beside_the_stubs(
    course: Course, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """Once; with --homework or --exercise those of the chosen ones alone."""
    work = tmp_path / "work"
    done = grade_here("init", work, *options, "--exercise", "losses")
    assert f"written  {work / DERIVATIONS} (1 page)" in done.stdout
    assert [path.name for path in (work / DERIVATIONS).iterdir()] == ["losses.html"]
    (work / DERIVATIONS / "losses.html").write_text("mine")
    done = grade_here("init", work, *options)
    assert f"written  {work / DERIVATIONS} (7 pages)" in done.stdout
    assert (work / DERIVATIONS / "losses.html").read_text() == "mine"
    done = grade_here("init", work, "--update")
    assert "losses.html (a page of the course)" in done.stdout
    assert (work / DERIVATIONS / "losses.html.before").read_text() == "mine"
    assert "Nothing to do" in grade_here("init", work, "--update").stdout
    functions = [f for e in course.exercises for f in read_functions(course, e)]
    provided = bool(options) - 1
    shutil.rmtree(work / ".stubs")
    assert_links_lead_to_places(work, len(functions) + provided)


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    """One line says so, and the file stays."""
    (tmp_path / DERIVATIONS).write_text("mine")
    for options in ((), ("--update",)):
        done = grade_here("init", tmp_path, *options)
        assert done.returncode == 3
        assert str(tmp_path / DERIVATIONS) in done.stderr
        assert_one_line(done.stderr)
    assert (tmp_path / DERIVATIONS).read_text() == "mine"


@pytest.mark.parametrize("ending", [".py", ".ipynb"])
def test_work_that_was_begun_before_there_were_links_gets_them(tmp_path: Path, ending: str) -> None:
    """The student's code stays, and what was not begun is the new stub."""
    work = tmp_path / "work"
    grade_here("init", work, *(["--notebooks"] if ending == ".ipynb" else []))
    begun, fresh = work / f"losses{ending}", work / f"forward{ending}"
    new = begun.read_text(encoding="utf-8")
    shutil.rmtree(work / DERIVATIONS)
    for file in work.glob(f"*{ending}"):
        old = re.sub(r"\n\n    Derivation: .*", "", file.read_text(encoding="utf-8"))
        old = re.sub(r'(,\n    "\\n")?,\n    "\[Derivation\].*"', "", old)
        old = old.replace('\\n",\n    "\\n"\n', '"\n')
        file.write_text(old, encoding="utf-8")
        (work / ".stubs" / file.name).write_text(old, encoding="utf-8")
    assert "Derivation" not in begun.read_text(encoding="utf-8")
    mine = ("raise NotImplementedError", "return 1, 2  # mine")
    begun.write_text(begun.read_text(encoding="utf-8").replace(*mine, 1), encoding="utf-8")
    done = grade_here("init", work, "--update")
    assert "left" not in done.stdout
    assert fresh.read_text(encoding="utf-8").count("Derivation") == 2
    updated = begun.read_text(encoding="utf-8")
    if ending == ".py":
        assert updated == new.replace(*mine, 1)
    else:
        sources = [cell["source"] for cell in json.loads(updated)["cells"]]
        assert sources == [cell["source"] for cell in json.loads(new.replace(*mine, 1))["cells"]]
    assert (work / DERIVATIONS / "losses.html").is_file()


def test_a_kit_has_the_pages_of_its_exercises(course: Course, tmp_path: Path) -> None:
    """No page of another one, and every link in its stubs and notebooks leads somewhere."""
    chosen = course.narrow(("losses", "forward"))
    kit = make_kit(chosen, {}, install="backprop-grader")
    pages = sorted(path.name for path in kit.files if path.suffix == ".html")
    assert pages == ["forward.html", "losses.html"]
    for path, content in kit.pack().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    functions = [f for e in chosen.exercises for f in read_functions(course, e)]
    # Stubs, notebooks, and the hidden copies of both.
    assert_links_lead_to_places(tmp_path / STUBS, 4 * len(functions))
    assert find_pages(load_course(tmp_path / "course.toml")).keys() == {"losses", "forward"}


def test_pages_in_a_hand_in_are_not_mentioned(course: Course, tmp_path: Path) -> None:
    """A folder with them is the same hand-in, also when it is packed or in a class."""
    pages = {
        f"{DERIVATIONS}/{path.name}": path.read_bytes() for path in find_pages(course).values()
    }
    own: Files = {"activations.py": RIGHT, "losses.py": RIGHT}
    write_files(tmp_path / "without", own)
    write_files(tmp_path / "with", {**own, **pages})
    (tmp_path / "packed.zip").write_bytes(zipped({**own, **pages}))
    plain = read_submission(tmp_path / "without", course)
    for name in ("with", "packed.zip"):
        assert read_submission(tmp_path / name, course).notes == plain.notes
    folders = {
        f"{who}/{name}": text for who in ("a", "b") for name, text in {**own, **pages}.items()
    }
    packed = {f"{who}/hw.zip": zipped({**own, **pages}) for who in ("c", "d")}
    write_files(tmp_path / "class", {**folders, **packed})
    (tmp_path / "into").mkdir()
    listing = find_submissions(
        [tmp_path / "class"], course, ClassOptions("auto"), tmp_path / "into"
    )
    assert [one.id for one in listing.submissions] == ["a", "b", "c", "d"]
    assert not listing.left_out
    for one in listing.submissions:
        assert not one.notes
