"""The server of one machine: prepares what is missing, then serves with waitress."""

from __future__ import annotations

import logging
import os
import signal
import sys
from types import FrameType
from typing import Any, NoReturn

import click
from flask import Flask
from waitress.server import create_server

from app import clock, create_app, migrating, setting_up
from app.config import ConfigError, Settings
from app.domain.calendar import YearUnknown, check_ahead
from app.extensions import db
from app.services import installing
from app.web import start_logging
from app.worker import Worker

MEGABYTE = 1024 * 1024


def main() -> None:
    """Run the product until it is told to stop. A database that is made now gets the demo; one that
    was migrated and is empty gets its first entity in the browser."""
    sys.setswitchinterval(0.001)  # a short page does not wait 5 ms behind a long one
    os.umask(0o077)  # filings, letters and keys are for this user alone
    try:
        setting_up.make_keys()
        app = create_app()
    except ConfigError as problem:
        sys.exit(f"SAC cannot start: {problem}")
    try:
        check_ahead(clock.now().date())
    except YearUnknown as problem:
        sys.exit(f"SAC cannot start: {problem}. Install a newer `holidays`.")
    settings: Settings = app.extensions["settings"]
    wants_demo = setting_up.wants_demo(app)
    migrating.upgrade(app)
    with app.app_context():
        is_empty = installing.is_empty()
        if is_empty and wants_demo:
            click.echo("Loading the demo data…")
            setting_up.load_demo(app)
        db.session.remove()
    click.echo(f"\nSAC is at {settings.base_url}")
    if is_empty and not wants_demo:
        setting_up.show_setup_code(settings)
    else:
        setting_up.show_accounts(settings)
    click.echo("\nStop it with Ctrl+C.", nl=True)
    sys.stdout.flush()
    start_logging()
    serve(app, settings)


def serve(app: Flask, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests in hand are finished first."""
    signal.signal(signal.SIGTERM, _leave)
    drainer = Worker(app) if settings.embedded_worker else None
    if drainer:
        drainer.start()
    server = create_server(
        app,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        connection_limit=1000,
        channel_timeout=20,
        cleanup_interval=5,
        # Waitress refuses by Content-Length before it reads; the page for it is Flask's.
        max_request_body_size=settings.max_request_mb * MEGABYTE * 2,
        clear_untrusted_proxy_headers=True,
        ident=None,
        **_proxy(settings),
    )
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        server.run()
    except SystemExit:
        server.task_dispatcher.shutdown(cancel_pending=False, timeout=9)
    finally:
        if drainer:
            drainer.stop()
        server.close()


def _proxy(settings: Settings) -> dict[str, Any]:
    """Whose word on the client's address is believed: nobody's, unless a proxy is named."""
    if not settings.trusted_proxy:
        return {}
    headers = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}
    return {"trusted_proxy": settings.trusted_proxy, "trusted_proxy_headers": headers}


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
