"""Files that GitHub and others read: valid by their schemas, and true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from grader import __version__

ROOT = Path(__file__).resolve().parents[1]
GITHUB = ROOT / ".github"
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("[0-9]*.yml"))
OF_A_SCHEMA = {
    "citation-file-format": [ROOT / "CITATION.cff"],
    "dependabot": [GITHUB / "dependabot.yml"],
    "github-issue-config": [GITHUB / "ISSUE_TEMPLATE" / "config.yml"],
    "github-issue-forms": FORMS,
}


@pytest.mark.parametrize("schema", OF_A_SCHEMA)
def test_a_file_is_valid_by_its_schema(schema: str) -> None:
    """Check-jsonschema has the schemas that GitHub and the citation format publish."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run(
        [*command, *map(str, OF_A_SCHEMA[schema])], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_a_form_for_each_kind_of_issue() -> None:
    """Each asks for something, and no two have one name."""
    forms = [yaml.safe_load(form.read_text(encoding="utf-8")) for form in FORMS]
    assert len({form["name"] for form in forms}) == len(forms) == 4
    for form in forms:
        asked = [field for field in form["body"] if "validations" in field]
        assert asked, form["name"]


def test_the_citation_has_this_version() -> None:
    """And the authors of the package."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (author,) = citation["authors"]
    assert citation["version"] == __version__
    assert f'authors = [{{ name = "{author["name"]}" }}]' in project
    assert re.search(
        rf"^Copyright \(c\) \d{{4}} {author['name']}$", (ROOT / "LICENSE").read_text(), re.MULTILINE
    )


def test_hooks_need_nothing_from_elsewhere() -> None:
    """All are local, so that they run without a network, with the pinned tools."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (repo,) = config["repos"]
    assert repo["repo"] == "local"
    assert all(hook["language"] == "unsupported" for hook in repo["hooks"])
    assert all(hook["entry"].startswith(".venv/bin/") for hook in repo["hooks"])


def test_ci_runs_what_the_hooks_run() -> None:
    """On all files, and without git."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    for hook in config["repos"][0]["hooks"]:
        command = hook["entry"].removesuffix(" --force-exclude")
        assert any(line.startswith(command) for line in lines), command
