"""The first text of an entity's notice on personal data (Ley 1581 of 2012, article 12)."""

from importlib.resources import files

from app.domain.naming import with_article


def notice_text(
    entity: str,
    *,
    helpdesk_address: str = "",
    helpdesk_phone: str = "",
    helpdesk_email: str = "",
    **_other: str,
) -> str:
    """The notice in plain words, with the entity and the ways to reach it that are known."""
    ways = [
        f"acérquese a {helpdesk_address}" if helpdesk_address else "",
        f"llame al {helpdesk_phone}" if helpdesk_phone else "",
        f"escriba a {helpdesk_email}" if helpdesk_email else "",
    ]
    known = [way for way in ways if way]
    contact = f"; también puede: {', o '.join(known)}" if known else ""
    template = files("app.services").joinpath("texts/data_notice.txt").read_text(encoding="utf-8")
    named = with_article(entity)
    return template.format(entity=named[:1].upper() + named[1:], contact=contact).strip()
