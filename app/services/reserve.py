"""What is decided about a sensitive case: marking it, taking the mark away, setting somebody apart
or taking that back, and opening it from outside with a reason (W9)."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from app.domain.errors import RuleBroken
from app.domain.requerimiento import Action, allowed_actions
from app.domain.reserve import Door, Ground, checked_reason
from app.domain.roles import Permission
from app.extensions import db, writing
from app.models import Account, Mention, Presence, Recusal, Requerimiento
from app.services import cases, readings, search
from app.services.casework import case_for, check, load, move
from app.services.shielding import call_for_help, set_apart


def mark(radicado: str, *, ground: Ground, reason: str, author: Account, now: datetime) -> None:
    """Mark a case as sensitive: from then on fewer people open it.

    Raises:
        RuleBroken: it is marked already, there is no reason, or the role does not admit it.
    """
    words = checked_reason(reason, "Escriba por qué es sensible")
    with writing():
        case = case_for(radicado, Action.RESERVE, author)
        check_mark(case, to=True)
        case.is_sensitive, case.sensitive_ground = True, ground
        search.reword(case)
        said = f"{ground.label}. {words}"
        move(case, Action.RESERVE, author=author, note=said, ground=ground, now=now)


def unmark(radicado: str, *, reason: str, author: Account, now: datetime) -> None:
    """Take the mark away. Why it was sensitive, and who opened it meanwhile, is kept.

    Raises:
        RuleBroken: it is not marked, there is no reason, or the role does not admit it.
    """
    words = checked_reason(reason, "Escriba por qué deja de ser sensible")
    with writing():
        case = case_for(radicado, Action.UNRESERVE, author)
        check_mark(case, to=False)
        case.is_sensitive = False
        search.reword(case)
        move(case, Action.UNRESERVE, author=author, note=words, now=now)


def check_mark(case: Requerimiento, *, to: bool) -> None:
    """Whether there is a mark to put, or to take away.

    Raises:
        RuleBroken: the case is so already.
    """
    if case.is_sensitive and to:
        raise RuleBroken("Este caso ya está marcado como sensible.")
    if not (case.is_sensitive or to):
        raise RuleBroken("Este caso no está marcado como sensible.")


def recuse(radicado: str, *, person_id: int, reason: str, author: Account, now: datetime) -> None:
    """Set somebody of the staff apart from a case: it is closed to them, and they learn no more of
    it (Ley 1437 of 2011, articles 11 and 12). Whoever works may do so to themselves.

    Raises:
        RuleBroken: the person is not of the entity's staff or was set apart already, there is no
            reason, or the state or the role does not admit it.
    """
    words = checked_reason(reason, "Escriba por qué se aparta a esta persona")
    with writing() as session:
        case = load(radicado, author)
        if person_id != author.id or not may_step_aside(case, author):
            check(case, Action.RECUSE, author)
        person = session.get(Account, person_id)
        if person is None or not person.is_staff or person.entity_id != case.entity_id:
            raise RuleBroken("Esa persona no es de la entidad. Elija otra.")
        if person.id in case.recused:
            raise RuleBroken("Esa persona ya está apartada de este caso.")
        theirs = {"requerimiento_id": case.id, "account_id": person.id}
        session.execute(delete(Presence).filter_by(**theirs))
        session.execute(update(Mention).filter_by(**theirs).values(seen_at=now))
        set_apart(case, person, author=author, reason=words, now=now)
        call_for_help(case, now)


def may_step_aside(case: Requerimiento, person: Account) -> bool:
    """Whether somebody may declare that they have an impediment: whoever may work, while there is
    something to decide."""
    return person.may(Permission.WORK) and Action.RECUSE in allowed_actions(case.status)


def readmit(radicado: str, *, person_id: int, reason: str, author: Account, now: datetime) -> None:
    """Take back that somebody was set apart, as when the system took them for a namesake. Nobody
    does it for themselves: the case is closed to them.

    Raises:
        RuleBroken: the person is not set apart, there is no reason, or the state or the role does
            not admit it.
    """
    words = checked_reason(reason, "Escriba por qué vuelve esta persona")
    with writing() as session:
        case = case_for(radicado, Action.RECUSE, author)
        row = session.get(Recusal, (case.id, person_id), with_for_update=True)
        if row is None:
            raise RuleBroken("Esa persona no está apartada de este caso. Elija otra.")
        name = row.account.display_name
        session.delete(row)
        session.flush()
        session.expire(case, ["recused_ids", "office_has_team"])
        said = f"Se readmitió a {name}. {words}"
        move(case, Action.RECUSE, author=author, note=said, now=now)


def open_with_reason(radicado: str, *, reason: str, reader: Account, now: datetime) -> None:
    """Open a sensitive case from outside, for a while and in this session. Why is written down
    first: if it cannot be, nothing opens.

    Raises:
        NotFound: the case is closed to this person, whatever the reason.
        RuleBroken: there is no reason.
    """
    words = checked_reason(reason, "Escriba para qué abre el caso")
    with writing():
        case = cases.masked(radicado, account=reader)
        if case.door_for(reader) is Door.OPEN:
            return
        session_id = reader.visit.session_id
        readings.open_by_reason(case, reader, words, session_id=session_id, now=now)


def set_apart_from(case: Requerimiento) -> list[Recusal]:
    """Who was set apart from a case, and why, in the order in which it happened."""
    query = select(Recusal).filter_by(requerimiento_id=case.id).options(joinedload(Recusal.account))
    return list(db.session.scalars(query.order_by(Recusal.happened_at, Recusal.account_id)))


def staff_to_recuse(case: Requerimiento) -> list[tuple[int, str]]:
    """Who can be set apart: the staff of the entity, but for who was already."""
    people = db.session.scalars(
        select(Account)
        .where(Account.entity_id == case.entity_id, Account.is_active, Account.role.is_not(None))
        .order_by(Account.first_names, Account.surnames, Account.id)
    )
    return [(one.id, one.display_name) for one in people if one.id not in case.recused]
