"""Batches on a real Dask cluster of several processes on this machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.running import alive, family, run_grade, started, wait_for
from test_batch import NAIVE, ONE, results

ROOT = Path(__file__).resolve().parents[2]
DASK = str(Path(sys.executable).with_name("dask"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


class Cluster:
    """A scheduler and workers in processes of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._start("scheduler", "--port", "0", "--no-dashboard")
        wait_for(self._file.exists)
        self.address: str = json.loads(self._file.read_text())["address"]

    def add_worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker without a nanny, which would start it again; return when it is known."""
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
        log = self._log("worker")
        worker = self._start("worker", *options, **environment)
        wait_for(lambda: b"Registered to:" in log.read_bytes())
        return worker

    def _log(self, what: str) -> Path:
        return self._folder / f"{what}{len(self._processes)}.log"

    def _start(self, what: str, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        log = self._log(what).open("wb")
        process = subprocess.Popen(
            [DASK, what, *options, "--scheduler-file", str(self._file)],
            stdout=log,
            stderr=log,
            cwd=self._folder,
            env={**os.environ, **environment},
        )
        log.close()
        self._processes.append(process)
        return process

    def close(self) -> None:
        """End every process."""
        for process in reversed(self._processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers yet."""
    running = Cluster(tmp_path)
    try:
        yield running
    finally:
        running.close()


@pytest.fixture
def submissions(tmp_path: Path, solution: Callable[[str], str]) -> Path:
    """Twelve submissions, some wrong, and a zip that is damaged."""
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(12):
        text = solution("forward") + (NAIVE if number % 3 else "") + f"\nN = {number}\n"
        (folder / f"s{number:02}.py").write_text(text)
    (folder / "x.zip").write_bytes(b"PK no zip")
    return folder


def test_a_killed_worker_loses_nothing(cluster: Cluster, submissions: Path, tmp_path: Path) -> None:
    """With a worker killed in the middle, the results are those of one machine."""
    run_grade("batch", submissions, "--output", tmp_path / "here", *ONE)
    first, _second = cluster.add_worker(), cluster.add_worker()
    out = tmp_path / "there"
    command = ("batch", submissions, "--output", out, *ONE, "--scheduler", cluster.address)
    with started(*command) as batch:
        journal = out / "journal.jsonl"
        wait_for(lambda: journal.exists() and journal.read_bytes().count(b"\n") >= 3)
        relatives = family(first.pid)
        assert relatives
        first.send_signal(signal.SIGKILL)
        printed, errors = batch.communicate(timeout=120)
    assert batch.returncode == 0, errors
    assert "13 submissions: 13 graded now" in printed
    assert results(out) == results(tmp_path / "here")
    wait_for(lambda: not alive(relatives))


def test_a_worker_with_other_versions_gets_no_work(
    cluster: Cluster, submissions: Path, tmp_path: Path
) -> None:
    """It is named with what it has; the others do the work, and where none fits none is done."""
    other = tmp_path / "other"
    shutil.copytree(ROOT / "grader", other / "grader")
    init = other / "grader" / "__init__.py"
    init.write_text(init.read_text().replace('__version__ = "', '__version__ = "99.'))
    cluster.add_worker(PYTHONPATH=str(other))
    out = tmp_path / "out"
    command = ("batch", submissions, "--output", out, *ONE, "--scheduler", cluster.address)
    refused = run_grade(*command)
    assert refused.returncode == 3
    assert "gets no work: it has grader 99." in refused.stderr
    assert "no worker at" in refused.stderr
    assert "Traceback" not in refused.stderr
    cluster.add_worker()
    done = run_grade(*command)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("gets no work") == 1
    assert "13 submissions: 13 graded now" in done.stdout


def test_an_address_without_a_scheduler_is_one_line(submissions: Path, tmp_path: Path) -> None:
    """It names the address."""
    done = run_grade(
        "batch", submissions, "--output", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9"
    )
    assert done.returncode == 3
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
