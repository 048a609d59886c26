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
from itertools import zip_longest
from pathlib import Path

import psutil
from batch import make_mixed, memory_mib
from common import GRADE, ROOT

TIMES = re.compile(r'"(duration_s|started_at)": [^,\n]+')
PLACES = [Path("/dev/shm"), Path(tempfile.gettempdir())]


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


def make_impatient(folder: Path) -> Path:
    """Make a course that is ours but for its limits."""
    manifest = (ROOT / "grader" / "course.toml").read_text(encoding="utf-8")
    limits = {"call_s": 3.0, "load_s": 3.0, "function_s": 4.0, "memory_mib": 512}
    for name, limit in limits.items():
        manifest = re.sub(rf"{name} = [\d.]+", f"{name} = {limit}", manifest)
    folder.mkdir()
    (folder / "course.toml").write_text(manifest, encoding="utf-8")
    (folder / "suites").symlink_to(ROOT / "grader" / "suites")
    (folder / "exercises").symlink_to(ROOT / "exercises")
    return folder


def grade(folder: Path, out: Path, options: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [GRADE, "batch", str(folder), "--output", str(out), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def graders() -> set[int]:
    """Return the examiners, fork servers and workers of this checkout that run."""
    ours = f"sys.path.insert(0, {str(ROOT)!r}); from grader."
    running = psutil.process_iter(["cmdline"])
    return {p.pid for p in running if ours in " ".join(p.info["cmdline"] or ())}


def list_places() -> set[str]:
    return {str(path) for place in PLACES for path in place.iterdir()}


def main() -> None:
    """Grade, kill, compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--exercise", action="append", default=[])
    parser.add_argument("--layout", choices=("plain", "canvas", "moodle"), default="plain")
    parser.add_argument("--gentle", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder, whole, killed = (Path(scratch, name) for name in ("class", "whole", "killed"))
        folder.mkdir()
        how = ["--course", str(make_impatient(Path(scratch, "course")))]
        how += [word for name in options.exercise for word in ("--exercise", name)]
        make_mixed(folder, options.count)
        if not options.gentle:
            add_hostile(folder, options.count)
        if options.layout != "plain":
            lay_out(folder, options.layout)
        processes, places = graders(), list_places()
        began = time.monotonic()
        batch, peak_mib = grade(folder, whole, how), 0.0
        while batch.poll() is None:
            peak_mib = max(peak_mib, memory_mib(batch.pid))
            time.sleep(1)
        took_s = time.monotonic() - began
        print(f"in peace: status {batch.returncode}, {took_s:.0f} s, at most {peak_mib:.0f} MiB")
        for kill in range(options.kills):
            batch = grade(folder, killed, how)
            time.sleep(random.uniform(1, 1.6 * took_s / options.kills))
            batch.kill()
            batch.wait()
            journal = killed / "journal.jsonl"
            done = journal.read_bytes().count(b"\n") if journal.exists() else 0
            print(f"kill {kill + 1}: {done} graded", flush=True)
        batch = grade(folder, killed, how)
        batch.wait()
        same = show_differences(results(whole), results(killed))
        time.sleep(1)
        print(f"finished: status {batch.returncode}; {'the same' if same else 'NOT THE SAME'}")
        print(f"processes left: {len(graders() - processes)}")
        print(f"files left: {sorted(list_places() - places)}")
        leftovers = [str(p) for p in killed.rglob(".*") if p.name != ".lock"]
        print(f"unfinished files left: {leftovers}")
        sys.exit(0 if same and batch.returncode == 0 else 1)


if __name__ == "__main__":
    main()
