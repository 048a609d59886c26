"""The sandbox restrictions that this machine offers.

The worker asks before it confines itself, a cluster before it sends work to a machine, and
`grade doctor` to show what is missing. All of them get the same answer from here.
"""

from __future__ import annotations

import ctypes
import errno
import sys
from dataclasses import dataclass

from grader.sandbox.protocol.forking import load_libc
from grader.sandbox.protocol.messages import Restrictions

_SYSTEMS = {"darwin": "macOS", "linux": "Linux", "win32": "Windows"}
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_IN_CONTAINER = (
    "in a container, use a newer Docker or Podman, or `--security-opt seccomp=unconfined`"
)


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A part of the sandbox: what this machine offers, or why not and how to get it."""

    name: str
    found: str
    problem: str = ""
    remedy: str = ""


def name_system() -> str:
    """Return the name of this operating system as people write it."""
    return _SYSTEMS.get(sys.platform, sys.platform)


def probe_restrictions() -> Restrictions:
    """Return which restrictions this machine offers, and why the others are missing."""
    if sys.platform != "linux":
        return Restrictions(missing=f"the sandbox needs Linux; this is {name_system()}")
    landlock, *filters = mechanisms = probe_mechanisms()
    files = "" if landlock.problem else f"landlock {landlock.found}"
    calls = "" if any(mechanism.problem for mechanism in filters) else "seccomp"
    problems = "; ".join(mechanism.problem for mechanism in mechanisms if mechanism.problem)
    return Restrictions(files, calls, calls, problems)


def probe_mechanisms() -> tuple[Mechanism, Mechanism, Mechanism]:
    """Inspect Landlock, and the kernel's and the library's half of seccomp, on Linux."""
    return _probe_landlock(), _probe_seccomp(), _probe_libseccomp()


def landlock_abi() -> int:
    """Return the version of the kernel's Landlock, 0 where it has none.

    Raises an ``ImportError`` or ``OSError`` if it cannot be asked.
    """
    import landlockpy

    return landlockpy.abi_version()


def _probe_landlock() -> Mechanism:
    remedy = f"boot Linux 5.13 or newer with lsm=landlock,...; {_IN_CONTAINER}"
    try:
        abi = landlock_abi()
    except ImportError as error:
        problem = f"landlockpy cannot be loaded: {error}"
        return Mechanism("landlock", "", problem, "pip install landlockpy")
    except OSError as error:
        return Mechanism("landlock", "", f"the kernel refuses Landlock: {error}", remedy)
    if not abi:
        problem = "the kernel has no Landlock, or it is switched off"
        return Mechanism("landlock", "", problem, remedy)
    return Mechanism("landlock", f"ABI {abi}")


def _probe_seccomp() -> Mechanism:
    # Without an address of a filter, a kernel that supports filters answers EFAULT.
    load_libc().prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, 0, 0, 0)
    if ctypes.get_errno() == errno.EFAULT:
        return Mechanism("seccomp", "the kernel accepts filters")
    remedy = f"use a kernel with CONFIG_SECCOMP_FILTER; {_IN_CONTAINER}"
    return Mechanism("seccomp", "", "the kernel accepts no seccomp filters", remedy)


def _probe_libseccomp() -> Mechanism:
    remedy = "apt install libseccomp2, dnf install libseccomp, or apk add libseccomp"
    try:
        import pyseccomp
    except ImportError as error:
        problem, remedy = f"pyseccomp cannot be loaded: {error}", "pip install pyseccomp"
    except (OSError, RuntimeError) as error:
        problem = f"libseccomp cannot be loaded: {error}"
    else:
        return Mechanism("libseccomp", f"loaded by pyseccomp, API {pyseccomp.get_api()}")
    return Mechanism("libseccomp", "", problem, remedy)
