"""Routes of the people who work for the entity: inviting, changing, retiring them."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, unfinished
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.forms import RetireForm
from app.administration.pages import form_page
from app.administration.showing import answered, beside, left, went
from app.domain.roles import Permission
from app.house_forms import InvitationForm, PersonForm
from app.models import Account, Invitation
from app.refusals import attempt
from app.services import entities, invitations, leaving, offices, staff
from app.services.changes import mark_of
from app.services.handing import Given
from app.web import entity, settings, thousands

ONE = "/personas/<int(max=2147483647):person_id>"
AN_INVITATION = "/invitaciones/<int(max=2147483647):invitation_id>"


@bp.get("/personas")
@staff_only(Permission.ADMINISTER)
def people() -> ResponseReturnValue:
    """Who works for the entity, or did; and who was invited."""
    active = request.args.get("estado") != "retiradas"
    found, following = staff.page(entity().id, active=active, after=number_in("despues"))
    invited = invitations.pending(entity().id) if active else []
    counts = staff.counted(entity().id)
    return render_template(
        "administration/people.html",
        people=found,
        active=active,
        counts=[thousands(counts.get(state, 0)) for state in (True, False)],
        next_url=url_for(
            "administration.people", estado=request.args.get("estado"), despues=following
        )
        if following
        else "",
        invited=invited,
        links=links_of(invited),
        now=clock.now(),
    )


@bp.route("/personas/invitar", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def invite() -> ResponseReturnValue:
    """Invite somebody by a link that works once."""
    form, refusal = InvitationForm(), None
    form.offer(entities.offices(entity().id))
    if form.validate_on_submit():
        sent: list[Invitation] = []
        refusal = attempt(
            lambda: sent.append(invitations.invite(form.typed(), author=account(), now=clock.now()))
        )
        if refusal is None:
            flash(f"Se invitó a {sent[0].display_name}.{_how()}", "success")
            return _to_list()
        refusal = beside(form, refusal)
    page = render_template("administration/invite.html", form=form, refusal=refusal)
    return answered(page, form, refusal)


@bp.post(f"{AN_INVITATION}/reenviar")
@staff_only(Permission.ADMINISTER)
def resend_invitation(invitation_id: int) -> ResponseReturnValue:
    """Send another link; the earlier ones open nothing more."""
    invitations.resend(invitation_id, author=account(), now=clock.now())
    flash(f"La invitación tiene un enlace nuevo, por siete días.{_how()}", "success")
    return _to_list()


@bp.post(f"{AN_INVITATION}/retirar")
@staff_only(Permission.ADMINISTER)
def withdraw_invitation(invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    invitations.withdraw(invitation_id, author=account(), now=clock.now())
    flash("Invitación retirada: su enlace ya no abre nada.", "success")
    return _to_list()


@bp.route(ONE, methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def edit_person(person_id: int) -> ResponseReturnValue:
    """Change the name, the e-mail, the role or the office of somebody."""
    person = staff.find(person_id, entity().id)
    form, refusal = PersonForm(data=_present(person)), None
    form.offer(entities.offices(entity().id))
    if form.validate_on_submit():
        refusal = attempt(
            lambda: staff.change(
                person_id,
                form.typed(),
                author=account(),
                now=clock.now(),
                shown=form.shown.data or "",
            )
        )
        if refusal is None:
            flash("Datos guardados.", "success")
            return _to_list()
        person = staff.find(person_id, entity().id)
    return form_page(
        "administration/person.html",
        form,
        refusal,
        present=lambda: _present(person),
        person=person,
        cases=staff.open_cases(person_id, entity().id),
    )


@bp.route(f"{ONE}/retirar", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def retire(person_id: int) -> ResponseReturnValue:
    """Close somebody's account: where their open cases go is chosen first."""
    person = staff.find(person_id, entity().id)
    form, refusal = RetireForm(), None
    names = {office.id: office.name for office in offices.of_entity(entity().id)}
    form.offer(staff.takers(entity().id, person_id), names)
    if form.validate_on_submit():
        given: list[Given] = []
        refusal = attempt(
            lambda: given.append(
                staff.retire(person_id, to_id=form.chosen, author=account(), now=clock.now())
            )
        )
        if refusal is None:
            said = went(given[0].moved) + left(len(given[0].left))
            flash(f"Cuenta desactivada: ya no puede entrar.{said}", "success")
            return _to_list()
        refusal = beside(form, refusal)
        person = staff.find(person_id, entity().id)
    page = render_template(
        "administration/retire.html",
        form=form,
        refusal=refusal,
        person=person,
        cases=staff.open_cases(person_id, entity().id),
        unread=staff.unread(person_id, account()),
        ties=leaving.ties_of(person, clock.now().date()),
    )
    return answered(page, form, refusal)


@bp.post(f"{ONE}/reactivar")
@staff_only(Permission.ADMINISTER)
def readmit(person_id: int) -> ResponseReturnValue:
    """Open again the account of somebody who had left."""
    staff.readmit(person_id, author=account(), now=clock.now())
    flash(
        "Cuenta activada. Entra con la contraseña que tenía, o la recupera por correo.", "success"
    )
    return _to_list()


def _present(person: Account) -> dict[str, Any]:
    facts = staff.facts_of(person)
    return facts | {"office": str(person.office_id or ""), "shown": mark_of(facts)}


def links_of(invited: Sequence[Invitation]) -> dict[int, str]:
    """The links of invitations, to hand over by other means where no mail leaves; none where it
    does, so that only who has the mailbox accepts."""
    if settings().mail_server:
        return {}
    signer, base = unfinished.signer(), settings().base_url
    return {
        one.id: base + url_for("registration.accept", token=invitations.token_of(one, signer))
        for one in invited
    }


def number_in(name: str) -> int | None:
    """A number of the query, or None."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _how() -> str:
    if settings().mail_server:
        return " El enlace va en un correo."
    return " No hay servidor de correo: copie el enlace de la lista y entrégueselo."


def _to_list() -> Any:
    return redirect(url_for("administration.people"), code=303)
