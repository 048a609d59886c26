"""Lines that give a call its input and its files again, and that run a program."""

from __future__ import annotations

from collections.abc import Iterator

from grader.sandbox.calls import Call


def write_given(call: Call) -> Iterator[str]:
    """Yield lines that give what a call was given beside its arguments."""
    if call.given_files:
        yield "from pathlib import Path"
    for name, data in call.given_files.items():
        folder = name.rpartition("/")[0]
        if folder:
            yield f"Path({folder!r}).mkdir(parents=True, exist_ok=True)"
        yield f"Path({name!r}).write_bytes({_write_bytes(data)})"
    if call.given_input is not None:
        yield "import io, sys"
        yield f"sys.stdin = io.StringIO({call.given_input!r})"


def write_run(call: Call) -> Iterator[str]:
    """Yield lines that run a program as it was run, or nothing for a notebook."""
    if call.name.endswith(".ipynb"):
        return
    yield from write_given(call)
    yield "import runpy"
    yield f"sys.argv = {[call.name, *(call.arguments or ())]!r}"
    yield f"_ = runpy.run_path({call.name!r}, run_name='__main__')"


def _write_bytes(data: bytes) -> str:
    try:
        return f"{data.decode()!r}.encode()"
    except UnicodeDecodeError:
        return repr(data)
