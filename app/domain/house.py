"""What an entity says of itself and decides of its hours, and what is wrong with it, by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import time
from typing import Any
from urllib.parse import urlsplit

from app.domain.contact import normalise_email
from app.domain.deadline import Reading
from app.domain.divipola import municipalities
from app.domain.radicado import PREFIX
from app.domain.registration import name_problem, tidy

# Characters that each field may hold; more is refused in words, never cut.
LIMITS = {
    "name": 160,
    "short_name": 60,
    "portal_url": 300,
    "men_url": 300,
    "helpdesk_address": 200,
    "helpdesk_phone": 60,
    "helpdesk_email": 254,
    "helpdesk_hours": 120,
}
LONGEST_OFFICE = 120
LINKS = ("portal_url", "men_url")
NO_PREFIX = "El prefijo tiene de 2 a 6 letras, sin tilde ni eñe, como SOA."
NO_MUNICIPALITY = "Elija el municipio de la lista."
NO_LINK = "Escriba la dirección completa, como https://www.ejemplo.gov.co."


@dataclass(frozen=True, kw_only=True)
class HouseData:
    """What is known of an entity, tidy and as it is kept.

    `reading` None leaves the reading of reception to the installation. A closing hour of None is
    none, and a reading of 0 is not one of the two.
    """

    name: str
    short_name: str
    prefix: str
    municipality: str
    portal_url: str = ""
    men_url: str = ""
    helpdesk_address: str = ""
    helpdesk_phone: str = ""
    helpdesk_email: str = ""
    helpdesk_hours: str = ""
    reading: int | None = None
    closes_at: time | None = time(17)
    saturday_counts: bool = False

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> HouseData:
        """Tidy what was typed, or what was kept of an earlier change."""
        texts = {
            field.name: tidy(str(values.get(field.name) or ""))
            for field in fields(cls)
            if field.name not in ("reading", "closes_at", "saturday_counts")
        }
        texts["prefix"] = texts["prefix"].upper()
        texts["helpdesk_email"] = (
            normalise_email(texts["helpdesk_email"]) or texts["helpdesk_email"]
        )
        return cls(
            **texts,
            reading=_reading(values.get("reading")),
            closes_at=_hour(values.get("closes_at")),
            saturday_counts=bool(values.get("saturday_counts")),
        )

    def kept(self) -> dict[str, Any]:
        """As values that JSON can hold, for the record of changes."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {"closes_at": f"{self.closes_at:%H:%M}" if self.closes_at else ""}


def house_problems(data: HouseData) -> dict[str, str]:
    """What is wrong, as a sentence for each field; empty when all is well."""
    found = {
        "name": "" if data.name else "Escriba el nombre completo de la entidad.",
        "short_name": "" if data.short_name else "Escriba el nombre corto, como SOACHA.",
        "prefix": "" if PREFIX.fullmatch(data.prefix) else NO_PREFIX,
        "municipality": "" if data.municipality in municipalities() else NO_MUNICIPALITY,
        **{name: _link_problem(getattr(data, name)) for name in LINKS},
        "helpdesk_email": _email_problem(data.helpdesk_email),
        **_hour_problems(data),
    }
    for name, limit in LIMITS.items():
        found[name] = found.get(name) or _text_problem(getattr(data, name), limit)
    return {name: sentence for name, sentence in found.items() if sentence}


def is_link(text: str) -> bool:
    """Whether it is the address of a page, by http or https and nothing else."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    plain = "@" not in parts.netloc and not any(c.isspace() or c in "\"'<>\\" for c in text)
    return parts.scheme in ("http", "https") and "." in host and plain


def office_problem(name: str) -> str | None:
    """Say in Spanish why an office cannot be called so, or None."""
    if not name or len(name) > LONGEST_OFFICE:
        return f"Escriba el nombre de la dependencia, de {LONGEST_OFFICE} letras o menos."
    return name_problem(name)


def _text_problem(text: str, limit: int) -> str:
    return f"Escriba {limit} caracteres o menos." if len(text) > limit else name_problem(text) or ""


def _link_problem(text: str) -> str:
    return "" if not text or is_link(text) else NO_LINK


def _email_problem(text: str) -> str:
    is_good = not text or normalise_email(text) is not None
    return "" if is_good else "Revise el correo. Debe ser como nombre@ejemplo.com."


def _hour_problems(data: HouseData) -> dict[str, str]:
    found = {}
    if data.reading not in (None, *Reading):
        found["reading"] = "Elija una de las lecturas."
    if data.closes_at is None or not time(6) <= data.closes_at <= time(23, 59):
        found["closes_at"] = "Escriba la hora de cierre entre las 06:00 y las 23:59, como 17:00."
    return found


def _reading(value: Any) -> int | None:
    if value in (None, "", "None"):
        return None
    return int(value) if str(value) in {str(int(one)) for one in Reading} else 0


def _hour(value: Any) -> time | None:
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    text = str(value or "").strip()
    try:
        # «8:00» is written as often as «08:00».
        return time.fromisoformat(f"{text:0>5}") if len(text) in (4, 5) else None
    except ValueError:
        return None
