"""Routes of what the entity says in its own words (W8)."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.forms import PortalTextForm
from app.administration.pages import form_page, marked
from app.domain.portal_texts import PortalText
from app.domain.roles import Permission
from app.forms import ConfirmForm
from app.refusals import attempt
from app.services import portal_texts as service
from app.web import directory, entity

# Where citizens read each.
PAGES = {
    PortalText.WELCOME: "portal.home",
    PortalText.GENERAL: "portal.general",
    PortalText.ACCESSIBILITY: "portal.accessibility",
}


@bp.get("/textos")
@staff_only(Permission.ADMINISTER)
def portal_texts() -> ResponseReturnValue:
    """What the entity says in its own words, and where it leaves those of the product."""
    return render_template(
        "administration/portal_texts.html",
        texts=list(PortalText),
        own=service.of_entity(entity().id),
        notice=service.notices(entity().id)[0],
        pages=PAGES,
    )


@bp.route("/textos/<name>", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def portal_text(name: str) -> ResponseReturnValue:
    """Say it in other words, after seeing how they look."""
    text = _text_or_404(name)
    form = PortalTextForm(data=_present(text))
    preview, refusal = "", None
    if form.validate_on_submit():
        words = form.words.data or ""
        if "preview" in request.form:
            refusal = attempt(lambda: service.checked(text, words))
            preview = "" if refusal else words
        else:
            refusal = attempt(
                lambda: service.write(
                    text,
                    words,
                    author=account(),
                    now=clock.now(),
                    shown=form.shown.data or "",
                )
            )
            if refusal is None:
                return _done("Texto guardado.")
    return form_page(
        "administration/portal_text.html",
        form,
        refusal,
        present=lambda: _present(text),
        text=text,
        is_own=bool(service.of_entity(entity().id).get(text)),
        preview=preview,
        page=PAGES[text],
    )


@bp.post("/textos/<name>/restaurar")
@staff_only(Permission.ADMINISTER)
def restore_text(name: str) -> ResponseReturnValue:
    """Go back to the words of the product."""
    text, form = _text_or_404(name), ConfirmForm()
    if form.validate_on_submit():
        service.write(text, "", author=account(), now=clock.now())
    return _done("Volvieron las palabras del producto.")


@bp.route("/textos/aviso", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def data_notice() -> ResponseReturnValue:
    """Publish a new version of the notice on personal data, after seeing how it looks."""
    versions = service.notices(entity().id)
    form = PortalTextForm(data=marked(words=versions[0].text))
    preview, refusal = "", None
    if form.validate_on_submit():
        words = form.words.data or ""
        if "preview" in request.form:
            refusal = attempt(lambda: service.checked_notice(words))
            preview = "" if refusal else words
        else:
            refusal = attempt(
                lambda: service.publish_notice(
                    words, author=account(), now=clock.now(), shown=form.shown.data or ""
                )
            )
            if refusal is None:
                return _done("Aviso publicado. Las versiones anteriores se conservan.")
    return form_page(
        "administration/data_notice.html",
        form,
        refusal,
        present=lambda: marked(words=service.notices(entity().id)[0].text),
        versions=versions,
        preview=preview,
        longest=service.LONGEST_NOTICE,
    )


def _present(text: PortalText) -> dict[str, str]:
    """The entity's own words; those of the product where it has none, which are of nobody."""
    own = service.of_entity(entity().id).get(text, "")
    default = text.default.replace("{entidad}", entity().named)
    return marked(words=own) | {"words": own or default}


def _text_or_404(name: str) -> PortalText:
    return PortalText(name) if name in set(PortalText) else abort(404)


def _done(words: str) -> ResponseReturnValue:
    directory().forget()
    flash(words, "success")
    return redirect(url_for("administration.portal_texts"), code=303)
