"""Opening and changing accounts."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.domain.calendar import OFFICE
from app.domain.errors import RuleBroken, Throttled
from app.domain.registration import FieldRefused, PersonData
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import Account, AccountChange, DataConsent, Office, OutboxMessage
from app.services import accounts, entities
from app.services.accounts import DocumentTaken, UsernameTaken
from tests.support.client import PASSWORD
from tests.support.people import FRANCISCO, SCHOOL, add_citizen, add_entity, add_staff, at_once

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)


@pytest.fixture
def entity(app):
    return add_entity(now=NOW).id


def test_francisco_rivera_becomes_frivera(entity):
    account = add_citizen(entity, now=NOW)

    assert account.username == "frivera"
    assert account.display_name == "Francisco Rivera"
    assert account.display_document == "CC 79.123.456"
    assert account.password_hash.startswith("$argon2id$")


def test_the_next_of_the_name_gets_the_next_number(entity):
    for number in range(25):
        add_citizen(entity, document_number=f"100{number}", now=NOW)

    names = set(db.session.scalars(select(Account.username)))

    assert names == {"frivera"} | {f"frivera{n}" for n in range(2, 26)}
    assert accounts.propose_username(PersonData.of(FRANCISCO)) == "frivera26"


def test_an_organisation_registers_with_its_nit(entity):
    account = add_citizen(entity, **SCHOOL, now=NOW)

    assert account.username == "colegiolaesperanzasa"
    assert account.display_name == "Colegio La Esperanza S. A. S."
    assert account.display_document == "NIT 899.999.001-7"


def test_the_proof_of_the_notice_is_kept(entity):
    account = add_citizen(entity, now=NOW)

    proof = db.session.scalars(select(DataConsent)).one()
    notice = entities.notice_in_force(entity)
    assert (proof.account_id, proof.notice_id, proof.accepted_at, proof.channel, proof.address) == (
        account.id,
        notice.id,
        NOW,
        "web",
        "192.0.2.1",
    )


def test_a_letter_welcomes_who_gave_an_address(entity):
    add_citizen(entity, now=NOW)
    add_citizen(entity, document_number="1001", email="", now=NOW)

    letter = db.session.scalars(select(OutboxMessage)).one()
    assert (letter.letter, letter.recipient) == ("welcome", "francisco@example.com")
    assert letter.context["username"] == "frivera"


def test_a_user_name_that_is_taken_is_refused(entity):
    add_citizen(entity, now=NOW)

    with pytest.raises(UsernameTaken) as refusal:
        add_citizen(entity, username="FRivera", document_number="1001", now=NOW)

    assert refusal.value.field == "username"
    assert db.session.query(Account).count() == 1


def test_a_document_that_has_an_account_shows_the_ways_to_it(entity):
    add_citizen(entity, now=NOW)

    with pytest.raises(DocumentTaken, match=r"Completar datos.*Mesa de Ayuda"):
        add_citizen(entity, username="otro", document_number="79 123 456", now=NOW)

    assert db.session.query(Account).count() == 1


def test_the_same_number_in_another_kind_of_document_is_another_person(entity):
    add_citizen(entity, now=NOW)

    other = add_citizen(entity, document_type="CE", now=NOW)

    assert other.username == "frivera2"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "f r"}, "username"),
        ({"document_number": "1"}, "document_number"),
        ({"surnames": ""}, "surnames"),
    ],
)
def test_the_service_refuses_what_the_form_would(entity, change, field):
    with pytest.raises(FieldRefused) as refusal:
        add_citizen(entity, now=NOW, **change)

    assert refusal.value.field == field
    assert db.session.query(Account).count() == 0


def test_two_registrations_of_one_user_name_leave_one(app, entity):
    results = at_once(
        app,
        [
            lambda number=number: add_citizen(
                entity, username="frivera", document_number=f"100{number}", now=NOW
            )
            for number in range(4)
        ],
    )

    assert [type(result) for result in results].count(UsernameTaken) == 3
    assert [account.username for account in db.session.query(Account)] == ["frivera"]


def test_two_registrations_of_one_document_leave_one(app, entity):
    results = at_once(
        app,
        [lambda n=n: add_citizen(entity, username=f"frivera{n}", now=NOW) for n in range(4)],
    )

    assert [type(result) for result in results].count(DocumentTaken) == 3
    assert db.session.query(Account).count() == 1
    assert db.session.query(DataConsent).count() == 1


def test_people_of_one_name_at_the_same_moment_get_one_each(app, entity):
    results = at_once(
        app,
        [lambda n=n: add_citizen(entity, document_number=f"100{n}", now=NOW) for n in range(4)],
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert set(db.session.scalars(select(Account.username))) == {
        "frivera",
        "frivera2",
        "frivera3",
        "frivera4",
    }


def test_old_values_stay_in_the_history(entity):
    account = add_citizen(entity, now=NOW)

    changed = accounts.update_profile(
        account.id,
        FRANCISCO | {"address": "Carrera 1", "notify_by_email": True},
        author_id=account.id,
        now=NOW,
    )

    assert set(changed) == {"address", "notify_by_email"}
    lines = {line.field: (line.old, line.new) for line in accounts.history(account.id)}
    assert lines == {
        "address": ("Calle 13 # 7-50", "Carrera 1"),
        "notify_by_email": ("No", "Sí"),
    }
    assert account.address == "Carrera 1"


def test_saving_the_same_data_changes_nothing(entity):
    account = add_citizen(entity, now=NOW)

    assert accounts.update_profile(account.id, FRANCISCO, author_id=account.id, now=NOW) == []
    assert db.session.query(AccountChange).count() == 0


def test_nobody_takes_the_document_of_another(entity):
    add_citizen(entity, now=NOW)
    other = add_citizen(entity, document_number="1001", now=NOW)

    with pytest.raises(DocumentTaken):
        accounts.update_profile(other.id, FRANCISCO, author_id=other.id, now=NOW)

    assert other.document_number == "1001"
    assert accounts.history(other.id) == []


def test_stopping_the_notices_twice_is_stopping_them(entity):
    account = add_citizen(entity, notify_by_email=True, now=NOW)

    accounts.stop_notices(account.id, NOW)
    accounts.stop_notices(account.id, NOW)

    assert not account.notify_by_email
    assert [line.field for line in accounts.history(account.id)] == ["notify_by_email"]


def test_staff_belong_to_an_entity_and_an_office(entity):
    first = add_staff(entity, Role.COUNTER, "mperez", now=NOW)
    second = add_staff(entity, Role.OFFICIAL, "jdiaz", now=NOW)

    assert first.is_staff
    assert first.office_id == second.office_id
    assert [office.name for office in db.session.query(Office)] == ["Atención al Ciudadano"]


def test_the_staff_shares_its_user_names_with_the_citizens(entity):
    add_citizen(entity, now=NOW)

    with pytest.raises(RuleBroken):
        add_staff(entity, Role.OFFICIAL, "frivera", now=NOW)


def test_the_counter_finds_a_person_by_document(entity):
    account = add_citizen(entity, now=NOW)

    assert accounts.by_document(account.document_type, "79.123.456").id == account.id
    assert accounts.by_document(account.document_type, "1") is None
    assert accounts.by_document(None, "79123456") is None


@pytest.mark.parametrize("field", ["first_names", "surnames", "office"])
def test_no_name_of_the_staff_is_markup(entity, field):
    values = {"first_names": "Marta", "surnames": "Pérez", "office": "Cobertura"}

    with pytest.raises(FieldRefused, match="Quite los signos") as refusal:
        accounts.staff_add(
            entity_id=entity,
            username="mperez",
            email="mperez@soacha.example",
            role=Role.OFFICIAL,
            password=PASSWORD,
            now=NOW,
            **values | {field: "<b>x"},
        )

    assert refusal.value.field == field


# Whose document it is


def test_finding_out_which_documents_have_an_account_has_to_wait(entity):
    add_citizen(entity, now=NOW)
    for _ in range(accounts.DUPLICATES.count):
        with pytest.raises(DocumentTaken):
            add_citizen(entity, now=NOW)

    for document in ("79.123.456", "1001"):  # who may not ask learns nothing from either
        with pytest.raises(Throttled):
            add_citizen(entity, document_number=document, now=NOW)
    assert add_citizen(entity, document_number="1001", now=NOW + timedelta(hours=1))


def test_ones_own_data_are_no_way_to_find_out_either(entity):
    add_citizen(entity, now=NOW)
    own = add_citizen(entity, document_number="1001", now=NOW).id
    for _ in range(accounts.DUPLICATES.count):
        with pytest.raises(DocumentTaken):
            accounts.update_profile(own, FRANCISCO, author_id=own, now=NOW)

    with pytest.raises(Throttled):
        accounts.update_profile(own, FRANCISCO, author_id=own, now=NOW)


def test_a_document_that_a_clerk_saw_is_not_changed_by_its_owner(entity):
    own = add_citizen(entity, now=NOW)
    clerk = add_staff(entity, Role.COUNTER, "mperez", now=NOW)
    with writing() as session:
        accounts.verify_document(session.get_one(Account, own.id), clerk=clerk, now=NOW)

    with pytest.raises(FieldRefused, match="en ventanilla"):
        accounts.update_profile(
            own.id, FRANCISCO | {"document_number": "1001"}, author_id=own.id, now=NOW
        )
    assert accounts.update_profile(
        own.id, FRANCISCO | {"address": "Carrera 7"}, author_id=own.id, now=NOW
    ) == ["address"]
