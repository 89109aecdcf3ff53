"""Which letter goes to whom when something happens; each is part of the change it tells of."""

from datetime import date, datetime
from typing import Any

from app.domain.course import Course
from app.domain.dates import business_days
from app.domain.explanation import Explanation, explain, promise_words
from app.models import Account, Requerimiento
from app.services.outbox import post


def tell_filed(requerimiento: Requerimiento, course: Course, *, now: datetime) -> None:
    """Leave the letter that says what was filed and how its term is counted, day by day."""
    explanation = explain(course, course.received_on)
    moves = " ".join(move.words for move in explanation.moves)
    facts = _count(explanation, course, requerimiento.is_sensitive) | {"moves": moves}
    tell_citizen(requerimiento, "filed", key="filed", now=now, **facts)


def tell_moved(
    requerimiento: Requerimiento,
    letter: str,
    course: Course,
    *,
    now: datetime,
    **more: Any,
) -> None:
    """Leave a letter of what moved the clock: where it stands now, or the last day of the citizen,
    and how that is counted."""
    if requerimiento.citizen.gets_mail:
        more |= clock_facts(course, now.date(), is_sensitive=requerimiento.is_sensitive)
    key = f"v{requerimiento.version}"
    tell_citizen(requerimiento, letter, key=key, now=now, **more)


def clock_facts(course: Course, today: date, *, is_sensitive: bool) -> dict[str, Any]:
    """What a letter says of a clock: its sentence, and its days or those of the citizen."""
    explanation = explain(course, today)
    wait = explanation.wait
    if wait is None:
        return {"clock": explanation.sentence, **_count(explanation, course, is_sensitive)}
    return {
        "clock": explanation.sentence,
        "wait": wait.words,
        "days": [(row.day.isoformat(), row.why, row.number is not None) for row in wait.table],
        "caption": f"{wait.caption}. {wait.source}:",
    }


def _count(explanation: Explanation, course: Course, is_sensitive: bool) -> dict[str, Any]:
    """The days of a term that runs, as `letters` writes them: only what does not count is kept. Of
    a sensitive case they come without the law that gives them, which tells its kind, and without
    the act of a promise, which may."""
    skipped = {
        row.day.isoformat(): row.why
        for row in explanation.table
        if row.number is None and row.day > course.received_on
    }
    days = promise_words(course, names_act=not is_sensitive)
    days = days or f"Son {business_days(explanation.days)}."
    law = f"{'Norma del plazo de la ley' if explanation.promise else 'Norma'}: {explanation.source}"
    term = days if is_sensitive else f"{days} {law}"
    facts: dict[str, Any] = {"counted_from": course.received_on, "skipped": skipped, "term": term}
    if explanation.law_until is not None:
        facts["law_until_on"] = explanation.law_until
        facts["promised_days"] = explanation.days
    return facts


def tell_citizen(
    requerimiento: Requerimiento, letter: str, *, key: str, now: datetime, **more: Any
) -> None:
    """Leave a letter for the citizen who asked for e-mail (S11); nothing for who did not.

    `key` names the change, so that one change never writes two letters.
    """
    if not requerimiento.citizen.gets_mail:
        return
    citizen = requerimiento.citizen
    post(
        letter=letter,
        recipient=citizen.email,
        context={
            "name": citizen.display_name,
            "entity": requerimiento.entity.name,
            "radicado": requerimiento.radicado,
            "kind": requerimiento.kind_in_mail,
            "status": requerimiento.status.label,
            "received_at": requerimiento.received_at.isoformat(),
            "due_on": requerimiento.due_on.isoformat(),
            "is_promised": requerimiento.days_of_law is not None,
            "office": _office_in_mail(requerimiento),
            **more,
        },
        entity_id=requerimiento.entity_id,
        account_id=citizen.id,
        requerimiento_id=requerimiento.id,
        dedupe=f"{requerimiento.radicado}:{key}",
        now=now,
    )


def tell_colleague(
    person: Account, letter: str, case: Requerimiento, *, key: str, now: datetime, **more: Any
) -> None:
    """Leave a letter for somebody of the staff that names a case by its radicado alone; nothing for
    who has no e-mail. `key` is as for `tell_citizen`."""
    if not person.email:
        return
    post(
        letter=letter,
        recipient=person.email,
        context={"name": person.display_name, "case": case.radicado, **more},
        entity_id=case.entity_id,
        account_id=person.id,
        dedupe=key,
        now=now,
    )


def _office_in_mail(requerimiento: Requerimiento) -> str:
    """Which office has it, unless that would tell what a sensitive case is about."""
    office = None if requerimiento.is_sensitive else requerimiento.office
    return office.name if office else ""
