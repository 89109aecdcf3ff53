"""Claim codes on their way to paper: in the clerk's own session, for a quarter of an hour."""

from datetime import datetime, timedelta

from flask import session

from app import clock

SHOWN_FOR = timedelta(minutes=15)
KEY = "claim_codes"


def keep(name: str, code: str) -> None:
    """Keep a code for the page that prints it; `name` says which page."""
    session[KEY] = {**_fresh(), name: [code, clock.now().isoformat()]}


def shown(name: str) -> str | None:
    """The code of that page, while it may still be shown."""
    entry = _fresh().get(name)
    return entry[0] if entry else None


def forget(name: str) -> None:
    """The paper was handed over."""
    session[KEY] = {key: entry for key, entry in _fresh().items() if key != name}


def _fresh() -> dict[str, list[str]]:
    limit = clock.now() - SHOWN_FOR
    return {
        name: entry
        for name, entry in session.get(KEY, {}).items()
        if datetime.fromisoformat(entry[1]) > limit
    }
