"""Filing and following without an account: one filing, one key, and nothing of who or where."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest

from app import clock
from app.domain.access_key import words
from app.domain.errors import RuleBroken, Throttled
from app.domain.registration import FieldRefused, PersonData
from app.domain.requerimiento import Kind
from app.extensions import db
from app.models import AccessKey, Account, Attempt, LoginSession, OutboxMessage, Requerimiento
from app.services import attempts, casework, guests, heads
from app.services.casework import Writing
from app.services.filing import Filing
from app.services.tokens import Signer
from app.uploads import store
from tests.support.office import case_of, open_house
from tests.support.people import FRANCISCO, at_once
from tests.support.product import SECRET_KEY

SIGNER = Signer(SECRET_KEY)
WHAT = Filing(kind=Kind.REPORT, body="El rector pide dinero por los cupos.", submission="nonce")
FRANCISCO_RIVERA = PersonData.of(FRANCISCO | {"notify_by_email": True})


@pytest.fixture
def entity(app):
    return open_house().facts


def file(entity, what=WHAT, person=None):
    return guests.file(what, person=person, entity=entity, signer=SIGNER, now=clock.now())


def enter(radicado, key, now=None):
    return guests.enter(radicado, key, now=now or clock.now())


def test_the_radicado_and_the_key_open_the_case_together(entity):
    filed = file(entity)

    opened = enter(filed.radicado, filed.key)

    assert opened is not None
    guest, _secret = opened
    assert case_of(filed.radicado).citizen_id == guest.id
    assert (guest.is_guest, guest.display_name) == (True, "Persona anónima")
    assert len(filed.key.split("-")) == 5
    assert set(filed.key.split("-")) <= set(words())


def test_the_key_may_be_typed_in_capitals_with_spaces(entity):
    filed = file(entity)

    assert enter(filed.radicado.lower(), f" {filed.key.upper().replace('-', '  ')} ")


def test_neither_opens_anything_alone_nor_with_another(entity):
    first = file(entity)
    second = file(entity, replace(WHAT, submission="other"))

    assert first.key != second.key
    assert enter(first.radicado, second.key) is None
    assert enter(first.radicado, "") is None
    assert enter("SOA2026ER999999", first.key) is None
    assert db.session.query(LoginSession).count() == 0


def test_the_same_form_files_once_and_gives_the_same_key(entity):
    once, again = file(entity), file(entity)

    assert once == again
    assert db.session.query(Requerimiento).count() == 1
    assert db.session.query(Account).filter_by(is_guest=True).count() == 1


def test_other_words_of_that_form_are_another_case_with_another_key(entity):
    first, second = file(entity), file(entity, replace(WHAT, body="Y también por los uniformes."))

    assert first.radicado != second.radicado
    assert first.key != second.key
    assert enter(second.radicado, second.key)
    assert enter(second.radicado, first.key) is None


def test_two_sendings_at_once_file_once(app, entity):
    found = at_once(app, [lambda: file(entity)] * 4)

    assert len(set(found)) == 1
    assert db.session.query(Requerimiento).count() == 1
    assert list(heads.problems()) == []


def test_who_says_their_name_is_kept_without_taking_the_document_from_anybody(entity):
    first = file(entity, person=FRANCISCO_RIVERA)
    second = file(entity, replace(WHAT, submission="other"), FRANCISCO_RIVERA)

    people = [case_of(filed.radicado).citizen for filed in (first, second)]
    assert {person.display_name for person in people} == {"Francisco Rivera"}
    assert {person.display_document for person in people} == {"CC 79.123.456"}
    assert {person.document_number for person in people} == {None}
    assert [letter.letter for letter in db.session.query(OutboxMessage)] == ["filed", "filed"]


def test_an_anonymous_filing_keeps_nothing_of_the_person(entity):
    filed = file(entity)

    guest = case_of(filed.radicado).citizen
    assert (guest.email, guest.phone, guest.address, guest.stated_document) == ("", "", "", "")
    assert db.session.query(OutboxMessage).count() == 0
    enter(filed.radicado, filed.key)
    assert [row.device for row in db.session.query(LoginSession)] == [""]
    enter(filed.radicado, "wrong")
    assert len({row.key for row in db.session.query(Attempt)}) == 1


def test_the_key_is_nowhere_but_as_a_hash(entity):
    filed = file(entity)

    [kept] = db.session.query(AccessKey)
    assert kept.key_hash.startswith("$argon2id$")
    assert filed.key not in kept.key_hash


def test_a_bad_datum_or_an_empty_text_files_nothing(entity):
    with pytest.raises(FieldRefused):
        file(entity, person=replace(FRANCISCO_RIVERA, first_names=""))
    with pytest.raises(RuleBroken):
        file(entity, replace(WHAT, body="  "))

    assert db.session.query(Account).filter_by(is_guest=True).count() == 0


def test_who_knows_the_radicado_does_not_keep_its_owner_out(entity):
    filed, now = file(entity), clock.now()
    for _ in range(30):
        assert enter(filed.radicado, "wrong", now) is None

    assert enter(filed.radicado, filed.key, now)


def test_guesses_are_stopped_from_wherever_they_come(entity, monkeypatch):
    monkeypatch.setattr(guests, "TRIES", attempts.Limit(5, timedelta(minutes=10)))
    filed, now = file(entity), clock.now()
    for _ in range(5):
        assert enter(filed.radicado, "wrong", now) is None

    with pytest.raises(Throttled):
        enter(filed.radicado, filed.key, now)
    assert enter(filed.radicado, filed.key, now + timedelta(minutes=11))


def test_the_guest_sends_more_and_files_with_the_case(entity):
    kept = [store().add("foto.txt", BytesIO(b"hola"))]
    filed = file(entity, replace(WHAT, files=kept))
    opened = enter(filed.radicado, filed.key)
    assert opened is not None

    casework.contribute(
        filed.radicado,
        Writing(body="Fue el lunes.", submission="more"),
        author=opened[0],
        now=clock.now(),
    )

    case = case_of(filed.radicado)
    assert [message.body for message in case.messages] == ["Fue el lunes."]
    assert [file.name for file in case.attachments] == ["foto.txt"]
