"""Changes of a course's notebook are brought into a student's, cell by cell."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.submissions.updating.notebook import merge_notebook

F = 'def f(z):\n    """Return f."""\n    raise NotImplementedError'
G = 'def g(z):\n    """Return g."""\n    raise NotImplementedError'
P = "def p(z):\n    return z + 1"


def text(identity: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": identity, "metadata": {}, "source": lines(source)}


def code(identity: str, source: str, **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": identity,
        "metadata": metadata,
        "outputs": [],
        "source": lines(source),
    }


def lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)


STUB = [
    text("intro", "# A notebook\n\nWords.\n\nMore words."),
    code("setup", "import math\n\nimport numpy as np"),
    code("tools", "def attempt():\n    return 1", jupyter={"source_hidden": True}),
    text("p text", "## Provided: `p`"),
    code("p", P),
    text("f text", "## `f`"),
    code("f helpers", "# Write helpers here."),
    code("f", F),
    code("f examples", "with attempt():\n    compare(f(1), 1)"),
    text("g text", "## `g`"),
    code("g", G),
    code("grade", 'grade("a.ipynb", "a")', tags=["grade"]),
]


def write(cells: list[dict[str, Any]], **more: Any) -> bytes:
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def changed(cells: list[dict[str, Any]], **sources: str | None) -> list[dict[str, Any]]:
    """Return cells with other sources, or without those that are None."""
    names = {name.replace("_", " "): source for name, source in sources.items()}
    done = copy.deepcopy([cell for cell in cells if names.get(cell["id"], "") is not None])
    for cell in done:
        if cell["id"] in names:
            cell["source"] = lines(names[cell["id"]] or "")
    return done


def merge(
    mine: list[dict[str, Any]],
    theirs: list[dict[str, Any]],
    base: list[dict[str, Any]] | None = STUB,
) -> tuple[dict[str, str], list[str]]:
    """Return the cells' sources by id in their order, and what is reported."""
    done = merge_notebook(write(mine), None if base is None else write(base), write(theirs))
    again = merge_notebook(done.content, write(theirs), write(theirs))
    assert again.content == done.content
    assert not any(change.done for change in again.changes)
    cells = json.loads(done.content)["cells"]
    told = [f"{one.name}: {'' if one.done else 'left: '}{one.text}" for one in done.changes]
    return {cell["id"]: "".join(cell["source"]) for cell in cells}, told


def sources(cells: list[dict[str, Any]]) -> dict[str, str]:
    return {cell["id"]: "".join(cell["source"]) for cell in cells}


MINE = "def f(z):\n    x = z\n    return x"
NEW = {
    "f": F.replace("Return f.", "Return f of z."),
    "intro": "# A notebook\n\nBetter words.\n\nMore words.",
    "f_examples": "with attempt():\n    compare(f(2), 2)",
    "p": P.replace("1", "2"),
    "tools": "def attempt():\n    return 2",
    "setup": "import math\nimport os\n\nimport numpy as np",
    "grade": 'grade("a.ipynb", "a", course="../..")',
}


def test_changed_cells_are_replaced_and_written_functions_stay() -> None:
    """With their outputs, in the student's order, with the student's cells between."""
    mine = changed(STUB, f=F.replace("raise NotImplementedError", "return z"))
    own = code("own", "%matplotlib inline\nx = !ls\n")
    mine.insert(8, own)
    mine[7]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["hi\n"]}]
    mine[7]["execution_count"] = 3
    mine.insert(0, mine.pop())  # the grading cell first
    theirs = changed(STUB, **NEW)
    done = merge_notebook(write(mine), write(STUB), write(theirs))
    cells = json.loads(done.content)["cells"]
    assert [c["id"] for c in cells] == [c["id"] for c in mine]
    expected = sources(theirs) | {"own": "%matplotlib inline\nx = !ls\n"}
    expected["f"] = NEW["f"].replace("raise NotImplementedError", "return z")
    assert sources(cells) == expected
    (f,) = (c for c in cells if c["id"] == "f")
    assert (f["outputs"], f["execution_count"]) == (mine[8]["outputs"], 3)
    assert [f"{c.name}: {c.text}" for c in done.changes] == [
        "introduction: new text",
        "the module: new `import os`",
        "introduction: new code",
        "p: new provided code",
        "f: new docstring",
        "f: new examples",
        "g: new grading cell",
    ]


def test_what_the_course_did_not_change_stays() -> None:
    """Texts, examples and helpers of the student, cells that were removed, and the bytes."""
    mine = changed(
        STUB,
        intro="Mine.",
        f_helpers="def h(): pass",
        f_examples="print(f(1))",
        g_text=None,
        f="def f(z): return h()",
    )
    assert merge(mine, STUB) == (sources(mine), [])
    content = write(mine).replace(b"\n", b"\r\n")
    assert merge_notebook(content, write(STUB), write(STUB)).content == content


def test_changes_of_both_sides_to_a_text_are_merged() -> None:
    """Line by line; where that cannot be done, the new text is taken, and that is said."""
    mine = changed(STUB, intro="# A notebook\n\nWords.\n\nMore words.\n\nMine.")
    theirs = changed(STUB, intro=NEW["intro"])
    merged, told = merge(mine, theirs)
    assert merged["intro"] == NEW["intro"] + "\n\nMine."
    assert told == ["introduction: new text, beside your changes"]
    mine = changed(STUB, intro="All mine.")
    merged, told = merge(mine, theirs)
    assert merged["intro"] == NEW["intro"]
    assert told == ["introduction: new text instead of yours"]


def test_new_cells_are_inserted_at_their_place() -> None:
    """After the cell that precedes them in the course's notebook."""
    new = code("h", "def h(z):\n    raise NotImplementedError")
    theirs = [*STUB[:9], text("h text", "## `h`\n\nNew."), new, *STUB[9:]]
    mine = [*STUB[:9], code("own", "1 + 1"), *STUB[9:]]
    merged, told = merge(mine, theirs)
    order = list(merged)
    assert order[8:12] == ["f examples", "h text", "h", "own"]
    assert told == ["h: new text", "h: new, for you to write"]


def test_cells_that_the_course_removed_are_removed_only_if_they_are_untouched() -> None:
    """A written function stays, and provided code, which the student may use."""
    theirs = [c for c in STUB if c["id"] not in ("g text", "g", "p", "f examples")]
    merged, told = merge(STUB, theirs)
    assert list(merged) == [c["id"] for c in STUB if c["id"] not in ("g text", "g", "f examples")]
    assert "p: left: no longer in the notebook; your version stays" in told
    assert "g: no longer part of the exercise; its stub is removed" in told
    mine = changed(STUB, g="def g(z):\n    return 2")
    merged, told = merge(mine, theirs)
    assert merged["g"] == "def g(z):\n    return 2"
    assert "g: left: no longer in the notebook; your version stays" in told


def test_a_function_is_found_in_another_cell() -> None:
    """Where a student has moved it; a cell that was deleted comes back with its function only."""
    mine = changed(STUB, f=None, f_examples=None)
    mine.append(code("own", F.replace("raise NotImplementedError", "return 1") + "\n\ny = f(2)"))
    theirs = changed(STUB, f=NEW["f"])
    merged, told = merge(mine, theirs)
    assert "f" not in merged
    assert "Return f of z." in merged["own"]
    assert merged["own"].endswith("return 1\n\ny = f(2)")
    assert told == ["f: new docstring"]
    merged, told = merge(changed(STUB, f=None), theirs)
    assert merged["f"] == NEW["f"]
    assert told == ["f: was missing; its stub is there again"]


def test_a_cell_that_is_not_python_is_left() -> None:
    """With its function's name; the others are updated."""
    mine = changed(STUB, f="def f(z:\n", g=G)
    theirs = changed(STUB, f=NEW["f"], g=G.replace("Return g.", "The g."))
    merged, told = merge(mine, theirs)
    assert merged["f"] == "def f(z:\n"
    assert told == ["f: left: its cell is not Python; change it by hand", "g: new docstring"]


def test_magics_are_kept() -> None:
    """In the cell of a function."""
    mine = changed(STUB, f="%%time\n" + F.replace("raise NotImplementedError", "return z"))
    merged, _ = merge(mine, changed(STUB, f=NEW["f"]))
    assert merged["f"].startswith('%%time\ndef f(z):\n    """Return f of z."""\n    return z')


def test_without_the_old_notebook_texts_are_replaced_and_code_of_the_student_stays() -> None:
    """Helpers, bodies, and provided code that differs."""
    mine = changed(STUB, f="def f(z):\n    return h()", f_helpers="def h(): pass", p="p = 1")
    merged, told = merge(mine, changed(STUB, **NEW), None)
    assert merged["f"] == "def f(z):\n    return h()"
    assert merged["f helpers"] == "def h(): pass"
    assert merged["p"] == "p = 1"
    for name in ("intro", "tools", "setup", "grade"):
        assert merged[name] == NEW[name]
    assert "f: left: it has no docstring, so none is added" in told


def test_a_notebook_without_ids_is_refused() -> None:
    """With what to do; Colab keeps the ids in the metadata of cells, which is enough."""
    mine = changed(STUB)
    for cell in mine:
        cell["metadata"]["id"] = cell.pop("id")
    done = merge_notebook(write(mine, nbformat_minor=0), None, write(changed(STUB, f=NEW["f"])))
    assert b"Return f of z." in done.content
    for cell in mine:
        del cell["metadata"]["id"]
    with pytest.raises(SubmissionError, match="lost their ids"):
        merge_notebook(write(mine, nbformat_minor=0), None, write(STUB))


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"cells": 1, "nbformat": 4}', b"\xff"]
)
def test_what_is_not_a_notebook_is_refused(content: bytes) -> None:
    """In one line."""
    with pytest.raises(SubmissionError) as caught:
        merge_notebook(content, None, write(STUB))
    assert "\n" not in str(caught.value)


def test_the_layout_of_the_file_stays() -> None:
    """A mark at the beginning, the indentation, sources as one text, NaN, half a pair."""
    mine = changed(STUB)
    mine[1]["source"] = "".join(mine[1]["source"])
    mine[1]["outputs"] = [{"output_type": "display_data", "data": {"x": float("nan")}}]
    content = json.dumps({"cells": mine, "metadata": {"y": "\ud800"}, "nbformat": 4}, indent=4)
    theirs = write(changed(STUB, setup=NEW["setup"]))
    done = merge_notebook(b"\xef\xbb\xbf" + content.encode(), write(STUB), theirs).content
    expected = content.replace("import math\\n\\n", "import math\\nimport os\\n\\n")
    assert done == b"\xef\xbb\xbf" + expected.encode()


STUDENT = {
    "f": ["def f(z):\n    return 'mine'", "x_mine = 1\n" + F, None, "# nothing", "def f(:"],
    "f_helpers": ["def h_mine(): pass", "# Mine.", None],
    "f_examples": ["print('mine')", None],
    "intro": ["# Mine", None],
    "setup": ["import math, sys", None],
    "p": ["def p(z):\n    return 'mine'", None],
    "g": ["%timeit 1\n" + G, 'def g(z):\n    """Mine."""\n    raise NotImplementedError'],
}
COURSE: dict[str, list[str | None]] = {
    **{name: [source] for name, source in NEW.items()},
    "g": [None, G.replace("(z)", "(z, y=1)")],
    "f_helpers": ["# Better: write helpers here."],
}


def edits(choices: Any) -> st.SearchStrategy[Any]:
    names = st.sampled_from(sorted(choices))
    pairs = names.flatmap(lambda n: st.tuples(st.just(n), st.sampled_from(choices[n])))
    return st.lists(pairs, max_size=5).map(dict)


@given(edits(STUDENT), edits(COURSE), st.booleans())
def test_no_cell_of_code_of_the_students_is_lost(mine: Any, theirs: Any, known: bool) -> None:
    """Of functions, helpers and own cells; a second run changes nothing, as `merge` asserts."""
    own = [*changed(STUB, **mine), code("own", "z = 'mine own'")]
    merged, _ = merge(own, changed(STUB, **theirs), STUB if known else None)
    assert merged["own"] == "z = 'mine own'"
    assert list(dict.fromkeys(merged)) == list(merged)
    whole = "\n".join(merged.values())
    for name in ("f", "f_helpers", "p", "setup"):
        for line in (mine.get(name) or "").splitlines():
            if "mine" in line or "sys" in line or "(:" in line:
                assert line in whole
