"""Grade a mixed class twice, once without interruption and once with kills, and compare.

    python benchmarks/killed_batch.py [--count 1000] [--kills 10] [--exercise NAME]...
                                      [--layout canvas|moodle] [--gentle]

The class is a mixture of solutions, stubs, misconceptions and hostile submissions. The second
batch is killed with SIGKILL at random moments and started again each time. At the end both
must have written the same reports apart from times, without remaining processes, files or
memory. The limits of time and memory are lower than those of the course, so that hostile
submissions end soon. ``--layout`` lays the class out as a download of that platform, and
``--gentle`` leaves out the hostile submissions.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import psutil
from classes import make_class, make_course
from common import ENVIRONMENT, GRADE, ROOT, Row, Size, memory_mib

TIMES = re.compile(r'"(duration_s|started_at)": [^,\n]+')
# Lower than those of the course, so that hostile submissions end soon.
LIMITS = {"call_s": 3.0, "load_s": 3.0, "function_s": 4.0, "memory_mib": 512}
SHARED_MEMORY = Path("/dev/shm")


def add_hostile(folder: Path, count: int) -> None:
    """Put a hostile submission into every tenth place."""
    attacks = sorted((ROOT / "tests" / "sandbox" / "hostile").glob("*.py"))
    for place, number in enumerate(range(9, count, 10)):
        attack = attacks[place % len(attacks)]
        own = folder / f"s{number:05}" / "activations.py"
        solution = (ROOT / "solutions" / "activations.py").read_text()
        own.write_text(solution + "\n\n" + attack.read_text().replace("{ROOT}", str(ROOT)))


def lay_out(folder: Path, layout: str) -> None:
    """Turn a folder of each student's files into a platform's download."""
    for number, own in enumerate(sorted(folder.iterdir())):
        for file in own.iterdir():
            if layout == "canvas":
                file.rename(folder / f"{own.name}_{10_000 + number}_{90_000 + number}_{file.name}")
        if layout == "moodle":
            own.rename(folder / f"Student {own.name}_{10_000 + number}_assignsubmission_file_")
        else:
            own.rmdir()


def results(folder: Path) -> dict[str, str]:
    """Return what a batch wrote, without times."""
    return {
        str(path.relative_to(folder)): TIMES.sub("", path.read_text(encoding="utf-8"))
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (".lock", "journal.jsonl")
    }


def show_differences(whole: dict[str, str], killed: dict[str, str]) -> bool:
    """Print the first lines that differ, and return whether there are none."""
    differ = [name for name in sorted({*whole, *killed}) if whole.get(name) != killed.get(name)]
    for name in differ[:20]:
        pair = [text.splitlines() for text in (whole.get(name, ""), killed.get(name, ""))]
        lines = [
            f"  {a.strip()}  |  {b.strip()}" for a, b in zip_longest(*pair, fillvalue="") if a != b
        ]
        print("\n".join([f"{name} differs in {len(lines)} lines", *lines[:6]]))
    return not differ


def grade(folder: Path, out: Path, options: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*GRADE, "batch", str(folder), "--output", str(out), *options],
        # Others' temporary files are not counted.
        env={**ENVIRONMENT, "TMPDIR": str(folder.parent / "temporary")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def graders() -> set[int]:
    """Return the examiners, fork servers and workers of this checkout that run."""
    ours = f"sys.path.insert(0, {str(ROOT)!r}); from grader."
    running = psutil.process_iter(["cmdline"])
    return {p.pid for p in running if ours in " ".join(p.info["cmdline"] or ())}


def list_temporary(folder: Path) -> set[str]:
    """Return what is in shared memory, and beside a class where its batches put their files."""
    paths = [*SHARED_MEMORY.iterdir(), *(folder.parent / "temporary").iterdir()]
    # The next batch removes what one has unpacked that was killed, once it is ten minutes old.
    return {str(path) for path in paths if not path.name.startswith("grade-unpacked-")}


@dataclass(frozen=True)
class Ended:
    """What became of a batch that was killed."""

    whole_s: float
    peak_mib: float
    kills: Sequence[int]
    status: int
    same: bool
    processes_left: int
    files_left: Sequence[str]


def measure(size: Size) -> Iterator[Row]:
    """Yield what a small class without hostile submissions led to."""
    ended = run(3 * size.count, 2 * size.pairs, ["forward"], "plain", gentle=True)
    if ended.status or not ended.same:
        raise SystemExit(f"a killed batch ended in another way: {ended}")
    figures = {
        "submissions": 3.0 * size.count,
        "kills": float(len(ended.kills)),
        "reports that differ": 0.0,
        "processes left": float(ended.processes_left),
        "files left": float(len(ended.files_left)),
    }
    yield Row("killed batch", {name: [value] for name, value in figures.items()})


def run(count: int, kills: int, exercises: Sequence[str], layout: str, *, gentle: bool) -> Ended:
    """Grade a class without interruption, and with kills."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, whole, killed = (Path(scratch, name) for name in ("class", "whole", "killed"))
        how = ["--course", str(make_course(Path(scratch, "course"), LIMITS))]
        how += [word for name in exercises for word in ("--exercise", name)]
        make_class("mixed", folder, count)
        if not gentle:
            add_hostile(folder, count)
        if layout != "plain":
            lay_out(folder, layout)
        (folder.parent / "temporary").mkdir()
        processes, temporary = graders(), list_temporary(folder)
        began = time.monotonic()
        batch, peak_mib = grade(folder, whole, how), 0.0
        while batch.poll() is None:
            peak_mib = max(peak_mib, memory_mib(batch.pid))
            time.sleep(0.2)
        whole_s = time.monotonic() - began
        done = [
            kill(
                grade(folder, killed, how), random.uniform(1, max(3, 1.6 * whole_s / kills)), killed
            )
            for _ in range(kills)
        ]
        status = grade(folder, killed, how).wait()
        same = show_differences(results(whole), results(killed))
        time.sleep(1)
        left = [str(path) for path in killed.rglob(".*") if path.name != ".lock"]
        left += sorted(list_temporary(folder) - temporary)
        return Ended(whole_s, peak_mib, done, status, same, len(graders() - processes), left)


def kill(batch: subprocess.Popen[bytes], after_s: float, out: Path) -> int:
    """Kill a batch after some time, and return how many submissions were graded by then."""
    time.sleep(after_s)
    batch.kill()
    batch.wait()
    journal = out / "journal.jsonl"
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def main() -> None:
    """Grade, kill, compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--exercise", action="append", default=[])
    parser.add_argument("--layout", choices=("plain", "canvas", "moodle"), default="plain")
    parser.add_argument("--gentle", action="store_true")
    given = parser.parse_args()
    ended = run(given.count, given.kills, given.exercise, given.layout, gentle=given.gentle)
    print(f"without a kill: {ended.whole_s:.0f} s, at most {ended.peak_mib:.0f} MiB")
    print(f"graded before each kill: {', '.join(map(str, ended.kills))}")
    print(f"finished: status {ended.status}; {'the same' if ended.same else 'NOT THE SAME'}")
    print(f"processes left: {ended.processes_left}")
    print(f"files left: {ended.files_left}")
    sys.exit(0 if ended.same and ended.status == 0 else 1)


if __name__ == "__main__":
    main()
