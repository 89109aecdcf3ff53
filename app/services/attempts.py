"""Throttling that survives restarts and holds over all processes: it lives in the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from app.domain.errors import Throttled
from app.extensions import writing
from app.models import Attempt


@dataclass(frozen=True)
class Limit:
    """At most `count` tries in any `window`."""

    count: int
    window: timedelta


LOGIN = Limit(8, timedelta(minutes=1))
LOGIN_SLOW = Limit(60, timedelta(hours=6))
CLAIM = Limit(6, timedelta(minutes=10))
RECOVERY = Limit(3, timedelta(minutes=10))


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
        for limit in limits:
            recent = [moment for moment in times if moment > now - limit.window]
            if len(recent) >= limit.count:
                wait = recent[-limit.count] + limit.window - now
                raise Throttled(max(1, int(wait.total_seconds()) + 1))
        session.add(Attempt(key=key, happened_at=now))


def clear(key: str) -> None:
    """Forget the tries of a key, after one that succeeded."""
    with writing() as session:
        session.execute(delete(Attempt).where(Attempt.key == key))
