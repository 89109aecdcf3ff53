"""From the counter to one's own account: claim codes and *Completar datos* (S5, S6, S14).

A code is made of its claim with the installation's key and is not kept: the receipt shows it again
when the page is reloaded, the database holds only its hash, and the clerk's browser nothing.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update

from app.domain.errors import NotFound, RuleBroken
from app.domain.person import normalise_document, normalise_username
from app.domain.radicado import is_radicado, normalise_radicado
from app.domain.registration import PersonData, tidy
from app.domain.roles import Permission
from app.extensions import db, writing
from app.models import Account, Claim, ClaimKind, DataNotice, Requerimiento
from app.services import accounts, attempts, hashing
from app.services.tokens import CLAIM_CODE, Signer, digest_of, normalise_code

LIFE = {ClaimKind.CODE: timedelta(days=30), ClaimKind.DOCUMENT: timedelta(days=5)}
# How long the clerk who gave a code can see it again, unless the paper was handed over.
SHOWN_FOR = timedelta(minutes=15)
# How long somebody who proved the claim has to write their data.
GRANT = timedelta(minutes=60)
# Tries from one network address, whatever the radicado: an office may share its address.
CLAIM_FROM_ADDRESS = attempts.Limit(30, timedelta(minutes=10))


class ClaimRefused(RuleBroken):
    """Radicado, document and code do not belong together. It never says which is wrong."""

    def __init__(self) -> None:
        super().__init__(
            "Esos tres datos no coinciden, o el código ya se usó o venció. Cópielos de la "
            "constancia que le entregaron."
        )


class ClaimSpent(RuleBroken):
    """Somebody else completed the data first, or a newer code took the place of this one."""

    def __init__(self) -> None:
        super().__init__(
            "Este código ya se usó o lo reemplazó otro. Si usted completó los datos, ingrese con "
            "su usuario y contraseña."
        )


def open_account(
    values: Mapping[str, Any],
    *,
    clerk: Account,
    by: str,
    signer: Signer,
    now: datetime,
) -> tuple[Account, str | None]:
    """Open the account of whoever files in person, and the claim that completes it.

    The code is None when the clerk chose the document as first password. It joins the
    transaction of the filing.

    Raises:
        FieldRefused: a datum cannot be accepted, or the document has an account already.
    """
    person = PersonData.of(values)
    accounts.check_person(person, complete=False)
    with writing():
        account = accounts.add_citizen(person, username="", now=now)
        code = _add(account, clerk, ClaimKind(by), reason="", signer=signer, now=now)
    return account, code


def renew(account: Account, *, clerk: Account, reason: str, signer: Signer, now: datetime) -> str:
    """Give a new code in the place of every earlier one. Part of another's transaction."""
    revoke_all(account.id, now)
    code = _add(account, clerk, ClaimKind.CODE, reason=reason, signer=signer, now=now)
    accounts.tell(account, "claim_issued", entity_id=clerk.entity_id, now=now)
    return code or ""


def issue(account_id: int, *, clerk: Account, reason: str, signer: Signer, now: datetime) -> str:
    """Give a citizen who lost access a new code, after seeing their document (S14).

    Earlier claims end; clerk and reason are kept, and the owner is told by e-mail.

    Raises:
        NotFound: it is not a citizen's account, or the clerk may not attend the counter.
        RuleBroken: there is no reason, or the account has no document to check the code with.
    """
    words = tidy(reason)[:300]
    if not clerk.may(Permission.COUNTER):
        raise NotFound("counter")
    if not words:
        raise RuleBroken("Escriba el motivo y qué documento le mostraron.")
    with writing() as session:
        account = session.get(Account, account_id)
        if account is None or account.is_staff or not account.is_active:
            raise NotFound("account")
        if not account.document_number:
            raise RuleBroken("La cuenta no tiene documento. Complete primero ese dato.")
        accounts.verify_document(account, clerk=clerk, now=now)
        return renew(account, clerk=clerk, reason=words, signer=signer, now=now)


def code_to_show(account_id: int, *, clerk: Account, signer: Signer, now: datetime) -> str | None:
    """The code that this clerk has just given to the account, while it may be printed again."""
    claim = db.session.scalar(
        select(Claim)
        .where(*_given(account_id, clerk), Claim.created_at > now - SHOWN_FOR, _is_live(now))
        .order_by(Claim.id.desc())
        .limit(1)
    )
    return _code_of(claim, signer) if claim else None


def hand_over(account_id: int, *, clerk: Account, now: datetime) -> None:
    """Note that the person has the paper: the code is not shown again."""
    with writing() as session:
        session.execute(update(Claim).where(*_given(account_id, clerk)).values(handed_over_at=now))


def find(
    radicado: str, document_number: str, code: str, *, address: str, now: datetime
) -> tuple[Claim, str]:
    """The claim that radicado, document and code open together, and the radicado as it is kept.

    Raises:
        ClaimRefused: they do not belong together, whichever is wrong.
        Throttled: too many tries for that radicado, or from that network address.
    """
    filed = normalise_radicado(radicado[:60])
    with writing():
        attempts.reserve("claim-from:" + digest_of(address), CLAIM_FROM_ADDRESS, now=now)
        attempts.reserve_from(
            _key(filed), address, (attempts.CLAIM,), (attempts.CLAIM_ANYWHERE,), now=now
        )
    row = db.session.execute(
        select(Claim, Account.document_number)
        .join(Account, Account.id == Claim.account_id)
        .join(Requerimiento, Requerimiento.citizen_id == Account.id)
        .where(Requerimiento.radicado == (filed if is_radicado(filed) else ""))
        .where(_is_live(now), Claim.kind == ClaimKind.CODE, Account.is_active)
        .order_by(Claim.id.desc())
        .limit(1)
    ).first()
    claim, document = (row[0], row[1] or "") if row else (None, "")
    opened = hashing.verify(claim.code_hash if claim else None, normalise_code(code[:60]))
    same = compare_digest(normalise_document(document_number[:60]).encode(), document.encode())
    if claim is None or not (opened and same and document):
        raise ClaimRefused
    attempts.clear(_key(filed))
    return claim, filed


def opens_by_document(now: datetime) -> ColumnElement[bool]:
    """The claims for which the number of the document is still the first password (S6)."""
    return and_(
        Claim.account_id == Account.id,
        Claim.kind == ClaimKind.DOCUMENT,
        Claim.reached_at.is_(None),
        _is_live(now),
    )


def reach(claim_id: int, *, now: datetime) -> Claim | None:
    """Use the document up as first password: the claim for the one who did it first, or None."""
    with writing() as session:
        won = session.execute(
            update(Claim)
            .where(Claim.id == claim_id, Claim.reached_at.is_(None), _is_live(now))
            .values(reached_at=now)
        )
        if won.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE has a count
            return None
        claim = session.get_one(Claim, claim_id)
        attempts.clear(accounts.login_key(claim.account.username))
    return claim


def granted(claim_id: int) -> Account | None:
    """The account that a proven claim completes, while nobody has used the claim up."""
    claim = db.session.get(Claim, claim_id)
    if claim is None or claim.used_at or claim.revoked_at or not claim.account.is_active:
        return None
    return claim.account


def complete(
    claim_id: int,
    values: Mapping[str, Any],
    *,
    username: str,
    password: str,
    notice_id: int,
    channel: str,
    address: str,
    now: datetime,
) -> Account:
    """Fill in the account and give it a password; the claim is used up and old sessions end.

    Raises:
        ClaimSpent: another completion came first, or the claim was replaced.
        FieldRefused: a datum cannot be accepted.
    """
    person = PersonData.of(values)
    chosen = normalise_username(username)
    accounts.check_person(person)
    accounts.check_password(password, username=chosen, document=person.document_number)
    hashed = hashing.hash_password(password)
    with writing() as session:
        account = _spend(claim_id, now)
        letter = "password_changed" if account.is_complete else "account_completed"
        accounts.change(
            account, person, username=chosen or account.username, author_id=account.id, now=now
        )
        accounts.replace_password(account, hashed, now=now)
        revoke_all(account.id, now)
        accounts.consent(account, notice_id=notice_id, channel=channel, address=address, now=now)
        entity_id = session.get_one(DataNotice, notice_id).entity_id
        accounts.tell(account, letter, entity_id=entity_id, now=now, changed_at=now)
    return account


def latest_radicado(account_id: int) -> str | None:
    """The requerimiento that somebody who just completed the data came to follow."""
    return db.session.scalar(
        select(Requerimiento.radicado)
        .filter_by(citizen_id=account_id)
        .order_by(Requerimiento.id.desc())
        .limit(1)
    )


def revoke_all(account_id: int, now: datetime) -> None:
    """End the claims of an account that were not used. Part of another's transaction."""
    db.session.execute(
        update(Claim)
        .where(Claim.account_id == account_id)
        .where(Claim.used_at.is_(None), Claim.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def _add(
    account: Account, clerk: Account, kind: ClaimKind, *, reason: str, signer: Signer, now: datetime
) -> str | None:
    claim = Claim(
        account_id=account.id,
        issued_by_id=clerk.id,
        kind=kind,
        reason=reason,
        created_at=now,
        expires_at=now + LIFE[kind],
    )
    db.session.add(claim)
    db.session.flush()
    if kind is ClaimKind.DOCUMENT:
        return None
    code = _code_of(claim, signer)
    claim.code_hash = hashing.hash_password(normalise_code(code))
    db.session.flush()
    return code


def _code_of(claim: Claim, signer: Signer) -> str:
    """The moment is in it too: a database that was restored gives its numbers again."""
    return signer.code(CLAIM_CODE, f"{claim.id}:{claim.created_at.timestamp()}")


def _given(account_id: int, clerk: Account) -> tuple[ColumnElement[bool], ...]:
    """The codes that this clerk gave to the account and has not handed over."""
    return (
        Claim.account_id == account_id,
        Claim.issued_by_id == clerk.id,
        Claim.kind == ClaimKind.CODE,
        Claim.handed_over_at.is_(None),
    )


def _spend(claim_id: int, now: datetime) -> Account:
    """Use the claim up for this completion, and lend its account."""
    won = db.session.execute(
        update(Claim)
        .where(Claim.id == claim_id, Claim.used_at.is_(None), Claim.revoked_at.is_(None))
        .where(Claim.expires_at > now - GRANT)
        .values(used_at=now)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE has a count
        raise ClaimSpent
    account = db.session.get_one(Claim, claim_id).account
    if not account.is_active or account.is_staff:
        raise ClaimSpent
    return account


def _is_live(now: datetime) -> ColumnElement[bool]:
    return and_(Claim.used_at.is_(None), Claim.revoked_at.is_(None), Claim.expires_at > now)


def _key(radicado: str) -> str:
    return "claim:" + digest_of(radicado)[: attempts.SHORT]
