"""Routes of a citizen as the staff of one entity see them, and of the code for who lost access."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.domain.roles import Permission
from app.refusals import attempt
from app.services import citizens, claims
from app.staff.blueprint import bp
from app.staff.forms import NewCodeForm
from app.unfinished import signer
from app.web import settings

# The largest number that an id of the tables can be.
PERSON = "/ciudadanos/<int(max=2147483647):person_id>"


@bp.get(PERSON)
@staff_only(Permission.SEE_CASES)
def person(person_id: int) -> ResponseReturnValue:
    """The data of a citizen and their cases in this entity."""
    found = citizens.find(person_id, reader=account())
    return render_template("staff/person.html", citizen=found, now=clock.now())


@bp.route(f"{PERSON}/codigo", methods=["GET", "POST"])
@staff_only(Permission.COUNTER)
def new_code(person_id: int) -> ResponseReturnValue:
    """Give a new code to who lost access, once their document was checked (S14)."""
    found = citizens.find(person_id, reader=account())
    form, refusal, given = NewCodeForm(), None, []
    if form.validate_on_submit():
        refusal = attempt(
            lambda: given.append(
                claims.issue(
                    person_id,
                    clerk=account(),
                    reason=form.reason.data or "",
                    signer=signer(),
                    now=clock.now(),
                )
            )
        )
    if given:
        return redirect(url_for("staff.code_receipt", person_id=person_id), code=303)
    status = refusal.status if refusal else 422 if form.errors else 200
    page = render_template("staff/new_code.html", citizen=found, form=form, refusal=refusal)
    return page, status, refusal.headers if refusal else {}


@bp.get(f"{PERSON}/codigo/constancia")
@staff_only(Permission.COUNTER)
def code_receipt(person_id: int) -> ResponseReturnValue:
    """The new code, to be printed right after it was given."""
    found = citizens.find(person_id, reader=account())
    code = claims.code_to_show(person_id, clerk=account(), signer=signer(), now=clock.now())
    if code is None:
        return redirect(url_for("staff.person", person_id=person_id))
    return render_template(
        "staff/code_receipt.html",
        citizen=found,
        code=code,
        claim=citizens.live_claim(person_id, clock.now()),
        site=settings().base_url,
    )


@bp.post(f"{PERSON}/codigo/entregado")
@staff_only(Permission.COUNTER)
def code_done(person_id: int) -> ResponseReturnValue:
    """The paper was handed over: the code is not shown again."""
    citizens.find(person_id, reader=account())
    claims.hand_over(person_id, clerk=account(), now=clock.now())
    return redirect(url_for("staff.person", person_id=person_id), code=303)
