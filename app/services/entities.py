"""Reading the entities and what they decide: kept in memory, since every page asks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from app.domain.calendar import OFFICE, Calendar, Closure, Lifting
from app.domain.course import Course, follow
from app.domain.deadline import Deadline, OfficeHours, Reading, deadline_for
from app.domain.divipola import municipalities
from app.domain.naming import with_article
from app.domain.portal_texts import PortalText
from app.domain.requerimiento import Kind
from app.domain.terms import Promise, promised, term_for
from app.domain.topics import Branch, in_order
from app.extensions import db, writing
from app.models import DataNotice, Entity, Office, Suspension, Topic

# Another process may change an entity: what is remembered is believed this long.
MEMORY = timedelta(seconds=10)


@dataclass(frozen=True)
class EntityFacts:
    """What pages and rules read of an entity, free of the database session."""

    id: int
    name: str
    short_name: str
    prefix: str
    municipality: str
    municipality_name: str
    is_default: bool
    is_active: bool
    portal_url: str
    men_url: str
    helpdesk_address: str
    helpdesk_phone: str
    helpdesk_email: str
    helpdesk_hours: str
    hours: OfficeHours
    texts: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def named(self) -> str:
        """The name within a sentence: «la Secretaría de Educación de Soacha»."""
        return with_article(self.name)

    @property
    def calendar(self) -> Calendar:
        """The entity's business days."""
        return self.hours.calendar

    def words(self, name: str) -> str:
        """What the entity says there: its own words, or those of the product."""
        text = PortalText(name)
        return self.texts.get(text) or text.default.replace("{entidad}", self.named)

    def course(self, kind: Kind, received_at: datetime, promise: Promise | None = None) -> Course:
        """The course of what is received at that moment, before anything happens to it."""
        term = promised(term_for(kind, received_at.date()), promise)
        return follow(received_at, term, self.hours)

    def deadline(self, kind: Kind, received_at: datetime) -> Deadline:
        """When the answer to what is received at that moment is due."""
        return deadline_for(received_at, self.course(kind, received_at).days, self.hours)


_OFFICES = (
    select(Office)
    .where(Office.entity_id == bindparam("entity_id"), Office.is_active)
    .order_by(Office.name)
)


class Directory:
    """The entities of an installation. One per application."""

    def __init__(self, default_reading: int) -> None:
        self._default_reading = default_reading
        self._facts: dict[int, EntityFacts] = {}
        self._read_at: datetime | None = None

    def all(self, now: datetime) -> list[EntityFacts]:
        """The active entities, the default one first."""
        if self._read_at is None or not timedelta(0) <= now - self._read_at < MEMORY:
            self._facts = {facts.id: facts for facts in self._load()}
            self._read_at = now
        return [facts for facts in self._facts.values() if facts.is_active]

    def default(self, now: datetime) -> EntityFacts | None:
        """The entity that is not asked for; None before `flask init`."""
        return next(iter(self.all(now)), None)

    def get(self, entity_id: int, now: datetime) -> EntityFacts | None:
        """An entity by its id, also one that receives nothing more: its cases are still read. One
        that another process made meanwhile is looked for before it is said that there is none."""
        self.all(now)
        if entity_id not in self._facts:
            self.forget()
            self.all(now)
        return self._facts.get(entity_id)

    def remembered(self) -> EntityFacts | None:
        """The default entity as it was last read, for when the database cannot be asked."""
        return next(iter(self._facts.values()), None)

    def forget(self) -> None:
        """Read again at the next question, after a change."""
        self._read_at = None

    def _load(self) -> list[EntityFacts]:
        closed: dict[int, list[Closure]] = {}
        for row in db.session.scalars(select(Suspension).order_by(Suspension.first)):
            closed.setdefault(row.entity_id, []).extend(closures((row,)))
        rows = db.session.scalars(select(Entity).order_by(Entity.is_default.desc(), Entity.name))
        return [self._facts_of(entity, closed.get(entity.id, ())) for entity in rows]

    def _facts_of(self, entity: Entity, closed: Sequence[Closure]) -> EntityFacts:
        place = municipalities().get(entity.municipality)
        return EntityFacts(
            id=entity.id,
            name=entity.name,
            short_name=entity.short_name,
            prefix=entity.prefix,
            municipality=entity.municipality,
            municipality_name=place.name if place else "",
            is_default=entity.is_default,
            is_active=entity.is_active,
            portal_url=entity.portal_url,
            men_url=entity.men_url,
            helpdesk_address=entity.helpdesk_address,
            helpdesk_phone=entity.helpdesk_phone,
            helpdesk_email=entity.helpdesk_email,
            helpdesk_hours=entity.helpdesk_hours,
            texts=entity.texts,
            hours=OfficeHours(
                calendar=Calendar(tuple(closed), entity.saturday_counts),
                reading=Reading(entity.reading or self._default_reading),
                closes_at=entity.closes_at,
            ),
        )


def calendar_now(entity: Entity) -> Calendar:
    """The entity's calendar as it stands in this transaction, for whoever decides by it."""
    query = select(Suspension).filter_by(entity_id=entity.id).order_by(Suspension.first)
    return Calendar(tuple(closures(db.session.scalars(query))), entity.saturday_counts)


def closures(rows: Iterable[Suspension]) -> Iterator[Closure]:
    """The days that suspensions close, each with when it became known and how it was lifted."""
    for row in rows:
        yield Closure(row.first, row.last, row.reason, row.act, row.ordered_at, _lifting(row))


def _lifting(row: Suspension) -> Lifting | None:
    if row.lifted_on is None:
        return None
    # Of one that was lifted before the moment was kept, the day before is known.
    eve = datetime.combine(row.lifted_on, time(), OFFICE) - timedelta(seconds=1)
    return Lifting(row.lifted_at or eve, row.lifted_on, row.lifting_act)


def create(*, notice: str, now: datetime, **values: Any) -> Entity:
    """Add an entity with the first version of its data notice. The first one is the default."""
    with writing() as session:
        is_first = session.scalar(select(Entity.id).limit(1)) is None
        entity = Entity(is_default=is_first, **values)
        session.add(entity)
        session.flush()
        session.add(DataNotice(entity_id=entity.id, version=1, text=notice, published_at=now))
    return entity


def notice_in_force(entity_id: int) -> DataNotice:
    """The newest version of the entity's data notice."""
    return db.session.scalars(
        select(DataNotice)
        .where(DataNotice.entity_id == entity_id)
        .order_by(DataNotice.version.desc())
        .limit(1)
    ).one()


def offices(entity_id: int) -> list[Office]:
    """The active offices of an entity by name."""
    return list(db.session.scalars(_OFFICES, {"entity_id": entity_id}))


def topics(entity_id: int, *, public_only: bool) -> list[Topic]:
    """The topics a requerimiento can be filed under, in the order of their tree."""
    return [branch.topic for branch in offered(entity_id, public_only=public_only)]


def offered(entity_id: int, *, public_only: bool) -> list[Branch[Topic]]:
    """The same in their places. A topic that is not in use, or not public, hides all that hangs
    from it."""
    rows = db.session.scalars(select(Topic).filter_by(entity_id=entity_id))
    return [
        branch
        for branch in in_order(rows)
        if branch.is_open and (branch.is_public or not public_only)
    ]
