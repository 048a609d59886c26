"""Students' text made harmless, and paths as a shell takes them."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sanitize import clean, clean_line, quote_path

COMMANDS = [
    "##vso[task.setvariable variable=a]b",
    "##teamcity[buildStatus text='x']",
    "##[error]x",
    "and ##VSO[task.complete result=Succeeded;]",
    "####vso[x]",
    "##vso.x-y[z]",
    "#\u200b#vso[x]",
    "::error::x",
    "\n::set-output name=a::b",
]


@pytest.mark.parametrize("text", COMMANDS)
def test_no_runner_finds_a_command(text: str) -> None:
    """Those of GitHub, Azure Pipelines and TeamCity are broken up, wherever they are in a line."""
    for cleaned in (clean(text), clean_line(text), clean(clean(text))):
        assert not any(mark in cleaned.lower() for mark in ("##vso[", "##teamcity[", "##["))
        assert not any(line.lstrip().startswith("::") for line in cleaned.splitlines())


def test_headings_and_slices_are_left_alone() -> None:
    """They are not commands."""
    for text in ("## Heading", "x[::2]", "a::b", "# [x]", "a ## b [c]"):
        assert clean(text) == text


@given(st.text(min_size=1))
def test_a_path_is_one_word_and_no_option(path: str) -> None:
    """Whatever its name is, a suggested command does with it what it says."""
    (word,) = shlex.split(quote_path(path))
    assert word in (path, f"./{path}", "PATH")
    assert not word.startswith("-")
    assert quote_path(path).isprintable()
