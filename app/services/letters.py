"""The words of each letter, written when it is sent from the facts that were kept with it.

`templates/mail/<letter>.txt` holds its words once: subject, paragraphs and button. Both parts of
the mail are made of them, so that they never differ; `letter.txt` and `letter.html` give the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from babel.dates import format_date, format_time
from jinja2 import Environment

from app.domain.calendar import OFFICE
from app.domain.radicado import is_radicado
from app.services.tokens import INVITATION, RECOVERY, STOP_NOTICES, Signer

CASE = {"name", "radicado"}

# What each letter must be told. Days (`…_on`) and moments (`…_at`) are kept in ISO form.
FACTS: dict[str, set[str]] = {
    "filed": CASE | {"kind", "received_at", "due_on"},
    "status_changed": CASE | {"status", "office", "due_on"},
    "message": CASE,
    "answered": CASE | {"answer_radicado"},
    "closed": CASE,
    "annulled": CASE,
    "act": CASE | {"title", "sentence"},
    "welcome": {"name", "username"},
    "account_completed": {"name", "username"},
    "claim_issued": {"name"},
    "recovery": {"name", "username", "recovery_id", "expires_at"},
    "password_changed": {"name", "changed_at"},
    "register_head": {"head_on", "line"},
    "digest": {"name", "today_on", "summary", "rows"},
    "mention": {"name", "author", "case"},
    "handed_over": {"name", "author", "case"},
    "appealed": {"name", "case"},
    "unattended": {"name", "house", "case"},
    "left_reserved": {"name", "who", "rows"},
    "to_approve": {"name", "author", "case"},
    "invitation": {
        *("name", "author", "house", "role", "expires_at", "invitation_id", "issue"),
    },
}
# A letter that is told `term`, `counted_from` and `skipped` (why each day does not count) also says
# how the term is counted, day by day: to the last day of the law (`law_until_on`) where the entity
# promised to answer in `promised_days`. One that is told `days`, under a `caption`, counts those of
# the citizen. `clock` is where the term stands, `wait` how the citizen's time is counted.
LEADS_TO = {
    "digest": "/gestion",
    "unattended": "/gestion",
    "left_reserved": "/gestion",
    "claim_issued": "/completar-datos",
    "password_changed": "/recuperar",
}
# Sent only to who asked for them, and stopped with one click.
NOTICES = frozenset(letter for letter, facts in FACTS.items() if facts >= CASE)


@dataclass(frozen=True)
class Letterhead:
    """Who writes: what a letter says of the entity."""

    name: str = "Sistema de Atención al Ciudadano"
    helpdesk_phone: str = ""
    helpdesk_hours: str = ""


@dataclass(frozen=True)
class Table:
    """Pairs of words below the words of a letter."""

    caption: str
    rows: list[tuple[str, str]]


@dataclass(frozen=True)
class Letter:
    """The words of a letter, ready to be put in an envelope."""

    subject: str
    text: str
    html: str
    stop_url: str | None


@dataclass(frozen=True)
class Writer:
    """Writes letters: from templates, with links to this installation, signed where they open."""

    templates: Environment
    base_url: str
    signer: Signer

    def write(
        self,
        letter: str,
        facts: Mapping[str, Any],
        *,
        letterhead: Letterhead,
        account_id: int | None,
    ) -> Letter:
        """Return the letter. Links are signed now, so that no secret was kept with it.

        Raises:
            KeyError, jinja2.UndefinedError: a fact that the letter needs is missing.
        """
        stop_url = None
        if letter in NOTICES and account_id is not None:
            stop_url = f"{self.base_url}/avisos/parar/{self.signer.sign(STOP_NOTICES, account_id)}"
        values = {
            **{name: _in_words(name, value) for name, value in facts.items()},
            "entity": letterhead,
            "base_url": self.base_url,
            "stop_url": stop_url,
            "action_url": self.base_url + self._action(letter, facts),
            "table": _table(facts),
            "links": self._links(facts),
        }
        words = self.templates.get_template(f"mail/{letter}.txt")
        context = words.new_context(values)
        said = {name: "".join(block(context)) for name, block in words.blocks.items()}
        values |= {
            "subject": _one_line(said["subject"]),
            "button": _one_line(said["button"]),
            "paragraphs": [_one_line(part) for part in re.split(r"\n\s*\n", said["body"].strip())],
        }
        text = self.templates.get_template("mail/letter.txt").render(values)
        html = self.templates.get_template("mail/letter.html").render(values)
        return Letter(values["subject"], _tidy(text), html, stop_url)

    def _links(self, facts: Mapping[str, Any]) -> dict[str, str]:
        """Where each case of a list is, by its radicado; what counts the rest leads nowhere."""
        return {
            name: f"{self.base_url}/gestion/{quote(name)}"
            for name, _words in facts.get("rows", ())
            if is_radicado(name)
        }

    def _action(self, letter: str, facts: Mapping[str, Any]) -> str:
        """Where the button of the letter leads."""
        if letter in NOTICES:
            return f"/requerimientos/{quote(facts['radicado'])}"
        if letter in ("mention", "handed_over", "to_approve", "appealed"):
            return f"/gestion/{quote(facts['case'])}"
        if letter == "recovery":
            return f"/recuperar/{self.signer.sign(RECOVERY, facts['recovery_id'])}"
        if letter == "invitation":
            said = [facts["invitation_id"], facts["issue"]]
            return f"/invitacion/{self.signer.sign(INVITATION, said)}"
        return LEADS_TO.get(letter, "/ingreso")


def check_facts(letter: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts in a form that JSON keeps.

    Raises:
        KeyError: there is no such letter.
        ValueError: it would lack facts when it is written.
    """
    missing = FACTS[letter] - facts.keys()
    if missing:
        raise ValueError(f"the letter {letter!r} needs {', '.join(sorted(missing))}")
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in facts.items()
    }


def cut(rows: list[tuple[str, str]], most: int) -> list[tuple[str, str]]:
    """The rows of a list in a letter, of which a letter shows so many; the rest are counted."""
    rest = len(rows) - most
    return [*rows[:most], ("…", f"y {rest} más")] if rest > 0 else rows


def day_in_words(day: date) -> str:
    """«jueves 9 de abril de 2026»."""
    return str(format_date(day, "EEEE d 'de' MMMM 'de' y", locale="es_CO"))


def moment_in_words(moment: datetime) -> str:
    """«jueves 9 de abril de 2026, 10:05 a. m.», in Bogotá time, never broken before «m.»."""
    local = moment.astimezone(OFFICE)
    time = re.sub(r"\s", "\u00a0", format_time(local, "h:mm a", locale="es_CO"))
    return f"{day_in_words(local.date())}, {time}"


def _table(facts: Mapping[str, Any]) -> Table | None:
    """What stands below the words: the count of a term, or a list of cases."""
    if "skipped" in facts:
        return Table(f"Cómo se cuenta el plazo. {facts['term']}:", _count(facts))
    if facts.get("days"):
        return Table(facts["caption"], _named(facts["days"]))
    if "rows" in facts:
        caption = facts.get("caption", "Lo que debe responder:")
        return Table(caption, [(name, words) for name, words in facts["rows"]])
    return None


def _count(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each day from the reception to the last one, with its number or why it does not count."""
    rows, number, promised = [], 0, facts.get("promised_days")
    day = date.fromisoformat(facts["counted_from"])
    last = date.fromisoformat(facts.get("law_until_on") or facts["due_on"])
    while day < last:
        day += timedelta(days=1)
        why = facts["skipped"].get(day.isoformat())
        number += why is None
        words = f"no cuenta, {why}" if why else f"día {number}"
        if promised is not None and why is None and number == promised:
            words += ", termina el compromiso"
        if promised is not None and day == last:
            words += ", termina el plazo de la ley"
        rows.append((_name_of(day), words))
    return rows


def _named(days: Iterable[tuple[str, str, bool]]) -> list[tuple[str, str]]:
    """Each day that the citizen has, with why it counts or not."""
    return [
        (_name_of(date.fromisoformat(day)), why if counts else f"no cuenta, {why}")
        for day, why, counts in days
    ]


def _name_of(day: date) -> str:
    return str(format_date(day, "EEE d MMM", locale="es_CO")).replace(".", "")


def _in_words(name: str, value: Any) -> Any:
    if name.endswith("_on"):
        return day_in_words(date.fromisoformat(value))
    if name.endswith("_at"):
        return moment_in_words(datetime.fromisoformat(value))
    return value


def _one_line(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def _tidy(text: str) -> str:
    """Join what the templates left apart: one blank line between paragraphs."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
