"""Which letter goes to whom when something happens; each is part of the change it tells of."""

from datetime import datetime
from typing import Any

from app.domain.course import Course
from app.domain.dates import business_days
from app.domain.explanation import explain
from app.models import Requerimiento
from app.services.outbox import post


def tell_filed(requerimiento: Requerimiento, course: Course, *, now: datetime) -> None:
    """Leave the letter that says what was filed and how its term is counted, day by day."""
    explanation = explain(course, course.received_on)
    skipped = {
        row.day.isoformat(): row.why
        for row in explanation.table
        if row.number is None and row.day > course.received_on
    }
    tell_citizen(
        requerimiento,
        "filed",
        key="filed",
        now=now,
        counted_from=course.received_on,
        skipped=skipped,
        term=explanation.promise or f"{business_days(explanation.days)}. {explanation.source}",
    )


def tell_citizen(
    requerimiento: Requerimiento, letter: str, *, key: str, now: datetime, **more: Any
) -> None:
    """Leave a letter for the citizen who asked for e-mail (S11); nothing for who did not.

    `key` names the change, so that one change never writes two letters.
    """
    citizen = requerimiento.citizen
    if not citizen.gets_mail:
        return
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
            "office": _office_in_mail(requerimiento),
            **more,
        },
        entity_id=requerimiento.entity_id,
        account_id=citizen.id,
        requerimiento_id=requerimiento.id,
        dedupe=f"{requerimiento.radicado}:{key}",
        now=now,
    )


def _office_in_mail(requerimiento: Requerimiento) -> str:
    """Which office has it, unless that would tell what a sensitive case is about."""
    office = None if requerimiento.is_sensitive else requerimiento.office
    return office.name if office else ""
