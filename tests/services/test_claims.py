"""From the counter to one's own account."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.domain.calendar import OFFICE
from app.domain.errors import NotFound, RuleBroken, Throttled
from app.domain.registration import FieldRefused
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import Account, Claim, ClaimKind, DataConsent, OutboxMessage, Requerimiento
from app.services import accounts, attempts, claims, credentials, entities, sessions
from app.services.accounts import DocumentTaken, UsernameTaken
from app.services.claims import ClaimRefused, ClaimSpent
from app.services.credentials import Device, Entered
from app.services.tokens import Signer
from tests.support.client import PASSWORD
from tests.support.people import (
    FRANCISCO,
    add_citizen,
    add_entity,
    add_staff,
    at_once,
    file_at_counter,
)
from tests.support.product import SECRET_KEY

SIGNER = Signer(SECRET_KEY)
NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
LATER = NOW + timedelta(days=1)
DOCUMENT = FRANCISCO["document_number"]


@pytest.fixture
def entity(app):
    return add_entity(now=NOW).id


@pytest.fixture
def clerk(entity):
    return add_staff(entity, Role.COUNTER, "mperez", now=NOW)


@pytest.fixture
def filed(clerk):
    return file_at_counter(clerk, now=NOW)


def find(filed, *, code=None, document=DOCUMENT, radicado=None, address="192.0.2.1", now=LATER):
    return claims.find(
        radicado or filed.radicado, document, code or filed.claim_code, address=address, now=now
    )[0]


def complete(claim_id, *, username="", password=PASSWORD, now=LATER, **changes):
    return claims.complete(
        claim_id,
        FRANCISCO | changes,
        username=username,
        password=password,
        notice_id=entities.notice_in_force(1).id,
        channel="web",
        address="192.0.2.1",
        now=now,
    )


def letters():
    return [letter.letter for letter in db.session.scalars(select(OutboxMessage))]


def test_the_counter_opens_an_account_without_password(filed):
    account = db.session.get_one(Account, filed.citizen_id)

    assert account.username == "frivera"
    assert not account.is_complete
    assert len(filed.claim_code.replace("-", "")) == 12
    claim = db.session.scalars(select(Claim)).one()
    assert claim.kind is ClaimKind.CODE
    assert claim.expires_at == NOW + timedelta(days=30)
    assert filed.claim_code.replace("-", "") not in claim.code_hash


def test_a_person_who_chose_the_document_gets_no_code(clerk):
    filed = file_at_counter(clerk, by="documento", now=NOW)

    assert filed.claim_code is None
    claim = db.session.scalars(select(Claim)).one()
    assert claim.expires_at == NOW + timedelta(days=5)


def test_the_counter_opens_no_second_account_for_a_document(clerk, filed):
    with pytest.raises(DocumentTaken):
        file_at_counter(clerk, by="documento", now=NOW)

    assert db.session.query(Requerimiento).count() == 1
    assert db.session.query(Account).filter_by(role=None).count() == 1


def test_two_clerks_open_one_account_for_one_person(app, entity, clerk):
    other = add_staff(entity, Role.COUNTER, "jdiaz", now=NOW)
    ids = [clerk.id, other.id]

    results = at_once(
        app,
        [lambda one=one: file_at_counter(db.session.get_one(Account, one), now=NOW) for one in ids],
    )

    assert [type(result) for result in results].count(DocumentTaken) == 1
    assert db.session.query(Account).filter_by(role=None).count() == 1
    assert db.session.query(Requerimiento).count() == 1


def test_two_people_of_one_name_at_two_counters_get_one_account_each(app, entity, clerk):
    other = add_staff(entity, Role.COUNTER, "jdiaz", now=NOW)
    pairs = [(clerk.id, "1001"), (other.id, "1002")]

    results = at_once(
        app,
        [
            lambda one=one, number=number: file_at_counter(
                db.session.get_one(Account, one), now=NOW, document_number=number
            )
            for one, number in pairs
        ],
    )

    assert not [result for result in results if isinstance(result, Exception)]
    names = {account.username for account in db.session.query(Account).filter_by(role=None)}
    assert names == {"frivera", "frivera2"}


@pytest.mark.parametrize("typed", ["79123456", " 79 123 456 ", "79.123.456"])
def test_the_receipt_opens_the_claim_however_it_is_typed(filed, typed):
    code = filed.claim_code.lower().replace("-", " ")
    radicado = filed.radicado.lower()

    assert find(filed, code=code, document=typed, radicado=f" {radicado} ").account_id


def test_nothing_but_all_three_together_opens_it(clerk, filed):
    neighbour = file_at_counter(clerk, by="codigo", now=NOW, document_number="1001")
    wrong = [
        {"code": "K7MP-4TQX-9RWD"},
        {"code": neighbour.claim_code},
        {"document": "79123457"},
        {"document": ""},
        {"radicado": neighbour.radicado},
        {"radicado": "SOA2026ER999999"},
        {"radicado": "'; DROP TABLE claim; --"},
        {"code": "\0" * 50},
        {"now": NOW + timedelta(days=30)},
    ]

    sentences = set()
    for number, change in enumerate(wrong):
        with pytest.raises(ClaimRefused) as refusal:
            find(
                filed,
                **{"address": f"192.0.2.{number}", "now": LATER + number * timedelta(hours=1)}
                | change,
            )
        sentences.add(str(refusal.value))

    assert len(sentences) == 1
    assert find(filed, now=LATER + timedelta(days=1))


def test_the_number_of_a_counter_claim_without_code_opens_nothing(clerk):
    filed = file_at_counter(clerk, by="documento", now=NOW)

    with pytest.raises(ClaimRefused):
        find(filed, code="79123456")


def test_guessing_the_code_of_a_radicado_is_throttled(filed):
    for _ in range(attempts.CLAIM.count):
        with pytest.raises(ClaimRefused):
            find(filed, code="K7MP-4TQX-9RWD")

    with pytest.raises(Throttled):
        find(filed)
    assert find(filed, address="198.51.100.7")  # its owner, elsewhere


def test_guessing_it_from_everywhere_is_throttled_too(filed):
    for number in range(attempts.CLAIM_ANYWHERE.count):
        with pytest.raises(ClaimRefused):
            find(filed, code="K7MP-4TQX-9RWD", address=f"192.0.2.{number}")

    with pytest.raises(Throttled):
        find(filed, address="198.51.100.7")


def test_one_address_cannot_try_one_radicado_after_the_other(filed):
    for number in range(claims.CLAIM_FROM_ADDRESS.count):
        with pytest.raises(ClaimRefused):
            find(filed, radicado=f"SOA2026ER{number:06d}", code="K7MP-4TQX-9RWD")

    with pytest.raises(Throttled):
        find(filed)


def test_completing_gives_the_account_to_its_owner(filed):
    account = complete(find(filed).id, username="francisco.r", address="Carrera 7")

    assert account.id == filed.citizen_id
    assert account.username == "francisco.r"
    assert isinstance(enter("francisco.r"), Entered)
    lines = {line.field: (line.old, line.new) for line in accounts.history(account.id)}
    assert lines["address"] == ("Calle 13 # 7-50", "Carrera 7")
    assert db.session.query(DataConsent).filter_by(account_id=account.id).count() == 1
    assert letters() == ["account_completed"]
    assert claims.latest_radicado(account.id) == filed.radicado


def test_a_code_completes_once(filed):
    claim = find(filed)
    complete(claim.id)

    with pytest.raises(ClaimSpent):
        complete(claim.id, password="otra clave bien larga")
    with pytest.raises(ClaimRefused):
        find(filed)
    assert isinstance(enter("frivera"), Entered)


def test_two_completions_with_one_code_leave_one(app, filed):
    claim_id = find(filed).id
    passwords = [f"clave nueva {n} larga" for n in range(4)]

    results = at_once(
        app, [lambda word=word: complete(claim_id, password=word) for word in passwords]
    )

    assert [type(result) for result in results].count(ClaimSpent) == 3
    winner = next(n for n, result in enumerate(results) if isinstance(result, Account))
    assert isinstance(enter("frivera", passwords[winner]), Entered)
    assert db.session.query(DataConsent).count() == 1


def test_a_completion_that_is_refused_spends_nothing(entity, filed):
    add_citizen(entity, username="taken", document_number="1001", now=NOW)
    claim = find(filed)

    with pytest.raises(UsernameTaken):
        complete(claim.id, username="taken")
    with pytest.raises(DocumentTaken):
        complete(claim.id, document_number="1001")
    with pytest.raises(FieldRefused):
        complete(claim.id, password="corta")

    assert complete(claim.id).is_complete


def test_the_grant_of_a_claim_that_expired_meanwhile_holds_for_an_hour(filed):
    claim = find(filed, now=NOW + timedelta(days=29, hours=23))

    with pytest.raises(ClaimSpent):
        complete(claim.id, now=NOW + timedelta(days=30, hours=2))
    assert complete(claim.id, now=NOW + timedelta(days=30, minutes=30))


def test_a_new_code_replaces_the_lost_one(clerk, filed, entity):
    code = claims.issue(
        filed.citizen_id, clerk=clerk, reason="Mostró su cédula.", signer=SIGNER, now=LATER
    )

    with pytest.raises(ClaimRefused):
        find(filed)
    claim = find(filed, code=code)
    assert (claim.issued_by_id, claim.reason) == (clerk.id, "Mostró su cédula.")
    assert letters() == ["claim_issued"]


def test_a_page_left_open_with_the_lost_code_completes_nothing(clerk, filed, entity):
    old = find(filed)
    claims.issue(filed.citizen_id, clerk=clerk, reason="Cédula", signer=SIGNER, now=LATER)

    with pytest.raises(ClaimSpent):
        complete(old.id)


def test_a_new_code_gives_back_an_account_with_password(clerk, filed, entity):
    complete(find(filed).id)
    lost = enter("frivera").session_secret
    code = claims.issue(filed.citizen_id, clerk=clerk, reason="Cédula", signer=SIGNER, now=LATER)

    complete(find(filed, code=code).id, password="otra clave bien larga", surnames="Rivera Páez")

    assert enter("frivera") is None
    assert isinstance(enter("frivera", "otra clave bien larga"), Entered)
    assert sessions.find(lost, LATER) is None
    assert letters()[-1] == "password_changed"
    surnames = [line.old for line in accounts.history(filed.citizen_id) if line.field == "surnames"]
    assert surnames == ["Rivera"]


def test_only_the_counter_gives_codes_and_only_to_citizens(clerk, filed, entity):
    official = add_staff(entity, Role.OFFICIAL, "jdiaz", now=NOW)

    for account_id, giver in [(filed.citizen_id, official), (official.id, clerk), (9999, clerk)]:
        with pytest.raises(NotFound):
            claims.issue(account_id, clerk=giver, reason="Cédula", signer=SIGNER, now=LATER)

    assert find(filed)


def test_a_new_code_needs_its_reason(clerk, filed, entity):
    with pytest.raises(RuleBroken, match="motivo"):
        claims.issue(filed.citizen_id, clerk=clerk, reason="  \n", signer=SIGNER, now=LATER)


def test_an_account_that_was_closed_is_not_completed(filed):
    claim = find(filed)
    with writing():
        db.session.get_one(Account, filed.citizen_id).is_active = False

    assert claims.granted(claim.id) is None
    with pytest.raises(ClaimRefused):
        find(filed)
    with pytest.raises(ClaimSpent):
        complete(claim.id)


def enter(username, password=PASSWORD):
    return credentials.enter(
        username=username,
        password=password,
        allow_document=True,
        remember=False,
        device=Device("Firefox"),
        now=LATER,
    )


# What the clerk sees of a code


def shown(filed, clerk, now=NOW):
    return claims.code_to_show(filed.citizen_id, clerk=clerk, signer=SIGNER, now=now)


def test_the_code_is_made_again_for_its_clerk_for_a_while(entity, clerk, filed):
    assert shown(filed, clerk) == filed.claim_code
    assert shown(filed, clerk, NOW + claims.SHOWN_FOR) is None
    assert shown(filed, add_staff(entity, Role.COUNTER, "jdiaz", now=NOW)) is None
    other_key = Signer("another-key-of-another-installation-0123")
    assert (
        claims.code_to_show(filed.citizen_id, clerk=clerk, signer=other_key, now=NOW)
        != filed.claim_code
    )


def test_the_code_is_not_shown_once_the_paper_is_handed_over(clerk, filed):
    claims.hand_over(filed.citizen_id, clerk=clerk, now=NOW)

    assert shown(filed, clerk) is None
    assert find(filed)


def test_every_claim_has_a_code_of_its_own(clerk, filed):
    codes = {filed.claim_code}
    for _ in range(5):
        codes.add(
            claims.issue(filed.citizen_id, clerk=clerk, reason="Cédula", signer=SIGNER, now=NOW)
        )

    assert len(codes) == 6


# Filing again before the account is complete


@pytest.mark.parametrize("by", ["codigo", "documento"])
def test_who_shows_the_document_leaves_with_a_code_that_works(clerk, by):
    first = file_at_counter(clerk, by=by, now=NOW)

    second = file_at_counter(clerk, citizen_id=first.citizen_id, document_seen=True, now=NOW)

    assert second.claim_code
    assert find(second)
    assert find(second, radicado=first.radicado)
    assert enter("frivera", "79123456") is None
    if first.claim_code:
        with pytest.raises(ClaimRefused):
            find(first)


def test_nobody_gets_anothers_account_by_phone(clerk, filed):
    second = file_at_counter(clerk, citizen_id=filed.citizen_id, now=NOW)

    assert second.claim_code is None
    assert find(filed)


def test_the_document_that_was_seen_is_written_down_with_who_saw_it(clerk, filed):
    account = db.session.get_one(Account, filed.citizen_id)
    assert account.document_verified_at is None

    file_at_counter(clerk, citizen_id=filed.citizen_id, document_seen=True, now=LATER)

    db.session.refresh(account)
    assert (account.document_verified_at, account.document_verified_by_id) == (LATER, clerk.id)
