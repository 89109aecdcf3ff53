"""Proving who one is: entering, typing the password again, and choosing a new one.

Every try is counted before it is made, and a known and an unknown name get the same work and
the same answer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import and_, func, select, true, update
from sqlalchemy.orm import joinedload

from app.domain.contact import normalise_email
from app.domain.errors import RuleBroken, Throttled
from app.domain.passwords import MAX_LENGTH
from app.domain.person import normalise_document, normalise_username, username_problem
from app.domain.registration import FieldRefused
from app.extensions import db, writing
from app.models import Account, Claim, Entity, Recovery
from app.services import accounts, attempts, claims, hashing, sessions
from app.services.tokens import RECOVERY, Signer, digest_of

RECOVERY_LIFE = timedelta(minutes=10)
# What one address may ask for, whoever it names; the mails to a person have their own limit.
RECOVERY_REQUESTS = attempts.Limit(30, timedelta(minutes=10))
LONGEST_NAME = 100  # characters of a typed user name that are looked at
MOST_ACCOUNTS = 10  # with one e-mail address
SAME_AS_BEFORE = "Esa es la contraseña que ya tiene. Escriba una distinta."


class LinkSpent(RuleBroken):
    """The link to choose a password was used already, or is too old."""

    def __init__(self) -> None:
        super().__init__("Este enlace ya se usó o venció. Pida otro: llega en un minuto.")


@dataclass(frozen=True)
class Device:
    """The browser in which somebody enters, from which network address, and what it held before:
    that is revoked."""

    name: str
    session_id: int | None = None
    password_cookie: str = ""
    address: str = ""


@dataclass(frozen=True)
class Entered:
    """Somebody came in: the secrets of the session and, if asked for, of the password cookie."""

    account: Account
    session_secret: str
    password_cookie: str | None


@dataclass(frozen=True)
class RecoveryLink:
    """A link to choose a password that can still be used."""

    recovery_id: int
    username: str


@dataclass(frozen=True)
class _Known:
    """What is compared with what was typed."""

    account_id: int
    password_hash: str | None
    is_active: bool
    document_number: str | None
    claim_id: int | None


def enter(
    *,
    username: str,
    password: str,
    allow_document: bool,
    remember: bool,
    device: Device,
    now: datetime,
) -> Entered | Claim | None:
    """Open a session with user name and password. None: they are nobody's, and never why.

    The number of the document opens *Completar datos* once, as a `Claim`, where the clerk chose
    it and the installation allows it (S6).

    Raises:
        Throttled: too many tries with that user name, from that address or from unknown ones.
    """
    name = normalise_username(username[:LONGEST_NAME])
    known, matches = _try(name, password, device.address, now)
    if known is None or not known.is_active:
        return None
    if matches:
        return _open(known, device, remember=remember, now=now)
    if allow_document and known.claim_id is not None and _is_document(password, known):
        return claims.reach(known.claim_id, now=now)
    return None


def confirm(account: Account, session_id: int, password: str, *, now: datetime) -> str | None:
    """Type the password again for a sensitive step (S3): the session's new secret, or None.

    Raises:
        Throttled: too many tries.
    """
    # Counted apart from entering, so that a stranger's tries never close a session in use.
    key = f"confirm:{session_id}"
    attempts.reserve(key, attempts.LOGIN, attempts.LOGIN_SLOW, now=now)
    if len(password) > MAX_LENGTH or not hashing.verify(account.password_hash, password):
        return None
    with writing():
        attempts.clear(key)
        return sessions.confirm_password(session_id, now)


def change_password(
    account: Account,
    *,
    current: str,
    new: str,
    device: Device,
    entity_id: int | None,
    now: datetime,
) -> str:
    """Change the password and return the secret of a new session; every other one ends.

    Raises:
        FieldRefused: the current password is not right, or the new one is not good enough.
        Throttled: too many tries.
    """
    account_id, username = account.id, account.username
    accounts.check_password(new, username=username, document=account.document_number or "")
    _, matches = _try(username, current, device.address, now)
    if not matches:
        raise FieldRefused("current_password", "La contraseña actual no es correcta.")
    if new == current:
        raise FieldRefused("password", SAME_AS_BEFORE)
    hashed = hashing.hash_password(new)
    with writing() as session:
        account = session.get_one(Account, account_id)
        accounts.replace_password(account, hashed, now=now)
        accounts.tell(account, "password_changed", entity_id=entity_id, now=now, changed_at=now)
        return sessions.start(account, device=device.name, now=now)


def request_recovery(
    username_or_email: str, *, address: str, entity_id: int | None, now: datetime
) -> None:
    """Write to whoever has that user name or e-mail. The answer is the same if nobody does.

    At most three letters in ten minutes go to one e-mail address.

    Raises:
        Throttled: too many requests came from that network address.
    """
    with writing() as session:
        attempts.reserve("recover-from:" + digest_of(address), RECOVERY_REQUESTS, now=now)
        for account in session.scalars(_recoverable(username_or_email)).all():
            try:
                attempts.reserve("recovery:" + digest_of(account.email), attempts.RECOVERY, now=now)
            except Throttled:
                continue
            recovery = Recovery(
                account_id=account.id, created_at=now, expires_at=now + RECOVERY_LIFE
            )
            session.add(recovery)
            session.flush()
            accounts.tell(
                account,
                "recovery",
                entity_id=account.entity_id or entity_id,
                now=now,
                recovery_id=recovery.id,
                expires_at=recovery.expires_at,
            )


def find_recovery(token: str, *, signer: Signer, now: datetime) -> RecoveryLink | None:
    """What a link from a letter opens, or None if it is not ours, was used or is too old."""
    recovery_id = signer.read(RECOVERY, token)
    if not isinstance(recovery_id, int):
        return None
    row = db.session.execute(
        select(Recovery.id, Account.username)
        .join(Account, Account.id == Recovery.account_id)
        .where(Recovery.id == recovery_id, Recovery.used_at.is_(None))
        .where(Recovery.expires_at > now, Account.is_active)
    ).first()
    return RecoveryLink(*row) if row else None


def reset_password(
    token: str, password: str, *, signer: Signer, entity_id: int | None, now: datetime
) -> Account:
    """Choose a new password with a link; the link is spent and every session ends.

    Raises:
        LinkSpent: another use of the link came first, or it is too old.
        FieldRefused: the password is not good enough, or it is the one that was forgotten.
    """
    link = find_recovery(token, signer=signer, now=now)
    if link is None:
        raise LinkSpent
    account = db.session.scalars(select(Account).filter_by(username=link.username)).one()
    accounts.check_password(
        password, username=account.username, document=account.document_number or ""
    )
    if hashing.verify(account.password_hash, password):
        raise FieldRefused("password", SAME_AS_BEFORE)
    hashed = hashing.hash_password(password)
    with writing() as session:
        spent = session.execute(
            update(Recovery)
            .where(Recovery.id == link.recovery_id, Recovery.used_at.is_(None))
            .values(used_at=now)
        )
        if spent.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE has a count
            raise LinkSpent
        account = session.get_one(Account, account.id)
        accounts.replace_password(account, hashed, now=now)
        accounts.tell(account, "password_changed", entity_id=entity_id, now=now, changed_at=now)
    return account


def _try(name: str, password: str, address: str, now: datetime) -> tuple[_Known | None, bool]:
    """Count the try, then compare. A password of any length costs no more than a good one."""
    attempts.reserve_from(
        accounts.login_key(name),
        address,
        (attempts.LOGIN, attempts.LOGIN_SLOW),
        (attempts.LOGIN_ANYWHERE, attempts.LOGIN_ANYWHERE_SLOW),
        (attempts.LOGIN_IN_ALL,),
        now=now,
    )
    known = _find(name, now)
    if len(password) > MAX_LENGTH:
        return known, False
    return known, hashing.verify(known.password_hash if known else None, password)


def _find(name: str, now: datetime) -> _Known | None:
    """One statement whoever it is, so that the time says nothing. What cannot be a user name is
    nobody's, as it stands: tries are counted by what was typed."""
    wanted = "" if username_problem(name) else name
    row = db.session.execute(
        select(
            Account.id,
            Account.password_hash,
            and_(Account.is_active, func.coalesce(Entity.is_active, true())),
            Account.document_number,
            Claim.id,
        )
        .outerjoin(Entity, Entity.id == Account.entity_id)
        .outerjoin(Claim, claims.opens_by_document(now))
        .where(Account.username == wanted)
        .order_by(Claim.id.desc())
        .limit(1)
    ).first()
    return _Known(*row) if row else None


def _open(known: _Known, device: Device, *, remember: bool, now: datetime) -> Entered | None:
    with writing() as session:
        with_house = [joinedload(Account.entity)]
        account = session.get_one(Account, known.account_id, options=with_house)
        if account.password_hash != known.password_hash or not account.may_enter:
            return None  # it changed while the password was compared
        attempts.succeed_from(accounts.login_key(account.username), device.address, now=now)
        if device.session_id is not None:
            sessions.end(device.session_id, now)
        if device.password_cookie:
            sessions.forget(device.password_cookie, now)
        cookie, token_id = None, None
        if remember:
            cookie, token_id = sessions.remember(account.id, device=device.name, now=now)
        secret = sessions.start(account, device=device.name, now=now, remember_id=token_id)
    return Entered(account, secret, cookie)


def _is_document(password: str, known: _Known) -> bool:
    typed, kept = normalise_document(password), known.document_number or ""
    return (
        known.password_hash is None and bool(kept) and compare_digest(typed.encode(), kept.encode())
    )


def _recoverable(username_or_email: str):  # type: ignore[no-untyped-def]  # a SQLAlchemy select
    typed = username_or_email.strip()[:254]
    if "@" in typed:
        who = Account.email == (normalise_email(typed) or "")
    else:
        name = normalise_username(typed)
        who = Account.username == ("" if username_problem(name) else name)
    return (
        select(Account)
        .where(who, Account.email != "", Account.is_active, Account.password_hash.is_not(None))
        .order_by(Account.id)
        .limit(MOST_ACCOUNTS)
    )
