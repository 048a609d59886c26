"""A class in which every tenth submission does not end, in one of several ways."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from batch import grade
from classes import append, make_class
from common import CORES, Row, Size

_LOOP = "    while True:\n        pass\n"
# Appended to a module: a function, a helper of several functions, one kind of argument, a sleep,
# and a loop that the import meets.
_WAYS = (
    ("losses", f"def bce(*args):\n{_LOOP}"),
    (
        "activations",
        f"def _look(z):\n{_LOOP}\n"
        + "\n".join(
            f"def {name}(*args):\n    return _look(args)\n"
            for name in ("sigmoid", "relu", "leaky_relu", "gelu", "gelu_prime", "tanh_prime")
        ),
    ),
    (
        "activations",
        "_right = gelu\n\n\ndef gelu(z):\n    while np.ndim(z) == 0:\n        pass\n"
        "    return _right(z)\n",
    ),
    ("forward", "def affine_forward(*args):\n    import time\n\n    time.sleep(1000)\n"),
    ("backprop", "while True:\n    pass\n"),
)


def measure(size: Size) -> Iterator[Row]:
    """Yield times for each submission, with hanging ones and without."""
    count = -(-3 * size.count // 10) * 10
    names = ("10 % hang, ms", "none hangs, ms")
    wall: dict[str, list[float]] = {name: [] for name in names}
    cpu: dict[str, list[float]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as scratch:
        folders = [Path(scratch, "hanging"), Path(scratch, "right")]
        make_class("varied", folders[1], count)
        shutil.copytree(folders[1], folders[0])
        hang(folders[0])
        for _ in range(max(1, size.pairs - 1)):
            for name, folder in zip(names, folders, strict=True):
                spent = grade(folder, CORES, [])
                wall[name].append(1000 * spent.wall_s / count)
                cpu[name].append(1000 * spent.cpu_s / count)
    yield Row(f"{count} submissions: wall clock", wall, names)
    yield Row(f"{count} submissions: processor time", cpu, names)


def hang(folder: Path) -> None:
    """Make every tenth submission of a class one that hangs, in one way after the other."""
    for number, own in enumerate(sorted(folder.iterdir())[4::10]):
        module, text = _WAYS[number % len(_WAYS)]
        append(own / f"{module}.py", text)
