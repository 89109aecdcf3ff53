"""Business days of Colombia: weekdays that are neither holidays nor suspended by the entity."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays as holidays_library

OFFICE = ZoneInfo("America/Bogota")
FIRST_YEAR, LAST_YEAR = 2022, 2060
SATURDAY, SUNDAY = 5, 6


class YearUnknown(LookupError):
    """The holidays of that year are not known, so no deadline may be counted in it."""


@cache
def holidays_of(year: int) -> Mapping[date, str]:
    """The holidays of one year with their names (Ley 51 of 1983; Ley 2578 of 2026).

    Raises:
        YearUnknown: the year is outside what is known, or the `holidays` library is too old
            to know the holiday that Ley 2578 of 2026 created (it came with release 0.99).
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearUnknown(f"the holidays of {year} are not known")
    days = dict(holidays_library.country_holidays("CO", years=year, language="es").items())
    if year >= 2026 and _monday_from(date(year, 7, 9)) not in days:
        raise YearUnknown("the installed `holidays` library does not know Ley 2578 of 2026")
    return MappingProxyType(days)


def _monday_from(day: date) -> date:
    """The day itself if it is a Monday, else the next one (Ley 51 of 1983, article 1)."""
    return day + timedelta(days=-day.weekday() % 7)


@dataclass(frozen=True)
class Calendar:
    """When an entity works: `suspensions` are its own closed days with their reason."""

    suspensions: Mapping[date, str] = field(default_factory=dict)
    saturday_counts: bool = False

    def reason_closed(self, day: date) -> str | None:
        """Why `day` does not count, in words for the citizen, or None if it counts."""
        if day.weekday() == SUNDAY:
            return "Domingo"
        if day.weekday() == SATURDAY and not self.saturday_counts:
            return "Sábado"
        if name := holidays_of(day.year).get(day):
            return f"Festivo: {name}"
        return self.suspensions.get(day)

    def is_business_day(self, day: date) -> bool:
        """Whether terms run on `day`."""
        return self.reason_closed(day) is None

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
