"""Routes of the days on which somebody is away, and of who stands in."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.domain.roles import Permission
from app.models import Absence, Account
from app.refusals import attempt
from app.services import absences, casework
from app.staff.blueprint import bp
from app.staff.forms import AbsenceForm
from app.web import entity, short_day


@dataclass(frozen=True)
class Away:
    """An absence as the page shows it."""

    id: int
    person: str
    substitute: str
    days: str
    has_begun: bool
    can_end: bool


@bp.route("/ausencias", methods=["GET", "POST"], endpoint="absences")
@staff_only(Permission.WORK)
def show() -> ResponseReturnValue:
    """Say that one will be away, or somebody else will, and see who is."""
    reader, now = account(), clock.now()
    form, refusal = AbsenceForm(), None
    form.offer(casework.people(entity().id), reader.id, anybody=reader.may(Permission.ASSIGN))
    if form.validate_on_submit():
        refusal = attempt(
            lambda: absences.register(
                person_id=int(form.person.data),
                substitute_id=int(form.substitute.data),
                first=cast(date, form.day("first")),
                last=cast(date, form.day("last")),
                author=reader,
                now=now,
            )
        )
        if refusal is None:
            flash("Ausencia guardada.", "success")
            return redirect(url_for("staff.absences"), code=303)
        if refusal.field:
            form[refusal.field].errors = [refusal.sentence]
    page = render_template(
        "staff/absences.html",
        form=form,
        refusal=None if refusal and refusal.field else refusal,
        rows=[_away(row, reader, now.date()) for row in absences.seen_by(reader, now.date())],
        is_for_all=reader.may(Permission.ASSIGN),
    )
    status = refusal.status if refusal else 422 if form.errors else 200
    return page, status, refusal.headers if refusal else {}


@bp.post("/ausencias/<int(max=2147483647):absence_id>/terminar")
@staff_only(Permission.WORK)
def end_absence(absence_id: int) -> ResponseReturnValue:
    """End an absence, or take it away if it had not begun."""
    had_begun = absences.end(absence_id, author=account(), now=clock.now())
    ended = "La ausencia terminó. Desde hoy la persona recibe otra vez lo suyo."
    flash(ended if had_begun else "La ausencia quedó cancelada.", "success")
    return redirect(url_for("staff.absences"), code=303)


def _away(row: Absence, reader: Account, today: date) -> Away:
    one_day = row.first == row.last
    days = short_day(row.first) if one_day else f"{short_day(row.first)} a {short_day(row.last)}"
    return Away(
        id=row.id,
        person=row.account.display_name,
        substitute=row.substitute.display_name,
        days=days,
        has_begun=row.first <= today,
        can_end=row.account_id == reader.id or reader.may(Permission.ASSIGN),
    )
