"""The files of a GitHub Actions step for its summary, annotations and outputs."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.streams import unbroken_pipe, write_output
from grader.errors import ExportError

if TYPE_CHECKING:
    from grader.report import Report


def export_to_github(report: Report, output: str | None) -> None:
    """Write a report for the step of GitHub Actions that this command is in.

    Parameters
    ----------
    output : str or None
        Where to write the job summary instead, or ``-``.

    Raises
    ------
    ExportError
        If there is no step and no output, or a file cannot be written.
    """
    from grader.writers.exports.github import (
        MAX_SUMMARY,
        write_annotations,
        write_outputs,
        write_summary,
    )

    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    outputs = os.environ.get("GITHUB_OUTPUT")
    if output is not None:
        write_output(write_summary(report), output)
    elif summary:
        present = Path(summary).stat().st_size if Path(summary).exists() else 0
        _append(Path(summary), write_summary(report, MAX_SUMMARY - present))
    else:
        raise ExportError("GITHUB_STEP_SUMMARY is not set; outside of GitHub Actions give -o")
    if outputs:
        _append(Path(outputs), write_outputs(report, f"grade_{secrets.token_hex(16)}").encode())
    if output != "-":
        with unbroken_pipe():
            click.echo(write_annotations(report), nl=False)


def _append(path: Path, content: bytes) -> None:
    try:
        with path.open("ab") as file:
            file.write(content)
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror}") from error
