"""Each restriction by itself: with it the attack fails, without it the attack succeeds.

If several restrictions stop an attack, each of them is tested alone.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.confined import confined, leave_out

from grader.sandbox.protocol import forking
from grader.sandbox.protocol.forking import fork, reap
from grader.sandbox.protocol.probe import probe_restrictions
from grader.sandbox.worker import confinement as confine

RESTRICTIONS = probe_restrictions()
pytestmark = pytest.mark.skipif(not RESTRICTIONS.complete, reason=RESTRICTIONS.missing)

ROOT = Path(__file__).resolve().parents[2]
WON = "won"
LIBC: Any = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
LIBC.mmap.restype = ctypes.c_void_p
IS_ROOT = os.geteuid() == 0
IS_X86_64 = os.uname().machine == "x86_64"


def calls(function: Callable[..., object], *args: Any, **kwargs: Any) -> Callable[[], str]:
    """Return an attack that wins where a call raises nothing."""

    def attack() -> str:
        function(*args, **kwargs)
        return WON

    return attack


def asks_the_kernel(number: int, *args: int) -> Callable[[], str]:
    """Return an attack that wins where a system call is not refused, whatever else it says."""

    def attack() -> str:
        ctypes.set_errno(0)
        failed = LIBC.syscall(number, *map(ctypes.c_long, args)) < 0
        return "refused" if failed and ctypes.get_errno() == 1 else WON

    return attack


def writes(path: str) -> str:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT)
    os.write(fd, b"mine")
    return WON


def opens_many_files() -> str:
    for _ in range(confine._MAX_OPEN_FILES):
        os.dup(0)
    return WON


def starts_a_thread() -> str:
    with contextlib.suppress(RuntimeError):
        threading.Thread(target=time.time).start()
        return WON
    return "refused"


def starts_a_process() -> str:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return WON


def connects(address: Any, family: int = socket.AF_INET) -> str:
    with socket.socket(family) as client:
        client.connect(address)
    return WON


def sends_a_datagram() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"secret", ("127.0.0.1", 9))
    return WON


def takes_much_memory() -> str:
    mmap.mmap(-1, 2 * 2**30, flags=mmap.MAP_PRIVATE).close()  # never touched
    return WON


def works_for_long() -> str:
    while time.process_time() < 1.3:
        pass
    return WON


def maps(flags: int) -> str:
    anonymous = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    LIBC.mmap(None, ctypes.c_size_t(4096), 3, anonymous | flags, -1, 0)
    # There may be no large pages, which is another answer than EPERM.
    return "refused" if ctypes.get_errno() == 1 else WON


def advises(advice: int) -> str:
    with mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE) as page:
        start = ctypes.addressof(ctypes.c_char.from_buffer(page))
        failed = LIBC.madvise(ctypes.c_void_p(start), ctypes.c_size_t(4096), advice)
        return "refused" if failed and ctypes.get_errno() == 1 else WON


def may_access() -> str:
    return WON if os.access("/etc/passwd", os.R_OK) else "refused"


def is_dumpable() -> str:
    return WON if LIBC.prctl(3, 0, 0, 0, 0) == 1 else "refused"


def traces_the_parent() -> str:
    if LIBC.ptrace(0x4206, os.getppid(), None, None):  # PTRACE_SEIZE: it is not stopped
        raise OSError(ctypes.get_errno(), "ptrace")
    return WON


def sets_a_limit() -> str:
    with contextlib.suppress(ValueError):  # which is what Python makes of EPERM
        resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
        return WON
    return "refused"


@dataclass(frozen=True)
class Attack:
    """An attack, the restrictions that each stop it, and the result of a success.

    It is possible where this machine has what it attacks.
    """

    name: str
    attack: Callable[[], str]
    restrictions: tuple[str, ...]
    won: str = WON
    possible: bool = True


# Capabilities are only root's to lose.
ROOTS = ("capabilities",) if IS_ROOT else ()
OPEN = "condition:open+openat" if IS_X86_64 else "condition:openat"
TMP = f"/tmp/grader-sandbox-{os.getpid()}"
# Debian's Python has none: its packages are beside the standard library.
BASE_SITE = Path(sysconfig.get_paths()["stdlib"]) / "site-packages"
SOCKET = "call:socket+connect+sendto+setsockopt"

ATTACKS = [
    # Reading files
    Attack("reads_a_file", calls(os.open, "/etc/passwd", os.O_RDONLY), ("landlock",)),
    Attack("lists_a_folder", calls(os.listdir, "/"), ("landlock",)),
    Attack(
        "reads_a_suite",
        calls(os.open, ROOT / "grader/suites/activations/test_activations.py", os.O_RDONLY),
        ("landlock",),
    ),
    Attack(
        "lists_installed_packages",
        calls(os.listdir, BASE_SITE),
        ("secrets",),
        possible=BASE_SITE.is_dir(),
    ),
    Attack("reads_its_memory_map", calls(os.open, "/proc/self/maps", os.O_RDONLY), ("landlock",)),
    Attack("opens_for_a_look", calls(os.open, "/etc/passwd", os.O_PATH), (OPEN,)),
    Attack("reads_a_link", calls(os.readlink, "/proc/self/exe"), ("call:readlink+readlinkat",)),
    Attack("asks_for_access", may_access, ("call:access+faccessat+faccessat2",)),
    Attack(
        "reads_the_parents_environment",
        lambda: calls(os.open, f"/proc/{os.getppid()}/environ", os.O_RDONLY)(),
        ("landlock", *ROOTS),
    ),
    # Changing files
    Attack("writes_a_file", partial(writes, TMP), ("landlock", OPEN, "limit:FSIZE")),
    Attack("creates_a_file", calls(os.open, TMP + "c", os.O_CREAT), ("landlock", OPEN)),
    Attack(
        "writes_into_the_library", calls(os.open, json.__file__, os.O_WRONLY), ("landlock", OPEN)
    ),
    Attack("cuts_a_file", calls(os.open, TMP, os.O_RDONLY | os.O_TRUNC), ("landlock", OPEN)),
    Attack("cuts_by_name", calls(os.truncate, TMP, 0), ("landlock", "call:truncate")),
    Attack("makes_a_folder", calls(os.mkdir, TMP + "d"), ("landlock", "call:mkdir+mkdirat")),
    Attack(
        "makes_a_link", calls(os.symlink, "/", TMP + "l"), ("landlock", "call:symlink+symlinkat")
    ),
    Attack("makes_a_pipe", calls(os.mkfifo, TMP + "p"), ("landlock", "call:mknod+mknodat")),
    Attack("removes_a_file", calls(os.unlink, TMP), ("landlock", "call:unlink+unlinkat")),
    Attack("renames_a_file", calls(os.rename, TMP, TMP + "r"), ("landlock", "call:rename")),
    Attack("links_a_file", calls(os.link, TMP, TMP + "h"), ("landlock", "call:link+linkat")),
    Attack("changes_a_mode", calls(os.chmod, TMP, 0o777), ("call:chmod+fchmodat",)),
    Attack("changes_a_time", calls(os.utime, TMP), ("call:utimensat+utime+utimes",)),
    Attack("changes_its_folder", calls(os.chdir, "/"), ("call:chdir",)),
    Attack("makes_a_memory_file", calls(os.memfd_create, "x"), ("call:memfd_create",)),
    # The network, and other processes
    Attack("makes_a_socket_pair", calls(socket.socketpair), ("call:socketpair+setsockopt",)),
    Attack("sends_a_datagram", sends_a_datagram, (SOCKET,)),
    Attack(
        "signals_the_parent", lambda: calls(os.kill, os.getppid(), 0)(), ("call:kill", "landlock")
    ),
    Attack("signals_everybody", lambda: calls(os.kill, -1, 0)(), ("call:kill",)),
    Attack("opens_a_process", lambda: calls(os.pidfd_open, os.getppid())(), ("call:pidfd_open",)),
    Attack(
        "signals_the_parents_thread",
        lambda: asks_the_kernel(234, os.getppid(), os.getppid(), 0)(),
        ("call:tgkill", "landlock"),
        possible=IS_X86_64,
    ),
    Attack("traces_the_parent", traces_the_parent, ("call:ptrace", "landlock", *ROOTS)),
    Attack("starts_a_process", starts_a_process, ("call:clone+fork+set_robust_list",)),
    Attack("starts_a_thread", starts_a_thread, ("call:clone+clone3+set_robust_list+rseq",)),
    Attack(
        "becomes_a_program",
        calls(os.execv, "/bin/true", ["true"]),
        ("call:execve+arch_prctl+access+pread64+set_tid_address+set_robust_list+rseq", "landlock"),
        won="it exited with status 0",
    ),
    Attack("leaves_its_session", calls(os.setsid), ("call:setsid",)),
    Attack("changes_its_priority", calls(os.nice, 1), ("call:getpriority+setpriority",)),
    Attack("chooses_a_processor", calls(os.sched_setaffinity, 0, [0]), ("call:sched_setaffinity",)),
    Attack("sets_a_timer", calls(signal.setitimer, signal.ITIMER_REAL, 99), ("call:setitimer",)),
    Attack("makes_a_pipe_pair", calls(os.pipe), ("call:pipe+pipe2",)),
    # What only root could do
    Attack("changes_its_root", calls(os.chroot, "/"), ("call:chroot", *ROOTS), possible=IS_ROOT),
    Attack(
        "becomes_another_user",
        calls(os.setuid, 65534),
        ("call:setuid", *ROOTS),
        possible=IS_ROOT,
    ),
    Attack(
        "goes_first",
        calls(os.nice, -1),
        ("call:getpriority+setpriority", *ROOTS),
        possible=IS_ROOT,
    ),
    # Resources
    Attack("sets_a_limit", sets_a_limit, ("condition:prlimit64",)),
    Attack("takes_much_memory", takes_much_memory, ("limit:AS",)),
    Attack("works_for_long", works_for_long, ("limit:CPU",)),
    Attack("opens_many_files", opens_many_files, ("limit:NOFILE",)),
    Attack("takes_locked_memory", partial(maps, 0x2000), ("condition:mmap",)),
    Attack("takes_large_pages", partial(maps, 0x40000), ("condition:mmap",)),
    *(
        Attack(f"advises_{name}", partial(advises, advice), ("condition:madvise",))
        for name, advice in [("remove", 9), ("mergeable", 12), ("pageout", 21), ("poison", 100)]
    ),
    Attack("is_dumpable", is_dumpable, ("dumps", "call:prctl")),
    # By number, where Python has no function: this kernel may not know the call, but then
    # says something else than EPERM.
    *(
        Attack(name, asks_the_kernel(number, *args), (restriction,), possible=IS_X86_64)
        for name, number, args, restriction in [
            ("maps_shared_memory", 29, (0, 4096, 0o1600), "call:shmget"),
            ("makes_a_semaphore", 64, (0, 1, 0o1600), "call:semget"),
            ("makes_a_queue", 68, (0, 0o1600), "call:msgget"),
            ("leaves_a_key", 250, (0, -3, 0), "call:keyctl"),
            ("shares_nothing", 272, (0x200,), "call:unshare"),
            ("asks_for_a_ring", 425, (1, 0), "call:io_uring_setup"),
            ("listens_to_files", 294, (0,), "call:inotify_init1"),
            ("makes_an_event", 290, (0, 0), "call:eventfd2"),
            ("makes_a_clock_file", 283, (1, 0), "call:timerfd_create"),
            ("is_another_person", 135, (0xFFFFFFFF,), "call:personality"),
            ("locks_memory", 149, (0, 0), "call:mlock"),
            ("looks_at_the_page_cache", 27, (0, 0, 0), "call:mincore"),
            ("copies_between_files", 326, (0, 0, 0, 0, 0, 0), "call:copy_file_range"),
            ("asks_for_signals", 72, (3, 8, 0), "condition:fcntl"),
            ("types_into_a_terminal", 16, (0, 0x5412, 0), "condition:ioctl"),
            ("reads_the_parents_limits", 302, (1, 7, 0, 0), "condition:prlimit64"),
        ]
    ),
]


@pytest.fixture
def victim() -> Iterator[Path]:
    """A file of ours in the open, and nothing of an attack's left beside it."""
    path = Path(TMP)
    path.write_bytes(b"ours")
    LIBC.prctl(0x59616D61, -1, 0, 0, 0)  # PR_SET_PTRACER_ANY: where Yama is, it does not help
    yield path
    for left in Path("/tmp").glob(f"{path.name}*"):
        left.rmdir() if left.is_dir() and not left.is_symlink() else left.unlink()


@pytest.mark.usefixtures("victim")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_fails_with_each_of_its_restrictions_and_succeeds_without(
    attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All restrictions stop it, each of its own alone stops it, and no other does."""
    if not attack.possible:
        pytest.skip("this machine has nothing to show here")
    run = partial(confined, attack.attack, cpu_s=1)
    assert run() != attack.won
    for alone in attack.restrictions if len(attack.restrictions) > 1 else ():
        with monkeypatch.context() as patch:
            for restriction in attack.restrictions:
                if restriction != alone:
                    leave_out(restriction, patch)
            assert run() != attack.won, f"{alone} alone does not stop it"
    for restriction in attack.restrictions:
        leave_out(restriction, monkeypatch)
    assert run() == attack.won, "something else stops it as well, or it is badly written"


# Calls that no worker may make, whatever is added to the list of allowed calls.
NEVER = """
    accept accept4 access acct add_key adjtimex alarm arch_prctl bind bpf capset chdir chmod chown
    chroot clone clone3 close_range connect copy_file_range creat delete_module dup2 dup3
    epoll_create epoll_create1 eventfd eventfd2 execve execveat faccessat faccessat2 fallocate
    fanotify_init fchdir fchmod fchmodat fchown fchownat finit_module flock fork fremovexattr
    fsconfig fsetxattr fsmount fsopen ftruncate futimesat getpeername getsockname
    init_module inotify_add_watch inotify_init inotify_init1 io_setup io_submit io_uring_enter
    io_uring_register io_uring_setup ioperm iopl ioprio_set kcmp kexec_file_load kexec_load keyctl
    kill landlock_create_ruleset lchown link linkat listen lremovexattr lsetxattr mbind membarrier
    memfd_create memfd_secret migrate_pages mincore mkdir mkdirat mknod mknodat mlock mlock2
    mlockall modify_ldt mount mount_setattr move_mount move_pages mq_open msgget
    name_to_handle_at open_by_handle_at open_tree openat2 perf_event_open personality pidfd_getfd
    pidfd_open pidfd_send_signal pipe pipe2 pivot_root pkey_alloc pkey_mprotect prctl preadv
    pwrite64
    process_madvise process_mrelease process_vm_readv process_vm_writev ptrace quotactl readlink
    readlinkat reboot recvfrom recvmmsg recvmsg remap_file_pages removexattr rename renameat
    renameat2 request_key rmdir rt_sigqueueinfo rt_tgsigqueueinfo sched_setaffinity sched_setattr
    sched_setparam sched_setscheduler seccomp semget sendfile sendmmsg sendmsg sendto
    set_mempolicy setdomainname setfsgid setfsuid setgid setgroups sethostname setitimer setns
    setpgid setpriority setregid setresgid setresuid setreuid setrlimit setsid setsockopt
    settimeofday setuid setxattr shmat shmget shutdown signalfd signalfd4 socket socketpair splice
    swapon symlink symlinkat sync syslog tee timer_create timerfd_create tkill truncate
    umount2 unlink unlinkat unshare userfaultfd utime utimensat utimes vfork vhangup vmsplice
""".split()


def test_nothing_dangerous_is_on_the_list() -> None:
    """If you add a call to the list, this asks whether you mean it."""
    assert not {*confine._ALLOWED_CALLS, *confine._CONDITIONAL_CALLS} & set(NEVER)


def test_every_system_call_outside_the_list_is_refused() -> None:
    """EPERM for every number there is, and for some that do not exist yet."""
    import pyseccomp

    named = {*confine._ALLOWED_CALLS, *confine._CONDITIONAL_CALLS, "tgkill"}
    known = {pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) for name in named}
    # uretprobe and uprobe: the kernel asks no filter, and ends a process that is not probed.
    known |= {335, 336} if IS_X86_64 else set()
    others = [number for number in range(600) if number not in known]

    def ask_all() -> str:
        refused = [asks_the_kernel(n, -1, -1, -1, -1, -1, -1)() for n in others]
        return str([n for n, answer in zip(others, refused, strict=True) if answer == WON])

    assert len(others) > 400
    assert confined(ask_all) == "[]"


def test_no_call_of_the_filter_is_unknown() -> None:
    """A name that is misspelt would allow, or condition, nothing."""
    import pyseccomp

    for name in [*confine._ALLOWED_CALLS, *confine._CONDITIONAL_CALLS]:
        assert pyseccomp.resolve_syscall(pyseccomp.Arch.X86_64, name) >= 0, name


@pytest.mark.skipif(not IS_X86_64, reason="architectures of x86_64")
@pytest.mark.parametrize("architecture", ["x32", "i386"])
def test_the_calls_of_other_architectures_end_the_process(architecture: str) -> None:
    """Their numbers mean other calls."""

    def ask() -> str:
        if architecture == "x32":
            LIBC.syscall(0x40000000 + 39)
        else:
            code = mmap.mmap(-1, 4096, prot=7)
            code.write(b"\xb8\x14\0\0\0\xcd\x80\xc3")  # getpid by int 0x80
            start = ctypes.addressof(ctypes.c_char.from_buffer(code))
            ctypes.CFUNCTYPE(ctypes.c_int)(start)()
        return WON

    assert confined(ask) == "it crashed: signal 31"  # SIGSYS


def state_of_a_worker(read: Callable[[int], str]) -> str:
    """Return what can be read, from outside, about a confined process."""
    ours, theirs = socket.socketpair()
    confinement = confine.Confinement(memory_mib=4096, cpu_s=5)

    def child() -> None:
        fd = confinement.apply(theirs.fileno())
        os.write(fd, b"ready")
        os.read(fd, 1)

    pid = fork(child)
    theirs.close()
    with ours:
        assert ours.recv(5) == b"ready"
        seen = read(pid)
    reap(pid)
    return seen


def read_status(name: str, pid: int) -> str:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(line.split()[1] for line in lines if line.startswith(f"{name}:"))


@pytest.mark.parametrize(
    ("name", "want"),
    [("NoNewPrivs", "1"), ("Seccomp", "2"), ("Threads", "1"), ("CapInh", "0" * 16),
     ("CapAmb", "0" * 16)],
)  # fmt: skip
def test_a_worker_has_given_up_its_privileges(name: str, want: str) -> None:
    """New privileges, unfiltered calls, further threads: the kernel says they are gone."""
    assert state_of_a_worker(partial(read_status, name)) == want


@pytest.mark.skipif(not IS_ROOT, reason="only root has powers to lose")
def test_of_roots_powers_only_reading_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """CAP_DAC_READ_SEARCH, because Landlock restricts which files are read."""
    for name in ("CapEff", "CapPrm"):
        assert state_of_a_worker(partial(read_status, name)) == f"{4:016x}"
    leave_out("capabilities", monkeypatch)
    assert int(state_of_a_worker(partial(read_status, "CapEff")), 16) > 4


def test_a_worker_is_killed_first_where_memory_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel ends a worker before it ends the examiner."""

    def read(pid: int) -> str:
        return Path(f"/proc/{pid}/oom_score_adj").read_text(encoding="ascii").strip()

    assert state_of_a_worker(read) == "1000"
    leave_out("first", monkeypatch)
    assert state_of_a_worker(read) != "1000"


def test_a_crash_leaves_no_core_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker's memory is not written to disk."""

    def read(pid: int) -> str:
        lines = Path(f"/proc/{pid}/limits").read_text(encoding="ascii").splitlines()
        return next(line.split()[4] for line in lines if line.startswith("Max core file size"))

    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if not hard:
        pytest.skip("this machine writes no core files")
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    try:
        assert state_of_a_worker(read) == "0"
        leave_out("limit:CORE", monkeypatch)
        assert state_of_a_worker(read) != "0"
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


@contextlib.contextmanager
def another_standard_input() -> Iterator[None]:
    """Run with a pipe as standard input instead of what the tests were given."""
    before, (end, other) = os.dup(0), os.pipe()
    os.dup2(end, 0)
    try:
        yield
    finally:
        os.dup2(before, 0)
        for fd in (before, end, other):
            os.close(fd)


def test_no_descriptor_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the stream and three null devices are open."""

    def listed() -> str:
        return ",".join(str(fd) for fd in range(200) if _is_open(fd))

    def devices() -> str:
        return str({os.fstat(standard).st_rdev for standard in (0, 1, 2)})

    with another_standard_input():
        assert confined(devices) == str({os.stat(os.devnull).st_rdev})

    with Path(__file__).open() as kept_open:
        assert kept_open.fileno() > 3
        assert confined(listed) == "0,1,2,3"
        leave_out("descriptors", monkeypatch)
        assert f",{kept_open.fileno()}," in confined(listed)


def _is_open(fd: int) -> bool:
    with contextlib.suppress(OSError):
        os.fstat(fd)
        return True
    return False


@pytest.mark.parametrize("family", ["tcp", "abstract"])
def test_nothing_can_be_connected_to(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seccomp refuses sockets, and Landlock would refuse to connect one."""
    address: Any = f"\0grader-sandbox-{os.getpid()}" if family == "abstract" else ("127.0.0.1", 0)
    kind = socket.AF_UNIX if family == "abstract" else socket.AF_INET
    with socket.socket(kind) as server:
        server.bind(address)
        server.listen()
        attack = partial(connects, server.getsockname(), kind)
        for out in ((), ("landlock",), (SOCKET,)):
            with monkeypatch.context() as patch:
                for restriction in out:
                    leave_out(restriction, patch)
                assert confined(attack) != WON
        leave_out("landlock", monkeypatch)
        leave_out(SOCKET, monkeypatch)
        assert confined(attack) == WON


def outlives_its_parent() -> bool:
    """Return whether a confined process outlives the process that forked it."""
    ours, theirs = socket.socketpair()
    confinement = confine.Confinement(memory_mib=4096, cpu_s=5)

    def child() -> None:
        fd = confinement.apply(theirs.fileno())
        os.write(fd, b"x")
        os.read(fd, 1)
        os.write(fd, b"y")

    def parent() -> None:
        fork(child)
        theirs.close()
        time.sleep(60)

    pid = fork(parent)
    theirs.close()
    with ours:
        assert ours.recv(1) == b"x"
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        with contextlib.suppress(OSError):
            ours.send(b"?")
            return ours.recv(1) == b"y"
    return False


def test_a_fork_server_whose_coordinator_is_gone_ends_silently() -> None:
    """It reports what it found to its parent, which may have been killed."""
    theirs, ours = os.pipe()
    os.close(theirs)
    code = "from grader.sandbox.worker.fork_server import main; main(0)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, stdout=ours, stderr=subprocess.PIPE, check=False)
    os.close(ours)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_worker_ends_with_its_fork_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killing the fork server leaves no worker behind."""
    assert not outlives_its_parent()
    for module in (confine, forking):
        monkeypatch.setattr(module, "die_with_parent", lambda: None)
    assert outlives_its_parent()
