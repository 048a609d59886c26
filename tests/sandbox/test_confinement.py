"""What a confined worker can still do, and which files of the library it can read."""

from __future__ import annotations

import os
import resource
import sysconfig
from datetime import datetime
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo

import numpy as np
import pytest
from support.confined import confined

from grader.sandbox.protocol.probe import probe_restrictions
from grader.sandbox.worker.confinement import grantable

RESTRICTIONS = probe_restrictions()
pytestmark = pytest.mark.skipif(not RESTRICTIONS.complete, reason=RESTRICTIONS.missing)


def test_numpy_works_in_a_confined_worker() -> None:
    """Reading the library, late imports and drawing numbers are all allowed."""

    def work() -> str:
        import csv
        import dataclasses
        import fractions

        from numpy import polynomial

        np.linalg.svd(np.linalg.inv(np.random.default_rng().normal(size=(9, 9))))
        return " ".join(m.__name__ for m in (csv, dataclasses, fractions, polynomial))

    assert confined(work) == "csv dataclasses fractions numpy.polynomial"


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/proc/self/status", "/dev/urandom", __file__, "/root", "/home", "/"]
)
def test_files_outside_the_library_cannot_be_opened(path: str) -> None:
    """Landlock denies reading what is not the library."""
    assert confined(lambda: str(os.open(path, os.O_RDONLY))) == "PermissionError 13"


def test_of_a_systems_folders_only_libraries_and_time_zones_can_be_listed() -> None:
    """No others than docs/security.md names."""
    multiarch = sysconfig.get_config_var("MULTIARCH") or "none"
    package = str(Path(np.__file__).parent)
    named = {*TZPATH, f"/lib/{multiarch}", f"/usr/lib/{multiarch}", package}
    named.add(sysconfig.get_path("stdlib"))
    tops = [Path(top) for top in ("/", "/etc", "/usr", "/usr/lib", "/usr/share", "/var")]
    folders = {str(path) for top in tops for path in top.iterdir() if path.is_dir()}

    def list_all() -> str:
        return " ".join(filter(can_list, sorted(folders | named)))

    listed = set(confined(list_all).split())
    assert package in listed
    assert {os.path.realpath(path) for path in listed} <= set(map(os.path.realpath, named))


def can_list(path: str) -> bool:
    try:
        os.listdir(path)
    except OSError:
        return False
    return True


def test_the_library_can_be_read_and_not_written() -> None:
    """Read-only means read-only."""
    assert confined(lambda: str(os.open(np.__file__, os.O_RDONLY))).isdigit()
    assert confined(lambda: str(os.open(np.__file__, os.O_WRONLY))) == "PermissionError 1"
    assert confined(lambda: str(os.open(np.__file__, os.O_TRUNC))) == "PermissionError 1"


def test_limits_cannot_be_raised_even_by_root() -> None:
    """The rlimits are set, and changing any is refused."""

    def ask() -> str:
        kinds = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)
        limits = [resource.getrlimit(kind) for kind in kinds]
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (100, 100))
        except (ValueError, OSError):
            return f"{limits}"
        return "raised"

    assert confined(ask, memory_mib=4096) == f"[({2**32}, {2**32}), (5, 6), (0, 0)]"


def test_a_folder_with_a_secret_is_granted_child_by_child(tmp_path: Path) -> None:
    """A folder with a secret inside is never granted whole."""
    (tmp_path / "lib" / "site-packages" / "grader").mkdir(parents=True)
    (tmp_path / "lib" / "json").mkdir()
    (tmp_path / "lib" / "os.py").touch()
    (tmp_path / "lib" / "way-out").symlink_to(tmp_path)
    lib = tmp_path / "lib"
    secret = lib / "site-packages"
    assert set(grantable(lib, [secret])) == {lib / "json", lib / "os.py"}
    assert grantable(lib, [tmp_path / "elsewhere"]) == [lib]
    assert grantable(secret, [secret]) == []


def test_a_confined_worker_knows_the_time_zones_of_the_system() -> None:
    """By their names; the folder of their files can be read and not written."""

    def work() -> str:
        day = datetime(2024, 7, 1, tzinfo=ZoneInfo("America/New_York"))
        return str(day.utcoffset())

    assert confined(work) == "-1 day, 20:00:00"
    path = Path(TZPATH[0], "Europe", "Berlin")
    assert confined(lambda: str(os.open(path, os.O_WRONLY))) == "PermissionError 1"
