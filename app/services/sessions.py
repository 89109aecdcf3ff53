"""Sessions as rows: each device can be seen and ended; the cookies hold random secrets."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import Date, and_, bindparam, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from app.extensions import db, writing
from app.models import Absence, Account, LoginSession, RememberToken
from app.services.tokens import digest_of, random_secret

IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=12)
FRESH = timedelta(minutes=30)  # how long a typed password opens sensitive steps
REMEMBERED = timedelta(days=30)
ROTATION_GRACE = timedelta(seconds=60)
SEEN_EVERY = timedelta(minutes=5)

# Asked on every page, so it is written once.
_BY_SECRET = (
    select(LoginSession, Absence.account_id)
    .outerjoin(
        Absence,
        and_(
            Absence.substitute_id == LoginSession.account_id,
            bindparam("today", type_=Date).between(Absence.first, Absence.last),
        ),
    )
    .where(LoginSession.token_hash == bindparam("digest"))
    .options(joinedload(LoginSession.account, innerjoin=True).joinedload(Account.entity))
)


def start(
    account: Account,
    *,
    device: str,
    now: datetime,
    remember_id: int | None = None,
    typed_password: bool = True,
) -> str:
    """Open a session and return the secret for its cookie."""
    secret = random_secret()
    with writing() as session:
        session.add(
            LoginSession(
                token_hash=digest_of(secret),
                account_id=account.id,
                created_at=now,
                seen_at=now,
                password_at=now if typed_password else None,
                device=device,
                remember_id=remember_id,
            )
        )
    return secret


def find(secret: str, now: datetime) -> LoginSession | None:
    """The live session of a cookie, with its account and those for whom it stands in today, in
    one statement."""
    asked = {"digest": digest_of(secret), "today": now.date()}
    rows = db.session.execute(_BY_SECRET, asked).all()
    row = rows[0][0] if rows else None
    if row is None or not row.is_live(now, idle=IDLE, absolute=ABSOLUTE):
        return None
    row.account.stands_in_for = frozenset(absent for _, absent in rows if absent is not None)
    if now - row.seen_at > SEEN_EVERY:
        _touch(row.id, now)
        db.session.refresh(row)
    row.account.visit = row.visit(now)
    return row


def _touch(session_id: int, now: datetime) -> None:
    """Note that the session is in use. A busy database is no reason to make a reader wait."""
    try:
        with writing(patience=50) as session:
            session.execute(
                update(LoginSession).where(LoginSession.id == session_id).values(seen_at=now)
            )
    except OperationalError:
        return


def confirm_password(session_id: int, now: datetime) -> str:
    """Note that the password was typed just now, and return the session's new secret: what a
    session may do has grown, so an older copy of its cookie must not."""
    secret = random_secret()
    with writing() as session:
        row = session.get_one(LoginSession, session_id)
        row.password_at, row.token_hash = now, digest_of(secret)
    return secret


def is_fresh(row: LoginSession, now: datetime) -> bool:
    """Whether the password was typed recently enough for a sensitive step (S3)."""
    return row.password_at is not None and now - row.password_at < FRESH


def of_account(account_id: int, now: datetime) -> Sequence[LoginSession]:
    """The live sessions of a person, the latest first."""
    rows = db.session.scalars(
        select(LoginSession)
        .filter_by(account_id=account_id, ended_at=None)
        .where(LoginSession.created_at > now - ABSOLUTE, LoginSession.seen_at > now - IDLE)
        .order_by(LoginSession.seen_at.desc())
    )
    return rows.all()


def remembered_devices(account_id: int, now: datetime) -> Sequence[RememberToken]:
    """The devices that remember the password of a person."""
    return db.session.scalars(
        select(RememberToken)
        .filter_by(account_id=account_id, revoked_at=None)
        .where(RememberToken.expires_at > now)
        .order_by(RememberToken.rotated_at.desc())
    ).all()


def end(session_id: int, now: datetime) -> None:
    """Close a session and forget the password on its device: leaving means leaving."""
    with writing() as session:
        row = session.get_one(LoginSession, session_id)
        row.ended_at = now
        if row.remember_id is not None:
            session.get_one(RememberToken, row.remember_id).revoked_at = now


def end_all(account_id: int, now: datetime, *, except_id: int | None = None) -> None:
    """End the sessions of a person and every remembered password, but for one session."""
    with writing() as session:
        kept = session.get(LoginSession, except_id) if except_id else None
        session.execute(
            update(LoginSession)
            .where(LoginSession.account_id == account_id, LoginSession.ended_at.is_(None))
            .where(LoginSession.id != (except_id or 0))
            .values(ended_at=now)
        )
        session.execute(
            update(RememberToken)
            .where(RememberToken.account_id == account_id, RememberToken.revoked_at.is_(None))
            .where(RememberToken.id != ((kept.remember_id if kept else None) or 0))
            .values(revoked_at=now)
        )


def end_all_of_entity(entity_id: int, now: datetime) -> None:
    """End the sessions and the remembered passwords of the whole staff of an entity."""
    staff = select(Account.id).where(Account.entity_id == entity_id)
    with writing() as session:
        session.execute(
            update(LoginSession)
            .where(LoginSession.account_id.in_(staff), LoginSession.ended_at.is_(None))
            .values(ended_at=now)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(RememberToken)
            .where(RememberToken.account_id.in_(staff), RememberToken.revoked_at.is_(None))
            .values(revoked_at=now)
            .execution_options(synchronize_session=False)
        )


def remember(account_id: int, *, device: str, now: datetime) -> tuple[str, int]:
    """Remember the password on a device: the value of its cookie, and the token's id."""
    selector, secret = random_secret()[:20], random_secret()
    with writing() as session:
        token = RememberToken(
            selector=selector,
            secret_hash=digest_of(secret),
            account_id=account_id,
            created_at=now,
            rotated_at=now,
            expires_at=now + REMEMBERED,
            device=device,
        )
        session.add(token)
        session.flush()
        return f"{selector}.{secret}", token.id


def who_is_remembered(cookie: str, now: datetime) -> Account | None:
    """Whose password this device remembers, without using the cookie up."""
    token = _token_of(cookie, now)
    return token.account if token and _matches(token, cookie, now) else None


def resume(cookie: str, *, device: str, now: datetime) -> tuple[Account, str, str] | None:
    """Open a session from a password cookie: the account, the session's secret, the new cookie.

    The cookie's secret is replaced. One that was replaced long ago has been copied: then every
    session that came from that token ends with it.
    """
    with writing() as session:
        token = _token_of(cookie, now, for_update=True)
        if token is None:
            return None
        if not _matches(token, cookie, now):
            token.revoked_at = now
            session.execute(
                update(LoginSession)
                .where(LoginSession.remember_id == token.id)
                .values(ended_at=now)
            )
            return None
        secret = random_secret()
        token.previous_hash, token.secret_hash = token.secret_hash, digest_of(secret)
        token.rotated_at, token.device = now, device
        opened = start(
            token.account, device=device, now=now, remember_id=token.id, typed_password=False
        )
        return token.account, opened, f"{token.selector}.{secret}"


def forget(cookie: str, now: datetime) -> None:
    """Revoke what a password cookie stands for («Borrar cookie de contraseña»)."""
    with writing():
        token = _token_of(cookie, now)
        if token is not None and _matches(token, cookie, now):
            token.revoked_at = now


def _token_of(cookie: str, now: datetime, *, for_update: bool = False) -> RememberToken | None:
    """The live token that a cookie names. `for_update` makes a second use of the same cookie
    wait for the first, where the database has several writers."""
    selector = cookie.partition(".")[0]
    query = select(RememberToken).filter_by(selector=selector, revoked_at=None)
    token = db.session.scalar(query.with_for_update() if for_update else query)
    if token is None or token.expires_at <= now or not token.account.may_enter:
        return None
    return token


def _matches(token: RememberToken, cookie: str, now: datetime) -> bool:
    presented = digest_of(cookie.partition(".")[2])
    if compare_digest(presented, token.secret_hash):
        return True
    recent = now - token.rotated_at < ROTATION_GRACE
    return recent and compare_digest(presented, token.previous_hash or "")
