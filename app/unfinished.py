"""Forms whose words must not be lost: their token, and what happens when the session is over.

A form with long text carries a signed token that says whose it is and which form. If it arrives
when nobody is signed in any more, the words and the good files become a draft of that person,
who signs in again and finds them.
"""

from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.services import drafts
from app.services.storage import StoredFile
from app.services.tokens import SUBMISSION, Signer
from app.uploads import store

MAX_AGE = 3 * 24 * 3600  # seconds; a form open for longer files as a new one
FIELDS = ("kind", "topic", "entity", "body")


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


def read_token(account_id: int, form: str) -> FormToken | None:
    """The token that came with the form, if it is this person's and this form's."""
    token = _read()
    return token if token and (token.account_id, token.form) == (account_id, form) else None


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
    if request.method != "POST":
        return None
    token = _read()
    if token is None:
        return None
    received = store().receive(
        request.files.getlist("attachments"), kept_tokens(), owner_of(token.account_id)
    )
    fields: dict[str, Any] = {name: request.form.get(name, "") for name in FIELDS}
    fields["kept"] = [file.token for file in shown_again(received.kept, token.account_id)]
    drafts.save(token.account_id, token.form, fields, clock.now())
    flash(
        "Su sesión terminó antes de enviar. Guardamos lo que escribió y sus archivos: "
        "ingrese y continúe donde iba.",
        "warning",
    )
    for problem in received.problems:
        flash(problem, "error")
    return redirect(url_for("auth.login", next=token.back), code=303)


def _read() -> FormToken | None:
    value = signer().read(SUBMISSION, request.form.get("submission", ""), MAX_AGE)
    if not isinstance(value, list) or len(value) != 4:
        return None
    return FormToken(*value)
