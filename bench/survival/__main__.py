"""Run the measures and print the table; the exit code says whether every aim is met."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.survival import crowd, disk, guessing, killing, locks, mail, stopping
from bench.survival.figure import Figure

MEASURES: dict[str, Callable[[Path, bool], list[Figure]]] = {
    "killing": lambda folder, is_quick: killing.figures(folder, is_quick=is_quick),
    "crowd": lambda folder, is_quick: crowd.figures(folder, is_quick=is_quick),
    "mail": lambda folder, is_quick: mail.figures(folder, is_quick=is_quick),
    "disk": lambda folder, _is_quick: disk.figures(folder),
    "locks": lambda folder, _is_quick: locks.figures(folder),
    "stopping": lambda folder, _is_quick: stopping.figures(folder),
    "guessing": lambda folder, is_quick: guessing.figures(folder, is_quick=is_quick),
}


def main() -> int:
    """Measure what was asked for; 0 if every aim is met."""
    parser = argparse.ArgumentParser(prog="python -m bench.survival", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer kills, filings and samples")
    parser.add_argument("--only", choices=MEASURES, action="append", help="one measure (repeat)")
    chosen = parser.parse_args()
    found: list[Figure] = []
    for name in chosen.only or MEASURES:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="sac-survival-") as folder:
            found += MEASURES[name](Path(folder), chosen.quick)
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    print(table(found))
    return 0 if all(figure.is_met for figure in found) else 1


def table(figures: Sequence[Figure]) -> str:
    """The figures in columns, in Markdown."""
    rows = [("what", "aim", "figure", "verdict")]
    rows += [(one.what, one.aim, one.seen, "met" if one.is_met else "SHORT") for one in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
