"""IPython's additions become Python, line by line."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager
from support.handins import HAND_INS

from grader.sandbox.worker.magics import translate_cell, translate_file

LINES = [
    ("%matplotlib inline", "pass"),
    ("    %matplotlib inline\n    x = 1", "pass\nx = 1"),
    ("if x:\n    !ls\n    y = 1", "if x:\n    pass\n    y = 1"),
    ("!pip install \\\n    numpy \\\n    scipy\nx = 1", "pass\n\n\nx = 1"),
    ("!echo 'don't\nx = 1", "pass\nx = 1"),
    ("x = !ls", "x = get_ipython().getoutput('ls')"),
    ("a, b[0] = %pwd", "a, b[0] = get_ipython().getoutput('pwd')"),
    ("x = %time f(3)", "x = f(3)"),
    ("%time x = f(3)", "x = f(3)"),
    ("%timeit -n 3 -r2 f(3)", "f(3)"),
    ("%time not python at all", "pass"),
    ("%time", "pass"),
    ("?x\nx?\nx.y??\nf(3)?", "pass\npass\npass\npass"),
    ("%run utils.ipynb", "from utils import *"),
    ("%run -i ./lib/more.py --x 3", "from lib.more import *"),
    ("pip install numpy\nconda install -y x", "pass\npass"),
    ("ls -l\ncd ..\ncat a.txt", "pass\npass\npass"),
    ("%%time\nx = 1", "\nx = 1"),
    ("\n%%capture out\n%matplotlib inline\nx = 1", "\n\npass\nx = 1"),
    ("# a title\n%%time\nx = 1", "# a title\npass\nx = 1"),
    (">>> x = 1\n>>> def f():\n...     return x", "x = 1\ndef f():\n    return x"),
    ("In [1]: x = 1\n   ...: y = 2", "x = 1\ny = 2"),
]


@pytest.mark.parametrize(("cell", "python"), LINES)
def test_what_only_ipython_understands_becomes_python(cell: str, python: str) -> None:
    """Each kind of line, inside blocks and over several lines too."""
    assert translate_cell(cell).text == python


@pytest.mark.parametrize(
    "text",
    [
        "x = (7\n  % 4)",
        "x = 7 \\\n  % 4",
        "x = [\n  '''\n  ''' \n  % 4, (2\n  % 3)\n]",
        "s = '''\n%time x\n!ls\nx?\n'''",
        's = """it\'s (\n%cd ..\n"""',
        "s = 'a\\\n%b'",
        "x %= 3\nx = y % 3\nx != y\na == b\nf(x=3)",
        "# what is this?\nx = 1  # really?",
        "ls = [1]\nls.append(2)\ncat = ls\nls == cat",
        "def f(x):\n    '''Is it?'''\n    return x",
        "lambda x: x",
        "{'a': 1}['a']",
    ],
)
def test_python_stays_as_it_is(text: str) -> None:
    """An operator, a string or a comment is not a magic."""
    ast.parse(text)
    assert translate_cell(text).text == text


@pytest.mark.parametrize(
    "magic", ["bash", "html", "writefile a.txt", "latex", "python3", "R -i x", "!"]
)
def test_another_language_is_dropped_and_named(magic: str) -> None:
    """The cell becomes empty lines."""
    found = translate_cell(f"%%{magic}\nrm -rf x\nmore")
    assert found.text == "\n\n"
    assert found.dropped == (f"%%{magic}",)


def test_a_written_file_is_kept() -> None:
    """A later cell may import it."""
    found = translate_cell("%%writefile -a utils.py\nx = 1\ny = 2")
    assert found.written == (("utils.py", "x = 1\ny = 2", True),)
    assert translate_cell("%%file u.py\nx = 1").written == (("u.py", "x = 1", False),)


def test_a_cell_magic_in_a_file_reaches_to_the_next_cell() -> None:
    """As VS Code and Spyder write cells into a file."""
    text = "# %%\n%%time\nx = 1\n# %% [markdown]\n# text\n#%%\n%%bash\nls -l\n# In[3]:\ny = 2\n"
    found = translate_file(text)
    assert [line for line in found.text.split("\n") if line and line[0] != "#"] == [
        "x = 1",
        "y = 2",
    ]
    assert found.dropped == ("%%bash",)


BARE = ["pip install numpy\nconda install -y x", "ls -l\ncd ..\ncat a.txt"]
PIECES = [
    *(cell for cell, _ in LINES),
    "x = (1,\n 2)",
    "def f():\n    return 1",
    "'''a\nb'''",
    "y = 'it is 100%'",
    "# done?",
]


@given(st.lists(st.sampled_from([p for p in PIECES if p[0] not in " >I\n%#"]), max_size=6))
def test_lines_keep_their_numbers_and_parse_where_ipython_parses(pieces: list[str]) -> None:
    """Cells made of any of these are Python exactly where IPython makes Python of them."""
    cell = "\n".join(pieces)
    text = translate_cell(cell).text
    assert text.count("\n") == cell.count("\n")
    ast.parse(text)
    # IPython finds magics without % only while it runs, and no help about a call.
    asked = "\n".join(p for p in pieces if p not in BARE).replace("f(3)?", "f?")
    ast.parse(TransformerManager().transform_cell(asked))


@given(st.text(alphabet="%!?=\\\n ()'\"#abx1[]{}\t\r", max_size=80))
def test_any_text_keeps_its_lines(text: str) -> None:
    """Nothing is raised, and no line moves."""
    assert translate_cell(text).text.count("\n") == text.count("\n")
    assert translate_file(text).text.count("\n") == text.count("\n")


@pytest.mark.parametrize("hand_in", HAND_INS, ids=lambda hand_in: hand_in.name)
def test_what_ipython_can_parse_can_be_parsed_here(hand_in: object) -> None:
    """The corpus of notebooks, cell by cell."""
    for cell in hand_in.cells:  # type: ignore[attr-defined]
        try:
            ast.parse(TransformerManager().transform_cell(cell))
        except SyntaxError:
            continue
        compile(translate_cell(cell).text, "cell", "exec", ast.PyCF_ONLY_AST)
