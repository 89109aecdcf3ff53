"""Synthetic cases by the million, for measuring: the columns are those that `filing` writes.

It is meant for a database without cases of its own: numbers go on from the entity's counters, so
old dates would follow new ones.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from uuid import uuid4

from sqlalchemy import text

from app.domain.errors import RuleBroken
from app.domain.requerimiento import Kind
from app.extensions import db, writing
from app.models import Account
from app.services import casework, filing
from app.services.casework import Writing
from app.services.entities import Directory
from app.services.seed.cases import add_cases, moments
from app.services.seed.people import Scene, set_scene

BATCH = 20_000
CASES_PER_CITIZEN = 5
MESSAGES = 20  # of the case that is returned


def fill(
    cases: int, *, now: datetime, progress: Callable[[int], object] = lambda _count: None
) -> str:
    """Add so many cases to the default entity; the radicado of one with `MESSAGES` messages.

    `progress` is told how many more are there. Each batch is a transaction of its own.

    Raises:
        RuleBroken: there is no entity yet.
    """
    facts = Directory(default_reading=1).default(now)
    if facts is None:
        raise RuleBroken("Primero cree una entidad con «flask --app wsgi init».")
    random = Random(1990)
    with writing() as session:
        scene = set_scene(session, facts, max(1, cases // CASES_PER_CITIZEN), random, now)
    received = moments(facts, cases - 1, now)
    for start in range(0, len(received), BATCH):
        batch = received[start : start + BATCH]
        with writing() as session:
            add_cases(session, scene, batch, random, now)
        progress(len(batch))
    known = _file_known_case(scene, now)
    progress(1)
    if db.engine.dialect.name == "postgresql":  # as its own housekeeping does after a while
        with writing() as session:
            session.execute(text("ANALYZE"))
    return known


def _file_known_case(scene: Scene, now: datetime) -> str:
    """One case as people make it, whose page the benchmarks open."""
    desk = scene.desks[0]
    with writing() as session:
        citizen = session.get_one(Account, scene.citizens[0])
        official = session.get_one(Account, desk.officials[0])
        what = filing.Filing(
            kind=Kind.PETITION,
            body="Pido un cupo para mi hija en un colegio más cercano.",
            submission=uuid4().hex,
            topic_id=desk.topic_id,
        )
        radicado = filing.file(what, citizen=citizen, entity=scene.facts, now=now)
        casework.assign(
            radicado,
            author=session.get_one(Account, scene.coordinator),
            office_id=desk.office_id,
            assignee_id=official.id,
            now=now,
        )
        for number in range(1, MESSAGES // 2 + 1):
            asked = Writing(body=f"Pregunta {number} de la oficina.", submission=uuid4().hex)
            casework.write_to_citizen(radicado, asked, author=official, now=now)
            said = Writing(body=f"Respuesta {number} del ciudadano.", submission=uuid4().hex)
            casework.contribute(radicado, said, author=citizen, now=now)
    return radicado
