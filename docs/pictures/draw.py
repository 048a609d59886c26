"""Draw the pictures of README.md and docs/ from real commands and a real page.

    python docs/pictures/draw.py

Needs Linux, Chromium and the extra `test`. Writes `terminal.svg`, `page.png` and `class.png` beside
itself.
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.text import Text

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
GRADE = str(Path(sys.executable).with_name("grade"))
COLUMNS = 92
LINES = 31  # of the terminal: the table and the first block
# What a student may have written: two functions right, and the slope of another curve.
ATTEMPT = {
    "sigmoid": "z = np.asarray(z, dtype=float)\n    a = np.exp(-np.abs(z))\n"
    "    return np.where(z >= 0, 1.0, a) / (1.0 + a)",
    "sigmoid_prime": "return 1.0 - np.tanh(z) ** 2",
    "tanh_prime": "return 1.0 - np.tanh(z) ** 2",
}


def fill(path: Path, bodies: dict[str, str]) -> None:
    """Put bodies into a stub."""
    text = path.read_text(encoding="utf-8")
    for name, body in bodies.items():
        head, definition, rest = text.partition(f"def {name}(")
        rest = rest.replace("raise NotImplementedError", body, 1)
        text = head + definition + rest
    path.write_text(text, encoding="utf-8")


def run_in_terminal(command: list[str], folder: Path) -> str:
    """Return what a command writes to a terminal, colours included."""
    parent, child = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        command, cwd=folder, stdin=child, stdout=child, stderr=child, env=environment
    )
    os.close(child)
    said = b""
    while True:
        try:
            part = os.read(parent, 65536)
        except OSError:  # on Linux, the terminal has been closed
            break
        if not part:
            break
        said += part
    process.wait()
    os.close(parent)
    return said.decode("utf-8")


def draw_terminal(said: str, title: str, target: Path) -> None:
    """Write what a terminal showed as SVG."""
    shown = said.replace("\r\n", "\n").rpartition("\r")[2]  # without the progress line
    lines = shown.rstrip().splitlines()
    shown = "\n".join(lines if len(lines) <= LINES else [*lines[:LINES], "    …"])
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True)
        console.print(Text.from_ansi(f"$ {title}\n{shown}"))
        drawn = console.export_svg(title="", font_aspect_ratio=0.61)
    # A picture loads no font from the network.
    drawn = re.sub(r"\s*@font-face \{.*?\}", "", drawn, flags=re.DOTALL)
    target.write_text(drawn, encoding="utf-8")


def draw_page(page: Path, target: Path, height: int) -> None:
    """Write a picture of the top of a page."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": 1100, "height": height}, color_scheme="light")
        shown.goto(page.as_uri())
        shown.screenshot(path=target)
        browser.close()


def make_class(folder: Path) -> None:
    """Make thirty submissions that are right to different degrees."""
    stubs, solutions = ROOT / "exercises", ROOT / "solutions"
    modules = sorted(path.name for path in stubs.glob("*.py"))
    for number in range(30):
        own = folder / f"student-{number + 1:02}"
        own.mkdir(parents=True)
        done = (number * 7) % (len(modules) + 1)
        for place, name in enumerate(modules):
            shutil.copy((solutions if place < done else stubs) / name, own / name)
        if number % 3 == 0:
            shutil.copy(stubs / "activations.py", own)
            fill(own / "activations.py", ATTEMPT)


def main() -> None:
    """Draw all of them."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        subprocess.run([GRADE, "init", "work"], cwd=folder, check=True, capture_output=True)
        fill(folder / "work" / "activations.py", ATTEMPT)
        command = ["submit", "work", "--exercise", "activations"]
        said = run_in_terminal([GRADE, *command], folder)
        draw_terminal(said, " ".join(["grade", *command]), HERE / "terminal.svg")
        page = ["page", "report.json", "-o", "page.html", "--source", "work"]
        subprocess.run([GRADE, *page], cwd=folder, check=True)
        draw_page(folder / "page.html", HERE / "page.png", 1130)
        make_class(folder / "class")
        batch = ["batch", "class", "--output", "graded"]
        subprocess.run([GRADE, *batch], cwd=folder, check=True)
        subprocess.run(
            [GRADE, "page", "graded/reports", "-o", "class.html"], cwd=folder, check=True
        )
        draw_page(folder / "class.html", HERE / "class.png", 1250)


if __name__ == "__main__":
    main()
