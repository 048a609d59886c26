"""A function of the stub is put back, and every other byte stays."""

from __future__ import annotations

import ast
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.submissions.restore import restore_function

STUB = 'def f(z):\n    """Return Φ."""\n    raise NotImplementedError'
# Parts of a module, none of which gives `f` a value.
OTHERS = st.lists(
    st.sampled_from(
        [
            b"import numpy as np\n",
            b"# a comment\n",
            b"\n",
            b"\x0c\n",
            b"x = [f for f in ()]\n",
            b"def g(z):\n    f = 1\n    return '''\ndef f(): a text\n'''\n",
            b"class K:\n    def f(self):\n        return 'a\\d'\n",
            b"if True:\n\ty = 1; z = 2\n",
        ]
    ),
    max_size=5,
).map(b"".join)
OWN = st.sampled_from(
    [
        b"def f(z): return 1; g = 2  # one line\n",
        b"def f(z):\n    return 1\n    # the end\n\n    # of it\n",
        b"@staticmethod\n@(lambda f: f)\nasync def f(\n    z,\n):\n\n    return '''\nx\n'''\n",
        b"class f:\n    pass\n",
    ]
)


@given(
    before=OTHERS,
    own=OWN,
    after=OTHERS,
    ending=st.sampled_from([b"\n", b"\r\n"]),
    bom=st.booleans(),
)
def test_only_the_function_is_replaced(
    before: bytes, own: bytes, after: bytes, ending: bytes, bom: bool
) -> None:
    """Whatever is around it, with any line endings and a mark at the beginning."""
    mark = codecs.BOM_UTF8 if bom else b""
    before, own, after = (part.replace(b"\n", ending) for part in (before, own, after))
    stub = STUB.encode().replace(b"\n", ending) + ending
    content = mark + before + own + after
    assert restore_function(content, "f", STUB) == mark + before + stub + after
    # A second time there is nothing to do.
    assert restore_function(mark + before + stub + after, "f", STUB) == mark + before + stub + after


@given(before=OTHERS, after=OTHERS, own=OWN)
def test_the_later_of_two_definitions_is_replaced(before: bytes, after: bytes, own: bytes) -> None:
    """It is the one that Python takes."""
    restored = restore_function(own + before + own + after, "f", STUB)
    assert restored == own + before + STUB.encode() + b"\n" + after


@pytest.mark.parametrize("content", [b"", b"x = 1", b"x = 1\n", b"def g():\n    pass  # end"])
def test_a_function_that_is_not_there_is_added_at_the_end(content: bytes) -> None:
    """After everything that there is."""
    restored = restore_function(content, "f", STUB)
    assert restored.startswith(content)
    assert restored.endswith(b"\n\n" + STUB.encode() + b"\n")
    assert ast.dump(ast.parse(restored).body[-1]) == ast.dump(ast.parse(STUB).body[0])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x = 1\ndef f(z:\n    pass\n", "line 2"),
        (b"\x00", "."),
        (b"# coding: nothing\n", "encoding"),
        (b"def f():\n    pass\n\xff\n", "."),
        (b"-" * 100_000 + b"1", "."),
        (b"def f():\n    pass\nf = len\n", "line 3 defines f in another way"),
        (b"import numpy as f\n", "line 1 defines f"),
        (b"try:\n    x = 1\nexcept ValueError:\n    def f(): pass\n", "line 4 defines f"),
        (b"# coding: latin-1\ndef f(): pass\n", "save it as UTF-8"),
    ],
)
def test_what_cannot_be_changed_safely_is_refused(content: bytes, reason: str) -> None:
    """With the line, where there is one."""
    with pytest.raises(SubmissionError, match=reason) as caught:
        restore_function(content, "f", STUB)
    assert "\n" not in str(caught.value)
    assert str(caught.value)


def test_the_encoding_of_the_module_is_kept() -> None:
    """What it declares, for the stub's characters too."""
    content = "# coding: cp1253\nx = 'Φ'\ndef f(): pass\n".encode("cp1253")
    restored = restore_function(content, "f", STUB)
    assert restored.decode("cp1253") == f"# coding: cp1253\nx = 'Φ'\n{STUB}\n"
