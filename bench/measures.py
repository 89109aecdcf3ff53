"""The rows of the table: each measures both sites in turns, A B A B, and says whether it holds."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from statistics import median
from typing import TypeVar

from bench import load
from bench.load import Sample
from bench.product import Product
from bench.sites import Floor, Site

KILOBYTE, MEGABYTE = 1024, 1024 * 1024
Figure = TypeVar("Figure")


@dataclass(frozen=True)
class Line:
    """One figure of the table, its aim and whether it was reached."""

    row: int
    what: str
    aim: str
    base: str
    product: str
    figure: str
    holds: bool


@dataclass(frozen=True)
class Effort:
    """How long to measure."""

    runs: int
    seconds: float


class Bench:
    """Two sites that run, and processes that load them."""

    def __init__(self, floor: Floor, product: Product, effort: Effort) -> None:
        self.floor = floor
        self.product = product
        self.effort = effort
        self._loaders = ProcessPoolExecutor(2, mp_context=get_context("spawn"))

    def close(self) -> None:
        """End the loading processes."""
        self._loaders.shutdown()

    def start(self, job: Callable[..., Figure], *arguments: object) -> Future[Figure]:
        """Run a load and go on."""
        return self._loaders.submit(job, *arguments)

    def run(self, job: Callable[..., Figure], *arguments: object) -> Figure:
        """Run a load and wait for what it saw."""
        return self.start(job, *arguments).result()

    def alternate(self, measure: Callable[[Site], Figure]) -> tuple[list[Figure], list[Figure]]:
        """Measure floor and product in turns; return what was seen of each."""
        seen: tuple[list[Figure], list[Figure]] = ([], [])
        for _ in range(self.effort.runs):
            seen[0].append(measure(self.floor))
            seen[1].append(measure(self.product))
        return seen

    def public_page(self) -> Iterator[Line]:
        """Rows 1 and 2."""
        for people in (1, 8, 32):
            floor, product = self.alternate(partial(self._pages, people=people))
            yield _rate(1, f"public page, requests/s at {people}", 0.5, floor, product)
        yield _ratio(2, "public page, p95 at 32", 2.2, _p95(floor), _p95(product))

    def filing(self) -> Iterator[Line]:
        """Rows 3 and 4."""
        for people in (1, 8):
            floor, product = self.alternate(partial(self._filings, people=people))
            yield _rate(3, f"filing 200 KB, flows/s at {people}", 0.6, floor, product)
            if people == 1:
                yield _ratio(4, "filing, p95 of the POST at 1", 2.0, _p95(floor), _p95(product))
            else:
                yield _errors(4, "filing, errors at 8", product)
        yield _errors(4, "filing, errors at 32", [self._filings(self.product, 32)])

    def large_upload(self) -> Iterator[Line]:
        """Row 5."""
        floor, product = self.alternate(lambda site: self._large(site, 1))
        yield _ratio(5, "10 MB upload, time", 1.3, _p50(floor), _p50(product))
        growths, errors = [], []
        for _ in range(self.effort.runs):
            before = self.product.memory()
            with _peak(self.product.memory) as peak:
                errors += self._large(self.product, 4).errors
            growths.append(peak[0] - before)
        growth = max(growths)
        yield Line(5, "10 MB upload, growth of memory with 4 at once", "≤ 8 MB", "",
                   f"{growth:.1f} MB", f"{growth:.1f} MB", growth <= 8 and not errors)  # fmt: skip

    def case_page(self) -> Iterator[Line]:
        """Row 9, without the count of statements."""
        floor, product = self.alternate(partial(self._staff_page, what="case"))
        yield _ratio(9, "case page with 20 messages, p50", 3.0, _p50(floor), _p50(product))

    def cold_start(self) -> Iterator[Line]:
        """Row 10. Leaves both sites running anew."""

        def restart(site: Site) -> tuple[float, float]:
            site.stop()
            return site.start(), site.memory()

        floor, product = self.alternate(restart)
        starts, memories = zip(*floor, strict=True), zip(*product, strict=True)
        (floor_start, floor_memory), (product_start, product_memory) = starts, memories
        yield _ratio(10, "cold start to first 200", 2.8, floor_start, product_start)
        yield _ratio(10, "idle memory (PSS)", 2.8, floor_memory, product_memory, unit="MB")

    def statements(self) -> Iterator[Line]:
        """Row 9, the SQL statements of the case page, with few messages and with many."""
        few, many = self.product.statements()
        yield Line(9, f"case page, SQL statements with {few.messages} and {many.messages} messages",
                   "≤ 8", "", f"{few.count} and {many.count}", f"{many.count}",
                   few.count == many.count <= 8)  # fmt: skip

    def entering(self) -> Iterator[Line]:
        """Row 11: the floor's login only checks the same hash, so what is beyond it is left."""
        floor, product = self.alternate(
            lambda site: self.run(load.logins, site.entering(), 1, self.effort.seconds)
        )
        pairs = zip(_p50(floor), _p50(product), strict=True)
        beyond = median(ours - least for least, ours in pairs)
        holds = beyond <= 0.003 and not _all_errors(product)
        yield Line(11, "login, time beyond the hash", "≤ 3 ms", _ms(median(_p50(floor))),
                   _ms(median(_p50(product))), _ms(beyond), holds)  # fmt: skip

    def company(self) -> Iterator[Line]:
        """Row 12: the public page alone, then beside heavy work."""
        site = self.product
        quiet = _p95(self._pages(site, 1) for _ in range(self.effort.runs))

        def beside(job: Callable[..., Sample], *arguments: object) -> Iterator[float]:
            for _ in range(self.effort.runs):
                other = self.start(job, *arguments)
                yield from _p95([self._pages(site, 1)])
                other.result()

        seconds = self.effort.seconds
        loads: dict[str, tuple[Callable[..., Sample], tuple[object, ...]]] = {
            "8 logins at once": (load.logins, (site.entering(), 8, seconds)),
            "10 MB uploads": (
                load.filings,
                (site.citizen(), site.filing, 10 * MEGABYTE, 1, seconds),
            ),
        }
        for what, (job, arguments) in loads.items():
            words = f"public page, p95 during {what} ÷ quiet"
            yield _ratio(12, words, 3.0, quiet, list(beside(job, *arguments)))

    def queue(self, page: str) -> tuple[Sample, Sample]:
        """One turn of rows 6 to 8: a page of the queue, of the floor and of the product."""
        return self._staff_page(self.floor, page), self._staff_page(self.product, page)

    def _pages(self, site: Site, people: int) -> Sample:
        return self.run(load.pages, site.visitor(), [site.page], people, self.effort.seconds)

    def _staff_page(self, site: Site, what: str) -> Sample:
        path = getattr(site, what)
        return self.run(load.pages, site.clerk(), [path], 1, self.effort.seconds)

    def _filings(self, site: Site, people: int) -> Sample:
        return self.run(load.filings, site.citizen(), site.filing, 200 * KILOBYTE, people,
                        self.effort.seconds)  # fmt: skip

    def _large(self, site: Site, people: int) -> Sample:
        return self.run(load.uploads_at_once, site.citizen(), site.filing, 10 * MEGABYTE, people)


QUEUE_PAGES = {"queue": "first", "deep": "deep", "filtered": "filtered"}


def queues(benches: dict[int, Bench], runs: int) -> Iterator[Line]:
    """Rows 6 and 7. Every size is measured in every turn, so that they share the machine's mood."""
    for page, word in QUEUE_PAGES.items():
        turns = [{size: bench.queue(page) for size, bench in benches.items()} for _ in range(runs)]
        for size in benches:
            floor, product = zip(*(turn[size] for turn in turns), strict=True)
            what = f"staff queue, {word} page, p50 at {size:,} cases"
            yield _ratio(6, what, 2.5, _p50(floor), _p50(product))
        small, large = min(benches), max(benches)
        least, most = ([turn[size][1] for turn in turns] for size in (small, large))
        what = f"flatness of the {word} page, p95 at {large:,} ÷ at {small:,}"
        yield _ratio(7, what, 1.5, _p95(least), _p95(most))


SEARCHES = {"rare": "a rare word", "common": "a common word", "absent": "a word that is nowhere"}


def searches(benches: dict[int, Bench], runs: int) -> Iterator[Line]:
    """Row 8, and row 7 of searching. Every size is measured in every turn."""
    for page, words in SEARCHES.items():
        turns = [{size: bench.queue(page) for size, bench in benches.items()} for _ in range(runs)]
        for size in benches:
            floor, product = zip(*(turn[size] for turn in turns), strict=True)
            what = f"search for {words}, p50 at {size:,} cases"
            yield _ratio(8, what, 2.5, _p50(floor), _p50(product))
        small, large = min(benches), max(benches)
        least, most = ([turn[size][1] for turn in turns] for size in (small, large))
        what = f"flatness of searching {words}, p95 at {large:,} ÷ at {small:,}"
        yield _ratio(7, what, 1.5, _p95(least), _p95(most))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies; infinite when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")


def _rate(
    row: int, what: str, aim: float, floor: Sequence[Sample], product: Sequence[Sample]
) -> Line:
    base = median(sample.rate for sample in floor)
    reached = median(sample.rate for sample in product)
    holds = reached >= aim * base and not _all_errors(product)
    return Line(row, what, f"≥ {aim} × floor", f"{base:.1f}/s", f"{reached:.1f}/s",
                f"{reached / base:.2f} ×", holds)  # fmt: skip


def _ratio(
    row: int, what: str, aim: float, floor: Sequence[float], product: Sequence[float],
    unit: str = "ms",
) -> Line:  # fmt: skip
    base, reached = median(floor), median(product)
    write = _ms if unit == "ms" else (lambda value: f"{value:.1f} MB")
    return Line(row, what, f"≤ {aim} ×", write(base), write(reached),
                f"{reached / base:.2f} ×", reached <= aim * base)  # fmt: skip


def _errors(row: int, what: str, samples: Sequence[Sample]) -> Line:
    errors = _all_errors(samples)
    count = sum(len(sample.flows) for sample in samples)
    words = f"{len(errors)} of {count}" + (f" ({errors[0][:80]})" if errors else "")
    return Line(row, what, "none", "", words, str(len(errors)), not errors and count > 0)


def _all_errors(samples: Sequence[Sample]) -> list[str]:
    return [error for sample in samples for error in sample.errors]


def _p50(samples: Sequence[Sample]) -> list[float]:
    return [percentile(sample.answers, 0.5) for sample in samples]


def _p95(samples: Iterator[Sample] | Sequence[Sample]) -> list[float]:
    return [percentile(sample.answers, 0.95) for sample in samples]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


@contextmanager
def _peak(measure: Callable[[], float]) -> Iterator[list[float]]:
    """Lend a list whose only figure is the largest that `measure` gave during the block."""
    peak, over = [measure()], threading.Event()

    def watch() -> None:
        while not over.wait(0.01):
            peak[0] = max(peak[0], measure())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()
