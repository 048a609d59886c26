"""Put one function of a stub back into a student's module, and change nothing else."""

from __future__ import annotations

from pathlib import Path

from grader.course.cutting import first_line
from grader.errors import SubmissionError
from grader.submissions.source_text import Definition, Edit, find_bindings, read_module

# No module of a course is nearly as long.
_MAX_FILE = 2**20


def read_own(file: Path, limit: int = _MAX_FILE) -> bytes:
    """Return the content of a student's file that is to be changed.

    Raises
    ------
    SubmissionError
        If it cannot be read, or has more bytes than the limit.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(limit + 1)
    except OSError as error:
        raise SubmissionError(f"{file} cannot be read: {error.strerror}") from error
    if len(content) > limit:
        raise SubmissionError(f"{file} is larger than {limit // 2**20} MiB; change it by hand")
    return content


def restore_function(content: bytes, name: str, stub: str) -> bytes:
    """Return a module with the function of its stub in place of the student's.

    Where a name is defined twice, the later one counts and is replaced. A module without the
    function gets it at the end. Encoding and line endings are those of the module.

    Parameters
    ----------
    content : bytes
        The module.
    name : str
        The function, or the class.
    stub : str
        Its source in the stub.

    Raises
    ------
    SubmissionError
        If the module cannot be parsed, or sets the name in another way.
    """
    module = read_module(content)
    source = module.source
    new = "\n".join(stub.splitlines()) + "\n"
    found = max(find_bindings(source.body, name), key=lambda node: node.lineno, default=None)
    if found is None:
        gap = "\n" if source.lines[-1] else ""
        end = len(source.text)
        return module.encode(source.edited([Edit(end, end, f"{gap}\n\n{new}")]))
    if not isinstance(found, Definition) or found not in source.body:
        raise SubmissionError(
            f"line {found.lineno} defines {name} in another way than the stub; "
            "remove that by hand, and reset again"
        )
    start = source.start_of_line(first_line(found))
    return module.encode(
        source.edited([Edit(start, source.start_of_line(source.after(found)), new)])
    )
