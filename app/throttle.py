"""How often one network address may send a form. Guesses at an account are counted by its own
table, which survives a restart (`services.attempts`); these counts are memory, and may be lost."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask, current_app, request
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from app.config import Settings
from app.domain.errors import Throttled


def init_app(app: Flask, settings: Settings) -> None:
    """Give the app its counts."""
    storage = storage_from_string(settings.ratelimit_storage_url)
    app.extensions["throttle"] = FixedWindowRateLimiter(storage)


def per_address(rate: str) -> Callable[[], None]:
    """What counts one sending from the address of this request, for the form it was sent to.

    `rate` is such as "60/minute".

    Raises:
        Throttled: on counting, when the address has sent this form that often already.
    """
    limit = parse(rate)

    def count() -> None:
        counts: FixedWindowRateLimiter = current_app.extensions["throttle"]
        sender = (request.endpoint or "", request.remote_addr or "")
        if not counts.hit(limit, *sender):
            reset = counts.get_window_stats(limit, *sender).reset_time
            raise Throttled(max(1, round(reset - time.time())))

    return count
