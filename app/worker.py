"""The work behind the pages: sending letters and clearing strays, in a thread or on its own."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from datetime import date
from pathlib import Path
from types import FrameType

from flask import Flask
from flask_mail import Mail

from app import clock
from app.config import Settings
from app.domain.reminders import MORNING
from app.services import answering, attempts, heads, reminders, sweeping, undelivered
from app.services.letters import Writer
from app.services.mail import Courier, courier_for
from app.services.outbox import Drained, Postman
from app.services.storage import Store
from app.services.undelivered import Taken

IDLE = 2.0  # seconds between two looks at the outbox
AWAY = 30.0  # after the mail server, or the database, did not answer

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Let the app build letters: Flask-Mail's `Message` asks the app for its extension."""
    Mail(app)


class Worker:
    """Drains the outbox until it is stopped. `start` runs it in a thread of this process."""

    def __init__(self, app: Flask, courier: Courier | None = None) -> None:
        self._app = app
        self._postman = _postman(app, courier)
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None
        self._published_on: date | None = None
        self._reminded_on: date | None = None

    @property
    def is_working(self) -> bool:
        """Whether its thread is alive."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Work in a thread that does not keep the process alive."""
        self._thread = threading.Thread(target=self.run, name="worker", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look at the outbox now."""
        self._woken.set()

    def stop(self, seconds: float = 1.0) -> None:
        """Stop, cutting short a conversation with a slow mail server: its letter waits."""
        self._stopping.set()
        self._woken.set()
        self._postman.courier.abort()
        if self._thread is not None:
            self._thread.join(seconds)

    def run(self) -> None:
        """Work until stopped. No failure ends it."""
        self._tidy()
        while not self._stopping.is_set():
            self._publish()
            self._collect()
            self._remind()
            self._send_answers()
            pause = AWAY if self._drain().is_away else IDLE
            self._woken.wait(pause)
            self._woken.clear()

    def _drain(self) -> Drained:
        try:
            with self._app.app_context():
                return self._postman.drain(self._stopping.is_set)
        except Exception:
            log.exception("the outbox could not be drained")
            return Drained(0, is_away=True)

    def _publish(self) -> None:
        today = clock.now().date()
        if self._published_on == today:
            return
        try:
            with self._app.app_context():
                publish_heads(self._app)
            self._published_on = today
        except Exception:
            log.exception("the heads of the register could not be published")

    def _remind(self) -> None:
        now = clock.now()
        if self._reminded_on == now.date() or now.time() < MORNING:
            return
        try:
            with self._app.app_context():
                reminders.send(now)
            self._reminded_on = now.date()
        except Exception:
            log.exception("the staff could not be reminded")

    def _send_answers(self) -> None:
        try:
            with self._app.app_context():
                answering.send_due(clock.now())
        except Exception:
            log.exception("the answers that nobody undid could not be sent")

    def _collect(self) -> None:
        try:
            with self._app.app_context():
                collect_returned(self._app)
        except Exception:
            log.exception("the mail that came back could not be read")

    def _tidy(self) -> None:
        try:
            with self._app.app_context():
                attempts.forget_old(clock.now())
                clear_strays(self._app)
        except Exception:
            log.exception("what dead processes left could not be cleared")


def run_once(app: Flask) -> int:
    """Send what is due and return how many letters went. Needs the app's context."""
    publish_heads(app)
    collect_returned(app)
    reminders.send(clock.now())
    answering.send_due(clock.now())
    return _postman(app).drain().sent


def publish_heads(app: Flask) -> None:
    """Keep and send today's heads of the register, once. Needs the app's context."""
    settings: Settings = app.extensions["settings"]
    heads.publish(clock.now(), settings.register_mail_to)


def collect_returned(app: Flask) -> int:
    """Read the reports of failure that the mail server left in its folder (Maildir) and return
    how many opened a task. Needs the app's context.

    Each is moved out of `new` once what it says was written down, so that none is lost or read
    twice; what is no report is left unread in `cur`, for a person.
    """
    settings: Settings = app.extensions["settings"]
    if not settings.returned_mail:
        return 0
    box, noted = Path(settings.returned_mail), 0
    for file in sorted((box / "new").iterdir()):
        taken = undelivered.take(file.read_bytes(), now=clock.now())
        noted += taken is Taken.NOTED
        flags = "S" if taken in (Taken.NOTED, Taken.KNOWN) else ""
        file.rename(box / "cur" / f"{file.name}:2,{flags}")
    return noted


def run_until_stopped(app: Flask) -> None:
    """Work in this thread until SIGTERM or SIGINT."""
    worker = Worker(app)

    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    worker.run()


def clear_strays(app: Flask) -> sweeping.Swept:
    """Clear what dead processes left in the uploads folder. Needs the app's context."""
    store: Store = app.extensions["store"]
    return sweeping.sweep(store, sweeping.filed, clock.now())


def _postman(app: Flask, courier: Courier | None = None) -> Postman:
    settings: Settings = app.extensions["settings"]
    return Postman(
        f"{socket.gethostname()[:24]}-{os.getpid()}",
        courier=courier or courier_for(settings),
        writer=Writer(app.jinja_env, settings.base_url, app.extensions["signer"]),
        sender=settings.mail_default_sender,
        clock=clock.now,
        undeliverable=undelivered.refused,
    )
