"""Run ``grade`` as if on Windows or macOS: ``python platforms.py win32 submit work``.

Libraries are loaded as they are. Then what the other system lacks is taken away, for this process
and all that it starts, and the name of the system is changed, before any file of the grader is
loaded. Only paths, pipes and signals remain those of Linux.
"""

from __future__ import annotations

import subprocess
import sys
import types

# Executed in each process, after %r is the name of the system.
AS_IF = """
import asyncio, concurrent.futures, ctypes, importlib.abc, multiprocessing, os, pathlib, platform
import select, shutil, signal, socket, subprocess, sys, tarfile, tempfile, time, types, zipfile
import _pytest.capture, _pytest.config, _pytest.doctest, _pytest.faulthandler, _pytest.main
import _pytest.cacheprovider, _pytest.pathlib, _pytest.python, _pytest.terminal, _pytest.tmpdir
import click, filelock, msgspec, numpy.linalg, numpy.random, pytest, pytest_jsonreport.plugin
import rich.console, rich.live, rich.progress, rich.table

system = %r
absent = {"landlockpy", "pyseccomp", "seccomp"}


class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def take(module, names):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)


take(os, "sched_getaffinity")
take(select, "epoll")
take(socket, "SOCK_SEQPACKET")
if system == "win32":
    absent |= {"fcntl", "resource", "termios", "pwd", "grp", "tty", "pty"}
    kill, wait_readable = os.kill, select.select
    subprocess.Popen.kill = lambda self: self.poll() is None and kill(self.pid, 9)
    winapi, msvcrt = types.ModuleType("_winapi"), types.ModuleType("msvcrt")
    winapi.PeekNamedPipe = lambda fd, _: (len(wait_readable([fd], [], [], 0)[0]), 0)
    msvcrt.get_osfhandle = lambda fd: fd
    sys.modules.update(_winapi=winapi, msvcrt=msvcrt)
    # Its lock of this system was chosen when it was loaded.
    sys.modules[filelock.FileLock.__module__].os = types.SimpleNamespace(**vars(os))
    take(os, "fork wait4 killpg getuid geteuid sysconf mkfifo setsid uname getpgrp statvfs fchmod")
    take(os, "O_DIRECTORY O_NOFOLLOW O_NONBLOCK O_CLOEXEC set_blocking posix_spawn getpgid")
    os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks = set(), set(), {os.stat}
    take(signal, "SIGKILL SIGXCPU SIGXFSZ SIGBUS SIGALRM SIGHUP SIGCHLD SIGPIPE SIGUSR1 SIGSYS")
    take(signal, "alarm setitimer pthread_sigmask sigwait SIGQUIT SIGTSTP SIGCONT SIGSTOP")
    take(socket, "AF_UNIX send_fds recv_fds")
    take(select, "poll")
    take(time, "clock_gettime pthread_getcpuclockid")
for name in list(sys.modules):
    if name.partition(".")[0] in absent:
        del sys.modules[name]
sys.meta_path.insert(0, Absent())
sys.platform = system
"""


class Popen(subprocess.Popen):  # type: ignore[type-arg]
    """Starts the grader's processes as if on that system."""

    def __init__(self, command: list[str], **options: object) -> None:
        if "-c" in command:
            place = command.index("-c") + 1
            code = f"{AS_IF % sys.platform}\n{command[place]}"
            command = [*command[:place], code, *command[place + 1 :]]
        assert not options.get("pass_fds"), "Windows cannot pass descriptors"
        super().__init__(command, **options)  # type: ignore[call-overload]


def main(system: str, *arguments: str) -> None:
    """Run the command."""
    exec(AS_IF % system, {})
    from grader.sandbox import starting

    starting.subprocess = types.SimpleNamespace(  # type: ignore[attr-defined]
        **{**vars(subprocess), "Popen": Popen}
    )
    from grader.cli.main import main as grade

    sys.argv = ["grade", *arguments]
    grade(prog_name="grade")


if __name__ == "__main__":
    main(*sys.argv[1:])
