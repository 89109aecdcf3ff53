"""What an entity says in its own words on its public pages, and its notice on personal data."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.domain.errors import RuleBroken
from app.domain.portal_texts import PortalText
from app.domain.registration import FieldRefused
from app.domain.roles import Permission
from app.extensions import db, writing
from app.models import Account, DataNotice, Entity
from app.services import changes
from app.services.casework import NotAllowed
from app.services.filing import readable

LONGEST_NOTICE = 20_000
SUBJECT = "textos"


def of_entity(entity_id: int) -> dict[str, str]:
    """The words that an entity has of its own, by the name of the text, as they are now."""
    return dict(db.session.get_one(Entity, entity_id).texts)


def checked(name: PortalText, words: str) -> str:
    """The words as they are kept; "" gives back those of the product.

    Raises:
        FieldRefused: they are too long for where they stand.
    """
    return _checked(words, name.longest)


def write(name: PortalText, words: str, *, author: Account, now: datetime, shown: str = "") -> None:
    """Say it in the entity's own words from now on; "" gives back those of the product.

    Raises:
        NotAllowed: the author is no administrator.
        FieldRefused: they are too long for where they stand.
        ChangedMeanwhile: they are no longer what the author saw.
    """
    entity_id, text = _check(author), checked(name, words)
    with writing() as session:
        house = session.get_one(Entity, entity_id, with_for_update={"key_share": True})
        before = house.texts.get(name, "")
        changes.check_same(shown, {"words": before})
        kept = {key: value for key, value in house.texts.items() if key != name}
        house.texts = {**kept, name.value: text} if text else kept
        changes.record(
            entity_id=entity_id,
            subject=SUBJECT,
            subject_id=None,
            title=name.label,
            before={"text": before},
            after={"text": text},
            author=author,
            now=now,
        )


def notices(entity_id: int) -> Sequence[DataNotice]:
    """All versions of the notice on personal data, the newest first."""
    return db.session.scalars(
        select(DataNotice).filter_by(entity_id=entity_id).order_by(DataNotice.version.desc())
    ).all()


def checked_notice(words: str) -> str:
    """The notice as it is kept.

    Raises:
        FieldRefused: there is nothing in it, or it is too long.
    """
    text = _checked(words, LONGEST_NOTICE)
    if not text:
        raise FieldRefused("words", "Escriba el aviso: la ley pide que la entidad tenga uno.")
    return text


def publish_notice(words: str, *, author: Account, now: datetime, shown: str = "") -> int:
    """Publish a new version of the notice and return its number. Earlier ones stay as they are,
    with who accepted each (Ley 1581 of 2012, articles 9 and 12).

    Raises:
        NotAllowed: the author is no administrator.
        FieldRefused: there is nothing in it, or it is too long.
        RuleBroken: it is the one in force, word by word.
        ChangedMeanwhile: another version was published since the author saw the last.
    """
    entity_id, text = _check(author), checked_notice(words)
    with writing() as session:
        session.get_one(Entity, entity_id, with_for_update={"key_share": True})
        last = notices(entity_id)[0]
        changes.check_same(shown, {"words": last.text})
        if last.text == text:
            raise RuleBroken("Es igual al aviso vigente: no hay una versión nueva que publicar.")
        notice = DataNotice(
            entity_id=entity_id, version=last.version + 1, text=text, published_at=now
        )
        session.add(notice)
        session.flush()
        changes.record(
            entity_id=entity_id,
            subject=SUBJECT,
            subject_id=notice.id,
            title="Aviso de datos personales",
            before={"version": last.version, "text": last.text},
            after={"version": notice.version, "text": text},
            author=author,
            now=now,
        )
        return notice.version


def _check(author: Account) -> int:
    """The entity whose words the author changes."""
    if not author.may(Permission.ADMINISTER) or author.entity_id is None:
        raise NotAllowed("Solo un administrador cambia los textos del portal.")
    return author.entity_id


def _checked(words: str, longest: int) -> str:
    text = readable(words).strip()
    if len(text) > longest:
        counts = f"Tiene {len(text):,} caracteres y caben {longest:,}.".replace(",", ".")
        raise FieldRefused("words", counts)
    return text
