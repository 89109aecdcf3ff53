"""Letters that are neither lost nor sent twice, against real mail servers and real databases."""

import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import RawIOBase

import pytest
from sqlalchemy import event, func, select, text

from app import clock
from app.config import Settings
from app.domain.calendar import OFFICE
from app.domain.person import PersonKind
from app.extensions import db, writing
from app.models import Account, Entity, OutboxAttempt, OutboxMessage, OutboxStatus
from app.services import mailroom, outbox
from app.services.entities import Directory
from app.services.letters import FACTS, Writer
from app.services.mail import (
    Courier,
    Envelope,
    Folder,
    MailServer,
    Refused,
    Unconfirmed,
    courier_for,
    deliverable,
)
from app.services.outbox import GIVE_UP, Postman
from app.worker import Worker, run_once
from tests.support import mail as servers
from tests.support.mail import mail_server, part
from tests.support.product import RECEIPT_KEY

START = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
MINUTE = timedelta(minutes=1)
SENDER = "sac@soacha.example"


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def move(self, by: timedelta) -> None:
        self.time += by


class Killed(BaseException):
    """What stops a process without a chance to tidy up."""


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def entity(app) -> Entity:
    with writing() as session:
        entity = Entity(
            name="Secretaría de Educación, Cultura y Deporte",
            short_name="Soacha",
            prefix="SOA",
            municipality="25754",
            is_default=True,
            helpdesk_phone="601 555 0100",
            helpdesk_hours="lunes a viernes, 8 a. m. a 5 p. m.",
        )
        session.add(entity)
    return entity


@pytest.fixture
def citizen(app) -> Account:
    with writing() as session:
        account = Account(
            username="frivera",
            first_names="Francisco",
            surnames="Rivera",
            person_kind=PersonKind.NATURAL,
            email="francisco@example.org",
            notify_by_email=True,
            created_at=START,
        )
        session.add(account)
    return account


@pytest.fixture
def post(entity, citizen) -> Callable[..., None]:
    """Leave a letter for the citizen, as a use case would."""

    def post(letter: str = "filed", **changes: object) -> None:
        facts = {
            "name": "Francisco Rivera",
            "radicado": "SOA2026ER000001",
            "kind": "Reclamo",
            "received_at": START,
            "due_on": datetime(2026, 4, 9, tzinfo=OFFICE).date(),
            "username": "frivera",
            "recovery_id": 3,
            "expires_at": START + 10 * MINUTE,
        }
        values = {
            "letter": letter,
            "recipient": citizen.email,
            "context": {name: facts[name] for name in FACTS.get(letter, ())},
            "entity_id": entity.id,
            "account_id": citizen.id,
            "now": START,
        }
        outbox.post(**{**values, **changes})

    return post


@pytest.fixture
def postman(app, hands) -> Callable[..., Postman]:
    """A worker's way of sending, by the product's courier unless another is given."""

    def postman(name: str = "a", *, courier: Courier | None = None) -> Postman:
        chosen = app.extensions["settings"]
        return Postman(
            name,
            courier=courier or courier_for(chosen),
            writer=Writer(app.jinja_env, "https://sac.example.gov.co", app.extensions["signer"]),
            sender=SENDER,
            clock=hands,
        )

    return postman


def letters() -> list[OutboxMessage]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def letter() -> OutboxMessage:
    [only] = letters()
    return only


def outcomes() -> list[str]:
    return list(db.session.scalars(select(OutboxAttempt.outcome).order_by(OutboxAttempt.id)))


def details() -> str:
    return " ".join(db.session.scalars(select(OutboxAttempt.detail)))


# Leaving letters


def test_a_letter_goes_with_the_change_it_tells_of(post):
    with suppress(ZeroDivisionError), writing():
        post()
        raise ZeroDivisionError

    assert letters() == []


def test_a_letter_waits_with_its_facts_and_no_secret(post):
    post()

    waiting = letter()
    assert (waiting.status, waiting.attempts) == (OutboxStatus.PENDING, 0)
    assert waiting.context["due_on"] == "2026-04-09"
    assert waiting.context["received_at"] == "2026-03-16T10:00:00-05:00"
    assert waiting.recipient == "francisco@example.org"


def test_the_same_news_is_told_once(post):
    post(dedupe="SOA2026ER000001:filed")
    with writing():
        post(dedupe="SOA2026ER000001:filed")
        post(dedupe="SOA2026ER000001:answered")
    post()
    post()

    assert [each.dedupe for each in letters()] == [
        "SOA2026ER000001:filed",
        "SOA2026ER000001:answered",
        None,
        None,
    ]


def test_a_letter_that_could_not_be_written_later_is_refused_now(post):
    with pytest.raises(KeyError):
        post("no_such_letter")
    with pytest.raises(ValueError, match="due_on, kind, received_at"):
        post("filed", context={"name": "Francisco", "radicado": "SOA2026ER000001"})


# Sending


def test_a_letter_arrives_with_both_parts_and_the_headers_of_an_automatic_one(smtp, post, postman):
    post()

    assert postman().drain().sent == 1

    [message] = smtp.wait()
    assert smtp.recipients == ["francisco@example.org"]
    assert message["To"] == "francisco@example.org"
    assert message["From"].addresses[0].display_name == "Secretaría de Educación, Cultura y Deporte"
    assert message["From"].addresses[0].addr_spec == SENDER
    assert message["Subject"] == "Radicado SOA2026ER000001: recibimos su reclamo"
    assert message["Message-ID"] == f"<{letter().message_id}@soacha.example>"
    assert message["Date"].datetime == START
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "es"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = message["List-Unsubscribe"]
    assert stop.startswith("<https://sac.example.gov.co/avisos/parar/")
    assert stop.strip("<>") in part(message, "plain")
    assert "jueves 9 de abril de 2026" in part(message, "plain")
    assert "jueves 9 de abril de 2026" in part(message, "html")


def test_what_was_sent_is_written_down(smtp, post, postman, hands):
    post()
    postman().drain()

    sent = letter()
    assert (sent.status, sent.sent_at, sent.attempts) == (OutboxStatus.SENT, START, 1)
    assert (sent.claimed_by, sent.lease_until) == (None, None)
    assert outcomes() == ["enviado"]
    assert not outbox.has_work(START + 30 * GIVE_UP)


def test_letters_about_the_account_cannot_be_stopped(smtp, post, postman):
    post("welcome")
    postman().drain()

    [message] = smtp.wait()
    assert message["List-Unsubscribe"] is None
    assert "avisos/parar" not in part(message, "html")


def test_every_byte_is_plain_and_every_line_short(smtp, post, postman):
    raw: list[bytes] = []
    courier = Watching(
        courier_for_port(smtp.port), before=lambda envelope: raw.append(envelope.content)
    )
    post()
    postman(courier=courier).drain()

    [content] = raw
    assert content.isascii()
    assert max(map(len, content.splitlines())) <= 200
    assert content.count(b"\n") == content.count(b"\r\n")
    assert b"List-Unsubscribe: <https://" in content


def test_lines_that_begin_with_a_dot_arrive_as_they_were(smtp):
    content = b"Subject: puntos\r\n\r\n.\r\n..dos\r\nfin\r\n"
    envelope = Envelope("1", SENDER, "a@example.org", content)

    courier_for_port(smtp.port).deliver(envelope, lambda: None)

    [message] = smtp.wait()
    assert message.get_content().replace("\r\n", "\n") == ".\n..dos\nfin\n"


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    "name",
    [
        "Rivera, Francisco <otro@example.org>",
        "Francisco\r\nBcc: otro@example.org",
        "Francisco\n\nhola",
        "=?utf-8?q?otro=40example=2Eorg?=",
        "\u202eocsicnarF",
        "Secretaría, " * 13,
    ],
)
def test_no_name_adds_a_header_or_a_recipient(smtp, post, postman, entity, name):
    with writing():
        entity.name = name
    post("welcome", context={"name": name, "username": "frivera"})
    postman().drain()

    [message] = smtp.wait()
    assert smtp.recipients == ["francisco@example.org"]
    assert len(message["From"].addresses) == len(message["To"].addresses) == 1
    assert message["From"].addresses[0].addr_spec == SENDER
    assert message["Bcc"] is None
    assert message.defects == []


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    "recipient",
    [
        "a@example.org, b@example.org",
        "a@example.org\r\nRCPT TO:<b@example.org>",
        "<a@example.org>",
        "nadie",
        "",
        "ñandú@example.org",
    ],
)
def test_what_is_not_one_address_fails_at_once_and_goes_nowhere(smtp, post, postman, recipient):
    post(recipient=recipient)

    assert postman().drain().sent == 0
    assert letter().status is OutboxStatus.FAILED
    assert outcomes() == ["rechazado"]
    assert smtp.messages == []


def test_an_address_with_an_accent_in_its_domain_is_deliverable():
    assert deliverable("pqr@educación.example") == "pqr@xn--educacin-13a.example"
    with pytest.raises(Refused):
        deliverable("pqr@" + "a" * 70 + ".example")


def test_who_stopped_notices_gets_none_that_was_waiting(smtp, post, postman, citizen):
    post("filed")
    post("welcome")
    with writing():
        citizen.notify_by_email = False

    assert postman().drain().sent == 1
    assert [each.status for each in letters()] == [OutboxStatus.FAILED, OutboxStatus.SENT]
    assert "detuvo los avisos" in details()


def test_a_link_that_is_dead_already_is_not_sent(smtp, post, postman, hands):
    post("recovery")
    hands.move(10 * MINUTE)

    assert postman().drain().sent == 0
    assert letter().status is OutboxStatus.FAILED


def test_a_letter_that_cannot_be_written_does_not_hold_up_the_others(smtp, post, postman, caplog):
    post()
    post("welcome")
    with writing() as session:
        session.execute(text("UPDATE outbox_message SET context = '{}' WHERE letter = 'filed'"))

    assert postman().drain().sent == 1
    assert [each.status for each in letters()] == [OutboxStatus.PENDING, OutboxStatus.SENT]
    assert "could not be written" in caplog.text


# Servers that refuse, are away, or say nothing


class Picky(servers.MailServer):
    """A server that says `word` to every recipient."""

    word = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if self.word.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.word


@pytest.fixture
def picky() -> Iterator[Picky]:
    server = Picky()
    server.start()
    yield server
    server.stop()


def courier_for_port(port: int, **seconds: float) -> MailServer:
    settings = Settings(
        secret_key="k" * 40,
        register_key="r" * 40,
        receipt_key=RECEIPT_KEY,
        mail_server="127.0.0.1",
        mail_port=port,
    )
    return MailServer(settings, **seconds)


def test_an_address_that_does_not_exist_is_not_tried_again(picky, post, postman, hands):
    picky.word = "550 5.1.1 no such user"
    post()

    drained = postman(courier=courier_for_port(picky.port)).drain()

    assert drained == (0, False)
    assert letter().status is OutboxStatus.FAILED
    assert outcomes() == ["rechazado"]
    assert details() == "550 5.1.1 no such user"


@pytest.mark.parametrize("refusal", ["", "451 later", "421 busy"])
def test_a_server_that_says_later_is_asked_later(picky, post, postman, hands, refusal):
    picky.word = "450 greylisted" if not refusal else picky.word
    picky.refusal = refusal
    post()
    courier = courier_for_port(picky.port)
    postman(courier=courier).drain()
    waiting = letter()
    picky.word, picky.refusal = "250 OK", ""

    assert (waiting.status, waiting.next_try_at) == (OutboxStatus.PENDING, START + MINUTE)
    assert postman(courier=courier).drain().sent == 0
    hands.move(MINUTE)
    assert postman(courier=courier).drain().sent == 1
    assert outcomes() == ["aplazado", "enviado"]
    assert len(picky.messages) == 1


def test_a_letter_refused_for_its_content_is_not_tried_again(smtp, post, postman):
    smtp.refusal = "554 5.7.1 no"
    post()
    postman().drain()

    assert letter().status is OutboxStatus.FAILED


def test_pauses_grow_and_after_three_days_the_letter_is_given_up(smtp, post, postman, hands):
    smtp.refusal = "451 later"
    post()
    pauses = []
    while letter().status is OutboxStatus.PENDING:
        postman().drain()
        pauses.append(letter().next_try_at - hands.time)
        hands.time = letter().next_try_at

    assert pauses[:6] == [pause * MINUTE for pause in (1, 5, 15, 60, 240, 240)]
    assert letter().status is OutboxStatus.FAILED
    assert outcomes()[-1] == "abandonado"
    assert GIVE_UP - timedelta(hours=8) < hands.time - START <= GIVE_UP


@pytest.mark.parametrize("server", [servers.mute_server, servers.dead_port])
def test_a_dead_or_mute_server_costs_one_letter_one_try_and_the_others_none(
    post, postman, hands, server
):
    post()
    post()
    with server() as port:
        drained = postman(courier=courier_for_port(port, connect_seconds=0.2)).drain()

    assert drained == (0, True)
    assert [each.attempts for each in letters()] == [1, 0]
    hands.move(MINUTE)
    with mail_server() as healthy:
        assert postman(courier=courier_for_port(healthy.port)).drain().sent == 2


@pytest.mark.on("sqlite")
def test_a_server_without_the_encryption_asked_for_gets_nothing(smtp, post, postman):
    settings = Settings(
        secret_key="k" * 40,
        register_key="r" * 40,
        receipt_key=RECEIPT_KEY,
        mail_server="127.0.0.1",
        mail_port=smtp.port,
        mail_use_tls=True,
    )
    post()

    assert postman(courier=MailServer(settings)).drain() == (0, True)
    assert smtp.messages == []
    assert letter().status is OutboxStatus.PENDING


class Silent:
    """A server that takes whole letters and never says so."""

    def __init__(self, listener: socket.socket) -> None:
        self.port = listener.getsockname()[1]
        self.taken: list[bytes] = []
        self.has_letter = threading.Event()
        self._listener = listener

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection, connection.makefile("rwb", buffering=0) as talk:
                    self._converse(talk)

    def _converse(self, talk: RawIOBase) -> None:
        talk.write(b"220 hola\r\n")
        for line in talk:
            if line.upper().startswith(b"DATA"):
                break
            talk.write(b"250 OK\r\n")
        talk.write(b"354 siga\r\n")
        content = b""
        while not content.endswith(b"\r\n.\r\n"):
            content += talk.readline() or b"\r\n.\r\n"
        self.taken.append(content)
        self.has_letter.set()
        talk.readline()  # until the client leaves


@contextmanager
def silent_after_the_dot() -> Iterator[Silent]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Silent(listener)
        thread = threading.Thread(target=server.serve)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_without_an_answer_after_the_end_a_letter_waits_until_none_can_come(
    smtp, post, postman, hands
):
    post()
    with silent_after_the_dot() as server:
        courier = courier_for_port(server.port, accept_seconds=0.2)
        assert postman(courier=courier).drain() == (0, False)
    assert letter().status is OutboxStatus.SENDING
    assert letter().handed_over_at == START
    assert outcomes() == ["sin_confirmar"]

    hands.move(10 * MINUTE)
    assert postman().drain().sent == 0
    hands.move(MINUTE)
    assert postman().drain().sent == 1

    [again] = smtp.wait()
    first = message_from_bytes(server.taken[0], policy=policy.default)
    assert again["Message-ID"] == first["Message-ID"]


def test_a_server_that_never_answers_does_not_get_the_same_letter_for_ever(post, postman, hands):
    post()
    with silent_after_the_dot() as server:
        courier = courier_for_port(server.port, accept_seconds=0.1)
        for _ in range(5):
            postman(courier=courier).drain()
            hands.move(11 * MINUTE)

    assert len(server.taken) == 3
    assert letter().status is OutboxStatus.FAILED
    assert outcomes() == ["sin_confirmar"] * 3


# Crashes, and two workers at once


class Watching:
    """A courier that lets a test look, or strike, at each step of another."""

    def __init__(
        self,
        courier: Courier,
        *,
        before: Callable[[Envelope], None] = lambda envelope: None,
        handed_over: Callable[[], None] = lambda: None,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        self.courier, self.before, self.handed_over, self.after = (
            courier,
            before,
            handed_over,
            after,
        )

    def deliver(self, envelope: Envelope, hand_over: Callable[[], None]) -> str:
        self.before(envelope)

        def watched() -> None:
            hand_over()
            self.handed_over()

        detail = self.courier.deliver(envelope, watched)
        self.after()
        return detail

    def abort(self) -> None:
        self.courier.abort()


def die(*_: object) -> None:
    raise Killed


def test_killed_before_the_hand_over_the_letter_goes_a_minute_later_once(
    smtp, post, postman, hands
):
    post()
    with pytest.raises(Killed):
        postman(courier=Watching(courier_for_port(smtp.port), before=die)).drain()

    hands.move(timedelta(seconds=59))
    assert postman("b").drain().sent == 0
    hands.move(timedelta(seconds=1))
    assert postman("b").drain().sent == 1
    assert len(smtp.wait()) == 1


def test_killed_with_the_letter_on_the_line_it_is_not_delivered_by_halves(
    smtp, post, postman, hands
):
    """The hand-over was written and the end was not sent: the server throws the rest away."""
    post()
    with pytest.raises(Killed):
        postman(courier=Watching(courier_for_port(smtp.port), handed_over=die)).drain()

    hands.move(10 * MINUTE)
    assert postman("b").drain().sent == 0
    hands.move(MINUTE)
    assert postman("b").drain().sent == 1
    assert len(smtp.wait()) == 1


def test_killed_between_delivery_and_writing_it_down_the_same_letter_goes_again(
    smtp, post, postman, hands
):
    """The one case in which a letter goes twice; its Message-ID lets the reader's server see it."""
    post()
    with pytest.raises(Killed):
        postman(courier=Watching(courier_for_port(smtp.port), after=die)).drain()
    hands.move(11 * MINUTE)
    postman("b").drain()

    first, second = smtp.wait(2)
    assert first["Message-ID"] == second["Message-ID"]
    assert letter().status is OutboxStatus.SENT


def test_a_worker_that_was_too_slow_does_not_send_what_another_has_taken(
    smtp, post, postman, hands, caplog
):
    post()

    def overtake(_envelope: Envelope) -> None:
        hands.move(MINUTE)
        assert postman("b").drain().sent == 1

    slow = postman("a", courier=Watching(courier_for_port(smtp.port), before=overtake))

    assert slow.drain().sent == 0
    assert len(smtp.messages) == 1
    assert letter().status is OutboxStatus.SENT
    assert "lease was lost" in caplog.text


def test_a_worker_whose_lease_has_ended_takes_the_letter_anew(smtp, post, postman, hands):
    post()
    delays = iter([MINUTE, timedelta()])
    courier = Watching(courier_for_port(smtp.port), before=lambda _: hands.move(next(delays)))

    assert postman(courier=courier).drain().sent == 1
    assert letter().attempts == 2
    assert len(smtp.messages) == 1


def test_a_delivery_that_could_not_be_written_down_is_written_first_thing_next_round(
    smtp, post, postman, hands
):
    post()
    worker = postman()
    engine = db.engine

    def refuse(_connection, _cursor, statement, *_rest) -> None:
        if statement.startswith("INSERT INTO outbox_attempt"):
            event.remove(engine, "before_cursor_execute", refuse)
            raise ConnectionError("the database went away")

    event.listen(engine, "before_cursor_execute", refuse)
    with pytest.raises(ConnectionError):
        worker.drain()
    assert letter().status is OutboxStatus.SENDING

    hands.move(20 * MINUTE)
    worker.drain()
    assert letter().status is OutboxStatus.SENT
    assert outcomes() == ["enviado"]
    assert len(smtp.wait()) == 1


def test_workers_draining_at_once_send_each_letter_once(app, smtp, post, postman):
    for number in range(24):
        post(dedupe=str(number))
    gate = threading.Barrier(3)
    sent: list[int] = []

    def work(name: str) -> None:
        with app.app_context():
            mine = postman(name)
            gate.wait()
            sent.append(mine.drain().sent)

    threads = [threading.Thread(target=work, args=[name]) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(sent) == 24
    assert len({message["Message-ID"] for message in smtp.wait(24)}) == 24
    assert len(smtp.messages) == 24
    assert db.session.scalar(select(func.count(OutboxAttempt.id))) == 24


@pytest.mark.on("sqlite")
def test_an_idle_look_at_the_outbox_disturbs_no_writer(app, postman, settings):
    path = settings.database.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert postman().drain() == (0, False)


# Without a mail server


def test_without_a_mail_server_letters_are_files_that_mail_programs_open(app, settings, post):
    post(now=clock.now())
    post("welcome", now=clock.now())

    assert run_once(app) == 2

    folder = settings.instance / "outbox"
    files = sorted(folder.iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert folder.stat().st_mode & 0o077 == 0
    message = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message["Subject"] == "Radicado SOA2026ER000001: recibimos su reclamo"
    assert "SOA2026ER000001" in part(message, "plain")
    assert "SOA2026ER000001" in part(message, "html")
    assert letters()[0].status is OutboxStatus.SENT
    assert f"escrito como archivo {files[0].name}" in details()


def test_the_same_letter_again_is_the_same_file(tmp_path):
    folder = Folder(tmp_path / "outbox")
    envelope = Envelope("20260316T100000-1", SENDER, "a@example.org", b"Subject: uno\r\n\r\n")

    folder.deliver(envelope, lambda: None)
    folder.deliver(envelope, lambda: None)

    assert [file.name for file in folder.path.iterdir()] == ["20260316T100000-1.eml"]


@pytest.mark.on("sqlite")
def test_a_folder_that_cannot_be_written_postpones(post, postman, tmp_path):
    (tmp_path / "outbox").touch()
    post()

    assert postman(courier=Folder(tmp_path / "outbox")).drain() == (0, True)
    assert letter().status is OutboxStatus.PENDING


# The worker


def test_the_worker_sends_what_is_posted_while_it_runs(app, smtp, post):
    worker = Worker(app)
    worker.start()
    post(now=clock.now())
    worker.wake()

    assert len(smtp.wait()) == 1
    worker.stop(servers.PATIENCE)
    assert not worker.is_working


def test_stopping_cuts_short_a_server_that_does_not_answer(app, post):
    with silent_after_the_dot() as server:
        worker = Worker(app, courier_for_port(server.port))
        post(now=clock.now())
        worker.start()
        assert server.has_letter.wait(servers.PATIENCE)
        worker.stop(servers.PATIENCE)

        assert not worker.is_working
    assert letter().status is OutboxStatus.SENDING


def test_a_failure_of_the_database_does_not_end_the_worker(app, smtp, post, caplog):
    engine = db.engine
    struck = threading.Event()

    def refuse(_connection, _cursor, statement, *_rest) -> None:
        if "FROM outbox_message" in statement and not struck.is_set():
            struck.set()
            raise ConnectionError("the database went away")

    event.listen(engine, "before_cursor_execute", refuse)
    worker = Worker(app)
    worker.start()
    assert struck.wait(servers.PATIENCE)
    event.remove(engine, "before_cursor_execute", refuse)
    post(now=clock.now())
    worker.wake()

    assert len(smtp.wait()) == 1
    worker.stop(servers.PATIENCE)
    assert "could not be drained" in caplog.text


# What a letter is made of, and letters put back


def test_a_letter_without_files_is_its_two_parts_and_no_mixture(smtp, post, postman):
    post()
    postman().drain()

    [message] = smtp.wait(1)
    assert message.get_content_type() == "multipart/alternative"
    kinds = [piece.get_content_type() for piece in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("sender", "host"),
    [("sac@soacha.example", "soacha.example"), ("sac@localhost.localdomain", "sac.soacha.example")],
)
def test_a_letter_is_named_after_whose_it_is(app, post, hands, tmp_path, sender, host):
    post()
    writer = Writer(app.jinja_env, "https://sac.soacha.example", app.extensions["signer"])
    courier = Folder(tmp_path)

    Postman("a", courier=courier, writer=writer, sender=sender, clock=hands).drain()

    [file] = tmp_path.glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["Message-ID"].endswith(f"@{host}>")


def test_a_letter_put_back_has_its_days_again(post, postman, hands, tmp_path, entity):
    post()
    hands.move(2 * GIVE_UP)
    away = Folder(tmp_path / "file" / "below")
    (tmp_path / "file").write_text("not a folder")
    postman(courier=away).drain()
    assert letter().status is OutboxStatus.FAILED
    facts = Directory(1).get(entity.id, hands())

    mailroom.retry(letter().id, facts, now=hands())
    for pause in (0, 1, 5):
        hands.move(pause * MINUTE)
        postman(courier=away).drain()
        assert letter().status is OutboxStatus.PENDING

    hands.move(GIVE_UP)
    postman(courier=away).drain()
    assert letter().status is OutboxStatus.FAILED


def test_a_letter_put_back_forgets_the_answers_that_never_came(post, postman, hands, entity):
    post()
    mute = Mute()
    for _ in range(outbox.MOST_UNCERTAIN):
        postman(courier=mute).drain()
        hands.move(11 * MINUTE)
    assert letter().status is OutboxStatus.FAILED

    mailroom.retry(letter().id, Directory(1).get(entity.id, hands()), now=hands())
    postman(courier=mute).drain()

    assert letter().status is OutboxStatus.SENDING


class Mute:
    """A courier whose server takes a letter and never says so."""

    def deliver(self, _envelope: Envelope, hand_over: Callable[[], None]) -> str:
        hand_over()
        raise Unconfirmed("no answer")

    def abort(self) -> None:
        """Nothing to cut."""
