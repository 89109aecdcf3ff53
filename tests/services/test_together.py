"""One answer to a case and to those linked under it: each gets its own, or keeps nobody else's."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine

from app import clock
from app.domain.errors import RuleBroken
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Action, Status
from app.extensions import db, writing
from app.models import Message, MessageKind, OutboxMessage, PreparedAnswer, Stage, Topic
from app.services import answering, cases, casework, legal, related, reserve, together
from app.uploads import store
from tests.support.office import assigned_case, by, case_of, file_case, open_house, words
from tests.support.people import add_citizen

HALF = timedelta(seconds=30)
TEXT = "Señor(a) {nombre}: sobre su {tipo} {radicado}, sí."


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel("2026-03-17T12:00:00-05:00", tick=False) as moment:
        yield moment


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def people(house):
    return [
        add_citizen(
            house.entity.id,
            first_names=name,
            email=f"{name.lower()}@example.com",
            document_number=f"100000000{number}",
            notify_by_email=True,
        )
        for number, name in enumerate(("Ana", "Berta", "Carla"))
    ]


@pytest.fixture
def group(house, people):
    """A leader and two that are linked under it, each of its own citizen."""
    leader, *followers = radicados = [assigned_case(house, person) for person in people]
    for follower in followers:
        link(house, follower, leader)
    return radicados


def link(house, follower, leader):
    related.link(follower, leader, other_leads=True, author=house.coordinator, now=clock.now())


def send(house, group, *, undo=HALF, text=TEXT, author=None, **more):
    leader, *followers = group
    return answering.send(
        leader,
        words(text, **more),
        author=author or house.official,
        undo=undo,
        now=clock.now(),
        along=followers,
    )


def needs_approval(house, radicado):
    with writing() as session:
        topic = Topic(entity_id=house.entity.id, name="Cupos", needs_approval=True)
        casework.lock([radicado])[radicado].topic = topic
        session.add(topic)


def read_by(radicado, person):
    return [message.body for message in cases.open_file(radicado, account=person).messages]


def statuses(group):
    return [case_of(radicado).status for radicado in group]


def letters():
    return [
        letter.recipient for letter in db.session.query(OutboxMessage).filter_by(letter="answered")
    ]


def test_each_gets_its_own_answer_radicado_file_and_letter_once(house, people, group):
    file = store().add("acta.txt", BytesIO(b"acta"))
    first = send(house, group, files=[file], submission="one")
    again = send(house, group, files=[file], submission="one")
    early = answering.send_due(clock.now() + timedelta(seconds=29))

    went = answering.send_due(clock.now() + HALF)

    assert (first, early, went) == (again, 0, 3)
    assert statuses(group) == [Status.ANSWERED] * 3
    for number, (radicado, person) in enumerate(zip(group, people, strict=True), start=1):
        assert read_by(radicado, person) == [
            f"Señor(a) {person.display_name}: sobre su petición {radicado}, sí."
        ]
        [answer] = case_of(radicado).messages
        assert answer.radicado == f"SOA2026EE00000{number}"
        assert [(kept.name, kept.stored_as) for kept in answer.attachments] == [
            ("acta.txt", file.stored_as)
        ]
        assert case_of(radicado).events[-1].note == f"Radicado de salida {answer.radicado}"
    assert sorted(letters()) == [f"{name}@example.com" for name in ("ana", "berta", "carla")]
    assert answering.send_due(clock.now() + HALF) == 0


def test_without_a_moment_to_undo_the_others_follow_at_once(house, group):
    assert send(house, group, undo=timedelta(0)).radicado == "SOA2026EE000001"
    assert answering.send_due(clock.now()) == 2
    assert statuses(group) == [Status.ANSWERED] * 3


def test_undone_it_is_undone_for_all_and_keeps_its_blanks(house, people, group):
    leader, second, third = group
    send(house, [leader, second])
    shown = cases.open_file(second, account=people[1]).messages

    answering.undo(leader, author=house.official, now=clock.now() + timedelta(seconds=29))

    assert answering.send_due(clock.now() + HALF) == 0
    assert shown == []
    assert statuses(group) == [Status.ASSIGNED] * 3
    prepared = answering.of_case(case_of(leader).id)
    assert (prepared.stage, prepared.pattern, prepared.together) == (Stage.RETURNED, TEXT, [second])
    assert db.session.query(PreparedAnswer).count() == db.session.query(Message).count() == 1

    send(house, group, undo=timedelta(0))
    answering.send_due(clock.now())
    assert statuses(group) == [Status.ANSWERED] * 3
    assert read_by(third, people[2])[0].startswith("Señor(a) Carla Rivera")


def test_one_that_is_refused_meanwhile_keeps_no_other(house, people, group):
    leader, second, third = group
    send(house, group)
    legal.withdraw(second, by=by(people[1]))

    assert answering.send_due(clock.now() + HALF) == 2

    assert statuses(group) == [Status.ANSWERED, Status.WITHDRAWN, Status.ANSWERED]
    report = {one.case.radicado: one.prepared for one in _followers(leader, house)}
    assert report[third] is None
    assert report[second].stage is Stage.RETURNED
    assert report[second].remark.startswith("No salió. ")
    assert read_by(second, people[1]) == [legal_letter(second)]


def legal_letter(radicado):
    """The only words that a withdrawal leaves."""
    [letter] = [m for m in case_of(radicado).messages if m.kind is not MessageKind.NOTE]
    return letter.body


def _followers(leader, house):
    return related.of_case(case_of(leader), house.official).followers


def test_a_leader_that_ended_meanwhile_keeps_nobody_from_being_answered(house, people, group):
    send(house, group)
    legal.withdraw(group[0], by=by(people[0]))

    assert answering.send_due(clock.now() + HALF) == 2
    assert statuses(group) == [Status.WITHDRAWN, Status.ANSWERED, Status.ANSWERED]


def test_who_stops_in_the_middle_leaves_the_rest_to_the_next(house, group, monkeypatch):
    send(house, group)
    give, given = answering.give_answer, []

    def dies_at_the_second(case, *args, **more):
        if given:
            raise SystemExit
        given.append(case.radicado)
        return give(case, *args, **more)

    monkeypatch.setattr(answering, "give_answer", dies_at_the_second)
    with pytest.raises(SystemExit):
        answering.send_due(clock.now() + HALF)
    monkeypatch.undo()
    between = statuses(group)

    assert answering.send_due(clock.now() + HALF) == 2
    assert between == [Status.ANSWERED, Status.ASSIGNED, Status.ASSIGNED]
    assert statuses(group) == [Status.ANSWERED] * 3
    assert len(letters()) == 3


def test_a_second_person_approves_for_all_if_one_asks_for_it(house, group):
    leader, second, third = group
    needs_approval(house, third)
    send(house, group)
    assert answering.of_case(case_of(leader).id).stage is Stage.TO_APPROVE
    assert answering.send_due(clock.now() + timedelta(days=1)) == 0

    answering.give_back(leader, remark="Falta la fecha.", author=house.coordinator, now=clock.now())
    assert answering.of_case(case_of(second).id) is None
    send(house, group)
    answering.approve(leader, author=house.coordinator, undo=HALF, now=clock.now())

    assert answering.send_due(clock.now() + HALF) == 3
    assert statuses(group) == [Status.ANSWERED] * 3
    lines = [(event.action, event.note) for event in case_of(second).events]
    assert (Action.SUBMIT, f"Con {leader}") in lines
    assert (Action.APPROVE, f"Con {leader}") in lines


def test_one_is_taken_out_by_itself_or_by_unlinking_it(house, group):
    _, second, third = group
    send(house, group)
    answering.undo(second, author=house.official, now=clock.now())
    related.unlink(third, author=house.official, now=clock.now())

    assert answering.send_due(clock.now() + HALF) == 1
    assert statuses(group) == [Status.ANSWERED, Status.ASSIGNED, Status.ASSIGNED]
    for radicado, remark in ((second, ""), (third, "Se desvinculó antes de que saliera.")):
        prepared = answering.of_case(case_of(radicado).id)
        assert (prepared.stage, prepared.remark) == (Stage.RETURNED, remark)
        assert radicado in prepared.message.body


def test_no_answer_of_the_group_is_late_for_the_moment_to_undo_it(house, people, frozen):
    late = assigned_case(house, people[1], now=clock.now() - timedelta(days=1))
    leader = assigned_case(house, people[0])
    link(house, late, leader)
    frozen.move_to(f"{case_of(late).due_on}T23:59:45-05:00")

    assert case_of(late).due_on < case_of(leader).due_on
    assert send(house, [leader, late]).radicado
    assert answering.send_due(clock.now()) == 1


def test_who_may_not_answer_one_is_told_and_nothing_is_sent(house, people, group):
    leader, second, third = group
    elsewhere = file_case(house, people[1])
    link(house, elsewhere, leader)
    casework.assign(
        second,
        author=house.coordinator,
        office_id=house.coverage.id,
        assignee_id=None,
        now=clock.now(),
    )
    answering.send(third, words("Sí."), author=house.official, undo=HALF, now=clock.now())
    reasons = {
        one.case.radicado: one.reason
        for one in together.companions(case_of(leader), house.official)
    }

    assert "otra dependencia" in reasons[second]
    assert "ya está saliendo" in reasons[third]
    assert elsewhere in reasons
    for radicado in (second, third, elsewhere, file_case(house, people[2]), "SOA2026ER999999"):
        with pytest.raises(FieldRefused) as refused:
            send(house, [leader, radicado])
        assert refused.value.field == "followers"
    assert case_of(leader).messages == []


def test_a_follower_whose_answer_waits_gets_no_other(house, group):
    send(house, group)

    with pytest.raises(RuleBroken, match="sale con la del requerimiento principal"):
        answering.send(
            group[1], words("Otra."), author=house.coordinator, undo=HALF, now=clock.now()
        )


def test_when_a_leader_ends_whose_answer_waits_to_be_approved_all_stay_unsent(house, people, group):
    leader, second, third = group
    needs_approval(house, leader)
    send(house, group)
    legal.withdraw(leader, by=by(people[0]))

    for radicado in (leader, second, third):
        prepared = answering.of_case(case_of(radicado).id)
        assert (prepared.stage, prepared.goes_at) == (Stage.RETURNED, None)
    assert prepared.remark == f"No salió. El principal, {leader}, terminó."
    assert third in prepared.message.body
    answering.send(third, words("Sí."), author=house.official, undo=HALF, now=clock.now())
    assert answering.of_case(case_of(third).id).stage is Stage.LEAVING


def set_apart(house, radicado, person):
    reserve.recuse(
        radicado,
        person_id=person.id,
        reason="Es familiar de quien pide.",
        author=house.administrator,
        now=clock.now(),
    )


def test_what_is_closed_to_who_approves_stays_behind_with_why(house, people, group):
    leader, second, _ = group
    needs_approval(house, leader)
    send(house, group)
    set_apart(house, second, house.coordinator)

    answering.approve(leader, author=house.coordinator, undo=HALF, now=clock.now())

    assert answering.send_due(clock.now() + HALF) == 2
    assert statuses(group) == [Status.ANSWERED, Status.ASSIGNED, Status.ANSWERED]
    left = answering.of_case(case_of(second).id)
    assert (left.stage, left.reviewer) == (Stage.RETURNED, None)
    assert "quien la aprobó no puede abrir este caso" in left.remark


def test_set_apart_from_the_leader_the_author_takes_all_back(house, people, group):
    leader, second, _ = group
    send(house, [leader, second])
    set_apart(house, leader, house.official)

    assert answering.send_due(clock.now() + HALF) == 0
    prepared = answering.of_case(case_of(leader).id)
    assert (prepared.stage, prepared.pattern, prepared.together) == (Stage.RETURNED, TEXT, [second])
    assert answering.of_case(case_of(second).id) is None


def test_the_words_of_an_undone_answer_find_none_of_the_others(house, people, group):
    leader, second, _ = group
    send(house, [leader, second], text="Habrá un bibliobús, {nombre}.")
    before = "bibliobus" in case_of(second).found_by.words
    answering.undo(leader, author=house.official, now=clock.now())

    assert before
    assert "bibliobus" not in case_of(second).found_by.words
