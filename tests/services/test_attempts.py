"""Throttling that lives in the database."""

from datetime import datetime, timedelta

import pytest

from app import create_app
from app.domain.calendar import OFFICE
from app.domain.errors import Throttled
from app.extensions import db
from app.models import Attempt
from app.services import attempts
from app.services.attempts import Limit
from tests.support.people import at_once
from tests.support.product import close_connections

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
THREE = Limit(3, timedelta(minutes=1))
DAILY = Limit(4, timedelta(days=1))


def test_the_try_after_the_last_waits(app):
    for _ in range(3):
        attempts.reserve("door", THREE, now=NOW)

    with pytest.raises(Throttled) as wait:
        attempts.reserve("door", THREE, now=NOW + timedelta(seconds=10))

    assert 50 <= wait.value.retry_after <= 51
    assert db.session.query(Attempt).count() == 3


def test_waiting_as_long_as_told_is_enough(app):
    for _ in range(3):
        attempts.reserve("door", THREE, now=NOW)
    with pytest.raises(Throttled) as wait:
        attempts.reserve("door", THREE, now=NOW)

    attempts.reserve("door", THREE, now=NOW + timedelta(seconds=wait.value.retry_after))


def test_the_narrowest_of_several_limits_counts(app):
    for hour in range(4):
        attempts.reserve("door", THREE, DAILY, now=NOW + timedelta(hours=hour))

    with pytest.raises(Throttled) as wait:
        attempts.reserve("door", THREE, DAILY, now=NOW + timedelta(hours=5))

    assert wait.value.retry_after > 18 * 3600


def test_one_door_does_not_close_another(app):
    for _ in range(3):
        attempts.reserve("door", THREE, now=NOW)

    attempts.reserve("window", THREE, now=NOW)

    assert db.session.query(Attempt).count() == 4
    with pytest.raises(Throttled):
        attempts.reserve("door", THREE, now=NOW)


def test_a_success_forgets_the_tries(app):
    for _ in range(3):
        attempts.reserve("door", THREE, now=NOW)
    attempts.clear("door")

    attempts.reserve("door", THREE, now=NOW)

    assert db.session.query(Attempt).count() == 1


def test_old_tries_are_cleared_away(app):
    attempts.reserve("door", THREE, now=NOW)
    attempts.reserve("door", THREE, now=NOW + timedelta(hours=1))

    assert db.session.query(Attempt).count() == 1


def test_tries_at_the_same_moment_cannot_slip_through(app):
    results = at_once(app, [lambda: attempts.reserve("door", THREE, now=NOW)] * 12)

    assert [type(result) for result in results].count(Throttled) == 9
    assert db.session.query(Attempt).count() == 3


def test_a_restart_forgives_nothing(app, settings):
    for _ in range(3):
        attempts.reserve("door", THREE, now=NOW)

    with create_app(settings).app_context():
        with pytest.raises(Throttled):
            attempts.reserve("door", THREE, now=NOW)
        close_connections()
