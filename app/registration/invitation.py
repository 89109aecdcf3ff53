"""Routes of an invitation to the staff."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock, devices
from app.access import limited, public
from app.domain.registration import FieldRefused
from app.registration.forms import PasswordTwiceForm
from app.registration.views import bp
from app.services import invitations
from app.services.invitations import InvitationSpent
from app.unfinished import signer


@bp.route("/invitacion/<token>", methods=["GET", "POST"])
@public
@limited("30/minute")
def accept(token: str) -> ResponseReturnValue:
    """Become staff of an entity, with a password of one's own."""
    invited = invitations.find(token, signer=signer(), now=clock.now())
    if invited is None:
        return _spent()
    form = PasswordTwiceForm()
    if form.validate_on_submit():
        try:
            account = invitations.accept(
                token, form.password.data or "", signer=signer(), now=clock.now()
            )
        except FieldRefused as refusal:
            form.password.errors = [str(refusal)]
        except InvitationSpent:
            return _spent()
        else:
            devices.end()
            flash(f"Su usuario es {account.username}. Ingrese con su contraseña.", "success")
            response = redirect(url_for("auth.login"), code=303)
            devices.keep_password(response, None)
            return response
    page = render_template("registration/accept.html", form=form, invited=invited)
    return page, 422 if form.errors else 200


def _spent() -> ResponseReturnValue:
    return render_template("registration/invitation_spent.html", days=invitations.LIFE.days), 410
