"""What a host may say: the forms of its replies, and nothing beside them.

The trusted side decodes every reply into one of these. A tampered host can fill the fields
as it likes; it cannot choose their types.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

_Line = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
_Size = Annotated[int, msgspec.Meta(ge=0, le=2**50)]
# Longer lists are refused before they are built.
MAX_LISTED = 1_000
_Texts = Annotated[list[str], msgspec.Meta(max_length=MAX_LISTED)]
_Keys = Annotated[list[int | str], msgspec.Meta(max_length=MAX_LISTED)]


class ErrorReply(msgspec.Struct):
    """An exception of the student's, or a warning that their code caused.

    Parameters
    ----------
    type, text : str
        Its class's name, which a warning leaves empty, and what it says.
    line, code : int, str
        The last line of the student's file that it passed through; 0 where none.
    cell : str
        Which cell of a notebook that is, or an empty string.
    unavailable : bool
        Whether a package was used that the grader does not have.
    untouched : bool
        Whether the function that was called is a stub, with no code of the student's.
    """

    type: str
    text: str
    line: _Line = 0
    code: str = ""
    cell: str = ""
    unavailable: bool = False
    untouched: bool = False


class LoadReply(msgspec.Struct):
    """How a module could be imported, and which of the functions asked for it defines."""

    state: Literal["loaded", "failed"]
    defined: _Texts = []
    notes: _Texts = []
    error: ErrorReply | None = None


class CallReply(msgspec.Struct):
    """What a call did.

    Parameters
    ----------
    state : str
        What came of it.
    value : bytes
        What it returned, packed.
    size : int
        How long that would have been, where it was too large to send.
    modified : list of int or str
        Places and keywords of the arguments that changed.
    printed : str
        The beginning of what it printed.
    warned : list of ErrorReply
        The first RuntimeWarnings, and where they arose.
    error : ErrorReply or None
        What it raised; of a missing function, what there is instead.
    """

    state: Literal["returned", "raised", "missing", "too_large"]
    value: bytes = b""
    size: _Size = 0
    modified: _Keys = []
    printed: str = ""
    warned: Annotated[list[ErrorReply], msgspec.Meta(max_length=MAX_LISTED)] = []
    error: ErrorReply | None = None
