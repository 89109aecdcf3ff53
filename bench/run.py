"""`make bench`: starts the floor and the product, measures both, prints the table of aims."""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from bench.measures import Bench, Effort, Line, queues, searches
from bench.product import Product
from bench.sites import ROOT, Floor
from tests.support.postgres import Cluster

FULL = (Effort(runs=3, seconds=2.0), (1_000, 100_000, 1_000_000))
QUICK = (Effort(runs=3, seconds=0.4), (1_000, 20_000))


def main() -> None:
    """Measure, print the table, and end with 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs, fewer cases")
    parser.add_argument("--sizes", type=int, nargs="+", metavar="CASES", help="other sizes")
    parser.add_argument("--postgresql", action="store_true", help="the product on PostgreSQL")
    parser.add_argument("--reading", action="store_true", help="only the rows of the staff's lists")
    given = parser.parse_args()
    effort, sizes = QUICK if given.quick else FULL
    began = perf_counter()
    chosen = tuple(given.sizes or sizes)
    with _databases(on_postgresql=given.postgresql) as address:
        lines = measure(effort, chosen, address, only_reading=given.reading)
    print(_about(effort, "PostgreSQL" if given.postgresql else "SQLite"))
    print(_table(lines))
    missed = sum(not line.holds for line in lines)
    print(
        f"\n{len(lines) - missed} of {len(lines)} aims reached in {perf_counter() - began:.0f} s."
    )
    sys.exit(1 if missed else 0)


@contextmanager
def _databases(*, on_postgresql: bool) -> Iterator[Callable[[int], str]]:
    """What gives the address of the product's database at each size; "" for SQLite."""
    if not on_postgresql:
        yield lambda _size: ""
        return
    cluster = Cluster(durable=True)

    def address(size: int) -> str:
        cluster.create(f"bench_{size}")
        return cluster.url(f"bench_{size}")

    try:
        yield address
    finally:
        cluster.stop()


def measure(
    effort: Effort,
    sizes: tuple[int, ...],
    address: Callable[[int], str],
    *,
    only_reading: bool = False,
) -> list[Line]:
    """Every row: most at the smallest size, the queue at all of them."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sac-bench-")))
        benches = {
            size: stack.enter_context(_running(folder / str(size), size, effort, address(size)))
            for size in sorted(sizes)
        }
        _tell("queue")
        lines = [*queues(benches, effort.runs)]
        _tell("search")
        lines += searches(benches, effort.runs)
        lines += _all_but_the_queue(benches[min(sizes)], only_reading=only_reading)
    return sorted(lines, key=lambda line: line.row)


def _all_but_the_queue(bench: Bench, *, only_reading: bool) -> Iterator[Line]:
    reading = (bench.case_page, bench.statements)
    every = (bench.public_page, bench.case_page, bench.statements, bench.entering, bench.company,
            bench.large_upload, bench.filing, bench.cold_start)  # fmt: skip
    for row in reading if only_reading else every:
        _tell(row.__name__.replace("_", " "))
        yield from row()


@contextmanager
def _running(folder: Path, size: int, effort: Effort, database_url: str) -> Iterator[Bench]:
    """Seed and start both sites, and stop them whatever happens."""
    sites = Floor(folder / "floor", size), Product(folder / "product", size, database_url)
    for site in sites:
        _tell(f"{site.name}: seeding {size:,} cases")
        site.folder.mkdir(parents=True)
        began = perf_counter()
        site.seed()
        _tell(f"{site.name}: seeded in {perf_counter() - began:.0f} s")
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


def _about(effort: Effort, database: str) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    load = " · ".join(f"{figure:.1f}" for figure in os.getloadavg())
    return (
        f"\nSAC {commit} · Python {platform.python_version()} · Flask {version('flask')} · "
        f"waitress {version('waitress')} · {database} · "
        f"medians of {effort.runs} runs of {effort.seconds} s, in turns with the floor (SQLite)\n"
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
