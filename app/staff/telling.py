"""The page of what went out and has to be told by other means than mail: whom to call, what to
print, and where to write down how it was done."""

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import account, staff_only
from app.domain.requerimiento import Action
from app.domain.roles import Permission
from app.domain.telling import Untold
from app.models import Account
from app.services import casework, untold
from app.services.legal_letters import title_of
from app.services.untold import COUNT_CAP, Line
from app.staff import address
from app.staff.blueprint import bp
from app.web import thousands


@dataclass(frozen=True)
class Tab:
    """One of the two reasons, with how many wait for it."""

    label: str
    count: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Letter:
    """What went out, as a paper to print."""

    title: str
    url: str


@dataclass(frozen=True)
class Row:
    """A person to be told, with the papers and where it is written down; "" for whoever may not."""

    line: Line
    letters: list[Letter]
    notify_url: str


@bp.get("/por-comunicar")
@staff_only(Permission.NOTIFY)
def to_tell() -> ResponseReturnValue:
    """Whom to tell, the earliest due first."""
    typed = request.args.get("motivo", "")
    why = Untold(typed) if typed in set(Untold) else Untold.NO_MAIL
    reader = account()
    after = address.key(request.args.get("after", ""))
    found = untold.page(reader, why, after=after)
    numbers = untold.counts(reader)
    return render_template(
        "staff/to_tell.html",
        why=why,
        rows=[_row(line, reader) for line in found.rows],
        tabs=[_tab(reason, numbers[reason], why) for reason in Untold],
        next_url=_url(why, address.written_key(found.next_after)) if found.next_after else "",
        first_url=_url(why) if after else "",
    )


def _row(line: Line, reader: Account) -> Row:
    code = line.case.radicado
    may = casework.refusal(line.case, Action.NOTIFY, reader) is None
    return Row(
        line,
        [
            Letter(
                f"{_title(line, letter.action)} {letter.radicado}",
                url_for("staff.letter", radicado=code, code=letter.radicado),
            )
            for letter in line.letters
        ],
        url_for("staff.notify", radicado=code) if may else "",
    )


def _title(line: Line, action: Action | None) -> str:
    """What went out. Which term another date was of is in the letter, and not in the list."""
    if action is Action.EXTEND and line.case.days_of_law:
        return "Nueva fecha para responder"
    return title_of(action)


def _tab(reason: Untold, number: int, chosen: Untold) -> Tab:
    count = f"más de {thousands(COUNT_CAP)}" if number > COUNT_CAP else thousands(number)
    return Tab(reason.label, count, _url(reason), reason is chosen)


def _url(why: Untold, after: str = "") -> str:
    return url_for("staff.to_tell", motivo=why.value, after=after or None)
