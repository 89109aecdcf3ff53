"""Erasing what a case says of persons once nobody is owed an answer (Ley 1581 of 2012, article 8):
its number, its dates and its course stay, and the register still proves them.

What was kept apart from the case (the account, the receipt, the files themselves) is for whoever
erases a person to see to.
"""

from datetime import datetime

from app.domain.errors import RuleBroken
from app.domain.requerimiento import Action
from app.extensions import writing
from app.models import Account
from app.services import register, search
from app.services.casework import case_for, move


def erase(radicado: str, *, reason: str, author: Account, now: datetime) -> None:
    """Erase the words of a case, of its conversation and of its history, and the names of its
    files, also from the search. A line of the history says that it was done, and why.

    Raises:
        RuleBroken: the case is open, the role does not admit it, or there is no reason.
        NotFound: it is not the author's to see.
    """
    words = " ".join(reason.split())
    if not words:
        raise RuleBroken("Escriba por qué se suprimen los datos.")
    with writing():
        case = case_for(radicado, Action.ERASE, author)
        register.erase(case)
        search.reword(case)
        move(case, Action.ERASE, author=author, note=words, now=now)
