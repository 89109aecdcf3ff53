"""Cases that change hands among the staff: taken, given back to their office, handed over to
another (W2). The citizen's term does not notice."""

from __future__ import annotations

from datetime import datetime

from app.domain.errors import RuleBroken
from app.domain.registration import FieldRefused, tidy
from app.domain.requerimiento import Action
from app.extensions import writing
from app.models import Account, Requerimiento
from app.services import casework, held
from app.services.history import move
from app.services.notices import tell_citizen

SHORTEST_NOTE, LONGEST_NOTE = 10, 300  # letters


def take(radicado: str, *, author: Account, now: datetime) -> None:
    """Take a case that nobody has, and say that it is worked on.

    Raises:
        RuleBroken: somebody has it, or the state or the role does not admit it.
    """
    with writing():
        case = casework.case_for(radicado, Action.START, author)
        _refuse(obstacle(case, Action.START))
        casework.start(radicado, author=author, now=now)


def release(radicado: str, *, note: str, author: Account, now: datetime, seen: str = "") -> None:
    """Give a case back to its office, without a person, saying why. `seen` is as for
    `casework.assign`.

    Raises:
        FieldRefused: the note says too little.
        RuleBroken: nobody has it, its answer is on its way, it changed hands meanwhile, or the
            state or the role does not admit it.
    """
    words = checked_note(note)
    with writing():
        case = casework.case_for(radicado, Action.RELEASE, author)
        _refuse(held.obstacle(case.id) or obstacle(case, Action.RELEASE))
        casework.check_unmoved(case, seen)
        holder = case.assignee
        case.office = case.office or (holder.office if holder else None)
        case.assignee = None
        said = f"Lo tenía {holder.display_name}" if holder else ""
        move(case, Action.RELEASE, author=author, note=casework.joined(said, words), now=now)


def hand_over(
    radicado: str,
    *,
    office_id: int,
    assignee_id: int | None,
    note: str,
    author: Account,
    now: datetime,
    seen: str = "",
    despite: bool = False,
) -> None:
    """Hand a case over to another office of the entity and, if named, to a person, who is told by
    mail. The citizen is told when that changes its state. `seen` and `despite` are as for
    `casework.assign`.

    Raises:
        FieldRefused: the note says too little, it is in that office already, or it is about it.
        RuleBroken: its answer is on its way, it changed hands meanwhile, or the state, the role,
            the office or the person does not admit it.
    """
    words = checked_note(note)
    with writing():
        case = casework.case_for(radicado, Action.HAND_OVER, author)
        _refuse(held.obstacle(case.id))
        casework.check_unmoved(case, seen)
        if office_id == case.office_id:
            raise FieldRefused("office", "Ya está en esa dependencia. Elija otra.")
        before, day = case.status, now.date()
        said = casework.give(case, office_id, assignee_id, day, note=words, despite=despite)
        move(case, Action.HAND_OVER, author=author, note=casework.joined(said, words), now=now)
        casework.tell_receiver(case, author, now)
        if case.status is not before:
            tell_citizen(case, "status_changed", key=f"v{case.version}", now=now)


def obstacle(case: Requerimiento, action: Action, kept: str = "") -> RuleBroken | None:
    """Why a case of which the state and the role admit the action is not moved after all, or
    None. `kept` is why its answer keeps it, if one does."""
    if action is Action.START:
        holder = case.assignee
        return RuleBroken(f"Ya lo tiene {holder.display_name}.") if holder else None
    if kept and action in (Action.ASSIGN, Action.RELEASE, Action.HAND_OVER):
        return RuleBroken(kept)
    if action is Action.RELEASE and case.assignee_id is None:
        return RuleBroken("Ya está en la dependencia, sin una persona a cargo.")
    return None


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
