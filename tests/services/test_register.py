"""The register of events in the database: what is changed, put in or taken out is named."""

from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from app import clock
from app.domain.errors import RuleBroken
from app.domain.register import EMPTY, ERASED
from app.domain.requerimiento import Action, Kind
from app.extensions import db, writing
from app.models import (
    Account,
    AdministrationChange,
    Attachment,
    CaseWords,
    Event,
    Message,
    NotificationConsent,
    OutboxMessage,
    PublishedHead,
    Receipt,
    RegisterEntry,
    RegisterHead,
    Requerimiento,
)
from app.services import (
    cases,
    casework,
    consents,
    erasing,
    filing,
    heads,
    offices,
    proof,
    register,
    undoing,
)
from app.services.filing import Filing
from app.uploads import store
from tests.support.office import (
    answered_case,
    case_of,
    file_case,
    open_house,
    unguarded,
    words,
)
from tests.support.people import add_citizen, at_once


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def case(house):
    """A case that came with a file and was answered with another: four lines of history."""
    kept = [store().add("solicitud.txt", BytesIO(b"hola"))]
    radicado = answered_case(house, add_citizen(house.entity.id), files=kept)
    reply = [store().add("oficio.txt", BytesIO(b"adios"))]
    casework.note(radicado, words("Revisado.", files=reply), author=house.official, now=clock.now())
    return case_of(radicado)


def change(*statements):
    with writing() as session:
        for statement in statements:
            session.execute(statement, execution_options={"synchronize_session": False})


def found() -> list[str]:
    db.session.rollback()
    return list(heads.problems())


def at_odds() -> list[str]:
    """Where the tables do not agree with the register."""
    db.session.rollback()
    return list(proof.problems())


def turned(link: str) -> str:
    """One bit of it turned."""
    return f"{int(link[0], 16) ^ 1:x}{link[1:]}"


def test_what_the_services_wrote_is_whole(case):
    assert found() == []
    entries = db.session.scalars(select(RegisterEntry).order_by(RegisterEntry.sequence)).all()
    assert [entry.sequence for entry in entries] == [1, 2, 3, 4]
    assert [sorted(entry.digests) for entry in entries] == [
        ["files", "holder", "words"], ["note"], ["note", "words"], ["files", "words"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "what", "model", "values"),
    [
        (1, "its link", Event, {"status": "cerrado"}),
        (2, "its link", Event, {"action": Action.START}),
        (3, "note", Event, {"note": "Radicado de salida SOA2026EE000009"}),
        (1, "words", Requerimiento, {"body": "Otro texto."}),
        (1, "its link", Requerimiento, {"term_days": 30}),
        (3, "words", Message, {"body": "No hay cupo."}),
        (1, "files", Attachment, {"sha256": "0" * 64}),
        (4, "files", Attachment, {"name": "otro.txt"}),
        (2, "its link", RegisterEntry, {"digests": {}}),
        (3, "words", RegisterEntry, {"salt": b"s" * 16}),
    ],
)
def test_a_value_that_was_changed_is_named_by_its_radicado(case, row, what, model, values):
    entry = db.session.scalars(select(RegisterEntry).filter_by(sequence=row)).one()
    event = db.session.get_one(Event, entry.event_id)
    where = {
        Event: Event.id == event.id,
        Requerimiento: Requerimiento.id == case.id,
        Message: Message.id == event.message_id,
        Attachment: Attachment.message_id == event.message_id
        if event.message_id
        else Attachment.message_id.is_(None),
        RegisterEntry: RegisterEntry.sequence == row,
    }[model]
    radicado = case.radicado

    change(update(model).where(where).values(**values))

    [problem] = found()
    assert problem.startswith(f"{radicado}: row {row} of the register: altered")
    assert what in problem


@pytest.mark.parametrize("row", [1, 3, 4])
def test_a_bit_that_was_turned_in_a_link_is_one_fault(case, row):
    entry = db.session.scalars(select(RegisterEntry).filter_by(sequence=row)).one()
    radicado = case.radicado

    change(
        update(RegisterEntry).where(RegisterEntry.sequence == row).values(link=turned(entry.link))
    )

    assert found() == [
        f"{radicado}: row {row} of the register: altered: its link is not that of its facts"
    ]


def test_a_row_taken_out_of_the_middle_is_missed(case):
    event = db.session.scalars(select(RegisterEntry.event_id).filter_by(sequence=2)).one()

    change(delete(RegisterEntry).filter_by(sequence=2), delete(Event).filter_by(id=event))

    assert found() == ["SOA: row 2 of the register: missing: the next row is 3"]


def test_a_row_taken_from_the_end_is_missed(case):
    event = db.session.scalars(select(RegisterEntry.event_id).filter_by(sequence=4)).one()

    change(delete(RegisterEntry).filter_by(sequence=4), delete(Event).filter_by(id=event))

    [problem] = found()
    assert "ends before it, and a head was published for row 4" in problem


def cut_the_end(case):
    """Take the last row with its event away, and put the head back to the row before."""
    third, fourth = db.session.scalars(
        select(RegisterEntry).where(RegisterEntry.sequence > 2).order_by(RegisterEntry.sequence)
    )
    change(
        delete(RegisterEntry).filter_by(sequence=4),
        delete(Event).filter_by(id=fourth.event_id),
        update(RegisterHead).values(sequence=3, link=third.link),
    )


def test_an_end_cut_off_together_with_its_head_is_missed_without_any_other_head(case):
    cut_the_end(case)

    assert found() == ["SOA: the head at row 3 was not written with the key"]
    assert at_odds() == [
        f"{case.radicado}: message {case.messages[-1].id}: no line of its history tells of it"
    ]


def test_an_older_head_put_back_whole_is_at_odds_with_the_tables(case):
    """With a copy of the head from before, tag and all: what only who kept one can do."""
    older = db.session.execute(select(RegisterHead.sequence, RegisterHead.link, RegisterHead.tag))
    values = dict(older.mappings().one())
    radicado = case.radicado
    consents.decide(case.citizen, True, case=case_of(radicado), now=clock.now())
    last = db.session.scalars(select(RegisterEntry.event_id).filter_by(sequence=5)).one()

    change(
        delete(RegisterEntry).filter_by(sequence=5),
        delete(Event).filter_by(id=last),
        update(RegisterHead).values(**values),
    )

    assert found() == []
    assert at_odds() == [
        f"{radicado}: what was decided on being notified of it is not what its history says"
    ]


def test_an_event_put_in_beside_the_register_is_named(case, house):
    radicado = case.radicado
    with writing() as session:
        session.add(
            Event(
                requerimiento_id=case.id,
                action=Action.CLOSE,
                status=case.status,
                author_id=house.official.id,
                happened_at=clock.now(),
                note="",
            )
        )

    assert f"{radicado}: a line of its history is not in the register" in at_odds()


@pytest.mark.parametrize(
    ("model", "values", "problem"),
    [
        (RegisterHead, {"link": "0" * 64}, "row 4 of the register: not the row whose head"),
        (RegisterHead, {"sequence": 3}, "the head says row 3 and the register has row 4"),
        (RegisterHead, {"tag": ""}, "SOA: the head at row 4 was not written with the key"),
        (PublishedHead, {"tag": "0" * 64}, "was not written with the key"),
        (PublishedHead, {"link": "0" * 64}, "row 4 of the register: not the row whose head"),
        (PublishedHead, {"sequence": 2}, "row 2 of the register: not the row whose head"),
    ],
)
def test_a_head_that_was_changed_is_reported(case, model, values, problem):
    heads.publish(clock.now())

    change(update(model).values(**values))

    assert any(problem in line for line in found())


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (delete(PublishedHead), "SOA: the head that was published last is missing, or is another"),
        (
            delete(PublishedHead).where(PublishedHead.sequence == 5),
            "SOA: the head that was published last is missing, or is another",
        ),
        (
            delete(PublishedHead).where(PublishedHead.sequence == 4),
            "was not written with the key, or the one before it is missing",
        ),
        (
            update(RegisterHead).values(published_tag=""),
            "SOA: the head at row 5 was not written with the key",
        ),
        (delete(RegisterHead), "heads of it were published, and now it has none"),
    ],
)
def test_a_published_head_that_is_gone_is_reported(case, statement, problem):
    """Each is sealed after the one before, and the head of now after the last of them."""
    heads.publish(clock.now())
    consents.decide(case.citizen, True, now=clock.now())
    heads.publish(clock.now() + timedelta(days=1))
    assert found() == []

    change(statement)

    assert any(problem in line for line in found())


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("model", [PublishedHead, RegisterHead])
def test_a_head_of_an_entity_that_there_is_not_is_reported(case, model):
    heads.publish(clock.now())
    db.session.rollback()

    unguarded(f"UPDATE {model.__tablename__} SET entity_id = 99")

    assert any(line.startswith("entity 99: ") for line in found())


def test_a_register_written_anew_with_the_key_is_found_by_the_head_that_was_sent_away(case):
    heads.publish(clock.now())
    sent_away = heads.read_lines(str(head) for head in heads.published())
    entity_id, radicado = case.entity_id, case.radicado
    change(update(Event).filter_by(action=Action.ASSIGN).values(note="Otra oficina"))
    forged = list(register.read(entity_id))

    change(delete(RegisterEntry), delete(RegisterHead), delete(PublishedHead))
    events = db.session.scalars(select(Event).order_by(Event.id)).all()
    with writing() as session:
        for event in events:
            held = session.get(Message, event.message_id) if event.message_id else None
            register.record(session.get_one(Requerimiento, case.id), event, held)

    assert len(forged) == 4
    assert found() == []  # within the database nothing tells
    db.session.rollback()
    assert list(heads.problems(sent_away)) == [
        f"{radicado}: row 4 of the register: not the row whose head was published"
    ]


def closed(case, house):
    casework.close(case.radicado, author=house.coordinator, now=clock.now())
    return case.radicado


def test_erasing_what_is_personal_leaves_the_register_whole(case, house):
    radicado = closed(case, house)

    erasing.erase(radicado, reason="Lo pidió", author=house.administrator, now=clock.now())

    assert found() == []
    assert at_odds() == []
    erased = case_of(radicado)
    said = [erased.body, erased.excerpt, *(message.body for message in erased.messages)]
    said += [file.name for file in erased.attachments]
    assert set(said) == {ERASED}
    assert "cupo" not in db.session.get_one(CaseWords, erased.id).words
    assert {event.note for event in erased.events} == {"", ERASED, "Lo pidió"}
    salts = db.session.scalars(select(RegisterEntry.salt).order_by(RegisterEntry.sequence)).all()
    assert [salt is None for salt in salts] == [True] * 5 + [False]


@pytest.mark.parametrize(
    ("row", "model", "values"),
    [
        (1, Requerimiento, {"body": "Otro texto."}),
        (2, Event, {"note": "Otra oficina"}),
        (3, Message, {"body": "No hay cupo."}),
        (4, Attachment, {"name": "otro.txt"}),
    ],
)
def test_what_was_erased_cannot_say_something_else(case, house, row, model, values):
    radicado = closed(case, house)
    erasing.erase(radicado, reason="Lo pidió", author=house.administrator, now=clock.now())
    entry = db.session.scalars(select(RegisterEntry).filter_by(sequence=row)).one()
    event = db.session.get_one(Event, entry.event_id)
    where = {
        Event: Event.id == event.id,
        Requerimiento: Requerimiento.id == case.id,
        Message: Message.id == event.message_id,
        Attachment: Attachment.message_id == event.message_id,
    }[model]

    change(update(model).where(where).values(**values))

    [problem] = found()
    assert problem.startswith(f"{radicado}: row {row} of the register: altered: ")


def test_an_open_case_is_not_erased_nor_by_anybody_nor_without_saying_why(case, house):
    for author, reason in (
        (house.coordinator, "Lo pidió"),
        (house.administrator, " "),
    ):
        with pytest.raises(RuleBroken):
            erasing.erase(case.radicado, reason=reason, author=author, now=clock.now())
    still_open = file_case(house, case.citizen)
    with pytest.raises(RuleBroken):
        erasing.erase(still_open, reason="Lo pidió", author=house.administrator, now=clock.now())
    assert found() == []


@pytest.mark.parametrize(
    "words", [update(Message).values(body="OTRA RESPUESTA"), update(Message).values(body=ERASED)]
)
def test_a_salt_taken_away_without_an_erasing_is_named(case, words):
    radicado = case.radicado

    change(update(RegisterEntry).where(RegisterEntry.sequence == 3).values(salt=None), words)

    assert (
        f"{radicado}: row 3 of the register: its salt is missing, and no later row tells that it "
        "was erased"
    ) in found()


@pytest.mark.parametrize(
    ("row", "what", "statement"),
    [
        (3, "note", update(Event).where(Event.action == Action.ANSWER).values(note="")),
        (3, "words", update(Message).where(Message.radicado.is_not(None)).values(body="")),
        (4, "files", delete(Attachment).where(Attachment.message_id.is_not(None))),
        (1, "files", delete(Attachment).where(Attachment.message_id.is_(None))),
    ],
)
def test_what_was_emptied_is_named(case, row, what, statement):
    radicado = case.radicado

    change(statement)

    assert found() == [f"{radicado}: row {row} of the register: altered: {what}"]


def test_what_a_person_decides_for_all_their_cases_has_its_own_entry(case):
    citizen = case.citizen
    consents.decide(citizen, True, now=clock.now())

    entry = db.session.scalars(select(RegisterEntry).filter_by(sequence=5)).one()
    assert (entry.event_id, entry.consent_id is not None) == (None, True)
    assert found() == []
    assert at_odds() == []


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            update(NotificationConsent).values(accepts=False),
            "SOA: row 5 of the register: altered: its link is not that of its facts",
        ),
        (
            delete(NotificationConsent),
            "ends before it, and a head was published for row 5",
        ),
    ],
)
def test_a_decision_for_all_cases_that_was_changed_is_named(case, statement, problem):
    consents.decide(case.citizen, True, now=clock.now())

    change(statement)

    assert any(problem in line for line in found())


def test_a_decision_put_in_beside_the_register_is_named(case):
    account_id = case.citizen_id
    row = {"account_id": account_id, "accepts": True, "decided_at": clock.now()}

    change(insert(NotificationConsent).values(**row))

    [problem] = at_odds()
    assert f"of account {account_id} on being notified is not in the register" in problem


def test_filings_at_the_same_time_stand_one_after_the_other(app, house):
    entity, citizens = (
        house.facts,
        [
            add_citizen(
                house.entity.id, username=f"persona{number}", document_number=f"2000{number}"
            ).id
            for number in range(8)
        ],
    )

    def file(citizen_id):
        filed = Filing(kind=Kind.PETITION, body="Pido un cupo.", submission=str(citizen_id))
        citizen = db.session.get_one(Account, citizen_id)
        return filing.file(filed, citizen=citizen, entity=entity, now=clock.now())

    radicados = at_once(app, [partial(file, citizen) for citizen in citizens])

    assert len(set(radicados)) == 8
    assert found() == []
    assert db.session.scalar(select(RegisterHead.sequence)) == 8


def test_each_entity_has_a_chain_of_its_own(case, app):
    other = open_house("VIL")
    file_case(other, add_citizen(other.entity.id, username="vecina", document_number="30303030"))

    ends = dict(db.session.execute(select(RegisterHead.entity_id, RegisterHead.sequence)).all())

    assert ends == {case.entity_id: 4, other.entity.id: 1}
    assert found() == []


def test_the_register_is_read_in_pieces(case, monkeypatch):
    for size in (1, 2, 3, 4):
        monkeypatch.setattr(register, "BATCH", size)
        assert [row.entry.sequence for row in register.read(case.entity_id)] == [1, 2, 3, 4]


def test_a_use_case_that_fails_leaves_nothing_in_the_register(case, house):
    def fail():
        with writing():
            casework.close(case.radicado, author=house.coordinator, now=clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert db.session.scalar(select(RegisterHead.sequence)) == 4
    assert found() == []


def test_heads_are_kept_and_sent_once_a_day(case):
    now = clock.now()

    for moment in (now, now, now + timedelta(days=1)):
        heads.publish(moment, "archivo@soacha.example")

    lines = heads.published()
    assert [line.day for line in lines] == [now.date(), now.date() + timedelta(days=1)]
    assert {line.head.sequence for line in lines} == {4}
    letters = db.session.scalars(select(OutboxMessage).filter_by(letter="register_head")).all()
    assert [letter.context["line"] for letter in letters] == [str(line) for line in lines]
    assert {letter.recipient for letter in letters} == {"archivo@soacha.example"}


def test_an_entity_without_events_has_no_head(house):
    heads.publish(clock.now(), "archivo@soacha.example")

    assert heads.published() == []
    assert EMPTY.sequence == 0


def decided(house) -> AdministrationChange:
    """Two changes of an administrator, the last of which is told."""
    offices.create("Archivo", author=house.administrator, now=clock.now())
    offices.rename(house.hall.id, "Ventanilla", author=house.administrator, now=clock.now())
    return newest_change()


def newest_change() -> AdministrationChange:
    query = select(AdministrationChange).order_by(AdministrationChange.id.desc()).limit(1)
    return db.session.scalars(query).one()


def test_what_administrators_change_is_chained_with_what_happens_in_cases(case, house):
    last = decided(house)
    undoing.undo(last.id, author=house.administrator, now=clock.now())
    casework.close(case.radicado, author=house.coordinator, now=clock.now())
    assert found() == at_odds() == []
    number, row = newest_change().id, 7
    assert newest_change().undoes_id == last.id

    for value, altered in (
        ({"after": {"name": "Otra"}}, "title, before, after"),
        ({"before": {}}, "before"),
        ({"title": "Otra"}, "title"),
        ({"author_id": house.official.id}, None),
        ({"happened_at": clock.now()}, None),
        ({"subject": "tema"}, None),
        ({"undoes_id": None}, None),
    ):
        kept = {name: getattr(newest_change(), name) for name in value}
        where = AdministrationChange.id == number
        change(update(AdministrationChange).where(where).values(value))
        [problem] = [line for line in found() if " row " in line]
        assert problem.startswith(f"SOA: row {row} of the register: altered")
        assert altered is None or problem.rpartition(": ")[2] in altered
        change(update(AdministrationChange).where(where).values(kept))
    assert found() == at_odds() == []


def test_the_last_changes_cannot_be_taken_away_put_in_or_given_to_another_entity(case, house):
    far = open_house("VIL")
    decided(house)
    last = newest_change()
    number, values = (
        last.id,
        {
            column.key: getattr(last, column.key)
            for column in AdministrationChange.__table__.columns
        },
    )
    mine = AdministrationChange.id == number

    change(update(AdministrationChange).where(mine).values(entity_id=far.entity.id))
    assert at_odds() == [
        f"change {number} of what entity {far.entity.id} decides is not in its register"
    ]
    change(delete(AdministrationChange).where(mine))
    [problem] = found()
    assert problem.startswith("SOA: row 6 of the register: the register ends before it")
    change(insert(AdministrationChange).values(values))
    assert found() == at_odds() == []
    change(insert(AdministrationChange).values(values | {"id": number + 1}))
    assert at_odds() == [
        f"change {number + 1} of what entity {house.entity.id} decides is not in its register"
    ]
    change(
        delete(AdministrationChange).where(AdministrationChange.id >= number),
        delete(RegisterEntry).where(RegisterEntry.change_id == number),
        update(RegisterHead).values(sequence=5),
    )
    assert "SOA: the head at row 5 was not written with the key" in found()


def test_administrators_and_officials_who_write_at_once_leave_one_chain(app, case, house):
    """Each takes its place at the end of its transaction: nobody waits for who waits for them."""
    author, coordinator = house.administrator.id, house.coordinator.id
    radicado = case.radicado

    def add(name):
        offices.create(name, author=db.session.get_one(Account, author), now=clock.now())

    def close():
        casework.close(radicado, author=db.session.get_one(Account, coordinator), now=clock.now())

    results = at_once(app, [partial(add, "Uno"), partial(add, "Dos"), partial(add, "Tres"), close])

    assert not any(isinstance(one, Exception) for one in results), results
    assert found() == at_odds() == []
    assert db.session.scalar(select(RegisterHead.sequence)) == 4 + 4


def test_a_change_that_fails_leaves_no_row_of_the_register(house):
    def fail():
        with writing():
            offices.create("Archivo", author=house.administrator, now=clock.now())
            # Not yet: whatever else the use case locks, it locks before the end of the register.
            assert db.session.scalars(select(RegisterHead)).all() == []
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert db.session.scalars(select(RegisterEntry)).all() == []
    assert found() == at_odds() == []


def test_the_migration_chains_what_administrators_had_changed(app, case, house):
    """Going back and forth over it, with what was chained already and with a change of before."""
    import flask_migrate

    from app import migrating

    decided(house)
    entity_id = house.entity.id
    migrating.prepare(app)
    db.session.remove()
    flask_migrate.downgrade(revision="0028")
    db.session.execute(
        text(
            "INSERT INTO administration_change (entity_id, author_id, happened_at, subject, "
            "subject_id, title, before, after) VALUES (:entity, NULL, '2026-11-20 10:00:00', "
            "'dependencia', NULL, 'Ñandú', '{}', '{\"name\": \"Ñandú\"}')"
        ),
        {"entity": entity_id},
    )
    db.session.commit()
    flask_migrate.upgrade()
    db.session.remove()

    assert found() == at_odds() == []
    assert db.session.scalar(select(RegisterHead.sequence)) == 4 + 2 + 1
    change(update(AdministrationChange).values(title="Otra"))
    assert len(found()) == 3


def test_the_migration_chains_what_was_written_before(app, case, settings):
    """Going back and forth over it: the same events, chained by the migration."""
    import flask_migrate

    from app import migrating

    cases.mark_opened(case.id, [one.id for one in case.messages], clock.now())
    for about in (case, None):
        consents.decide(case.citizen, True, case=about, now=clock.now())
    number, citizen_id = case.id, case.citizen_id
    migrating.prepare(app)
    db.session.remove()
    flask_migrate.downgrade(revision="0002")
    assert "register_entry" not in db.inspect(db.engine).get_table_names()
    flask_migrate.upgrade(revision="0026")
    for day in ("2026-11-20", "2026-11-21"):
        values = f"SELECT entity_id, '{day}', sequence, link, CURRENT_TIMESTAMP"
        columns = "entity_id, day, sequence, link, published_at"
        head = f"INSERT INTO published_head ({columns}) {values} FROM register_head"
        db.session.execute(text(head.replace(f"'{day}'", f"DATE('{day}')")))
    for about in (number, None):
        db.session.execute(
            text(
                "INSERT INTO notification_consent "
                "(account_id, requerimiento_id, accepts, decided_at) "
                "VALUES (:account, :about, true, '2026-11-20 10:00:00')"
            ),
            {"account": citizen_id, "about": about},
        )
    db.session.commit()
    flask_migrate.upgrade()
    db.session.remove()

    assert found() == []
    assert at_odds() == []
    # Going back, what could not be named any more was told as notes; now the opening and both
    # decisions are chained, and there is a receipt again.
    assert db.session.scalar(select(RegisterHead.sequence)) == 4 + 2 + 3
    assert len(db.session.scalars(select(Receipt)).all()) == 1
    with writing() as session:
        session.execute(text("UPDATE message SET body = 'No hay cupo.'"))
    assert len(found()) == 2
    assert Path(app.instance_path) == settings.instance
