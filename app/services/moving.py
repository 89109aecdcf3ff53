"""Cases that change hands among the staff: taken, given back to their office, handed over to
another (W2). The citizen's term does not notice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.domain.errors import RuleBroken
from app.domain.registration import FieldRefused, tidy
from app.domain.requerimiento import Action
from app.extensions import db, writing
from app.models import Account, PreparedAnswer, Requerimiento, Stage
from app.services import casework
from app.services.history import move
from app.services.notices import tell_citizen

SHORTEST_NOTE, LONGEST_NOTE = 10, 300  # letters
ON_ITS_WAY = {
    Stage.LEAVING: "La respuesta está saliendo: espere a que salga, o deshaga el envío.",
    Stage.TO_APPROVE: "La respuesta espera aprobación: espérela, o deshaga el envío.",
}


def take(radicado: str, *, author: Account, now: datetime) -> None:
    """Take a case that nobody has, and say that it is worked on.

    Raises:
        RuleBroken: somebody has it, or the state or the role does not admit it.
    """
    with writing():
        case = casework.case_for(radicado, Action.START, author)
        _refuse(obstacle(case, Action.START, None))
        casework.start(radicado, author=author, now=now)


def release(radicado: str, *, note: str, author: Account, now: datetime) -> None:
    """Give a case back to its office, without a person, saying why.

    Raises:
        FieldRefused: the note says too little.
        RuleBroken: nobody has it, its answer is on its way, or the state or the role does not
            admit it.
    """
    words = checked_note(note)
    with writing():
        case = casework.case_for(radicado, Action.RELEASE, author)
        _refuse(obstacle(case, Action.RELEASE, stage_of(case.id)))
        held = case.assignee
        case.office = case.office or (held.office if held else None)
        case.assignee = None
        said = f"Lo tenía {held.display_name}" if held else ""
        move(case, Action.RELEASE, author=author, note=casework.joined(said, words), now=now)


def hand_over(
    radicado: str,
    *,
    office_id: int,
    assignee_id: int | None,
    note: str,
    author: Account,
    now: datetime,
) -> None:
    """Hand a case over to another office of the entity and, if named, to a person, who is told by
    mail. The citizen is told when that changes its state.

    Raises:
        FieldRefused: the note says too little, or it is in that office already.
        RuleBroken: its answer is on its way, or the state, the role, the office or the person does
            not admit it.
    """
    words = checked_note(note)
    with writing():
        case = casework.case_for(radicado, Action.HAND_OVER, author)
        _refuse(obstacle(case, Action.HAND_OVER, stage_of(case.id)))
        if office_id == case.office_id:
            raise FieldRefused("office", "Ya está en esa dependencia. Elija otra.")
        before, said = case.status, casework.give(case, office_id, assignee_id, now.date())
        move(case, Action.HAND_OVER, author=author, note=casework.joined(said, words), now=now)
        casework.tell_receiver(case, author, now)
        if case.status is not before:
            tell_citizen(case, "status_changed", key=f"v{case.version}", now=now)


def obstacle(case: Requerimiento, action: Action, stage: Stage | None) -> RuleBroken | None:
    """Why a case of which the state and the role admit the action is not moved after all, or
    None. `stage` is that of its answer, if one is prepared."""
    if action is Action.START:
        held = case.assignee
        return RuleBroken(f"Ya lo tiene {held.display_name}.") if held else None
    if stage in ON_ITS_WAY and action in (Action.RELEASE, Action.HAND_OVER):
        return RuleBroken(ON_ITS_WAY[stage])
    if action is Action.RELEASE and case.assignee_id is None:
        return RuleBroken("Ya está en la dependencia, sin una persona a cargo.")
    return None


def stage_of(case_id: int) -> Stage | None:
    """Where the answer is that is prepared in a case, if one is."""
    return db.session.scalar(select(PreparedAnswer.stage).filter_by(requerimiento_id=case_id))


def checked_note(note: str) -> str:
    """The note as it is kept.

    Raises:
        FieldRefused: it is too short to say why, or too long.
    """
    words = tidy(note)
    if not SHORTEST_NOTE <= len(words) <= LONGEST_NOTE:
        sentence = f"Escriba por qué, entre {SHORTEST_NOTE} y {LONGEST_NOTE} letras."
        raise FieldRefused("note", sentence)
    return words


def _refuse(reason: RuleBroken | None) -> None:
    if reason is not None:
        raise reason
