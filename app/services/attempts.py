"""Throttling that survives restarts and holds over all processes: it lives in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete, func, or_, select

from app.domain.errors import Throttled
from app.extensions import db, writing
from app.models import Attempt
from app.services.tokens import digest_of

_KNOWN = "known:"
SHORT = 32  # characters of a digest that are enough to tell keys apart


@dataclass(frozen=True)
class Limit:
    """At most `count` tries in any `window`."""

    count: int
    window: timedelta


# For one account from one network address: a stranger elsewhere never keeps its owner out.
LOGIN = Limit(5, timedelta(minutes=1))
LOGIN_SLOW = Limit(60, timedelta(hours=6))
# For one account from every address that never entered it: however many join in.
LOGIN_ANYWHERE = Limit(7, timedelta(minutes=1))
LOGIN_ANYWHERE_SLOW = Limit(60, timedelta(minutes=10))
# For one account in all. What strangers cannot use of it is left for where its owner entered.
LOGIN_IN_ALL = Limit(10, timedelta(minutes=1))
CLAIM = Limit(6, timedelta(minutes=10))
CLAIM_ANYWHERE = Limit(60, timedelta(minutes=10))
RECOVERY = Limit(3, timedelta(minutes=10))
KNOWN = timedelta(days=90)  # how long an address is known after it entered


def reserve(key: str, *limits: Limit, now: datetime) -> None:
    """Count a try before it is made, so that tries at the same time cannot slip through.

    Raises:
        Throttled: one of the limits is reached. Nothing is counted then.
    """
    longest = max(limit.window for limit in limits)
    with writing() as session:
        if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time
            session.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))
        session.execute(
            delete(Attempt).where(Attempt.key == key, Attempt.happened_at < now - longest)
        )
        times = session.scalars(
            select(Attempt.happened_at).where(Attempt.key == key).order_by(Attempt.happened_at)
        ).all()
        _refuse_more(times, limits, now)
        session.add(Attempt(key=key, happened_at=now))


def check(key: str, limit: Limit, *, now: datetime) -> None:
    """Refuse when a limit is reached already; nothing is counted.

    Raises:
        Throttled: it is.
    """
    times = db.session.scalars(
        select(Attempt.happened_at).where(Attempt.key == key).order_by(Attempt.happened_at)
    ).all()
    _refuse_more(times, [limit], now)


def reserve_from(
    key: str,
    address: str,
    narrow: Sequence[Limit],
    wide: Sequence[Limit],
    in_all: Sequence[Limit] = (),
    *,
    now: datetime,
) -> None:
    """Count a try at `key` from a network address: `narrow` limits the two together, `wide` the
    key from every address that is not known, `in_all` the key from wherever. What one address
    tries in vain does not fill the wide limits, and strangers never keep out who comes from where
    they entered before.

    Raises:
        Throttled: one of the limits is reached. Nothing is counted then.
    """
    here = f"{key}:{_network(address)}"
    with writing():
        if not _is_known(here, now):
            reserve(key, *wide, now=now)
        if in_all:
            reserve(f"{key}:all", *in_all, now=now)
        reserve(here, *narrow, now=now)


def succeed_from(key: str, address: str, *, now: datetime) -> None:
    """Forget the tries of a key, and know the address from which it was opened."""
    mark = _KNOWN + f"{key}:{_network(address)}"
    with writing() as session:
        clear(key)
        session.execute(delete(Attempt).where(Attempt.key == mark))
        session.add(Attempt(key=mark, happened_at=now))


def forget_old(now: datetime) -> None:
    """Delete what no limit asks for any more, such as the tries at names that nobody has."""
    with writing() as session:
        session.execute(delete(Attempt).where(Attempt.happened_at < now - KNOWN))


def clear(key: str) -> None:
    """Forget the tries of a key, from wherever they came, after one that succeeded."""
    with writing() as session:
        session.execute(
            delete(Attempt).where(
                or_(Attempt.key == key, Attempt.key.startswith(f"{key}:", autoescape=True))
            )
        )


def _is_known(here: str, now: datetime) -> bool:
    mark = select(Attempt.id).where(Attempt.key == _KNOWN + here, Attempt.happened_at > now - KNOWN)
    return db.session.scalar(mark.limit(1)) is not None


def _refuse_more(times: Sequence[datetime], limits: Sequence[Limit], now: datetime) -> None:
    for limit in limits:
        recent = [moment for moment in times if moment > now - limit.window]
        if len(recent) >= limit.count:
            wait = recent[-limit.count] + limit.window - now
            raise Throttled(max(1, int(wait.total_seconds()) + 1))


def _network(address: str) -> str:
    """What one household or office has: of IPv6 that is a whole /64, whoever asks for it."""
    try:
        parsed = ip_address(address)
    except ValueError:
        parsed = None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        address = parsed.exploded[:19]
    return digest_of(address)[:SHORT]
