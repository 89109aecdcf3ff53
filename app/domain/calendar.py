"""Business days of Colombia: weekdays that are neither holidays nor suspended by the entity."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache, cached_property
from importlib.metadata import version
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays as holidays_library

OFFICE = ZoneInfo("America/Bogota")
FIRST_YEAR, LAST_YEAR = 2022, 2060
REACH = timedelta(days=180)  # of a term that is extended, stopped and suspended
OLDEST_LIBRARY = (0, 99)  # the first release of `holidays` that knows Ley 2578 of 2026
SATURDAY, SUNDAY = 5, 6

_SUPPRESSED = "Ley 4 de 1913, artículo 62"
_HOLIDAYS = "Ley 51 de 1983, artículo 1"
_CHIQUINQUIRA = "Ley 2578 de 2026, artículo 6"


class YearUnknown(LookupError):
    """The holidays of that year are not known, so no deadline may be counted in it."""


class LibraryTooOld(YearUnknown):
    """The installed `holidays` library is older than the law that is in force."""


@cache
def holidays_of(year: int) -> Mapping[date, str]:
    """The holidays of one year with their names (Ley 51 of 1983; Ley 2578 of 2026).

    Raises:
        YearUnknown: the year is outside what is known.
        LibraryTooOld: the `holidays` library does not know the holiday that Ley 2578 of 2026
            created.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearUnknown(f"the holidays of {year} are not known")
    installed = version("holidays")
    if _release(installed) < OLDEST_LIBRARY:
        raise LibraryTooOld(f"the installed `holidays` library ({installed}) is older than 0.99")
    days = dict(holidays_library.country_holidays("CO", years=year, language="es").items())
    if year >= 2026 and _chiquinquira(year) not in days:
        raise LibraryTooOld("the installed `holidays` library does not know Ley 2578 of 2026")
    return MappingProxyType({day: _tidy(name) for day, name in days.items()})


def check_years(first: int, last: int) -> None:
    """Ask for the holidays of every year from `first` to `last`.

    Raises:
        YearUnknown: those of one of them are not known.
    """
    for year in range(first, last + 1):
        holidays_of(year)


def check_ahead(day: date) -> None:
    """Ask for the holidays of every year that a term begun on `day` may reach.

    Raises:
        YearUnknown: those of one of them are not known, or the library is older than the law.
    """
    check_years(day.year, (day + REACH).year)


def _release(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:2])


def _chiquinquira(year: int) -> date:
    """9 July, or the Monday after it (Ley 2578 of 2026; Ley 51 of 1983, article 1)."""
    day = date(year, 7, 9)
    return day + timedelta(days=-day.weekday() % 7)


def _tidy(name: str) -> str:
    """The library's name as a citizen reads it: two holidays of one day joined by «y»."""
    names = [part.removesuffix(" (observado)") for part in name.split("; ")]
    return " y ".join(names).replace("del señor", "del Señor")


def months_after(day: date, months: int) -> date:
    """The day of the same number that many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Lifting:
    """The end of a closure before its last day: terms run again from `since` on, by `act`. `at` is
    the moment in which it became known."""

    at: datetime
    since: date
    act: str = ""


@dataclass(frozen=True)
class Closure:
    """Days on which an entity suspends its terms or is closed, both ends included, with the
    reason and the act that says so. `ordered_at` is the moment in which it became known; without
    one, it always was.

    Raises:
        ValueError: it ends before it begins.
    """

    first: date
    last: date
    reason: str
    act: str = ""
    ordered_at: datetime | None = None
    lifted: Lifting | None = None

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a closure cannot end before it begins")

    @property
    def until(self) -> date:
        """Its last day in the end: before `first` once it was lifted altogether."""
        if self.lifted is None:
            return self.last
        return min(self.last, self.lifted.since - timedelta(days=1))

    @property
    def words(self) -> str:
        """«Suspensión de términos (Resolución 12 de 2026)»."""
        return f"{self.reason} ({self.act})" if self.act else self.reason

    @property
    def source(self) -> str:
        """The act of the entity, and the law that takes such days out of a term."""
        return f"{self.act}; {_SUPPRESSED}" if self.act else _SUPPRESSED

    def known_at(self, moment: datetime) -> "Closure | None":
        """The closure as it was known at that moment, or None if it was not yet."""
        if self.ordered_at is not None and self.ordered_at > moment:
            return None
        if self.lifted is not None and self.lifted.at > moment:
            return replace(self, lifted=None)
        return self


class Cause(StrEnum):
    """Why a day is not a business day."""

    WEEKEND = "fin_de_semana"
    HOLIDAY = "festivo"
    CLOSURE = "suspension"


@dataclass(frozen=True)
class Closed:
    """Why one day does not count, in words for the citizen, and the law behind it."""

    cause: Cause
    words: str
    source: str


@dataclass(frozen=True)
class Calendar:
    """When an entity works: `closures` are its own closed days."""

    closures: tuple[Closure, ...] = ()
    saturday_counts: bool = False

    @cached_property
    def _closed_on(self) -> dict[date, Closure]:
        return {
            date.fromordinal(ordinal): closure
            for closure in reversed(self.closures)  # the first one named gives the reason
            for ordinal in range(closure.first.toordinal(), closure.until.toordinal() + 1)
        }

    def is_business_day(self, day: date) -> bool:
        """Whether terms run on `day`.

        Raises:
            YearUnknown: the holidays of its year are not known.
        """
        return not (
            day in holidays_of(day.year)
            or day.weekday() == SUNDAY
            or (day.weekday() == SATURDAY and not self.saturday_counts)
            or day in self._closed_on
        )

    def why_closed(self, day: date) -> Closed | None:
        """Why `day` does not count, or None if it counts.

        Raises:
            YearUnknown: the holidays of its year are not known.
        """
        name = holidays_of(day.year).get(day)
        if day.weekday() == SUNDAY:
            return Closed(Cause.WEEKEND, "Domingo", _SUPPRESSED)
        if day.weekday() == SATURDAY and not self.saturday_counts:
            return Closed(Cause.WEEKEND, "Sábado", _SUPPRESSED)
        if name:
            is_new = day.year >= 2026 and day == _chiquinquira(day.year)
            return Closed(Cause.HOLIDAY, f"Festivo: {name}", _CHIQUINQUIRA if is_new else _HOLIDAYS)
        if closure := self._closed_on.get(day):
            return Closed(Cause.CLOSURE, closure.words, closure.source)
        return None

    def reason_closed(self, day: date) -> str | None:
        """Only the words of `why_closed`."""
        closed = self.why_closed(day)
        return closed.words if closed else None

    def business_days_after(self, day: date) -> Iterator[date]:
        """Every business day after `day`, without end."""
        while True:
            day += timedelta(days=1)
            if self.is_business_day(day):
                yield day

    def add(self, day: date, count: int) -> date:
        """The `count`-th business day after `day` (`count` >= 1)."""
        for number, candidate in enumerate(self.business_days_after(day), 1):
            if number >= count:
                return candidate
        raise AssertionError("the calendar has no end")

    def count(self, after: date, until: date) -> int:
        """How many business days lie after `after`, up to and with `until`; 0 if none."""
        total, day = 0, after
        while day < until:
            day += timedelta(days=1)
            total += self.is_business_day(day)
        return total

    def add_months(self, day: date, months: int) -> date:
        """The last day of a term of calendar months that begins on `day`.

        It is the day of the same number, or the last of a shorter month, and the first business
        day from there on if the office is closed (Ley 4 of 1913, articles 59 and 62).
        """
        return self.add(months_after(day, months) - timedelta(days=1), 1)

    def known_at(self, moment: datetime) -> "Calendar":
        """The same calendar as it was known at that moment: later closures, and liftings, are
        not in it."""
        known = (closure.known_at(moment) for closure in self.closures)
        return Calendar(tuple(filter(None, known)), self.saturday_counts)

    def without(self, closures: Iterable[Closure]) -> "Calendar":
        """The same calendar had those closures not been ordered."""
        dropped = set(closures)
        kept = tuple(closure for closure in self.closures if closure not in dropped)
        return Calendar(kept, self.saturday_counts)
