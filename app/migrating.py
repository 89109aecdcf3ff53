"""The history of the tables. Alembic is loaded when there is something to migrate: a server that
finds its database as it should be starts without it, sooner and lighter."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.config import ROOT
from app.extensions import db

NEWEST = "0030"  # the last file of migrations/versions; a test compares them


def prepare(app: Flask) -> None:
    """Let the commands of Flask-Migrate (`flask db …`) work on this app."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)


def upgrade(app: Flask) -> None:
    """Bring the database to the newest migration."""
    with app.app_context():
        if current() == NEWEST:
            return
        import flask_migrate

        prepare(app)
        flask_migrate.upgrade()


def current() -> str | None:
    """The migration at which the database of the app in context is; None before the first."""
    try:
        return db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except DBAPIError:
        return None
    finally:
        db.session.rollback()
