"""Whether another process computes, waits or neither."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from grader.sandbox.processes import processor_time

_State = Literal["computes", "waits", "held"]
_STATES: dict[bytes, _State] = {b"R": "computes", b"S": "waits"}


class Activity(NamedTuple):
    """The present activity of a process, and the seconds of processor time that it has used.

    It ``computes`` also while it has to wait for a processor. It ``waits`` for something else, as
    in a sleep. It is ``held`` by the machine where it was stopped, or waits for a disk.
    """

    cpu_s: float
    state: _State


def activity(pid: int) -> Activity | None:
    """Return what a process does, or None as for `processor_time`."""
    cpu_s = processor_time(pid)
    if cpu_s is None:
        return None
    try:
        # The name before it, in brackets, may hold anything.
        letter = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b") ")[2][:1]
    except OSError:
        return None
    return Activity(cpu_s, _STATES.get(letter, "held"))
