"""Who may open a page. Every view says so; a test checks that none forgot."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import abort, g, redirect, request, session, url_for
from flask_login import AnonymousUserMixin, current_user

from app import clock, throttle, unfinished
from app.domain.roles import Permission
from app.extensions import login_manager
from app.models import Account, LoginSession
from app.services import sessions

View = TypeVar("View", bound=Callable[..., Any])


# What is open to who has no account and came with the key of their case.
GUEST_PAGES = frozenset(
    {
        *("citizen.index", "citizen.show", "citizen.filed", "citizen.receipt", "citizen.letter"),
        *("citizen.contribute", "citizen.draft", "citizen.ask_more_time", "citizen.withdraw"),
        "citizen.consent",
        "files.download",
    }
)


class Visitor(AnonymousUserMixin):
    """Somebody who has not signed in."""

    is_staff = False
    display_name = ""
    username = ""

    def may(self, _permission: str) -> bool:
        """A visitor may do nothing that needs a role."""
        return False


class SignedIn:
    """The account behind the present session, in the terms of Flask-Login."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, row: LoginSession) -> None:
        self.session = row
        self.account: Account = row.account

    def get_id(self) -> str:
        """Flask-Login's identity: the session's row, so that ending the row ends the session."""
        return str(self.session.id)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.account, name)


login_manager.anonymous_user = Visitor


@login_manager.request_loader
def _who_is_it(_request: object) -> SignedIn | None:
    """Find the session of the cookie. A database that cannot answer is an error, not a visitor."""
    secret = session.get("sid")
    if not isinstance(secret, str):
        return None
    row = sessions.find(secret, clock.now())
    return SignedIn(row) if row else None


def account() -> Account:
    """The account of whoever is signed in."""
    signed: Account = current_user.account
    return signed


def login_session() -> LoginSession:
    """The session of whoever is signed in."""
    row: LoginSession = current_user.session
    return row


def is_fresh() -> bool:
    """Whether the password was typed lately in this session."""
    return bool(current_user.is_authenticated) and sessions.is_fresh(login_session(), clock.now())


def public(view: View) -> View:
    """Anybody may open this page."""
    return _marked(view, "public")


def signed_in(view: View) -> View:
    """Whoever has signed in, citizens and staff, may open this page."""
    return _guarded(view, "signed in", lambda: None)


def staff_home() -> str:
    """The endpoint where a member of the staff begins: observers have no cases to see."""
    return "staff.queue" if current_user.may(Permission.SEE_CASES) else "profile.sessions"


def citizen_only(view: View) -> View:
    """Citizens may open this page; staff are shown their own."""

    def refuse() -> Any:
        return redirect(url_for(staff_home())) if current_user.is_staff else None

    return _guarded(view, "citizen", refuse)


def staff_only(permission: Permission) -> Callable[[View], View]:
    """Staff whose role has the permission may open this page; to others it does not exist."""

    def decorate(view: View) -> View:
        def refuse() -> Any:
            return None if current_user.may(permission) else abort(404)

        return _guarded(view, f"staff: {permission}", refuse)

    return decorate


def fresh(view: View) -> View:
    """A sensitive page: a session that was only remembered types the password first (S3).

    Goes below `signed_in` or `citizen_only`.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not is_fresh() and current_user.is_guest:
            return redirect(url_for("citizen.follow"))
        if not is_fresh():
            return redirect(url_for("auth.confirm", next=_where()))
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]  # wraps keeps the signature


def limited(rate: str, *, reading: bool = False) -> Callable[[View], View]:
    """Let a network address send this form so often, such as "60/minute". Reading is not counted,
    unless it is the `reading` that costs or tells.

    Goes below the audience.
    """

    def decorate(view: View) -> View:
        count = throttle.per_address(rate)

        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if reading or request.method == "POST":
                count()
            return view(*args, **kwargs)

        return guarded  # type: ignore[return-value]  # wraps keeps the signature

    return decorate


def to_login() -> Any:
    """Send a visitor to sign in, and back to where they were going, with nothing lost."""
    rescued = unfinished.rescue()
    return rescued or redirect(url_for("auth.login", next=_where()))


def _where() -> str | None:
    """The page to come back to: never the address of a form's action."""
    return request.full_path.rstrip("?") if request.method == "GET" else None


def _guarded(view: View, audience: str, refuse: Callable[[], Any]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return to_login()
        refusal = _guest_refusal() if current_user.is_guest else refuse()
        return view(*args, **kwargs) if refusal is None else refusal

    return _marked(guarded, audience)  # type: ignore[return-value]  # wraps keeps the signature


def _guest_refusal() -> Any:
    """Who came with a key of a case may do nothing that belongs to an account."""
    if request.endpoint in GUEST_PAGES:
        return None
    if request.endpoint == "citizen.new":
        asked: dict[str, Any] = {
            name: request.args.get(name) for name in ("kind", "tramite", "entidad")
        }
        return redirect(url_for("citizen.without_account", **asked))
    return abort(404)


def _marked(view: View, audience: str) -> View:
    view.audience = audience  # type: ignore[attr-defined]  # read by the architecture test
    return view


def forget_reader() -> None:
    """Let the next question about the visitor read the session anew, after it changed."""
    g.pop("_login_user", None)
