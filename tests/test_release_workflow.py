"""The workflow that publishes: after all checks, with an approval, and with few rights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".github" / "workflows"
WORKFLOW = yaml.safe_load((FOLDER / "release.yml").read_text(encoding="utf-8"))
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def scripts(job: str) -> list[str]:
    return [step["run"] for step in JOBS[job]["steps"] if "run" in step]


def test_only_a_release_of_the_owner_publishes() -> None:
    """A run by hand stops before the job that publishes, and so before all that need it."""
    assert WORKFLOW[True] == {"release": {"types": ["published"]}, "workflow_dispatch": None}
    assert JOBS["publish"]["if"] == "${{ github.event_name == 'release' }}"
    assert JOBS["publish"]["environment"]["name"] == "pypi"
    assert "publish" in JOBS["deploy"]["needs"]


def test_everything_else_comes_before_publishing() -> None:
    """Nothing is published unless every other job but the last passed."""
    assert set(JOBS["publish"]["needs"]) == JOBS.keys() - {"publish", "deploy"}


def test_each_job_has_the_rights_that_it_needs() -> None:
    """Only the jobs that publish get a token of identity, and they run no code of the checkout."""
    assert WORKFLOW["permissions"] == {}
    for name, job in JOBS.items():
        publishes = name in {"publish", "deploy"}
        assert ("id-token" in job["permissions"]) == publishes, name
        if publishes:
            assert not [
                step for step in job["steps"] if "run" in step or "checkout" in step["uses"]
            ]
        else:
            assert job["permissions"] == {"contents": "read"}, name


def test_the_files_that_were_tried_are_published_with_attestations() -> None:
    """They are built once; what is downloaded to try is downloaded to publish."""
    builds = [name for name in JOBS if "steps" in JOBS[name] and "build" in " ".join(scripts(name))]
    assert [name for name in builds if "-m build" in " ".join(scripts(name))] == ["build"]
    (upload,) = (s for s in JOBS["build"]["steps"] if "upload-artifact" in s.get("uses", ""))
    for name in ("try", "publish"):
        (taken,) = (s for s in JOBS[name]["steps"] if "download-artifact" in s.get("uses", ""))
        assert taken["with"]["name"] == upload["with"]["name"]
    assert JOBS["publish"]["steps"][-1]["with"]["attestations"] is True
    assert JOBS["try"]["strategy"]["matrix"] == {"python": PYTHONS, "file": ["whl", "tar.gz"]}


def test_ci_tests_the_same_pythons_as_the_package_names() -> None:
    """Those of the classifiers."""
    ci = yaml.safe_load((FOLDER / "ci.yml").read_text(encoding="utf-8"))
    assert ci["jobs"]["tests"]["strategy"]["matrix"]["python"] == PYTHONS
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert [p for p in PYTHONS if f'"Programming Language :: Python :: {p}"' in project] == PYTHONS
