"""`make bench`: starts the floor and the product, measures both, prints the table of aims."""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from bench.measures import Bench, Effort, Line, queues, searches
from bench.product import Product
from bench.sites import ROOT, Floor

FULL = (Effort(runs=3, seconds=2.0), (1_000, 100_000, 1_000_000))
QUICK = (Effort(runs=3, seconds=0.4), (1_000, 20_000))


def main() -> None:
    """Measure, print the table, and end with 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs, fewer cases")
    parser.add_argument("--sizes", type=int, nargs="+", metavar="CASES", help="other sizes")
    given = parser.parse_args()
    effort, sizes = QUICK if given.quick else FULL
    began = perf_counter()
    lines = measure(effort, tuple(given.sizes or sizes))
    print(_about(effort))
    print(_table(lines))
    missed = sum(not line.holds for line in lines)
    print(
        f"\n{len(lines) - missed} of {len(lines)} aims reached in {perf_counter() - began:.0f} s."
    )
    sys.exit(1 if missed else 0)


def measure(effort: Effort, sizes: tuple[int, ...]) -> list[Line]:
    """Every row: most at the smallest size, the queue at all of them."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sac-bench-")))
        benches = {
            size: stack.enter_context(_running(folder / str(size), size, effort))
            for size in sorted(sizes)
        }
        _tell("queue")
        lines = [*queues(benches, effort.runs)]
        _tell("search")
        lines += searches(benches, effort.runs)
        lines += _all_but_the_queue(benches[min(sizes)])
    return sorted(lines, key=lambda line: line.row)


def _all_but_the_queue(bench: Bench) -> Iterator[Line]:
    rows = (bench.public_page, bench.case_page, bench.statements, bench.entering, bench.company,
            bench.large_upload, bench.filing, bench.cold_start)  # fmt: skip
    for row in rows:
        _tell(row.__name__.replace("_", " "))
        yield from row()


@contextmanager
def _running(folder: Path, size: int, effort: Effort) -> Iterator[Bench]:
    """Seed and start both sites, and stop them whatever happens."""
    sites = Floor(folder / "floor", size), Product(folder / "product", size)
    for site in sites:
        _tell(f"{site.name}: seeding {size:,} cases")
        site.folder.mkdir(parents=True)
        site.seed()
    bench = Bench(*sites, effort)
    try:
        for site in sites:
            site.start()
            site.find_pages()
        yield bench
    finally:
        bench.close()
        for site in sites:
            site.stop()


def _about(effort: Effort) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    load = " · ".join(f"{figure:.1f}" for figure in os.getloadavg())
    return (
        f"\nSAC {commit} · Python {platform.python_version()} · Flask {version('flask')} · "
        f"waitress {version('waitress')} · medians of {effort.runs} runs of {effort.seconds} s, "
        "floor and product in turns\n"
        f"Load average at the end, on {os.cpu_count()} processors: {load}\n"
    )


def _table(lines: list[Line]) -> str:
    """The table in Markdown."""
    rows = ["| # | what | aim | base | product | figure | |", "|---|---|---|---|---|---|---|"]
    rows += [
        f"| {line.row} | {line.what} | {line.aim} | {line.base} | {line.product} "
        f"| {line.figure} | {'holds' if line.holds else 'MISSED'} |"
        for line in lines
    ]
    return "\n".join(rows)


def _tell(words: str) -> None:
    print(f"… {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
