"""Letters waiting to be sent: left there by the change they tell of, sent by a worker.

What keeps a letter from being lost or sent twice is told in `docs/adr/0003-outbox.md`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db, writing
from app.models import Account, Entity, OutboxAttempt, OutboxMessage, OutboxStatus
from app.services.letters import NOTICES, Letterhead, Writer, check_facts
from app.services.mail import (
    Courier,
    Envelope,
    Postponed,
    Refused,
    ServerAway,
    Unconfirmed,
    compose,
)

# A worker that dies before the hand-over is replaced after this long.
CLAIM_LEASE = timedelta(seconds=60)
# Afterwards only when no answer can come any more: the server has ten minutes to give it.
HAND_OVER_LEASE = timedelta(minutes=11)
BACKOFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
GIVE_UP = timedelta(days=3)

# How often a letter is handed over without an answer before it is left alone.
MOST_UNCERTAIN = 3
UNCERTAIN = "sin_confirmar"
# How a try ends when the letter will not arrive.
REJECTED, GIVEN_UP, UNWANTED = "rechazado", "abandonado", "no_se_envia"
UNDELIVERABLE = frozenset({REJECTED, GIVEN_UP})

Clock = Callable[[], datetime]
# Told, in the transaction that writes it down, of a letter that will not reach its person, and why.
Undeliverable = Callable[[int, str, datetime], None]

log = logging.getLogger(__name__)


class Outcome(NamedTuple):
    """How a try ended: the line of the log, and where the letter goes from here."""

    status: OutboxStatus
    word: str
    detail: str


class Drained(NamedTuple):
    """What a round did: letters sent, and whether the server was there at all."""

    sent: int
    is_away: bool = False


class Unwanted(Exception):
    """Nobody should get the letter any more, and its person need not be told otherwise."""


class LeaseLost(Exception):
    """Another worker has the letter by now: this one must not send it."""


@dataclass(frozen=True)
class Claimed:
    """A letter in the hands of one worker, known by `claim`, until its lease ends."""

    id: int
    claim: str
    letter: str
    context: dict[str, Any]
    recipient: str
    entity_id: int | None
    account_id: int | None
    message_id: str
    attempts: int
    created_at: datetime
    waiting_since: datetime


def post(
    *,
    letter: str,
    recipient: str,
    context: dict[str, Any],
    entity_id: int | None,
    account_id: int | None = None,
    requerimiento_id: int | None = None,
    dedupe: str | None = None,
    now: datetime,
) -> None:
    """Leave a letter to be sent once the transaction of the caller has committed.

    With `dedupe`, a letter of the same name that is there already is enough.

    Raises:
        KeyError, ValueError: no such letter, or it lacks facts.
    """
    values = {
        "letter": letter,
        "recipient": recipient,
        "context": check_facts(letter, context),
        "entity_id": entity_id,
        "account_id": account_id,
        "requerimiento_id": requerimiento_id,
        "dedupe": dedupe,
        "message_id": uuid4().hex,
        "status": OutboxStatus.PENDING,
        "attempts": 0,
        "created_at": now,
        "waiting_since": now,
        "next_try_at": now,
    }
    with writing() as session:
        session.execute(_insert().values(values).on_conflict_do_nothing(index_elements=["dedupe"]))


def has_work(now: datetime) -> bool:
    """Whether a letter is due. A cheap read, since it is asked every other second."""
    found = db.session.scalar(select(OutboxMessage.id).where(*_due(now)).limit(1))
    db.session.rollback()
    return found is not None


def claim(worker: str, now: datetime) -> Claimed | None:
    """Take the letter that has waited longest, in one statement; None when there is none."""
    if not has_work(now):
        return None
    first = (
        select(OutboxMessage.id)
        .where(*_due(now))
        .order_by(OutboxMessage.next_try_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taking = f"{worker[:40]}:{uuid4().hex}"
    columns = [getattr(OutboxMessage, name) for name in Claimed.__annotations__ if name != "claim"]
    with writing() as session:
        row = session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == first)
            .values(
                status=OutboxStatus.SENDING,
                claimed_by=taking,
                attempts=OutboxMessage.attempts + 1,
                handed_over_at=None,
                lease_until=now + CLAIM_LEASE,
                next_try_at=now + CLAIM_LEASE,
            )
            .returning(*columns)
            .execution_options(synchronize_session=False)
        ).one_or_none()
    return Claimed(claim=taking, **row._mapping) if row else None


def hand_over(claimed: Claimed, now: datetime) -> None:
    """Write down that the letter is about to be the server's.

    Raises:
        LeaseLost: the lease has ended, and another worker may have the letter.
    """
    with writing() as session:
        moved = session.execute(
            update(OutboxMessage)
            .where(*_held(claimed), OutboxMessage.lease_until > now)
            .values(
                handed_over_at=now,
                lease_until=now + HAND_OVER_LEASE,
                next_try_at=now + HAND_OVER_LEASE,
            )
            .returning(OutboxMessage.id)
            .execution_options(synchronize_session=False)
        ).all()
    if not moved:
        raise LeaseLost


def settle(
    claimed: Claimed, outcome: Outcome, now: datetime, undeliverable: Undeliverable | None = None
) -> None:
    """Write down how a try ended. A letter that another worker has by now is left to it."""
    values: dict[str, Any] = {"status": outcome.status, "claimed_by": None, "lease_until": None}
    if outcome.status is OutboxStatus.SENT:
        values["sent_at"] = now
    elif outcome.status is OutboxStatus.PENDING:
        values |= {"next_try_at": now + _pause(claimed.attempts), "handed_over_at": None}
    with writing() as session:
        if outcome.status is not OutboxStatus.SENDING:
            held = session.execute(
                update(OutboxMessage)
                .where(*_held(claimed))
                .values(values)
                .returning(OutboxMessage.id)
                .execution_options(synchronize_session=False)
            ).all()
            if held and undeliverable is not None and outcome.word in UNDELIVERABLE:
                undeliverable(claimed.id, outcome.detail, now)
        session.add(
            OutboxAttempt(
                message_id=claimed.id,
                happened_at=now,
                outcome=outcome.word,
                detail=outcome.detail[:500],
            )
        )


class Postman:
    """One worker's way of sending letters: claim, write, deliver, settle."""

    def __init__(
        self,
        name: str,
        *,
        courier: Courier,
        writer: Writer,
        sender: str,
        clock: Clock,
        undeliverable: Undeliverable | None = None,
    ) -> None:
        self.name = name
        self.courier = courier
        self._undeliverable = undeliverable
        self._writer = writer
        self._sender = sender
        self._clock = clock
        self._unsettled: tuple[Claimed, Outcome] | None = None

    def drain(self, should_stop: Callable[[], bool] = lambda: False) -> Drained:
        """Send what is due, until there is no more or the server does not answer.

        Raises:
            sqlalchemy.exc.DBAPIError: the database is away. What was sent and could not be
                written down is written down first thing in the next round.
        """
        self._settle_last()
        sent = 0
        while not should_stop():
            claimed = claim(self.name, self._clock())
            if claimed is None:
                break
            try:
                outcome, is_away = self._try(claimed)
            except LeaseLost:
                log.warning("letter %s: the lease was lost before the hand-over", claimed.id)
                continue
            self._unsettled = (claimed, outcome)
            self._settle_last()
            sent += outcome.status is OutboxStatus.SENT
            if is_away:
                return Drained(sent, is_away=True)
        return Drained(sent)

    def _settle_last(self) -> None:
        if self._unsettled is not None:
            settle(*self._unsettled, self._clock(), self._undeliverable)
            self._unsettled = None

    def _try(self, claimed: Claimed) -> tuple[Outcome, bool]:
        """Try to deliver; say how it went, and whether the server is away."""
        try:
            envelope = self._prepare(claimed)
            detail = self.courier.deliver(envelope, lambda: hand_over(claimed, self._clock()))
        except Unwanted as error:
            return Outcome(OutboxStatus.FAILED, UNWANTED, str(error)), False
        except Refused as error:
            return Outcome(OutboxStatus.FAILED, REJECTED, str(error)), False
        except Unconfirmed as error:
            log.warning("letter %s: no answer after the hand-over", claimed.id)
            return self._uncertain(claimed, str(error)), False
        except Postponed as error:
            return self._later(claimed, str(error)), isinstance(error, ServerAway)
        return Outcome(OutboxStatus.SENT, "enviado", detail), False

    def _later(self, claimed: Claimed, reason: str) -> Outcome:
        if self._clock() + _pause(claimed.attempts) > claimed.waiting_since + GIVE_UP:
            return Outcome(OutboxStatus.FAILED, GIVEN_UP, reason)
        return Outcome(OutboxStatus.PENDING, "aplazado", reason)

    def _uncertain(self, claimed: Claimed, reason: str) -> Outcome:
        """It waits until its lease ends; a server that never answers may deliver every time."""
        earlier = _count_uncertain(claimed)
        is_enough = earlier + 1 >= MOST_UNCERTAIN
        status = OutboxStatus.FAILED if is_enough else OutboxStatus.SENDING
        return Outcome(status, UNCERTAIN, reason)

    def _prepare(self, claimed: Claimed) -> Envelope:
        """Write the letter and put it in its envelope.

        Raises:
            Unwanted: nobody should get it any more.
            Postponed: it could not be written, which is a mistake of ours.
        """
        expires = claimed.context.get("expires_at")
        if expires and datetime.fromisoformat(expires) <= self._clock():
            raise Unwanted("venció antes de poder enviarse")
        if not _is_wanted(claimed):
            raise Unwanted("la persona detuvo los avisos")
        letterhead = _letterhead(claimed.entity_id)
        db.session.rollback()
        try:
            letter = self._writer.write(
                claimed.letter,
                claimed.context,
                letterhead=letterhead,
                account_id=claimed.account_id,
            )
        except Exception as error:  # one that cannot be written must not hold up the others
            log.exception("letter %s could not be written", claimed.id)
            raise Postponed(f"no se pudo redactar: {type(error).__name__}") from error
        content = compose(
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            stop_url=letter.stop_url,
            sender=(letterhead.name, self._sender),
            recipient=claimed.recipient,
            message_id=f"<{claimed.message_id}@{self._host()}>",
            date=claimed.created_at,
        )
        name = f"{claimed.created_at:%Y%m%dT%H%M%S}-{claimed.id}"
        return Envelope(name, self._sender, claimed.recipient, content)

    def _host(self) -> str:
        """Whose letters they are: the sender's host, or the site's while no sender is set."""
        host = self._sender.rpartition("@")[2]
        if host.startswith("localhost"):
            return urlsplit(self._writer.base_url).hostname or host
        return host


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What may be claimed: letters waiting, and those whose worker's lease has ended, since
    `next_try_at` goes along with the lease."""
    waiting = [OutboxStatus.PENDING, OutboxStatus.SENDING]
    return OutboxMessage.status.in_(waiting), OutboxMessage.next_try_at <= now


def _held(claimed: Claimed) -> tuple[ColumnElement[bool], ...]:
    return OutboxMessage.id == claimed.id, OutboxMessage.claimed_by == claimed.claim


def _pause(attempts: int) -> timedelta:
    return BACKOFF[min(attempts, len(BACKOFF)) - 1]


def _insert() -> postgresql.Insert | sqlite.Insert:
    """The INSERT of the database in use; only the dialects' own know ON CONFLICT."""
    if db.engine.dialect.name == "postgresql":
        return postgresql.insert(OutboxMessage)
    return sqlite.insert(OutboxMessage)


def _is_wanted(claimed: Claimed) -> bool:
    """Notices stop at once, also those that were waiting."""
    if claimed.letter not in NOTICES or claimed.account_id is None:
        return True
    return bool(
        db.session.scalar(select(Account.notify_by_email).where(Account.id == claimed.account_id))
    )


def _count_uncertain(claimed: Claimed) -> int:
    query = (
        select(func.count(OutboxAttempt.id))
        .filter_by(message_id=claimed.id, outcome=UNCERTAIN)
        .where(OutboxAttempt.happened_at >= claimed.waiting_since)
    )
    count = db.session.scalar(query) or 0
    db.session.rollback()
    return count


def _letterhead(entity_id: int | None) -> Letterhead:
    """The entity's, else the default entity's."""
    query = select(Entity.name, Entity.helpdesk_phone, Entity.helpdesk_hours)
    wanted = or_(Entity.id == entity_id, Entity.is_default) if entity_id else Entity.is_default
    row = db.session.execute(
        query.where(wanted).order_by((Entity.id == entity_id).desc()).limit(1)
    ).one_or_none()
    return Letterhead(*row) if row else Letterhead()
