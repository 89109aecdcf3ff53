"""Inviting somebody to the staff of an entity by a link that works once (W8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.domain.errors import NotFound, RuleBroken
from app.domain.registration import FieldRefused
from app.domain.roles import Permission, Role
from app.extensions import db, writing
from app.models import Account, Entity, Invitation
from app.services import accounts, attempts, changes, hashing, outbox, staff
from app.services.casework import NotAllowed
from app.services.tokens import INVITATION, Signer, digest_of

SUBJECT = "invitacion"
_record = changes.Recorder(SUBJECT, attrgetter("display_name"))
LIFE = timedelta(days=7)
ENTERED = "Esa persona ya aceptó la invitación: está entre las personas de la entidad."


class InvitationSpent(RuleBroken):
    """The link was used, withdrawn or replaced by a newer one, or is too old."""

    def __init__(self) -> None:
        super().__init__("Este enlace ya se usó o venció. Pida otro a quien lo invitó.")


@dataclass(frozen=True)
class Invited:
    """What a link that can still be used says of who it is for."""

    id: int
    name: str
    entity: str
    role: Role
    office: str
    username: str


def pending(entity_id: int) -> Sequence[Invitation]:
    """Those of an entity that nobody accepted or withdrew, the newest first; also the expired."""
    return db.session.scalars(
        select(Invitation)
        .filter_by(entity_id=entity_id, used_at=None, withdrawn_at=None)
        .options(joinedload(Invitation.office))
        .order_by(Invitation.id.desc())
    ).all()


def invite(values: Mapping[str, Any], *, author: Account, now: datetime) -> Invitation:
    """Invite somebody to the author's entity, and write to them.

    Raises:
        NotAllowed: the author is no administrator.
        FieldRefused: a datum cannot be accepted, or that e-mail was invited already.
        Throttled: that e-mail got many letters lately.
    """
    _check(author)
    with writing() as session:
        house = session.get_one(Entity, author.entity_id, with_for_update=True)
        return send(values, house, author=author, now=now)


def send(values: Mapping[str, Any], house: Entity, *, author: Account, now: datetime) -> Invitation:
    """Write an invitation down and leave its letter. Part of another use case's transaction.

    Raises:
        FieldRefused, Throttled: as `invite`.
    """
    person = staff.checked(values, house.id)
    earlier = pending(house.id)
    if any(one.email == person["email"] for one in earlier):
        sentence = "Ese correo ya tiene una invitación sin aceptar: envíela otra vez o retírela."
        raise FieldRefused("email", sentence)
    username = _username(str(values.get("username") or ""), person)
    invitation = Invitation(
        entity_id=house.id,
        invited_by_id=author.id,
        username=username,
        created_at=now,
        expires_at=now + LIFE,
        issue=1,
        **person | {"role": Role(person["role"])},
    )
    db.session.add(invitation)
    db.session.flush()
    _record(invitation, {}, person | {"username": username}, author=author, now=now)
    _write(invitation, author=author, now=now)
    return invitation


def resend(invitation_id: int, *, author: Account, now: datetime) -> None:
    """Write again, with seven more days; the links sent before open nothing more.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: it is another entity's.
        RuleBroken: it was accepted or withdrawn.
        Throttled: that e-mail got many letters lately.
    """
    _check(author)
    with writing():
        invitation = _open(invitation_id, author.entity_id or 0)
        before, invitation.expires_at = invitation.expires_at, now + LIFE
        invitation.issue += 1
        _record(
            invitation,
            {"expires_at": before.date().isoformat()},
            {"expires_at": invitation.expires_at.date().isoformat(), "sent_again": True},
            author=author,
            now=now,
        )
        _write(invitation, author=author, now=now)


def withdraw(invitation_id: int, *, author: Account, now: datetime) -> None:
    """Take an invitation back: its link opens nothing.

    Raises:
        NotAllowed, NotFound, RuleBroken: as `resend`.
    """
    _check(author)
    with writing():
        invitation = _open(invitation_id, author.entity_id or 0)
        invitation.withdrawn_at = now
        _record(invitation, {"withdrawn": False}, {"withdrawn": True}, author=author, now=now)


def token_of(invitation: Invitation, signer: Signer) -> str:
    """What the link carries: whoever has it can accept."""
    return signer.sign(INVITATION, [invitation.id, invitation.issue])


def find(token: str, *, signer: Signer, now: datetime) -> Invited | None:
    """What a link opens, or None if it is not ours, was used, withdrawn or replaced, or is too
    old."""
    invitation = _of_link(token, signer, now)
    if invitation is None:
        return None
    return Invited(
        id=invitation.id,
        name=invitation.display_name,
        entity=invitation.entity.name,
        role=invitation.role,
        office=invitation.office.name if invitation.office else "",
        username=_free_username(invitation),
    )


def accept(token: str, password: str, *, signer: Signer, now: datetime) -> Account:
    """Become staff with a link and a password of one's own; the link is spent. The user name is the
    one that was proposed or, when somebody else took it meanwhile, the next that is free.

    Raises:
        InvitationSpent: another use of the link came first, or it is too old.
        FieldRefused: the password is not good enough.
    """
    known = find(token, signer=signer, now=now)
    if known is None:
        raise InvitationSpent
    accounts.check_password(password, username=known.username, document="")
    hashed = hashing.hash_password(password)
    with writing():
        invitation = _of_link(token, signer, now, locked=True)
        if invitation is None:
            raise InvitationSpent
        account = accounts.add_staff(
            username=_free_username(invitation),
            password_hash=hashed,
            entity_id=invitation.entity_id,
            office_id=invitation.office_id,
            role=invitation.role,
            email=invitation.email,
            first_names=invitation.first_names,
            surnames=invitation.surnames,
            now=now,
        )
        invitation.used_at, invitation.account_id = now, account.id
        _record(
            invitation,
            {"accepted": False},
            {"accepted": True, "username": account.username},
            author=account,
            now=now,
        )
        return account


def _of_link(
    token: str, signer: Signer, now: datetime, *, locked: bool = False
) -> Invitation | None:
    said = signer.read(INVITATION, token)
    if not (isinstance(said, list) and len(said) == 2):
        return None
    query = select(Invitation).where(
        Invitation.id == said[0],
        Invitation.issue == said[1],
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now,
    )
    found = db.session.scalar(query.with_for_update() if locked else query)
    return found if found is not None and found.entity.is_active else None


def _open(invitation_id: int, entity_id: int) -> Invitation:
    found = db.session.scalar(
        select(Invitation).filter_by(id=invitation_id, entity_id=entity_id).with_for_update()
    )
    if found is None:
        raise NotFound(str(invitation_id))
    if found.used_at is not None:
        raise RuleBroken(ENTERED)
    if found.withdrawn_at is not None:
        raise RuleBroken("Esa invitación ya se había retirado.")
    return found


def _username(typed: str, person: Mapping[str, Any]) -> str:
    """The user name that was chosen, or the one that the guide proposes."""
    promised = _promised()
    name = accounts.chosen_username(typed, person, but=promised)
    taken = db.session.scalar(select(Account.id).filter_by(username=name))
    if taken is not None or name in promised:
        raise accounts.UsernameTaken(name)
    return name


def _free_username(invitation: Invitation) -> str:
    if db.session.scalar(select(Account.id).filter_by(username=invitation.username)) is None:
        return invitation.username
    names = {"first_names": invitation.first_names, "surnames": invitation.surnames}
    return accounts.chosen_username("", names)


def _promised() -> set[str]:
    """The user names of those who have not accepted yet."""
    return set(
        db.session.scalars(select(Invitation.username).filter_by(used_at=None, withdrawn_at=None))
    )


def _write(invitation: Invitation, *, author: Account, now: datetime) -> None:
    attempts.reserve("invitation:" + digest_of(invitation.email), attempts.RECOVERY, now=now)
    outbox.post(
        letter="invitation",
        recipient=invitation.email,
        context={
            "name": invitation.display_name,
            "author": author.display_name,
            "house": invitation.entity.name,
            "role": invitation.role.label.lower(),
            "expires_at": invitation.expires_at,
            "invitation_id": invitation.id,
            "issue": invitation.issue,
        },
        entity_id=invitation.entity_id,
        now=now,
    )


def _check(author: Account) -> None:
    if not author.may(Permission.ADMINISTER):
        raise NotAllowed("Solo un administrador invita a las personas de la entidad.")
