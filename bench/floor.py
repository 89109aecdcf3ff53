"""The floor: the least a Flask + waitress process can do for each thing that the product does.

No accounts, no rules, no forms library, no history: one rendered page of about 6 KB with a signed
session, a durable upload, a keyset list, a full-text search, a page with twenty messages.
"""

import argparse
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask, Response, redirect, render_template, request, session
from jinja2 import DictLoader
from waitress import serve
from werkzeug.wrappers import Response as AnyResponse

PAGE_SIZE = 50
MESSAGES = 20
STATUSES = ("radicado", "asignado", "en_tramite", "respondido", "cerrado")
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
PASSWORD_HASH = HASHER.hash("floor")

SCHEMA = """
CREATE TABLE filing (
    id INTEGER PRIMARY KEY, created TEXT NOT NULL, status TEXT NOT NULL,
    number TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, stored TEXT
);
CREATE INDEX filing_order ON filing (created, id);
CREATE INDEX filing_status ON filing (status, created, id);
CREATE TABLE message (
    id INTEGER PRIMARY KEY, filing_id INTEGER NOT NULL, created TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX message_filing ON message (filing_id, id);
CREATE VIRTUAL TABLE words USING fts5(subject, body, content='filing', content_rowid='id');
"""

BASE = """<!doctype html><html lang="es-CO"><head><meta charset="utf-8"><title>{{ title }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/main.css"></head><body>
<header><nav aria-label="Principal"><ul>{% for place in places %}
<li class="navigation__item"><a class="navigation__link" href="/{{ loop.index }}">{{ place }}</a>
</li>{% endfor %}</ul></nav></header><main id="content"><h1>{{ title }}</h1>
{% block body %}{% endblock %}</main><footer>{% for place in places %}
<p class="footer__line">{{ place }} · {{ loop.index }}</p>{% endfor %}</footer></body></html>"""
TEMPLATES = {
    "base.html": BASE,
    "page.html": """{% extends "base.html" %}{% block body %}
<form method="post" action="/ingreso">
<input type="hidden" name="csrf_token" value="{{ token }}">
{% for name in ("username", "password") %}<div class="form-group">
<label class="label" for="{{ name }}">{{ name }}</label>
<input class="input" id="{{ name }}" name="{{ name }}" autocomplete="{{ name }}"></div>
{% endfor %}<button class="button">Aceptar</button></form>
{% for number in range(24) %}<p class="body" id="p{{ number }}">{{ text }}</p>{% endfor %}
{% endblock %}""",
    "form.html": """{% extends "base.html" %}{% block body %}
<form method="post" action="/radicar" enctype="multipart/form-data">
<input type="hidden" name="csrf_token" value="{{ token }}">
<label for="body">Texto</label><textarea id="body" name="body"></textarea>
<label for="file">Archivo</label><input type="file" id="file" name="attachments">
<button>Guardar</button></form>
{% for number in range(20) %}<p class="body" id="p{{ number }}">{{ text }}</p>{% endfor %}
{% endblock %}""",
    "list.html": """{% extends "base.html" %}{% block body %}<table><thead><tr><th>Radicado</th>
<th>Asunto</th><th>Estado</th><th>Fecha</th></tr></thead><tbody>{% for row in rows %}
<tr><td><a href="/caso/{{ row[0] }}">{{ row[2] }}</a></td><td>{{ row[3] }}</td>
<td>{{ row[4] }}</td><td>{{ row[1] }}</td></tr>{% endfor %}</tbody></table>
{% if rows %}<a rel="next" href="?after={{ rows[-1][1] }}_{{ rows[-1][0] }}">Siguiente</a>
{% endif %}{% endblock %}""",
    "case.html": """{% extends "base.html" %}{% block body %}
<p>{{ case[4] }}</p><p>{{ case[5] }}</p>
<ol>{% for message in messages %}
<li id="m{{ message[0] }}"><time>{{ message[2] }}</time>
<p>{{ message[3] }}</p></li>{% endfor %}</ol>{% endblock %}""",
}
PLACES = ("Inicio", "Generalidades", "Trámites", "Consultas", "Sugerencias", "Quejas y reclamos")
TEXT = (
    "Solicito la certificación de tiempo de servicio del establecimiento educativo, "
    "con los documentos que reposan en el archivo de la secretaría."
)
RARE = "irrepetible"
WORDS = ("matrícula", "transporte", "certificado", "docente", "cupo", "alimentación", "traslado")


class Store:
    """One SQLite connection for each thread, kept; durable as the product's must be."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def connection(self) -> sqlite3.Connection:
        """The connection of this thread."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = sqlite3.connect(self._path, isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=6000"):
                found.execute(f"PRAGMA {pragma}")
            self._local.connection = found
        return found


def create_app(folder: Path) -> Flask:
    """Build the floor on a folder that `seed` has filled."""
    app = Flask(__name__, static_folder=None)
    app.secret_key = secrets.token_hex()
    app.jinja_loader = DictLoader(TEMPLATES)
    app.jinja_env.globals.update(places=PLACES, text=TEXT)
    app.jinja_env.auto_reload = False
    store = Store(folder / "floor.db")
    uploads = folder / "files"

    @app.get("/ingreso")
    def page() -> str:
        session["token"] = session.get("token") or secrets.token_hex(16)
        return render_template("page.html", title="Ingreso", token=session["token"])

    @app.post("/ingreso")
    def enter() -> AnyResponse:
        HASHER.verify(PASSWORD_HASH, "floor")
        session.clear()
        session["user"] = 1
        return redirect("/ingreso", 303)

    @app.get("/radicar")
    def form() -> str:
        session["token"] = session.get("token") or secrets.token_hex(16)
        return render_template("form.html", title="Radicar", token=session["token"])

    @app.post("/radicar")
    def file() -> AnyResponse:
        name = secrets.token_hex(16)
        with (uploads / name).open("wb") as target:
            request.files["attachments"].save(target)
            target.flush()
            os.fsync(target.fileno())
        store.connection().execute(
            "INSERT INTO filing (created, status, number, subject, body, stored)"
            " VALUES ('2026-03-16', 'radicado', ?, 'Asunto', ?, ?)",
            (name, request.form["body"], name),
        )
        return redirect("/ingreso", 303)

    @app.get("/lista")
    def listing() -> str:
        created, _, number = request.args.get("after", "9999_0").partition("_")
        status = request.args.get("status")
        rows = store.connection().execute(
            "SELECT id, created, number, subject, status FROM filing WHERE (created, id) < (?, ?)"
            + (" AND status = ?" if status else "")
            + " ORDER BY created DESC, id DESC LIMIT ?",
            (created, int(number), *([status] if status else []), PAGE_SIZE),
        )
        return render_template("list.html", title="Cola", rows=rows.fetchall())

    @app.get("/buscar")
    def search() -> str:
        rows = store.connection().execute(
            "SELECT id, created, number, subject, status FROM filing WHERE id IN"
            " (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?)"
            " ORDER BY id DESC",
            (f'"{request.args["q"]}"', PAGE_SIZE),
        )
        return render_template("list.html", title="Búsqueda", rows=rows.fetchall())

    @app.get("/caso/<int:number>")
    def case(number: int) -> Response | str:
        connection = store.connection()
        found = connection.execute("SELECT * FROM filing WHERE id = ?", (number,)).fetchone()
        messages = connection.execute(
            "SELECT * FROM message WHERE filing_id = ? ORDER BY id", (number,)
        )
        return render_template("case.html", title=found[3], case=found, messages=messages)

    return app


def seed(folder: Path, cases: int) -> None:
    """Fill a new folder: `cases` cases over a year, the newest with its messages."""
    (folder / "files").mkdir(parents=True)
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(SCHEMA)
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO filing (id, created, status, number, subject, body) VALUES (?, ?, ?, ?, ?, ?)",
        _rows(cases),
    )
    connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
    connection.executemany(
        "INSERT INTO message (filing_id, created, body) VALUES (?, '2026-03-16 10:00', ?)",
        [(cases, TEXT)] * MESSAGES,
    )
    connection.execute("COMMIT")
    connection.close()


def _rows(cases: int) -> Iterable[tuple[object, ...]]:
    for number in range(1, cases + 1):
        day = (number - 1) * 364 // cases
        yield (
            number,
            f"2025-{day // 31 + 1:02d}-{day % 31 + 1:02d}",
            STATUSES[number % len(STATUSES)],
            f"SOA2025ER{number:06d}",
            f"Solicitud de {WORDS[number % len(WORDS)]}" + (f" {RARE}" if number == 77 else ""),
            TEXT,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--seed", type=int, metavar="CASES", help="fill the folder and stop")
    given = parser.parse_args()
    if given.seed:
        seed(given.folder, given.seed)
    else:
        serve(create_app(given.folder), host="127.0.0.1", port=given.port, threads=4)


if __name__ == "__main__":
    main()
