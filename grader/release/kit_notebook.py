"""A notebook of the kit: its last cells grade with the kit around it, and install its grader."""

from __future__ import annotations

import json
from collections.abc import Iterable

from grader.course.listed import pip_arguments
from grader.course.notebooks import GRADE, GRADING

_GRADING = """\
## Grade it

**Save the notebook** (Ctrl+S, or ⌘S on a Mac), then run the next cell. It grades the saved file
and shows the result here. If the grader of your kit is not installed yet, the cell installs it.
Only your definitions count; examples, figures and experiments may stay.

In Colab, Kaggle and similar services, upload the zip of your kit first and unpack it in a new
cell: `!unzip -q -o kit.zip`, with the name of your zip. There the cell grades the code that you
have run, saved or not."""
_GRADE = """\
{origin}
from importlib.util import find_spec
from pathlib import Path

# The kit is two folders up, or here, or in a folder that is here.
folders = [Path("../.."), Path(), *sorted(Path().glob("*/"))]
kits = [folder for folder in folders if (folder / "suites" / "{name}").is_dir()]
if not kits:
    print("The kit is not here. Upload its zip, run `!unzip -q -o kit.zip` (with its name) in a")
    print("new cell, and then run this cell again.")
else:
    if not find_spec("grader"):
        %pip install --quiet "{install}"{packages}
    from grader.notebook import grade

    display(grade("{name}.ipynb", "{name}", course=kits[0]))"""
_WHEEL = "{next(kits[0].glob('wheels/*.whl'))}"


def point_at_kit(
    notebook: str, name: str, *, install: str, packages: Iterable[str], origin: str
) -> str:
    """Return a module's notebook, as text, whose last cells grade with the kit around it.

    Parameters
    ----------
    install : str
        The grader's requirement for pip; an empty string means the wheel in the kit.
    packages : iterable of str
        The packages that the course lists.
    origin : str
        A comment that names the course.
    """
    # IPython replaces expressions in braces.
    requirement = install.replace("{", "{{").replace("}", "}}") or _WHEEL
    new = {
        GRADING: _GRADING,
        GRADE.format(name=name): _GRADE.format(
            origin=origin,
            name=name,
            install=requirement,
            packages=pip_arguments(packages),
        ),
    }
    content = json.loads(notebook)
    for cell in content["cells"]:
        source = "".join(cell["source"])
        for old in filter(source.endswith, new):
            source = source.removesuffix(old) + new[old]
            cell["source"] = source.splitlines(keepends=True)
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
