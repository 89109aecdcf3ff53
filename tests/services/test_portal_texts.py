"""The entity's own words on its portal, and the versions of its notice on personal data."""

import pytest
from sqlalchemy import select

from app import clock
from app.domain.errors import RuleBroken
from app.domain.portal_texts import PortalText
from app.domain.registration import FieldRefused
from app.extensions import db
from app.models import AdministrationChange, DataNotice
from app.services import entities, portal_texts
from app.services.casework import NotAllowed
from tests.support.office import House, open_house


@pytest.fixture
def house(app) -> House:
    return open_house()


def test_own_words_take_the_place_of_those_of_the_product_until_they_are_given_back(house):
    before = house.facts.words("generalidades")

    portal_texts.write(
        PortalText.GENERAL, " Somos la SED.\r\nHola. ", author=house.administrator, now=clock.now()
    )
    assert house.facts.words("generalidades") == "Somos la SED.\nHola."
    portal_texts.write(PortalText.GENERAL, "", author=house.administrator, now=clock.now())

    assert house.facts.words("generalidades") == before
    assert "la Secretaría de Educación de Soa" in before
    assert open_house("VIL").facts.texts == {}
    changes = db.session.scalars(select(AdministrationChange).order_by(AdministrationChange.id))
    assert [(one.before["text"], one.after["text"]) for one in changes] == [
        ("", "Somos la SED.\nHola."),
        ("Somos la SED.\nHola.", ""),
    ]


def test_what_does_not_fit_and_who_may_not_are_refused(house):
    with pytest.raises(FieldRefused, match=r"401 caracteres y caben 400"):
        portal_texts.write(
            PortalText.WELCOME, "x" * 401, author=house.administrator, now=clock.now()
        )
    for act in (
        lambda: portal_texts.write(
            PortalText.WELCOME, "Hola", author=house.coordinator, now=clock.now()
        ),
        lambda: portal_texts.publish_notice("Hola", author=house.coordinator, now=clock.now()),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_new_notice_leaves_the_earlier_ones_as_they_were(house):
    version = portal_texts.publish_notice(
        "Usamos sus datos.", author=house.administrator, now=clock.now()
    )

    assert version == 2
    assert entities.notice_in_force(house.entity.id).text == "Usamos sus datos."
    kept = db.session.scalars(
        select(DataNotice).filter_by(entity_id=house.entity.id).order_by(DataNotice.version)
    ).all()
    assert [(one.version, one.text) for one in kept] == [
        (1, "Cuidamos sus datos."),
        (2, "Usamos sus datos."),
    ]
    with pytest.raises(RuleBroken, match="Es igual al aviso vigente"):
        portal_texts.publish_notice(
            "Usamos sus datos. ", author=house.administrator, now=clock.now()
        )
    with pytest.raises(FieldRefused):
        portal_texts.publish_notice(" ", author=house.administrator, now=clock.now())
