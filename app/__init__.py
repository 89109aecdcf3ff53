"""Application factory: the one place where the rooms are joined together."""

from __future__ import annotations

from importlib import import_module

from flask import Flask
from jinja2 import StrictUndefined
from whitenoise import WhiteNoise

from app import cli, config, errors, throttle, uploads, web, worker
from app.config import ROOT, Settings
from app.domain.signing import Keyring
from app.extensions import csrf, db, login_manager
from app.services import hashing
from app.services.tokens import Signer

ROOMS = (
    *("portal", "auth", "registration", "profile", "citizen", "staff", "administration"),
    *("files", "health"),
)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application. Without `settings` they are read from the environment.

    Raises:
        ConfigError: a setting cannot be used.
    """
    settings = settings or config.load()
    app = Flask(
        __name__,
        instance_path=str(settings.instance),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    app.config.from_mapping(_flask_values(settings))
    app.extensions["settings"] = settings
    app.extensions["register_key"] = settings.register_key.encode()
    app.extensions["receipt_keys"] = Keyring(settings.receipt_key)
    app.extensions["signer"] = Signer(settings.secret_key)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    db.init_app(app)
    # Before what refuses requests: a refusal has a request id and a limit of its size as well.
    web.init_app(app, settings)
    uploads.init_app(app, settings)
    csrf.init_app(app)
    login_manager.init_app(app)
    throttle.init_app(app, settings)
    worker.init_app(app)
    errors.register(app)
    for room in ROOMS:
        app.register_blueprint(import_module(f"app.{room}").bp)
    cli.register(app)
    hashing.prepare()
    _serve_static(app)
    return app


def _flask_values(settings: Settings) -> dict[str, object]:
    """The settings in the words of Flask and its extensions."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": not settings.database.startswith("sqlite")},
        "MAX_CONTENT_LENGTH": settings.max_request_mb * 1024 * 1024,
        # A text far too long for us still comes back in its form, with what to do about it.
        "MAX_FORM_MEMORY_SIZE": 4_000_000,
        "MAX_FORM_PARTS": 200,
        "TEMPLATES_AUTO_RELOAD": False,
        "TRUSTED_HOSTS": [settings.public_host, "localhost", "127.0.0.1"],
        "SESSION_COOKIE_NAME": "__Host-sac" if settings.secure else "sac",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a long form is not lost to a clock
        "WTF_I18N_ENABLED": False,  # `forms.Form` names the language itself
    }


def _serve_static(app: Flask) -> None:
    """Serve `static/` before Flask, compressed where a `.gz` stands beside, kept for ever: each
    address carries the hash of its content."""
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # Flask's documented way to wrap
        app.wsgi_app,
        root=str(ROOT / "static"),
        prefix="static/",
        max_age=web.YEAR,
        add_headers_function=_harden_static,
    )


def _harden_static(headers: dict[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
