"""The stored results: samples and conditions of each part, as JSON that is kept."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec
from common import CORES, ROOT, Row

from grader import __version__
from grader.files import write_whole

RESULTS = ROOT / "benchmarks" / "results.json"


class Part(msgspec.Struct):
    """What one part measured, and on what."""

    conditions: dict[str, str]
    rows: list[Row]


def describe_conditions() -> dict[str, str]:
    """Return the machine, the versions, and how busy the machine is."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{CORES} cores ({_name_processor()}), {_memory_gib():.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "pytest": version("pytest"),
        "grader": __version__,
        "load": f"{os.getloadavg()[0]:.1f}",
    }


def read_results(path: Path) -> dict[str, Part]:
    """Read the results of all parts, by name."""
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Part]) if path.exists() else {}


def write_results(path: Path, name: str, part: Part) -> None:
    """Replace the results of one part; those of the others stay."""
    found = {**read_results(path), name: part}
    for one in found.values():
        for row in one.rows:
            for samples in row.figures.values():
                samples[:] = [float(f"{sample:.4g}") for sample in samples]
    write_whole(path, msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")


def _name_processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
