"""Routes of *Registrarse* and *Completar datos*."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from app import access, clock, devices, unfinished
from app.access import limited, public
from app.domain.divipola import by_department
from app.domain.errors import NotFound, Throttled
from app.domain.registration import FieldRefused, PersonData
from app.errors import in_words
from app.models import Account, DataNotice
from app.person_forms import AccountForm
from app.registration.forms import ClaimForm
from app.services import accounts, claims, credentials, drafts, entities, sessions
from app.services.accounts import DocumentTaken
from app.services.claims import ClaimRefused, ClaimSpent
from app.services.credentials import Entered
from app.web import entity

bp = Blueprint("registration", __name__)

CHANNEL = "web"


@bp.route("/registro", methods=["GET", "POST"])
@public
@limited("60/minute")
def register() -> ResponseReturnValue:
    """Open an account and come in with it (S4)."""
    if current_user.is_authenticated:
        flash("Ya ingresó al sistema. Para registrar a otra persona, primero salga.", "info")
        return redirect(devices.next_page("", access.account()), code=303)
    form, notice = AccountForm(), _notice()
    if not form.is_submitted():
        return _register_page(form, notice)
    if "propose" in request.form:
        return _propose(form, notice)
    if not form.validate():
        return _register_page(form, notice), 422
    try:
        account = accounts.register(
            form.data,
            username=form.username.data or "",
            password=form.password.data or "",
            notice_id=notice.id,
            channel=CHANNEL,
            address=devices.address(),
            now=clock.now(),
        )
    except DocumentTaken as taken:
        return _sent_twice(form) or _refused(form, notice, taken)
    except FieldRefused as refusal:
        return _refused(form, notice, refusal)
    except Throttled as wait:
        words = f"Hubo muchos registros con documentos que ya tienen cuenta. {_wait_words(wait)}"
        return _register_page(form, notice, words), 429, {"Retry-After": str(wait.retry_after)}
    _sign_in(account)
    flash(f"Bienvenido. Su usuario es {account.username}: lo necesita para ingresar.", "success")
    return redirect(url_for("citizen.index"), code=303)


@bp.post("/registro/usuario")
@public
@limited("60/minute")
def username() -> ResponseReturnValue:
    """The user name that a person would get, for the page to propose while they type.

    By POST, so that no name of a person stays in an address.
    """
    person = PersonData.of(request.form)
    has_name = person.legal_name or (person.first_names and person.surnames)
    return jsonify(username=accounts.propose_username(person) if has_name else "")


@bp.route("/completar-datos", methods=["GET", "POST"])
@public
@limited("60/minute")
def complete() -> ResponseReturnValue:
    """Show the receipt of the counter: radicado, document and code (S5)."""
    form = ClaimForm()
    if not form.is_submitted():
        return _claim_page(form)
    if not form.validate():
        return _claim_page(form), 422
    try:
        claim, radicado = claims.find(
            form.radicado.data or "",
            form.document_number.data or "",
            form.claim_code.data or "",
            address=devices.address(),
            now=clock.now(),
        )
    except ClaimRefused as refusal:
        form.radicado.errors = [str(refusal)]
        return _claim_page(form), 422
    except Throttled as wait:
        words = f"Hubo muchos intentos. {_wait_words(wait)}"
        return _claim_page(form, words), 429, {"Retry-After": str(wait.retry_after)}
    devices.grant_claim(claim.id, radicado)
    return redirect(url_for("registration.complete_data"), code=303)


@bp.route("/completar-datos/datos", methods=["GET", "POST"])
@public
@limited("60/minute")
def complete_data() -> ResponseReturnValue:
    """Fill in what was not said at the counter, and choose a password (S5, S6)."""
    grant = devices.granted_claim()
    account = claims.granted(grant.claim_id) if grant else None
    if grant is None or not grant.is_open or (account is None and request.method != "POST"):
        return _show_receipt_again(account)
    notice = _notice()
    if request.method != "POST":
        return _complete_page(_account_form(account), notice)
    form = AccountForm(obj=account)
    form.keep_document(account)
    if not form.validate():
        return _complete_page(form, notice), 422
    try:
        account = claims.complete(
            grant.claim_id,
            form.data,
            username=form.username.data or "",
            password=form.password.data or "",
            notice_id=notice.id,
            channel=CHANNEL,
            address=devices.address(),
            now=clock.now(),
        )
    except ClaimSpent:
        again = _sent_twice(form, grant.radicado)
        if again is None:
            raise
        return again
    except FieldRefused as refusal:
        form.refuse(refusal.field, str(refusal))
        return _complete_page(form, notice), 422
    drafts.discard(account.id, drafts.COMPLETION)
    _sign_in(account)
    flash(f"Sus datos están completos. Su usuario es {account.username}.", "success")
    return _to_case(grant.radicado)


def _account_form(account: Account | None) -> AccountForm:
    """The data of the counter, or as they were typed when the time for it ran out."""
    unsaved = drafts.load(account.id, drafts.COMPLETION) if account else None
    if unsaved is None:
        form = AccountForm(formdata=None, obj=account)
    else:
        form = AccountForm(formdata=None, data=unfinished.typed_data(unsaved))
    form.keep_document(account)
    return form


def _show_receipt_again(account: Account | None) -> ResponseReturnValue:
    """Ask for the receipt; what was typed waits for the account that a signed claim named."""
    kept = ""
    if account is not None and request.method == "POST":
        drafts.save(account.id, drafts.COMPLETION, unfinished.typed(), clock.now())
        kept = "Guardamos lo que escribió. "
    flash(f"{kept}Escriba los datos de su constancia para continuar.", "info")
    return redirect(url_for("registration.complete"), code=303)


def _propose(form: AccountForm, notice: DataNotice) -> ResponseReturnValue:
    """Show the form again with the proposed user name, for who has no JavaScript."""
    person = form.person
    if not (person.legal_name or (person.first_names and person.surnames)):
        form.username.errors = ["Escriba primero sus nombres y apellidos, o la razón social."]
        return _register_page(form, notice), 422
    form.username.data = accounts.propose_username(person)
    return _register_page(form, notice)


def _sent_twice(form: AccountForm, radicado: str = "") -> Response | None:
    """Let in whoever pressed the button twice: the account is there, and the password theirs."""
    person = form.person
    known = accounts.by_document(person.document_type, person.document_number)
    if known is None:
        return None
    try:
        entered = credentials.enter(
            username=known.username,
            password=form.password.data or "",
            allow_document=False,
            remember=False,
            device=devices.this_device(),
            now=clock.now(),
        )
    except Throttled:
        return None
    if not isinstance(entered, Entered):
        return None
    devices.begin(entered.session_secret)
    flash(f"Ya estaba registrado. Su usuario es {entered.account.username}.", "success")
    return _to_case(radicado)


def _sign_in(account: Account) -> None:
    device = devices.this_device()
    devices.begin(sessions.start(account, device=device.name, now=clock.now()))


def _to_case(radicado: str) -> Response:
    if not radicado:
        return redirect(url_for("citizen.index"), code=303)
    return redirect(url_for("citizen.show", radicado=radicado), code=303)


def _refused(form: AccountForm, notice: DataNotice, refusal: FieldRefused) -> ResponseReturnValue:
    form.refuse(refusal.field, str(refusal))
    return _register_page(form, notice), 422


def _notice() -> DataNotice:
    """The data notice that the person is shown."""
    if not entity().id:
        raise NotFound("there is no entity yet")
    return entities.notice_in_force(entity().id)


def _wait_words(wait: Throttled) -> str:
    return f"Espere {in_words(wait.retry_after)}."


def _register_page(form: AccountForm, notice: DataNotice, wait: str = "") -> str:
    return render_template(
        "registration/register.html", form=form, notice=notice, places=by_department(), wait=wait
    )


def _complete_page(form: AccountForm, notice: DataNotice) -> str:
    return render_template(
        "registration/complete_data.html",
        form=form,
        notice=notice,
        places=by_department(),
        grant=devices.grant_token(),
    )


def _claim_page(form: ClaimForm, wait: str = "") -> str:
    example = f"{entity().prefix}{clock.now().year}ER000001"
    return render_template("registration/complete.html", form=form, wait=wait, example=example)
