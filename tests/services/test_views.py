"""Views of the queue that people keep and share."""

import pytest

from app import clock
from app.domain.errors import NotFound
from app.domain.registration import FieldRefused
from app.extensions import db
from app.models import Account
from app.services import views
from app.services.casework import NotAllowed
from tests.support.office import House, open_house
from tests.support.people import at_once


@pytest.fixture
def house(app) -> House:
    return open_house()


def save(account: Account, name: str = "Quejas", query: str = "kind=queja", shared: bool = False):
    views.save(account, name=name, query=query, is_shared=shared, now=clock.now())


def names(account: Account) -> list[str]:
    return [view.name for view in views.seen_by(account)]


def test_a_view_is_kept_for_its_owner(house):
    save(house.official)

    assert names(house.official) == ["Quejas"]
    assert names(house.clerk) == []


def test_a_shared_view_is_the_entity_s_and_no_other_s(house):
    save(house.coordinator, shared=True)

    assert names(house.official) == ["Quejas"]
    assert names(open_house("VIL").official) == []


def test_the_same_name_replaces_it(house):
    save(house.official)
    save(house.official, name="  Quejas ", query="kind=queja&due=hoy")

    [view] = views.seen_by(house.official)
    assert view.query == "kind=queja&due=hoy"


@pytest.mark.parametrize(
    ("name", "query"),
    [("", "kind=queja"), ("x" * 41, "kind=queja"), ("Todo", ""), ("Q", "x" * 401)],
)
def test_what_cannot_be_kept_is_refused(house, name, query):
    with pytest.raises(FieldRefused):
        save(house.official, name=name, query=query)
    assert names(house.official) == []


def test_there_are_not_too_many(house, monkeypatch):
    monkeypatch.setattr(views, "MOST", 2)
    for name in ("Una", "Dos"):
        save(house.official, name=name)

    with pytest.raises(FieldRefused, match="quite alguna"):
        save(house.official, name="Tres")
    save(house.official, name="Dos", query="due=hoy")


@pytest.mark.parametrize("who", ["official", "clerk"])
def test_only_who_distributes_the_work_shares(house, who):
    with pytest.raises(NotAllowed):
        save(getattr(house, who), shared=True)


def test_who_may_take_one_away(house):
    save(house.coordinator, shared=True)
    save(house.official, name="Mía")
    mine, ours = views.seen_by(house.official)
    other = open_house("VIL").administrator

    for person, view in ((house.official, ours), (house.administrator, mine), (other, ours)):
        with pytest.raises(NotFound):
            views.remove(person, view.id)
    views.remove(house.administrator, ours.id)
    views.remove(house.official, mine.id)

    assert names(house.official) == []


def test_two_savings_at_once_keep_one(app, house):
    who = house.official.id

    def keep() -> None:
        save(db.session.get_one(Account, who))

    at_once(app, [keep, keep])

    assert names(house.official) == ["Quejas"]
