"""A year of an office, lived in order: what each person did, at hours at which people do it."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from functools import partial
from io import BytesIO
from itertools import count
from random import Random
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import select

from app.domain.calendar import OFFICE
from app.domain.person import PersonKind
from app.domain.requerimiento import Channel, Kind
from app.domain.telling import Untold
from app.extensions import db
from app.models import Account, Message, Requerimiento
from app.services import cases, casework, filing, legal, undelivered
from app.services.casework import Writing
from app.services.demo import law, sensitive
from app.services.demo.cast import AT_SCHOOLS
from app.services.demo.papers import paper
from app.services.demo.stories import Story, reminder, stories
from app.services.entities import EntityFacts
from app.services.filing import Dictation, Filing
from app.services.legal import Sender
from app.services.storage import Store, StoredFile
from app.services.tokens import Signer, random_secret
from app.services.undelivered import Medium

# Business days from today on which something open falls due, so that the queue has its colours.
DUE_SOON = (0, 0, 1, 1, 2, 3, 4, 5)
LATELY = timedelta(days=30)
SHARE_LATELY = 0.35
DUPLICATE = "Radicado por duplicado: el ciudadano envió dos veces la misma solicitud."
OPENS, CLOSES = 8, 17  # office hours


class Fate(Enum):
    """How far a requerimiento gets, unless today comes first."""

    NEW = auto()
    ANNULLED = auto()
    ASSIGNED = auto()
    STARTED = auto()
    FORGOTTEN = auto()
    LATE = auto()
    ANSWERED = auto()
    CLOSED = auto()


# Chances in a hundred, for those whose term has ended and for those in time.
PAST = {
    Fate.CLOSED: 77,
    Fate.LATE: 11,
    Fate.ANSWERED: 6,
    Fate.FORGOTTEN: 4,
    Fate.ANNULLED: 2,
}
PRESENT = {
    Fate.CLOSED: 35,
    Fate.STARTED: 30,
    Fate.ASSIGNED: 22,
    Fate.NEW: 10,
    Fate.ANNULLED: 3,
}
CHANNELS = {Channel.WEB: 82, Channel.IN_PERSON: 10, Channel.PHONE: 5, Channel.LETTER: 3}


class Desk(NamedTuple):
    """Where a topic is attended to."""

    topic_id: int
    office_id: int


@dataclass(frozen=True)
class Team:
    """Who works in an entity, and the desk of each topic."""

    facts: EntityFacts
    coordinator: Account
    clerks: Sequence[Account]
    officials: Sequence[Account]
    desks: Mapping[str, Desk]
    # The trámite of the catalogue that each topic has, if it has one.
    procedures: Mapping[str, int]


@dataclass
class Case:
    """A requerimiento of the demo; it has its radicado once it was filed."""

    story: Story
    team: Team
    desk: Desk
    official: Account
    channel: Channel
    citizen: Account | None = None
    visitor: dict[str, Any] | None = None
    radicado: str = ""


def _procedure_of(case: Case) -> int | None:
    """What the case asks for from the catalogue, if it asks for a trámite."""
    if case.story.kind is not Kind.PROCEDURE:
        return None
    return case.team.procedures.get(case.story.topic)


class Diary:
    """What is going to happen, by moment. Nothing happens after `now`."""

    def __init__(
        self,
        store: Store,
        now: datetime,
        random: Random,
        citizens: Sequence[Account],
        visitors: Sequence[dict[str, Any]],
    ) -> None:
        self._store = store
        self._now = now
        self._random = random
        people = [person for person in citizens if person.person_kind is PersonKind.NATURAL]
        self._companies = [person for person in citizens if person not in people]
        self._schools = [people[0], *people[-AT_SCHOOLS:]]
        self._families = people[:-AT_SCHOOLS]
        self._visitors = list(visitors)
        self._pages: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = count()

    def plan(self, team: Team, number: int, *, since: datetime) -> None:
        """Plan so many requerimientos of an entity, some of which fall due from today on."""
        for ahead in DUE_SOON:
            case = self._new_case(team, Channel.WEB)
            fate = self._random.choice((Fate.STARTED, Fate.ASSIGNED))
            self._plan_case(case, self._received_to_fall_due(case, ahead), fate)
        for course in law.COURSES:
            self._plan_course(team, course)
        guarded = [told for told in sensitive.FILINGS if told.topic in team.desks]
        for _ in range(number - len(DUE_SOON) - len(law.COURSES) - len(guarded)):
            case = self._new_case(team, self._drawn(CHANNELS))
            lately = self._random.random() < SHARE_LATELY
            filed = self._reception(case, self._now - LATELY if lately else since)
            due_on = team.facts.deadline(case.story.kind, filed).due_on
            fate = self._drawn(PAST if due_on < self._now.date() else PRESENT)
            self._plan_case(case, filed, fate)
        for told in guarded:
            moment = self._business_days_ago(team, told.received)
            self._at(moment, partial(self._file_sensitive, team, told))

    def live(self) -> None:
        """Do it all, in order."""
        while self._pages:
            moment, _, act = heapq.heappop(self._pages)
            act(moment)

    # Planning

    def _plan_case(self, case: Case, filed: datetime, fate: Fate) -> None:
        self._at(filed, lambda now: self._file(case, now))
        if fate is Fate.NEW:
            return
        met = self._work_hour(case.team, filed, self._random.choice((0, 0, 1)))
        if fate is Fate.ANNULLED:
            self._at(met, lambda now: self._annul(case, now))
            return
        self._at(met, lambda now: self._assign(case, now))
        if fate is Fate.ASSIGNED:
            return
        started = self._work_hour(case.team, met, self._random.randint(0, 2))
        self._at(started, lambda now: self._start(case, now))
        talked = self._plan_talk(case, started)
        due_on = case.team.facts.deadline(case.story.kind, filed).due_on
        if fate is Fate.FORGOTTEN:
            reminded = self._evening(due_on + timedelta(days=self._random.randint(1, 3)))
            self._at(reminded, lambda now: self._remind(case, now))
        elif fate is not Fate.STARTED:
            self._plan_end(case, fate, talked, due_on)

    def _plan_course(self, team: Team, course: law.Course) -> None:
        """Plan a case in which the law has the office do something."""
        while True:
            case = self._new_case(team, Channel.WEB)
            # Each has a citizen of its own who gets mail, so that the letters are there to be read.
            if case.story.kind in course.kinds and case.citizen and case.citizen.notify_by_email:
                break
        filed = self._business_days_ago(team, course.received)
        self._plan_case(case, filed, Fate.ASSIGNED)
        for days, act in course.acts:
            moment = self._work_hour(team, filed, days)
            self._at(moment, partial(self._act, case, case.citizen, act))

    def _act(self, case: Case, citizen: Account, act: law.Act, now: datetime) -> None:
        who = law.Parties(case.radicado, citizen, case.official, case.team.coordinator)
        act(who, now)

    def _plan_talk(self, case: Case, started: datetime) -> datetime:
        """Plan what is said on the way; the moment of the last word."""
        story, last = case.story, started
        if story.note:
            last = self._work_hour(case.team, last, self._random.randint(0, 1))
            self._at(last, lambda now: self._note(case, now))
        if story.message:
            last = self._work_hour(case.team, last, self._random.randint(0, 1))
            self._at(last, lambda now: self._message(case, now))
        if story.message and story.contribution:
            last = self._evening(last.date() + timedelta(days=self._random.randint(1, 2)))
            self._at(last, lambda now: self._contribute(case, now))
        return last

    def _plan_end(self, case: Case, fate: Fate, talked: datetime, due_on: date) -> None:
        calendar = case.team.facts.calendar
        if fate is Fate.LATE:
            day = calendar.add(due_on, self._random.randint(1, 8))
            answered = self._hour_of(day, OPENS, CLOSES)
        else:
            left = calendar.count(talked.date(), due_on)
            answered = self._work_hour(case.team, talked, self._random.randint(0, left))
        self._at(answered, lambda now: self._answer(case, now))
        if self._random.random() < 0.7:
            read = self._evening(answered.date() + timedelta(days=self._random.randint(1, 3)))
            self._at(read, lambda now: self._read_answer(case, now))
        if fate is not Fate.ANSWERED:
            closed = self._work_hour(case.team, answered, self._random.randint(5, 10))
            self._at(closed, lambda now: self._close(case, now))

    def _new_case(self, team: Team, channel: Channel) -> Case:
        told = [story for story in stories() if story.topic in team.desks]
        story = self._random.choice(told).told(self._random)
        desk = team.desks[story.topic]
        near = [person for person in team.officials if person.office_id == desk.office_id]
        official = self._random.choice(near or [team.coordinator])
        case = Case(story, team, desk, official, channel)
        at_counter = channel is not Channel.WEB
        if (
            at_counter
            and story.teller != "colegio"
            and self._visitors
            and self._random.random() < 0.5
        ):
            case.visitor = self._visitors.pop()
        elif story.teller == "organización" and self._random.random() < 0.6:
            case.citizen = self._random.choice(self._companies)
        else:
            tellers = self._schools if story.teller == "colegio" else self._families
            case.citizen = self._random.choice(tellers)
        return case

    def _at(self, moment: datetime, act: Callable[[datetime], None]) -> None:
        if moment <= self._now:
            heapq.heappush(self._pages, (moment, next(self._order), act))

    # Moments

    def _reception(self, case: Case, since: datetime) -> datetime:
        """When something comes in: on line at any hour, at the counter in office hours."""
        while True:
            span = (self._now - since).total_seconds()
            day = (since + timedelta(seconds=self._random.uniform(0, span))).date()
            if case.channel is Channel.WEB:
                moment = self._hour_of(day, 6, 22)
            elif case.team.facts.calendar.is_business_day(day):
                moment = self._hour_of(day, OPENS, CLOSES)
            else:
                continue
            if since <= moment <= self._now:
                return moment

    def _received_to_fall_due(self, case: Case, ahead: int) -> datetime:
        """A moment such that the answer is due `ahead` business days from today."""
        facts, received = case.team.facts, self._now.date()
        due_on = facts.calendar.add(received - timedelta(days=1), 1 + ahead)
        while True:
            received -= timedelta(days=1)
            moment = self._hour_of(received, OPENS, CLOSES - 1)
            is_open = facts.calendar.is_business_day(received)
            if is_open and facts.deadline(case.story.kind, moment).due_on == due_on:
                return moment

    def _business_days_ago(self, team: Team, days: int) -> datetime:
        """The morning of a business day so many business days before today."""
        day = self._now.date()
        while days:
            day -= timedelta(days=1)
            days -= team.facts.calendar.is_business_day(day)
        return self._hour_of(day, OPENS, OPENS + 2)

    def _work_hour(self, team: Team, after: datetime, days: int) -> datetime:
        """An office hour so many business days after a moment; 0 is the same day if it can be."""
        calendar, day = team.facts.calendar, after.date()
        open_still = calendar.is_business_day(day) and after.hour < CLOSES - 1
        if days == 0 and open_still:
            return self._hour_of(day, max(after.hour + 1, OPENS), CLOSES)
        return self._hour_of(calendar.add(day, max(days, 1)), OPENS, CLOSES)

    def _evening(self, day: date) -> datetime:
        return self._hour_of(day, 17, 22)

    def _hour_of(self, day: date, opens: int, closes: int) -> datetime:
        """A moment of the day from one hour up to another."""
        seconds = self._random.randrange(opens * 3600, closes * 3600)
        return datetime.combine(day, time(), OFFICE) + timedelta(seconds=seconds)

    def _drawn(self, chances: dict[Any, int]) -> Any:
        return self._random.choices(list(chances), list(chances.values()))[0]

    # What people do

    def _file(self, case: Case, now: datetime) -> None:
        what = Filing(
            kind=case.story.kind,
            body=case.story.body,
            submission=uuid4().hex,
            topic_id=case.desk.topic_id,
            procedure_id=_procedure_of(case),
            files=self._papers(case.story.files, "", f"Aportado sobre: {case.story.topic}."),
        )
        entity = case.team.facts
        if case.channel is Channel.WEB and case.citizen is not None:
            case.radicado = filing.file(what, citizen=case.citizen, entity=entity, now=now)
            return
        filed = filing.file_at_counter(
            what,
            clerk=self._random.choice(case.team.clerks),
            entity=entity,
            channel=case.channel,
            citizen_id=case.citizen.id if case.citizen else None,
            person=case.visitor,
            claim_by="codigo",
            signer=Signer(random_secret()),  # nobody is given the codes of the demo
            dictation=Dictation(is_confirmed=True),
            now=now,
        )
        case.radicado = filed.radicado
        case.citizen = db.session.get_one(Account, filed.citizen_id)

    def _file_sensitive(self, team: Team, told: sensitive.Told, now: datetime) -> None:
        """File what few may read. Of what accuses nobody, the desk of its topic takes charge."""
        desk = team.desks[told.topic]
        what = Filing(
            kind=told.kind,
            body=told.body,
            submission=uuid4().hex,
            topic_id=desk.topic_id,
            about_minor=told.about_minor,
            accused=told.accused,
        )
        citizen = self._families[1]
        radicado = filing.file(what, citizen=citizen, entity=team.facts, now=now)
        near = [person for person in team.officials if person.office_id == desk.office_id]
        if near and not told.accused:
            casework.start(radicado, author=near[0], now=now)

    def _annul(self, case: Case, now: datetime) -> None:
        by = Sender(author=case.team.coordinator, now=now, submission=uuid4().hex)
        legal.annul(case.radicado, reason=DUPLICATE, by=by)

    def _assign(self, case: Case, now: datetime) -> None:
        casework.assign(
            case.radicado,
            author=case.team.coordinator,
            office_id=case.desk.office_id,
            assignee_id=case.official.id,
            now=now,
        )

    def _start(self, case: Case, now: datetime) -> None:
        casework.start(case.radicado, author=case.official, now=now)

    def _note(self, case: Case, now: datetime) -> None:
        words = self._words(case.story.note)
        casework.note(case.radicado, words, author=case.official, now=now)

    def _message(self, case: Case, now: datetime) -> None:
        words = self._words(case.story.message)
        casework.write_to_citizen(case.radicado, words, author=case.official, now=now)

    def _contribute(self, case: Case, now: datetime) -> None:
        files = self._papers(case.story.contribution_files, "", "Aportado por el ciudadano.")
        self._say(case, case.story.contribution, files, now)

    def _remind(self, case: Case, now: datetime) -> None:
        self._say(case, reminder(self._random), [], now)

    def _say(self, case: Case, body: str, files: Sequence[StoredFile], now: datetime) -> None:
        """The citizen writes; who has not completed the account cannot."""
        if case.citizen is not None and case.citizen.is_complete:
            words = self._words(body, files)
            casework.contribute(case.radicado, words, author=case.citizen, now=now)

    def _answer(self, case: Case, now: datetime) -> None:
        files = self._papers(case.story.answer_files, case.team.facts.name, case.story.answer)
        words = self._words(case.story.answer, files)
        casework.answer(case.radicado, words, author=case.official, now=now)

    def _read_answer(self, case: Case, now: datetime) -> None:
        if case.citizen is not None and case.citizen.is_complete:
            said = db.session.execute(
                select(Message.requerimiento_id, Message.id)
                .join(Message.requerimiento)
                .where(Requerimiento.radicado == case.radicado)
            ).all()
            cases.mark_opened(said[0][0], [number for _, number in said], now)

    def _close(self, case: Case, now: datetime) -> None:
        self._tell(case, now)
        casework.close(case.radicado, author=case.team.coordinator, now=now)

    def _tell(self, case: Case, now: datetime) -> None:
        """Whoever gets no mail is called before the case is filed away."""
        query = select(Requerimiento.untold).filter_by(radicado=case.radicado)
        if db.session.scalar(query) is Untold.NO_MAIL:
            undelivered.notify(
                case.radicado,
                self._words("Se le leyó la respuesta por teléfono y pidió copia en la ventanilla."),
                medium=Medium.PHONE,
                on=now.date(),
                author=case.official,
                now=now,
            )

    def _words(self, body: str, files: Sequence[StoredFile] = ()) -> Writing:
        return Writing(body=body, submission=uuid4().hex, files=files)

    def _papers(self, names: Sequence[str], head: str, text: str) -> list[StoredFile]:
        return [self._store.add(name, BytesIO(paper(name, head, text))) for name in names]
