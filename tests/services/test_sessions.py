"""Sessions and remembered devices."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.domain.calendar import OFFICE
from app.extensions import db, writing
from app.models import LoginSession, RememberToken
from app.services import sessions
from app.services.tokens import digest_of
from tests.support.people import add_citizen, add_entity, at_once

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def account(app):
    return add_citizen(add_entity(now=NOW).id, now=NOW)


def begin(account, now=NOW, **more):
    return sessions.start(account, device="Firefox en Linux", now=now, **more)


def test_the_table_keeps_only_a_digest(account):
    secret = begin(account)

    row = db.session.scalars(select(LoginSession)).one()
    assert row.token_hash == digest_of(secret)
    assert secret not in repr(vars(row))


def test_a_session_ends_after_an_hour_without_use(account):
    secret = begin(account)

    assert sessions.find(secret, NOW + 59 * MINUTE)
    assert sessions.find(secret, NOW + 118 * MINUTE)
    assert sessions.find(secret, NOW + 178 * MINUTE) is None


def test_a_session_ends_after_twelve_hours_however_busy(account):
    secret = begin(account)

    for half_hour in range(1, 24):
        assert sessions.find(secret, NOW + half_hour * HOUR / 2)

    assert sessions.find(secret, NOW + 12 * HOUR) is None


def test_what_was_never_given_opens_nothing(account):
    secret = begin(account)

    assert sessions.find("", NOW) is None
    assert sessions.find(secret[:-1], NOW) is None
    assert sessions.find(digest_of(secret), NOW) is None


def test_leaving_ends_the_session_and_its_remembered_password(account):
    cookie, token_id = sessions.remember(account.id, device="Firefox", now=NOW)
    secret = begin(account, remember_id=token_id)

    sessions.end(sessions.find(secret, NOW).id, NOW)

    assert sessions.find(secret, NOW) is None
    assert sessions.who_is_remembered(cookie, NOW) is None


def test_an_account_that_was_closed_opens_nothing(account):
    secret = begin(account)
    cookie, _ = sessions.remember(account.id, device="Firefox", now=NOW)
    with writing():
        account.is_active = False

    assert sessions.find(secret, NOW) is None
    assert sessions.resume(cookie, device="Firefox", now=NOW) is None


def test_a_remembered_password_opens_a_session_that_is_not_fresh(account):
    cookie, _ = sessions.remember(account.id, device="Firefox", now=NOW)

    resumed, secret, _ = sessions.resume(cookie, device="Firefox", now=NOW + HOUR)

    row = sessions.find(secret, NOW + HOUR)
    assert resumed.id == account.id
    assert not sessions.is_fresh(row, NOW + HOUR)
    assert sessions.is_fresh(sessions.find(begin(account), NOW), NOW)


def test_typing_the_password_makes_it_fresh_and_changes_its_secret(account):
    secret = begin(account, typed_password=False)

    renewed = sessions.confirm_password(sessions.find(secret, NOW).id, NOW)

    assert sessions.find(secret, NOW) is None
    row = sessions.find(renewed, NOW)
    assert sessions.is_fresh(row, NOW + 29 * MINUTE)
    assert not sessions.is_fresh(row, NOW + 30 * MINUTE)


def test_each_use_changes_the_cookie(account):
    first, _ = sessions.remember(account.id, device="Firefox", now=NOW)

    _, _, second = sessions.resume(first, device="Firefox", now=NOW + HOUR)
    _, _, third = sessions.resume(second, device="Firefox", now=NOW + 2 * HOUR)

    assert len({first, second, third}) == 3
    assert sessions.who_is_remembered(third, NOW + 2 * HOUR)


def test_two_tabs_may_come_back_at_once(account):
    cookie, _ = sessions.remember(account.id, device="Firefox", now=NOW)

    sessions.resume(cookie, device="Firefox", now=NOW + HOUR)

    assert sessions.resume(cookie, device="Firefox", now=NOW + HOUR + timedelta(seconds=20))


def test_a_copied_cookie_ends_what_came_from_it(account):
    cookie, _ = sessions.remember(account.id, device="Firefox", now=NOW)
    _, owner, renewed = sessions.resume(cookie, device="Firefox", now=NOW + HOUR)

    thief = sessions.resume(cookie, device="Chrome", now=NOW + HOUR + 5 * MINUTE)

    assert thief is None
    assert sessions.find(owner, NOW + HOUR + 5 * MINUTE) is None
    assert sessions.resume(renewed, device="Firefox", now=NOW + HOUR + 6 * MINUTE) is None


def test_a_guess_at_a_cookie_also_ends_it(account):
    cookie, _ = sessions.remember(account.id, device="Firefox", now=NOW)
    selector = cookie.partition(".")[0]

    assert sessions.resume(f"{selector}.guess", device="x", now=NOW) is None
    assert sessions.resume("", device="x", now=NOW) is None


def test_a_password_is_remembered_for_thirty_days(account):
    cookie, _ = sessions.remember(account.id, device="Firefox", now=NOW)

    assert sessions.who_is_remembered(cookie, NOW + timedelta(days=29))
    assert sessions.who_is_remembered(cookie, NOW + timedelta(days=30)) is None


def test_deleting_the_cookie_revokes_what_it_stood_for(account):
    cookie, _ = sessions.remember(account.id, device="Firefox", now=NOW)

    sessions.forget(cookie, NOW)

    assert sessions.resume(cookie, device="Firefox", now=NOW) is None


def test_only_the_one_who_has_the_cookie_can_revoke_it(account):
    cookie, _ = sessions.remember(account.id, device="Firefox", now=NOW)

    sessions.forget(f"{cookie.partition('.')[0]}.guess", NOW)

    assert sessions.who_is_remembered(cookie, NOW)


def test_closing_the_others_keeps_this_one(account):
    here, other = begin(account), begin(account)
    cookie, _ = sessions.remember(account.id, device="Firefox", now=NOW)

    sessions.end_all(account.id, NOW, except_id=sessions.find(here, NOW).id)

    assert sessions.find(here, NOW)
    assert sessions.find(other, NOW) is None
    assert sessions.who_is_remembered(cookie, NOW) is None
    assert [row.token_hash for row in sessions.of_account(account.id, NOW)] == [digest_of(here)]


def test_the_sessions_of_others_are_theirs(app, account):
    neighbour = add_citizen(add_entity("CHI", now=NOW).id, document_number="1001", now=NOW)
    theirs = begin(neighbour)

    sessions.end_all(account.id, NOW)

    assert sessions.find(theirs, NOW)


def test_a_session_that_ended_is_not_brought_back_by_being_seen(account):
    """What a slow page writes at its end must not open again what was closed meanwhile."""
    secret = begin(account)
    row = sessions.find(secret, NOW)

    sessions.end(row.id, NOW + 10 * MINUTE)

    assert sessions.find(secret, NOW + 10 * MINUTE) is None
    assert db.session.get_one(LoginSession, row.id).ended_at == NOW + 10 * MINUTE


def test_one_cookie_used_in_two_places_at_once_stays_one_token(app, account):
    cookie, token_id = sessions.remember(account.id, device="Firefox", now=NOW)

    results = at_once(app, [lambda: sessions.resume(cookie, device="Firefox", now=NOW)] * 2)

    assert all(results)
    token = db.session.get_one(RememberToken, token_id)
    assert digest_of(results[0][2].partition(".")[2]) in (token.secret_hash, token.previous_hash)
    assert digest_of(results[1][2].partition(".")[2]) in (token.secret_hash, token.previous_hash)
