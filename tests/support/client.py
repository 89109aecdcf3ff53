"""A client that behaves as a browser does, and refuses a page that is not well made."""

from contextvars import Context
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask import has_app_context
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app import clock
from app.extensions import db
from app.models import Account
from app.services import sessions
from tests.support.html import parse, problems, text_of

# What the accounts that tests make use as a password.
PASSWORD = "una clave larga de pruebas"


class PageClient(FlaskClient):
    """Opens pages as a visitor, outside the context of the test.

    Each request runs in a context of its own, as in the server, and what the test had loaded is
    read again afterwards. Do not use it as `with client:`.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Open an address.

        Raises:
            AssertionError: the page breaks a rule of `tests/support/html.py`.
        """
        kwargs["buffered"] = True
        response = Context().run(partial(super().open, *args, **kwargs))
        response.request.environ["wsgi.input"].close()  # a large one is a file
        if has_app_context():
            db.session.rollback()
        if _is_page(response):
            found = problems(response.text)
            where = f"{response.request.method} {response.request.path} ({response.status_code})"
            assert not found, f"{where} is not a good page:\n- " + "\n- ".join(found)
        return response

    def submit(
        self, path: str, data: dict[str, Any] | None = None, *, page: str | None = None
    ) -> TestResponse:
        """Open `page` (or `path`), fill in its form that goes to `path`, and send it.

        What the form already holds (token, hidden fields, chosen options) is sent along, as a
        browser would. Files are `(stream, name)`; a list sends a field several times.

        Raises:
            AssertionError: no such form, or it has no field of that name.
        """
        address = page or path
        form = self._form(address, path, set(data or {}))
        fields = MultiDict(_filled(form))
        for name, value in (data or {}).items():
            fields.setlist(name, value if isinstance(value, list) else [value])
        return self.post(path, data=fields, content_type="multipart/form-data")

    def csrf(self, page: str = "/ingreso") -> str:
        """The token of this visitor's session, as a form of `page` carries it."""
        document, _ = parse(self.get(page, follow_redirects=True).text)
        for field in document.iter("input"):
            if field.get("name") == "csrf_token":
                return field.get("value", "")
        raise AssertionError(f"{page} has no form with a csrf_token")

    def login(self, account: Any, password: str = "") -> TestResponse | None:
        """Begin a session of `account` (an account, or a user name), as *Ingreso* does once the
        password was right. With a `password`, it is typed at /ingreso, whose answer is given back.

        Raises:
            AssertionError: the page did not let the account in.
        """
        username = account if isinstance(account, str) else account.username
        if password:
            response = self.submit("/ingreso", {"username": username, "password": password})
            assert response.status_code in (302, 303), (
                f"{username} could not enter ({response.status_code}): {words(response)[:600]}"
            )
            return response
        with self.application.app_context():
            person = db.session.scalars(select(Account).filter_by(username=username)).one()
            secret = sessions.start(person, device="", now=clock.now())
        with self.session_transaction() as session:
            session.clear()
            session["sid"] = secret
        return None

    def _form(self, address: str, path: str, names: set[str]) -> Element:
        response = self.get(address, follow_redirects=True)
        document, _ = parse(response.text)
        here = response.request.path
        forms = [
            form
            for form in document.iter("form")
            if form.get("method", "get").lower() == "post"
            and urlsplit(urljoin(here, form.get("action", ""))).path == urlsplit(path).path
        ]
        assert forms, f"{address} ({response.status_code}) has no form that goes to {path}"
        for form in forms:
            if names <= {field.get("name", "") for field in form.iter()}:
                return form
        raise AssertionError(f"no form of {address} to {path} has all of {sorted(names)}")


def words(response: TestResponse) -> str:
    """What a person reads on a page."""
    document, _ = parse(response.text)
    body = document.find("body")
    return text_of(body) if body is not None else ""


def _is_page(response: TestResponse) -> bool:
    no_body = response.status_code == 204 or 300 <= response.status_code < 400
    empty = response.request.method == "HEAD" or no_body
    return response.mimetype == "text/html" and not empty


def _filled(form: Element) -> list[tuple[str, str]]:
    """The pairs that a browser would send if nobody touched the form."""
    pairs = []
    for field in form.iter():
        name, kind = field.get("name"), field.get("type", "text")
        if name is None or "disabled" in field.attrib:
            continue
        if field.tag == "textarea":
            pairs.append((name, "".join(field.itertext()).removeprefix("\n")))
        elif field.tag == "select":
            pairs += [(name, value) for value in _chosen(field)]
        elif field.tag == "input" and kind in ("checkbox", "radio"):
            if "checked" in field.attrib:
                pairs.append((name, field.get("value", "on")))
        elif field.tag == "input" and kind not in ("file", "submit", "button", "image", "reset"):
            pairs.append((name, field.get("value", "")))
    return pairs


def _chosen(select: Element) -> list[str]:
    options = list(select.iter("option"))
    chosen = [option for option in options if "selected" in option.attrib]
    if not chosen and "multiple" not in select.attrib:
        chosen = options[:1]
    return [option.get("value", text_of(option)) for option in chosen]
