"""Departments and municipalities of Colombia, with the codes of DANE's DIVIPOLA."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Municipality:
    """`code` is text of five digits; its first two are the department."""

    code: str
    department: str
    name: str

    @property
    def label(self) -> str:
        """«Soacha (Cundinamarca)»."""
        return f"{self.name} ({self.department})"


@cache
def municipalities() -> dict[str, Municipality]:
    """Every municipality and non-municipal area by code, in the order of the code."""
    text = files("app.domain").joinpath("divipola.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["code"]: Municipality(row["code"], row["department"], row["municipality"])
        for row in rows
    }


@cache
def by_department() -> dict[str, list[Municipality]]:
    """The municipalities of each department, both in alphabetical order."""
    groups: dict[str, list[Municipality]] = {}
    for place in sorted(municipalities().values(), key=lambda m: (m.department, m.name)):
        groups.setdefault(place.department, []).append(place)
    return groups
