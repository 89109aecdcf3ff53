"""What the letters say, in both of their parts."""

import re
from datetime import date, datetime
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path

import pytest
import time_machine
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError, select_autoescape

from app.config import ROOT
from app.domain.calendar import OFFICE
from app.services.letters import FACTS, NOTICES, Letter, Letterhead, Writer, check_facts
from app.services.tokens import RECOVERY, STOP_NOTICES, Signer
from app.worker import run_once
from tests.support.office import file_case, open_house
from tests.support.people import add_citizen

BASE = "https://sac.example.gov.co"
SIGNER = Signer("k" * 40)
MAIL = ROOT / "templates" / "mail"
SHELLS = {"base", "letter"}
EVERYTHING = {
    "head_on": date(2026, 11, 24),
    "today_on": date(2026, 11, 24),
    "summary": "1 sin responder que ya vencieron y 2 que vencen hoy",
    "rows": [["SOA2026ER000001", "Petición: vence hoy"]],
    "author": "Olga Prueba",
    "case": "SOA2026ER000001",
    "line": "SOA 2026-11-24 12 " + "0" * 64,
    "title": "aviso de prórroga",
    "sentence": "La entidad le escribió.",
    "name": "Francisco Rivera",
    "radicado": "SOA2026ER000001",
    "answer_radicado": "SOA2026EE000007",
    "kind": "Petición de información",
    "status": "En trámite",
    "office": "Inspección y Vigilancia",
    "received_at": datetime(2026, 3, 16, 10, 5, tzinfo=OFFICE),
    "due_on": date(2026, 4, 9),
    "username": "frivera",
    "recovery_id": 31,
    "house": "Secretaría de Educación de Soacha",
    "who": "Olga Prueba",
    "role": "funcionario",
    "invitation_id": 7,
    "issue": 1,
    "expires_at": datetime(2026, 3, 16, 15, 0, tzinfo=OFFICE),
    "changed_at": datetime(2026, 3, 16, 0, 5, tzinfo=OFFICE),
}


class Page(HTMLParser):
    """The words and the links of a mail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.links: list[str] = []
        self.paragraphs = 0
        self.tags: set[str] = set()
        self._is_hidden = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.paragraphs += tag == "p"
        self.links += [value for name, value in attrs if name in ("href", "src")]
        self._is_hidden = tag in ("style", "title")

    def handle_endtag(self, tag):
        self._is_hidden = False

    def handle_data(self, data):
        if not self._is_hidden:
            self.words += data


def write(letter: str, letterhead: Letterhead | None = None, **changes: object) -> Letter:
    facts = {name: {**EVERYTHING, **changes}[name] for name in FACTS[letter]}
    writer = Writer(
        Environment(
            loader=FileSystemLoader(ROOT / "templates"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        ),
        BASE,
        SIGNER,
    )
    return writer.write(
        letter,
        check_facts(letter, facts),
        letterhead=letterhead or Letterhead("Secretaría de Educación de Soacha", "601 555 0100"),
        account_id=7,
    )


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def links(text: str) -> list[str]:
    return re.findall(r"https?://\S+", text)


def test_every_letter_has_its_words_and_every_file_its_letter():
    files = {path.stem for path in MAIL.glob("*.txt")}

    assert files - SHELLS == set(FACTS)


@pytest.mark.parametrize("letter", FACTS)
def test_both_parts_say_the_same_and_lead_to_the_same_places(letter):
    written = write(letter)
    page = Page(written.html)

    body = re.split(r"\n\n[^\n]+:\nhttps:", written.text)[0]  # up to the button
    paragraphs = body.split("\n\n")
    assert len(paragraphs) == 4  # a greeting and three more
    assert all(squeezed(paragraph) in squeezed(page.words) for paragraph in paragraphs)
    assert page.links == links(written.text)


@pytest.mark.parametrize("letter", FACTS)
def test_a_letter_is_short_calm_and_loads_nothing(letter):
    written = write(letter)
    page = Page(written.html)

    assert max(map(len, written.text.splitlines())) <= 120
    assert not {"!", "¡"} & set(written.text)
    assert "\n\n\n" not in written.text
    assert not {"img", "script", "link", "iframe", "form"} & page.tags
    assert all(link.startswith(BASE) for link in page.links)
    assert len(written.subject) <= 78


@pytest.mark.parametrize("letter", FACTS)
def test_the_subject_says_what_happened_and_to_which_radicado(letter):
    subject = write(letter).subject

    assert subject.startswith("Radicado SOA2026ER000001: ") == (letter in NOTICES)
    assert "Rivera" not in subject
    assert "frivera" not in subject


def test_the_receipt_says_number_moment_and_due_date_with_their_weekdays():
    text = squeezed(write("filed").text)

    assert "SOA2026ER000001" in text
    assert "lunes 16 de marzo de 2026, 10:05 a. m., recibimos su petición de información" in text
    assert "a más tardar el jueves 9 de abril de 2026." in text


def test_moments_are_told_in_the_time_of_the_office():
    assert "15 de marzo de 2026, 7:05 p. m." in squeezed(
        write("password_changed", changed_at=datetime.fromisoformat("2026-03-16T00:05+00:00")).text
    )


def test_an_office_is_named_only_when_there_is_one():
    assert "a cargo de Inspección y Vigilancia" in squeezed(write("status_changed").text)
    assert "a cargo" not in write("status_changed", office="").text


def test_the_answer_itself_stays_in_the_house():
    text = write("answered").text

    assert "SOA2026EE000007" in text
    assert f"{BASE}/requerimientos/SOA2026ER000001" in links(text)


@pytest.mark.parametrize("letter", sorted(NOTICES))
def test_notices_carry_a_link_that_stops_them_for_this_account_only(letter):
    stop_url = write(letter).stop_url

    assert stop_url is not None
    token = stop_url.removeprefix(f"{BASE}/avisos/parar/")
    assert SIGNER.read(STOP_NOTICES, token) == 7
    assert SIGNER.read(RECOVERY, token) is None


@pytest.mark.parametrize("letter", sorted(set(FACTS) - NOTICES))
def test_letters_about_the_account_have_nothing_to_stop(letter):
    assert write(letter).stop_url is None


def test_the_recovery_link_is_signed_when_the_letter_is_written():
    written = write("recovery")

    [link, *_] = links(written.text)
    token = link.removeprefix(f"{BASE}/recuperar/")
    assert SIGNER.read(RECOVERY, token) == 31
    assert "3:00 p. m." in squeezed(written.text)


@pytest.mark.parametrize("letter", FACTS)
def test_names_are_text_and_never_markup(letter):
    written = write(
        letter,
        Letterhead("Secretaría <b>&</b> Cía", "<i>601</i>", "<u>8 a 5</u>"),
        name="<script>alert(1)</script>",
        office="<img src=x>",
        kind="Queja & <a href=//x>",
    )
    page = Page(written.html)

    assert not {"script", "img", "b", "i", "u"} & page.tags
    assert "Secretaría <b>&</b> Cía" in written.text
    assert ("<script>alert(1)</script>" in page.words) == ("name" in FACTS[letter])


def test_without_a_help_desk_the_letter_does_not_promise_one():
    assert "Mesa de Ayuda:" not in write("filed", Letterhead("Secretaría")).text


def test_a_letter_without_its_facts_is_not_left_in_the_outbox():
    with pytest.raises(ValueError, match="due_on"):
        check_facts("status_changed", {"name": "", "radicado": "", "status": "", "office": ""})
    with pytest.raises(KeyError):
        check_facts("carta", {})


def test_a_misspelt_fact_stops_the_letter_instead_of_leaving_a_gap(tmp_path: Path):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "message.txt").write_text("{% block subject %}{{ radicad }}{% endblock %}")
    writer = Writer(
        Environment(loader=FileSystemLoader(tmp_path), undefined=StrictUndefined, autoescape=True),
        BASE,
        SIGNER,
    )
    with pytest.raises(UndefinedError):
        writer.write(
            "message",
            {"name": "F", "radicado": "SOA2026ER000001"},
            letterhead=Letterhead(),
            account_id=None,
        )


def test_the_letter_of_a_filing_counts_its_days_in_both_parts(app):
    house = open_house()
    with time_machine.travel(EVERYTHING["received_at"], tick=False):
        file_case(house, add_citizen(house.entity.id, notify_by_email=True))
        run_once(app)
    found = (app.extensions["settings"].instance / "outbox").glob("*.eml")
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]
    [mail] = [mail for mail in mails if "Radicado" in mail["Subject"]]
    text, page = mail.get_body(["plain"]).get_content(), mail.get_body(["html"]).get_content()

    lines = [line for line in text.splitlines() if line.startswith("- ")]
    assert lines[0] == "- mar 17 mar: día 1"
    assert lines[6].startswith("- lun 23 mar: no cuenta, ")
    assert "San José" in lines[6]
    assert lines[-1] == "- jue 9 abr: día 15"
    assert "15 días hábiles. Norma: Ley 1437 de 2011, artículo 14" in text
    words = squeezed(Page(page).words)
    assert all(squeezed(line[2:]) in words for line in lines)
