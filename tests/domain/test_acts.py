"""Each act of the law: when it is admitted, and by which article it is refused."""

from datetime import date, datetime

import pytest

from app.domain import acts
from app.domain.acts import LawRefuses
from app.domain.calendar import OFFICE, Calendar
from app.domain.course import Course, follow
from app.domain.deadline import OfficeHours
from app.domain.events import PriorityGround, RejectionGround
from app.domain.moves import moves_of
from app.domain.requerimiento import Action, Kind
from app.domain.terms import Requester, term_for

WHY = "Hace falta el concepto de otra dependencia."
HOURS = OfficeHours(Calendar())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE)


def filed(kind: Kind = Kind.PETITION, requester: Requester = Requester.PERSON) -> Course:
    """Received on Monday 16 March 2026: fifteen days end on Thursday 9 April."""
    received = at("2026-03-16T10:00")
    return follow(received, term_for(kind, received.date(), requester), HOURS)


def asked(moment: str = "2026-03-20T09:00") -> Course:
    """Asked to complete: there is time until 20 April."""
    return acts.ask_to_complete(filed(), at=at(moment), missing="Falta el acta de grado.")


def in_doubt() -> Course:
    """Asked to clarify: there is time until 8 April."""
    return acts.ask_to_clarify(filed(), at=at("2026-03-20T09:00"), doubt="No dice qué sede es.")


def answered() -> Course:
    return acts.answer(filed(), at=at("2026-03-18T09:00"))


# To complete (article 17)


@pytest.mark.parametrize("moment", ["2026-03-16T10:01", "2026-03-31T23:59"])
def test_what_is_missing_is_asked_for_within_ten_days(moment):
    course = asked(moment)

    assert course.waiting is not None
    assert course.due_on is None


def test_after_ten_days_it_is_too_late_to_ask():
    with pytest.raises(LawRefuses, match=r"martes 31 de marzo de 2026.*artículo 17"):
        asked("2026-04-01T00:00")


def test_a_term_that_has_passed_is_not_stopped():
    congress = filed(Kind.INFORMATION, Requester.LEGISLATOR)  # five days: until 24 March

    with pytest.raises(LawRefuses, match=r"venció el martes 24 de marzo.*artículo 17"):
        acts.ask_to_complete(congress, at=at("2026-03-25T09:00"), missing="Falta el acta de grado.")


@pytest.mark.parametrize("words", ["", "  falta  ", "x" * 2001])
def test_the_office_says_what_is_missing(words):
    with pytest.raises(LawRefuses, match="qué falta"):
        acts.ask_to_complete(filed(), at=at("2026-03-20T09:00"), missing=words)


@pytest.mark.parametrize("course", [asked(), in_doubt()], ids=["complete", "clarify"])
def test_who_waits_asks_for_nothing_else(course):
    moment = at("2026-03-24T09:00")
    with pytest.raises(LawRefuses, match="ya está detenido"):
        acts.ask_to_complete(course, at=moment, missing="Falta otro papel.")
    with pytest.raises(LawRefuses, match="ya está detenido"):
        acts.ask_to_clarify(course, at=moment, doubt="No dice qué sede es.")


def test_more_time_is_asked_for_before_it_ends_and_once():
    more = acts.ask_more_time(asked(), at=at("2026-04-20T23:59"))

    assert more.waiting is not None
    assert more.waiting.citizen_until == date(2026, 5, 20)
    with pytest.raises(LawRefuses, match=r"ya se amplió.*artículo 17"):
        acts.ask_more_time(more, at=at("2026-05-01T10:00"))
    with pytest.raises(LawRefuses, match=r"venció el lunes 20 de abril"):
        acts.ask_more_time(asked(), at=at("2026-04-21T00:00"))


@pytest.mark.parametrize("moment", ["2026-03-24T09:00", "2026-06-01T09:00"])
def test_what_was_missing_is_taken_even_late(moment):
    course = acts.complete(asked(), at=at(moment))

    assert course.waiting is None
    assert course.due_on == HOURS.calendar.add(at(moment).date(), 11)


@pytest.mark.parametrize("act", [acts.complete, acts.clarify, acts.ask_more_time])
def test_nobody_delivers_what_was_not_asked_for(act):
    with pytest.raises(LawRefuses, match="no se le pidió"):
        act(filed(), at=at("2026-03-24T09:00"))


def test_completing_is_not_clarifying():
    with pytest.raises(LawRefuses, match=r"no se le pidió completar.*artículo 17"):
        acts.complete(in_doubt(), at=at("2026-03-24T09:00"))
    with pytest.raises(LawRefuses, match=r"no se le pidió aclarar.*artículo 19"):
        acts.clarify(asked(), at=at("2026-03-24T09:00"))


def test_a_withdrawal_is_declared_once_the_time_is_over_and_with_reasons():
    moment = at("2026-04-21T09:00")

    course = acts.declare_withdrawn(asked(), at=moment, reasons=WHY)

    assert course.ended is not None
    assert (course.ended.by, course.ended.note) == (Action.DECLARE_WITHDRAWN, WHY)
    with pytest.raises(LawRefuses, match=r"hasta el lunes 20 de abril.*artículo 17"):
        acts.declare_withdrawn(asked(), at=at("2026-04-20T23:59"), reasons=WHY)
    with pytest.raises(LawRefuses, match="motivos"):
        acts.declare_withdrawn(asked(), at=moment, reasons=" ")
    with pytest.raises(LawRefuses, match="no se le pidió completar"):
        acts.declare_withdrawn(in_doubt(), at=moment, reasons=WHY)


def test_with_more_time_the_withdrawal_waits_too():
    more = acts.ask_more_time(asked(), at=at("2026-04-20T10:00"))

    with pytest.raises(LawRefuses, match="miércoles 20 de mayo"):
        acts.declare_withdrawn(more, at=at("2026-05-20T10:00"), reasons=WHY)


def test_no_day_that_passes_ends_anything():
    far = acts.complete(asked(), at=at("2027-03-01T09:00"))

    assert asked().ended is None
    assert far.due_on is not None


# To clarify (article 19)


def test_what_is_not_understood_is_asked_until_the_term_ends():
    late = acts.ask_to_clarify(filed(), at=at("2026-04-09T23:59"), doubt="No dice qué sede es.")

    assert late.waiting is not None
    with pytest.raises(LawRefuses, match=r"venció el jueves 9 de abril.*artículo 19"):
        acts.ask_to_clarify(filed(), at=at("2026-04-10T00:00"), doubt="No dice qué sede es.")
    with pytest.raises(LawRefuses, match="qué no se entiende"):
        acts.ask_to_clarify(filed(), at=at("2026-03-20T09:00"), doubt="")


def test_the_clarification_starts_the_clock_again():
    course = acts.clarify(in_doubt(), at=at("2026-04-08T10:00"))

    assert course.due_on == date(2026, 4, 23)


def test_what_was_not_clarified_is_shelved_by_somebody_and_not_before_time():
    course = acts.shelve(in_doubt(), at=at("2026-04-09T09:00"), reasons=WHY)

    assert course.ended is not None
    assert course.ended.by is Action.SHELVE
    with pytest.raises(LawRefuses, match=r"miércoles 8 de abril de 2026 para aclarar.*artículo 19"):
        acts.shelve(in_doubt(), at=at("2026-04-08T23:59"), reasons=WHY)
    with pytest.raises(LawRefuses, match="por qué se archiva"):
        acts.shelve(in_doubt(), at=at("2026-04-09T09:00"), reasons="no")
    with pytest.raises(LawRefuses, match="no se le pidió aclarar"):
        acts.shelve(asked(), at=at("2026-06-09T09:00"), reasons=WHY)


# Extension (article 14, paragraph)


def test_an_extension_is_told_until_the_last_day_and_reaches_double_the_term():
    course = acts.extend(filed(), at=at("2026-04-09T23:59"), until=date(2026, 4, 30), reason=WHY)

    assert (course.days, course.due_on) == (30, date(2026, 4, 30))


@pytest.mark.parametrize(
    ("kind", "total", "latest"),
    [
        (Kind.INFORMATION, 20, date(2026, 4, 16)),
        (Kind.PETITION, 30, date(2026, 4, 30)),
        (Kind.CONSULTATION, 60, date(2026, 6, 17)),
    ],
)
def test_the_whole_term_is_at_most_double(kind, total, latest):
    course = filed(kind)
    moment = at("2026-03-17T09:00")

    assert acts.last_day_of_extension(course) == latest
    extended = acts.extend(course, at=moment, until=latest, reason=WHY)
    assert extended.days == total
    with pytest.raises(LawRefuses, match=r"no pasar.*artículo 14, parágrafo"):
        acts.extend(course, at=moment, until=HOURS.calendar.add(latest, 1), reason=WHY)


def test_after_expiry_there_is_no_extension():
    with pytest.raises(LawRefuses, match=r"venció el jueves 9 de abril.*artículo 14, parágrafo"):
        acts.extend(filed(), at=at("2026-04-10T00:00"), until=date(2026, 4, 30), reason=WHY)


def test_an_extension_does_not_open_the_door_to_another_after_the_term_of_the_law():
    once = acts.extend(filed(), at=at("2026-04-08T09:00"), until=date(2026, 4, 15), reason=WHY)

    with pytest.raises(LawRefuses, match="venció el jueves 9 de abril"):
        acts.extend(once, at=at("2026-04-13T09:00"), until=date(2026, 4, 20), reason=WHY)


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (date(2026, 4, 9), "posterior al jueves 9 de abril"),
        (date(2026, 3, 20), "posterior al jueves 9 de abril"),
        (date(2026, 4, 11), r"no es un día hábil \(Sábado\)"),
    ],
)
def test_an_extension_names_a_later_business_day(until, words):
    with pytest.raises(LawRefuses, match=words):
        acts.extend(filed(), at=at("2026-04-08T09:00"), until=until, reason=WHY)


def test_an_extension_gives_its_reason():
    with pytest.raises(LawRefuses, match="por qué se necesita más tiempo"):
        acts.extend(filed(), at=at("2026-04-08T09:00"), until=date(2026, 4, 15), reason=" ")


def test_a_clock_that_stands_is_not_extended():
    with pytest.raises(LawRefuses, match="está detenido"):
        acts.extend(asked(), at=at("2026-03-24T09:00"), until=date(2026, 4, 15), reason=WHY)
    with pytest.raises(ValueError, match="nothing to extend"):
        acts.last_day_of_extension(asked())


def test_a_term_of_another_law_is_not_extended_by_this_one():
    congress = filed(Kind.INFORMATION, Requester.LEGISLATOR)

    with pytest.raises(LawRefuses, match=r"Ley 5 de 1992.*no admite prórroga"):
        acts.extend(congress, at=at("2026-03-17T09:00"), until=date(2026, 3, 25), reason=WHY)


# Referral (article 21)


def test_it_is_referred_within_five_days_and_ends_here():
    course = acts.refer(filed(), at=at("2026-03-24T23:59"), to="Secretaría de Salud")

    assert course.ended is not None
    assert (course.ended.by, course.ended.note) == (Action.REFER, "Secretaría de Salud")


def test_a_late_referral_is_made_all_the_same_with_its_explanation():
    late = at("2026-03-25T00:00")
    with pytest.raises(LawRefuses, match=r"venció el martes 24 de marzo.*tarde.*artículo 21"):
        acts.refer(filed(), at=late, to="Secretaría de Salud")

    course = acts.refer(filed(), at=late, to="Secretaría de Salud", why_late=WHY)
    assert course.ended is not None


def test_a_referral_goes_to_somebody():
    with pytest.raises(LawRefuses, match="a qué autoridad"):
        acts.refer(filed(), at=at("2026-03-17T09:00"), to=" ")


# The rest


@pytest.mark.parametrize("course", [filed(), asked(), in_doubt()], ids=["runs", "17", "19"])
def test_the_citizen_withdraws_at_any_time(course):
    gone = acts.withdraw(course, at=at("2026-04-30T09:00"))

    assert gone.ended is not None
    assert gone.ended.by is Action.WITHDRAW


def test_a_rejection_has_a_ground_and_reasons_and_for_what_is_reserved_its_rule():
    moment = at("2026-03-17T09:00")
    ground = RejectionGround.RESERVED

    rule = "Ley 1437 de 2011, artículo 24, numeral 3"
    course = acts.reject(filed(), at=moment, ground=ground, reasons=WHY, rule=rule)

    assert course.ended is not None
    assert course.ended.note == f"{rule}: {WHY}"
    with pytest.raises(LawRefuses, match=r"norma exacta.*artículos 24 y 25"):
        acts.reject(filed(), at=moment, ground=ground, reasons=WHY)
    with pytest.raises(LawRefuses, match=r"motivos del rechazo.*artículo 19"):
        acts.reject(filed(), at=moment, ground=RejectionGround.DISRESPECTFUL, reasons="")
    rude = acts.reject(filed(), at=moment, ground=RejectionGround.DISRESPECTFUL, reasons=WHY)
    assert rude.ended is not None
    assert rude.ended.note == WHY
    for rejected, because in ((course, ground), (rude, RejectionGround.DISRESPECTFUL)):
        assert list(moves_of(rejected))[-1].source == because.source


@pytest.mark.parametrize("ground", PriorityGround)
def test_a_priority_leaves_the_term_as_it_is(ground):
    course = acts.prioritise(filed(), at=at("2026-03-17T09:00"), ground=ground)

    assert course.due_on == filed().due_on
    assert ground.source.startswith("Ley 1437 de 2011, artículo ")
    assert ground.label[0].isupper()


def test_an_annulment_gives_its_reason():
    course = acts.annul(filed(), at=at("2026-03-17T09:00"), reason="Se radicó dos veces")

    assert course.ended is not None
    assert course.ended.by is Action.ANNUL
    with pytest.raises(LawRefuses, match="motivo de la anulación"):
        acts.annul(filed(), at=at("2026-03-17T09:00"), reason="error")


@pytest.mark.parametrize("course", [filed(), asked()], ids=["runs", "waits"])
def test_an_answer_comes_late_or_while_the_office_waits(course):
    assert acts.answer(course, at=at("2026-06-01T09:00")).ended is not None


MOMENT = at("2026-03-19T09:00")


@pytest.mark.parametrize(
    "act",
    [
        lambda it: acts.answer(it, at=MOMENT),
        lambda it: acts.ask_to_complete(it, at=MOMENT, missing="Falta el acta de grado."),
        lambda it: acts.ask_to_clarify(it, at=MOMENT, doubt="No dice qué sede es."),
        lambda it: acts.ask_more_time(it, at=MOMENT),
        lambda it: acts.complete(it, at=MOMENT),
        lambda it: acts.clarify(it, at=MOMENT),
        lambda it: acts.extend(it, at=MOMENT, until=date(2026, 4, 15), reason=WHY),
        lambda it: acts.refer(it, at=MOMENT, to="Secretaría de Salud"),
        lambda it: acts.withdraw(it, at=MOMENT),
        lambda it: acts.declare_withdrawn(it, at=MOMENT, reasons=WHY),
        lambda it: acts.shelve(it, at=MOMENT, reasons=WHY),
        lambda it: acts.reject(it, at=MOMENT, ground=RejectionGround.DISRESPECTFUL, reasons=WHY),
        lambda it: acts.prioritise(it, at=MOMENT, ground=PriorityGround.DANGER),
        lambda it: acts.annul(it, at=MOMENT, reason="Se radicó dos veces"),
    ],
)
def test_what_has_ended_admits_no_act(act):
    with pytest.raises(
        LawRefuses, match=r"respondido el miércoles 18 de marzo.*Norma: "
    ) as refused:
        act(answered())

    assert refused.value.source in str(refused.value)


@pytest.mark.parametrize("ground", RejectionGround)
def test_every_ground_of_a_rejection_has_words_and_an_article(ground):
    assert ground.label[0].isupper()
    assert ground.source.startswith("Ley 1437 de 2011, artículo")
