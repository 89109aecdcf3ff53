"""Forms whose words must not be lost: their token, and what happens when the session is over.

A form with long text carries a signed token that says whose it is and which form. If it arrives
when nobody is signed in any more, the words and the good files become a draft of that person,
who signs in again and finds them. If it arrives when nothing can be written, the words come back
in a page that can send them again.
"""

from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, web
from app.services import drafts
from app.services.filing import readable
from app.services.storage import Received, StoredFile
from app.services.tokens import SUBMISSION, Signer
from app.uploads import store

MAX_AGE = 3 * 24 * 3600  # seconds; a form open for longer files as a new one
FIELDS = (
    *("kind", "topic", "procedure", "entity", "body"),
    # What a clerk types at the counter.
    *("channel", "claim_by", "document_seen", "document_type", "document_number"),
    *("read_back", "language"),
    *("person_kind", "first_names"),
    *("surnames", "legal_name", "email", "phone", "address", "municipality", "notify_by_email"),
    # What is decided in a case, and who a person chooses to be.
    *("office", "assignee", "note", "reason", "username"),
    # What an act of the law needs beside its words.
    *("ground", "rule", "until", "to", "why_late", "letter"),
    # Who asks, and how somebody was notified.
    *("requester", "medium", "on"),
    # What makes a filing sensitive, and who is set apart from a case.
    *("about_minor", "accused", "person"),
    # With which case another is linked.
    *("other", "side"),
)
# What the page that holds a form shows by itself, or never; all else goes along hidden.
SHOWN = frozenset({"csrf_token", "body", "kept", "drop"})
SECRET = frozenset({"password", "password_confirm", "current_password"})


@dataclass(frozen=True)
class FormToken:
    """Whose form it is, which one, its unique `nonce`, and the page that shows it."""

    account_id: int
    form: str
    nonce: str
    back: str


@dataclass(frozen=True)
class KeptFile:
    """A file that is safe while its form is shown again."""

    token: str
    name: str
    size: int


def signer() -> Signer:
    """The signer of the running app."""
    return cast(Signer, current_app.extensions["signer"])


def new_token(account_id: int, form: str, back: str) -> str:
    """The value of the hidden field `submission` of a form shown for the first time."""
    return signer().sign(SUBMISSION, [account_id, form, uuid4().hex, back])


def read_token(account_id: int, form: str = "") -> FormToken | None:
    """The token that came with the form, if it is this person's (and of `form`, if named)."""
    token = _read()
    is_theirs = token is not None and token.account_id == account_id
    return token if token and is_theirs and form in ("", token.form) else None


def nonce(account_id: int, form: str) -> str:
    """What makes two sendings of one form the same; a form without token is always new."""
    token = read_token(account_id, form)
    return token.nonce if token else uuid4().hex


def owner_of(account_id: int) -> str:
    """The name under which a person's kept files are signed."""
    return f"account:{account_id}"


def kept_tokens() -> list[str]:
    """The files that the form had kept before, but for those to remove."""
    dropped = set(request.form.getlist("drop"))
    return [token for token in request.form.getlist("kept") if token not in dropped]


def receive(account_id: int) -> Received:
    """Keep the good files of the form in hand: once in a request, however often it is asked."""
    if "received" not in g:
        g.received = store().receive(
            request.files.getlist("attachments"), kept_tokens(), owner_of(account_id)
        )
    received: Received = g.received
    return received


def typed() -> dict[str, Any]:
    """What the form in hand says, as a draft keeps it."""
    fields: dict[str, Any] = {name: request.form.get(name, "") for name in FIELDS}
    fields["followers"] = request.form.getlist("followers")  # who else gets an answer
    return {**fields, "kept": kept_tokens()}


def typed_data(fields: dict[str, Any]) -> dict[str, Any]:
    """A draft in the terms of a form without files: a box that was not ticked is not."""
    return {**fields, "notify_by_email": bool(fields.get("notify_by_email"))}


def shown_again(files: list[StoredFile], account_id: int) -> list[KeptFile]:
    """Kept files as the form shows them."""
    owner = owner_of(account_id)
    return [KeptFile(store().token(file, owner), file.name, file.size) for file in files]


def kept_in(fields: dict[str, Any], account_id: int) -> list[KeptFile]:
    """The files that a draft still has."""
    owner = owner_of(account_id)
    found = [(token, store().claim(token, owner)) for token in fields.get("kept", [])]
    return [KeptFile(token, file.name, file.size) for token, file in found if file]


def rescue() -> ResponseReturnValue | None:
    """Keep the words of a form that arrived after its session; None if this is no such form."""
    token = set_aside()
    if token is None:
        return None
    received = receive(token.account_id)
    files = " y sus archivos" if received.kept else ""
    if request.headers.get("X-Draft"):
        return "", 204  # kept while typing: nobody is there to read a page
    flash(
        f"Su sesión terminó antes de enviar. Guardamos lo que escribió{files}: ingrese y continúe "
        "donde iba.",
        "warning",
    )
    for problem in received.problems:
        flash(problem, "error")
    return redirect(url_for("auth.login", next=token.back), code=303)


def set_aside() -> FormToken | None:
    """Keep the words and the good files of the form in hand as a draft of its person; its token,
    or None if this is no such form."""
    token = _read()
    if token is None or not token.account_id:  # a visitor's form comes back by itself
        return None
    received = receive(token.account_id)
    fields = typed()
    fields["kept"] = [file.token for file in shown_again(received.kept, token.account_id)]
    drafts.save(token.account_id, token.form, fields, clock.now())
    return token


def hold() -> ResponseReturnValue | None:
    """Show a form's words again when nothing can be written; None if this is no such form.

    The database is asked nothing, and files that the disk still takes are kept.
    """
    token = _read()
    if token is None:
        return None
    received = receive(token.account_id)
    web.without_database()
    page = render_template(
        "errors/unsent.html",
        action=request.path,
        has_body="body" in request.form,
        words=readable(request.form.get("body", "")),
        fields=[
            (name, readable(value))
            for name, value in request.form.items(multi=True)
            if name not in SHOWN | SECRET
        ],
        kept=shown_again(received.kept, token.account_id),
        problems=received.problems,
    )
    return page, 503, {"Retry-After": "30"}


def _read() -> FormToken | None:
    if request.method != "POST":
        return None
    value = signer().read(SUBMISSION, request.form.get("submission", ""), MAX_AGE)
    if not isinstance(value, list) or len(value) != 4:
        return None
    return FormToken(*value)
