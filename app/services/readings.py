"""Who opened a sensitive case: written down as it is shown, and read by its citizen (W9)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from app.domain.reserve import MINUTES_OPEN
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import Account, CaseReading, LoginSession, Office, Requerimiento

log = logging.getLogger(__name__)

OPEN_FOR = timedelta(minutes=MINUTES_OPEN)
SHOWN = 200  # of the latest openings
# Whether this reading is in the log already: in this hour, or by the reason that opened the case.
_SINCE = (
    select(CaseReading.id)
    .where(
        CaseReading.requerimiento_id == bindparam("case_id"),
        CaseReading.account_id == bindparam("reader_id"),
        or_(
            (CaseReading.hour == bindparam("hour")) & (CaseReading.reason == ""),
            (CaseReading.opened_at > bindparam("since")) & (CaseReading.reason != ""),
        ),
    )
    .limit(1)
)


@dataclass(frozen=True)
class Openings:
    """How often, and when last, people of a role and an office opened a case."""

    role: Role
    office: str
    times: int
    last_at: datetime


def note(case: Requerimiento, reader: Account) -> bool:
    """Write down that a sensitive case is shown to somebody of the staff: once an hour for each
    person. Return whether a row was written, after which what was read must be read again.

    A database that is busy keeps nobody who may read it from reading.
    """
    now = reader.visit.now
    if now is None or not (reader.is_staff and case.is_sensitive):
        return False
    row = _row(case.id, reader, now)
    asked = {"case_id": case.id, "reader_id": reader.id, "hour": row["hour"]}
    if db.session.scalar(_SINCE, asked | {"since": now - OPEN_FOR}):
        return False
    radicado = case.radicado
    try:
        with writing(patience=500) as session:
            insert = postgresql.insert if _is_postgresql() else sqlite.insert
            session.execute(
                insert(CaseReading)
                .values(row)
                .on_conflict_do_nothing(
                    index_elements=["requerimiento_id", "account_id", "hour"],
                    index_where=CaseReading.reason == "",
                )
            )
    except OperationalError as failure:
        log.warning("the reading of %s could not be noted: %s", radicado, failure.orig)
    return True


def open_by_reason(
    case: Requerimiento, reader: Account, reason: str, *, session_id: int, now: datetime
) -> None:
    """Open a case to a session for a while, and write down why: within the transaction of the
    caller, so that nothing opens that was not written down."""
    row = _row(case.id, reader, now) | {"reason": reason}
    db.session.add(CaseReading(**row))
    keep_open(case.id, session_id=session_id, now=now)


def keep_open(case_id: int, *, session_id: int, now: datetime) -> None:
    """Let a session read a case for a while. Part of another use case's transaction."""
    row = db.session.get(LoginSession, session_id, with_for_update={"of": LoginSession})
    if row is None:
        return
    live = {
        number: until
        for number, until in row.opened_cases.items()
        if datetime.fromisoformat(until) > now
    }
    row.opened_cases = {**live, str(case_id): (now + OPEN_FOR).isoformat()}
    db.session.flush()


def of_case(case: Requerimiento) -> Sequence[CaseReading]:
    """Every opening, the latest first, for who guards the case."""
    return db.session.scalars(
        select(CaseReading)
        .filter_by(requerimiento_id=case.id)
        .options(joinedload(CaseReading.account), joinedload(CaseReading.office))
        .order_by(CaseReading.id.desc())
        .limit(SHOWN)
    ).all()


def by_role(case: Requerimiento) -> list[Openings]:
    """Who opened it by role and office, never by name, for its citizen: the latest first. Nothing
    is asked of a case that never was sensitive."""
    if case.sensitive_ground is None:
        return []
    last = func.max(CaseReading.opened_at)
    rows = db.session.execute(
        select(CaseReading.role, Office.name, func.count(CaseReading.id), last)
        .outerjoin(Office, Office.id == CaseReading.office_id)
        .where(CaseReading.requerimiento_id == case.id)
        .group_by(CaseReading.role, Office.name)
        .order_by(last.desc())
    )
    return [Openings(role, office or "", times, last_at) for role, office, times, last_at in rows]


def _row(case_id: int, reader: Account, now: datetime) -> dict[str, object]:
    return {
        "requerimiento_id": case_id,
        "account_id": reader.id,
        "role": reader.role,
        "office_id": reader.office_id,
        "opened_at": now,
        "hour": int(now.timestamp()) // 3600,
        "reason": "",
    }


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"
