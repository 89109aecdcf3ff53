"""What a browser keeps of a person: the session, the user cookie and the password cookie (S2).

The user cookie holds the user name and nothing else. The password cookie holds the value that
`services.sessions.remember` gave, never the password.
"""

import re
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import current_app, request, session, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from app import access, clock, unfinished
from app.domain.person import username_problem
from app.domain.roles import Permission
from app.models import Account
from app.services import sessions
from app.services.claims import GRANT
from app.services.credentials import Device
from app.services.tokens import GRANTED_CLAIM
from app.web import settings

USERNAME_DAYS = 180
LONGEST_ADDRESS = 2000  # characters of a page to go on to
_PASSWORD_COOKIE = re.compile(r"[A-Za-z0-9_-]{20}\.[A-Za-z0-9_-]{43}", re.ASCII)

# The first that is found names the browser or the system; the order matters, since browsers
# also bear the names of others.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


class GrantedClaim(NamedTuple):
    """A claim that was proved, the requerimiento to go on to, and until when."""

    claim_id: int
    radicado: str
    until: str

    @property
    def is_open(self) -> bool:
        """Whether there is time left to use it."""
        return datetime.fromisoformat(self.until) > clock.now()


def this_device() -> Device:
    """The browser of this request, and what it holds of an earlier entry."""
    return Device(
        name=_device_name(request.user_agent.string),
        session_id=access.login_session().id if current_user.is_authenticated else None,
        password_cookie=password_cookie(),
        address=address(),
    )


def address() -> str:
    """The network address that the request comes from, as far as it can be trusted."""
    return request.remote_addr or ""


def begin(secret: str) -> None:
    """Begin a new session in this browser; nothing of the old one goes over to it."""
    session.clear()
    session["sid"] = secret
    access.forget_reader()


def end() -> None:
    """Leave nothing of the session in this browser."""
    session.clear()
    access.forget_reader()


def grant_claim(claim_id: int, radicado: str) -> None:
    """Note that this browser proved a claim, which opens *Completar datos* for a while;
    `radicado` is what the person came to follow."""
    session["claim"] = [claim_id, radicado, (clock.now() + GRANT).isoformat()]


def granted_claim() -> GrantedClaim | None:
    """The claim that this browser proved, also when its time is over. The form carries it too,
    signed: so it outlives a session that was lost while the person typed."""
    signed = unfinished.signer().read(GRANTED_CLAIM, request.form.get("grant", ""))
    found = session.get("claim") or signed
    if found is None:
        return None
    session["claim"] = found
    return GrantedClaim(*found)


def grant_token() -> str:
    """The proved claim, for the form that completes the data."""
    return unfinished.signer().sign(GRANTED_CLAIM, session.get("claim"))


def remembered_username() -> str:
    """The user name in the user cookie, or ""."""
    name = request.cookies.get(_name("sac_usuario"), "")
    return "" if username_problem(name) else name


def password_cookie() -> str:
    """The value of the password cookie, or "" when there is none that could be ours."""
    value = request.cookies.get(_name("sac_clave"), "")
    return value if _PASSWORD_COOKIE.fullmatch(value) else ""


def has_password_cookie() -> bool:
    """Whether this browser sent a password cookie, be it good or not."""
    return _name("sac_clave") in request.cookies


def keep_username(response: Response, username: str | None) -> None:
    """Set the user cookie, or delete it."""
    _keep(response, "sac_usuario", username, USERNAME_DAYS * 24 * 3600)


def keep_password(response: Response, value: str | None) -> None:
    """Set the password cookie, or delete it."""
    _keep(response, "sac_clave", value, int(sessions.REMEMBERED.total_seconds()))


def next_page(typed: str, account: Account) -> str:
    """Where to go after entering: the page that was asked for if it is ours, else one's own."""
    if is_our_page(typed):
        return typed
    if not account.is_staff:
        return url_for("citizen.index")
    return url_for("staff.queue" if account.may(Permission.SEE_CASES) else "profile.sessions")


def is_our_page(target: str) -> bool:
    """Whether `target` is the path of a page of this site, and nothing that a browser could
    take for another one."""
    if not target.startswith("/") or target.startswith("//") or len(target) > LONGEST_ADDRESS:
        return False
    if "\\" in target or any(ord(c) <= 32 or ord(c) == 127 for c in target):
        return False
    try:
        parts = urlsplit(target)
        adapter = current_app.create_url_adapter(request)
        if parts.scheme or parts.netloc or adapter is None:
            return False
        endpoint, _ = adapter.match(parts.path, method="GET")
    except RequestRedirect:
        return True
    except (HTTPException, ValueError):
        return False
    return endpoint not in ("auth.login", "auth.recover")  # no way on from there


def _keep(response: Response, name: str, value: str | None, seconds: int) -> None:
    flags = {"path": "/", "secure": settings().secure, "httponly": True, "samesite": "Lax"}
    if value:
        response.set_cookie(_name(name), value, max_age=seconds, **flags)  # type: ignore[arg-type]  # mixed
    else:
        response.delete_cookie(_name(name), **flags)  # type: ignore[arg-type]  # mixed


def _name(name: str) -> str:
    return f"__Host-{name}" if settings().secure else name


def _device_name(user_agent: str) -> str:
    """«Chrome en Android»; what a person recognises, and no more."""
    browser = next((word for mark, word in _BROWSERS.items() if mark in user_agent), "")
    system = next((word for mark, word in _SYSTEMS.items() if mark in user_agent), "")
    return " en ".join(filter(None, (browser, system))) or "Navegador desconocido"
