"""Inviting to the staff, by a link that works once."""

from datetime import datetime, timedelta

import pytest

from app.domain.calendar import OFFICE
from app.domain.errors import RuleBroken, Throttled
from app.domain.registration import FieldRefused
from app.domain.roles import Role
from app.extensions import db
from app.models import Account, Invitation, OutboxMessage
from app.services import accounts, changes, invitations
from app.services.casework import NotAllowed
from app.services.invitations import InvitationSpent
from app.services.tokens import RECOVERY, Signer
from tests.support.client import PASSWORD
from tests.support.office import House, open_house
from tests.support.people import add_citizen, at_once
from tests.support.product import SECRET_KEY

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
SIGNER = Signer(SECRET_KEY)
PERSON = {
    "first_names": "Nadia",
    "surnames": "Rivera",
    "email": "Nadia@example.com",
    "role": "coordinador",
}


@pytest.fixture
def house(app) -> House:
    return open_house()


def invite(house: House, **values: object) -> Invitation:
    return invitations.invite(PERSON | values, author=house.administrator, now=NOW)


def link(invitation: Invitation) -> str:
    return invitations.token_of(db.session.merge(invitation, load=True), SIGNER)


def accept(token: str, now: datetime = NOW) -> Account:
    return invitations.accept(token, PASSWORD, signer=SIGNER, now=now)


def test_who_accepts_has_the_role_and_the_office_that_were_chosen(house):
    invitation = invite(house, office_id=house.coverage.id)
    [letter] = db.session.query(OutboxMessage).filter_by(letter="invitation")

    account = accept(link(invitation))

    assert (account.username, account.role, account.office_id, account.entity_id) == (
        "nrivera", Role.COORDINATOR, house.coverage.id, house.entity.id,
    )  # fmt: skip
    assert letter.recipient == "nadia@example.com"
    assert PASSWORD not in str(letter.context)
    newest = changes.page(house.entity.id)[0][0]
    assert (newest.subject, newest.author_id) == ("invitacion", account.id)


def test_a_link_works_once_in_its_days_and_for_what_it_is(house):
    token = link(invite(house))
    assert invitations.find(token, signer=SIGNER, now=NOW + invitations.LIFE) is None
    for strange in ("", "x", SIGNER.sign(RECOVERY, [1, 1]), SIGNER.sign("invitation", 1)):
        assert invitations.find(strange, signer=SIGNER, now=NOW) is None

    accept(token)

    with pytest.raises(InvitationSpent):
        accept(token)


def test_one_link_used_twice_at_once_makes_one_account(app, house):
    token = link(invite(house))

    results = at_once(app, [lambda: accept(token).id, lambda: accept(token).id])

    assert sorted(type(result).__name__ for result in results) == ["InvitationSpent", "int"]


def test_a_new_link_replaces_the_earlier_and_a_withdrawn_one_opens_nothing(house):
    invitation = invite(house)
    first = link(invitation)
    later = NOW + timedelta(days=6)

    invitations.resend(invitation.id, author=house.administrator, now=later)

    second = link(invitation)
    assert invitations.find(first, signer=SIGNER, now=later) is None
    assert invitations.find(second, signer=SIGNER, now=later + timedelta(days=6)) is not None
    invitations.withdraw(invitation.id, author=house.administrator, now=later)
    assert invitations.find(second, signer=SIGNER, now=later) is None
    with pytest.raises(RuleBroken):
        invitations.resend(invitation.id, author=house.administrator, now=later)


def test_a_user_name_that_somebody_took_meanwhile_gives_way(house):
    invitation = invite(house)
    add_citizen(house.entity.id, username="nrivera")

    assert accept(link(invitation)).username == "nrivera2"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "nadie"}, "email"),
        ({"role": ""}, "role"),
        ({"username": "a b"}, "username"),
        ({"username": "soa.lejos"}, "username"),
        ({"first_names": " "}, "first_names"),
    ],
)
def test_what_cannot_be_is_refused_in_its_field(house, values, field):
    with pytest.raises(FieldRefused) as refusal:
        invite(house, **values)

    assert refusal.value.field == field
    assert db.session.query(Invitation).count() == 0


def test_the_same_e_mail_and_user_name_are_promised_once(house):
    invite(house)

    with pytest.raises(FieldRefused, match="ya tiene una invitación"):
        invite(house, username="otra")
    with pytest.raises(accounts.UsernameTaken):
        invite(house, email="otra@example.com", username="nrivera")
    assert invite(house, email="otra@example.com").username == "nrivera2"


def test_one_mailbox_is_not_flooded(house):
    invitation = invite(house)
    for _ in range(2):
        invitations.resend(invitation.id, author=house.administrator, now=NOW)

    with pytest.raises(Throttled):
        invitations.resend(invitation.id, author=house.administrator, now=NOW)


@pytest.mark.on("sqlite")
def test_only_administrators_invite(house):
    with pytest.raises(NotAllowed):
        invitations.invite(PERSON, author=house.coordinator, now=NOW)
