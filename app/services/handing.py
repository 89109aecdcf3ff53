"""Giving away what an office or a person still holds, so that they can close (W8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import undefer_group

from app.domain.errors import NotFound, RuleBroken
from app.domain.requerimiento import Action
from app.domain.roles import Permission
from app.extensions import db, writing
from app.models import Account, Office, PreparedAnswer, Recusal, Requerimiento
from app.models.requerimiento import RESERVE
from app.services import casework, conflicts, held
from app.services.history import SET_APART, move
from app.services.letters import cut, day_in_words
from app.services.outbox import post

# More would keep whoever pressed the button waiting; they press it again.
MOST = 500
MORE = (
    "Todavía quedan requerimientos abiertos: los que se pasaron ya están en su nuevo lugar. "
    "Oprima el botón otra vez para seguir con los demás."
)

LISTED = 10  # radicados that a refusal names for each reason; the rest are counted
NO_OFFICE = "No tiene dependencia: elija a una persona que lo reciba."
NOT_THERE = "No pueden ir a esa dependencia: elija otra."
NOT_SENT = "No salió: el caso cambió de manos."


@dataclass(frozen=True)
class Given:
    """How many cases went where they were sent, and which of those that the author may not read
    were left in the office that had them, without a person."""

    moved: int
    left: tuple[str, ...] = ()


def count(where: ColumnElement[bool]) -> int:
    """How many cases there are."""
    query = select(func.count()).select_from(Requerimiento).where(where)
    return db.session.scalar(query) or 0


def check_all(
    where: ColumnElement[bool],
    *,
    office_id: int | None,
    to: int | None,
    leave_unread: bool = False,
    author: Account,
) -> None:
    """Say at once all that keeps `give_all` from giving the cases, while nothing was given yet.

    Raises:
        RuleBroken: some cannot go: each reason, with their radicados.
    """
    hindered: defaultdict[str, list[str]] = defaultdict(list)
    for radicado, reason in _obstacles(where, office_id, to, leave_unread, author):
        hindered[reason].append(radicado)
    if hindered:
        reasons = [
            f"{reason.removesuffix('.')} ({_listed(codes)})." for reason, codes in hindered.items()
        ]
        raise RuleBroken(" ".join(["No se pasó ninguno.", *reasons]))


def unread(where: ColumnElement[bool], reader: Account) -> list[Requerimiento]:
    """Those of the cases that are closed to somebody of the staff, by their days."""
    apart = select(Recusal.account_id).where(
        Recusal.requerimiento_id == Requerimiento.id, Recusal.account_id == reader.id
    )
    query = select(Requerimiento).where(where, or_(Requerimiento.is_sensitive, apart.exists()))
    query = query.options(undefer_group(RESERVE)).order_by(Requerimiento.due_on, Requerimiento.id)
    return [case for case in db.session.scalars(query) if not case.is_visible_to(reader)]


def give_all(
    where: ColumnElement[bool],
    *,
    office_id: int | None,
    to: int | None,
    note: str,
    left_by: Account | None = None,
    author: Account,
    now: datetime,
) -> Given:
    """Give the cases to an office (None: each to its own) and to a person or to nobody, as
    `casework.assign` does: each in a transaction of its own, so that others work meanwhile and
    what was given stays so. Those that are closed to the author go to the office without a person
    or, if they are `left_by` somebody, stay in their own, and who may read them is told.

    Raises:
        RuleBroken: one of them cannot go, and why.
    """
    rows = db.session.execute(
        select(Requerimiento.radicado, Requerimiento.office_id)
        .where(where)
        .order_by(Requerimiento.due_on, Requerimiento.id)
        .limit(MOST)
    ).all()
    db.session.rollback()
    left: list[str] = []
    for radicado, own in rows:
        target = office_id or own
        if target is None:
            raise RuleBroken(f"{radicado}: {NO_OFFICE}")
        try:
            casework.assign(
                radicado,
                author=author,
                office_id=target,
                assignee_id=to,
                note=note,
                in_bulk=True,
                now=now,
            )
        except NotFound:
            target = (own or target) if left_by else target
            _give_unread(radicado, office_id=target, note=note, author=author, now=now)
            left += [radicado] if left_by else []
        except RuleBroken as reason:
            raise RuleBroken(f"{radicado} no se pudo pasar: {reason}") from None
    if left and left_by is not None:
        with writing():
            _tell_of_left([*casework.lock(left).values()], left_by, now)
    return Given(len(rows) - len(left), tuple(left))


def _give_unread(
    radicado: str, *, office_id: int, note: str, author: Account, now: datetime
) -> None:
    """Put a case in an office for who may not read it. An answer that had not left stays there,
    unsent: whoever could let it go is not asked."""
    with writing():
        case = casework.lock([radicado])[radicado]
        held.keep(case, NOT_SENT)
        said = casework.give(case, office_id, None, now.date())
        move(case, Action.ASSIGN, author=author, note=casework.joined(said, note), now=now)


def _tell_of_left(cases: Sequence[Requerimiento], who: Account, now: datetime) -> None:
    """Tell by mail who gives out the work, of those who may read them, or else whoever may, of the
    cases that nobody has since somebody left: their radicados and nothing else."""
    staff = db.session.scalars(
        select(Account)
        .where(Account.entity_id == cases[0].entity_id, Account.is_active, Account.email != "")
        .where(Account.role.is_not(None), Account.id != who.id)
        .order_by(Account.id)
    ).all()
    theirs: defaultdict[Account, list[Requerimiento]] = defaultdict(list)
    for case in cases:
        able = [person for person in staff if case.is_visible_to(person)]
        for person in [one for one in able if one.may(Permission.ASSIGN)] or able:
            theirs[person].append(case)
    for person, found in theirs.items():
        _tell(person, found, who.display_name, now)


def _tell(person: Account, cases: Sequence[Requerimiento], who: str, now: datetime) -> None:
    rows = [(case.radicado, f"vence el {day_in_words(case.due_on)}") for case in cases]
    post(
        letter="left_reserved",
        recipient=person.email,
        context={
            "name": person.display_name,
            "who": who,
            "rows": cut(rows, LISTED),
            "caption": "Los que nadie tiene:",
        },
        entity_id=person.entity_id,
        account_id=person.id,
        dedupe=f"{cases[0].radicado}:v{cases[0].version}:left:{person.id}",
        now=now,
    )


def _obstacles(
    where: ColumnElement[bool],
    office_id: int | None,
    to: int | None,
    leave_unread: bool,
    author: Account,
) -> Iterator[tuple[str, str]]:
    """The cases that cannot go, and why. What is closed to the author goes to nobody, whatever
    becomes of its answer."""
    apart = select(Recusal.account_id).where(
        Recusal.requerimiento_id == Requerimiento.id, Recusal.account_id == to
    )
    rows = db.session.execute(
        select(Requerimiento, PreparedAnswer.stage, PreparedAnswer.goes_at)
        .outerjoin(PreparedAnswer, PreparedAnswer.requerimiento_id == Requerimiento.id)
        .where(where)
        .where(
            or_(
                PreparedAnswer.stage.in_(held.ON_ITS_WAY),
                apart.exists(),
                Requerimiento.office_id.is_(None),
                Requerimiento.accused != "",
            )
        )
        .options(undefer_group(RESERVE))
        .order_by(Requerimiento.due_on, Requerimiento.id)
    )
    office = db.session.get(Office, office_id) if office_id else None
    person = db.session.get(Account, to) if to else None
    for case, stage, goes_at in rows.all():
        if case.office_id is None and office_id is None:
            yield case.radicado, NO_OFFICE
        name = conflicts.named(case, office, person)
        if not case.is_visible_to(author):
            if name and not leave_unread:
                yield case.radicado, NOT_THERE
            continue
        if name:
            yield case.radicado, f"{conflicts.about(name)} Elija otro destino."
        if kept := held.why_kept(stage, goes_at):
            yield case.radicado, kept
        if to in case.recused:
            yield case.radicado, SET_APART


def _listed(radicados: list[str]) -> str:
    more = len(radicados) - LISTED
    return ", ".join(radicados[:LISTED]) + (f" y {more} más" if more > 0 else "")
