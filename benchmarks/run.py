"""Measure everything in pairs, store the results, and write the pages that quote them.

    python benchmarks/run.py                 measure all parts (about a quarter of an hour)
    python benchmarks/run.py --quick         measure tiny classes, and store nothing
    python benchmarks/run.py --only PART     measure this part; may be repeated
    python benchmarks/run.py --write         write docs/benchmarks.md and the figures of other pages
    python benchmarks/run.py --check         exit with 1 if these pages have other figures

The results are stored after each part, with the machine's state at its start, so after an
interruption --only measures what is missing. No benchmark asserts a time.
"""

from __future__ import annotations

import argparse
import importlib
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from common import ROOT, Row, Size
from results import RESULTS, Part, describe_conditions, read_results, write_results
from tables import format_row

from grader.files import write_whole

# In the order of the page. `verify` takes minutes, and is measured only on request.
PARTS = ("cold", "watch", "batch", "cost", "pieces", "growth", "hanging", "killed_batch", "scale")
ON_REQUEST = ("verify",)
DEFAULT = Size(count=10, pairs=3, reports=2000, growth=(10, 100, 1000))
QUICK = Size(count=2, pairs=1, reports=20, growth=(2, 4))


def _measure(part: str, size: Size) -> Iterator[Row]:
    """Yield the rows of one part, from the module of its name, and print each."""
    for row in importlib.import_module(part).measure(size):
        print(f"  {format_row(row)}", flush=True)
        yield row


def _make_pages(results: Path, *, write: bool) -> None:
    from pages import make_pages

    stale = 0
    for path, text in make_pages(read_results(results)).items():
        name = path.relative_to(ROOT)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if write:
            write_whole(path, text.encode())
        stale += not write
        print(f"wrote {name}" if write else f"{name} has other figures; run with --write")
    raise SystemExit(1 if stale else 0)


def main() -> None:
    """Measure or write, as the options say."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="measure tiny classes")
    parser.add_argument("--only", action="append", choices=[*PARTS, *ON_REQUEST], metavar="PART")
    for name, text in (
        ("count", "submissions in a class"),
        ("pairs", "how often each pair is measured"),
        ("reports", "reports in the folder that is exported"),
    ):
        parser.add_argument(f"--{name}", type=int, help=text)
    parser.add_argument("--growth", help="sizes of the growing class, such as 10,100,1000,10000")
    parser.add_argument("--results", type=Path, help="store the results in this file")
    parser.add_argument("--write", action="store_true", help="write the pages, measure nothing")
    parser.add_argument("--check", action="store_true", help="compare the pages with the results")
    options = parser.parse_args()
    results = options.results or (None if options.quick else RESULTS)
    if options.write or options.check:
        _make_pages(results or RESULTS, write=options.write)
        return
    size = QUICK if options.quick else DEFAULT
    given = {name: getattr(options, name) for name in ("count", "pairs", "reports")}
    if options.growth:
        given["growth"] = tuple(map(int, options.growth.split(",")))
    size = replace(size, **{name: value for name, value in given.items() if value})
    began, failed = time.monotonic(), []
    for part in options.only or PARTS:
        conditions = describe_conditions()
        print(
            f"{part} ({time.monotonic() - began:.0f} s so far, load {conditions['load']})",
            flush=True,
        )
        try:
            rows = list(_measure(part, size))
        except (Exception, SystemExit) as error:  # noqa: BLE001
            # The other parts are measured all the same.
            traceback.print_exception(error)
            failed.append(part)
            continue
        if results is not None:
            write_results(results, part, Part(conditions, rows))
    print(f"measured in {time.monotonic() - began:.0f} s")
    if failed:
        raise SystemExit(f"not measured: {', '.join(failed)}")


if __name__ == "__main__":
    main()
