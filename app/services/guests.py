"""Filing and following without an account (L6): with one's name, or with none.

Who files so is an account that nobody can enter: it has no password. What opens their case is its
radicado with a key of easy words, shown until it was typed once and kept only as a slow hash. For
an anonymous filing nothing is kept that tells who or where: no name, no address, no browser.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.access_key import new_key, normalise_key
from app.domain.person import PersonKind, display_document
from app.domain.radicado import normalise_radicado
from app.domain.registration import FieldRefused, PersonData, problems
from app.extensions import db, writing
from app.models import AccessKey, Account, Requerimiento
from app.services import attempts, filing, hashing, sessions
from app.services.entities import EntityFacts
from app.services.filing import Filing
from app.services.tokens import Signer, digest_of

ACCESS_KEY = "access-key"
# By radicado and from wherever: an address would tell where an anonymous person is. A key has 55
# bits, so a year of these tries finds one in 30,000 million; fewer would let anybody who knows the
# radicado keep its owner out. What one address may send is counted in memory (`citizen.guest`).
TRIES = attempts.Limit(300, timedelta(hours=1))
TRIES_SLOW = attempts.Limit(3000, timedelta(days=1))
PREFIX = "sin-cuenta-"


@dataclass(frozen=True)
class GuestFiling:
    """What was filed, and the key that opens it."""

    radicado: str
    key: str


def file(
    what: Filing, *, person: PersonData | None, entity: EntityFacts, signer: Signer, now: datetime
) -> GuestFiling:
    """File without an account, anonymously if there is no `person`. All of it is kept, or none;
    the same form sent twice files once, and gives the same key.

    Raises:
        FieldRefused: a datum of the person cannot be accepted.
        RuleBroken: as `filing.file`.
    """
    if person is not None:
        for name, sentence in problems(person, complete=False).items():
            raise FieldRefused(name, sentence)
    name = name_of(what)
    key = key_of(name, signer)
    key_hash = hashing.hash_password(normalise_key(key))
    with writing() as session:
        guest = _guest(what.submission, person, now)
        radicado = filing.file(
            replace(what, submission=digest_of(name)[:36]), citizen=guest, entity=entity, now=now
        )
        case_id = session.scalars(select(Requerimiento.id).filter_by(radicado=radicado)).one()
        if session.get(AccessKey, case_id) is None:
            session.add(AccessKey(requerimiento_id=case_id, key_hash=key_hash, created_at=now))
    return GuestFiling(radicado, key)


def key_of(name: str, signer: Signer) -> str:
    """The key of a filing, made of what only the form that filed it knows, and not kept: it can
    be shown again in that browser until it was typed."""
    number = int(signer.digest(ACCESS_KEY, name), 16)

    def draw(count: int) -> int:
        nonlocal number
        number, place = divmod(number, count)
        return place

    return new_key(draw)


def name_of(what: Filing) -> str:
    """What `key_of` makes the key from."""
    return filing.name_of(
        what.submission, what.kind, filing.checked_body(what.body), *filing.digests(what.files)
    )


def enter(radicado: str, key: str, *, now: datetime) -> tuple[Account, str] | None:
    """Open the case with its key: who filed it, and the secret of a session. None: they do not
    belong together, and never why.

    Raises:
        Throttled: too many tries with that radicado.
    """
    code = normalise_radicado(radicado)[:40]
    counted = "key:" + digest_of(code)[: attempts.SHORT]
    attempts.reserve(counted, TRIES, TRIES_SLOW, now=now)
    found = db.session.execute(
        select(AccessKey.key_hash, Requerimiento.citizen_id)
        .join(Requerimiento, Requerimiento.id == AccessKey.requerimiento_id)
        .where(Requerimiento.radicado == code)
    ).first()
    matches = hashing.verify(found.key_hash if found else None, normalise_key(key[:200]))
    if found is None or not matches:
        return None
    with writing() as session:
        attempts.clear(counted)
        guest = session.get_one(Account, found.citizen_id)
        return guest, sessions.start(guest, device="", now=now)


def _guest(submission: str, person: PersonData | None, now: datetime) -> Account:
    """The account of whoever sent that form, locked; two sendings at once make one."""
    username = PREFIX + digest_of(submission)[:20]
    dialect = db.session.get_bind().dialect.name
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(Account)
    db.session.execute(
        insert.values(
            username=username, created_at=now, is_guest=True, **_told(person)
        ).on_conflict_do_nothing(index_elements=["username"])
    )
    return db.session.scalars(select(Account).filter_by(username=username)).one()


def _told(person: PersonData | None) -> dict[str, object]:
    """What is kept of the person: what they said of themselves, or nothing."""
    if person is None:
        return {"first_names": "Persona", "surnames": "anónima"}
    document = ""
    if person.document_type is not None:
        document = display_document(person.document_type, person.document_number)
    return {
        "person_kind": person.person_kind or PersonKind.NATURAL,
        "stated_document": document,
        "first_names": person.first_names,
        "surnames": person.surnames,
        "legal_name": person.legal_name,
        "email": person.email,
        "phone": person.phone,
        "address": person.address,
        "municipality": person.municipality,
        "notify_by_email": person.notify_by_email,
    }
