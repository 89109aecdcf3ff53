"""Filing: all of it or nothing, once for each form, and numbers without a gap."""

from datetime import date, datetime
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.domain.calendar import OFFICE
from app.domain.errors import RuleBroken
from app.domain.requerimiento import MAX_BODY, Action, Channel, Kind, Status
from app.extensions import db, writing
from app.models import (
    Account,
    Attachment,
    Draft,
    Event,
    OutboxMessage,
    Radicado,
    RadicadoCounter,
    Requerimiento,
    Suspension,
    Topic,
)
from app.services import drafts, filing
from app.services.entities import Directory, EntityFacts
from app.services.filing import CounterFiling, Filing, TopicNotOffered, checked_body
from app.services.tokens import Signer
from app.uploads import store
from tests.support.office import House, case_of, open_house
from tests.support.people import add_citizen, at_once
from tests.support.product import SECRET_KEY

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
PDF = b"%PDF-1.7\n" + bytes(range(256))


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id, notify_by_email=True)


def a_filing(body: str = "Pido un certificado.", **changes: object) -> Filing:
    return Filing(**{"kind": Kind.PETITION, "body": body, "submission": uuid4().hex} | changes)


def file(one: Filing, citizen: Account, house: House, now: datetime = NOW) -> str:
    return filing.file(one, citizen=citizen, entity=house.facts, now=now)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def receipts() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).filter_by(letter="filed")))


def nothing_was_kept() -> bool:
    tables = (Requerimiento, Radicado, RadicadoCounter, Event, Attachment)
    return not (receipts() or any(count(table) for table in tables))


def read_by(house: House, reading: int) -> EntityFacts:
    facts = Directory(reading).get(house.entity.id, NOW)
    assert facts is not None
    return facts


# What is kept


def test_a_filing_is_kept_with_its_number_its_date_and_its_files(house, citizen):
    annex = store().add("Carta.pdf", BytesIO(PDF))

    radicado = file(a_filing("Pido un\r\ncertificado. ", files=[annex]), citizen, house)

    case = case_of(radicado)
    assert radicado == "SOA2026ER000001"
    assert (case.kind, case.status, case.channel) == (Kind.PETITION, Status.FILED, Channel.WEB)
    assert (case.body, case.excerpt) == ("Pido un\ncertificado.", "Pido un certificado.")
    assert case.received_at == NOW
    assert (case.received_on, case.term_days, case.due_on) == (
        date(2026, 3, 16),
        15,
        date(2026, 4, 9),
    )
    assert case.term_source.startswith("Ley 1437")
    assert case.citizen_id == citizen.id
    assert case.clerk_id is None
    [kept] = case.attachments
    assert (kept.name, kept.size, kept.sha256) == ("Carta.pdf", len(PDF), sha256(PDF).hexdigest())
    assert store().path(kept.stored_as).read_bytes() == PDF
    [trace] = case.events
    assert (trace.action, trace.status, trace.author_id, trace.happened_at) == (
        Action.FILE,
        Status.FILED,
        citizen.id,
        NOW,
    )
    [letter] = receipts()
    assert (letter.recipient, letter.requerimiento_id) == ("francisco@example.com", case.id)


def test_who_did_not_ask_for_e_mail_gets_none(house):
    quiet = add_citizen(house.entity.id, document_number="80.000.001", email="q@example.com")

    file(a_filing(), quiet, house)

    assert receipts() == []


def test_what_is_filed_is_no_longer_a_draft(house, citizen):
    drafts.save(citizen.id, drafts.FILING, {"body": "Pido"}, NOW)

    file(a_filing(), citizen, house)

    assert count(Draft) == 0


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("received", "kind", "first", "second"),
    [
        ("2026-03-16T10:00", Kind.COMPLAINT, "2026-04-09", "2026-04-09"),
        ("2026-03-27T16:59", Kind.INFORMATION, "2026-04-14", "2026-04-14"),
        ("2026-04-01T21:30", Kind.PETITION, "2026-04-24", "2026-04-27"),
        ("2026-04-02T09:00", Kind.DOCUMENTS, "2026-04-17", "2026-04-20"),
        ("2026-12-14T08:00", Kind.CLAIM, "2027-01-06", "2027-01-06"),
        ("2026-03-16T10:00", Kind.CONSULTATION, "2026-04-30", "2026-04-30"),
    ],
)
def test_the_case_is_due_on_the_day_counted_by_hand(house, citizen, received, kind, first, second):
    now = datetime.fromisoformat(received).replace(tzinfo=OFFICE)
    for reading, due in ((1, first), (2, second)):
        facts = read_by(house, reading)

        radicado = filing.file(a_filing(kind=kind), citizen=citizen, entity=facts, now=now)

        assert case_of(radicado).due_on == date.fromisoformat(due)
        assert case_of(radicado).received_at == now


def test_a_suspension_of_the_entity_moves_what_is_filed_after_it(house, citizen):
    with writing() as session:
        day = date(2026, 3, 18)
        closed = Suspension(entity_id=house.entity.id, first=day, last=day, reason="Paro")
        session.add(closed)

    radicado = file(a_filing(), citizen, house)

    assert case_of(radicado).due_on == date(2026, 4, 10)


# Numbers


def test_numbers_follow_one_another_by_entity_and_begin_anew_each_year(house, citizen):
    other = open_house("VIL")
    new_year = datetime(2027, 1, 4, 8, tzinfo=OFFICE)

    taken = [
        file(a_filing(), citizen, house),
        file(a_filing(), citizen, house),
        file(a_filing(), citizen, other),
        file(a_filing(), citizen, house, new_year),
        file(a_filing(), citizen, house),
    ]

    assert taken == [
        "SOA2026ER000001",
        "SOA2026ER000002",
        "VIL2026ER000001",
        "SOA2027ER000001",
        "SOA2026ER000003",
    ]


def test_the_year_is_that_of_bogota(house, citizen):
    last_night = datetime(2026, 12, 31, 23, 59, 59, tzinfo=OFFICE)

    assert file(a_filing(), citizen, house, last_night) == "SOA2026ER000001"


def test_a_filing_that_fails_leaves_nothing_and_takes_no_number(house, citizen, monkeypatch):
    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError("the power went out")

    with monkeypatch.context() as broken:
        broken.setattr(filing, "tell_filed", fail)
        with pytest.raises(RuntimeError):
            file(a_filing(files=[store().add("a.pdf", BytesIO(PDF))]), citizen, house)

    assert nothing_was_kept()
    assert file(a_filing(), citizen, house) == "SOA2026ER000001"


def test_sixty_at_once_are_all_kept_with_numbers_in_a_row(app, house):
    people = [
        add_citizen(
            house.entity.id, username=f"persona{number}", document_number=str(70_000_000 + number)
        ).id
        for number in range(6)
    ]
    facts = house.facts

    def file_one(number: int) -> str:
        citizen = db.session.get_one(Account, people[number % len(people)])
        return filing.file(a_filing(f"Petición {number}"), citizen=citizen, entity=facts, now=NOW)

    taken = at_once(app, [lambda number=number: file_one(number) for number in range(60)])

    assert sorted(taken, key=str) == [f"SOA2026ER{number:06d}" for number in range(1, 61)]
    assert count(Requerimiento) == count(Event) == count(Radicado) == 60
    assert db.session.scalars(select(RadicadoCounter.last)).one() == 60


# The same form again


def test_the_same_form_twice_files_once(house, citizen):
    once = a_filing()

    assert file(once, citizen, house) == file(once, citizen, house)
    assert count(Requerimiento) == 1
    assert len(receipts()) == 1


def test_the_same_form_eight_times_at_once_files_once(app, house, citizen):
    once, facts, number = a_filing(), house.facts, citizen.id

    def send() -> str:
        person = db.session.get_one(Account, number)
        return filing.file(once, citizen=person, entity=facts, now=NOW)

    assert at_once(app, [send] * 8) == ["SOA2026ER000001"] * 8
    assert count(Requerimiento) == 1


@pytest.mark.parametrize(
    "change",
    [{"body": "Otra cosa."}, {"kind": Kind.CLAIM}, {"files": "an annex"}],
    ids=["words", "kind", "files"],
)
def test_other_words_from_the_same_form_are_another_case_and_only_one(house, citizen, change):
    name = uuid4().hex
    if "files" in change:
        change = {"files": [store().add("a.pdf", BytesIO(PDF))]}
    first = file(a_filing(submission=name), citizen, house)
    again = a_filing(**{"submission": name} | change)

    second = file(again, citizen, house)

    assert second != first
    assert file(again, citizen, house) == second
    assert file(a_filing(submission=name), citizen, house) == first
    assert count(Requerimiento) == 2


def test_two_people_never_share_a_form(house, citizen):
    other = add_citizen(house.entity.id, document_number="80.000.001")
    once = a_filing()

    assert file(once, citizen, house) != file(once, other, house)


def test_the_counter_files_once_too(house, citizen):
    once = a_filing()
    send = {
        "clerk": house.clerk,
        "entity": house.facts,
        "channel": Channel.PHONE,
        "citizen_id": citizen.id,
        "person": None,
        "claim_by": "",
        "signer": Signer(SECRET_KEY),
        "now": NOW,
    }

    first, second = (filing.file_at_counter(once, **send) for _ in range(2))

    assert first == second == CounterFiling("SOA2026ER000001", citizen.id, None)
    case = case_of(first.radicado)
    assert (case.channel, case.clerk_id) == (Channel.PHONE, house.clerk.id)


def test_a_form_knows_which_words_it_has_filed(house, citizen):
    once = a_filing("Pido un\ncertificado.")
    file(once, citizen, house)

    assert filing.was_filed(citizen, once.submission, "Pido un\r\ncertificado. ")
    assert not filing.was_filed(citizen, once.submission, "Pido un certificado. Y otra cosa.")
    assert not filing.was_filed(citizen, uuid4().hex, "Pido un\ncertificado.")


# Topics


@pytest.fixture
def topics(house) -> dict[str, int]:
    """A public topic, one of the office only, and one of another entity."""
    other = open_house("VIL")
    with writing() as session:
        made = {
            "public": Topic(entity_id=house.entity.id, office_id=house.hall.id, name="Soporte TI"),
            "private": Topic(entity_id=house.entity.id, name="Interno", is_public=False),
            "foreign": Topic(entity_id=other.entity.id, name="Cupos"),
        }
        session.add_all(made.values())
        session.flush()
        return {name: topic.id for name, topic in made.items()}


def test_the_topic_says_which_office_it_goes_to(house, citizen, topics):
    radicado = file(a_filing(topic_id=topics["public"]), citizen, house)

    case = case_of(radicado)
    assert (case.topic_id, case.office_id) == (topics["public"], house.hall.id)
    assert case.assignee_id is None


@pytest.mark.parametrize("name", ["private", "foreign", "absent"])
def test_a_topic_that_is_not_offered_is_refused(house, citizen, topics, name):
    with pytest.raises(TopicNotOffered, match="Elija otro"):
        file(a_filing(topic_id=topics.get(name, 999_999)), citizen, house)

    assert nothing_was_kept()


# The text


@pytest.mark.parametrize("body", ["", "   ", "\r\n\t \n", "\x00\x07", "\u200b\u200d", "\ufeff"])
def test_a_text_with_nothing_to_read_is_refused(body):
    with pytest.raises(RuleBroken, match="Escriba el contenido"):
        checked_body(body)


def test_a_text_may_have_twenty_thousand_characters_and_not_one_more(house, citizen):
    longest = "ñ" * (MAX_BODY - 2) + "👩‍🏫"[:2]

    assert checked_body(longest) == longest
    assert case_of(file(a_filing(longest), citizen, house)).body == longest
    with pytest.raises(RuleBroken, match=r"20\.001 caracteres y el máximo es 20\.000"):
        checked_body("a" * (MAX_BODY + 1))


def test_a_line_break_counts_as_one_character_however_it_is_sent():
    text = "a\r\n" * (MAX_BODY // 2 - 1) + "ab"

    assert len(checked_body(text)) == MAX_BODY


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("uno\r\ndos\rtres\ncuatro", "uno\ndos\ntres\ncuatro"),
        ("uno\x0bdos\x85tres\u2028cuatro", "uno\ndos\ntres\ncuatro"),
        ("a\x00b\x1bc\x7fd\x9fe", "abcde"),
        ("a\ufffe\ufdd0\U0001ffffb", "ab"),
        ("mal\ud800o", "malo"),
        ("tabla\tde\tdos", "tabla\tde\tdos"),
        ("  familia 👨‍👩‍👧 y acentos ñÁé  ", "familia 👨‍👩‍👧 y acentos ñÁé"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'; DROP TABLE requerimiento; --", "'; DROP TABLE requerimiento; --"),
    ],
)
def test_a_text_is_kept_as_it_was_written_but_for_what_nothing_can_show(
    house, citizen, typed, kept
):
    assert case_of(file(a_filing(typed), citizen, house)).body == kept


def test_every_kind_can_be_filed(house, citizen):
    filed = [file(a_filing(f"Un {kind}", kind=kind), citizen, house) for kind in Kind]

    assert [case_of(radicado).kind for radicado in filed] == list(Kind)
