"""How the first entity of the demo shares its work: two rules, and somebody who is away."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain.requerimiento import Kind
from app.domain.roles import Role
from app.extensions import db
from app.models import Account
from app.services import absences, assignment_rules
from app.services.demo.diary import Desk, Team

# Given to whoever of the office has the fewest open cases.
SHARED = "Cupos escolares"
AWAY = timedelta(days=4)


def arrange(team: Team, now: datetime) -> None:
    """Write the rules and the absence, where the entity has the topic and two who share it."""
    desk = team.desks.get(SHARED)
    administrator = db.session.scalar(
        select(Account).filter_by(entity_id=team.facts.id, role=Role.ADMINISTRATOR)
    )
    if desk is None or administrator is None:
        return
    _write(desk, None, administrator, now, topic_id=desk.topic_id, least_busy=True)
    reported = team.desks.get("Convivencia escolar")
    if reported is not None:
        _write(reported, Kind.REPORT, administrator, now)
    near = [person for person in team.officials if person.office_id == desk.office_id]
    if len(near) > 1:
        absences.register(
            person_id=near[0].id,
            substitute_id=near[1].id,
            first=now.date(),
            last=now.date() + AWAY,
            author=team.coordinator,
            now=now,
        )


def _write(
    desk: Desk,
    kind: Kind | None,
    administrator: Account,
    now: datetime,
    *,
    topic_id: int | None = None,
    least_busy: bool = False,
) -> None:
    assignment_rules.save(
        None,
        topic_id=topic_id,
        kind=kind,
        office_id=desk.office_id,
        assignee_id=None,
        least_busy=least_busy,
        author=administrator,
        now=now,
    )
