"""Entering, and choosing a new password."""

from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from app.domain.calendar import OFFICE
from app.domain.errors import Throttled
from app.domain.registration import FieldRefused
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import Account, Attempt, Claim, LoginSession, OutboxMessage, Recovery
from app.services import attempts, credentials, hashing, sessions
from app.services.credentials import Device, Entered, LinkSpent
from app.services.tokens import RECOVERY, STOP_NOTICES
from tests.support.client import PASSWORD
from tests.support.people import (
    FRANCISCO,
    add_citizen,
    add_entity,
    add_staff,
    at_once,
    file_at_counter,
)

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
MINUTE = timedelta(minutes=1)
NEW = "otra clave bien larga"


@pytest.fixture
def entity(app):
    return add_entity(now=NOW).id


@pytest.fixture
def account(entity):
    return add_citizen(entity, now=NOW)


@pytest.fixture
def by_document(entity):
    """Somebody whose first password is the number of the document, chosen at the counter."""
    clerk = add_staff(entity, Role.COUNTER, "mperez", now=NOW)
    filed = file_at_counter(clerk, by="documento", now=NOW, document_number="1.020.304")
    return db.session.get_one(Account, filed.citizen_id)


def enter(username, password, *, now=NOW, **changes):
    values = {"allow_document": True, "remember": False, "device": Device("Firefox")}
    return credentials.enter(username=username, password=password, now=now, **values | changes)


@contextmanager
def counted_statements(steps):
    """Note the shape of each statement that is sent within the block."""

    def note(_connection, _cursor, statement, *_):
        steps.append(" ".join(statement.split())[:60])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def letters(name):
    return db.session.scalars(select(OutboxMessage).filter_by(letter=name)).all()


def token(app):
    """The link of the last letter, as the letter writes it."""
    newest = db.session.scalar(select(func.max(Recovery.id)))
    return app.extensions["signer"].sign(RECOVERY, newest)


def recover(who, *, now=NOW, address="192.0.2.1"):
    credentials.request_recovery(who, address=address, entity_id=None, now=now)


def reset(app, password=NEW, *, link=None, now=NOW):
    return credentials.reset_password(
        link or token(app), password, signer=app.extensions["signer"], entity_id=None, now=now
    )


def test_user_name_and_password_open_a_session(account):
    entered = enter(" FRivera ", PASSWORD)

    assert entered.account.id == account.id
    assert sessions.is_fresh(sessions.find(entered.session_secret, NOW), NOW)
    assert entered.password_cookie is None


def test_the_password_cookie_holds_no_password(account):
    entered = enter("frivera", PASSWORD, remember=True)

    assert PASSWORD not in entered.password_cookie
    assert sessions.who_is_remembered(entered.password_cookie, NOW).id == account.id
    row = sessions.find(entered.session_secret, NOW)
    sessions.end(row.id, NOW)
    assert sessions.who_is_remembered(entered.password_cookie, NOW) is None


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("frivera", "not the password"),
        ("frivera", PASSWORD + " "),
        ("frivera", ""),
        ("frivera", "79123456"),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("frivera\0", PASSWORD),
        ("fri\u200bvera", PASSWORD),
        ("f" * 5000, PASSWORD),
        ("frivera", "x" * 400_000),
        ("' OR 1=1 --", "' OR 1=1 --"),
        ("francisco@example.com", PASSWORD),
    ],
)
def test_anything_else_opens_nothing_and_says_nothing(account, username, password):
    assert enter(username, password) is None
    assert db.session.query(LoginSession).count() == 0


def test_an_account_that_was_closed_is_like_no_account(account):
    with writing():
        account.is_active = False

    assert enter("frivera", PASSWORD) is None


def test_entering_again_revokes_what_this_browser_held(account):
    first = enter("frivera", PASSWORD, remember=True)
    here = sessions.find(first.session_secret, NOW).id

    enter("frivera", PASSWORD, device=Device("Firefox", here, first.password_cookie))

    assert sessions.find(first.session_secret, NOW) is None
    assert sessions.who_is_remembered(first.password_cookie, NOW) is None


def test_at_most_ten_wrong_passwords_a_minute_reach_the_hash(account, monkeypatch):
    compared = []
    verify = hashing.verify
    monkeypatch.setattr(hashing, "verify", lambda *a: compared.append(a) or verify(*a))

    refused = 0
    for second in range(40):
        try:
            enter("frivera", "wrong password", now=NOW + timedelta(seconds=second))
        except Throttled:
            refused += 1

    assert len(compared) <= 10
    assert refused == 40 - len(compared)


def test_a_throttled_name_waits_also_with_the_right_password(account):
    for _ in range(attempts.LOGIN.count):
        enter("frivera", "wrong password")

    with pytest.raises(Throttled) as wait:
        enter("frivera", PASSWORD)

    assert 0 < wait.value.retry_after <= 61
    assert enter("frivera", PASSWORD, now=NOW + timedelta(seconds=wait.value.retry_after))


def test_a_throttled_name_does_not_close_the_session_of_its_owner(account):
    secret = enter("frivera", PASSWORD).session_secret
    for _ in range(attempts.LOGIN.count):
        enter("frivera", "wrong password")

    assert sessions.find(secret, NOW)


def test_entering_forgets_the_wrong_tries(account):
    for _ in range(attempts.LOGIN.count - 1):
        enter("frivera", "wrong password")
    enter("frivera", PASSWORD)

    [mark] = db.session.query(Attempt)
    assert mark.key.startswith("known:"), "only where it was entered from is kept"


def test_an_unknown_name_is_throttled_like_a_known_one(account):
    for _ in range(attempts.LOGIN.count):
        enter("nobody", "wrong password")

    with pytest.raises(Throttled):
        enter("nobody", "wrong password")


def test_a_known_and_an_unknown_name_cost_the_same_work(account, by_document, monkeypatch):
    """Statements and hashes, one by one: what takes the same steps takes the same time."""
    steps = []
    verify = hashing.verify

    def compare(stored, password):
        steps.append("hash")
        return verify(stored, password)

    monkeypatch.setattr(hashing, "verify", compare)
    traces = []
    for username in ("frivera", "nobody", by_document.username):
        steps.clear()
        with counted_statements(steps):
            enter(username, "wrong password")
        traces.append(list(steps))

    assert traces[0] == traces[1] == traces[2]
    assert traces[0].count("hash") == 1


def test_tries_at_once_are_counted_one_by_one(app, account):
    results = at_once(app, [lambda: enter("frivera", "wrong password")] * 16)

    assert [type(result) for result in results].count(Throttled) == 16 - attempts.LOGIN.count


def test_the_document_as_first_password_opens_the_claim_once(by_document):
    first = enter(by_document.username, "1020304")
    second = enter(by_document.username, "1020304")

    assert isinstance(first, Claim)
    assert first.reached_at == NOW
    assert second is None
    assert db.session.query(LoginSession).count() == 0


def test_the_document_may_be_typed_with_its_dots(by_document):
    assert isinstance(enter(by_document.username, "1.020.304"), Claim)


def test_the_document_opens_it_for_one_of_two_at_once(app, by_document):
    username = by_document.username

    results = at_once(app, [lambda: enter(username, "1020304")] * 4)

    assert [type(result) for result in results].count(Claim) == 1
    assert results.count(None) == 3


def test_the_installation_may_forbid_the_document(by_document):
    assert enter(by_document.username, "1020304", allow_document=False) is None


def test_the_document_opens_nothing_after_five_days(by_document):
    assert enter(by_document.username, "1020304", now=NOW + timedelta(days=5)) is None


def test_the_document_of_who_has_a_password_opens_nothing(account):
    assert enter("frivera", FRANCISCO["document_number"]) is None


def test_the_password_again_renews_the_session(account):
    secret = enter("frivera", PASSWORD).session_secret
    here = sessions.find(secret, NOW).id

    assert credentials.confirm(account, here, "wrong password", now=NOW) is None
    assert sessions.find(secret, NOW)
    renewed = credentials.confirm(account, here, PASSWORD, now=NOW)

    assert sessions.find(secret, NOW) is None
    assert sessions.find(renewed, NOW)


def test_the_password_again_is_counted_apart_from_the_tries_of_strangers(account):
    here = sessions.find(enter("frivera", PASSWORD).session_secret, NOW).id
    for _ in range(attempts.LOGIN.count):
        enter("frivera", "wrong password")

    assert credentials.confirm(account, here, PASSWORD, now=NOW)
    for _ in range(attempts.LOGIN.count):
        credentials.confirm(account, here, "wrong password", now=NOW)
    with pytest.raises(Throttled):
        credentials.confirm(account, here, PASSWORD, now=NOW)


def test_changing_the_password_ends_everything_it_opened(app, account):
    other = enter("frivera", PASSWORD, remember=True)
    recover("frivera")
    link = token(app)

    secret = credentials.change_password(
        account, current=PASSWORD, new=NEW, device=Device("Firefox"), entity_id=None, now=NOW
    )

    assert sessions.find(secret, NOW)
    assert sessions.find(other.session_secret, NOW) is None
    assert sessions.resume(other.password_cookie, device="x", now=NOW) is None
    assert enter("frivera", PASSWORD) is None
    assert isinstance(enter("frivera", NEW), Entered)
    with pytest.raises(LinkSpent):
        reset(app, link=link)
    assert [letter.recipient for letter in letters("password_changed")] == [account.email]


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        ("wrong password", NEW, "current_password"),
        (PASSWORD, "corta", "password"),
        (PASSWORD, "frivera", "password"),
        (PASSWORD, "clave79123456", "password"),
    ],
)
def test_a_change_that_is_refused_changes_nothing(account, current, new, field):
    with pytest.raises(FieldRefused) as refusal:
        credentials.change_password(
            account, current=current, new=new, device=Device("x"), entity_id=None, now=NOW
        )

    assert refusal.value.field == field
    assert isinstance(enter("frivera", PASSWORD), Entered)


def test_guessing_the_current_password_is_throttled(account):
    def guess():
        credentials.change_password(
            account, current="wrong", new=NEW, device=Device("x"), entity_id=None, now=NOW
        )

    for _ in range(attempts.LOGIN.count):
        with pytest.raises(FieldRefused):
            guess()

    with pytest.raises(Throttled):
        guess()


@pytest.mark.parametrize("who", ["frivera", " FRIVERA ", "Francisco@Example.com"])
def test_a_letter_goes_to_whom_it_may_help(app, account, who):
    recover(who)

    [letter] = letters("recovery")
    assert letter.recipient == "francisco@example.com"
    assert letter.context["username"] == "frivera"
    assert token(app) not in str(letter.context)


@pytest.mark.parametrize("who", ["nobody", "x@example.com", "@", "", "frivera\0x", "%", "a" * 9000])
def test_nobody_gets_no_letter(account, who):
    recover(who)

    assert letters("recovery") == []


def test_every_account_of_an_address_gets_its_letter(entity, account):
    add_citizen(entity, document_number="1001", now=NOW)

    recover("francisco@example.com")

    assert {letter.context["username"] for letter in letters("recovery")} == {
        "frivera",
        "frivera2",
    }


def test_three_letters_in_ten_minutes_are_enough(account):
    for minute in range(9):
        recover("frivera", now=NOW + minute * MINUTE, address=f"192.0.2.{minute}")
    assert len(letters("recovery")) == 3

    recover("frivera", now=NOW + 11 * MINUTE)

    assert len(letters("recovery")) == 4


def test_one_address_cannot_ask_for_ever(account):
    for number in range(credentials.RECOVERY_REQUESTS.count):
        recover(f"name{number}")

    with pytest.raises(Throttled):
        recover("frivera")


def test_an_account_without_password_is_completed_and_not_recovered(by_document):
    recover(by_document.username)

    assert letters("recovery") == []


def test_the_link_chooses_a_new_password_once(app, account):
    session = enter("frivera", PASSWORD, remember=True)
    recover("frivera")
    link = token(app)

    reset(app)

    assert isinstance(enter("frivera", NEW), Entered)
    assert sessions.find(session.session_secret, NOW) is None
    assert sessions.resume(session.password_cookie, device="x", now=NOW) is None
    with pytest.raises(LinkSpent):
        reset(app, "una tercera clave", link=link)
    assert isinstance(enter("frivera", NEW), Entered)


def test_the_link_also_lets_in_who_tried_too_often(app, account):
    for _ in range(attempts.LOGIN.count):
        enter("frivera", "wrong password")
    recover("frivera")

    reset(app)

    assert isinstance(enter("frivera", NEW), Entered)


def test_the_link_ends_after_ten_minutes(app, account):
    recover("frivera")

    with pytest.raises(LinkSpent):
        reset(app, now=NOW + 10 * MINUTE)


def test_using_one_link_ends_the_others(app, account):
    recover("frivera")
    first = token(app)
    recover("frivera")

    reset(app)

    with pytest.raises(LinkSpent):
        reset(app, link=first)


def test_one_link_used_twice_at_once_is_used_once(app, account):
    recover("frivera")
    link = token(app)

    results = at_once(
        app, [lambda n=n: reset(app, f"clave nueva {n} larga", link=link) for n in range(4)]
    )

    assert [type(result) for result in results].count(LinkSpent) == 3
    winner = next(n for n, result in enumerate(results) if isinstance(result, Account))
    assert isinstance(enter("frivera", f"clave nueva {winner} larga"), Entered)


@pytest.mark.parametrize("make", ["text", "purpose", "string", "other key"])
def test_a_link_that_we_did_not_write_opens_nothing(app, account, make):
    recover("frivera")
    signer = app.extensions["signer"]
    link = {
        "text": "1",
        "purpose": signer.sign(STOP_NOTICES, 1),
        "string": signer.sign(RECOVERY, "1"),
        "other key": type(signer)("another key that is long enough for it").sign(RECOVERY, 1),
    }[make]

    with pytest.raises(LinkSpent):
        reset(app, link=link)


# Strangers do not keep the owner out


def test_wrong_passwords_elsewhere_do_not_keep_the_owner_out(account):
    stranger = Device("Firefox", address="192.0.2.66")
    for _ in range(attempts.LOGIN.count):
        enter("frivera", "wrong password", device=stranger)

    with pytest.raises(Throttled):
        enter("frivera", PASSWORD, device=stranger)
    assert isinstance(enter("frivera", PASSWORD, device=Device("x", address="192.0.2.1")), Entered)


def test_what_one_address_tries_in_vain_does_not_fill_the_limit_of_all(account):
    stranger = Device("Firefox", address="192.0.2.66")
    for number in range(2 * attempts.LOGIN_ANYWHERE.count):
        with suppress(Throttled):
            enter("frivera", "wrong", device=stranger, now=NOW + timedelta(seconds=number / 4))

    assert enter("frivera", PASSWORD, now=NOW + MINUTE)


def guess_from_everywhere(now: datetime = NOW) -> None:
    """As many wrong passwords as strangers have in a minute, each from an address of its own."""
    for number in range(attempts.LOGIN_ANYWHERE.count):
        enter("frivera", "wrong", device=Device("x", address=f"192.0.2.{number}"), now=now)


def test_from_all_addresses_together_there_is_a_limit_too(account):
    guess_from_everywhere()

    with pytest.raises(Throttled) as wait:
        enter("frivera", PASSWORD, device=Device("x", address="198.51.100.7"))
    assert 60 <= wait.value.retry_after <= 61


def test_ten_passwords_in_a_minute_are_looked_at_from_wherever_they_come(account):
    homes = [Device("x", address=f"198.51.100.{number}") for number in range(3)]
    for home in homes:
        assert enter("frivera", PASSWORD, device=home)
    guess_from_everywhere()
    looked_at = attempts.LOGIN_ANYWHERE.count
    for home in homes * 5:
        with suppress(Throttled):
            assert enter("frivera", "wrong", device=home) is None
            looked_at += 1

    assert looked_at == 10


def test_strangers_do_not_keep_the_owner_out_of_where_they_entered_before(account):
    home = Device("x", address="198.51.100.7")
    assert enter("frivera", PASSWORD, device=home)
    later = NOW + timedelta(days=89)
    guess_from_everywhere(later)

    assert isinstance(enter("frivera", PASSWORD, device=home, now=later), Entered)


def test_an_address_is_not_known_for_ever(account):
    home = Device("x", address="198.51.100.7")
    assert enter("frivera", PASSWORD, device=home)
    later = NOW + attempts.KNOWN + timedelta(seconds=1)
    guess_from_everywhere(later)

    with pytest.raises(Throttled):
        enter("frivera", PASSWORD, device=home, now=later)


def test_tries_that_no_limit_asks_for_are_forgotten(account):
    enter("nadie", "wrong")
    attempts.forget_old(NOW + attempts.KNOWN)
    assert db.session.query(Attempt).count() == 3

    attempts.forget_old(NOW + attempts.KNOWN + timedelta(seconds=1))
    assert db.session.query(Attempt).count() == 0


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("addresses", "is_one"),
    [
        (("2001:db8::1", "2001:db8::ffff:1"), True),  # one household has a whole /64
        (("2001:db8:0:1::1", "2001:db8:0:2::1"), False),
        (("::ffff:192.0.2.1", "::ffff:192.0.2.2"), False),
        (("192.0.2.1", "192.0.2.2"), False),
    ],
)
def test_an_address_is_counted_with_its_network(account, addresses, is_one):
    first, second = (Device("x", address=address) for address in addresses)
    for _ in range(attempts.LOGIN.count):
        enter("frivera", "wrong password", device=first)

    if is_one:
        with pytest.raises(Throttled):
            enter("frivera", PASSWORD, device=second)
    else:
        assert enter("frivera", PASSWORD, device=second)


def test_the_forgotten_password_is_not_chosen_again(app, account):
    recover("frivera")

    with pytest.raises(FieldRefused, match="la contraseña que ya tiene"):
        reset(app, PASSWORD)

    reset(app)
    assert isinstance(enter("frivera", NEW), Entered)


def test_a_change_to_the_same_password_is_none(account):
    with pytest.raises(FieldRefused, match="la contraseña que ya tiene"):
        credentials.change_password(
            account, current=PASSWORD, new=PASSWORD, device=Device("x"), entity_id=None, now=NOW
        )
