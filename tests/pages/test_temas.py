"""The tree of topics and the texts of the portal, in the administrators' room."""

import re

import pytest

from app.extensions import db, writing
from app.models import Topic
from tests.support.client import PageClient, words
from tests.support.office import House, case_of, file_case, open_house
from tests.support.people import add_citizen

TOPICS = "/gestion/administracion/temas"
TEXTS = "/gestion/administracion/textos"
NEW = f"{TOPICS}/nuevo"


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def other(house) -> House:
    return open_house("VIL")


@pytest.fixture
def client(app, house) -> PageClient:
    client: PageClient = app.test_client()
    client.login(house.administrator)
    return client


def topic_of(name: str) -> Topic:
    db.session.rollback()
    return db.session.query(Topic).filter_by(name=name).one()


def test_a_tree_is_made_and_changed_in_its_pages(client, house):
    empty = client.get(TOPICS)
    made = client.submit(NEW, {"name": "Soporte <TI>", "office": str(house.hall.id)})
    root = topic_of("Soporte <TI>").id
    below = client.submit(NEW, {"name": "Correo"}, page=f"{NEW}?bajo={root}")
    one = f"{TOPICS}/{topic_of('Correo').id}"
    again = client.submit(NEW, {"name": "correo", "parent": str(root)})
    too_long = client.submit(
        one, {"kind": "peticion", "term_days": "16", "term_source": "Resolución 12"}
    )
    promised = client.submit(
        one, {"kind": "peticion", "term_days": "5", "term_source": "Resolución 12"}
    )
    moved = client.submit(f"{TOPICS}/{root}", {"parent": one.rpartition("/")[2]})

    assert "Todavía no hay temas" in words(empty)
    assert (made.status_code, below.status_code, promised.status_code) == (303, 303, 303)
    assert (again.status_code, "Ya hay un tema con ese nombre" in words(again)) == (422, True)
    assert 'value="16"' in too_long.text
    assert "prometer menos, pero no más" in words(too_long)
    assert moved.status_code == 422
    tree = words(client.get(TOPICS))
    assert "Soporte <TI> Atención al Ciudadano" in tree
    assert "Correo sin dependencia · solo petición · 5 días hábiles (Resolución 12)" in tree


def test_what_is_filed_under_a_topic_marked_in_its_page_is_reserved(client, house):
    client.submit(NEW, {"name": "Convivencia"})
    topic, citizen = topic_of("Convivencia"), add_citizen(house.entity.id)
    before = file_case(house, citizen, topic_id=topic.id)

    saved = client.submit(f"{TOPICS}/{topic.id}", {"is_sensitive": "y"})
    after = file_case(house, citizen, topic_id=topic.id)

    assert saved.status_code == 303
    assert "Convivencia sin dependencia · reservado" in words(client.get(TOPICS))
    assert [case_of(one).is_sensitive for one in (before, after)] == [False, True]


def test_what_was_used_is_not_taken_away_and_what_was_not_is(client, house):
    with writing() as session:
        session.add_all(Topic(entity_id=house.entity.id, name=name) for name in ("A", "B"))
    file_case(house, add_citizen(house.entity.id), topic_id=topic_of("A").id)
    used, spare = (f"{TOPICS}/{topic_of(name).id}" for name in ("A", "B"))

    assert "Quitar este tema" not in words(client.get(used))
    csrf = {"csrf_token": client.csrf(used)}
    refused = client.post(f"{used}/quitar", data=csrf)
    gone = client.submit(f"{spare}/quitar", page=spare)

    assert refused.status_code == 409
    assert "Desactívelo para que no se ofrezca más" in words(refused)
    assert gone.status_code == 303
    assert client.get(spare).status_code == 404
    assert client.submit(used, {"name": "A"}).status_code == 303


@pytest.mark.on("sqlite")
def test_the_tree_and_the_texts_are_of_one_entity_and_of_its_administrators(app, house, other):
    with writing() as session:
        session.add(Topic(entity_id=house.entity.id, name="Mío"))
    one = f"{TOPICS}/{topic_of('Mío').id}"
    stranger, coordinator = app.test_client(), app.test_client()
    stranger.login(other.administrator)
    coordinator.login(house.coordinator)

    assert "Mío" not in words(stranger.get(TOPICS))
    token = {"csrf_token": stranger.csrf(TOPICS), "name": "Robado"}
    assert stranger.get(one).status_code == 404
    assert stranger.post(one, data=token).status_code == 404
    assert stranger.post(f"{one}/quitar", data=token).status_code == 404
    for path in (TOPICS, NEW, one, TEXTS, f"{TEXTS}/bienvenida", f"{TEXTS}/aviso"):
        assert coordinator.get(path).status_code == 404
    assert topic_of("Mío").name == "Mío"


def test_the_entity_speaks_in_its_own_words_and_goes_back(client, house):
    page, typed = f"{TEXTS}/bienvenida", 'Hola <script>x</script> & "https://sed.example/a".'
    token = client.csrf(page)

    seen = client.post(page, data={"csrf_token": token, "words": typed, "preview": "1"})
    long = client.post(page, data={"csrf_token": token, "words": "x" * 401})
    before = words(client.get("/"))
    saved = client.submit(page, {"words": typed})
    home = client.get("/")
    restored = client.submit(f"{page}/restaurar", page=page)

    assert "Todavía no se ha guardado" in words(seen)
    assert (long.status_code, "401 caracteres" in words(long)) == (422, True)
    assert "Radique peticiones" in before
    assert (saved.status_code, restored.status_code) == (303, 303)
    assert "Hola <script>x</script> &" in words(home)
    assert 'href="https://sed.example/a"' in home.text
    assert "Radique peticiones" in words(client.get("/"))
    assert client.get(f"{TEXTS}/otro").status_code == 404


def test_a_new_version_of_the_notice_is_published_beside_the_old_ones(client, house):
    page = f"{TEXTS}/aviso"

    same = client.submit(page)
    empty = client.submit(page, {"words": " "})
    done = client.submit(page, {"words": "Usamos sus datos."})

    assert (same.status_code, empty.status_code, done.status_code) == (409, 422, 303)
    assert "Versión 2" in words(client.get("/datos-personales"))
    kept = words(client.get(page))
    assert len(re.findall(r"Versión \d, del", kept)) == 2
    assert "Cuidamos sus datos." in kept
