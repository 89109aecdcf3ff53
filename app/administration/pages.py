"""The page of a form of this room, as its service left it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.administration.showing import beside
from app.domain.divipola import municipalities
from app.forms import Form
from app.refusals import Refusal
from app.services.changes import MEANWHILE, mark_of


def marked(**facts: str) -> dict[str, str]:
    """What is there now, as the fields of a form, with its mark."""
    return facts | {"shown": mark_of(facts)}


def form_page(
    template: str,
    form: Form,
    refusal: Refusal | None,
    *,
    present: Callable[[], Mapping[str, Any]] | None = None,
    **values: Any,
) -> ResponseReturnValue:
    """The form with everything typed, and why it was refused: beside its field, or above all.
    `present` says what is there now, for a form that somebody else was quicker to send."""
    there = there_now(form, refusal, present)
    above = beside(form, refusal)
    page = render_template(template, form=form, refusal=above, there=there, **values)
    is_bad = bool(form.errors) and request.method == "POST"
    status = refusal.status if refusal else 422 if is_bad else 200
    return page, status, refusal.headers if refusal else {}


def there_now(
    form: Form, refusal: Refusal | None, present: Callable[[], Mapping[str, Any]] | None
) -> list[tuple[str, str]]:
    """What is there now wherever it is not what was typed, if somebody changed it meanwhile. The
    form is marked anew: whoever has seen this may send it again."""
    if present is None or refusal is None or refusal.sentence != MEANWHILE:
        return []
    facts = present()
    form["shown"].data = facts["shown"]
    return [
        (field.label.text.removesuffix(" (opcional)"), _in_words(field, facts[field.name]))
        for field in form
        if field.name in facts and field.name != "shown"
        if (facts[field.name] or "") != (field.data or "")
    ]


def _in_words(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return "Sí" if value else "No"
    if field.name == "municipality" and value in municipalities():
        return municipalities()[value].label
    labels = {choice.value: str(choice.label) for choice in getattr(field, "choices", None) or ()}
    return labels.get(value, str(value or ""))
