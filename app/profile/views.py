"""Routes of one's own account."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access, clock, devices, unfinished
from app.access import citizen_only, limited, public, signed_in
from app.domain.divipola import by_department, municipalities
from app.domain.errors import NotFound, Throttled
from app.domain.registration import FIELD_LABELS, FieldRefused
from app.errors import in_words
from app.extensions import csrf
from app.models import AccountChange
from app.profile.forms import PasswordForm, ProfileForm
from app.services import accounts, consents, credentials, decisions, drafts, sessions
from app.services.tokens import STOP_NOTICES
from app.unfinished import signer
from app.web import entity

bp = Blueprint("profile", __name__)


@bp.route("/mis-datos", methods=["GET", "POST"])
@citizen_only
def show() -> ResponseReturnValue:
    """See and change one's registration data, with what they were before (S15)."""
    account_id = access.account().id
    if request.method != "POST":
        if not access.is_fresh():
            return redirect(url_for("auth.confirm", next=url_for("profile.show")))
        return _restored_page()
    form = ProfileForm(obj=access.account())
    form.keep_document(access.account())
    try:
        confirmed = access.is_fresh() or _confirmed(form)
        if not (form.validate() and confirmed):
            return _profile_page(form, confirm=not confirmed), 422
        changed = accounts.update_profile(
            account_id, form.data, author_id=account_id, now=clock.now()
        )
    except FieldRefused as refusal:
        form.refuse(refusal.field, str(refusal))
        return _profile_page(form), 422
    except Throttled as wait:
        page = _profile_page(form, confirm=not access.is_fresh(), wait=_wait_words(wait))
        return page, 429, {"Retry-After": str(wait.retry_after)}
    drafts.discard(account_id, drafts.PROFILE)
    flash("Sus datos quedaron actualizados." if changed else "No cambió ningún dato.", "success")
    return redirect(url_for("profile.show"), code=303)


@bp.post("/mis-datos/notificacion")
@citizen_only
def consent() -> ResponseReturnValue:
    """Accept or revoke electronic notification for all one's cases (Ley 1437, article 56)."""
    accepts = request.form.get("accepts") == "y"
    consents.decide(access.account(), accepts, now=clock.now())
    flash(
        "Aceptó que le notifiquen por el sistema."
        if accepts
        else "Ya no acepta que le notifiquen por el sistema.",
        "success",
    )
    return redirect(url_for("profile.show"), code=303)


@bp.route("/mis-datos/contrasena", methods=["GET", "POST"])
@signed_in
@limited("60/minute")
def password() -> ResponseReturnValue:
    """Change the password; every other session ends."""
    form = PasswordForm()
    if not form.is_submitted():
        return _password_page(form)
    if not form.validate():
        return _password_page(form), 422
    try:
        secret = credentials.change_password(
            access.account(),
            current=form.current_password.data or "",
            new=form.password.data or "",
            device=devices.this_device(),
            entity_id=entity().id,
            now=clock.now(),
        )
    except FieldRefused as refusal:
        form[refusal.field].errors = [str(refusal)]
        return _password_page(form), 422
    except Throttled as wait:
        return _password_page(form, _wait_words(wait)), 429, {"Retry-After": str(wait.retry_after)}
    devices.begin(secret)
    flash(
        "Su contraseña cambió. Cerramos sus sesiones en otros equipos, y ninguno recuerda la "
        "contraseña anterior.",
        "success",
    )
    response = redirect(url_for("profile.sessions"), code=303)
    devices.keep_password(response, None)
    return response


@bp.route("/mis-datos/sesiones", methods=["GET", "POST"], endpoint="sessions")
@signed_in
def my_sessions() -> ResponseReturnValue:
    """The devices where one's account is open, and closing the others (T3)."""
    now, here = clock.now(), access.login_session()
    account_id = access.account().id
    if request.method == "POST":
        sessions.end_all(account_id, now, except_id=here.id)
        flash("Se cerraron sus sesiones en los demás equipos.", "success")
        return redirect(url_for("profile.sessions"), code=303)
    return render_template(
        "profile/sessions.html",
        here=here,
        rows=sessions.of_account(account_id, now),
        remembered=sessions.remembered_devices(account_id, now),
    )


@bp.route("/avisos/parar/<token>", methods=["GET", "POST"])
@csrf.exempt
@public
def stop_notices(token: str) -> ResponseReturnValue:
    """Stop the notices with one click: the link of a letter, or the mail program itself
    (RFC 8058), which sends neither cookie nor token. A second click does no harm."""
    account_id = signer().read(STOP_NOTICES, token)
    if not isinstance(account_id, int):
        raise NotFound("stop notices")
    if request.method == "POST":
        accounts.stop_notices(account_id, clock.now())
        return render_template("profile/stopped.html")
    return render_template("profile/stop_notices.html", token=token)


def _confirmed(form: ProfileForm) -> bool:
    """Whether the password came along with the data; the session begins anew then."""
    typed = form.current_password.data or ""
    if not typed:
        return False
    secret = credentials.confirm(
        access.account(), access.login_session().id, typed, now=clock.now()
    )
    if secret is None:
        return False
    devices.begin(secret)
    return True


def _restored_page() -> str:
    """The data as they are, or as they were typed when a session ended before they were saved."""
    account = access.account()
    unsaved = drafts.load(account.id, drafts.PROFILE)
    if unsaved is None:
        form = ProfileForm(formdata=None, obj=account)
    else:
        form = ProfileForm(formdata=None, data=unfinished.typed_data(unsaved))
    form.keep_document(account)
    return _profile_page(form, is_restored=unsaved is not None)


def _wait_words(wait: Throttled) -> str:
    return f"Hubo muchos intentos. Espere {in_words(wait.retry_after)}."


def _profile_page(
    form: ProfileForm, *, confirm: bool = False, wait: str = "", is_restored: bool = False
) -> str:
    account_id = access.account().id
    if confirm and not wait:
        form.refuse("current_password", "Para guardar los cambios, escriba su contraseña.")
    return render_template(
        "profile/show.html",
        form=form,
        confirm=confirm,
        wait=wait,
        is_restored=is_restored,
        token=unfinished.new_token(account_id, drafts.PROFILE, url_for("profile.show")),
        places=by_department(),
        consent=decisions.of_account(access.account(), clock.now()),
        history=[_line(change) for change in accounts.history(account_id)],
    )


def _line(change: AccountChange) -> tuple[AccountChange, str, str, str]:
    """A change with its field and values in words."""
    label = FIELD_LABELS.get(change.field, change.field)
    if change.field == "municipality":
        return change, label, _place(change.old), _place(change.new)
    return change, label, change.old, change.new


def _place(code: str) -> str:
    place = municipalities().get(code)
    return place.label if place else code


def _password_page(form: PasswordForm, wait: str = "") -> str:
    return render_template("profile/password.html", form=form, wait=wait)
