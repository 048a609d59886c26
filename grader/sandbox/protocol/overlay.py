"""`open`, `os` and `pathlib` on files in memory, while a check gives some.

Relative names are looked for in memory, and so are absolute ones in the current folder. All other
names, and what is not replaced here, go to the system. So a program finds its files by the means
of Python, and by no system call: nothing is written, and no restriction changes.

pyfakefs replaces the whole file system instead, in every module that is loaded: each call would
take a tenth of a second with numpy loaded, and the library would have to be mapped back.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import glob
import io
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from grader.sandbox.protocol.entries import Scan
from grader.sandbox.protocol.memory_files import Files
from grader.sandbox.protocol.opened import refuse


class _Current:
    """The state of the replaced functions; without files, they do what the system does."""

    files: Files | None = None
    stdin: Any = None
    folder = ""


def _locate(path: Any, *, creates: bool = False) -> str | None:
    """Return the name of a path in memory, or None where it is not there but in the system."""
    if _Current.files is None or isinstance(path, int) or path is None:
        return None
    try:
        text = os.fsdecode(path)
    except TypeError:
        return None
    if not text or "\0" in text:
        return None
    if not os.path.isabs(text):  # noqa: PTH117 - pathlib is one of its callers
        name = os.path.normpath(text).replace(os.sep, "/")
        outside = name == ".." or name.startswith("../")
        return None if outside else "" if name == "." else name
    return _locate_absolute(os.path.normpath(text), creates)


def _locate_absolute(text: str, creates: bool) -> str | None:
    files, top = _Current.files, _Current.folder.rstrip(os.sep) + os.sep
    assert files is not None
    if not (text + os.sep).startswith(top):
        return None
    name = text[len(top) :].replace(os.sep, "/")
    if _is_real(text):
        return None  # what the system has is never hidden
    if files.is_file(name) or (name and files.is_folder(name)):
        return name
    return name if creates and files.is_folder(name.rpartition("/")[0]) else None


def _is_real(path: str) -> bool:
    try:
        _REAL["lstat"](path)
    except OSError:
        return False
    return True


def _open(  # noqa: PLR0913, PLR0917 - as Python's own
    file: Any,
    mode: str = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
    closefd: bool = True,
    opener: Any = None,
) -> Any:
    if file == 0 and type(file) is int and _Current.stdin is not None:
        return _Current.stdin.buffer if "b" in mode else _Current.stdin
    creates = isinstance(mode, str) and bool(set(mode) & set("wax"))
    name = None if opener is not None else _locate(file, creates=creates)
    if name is None or _Current.files is None or not isinstance(mode, str):
        return _REAL_OPEN(file, mode, buffering, encoding, errors, newline, closefd, opener)
    return _Current.files.open(name, file, mode, buffering, encoding, errors, newline)


def _stat(path: Any, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> Any:
    name = _locate(path) if dir_fd is None else None
    if name is None:
        return _REAL["stat"](path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
    return _status(name, path)


def _lstat(path: Any, *, dir_fd: int | None = None) -> Any:
    name = _locate(path) if dir_fd is None else None
    return _REAL["lstat"](path, dir_fd=dir_fd) if name is None else _status(name, path)


def _status(name: str, path: Any) -> os.stat_result:
    files = _Current.files
    assert files is not None
    if files.is_folder(name):
        return os.stat_result((stat.S_IFDIR | 0o755, 0, 0, 1, 0, 0, 0, 0, 0, 0))
    if not files.is_file(name):
        files.missing(path)
    return os.stat_result((stat.S_IFREG | 0o644, 0, 0, 1, 0, 0, files.size(name), 0, 0, 0))


def _listdir(path: Any = None) -> Any:
    name = _locate("." if path is None else path)
    if name is None:
        return _REAL["listdir"](path)
    names = _names_in(name, path)
    return [os.fsencode(one) for one in names] if isinstance(path, bytes) else names


def _names_in(name: str, path: Any) -> list[str]:
    files = _Current.files
    assert files is not None
    if files.is_file(name):
        refuse(errno.ENOTDIR, path)
    if not files.is_folder(name):
        files.missing(path)
    return files.names_in(name)


def _scandir(path: Any = None) -> Any:
    folder = "." if path is None else path
    name = _locate(folder)
    if name is None:
        return _REAL["scandir"](path)
    return Scan(os.fspath(folder), _names_in(name, path), _stat)


def _access(path: Any, mode: int, **options: Any) -> bool:
    name = None if options.get("dir_fd") is not None else _locate(path)
    if name is None:
        return bool(_REAL["access"](path, mode, **options))
    files = _Current.files
    assert files is not None
    with contextlib.suppress(OSError):
        files.need_change(name, path) if mode & os.W_OK else _status(name, path)
        return files.is_folder(name) or not mode & os.X_OK
    return False


def _asking(name: str, ask: Callable[[Files, str], bool]) -> Callable[[Any], bool]:
    """Return the replacement of a function of `os.path` that asks about a path."""

    def replaced(path: Any) -> bool:
        found = _locate(path)
        if found is None or _Current.files is None:
            return bool(_REAL_PATH[name](path))
        return ask(_Current.files, found)

    replaced.__name__ = replaced.__qualname__ = name
    return replaced


def _changing(name: str, change: Callable[[Files, str, Any], None]) -> Callable[..., None]:
    """Return the replacement of a function of `os` that changes a path."""

    def replaced(path: Any, *args: Any, **options: Any) -> None:
        found = None if options.get("dir_fd") is not None else _locate(path, creates=True)
        if found is None or _Current.files is None:
            _REAL[name](path, *args, **options)
        else:
            change(_Current.files, found, path)

    replaced.__name__ = replaced.__qualname__ = name
    return replaced


def _moving(name: str) -> Callable[..., None]:
    """Return the replacement of `os.rename` or `os.replace`."""

    def replaced(src: Any, dst: Any, **options: Any) -> None:
        old, new = _locate(src), _locate(dst, creates=True)
        if options or old is None or new is None or _Current.files is None:
            _REAL[name](src, dst, **options)
        else:
            _Current.files.rename(old, new, src)

    replaced.__name__ = replaced.__qualname__ = name
    return replaced


def _touch(self: Path, mode: int = 0o666, exist_ok: bool = True) -> None:
    name = _locate(self, creates=True)
    if name is None or _Current.files is None:
        _REAL_TOUCH(self, mode, exist_ok)
    elif not exist_ok and _Current.files.exists(name):
        refuse(errno.EEXIST, str(self))
    else:
        _Current.files.touch(name, str(self))


_REAL_OPEN: Any = io.open
_REAL_TOUCH: Any = Path.touch
_OF_OS: dict[str, Callable[..., Any]] = {
    "stat": _stat,
    "lstat": _lstat,
    "listdir": _listdir,
    "scandir": _scandir,
    "access": _access,
    "remove": _changing("remove", Files.remove),
    "unlink": _changing("unlink", Files.remove),
    "mkdir": _changing("mkdir", Files.make_folder),
    "rmdir": _changing("rmdir", Files.remove_folder),
    "chmod": _changing("chmod", Files.need_change),
    "utime": _changing("utime", Files.need_change),
    "rename": _moving("rename"),
    "replace": _moving("replace"),
}
_OF_PATH: dict[str, Callable[..., Any]] = {
    "exists": _asking("exists", Files.exists),
    "lexists": _asking("lexists", Files.exists),
    "isfile": _asking("isfile", Files.is_file),
    "isdir": _asking("isdir", Files.is_folder),
}
_REAL: dict[str, Any] = {name: getattr(os, name) for name in _OF_OS}
_REAL_PATH: dict[str, Any] = {name: getattr(os.path, name) for name in _OF_PATH}
_OURS = {
    id(_REAL_OPEN): _open,
    **{id(_REAL[name]): ours for name, ours in _OF_OS.items()},
    **{id(_REAL_PATH[name]): ours for name, ours in _OF_PATH.items()},
}


@contextlib.contextmanager
def overlaid(
    files: Files | None, stdin: Any = None, namespaces: Sequence[dict[str, Any]] = ()
) -> Iterator[None]:
    """Let Python find files in memory.

    Parameters
    ----------
    files : Files or None
        The files; None where names mean what they mean in the system.
    stdin : text stream, optional
        The result of ``open(0)``.
    namespaces : sequence of dict
        Namespaces of modules that may have functions of the system under other names.
    """
    with contextlib.ExitStack() as stack:
        _Current.files, _Current.stdin, _Current.folder = files, stdin, str(Path.cwd())
        stack.callback(_leave)
        for owner, name, ours in _places(with_files=files is not None):
            stack.enter_context(_replaced(owner, name, ours))
        if openers := _find_openers():
            stack.enter_context(_replaced_item(openers, None, _open))
        for names in namespaces:
            for key, value in list(names.items()):
                if ours := _OURS.get(id(value)):
                    stack.enter_context(_replaced_item(names, key, ours))
        yield


def _leave() -> None:
    _Current.files = _Current.stdin = None


def _find_openers() -> dict[Any, Any] | None:
    """Return by what numpy opens text files, under None: it keeps `open` from its own import."""
    module = sys.modules.get("numpy.lib._datasource")
    openers = getattr(getattr(module, "_file_openers", None), "_file_openers", None)
    return openers if isinstance(openers, dict) and None in openers else None


def _places(*, with_files: bool) -> Iterator[tuple[Any, str, Any]]:
    """Yield where Python's own modules look for functions of the system."""
    yield builtins, "open", _open
    yield io, "open", _open
    if not with_files:
        return
    for name, ours in _OF_OS.items():
        yield os, name, ours
    for name, ours in _OF_PATH.items():
        yield os.path, name, ours
    yield Path, "touch", _touch
    # Python 3.13 keeps it on the class by which `pathlib` looks for patterns.
    globber = getattr(glob, "_StringGlobber", None)
    kept = vars(globber).get("scandir") if globber is not None else None
    if isinstance(kept, staticmethod) and kept.__func__ is _REAL["scandir"]:
        yield globber, "scandir", staticmethod(_scandir)


@contextlib.contextmanager
def _replaced(owner: Any, name: str, ours: Any) -> Iterator[None]:
    before = vars(owner)[name]
    setattr(owner, name, ours)
    try:
        yield
    finally:
        # Replacements by the program itself stay.
        if vars(owner).get(name) is ours:
            setattr(owner, name, before)


@contextlib.contextmanager
def _replaced_item(names: dict[Any, Any], key: Any, ours: Any) -> Iterator[None]:
    before = names[key]
    names[key] = ours
    try:
        yield
    finally:
        if names.get(key) is ours:
            names[key] = before
