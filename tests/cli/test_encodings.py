"""Output where the terminal has few characters, as code pages of Windows do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from grader.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
WORK = """\
import numpy as np


def sigmoid(z):
    print("schön ✓ ∇ 漢")
    return 1 / (1 + np.exp(z))


def relu(z):
    raise ValueError("größer als ≥ … 漢字")
"""


def run(
    encoding: str, folder: Path, *arguments: str, options: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *options, "-m", "grader", *arguments],
        cwd=folder,
        # Nothing but the standard streams has this encoding.
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_every_result_can_be_printed(encoding: str, tmp_path: Path) -> None:
    """Signs, lines and a student's words become plainer; files stay UTF-8."""
    folder = tmp_path / "Zoë ≥ Łukasz 漢"
    folder.mkdir()
    (folder / "activations.py").write_text(WORK, encoding="utf-8")
    done = run(encoding, tmp_path, "submit", folder.name, "--exercise", "activations")
    assert done.returncode == 1, done.stderr
    text = done.stdout.decode(encoding)
    assert "x  sigmoid" in text
    assert "activations  Activation functions" in text
    assert "Traceback" not in text
    assert done.stderr == b""
    assert "größer als ≥ … 漢字" in (tmp_path / "report.json").read_text(encoding="utf-8")
    for command in (["list"], ["next"], ["hint"], ["hint", "relu"], ["submit", "∇"]):
        shown = run(encoding, tmp_path, *command)
        assert shown.returncode == (3 if command[-1] == "∇" else 0), shown.stderr
        assert b"Traceback" not in shown.stdout + shown.stderr


def test_an_accent_is_lost_and_not_its_letter(tmp_path: Path) -> None:
    """Known signs have plain forms; only what has none is a question mark."""
    (tmp_path / "activations.py").write_text(WORK, encoding="utf-8")
    done = run("ascii", tmp_path, "submit", ".", "--exercise", "activations", "--verbose")
    assert b"ValueError: gro?er als >= ... ??" in done.stdout
    assert b"schon + ? ?" in done.stdout


def test_every_help_is_ascii() -> None:
    """It is printed before a command begins."""
    context = click.Context(main)
    for name in ("", *main.list_commands(context)):
        command = main.get_command(context, name) if name else main
        assert command is not None
        assert command.get_help(click.Context(command, info_name=name)).isascii(), name


def test_stubs_are_read_in_any_locale(tmp_path: Path) -> None:
    """Without UTF-8 mode and with a locale of few characters, files are UTF-8 all the same."""
    done = run("ascii", tmp_path, "init", "work", options=("-X", "utf8=0", "-W", "error"))
    assert done.returncode == 0, done.stderr
    reset = run("ascii", tmp_path, "reset", "sigmoid", "work", options=("-X", "utf8=0"))
    assert reset.returncode == 0, reset.stderr
    stub = (ROOT / "exercises" / "activations.py").read_bytes()
    assert (tmp_path / "work" / "activations.py").read_bytes() == stub
