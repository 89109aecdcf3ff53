"""Fixtures shared by every test; what they stand on is in `tests/support`.

`app` runs a test once on SQLite and once on PostgreSQL. `@pytest.mark.on("sqlite")` names one,
for what does not depend on the database; `@pytest.mark.settings(max_files=2)` changes settings.
A test that asks for `smtp` has it as the product's mail server; one that asks for `live_server`
or a browser page gets the same `app` served by waitress.
"""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from hypothesis import settings as hypothesis_settings
from werkzeug.routing import Rule

from app import create_app
from app.config import Settings
from app.services import hashing
from tests.support.client import PageClient
from tests.support.mail import MailServer, mail_server
from tests.support.product import COMPILED, QUICK, build_settings, close_connections
from tests.support.server import serving

# An app is made for each test, and half of that time goes into compiling the same addresses again.
_compile_builder, _builders = Rule._compile_builder, {}


def _compiled_once(rule: Rule, append_unknown: bool = True):
    facts = (rule.rule, rule.subdomain, rule.host, str(rule.defaults), append_unknown)
    if facts not in _builders:
        _builders[facts] = _compile_builder(rule, append_unknown)
    return _builders[facts]


Rule._compile_builder = _compiled_once

# Likewise statements: each app has an engine of its own, which would compile all of them again.
_make_engine, _compiled = SQLAlchemy._make_engine, {}


def _engine_that_remembers(self, bind_key, options, app):
    engine = _make_engine(self, bind_key, options, app)
    first = _compiled.get(engine.dialect.name)
    if first is None or first.dialect.server_version_info is None:
        # Only what has connected knows its database; an app that never does may be made first.
        _compiled[engine.dialect.name] = engine
    else:
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
    return engine


SQLAlchemy._make_engine = _engine_that_remembers

pytest_plugins = ["tests.support.databases", "tests.support.browser"]

# Same examples everywhere, and no verdict by the clock of a busy machine.
hypothesis_settings.register_profile("sac", deadline=None, derandomize=True, database=None)
hypothesis_settings.load_profile("sac")


@pytest.fixture(autouse=True)
def quick_passwords(request, monkeypatch) -> None:
    """Thousands of tests register and enter: only those that ask for `true_cost` pay for the hash
    of the product, which takes longer than most of them."""
    if "true_cost" not in request.fixturenames:
        monkeypatch.setattr(hashing, "_hasher", QUICK)


@pytest.fixture
def true_cost() -> None:
    """Passwords cost what they cost in the product."""


@pytest.fixture
def settings(request, database, instance) -> Settings:
    """The settings of this test's app."""
    changes = {}
    if "listener" in request.fixturenames:
        host, port = request.getfixturevalue("listener").getsockname()[:2]
        changes |= {"base_url": f"http://{host}:{port}", "host": host, "port": port}
    if "smtp" in request.fixturenames:
        server = request.getfixturevalue("smtp")
        changes |= {"mail_server": "127.0.0.1", "mail_port": server.port}
    for marker in request.node.iter_markers("settings"):
        changes |= marker.kwargs
    return build_settings(instance, database, **changes)


@pytest.fixture
def app(settings) -> Iterator[Flask]:
    """The product on an empty, migrated database, with its context open for the test."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = PageClient
    app.jinja_env.bytecode_cache = COMPILED
    with app.app_context():
        yield app
        close_connections()


@pytest.fixture
def client(app) -> PageClient:
    """A visitor. Another one: `app.test_client()`."""
    return app.test_client()


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    """A real SMTP server, which is the product's for this test."""
    with mail_server() as server:
        yield server


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A free port on loopback, taken before the app must know its own address."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield listener


@pytest.fixture
def live_server(app, listener) -> Iterator[str]:
    """The address of the app, served by waitress."""
    with serving(app, listener) as address:
        yield address
