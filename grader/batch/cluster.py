"""The workforce of a Dask cluster: the same tasks, as bytes, on other machines.

Every Dask worker has its own graders. A Dask worker with another version of the grader or the
course gets no tasks.
"""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from pathlib import Path
from typing import Any

from grader import __version__
from grader.batch.run import Plan, Workforce
from grader.batch.work import Slots
from grader.course.manifest import DEFAULT_COURSE, load_course
from grader.errors import CourseError, WorkerError
from grader.sandbox.protocol.probe import probe_restrictions

_CONNECT_S = 30.0


_slots = Slots()


def work(task: bytes) -> bytes:
    """Grade one submission in this process; see `grader.batch.work.Slots.work`."""
    return _slots.work(task)


def describe_worker(manifest: str) -> tuple[str, str, str]:
    """Return the versions of grader and suites here, and why there is no sandbox, or ""."""
    why_no_sandbox = probe_restrictions().missing
    try:
        digest = load_course(Path(manifest or DEFAULT_COURSE)).suite_sha256
    except CourseError as error:
        return __version__, str(error), why_no_sandbox
    return __version__, digest, why_no_sandbox


@contextlib.contextmanager
def open_cluster(address: str, plan: Plan, warn: Callable[[str], None]) -> Iterator[Workforce]:
    """Provide the workers of a running cluster, and cancel pending tasks at the end.

    Parameters
    ----------
    address : str
        The scheduler's, for example ``tcp://10.0.0.1:8786``.
    warn : callable
        Gets a line for each Dask worker that gets no tasks, with the reason.

    Raises
    ------
    WorkerError
        If the extra is not installed, no scheduler answers, or no worker is suitable.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError as error:
        raise WorkerError(
            "--scheduler needs the extra `cluster`: pip install 'backprop-grader[cluster]'"
        ) from error
    try:
        client: Any = Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise WorkerError(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        crew = _Crew(client, plan, warn)
        if not crew.find_suitable():
            raise WorkerError(
                f"no worker at {address} can grade; start workers where backprop-grader "
                f"{__version__} is installed"
            )
        yield Workforce(crew, work, crew.count_slots, lost=(KilledWorker, CancelledError))


class _Crew(Executor):
    """The suitable workers of the cluster, as an executor."""

    def __init__(self, client: Any, plan: Plan, warn: Callable[[str], None]) -> None:
        self._client = client
        self._executor: Executor = client.get_executor(pure=False)
        self._manifest = plan.other_manifest
        self._version, self._digest = __version__, plan.course.suite_sha256
        self._sandboxed = plan.isolation == "sandbox"
        self._warn = warn
        self._known: dict[str, bool] = {}

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit a task to a suitable worker."""
        return self._executor.submit(
            function, *args, workers=self.find_suitable(), allow_other_workers=False, **kwargs
        )

    def count_slots(self) -> int:
        """Return the number of threads of all suitable workers."""
        running = self._running()
        return sum(running[address]["nthreads"] for address in self.find_suitable())

    def find_suitable(self) -> list[str]:
        """Return the addresses of suitable workers; new workers are asked first."""
        running = self._running()
        new = [address for address in running if address not in self._known]
        if new:
            answers = self._client.run(
                describe_worker, self._manifest, workers=new, on_error="return"
            )
            for address in new:
                self._known[address] = self._judge(address, answers.get(address))
        return [address for address in running if self._known[address]]

    def _running(self) -> dict[str, Any]:
        workers: dict[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
        return workers

    def _judge(self, address: str, answer: Any) -> bool:
        fault = self._find_fault(answer)
        if fault:
            self._warn(f"worker {address} gets no work: {fault}")
        return not fault

    def _find_fault(self, answer: Any) -> str:
        required = f"grader {self._version} with suites {self._digest[:12]} is required"
        if not isinstance(answer, tuple):
            python = platform.python_version()
            return f"it cannot load the grader ({answer}); {required}, with Python {python}"
        version, digest, why_no_sandbox = answer
        if (version, digest) != (self._version, self._digest):
            return f"it has grader {version} with suites {digest[:12]}, but {required}"
        return why_no_sandbox if self._sandboxed else ""
