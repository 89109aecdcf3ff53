"""Accounts and their registration data: opening, changing, finding. Passwords at work are in
`credentials`, the counter's way in is in `claims`."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.domain.contact import normalise_email
from app.domain.passwords import password_problem
from app.domain.person import (
    DocumentType,
    PersonKind,
    normalise_document,
    normalise_username,
    username_problem,
)
from app.domain.registration import (
    USERNAME_LENGTH,
    FieldRefused,
    PersonData,
    name_problem,
    problems,
    tidy,
)
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import (
    Account,
    AccountChange,
    DataConsent,
    DataNotice,
    Entity,
    Office,
    Recovery,
)
from app.services import attempts, hashing, outbox, search, sessions
from app.services.tokens import digest_of

DOCUMENT_FROZEN = (
    "Su documento se verificó en ventanilla. Para cambiarlo, acérquese con el documento original."
)
# One address that hits upon documents of others is looking for them, or is an office with many
# people who forgot that they have an account: they can still recover it.
DUPLICATES = attempts.Limit(20, timedelta(hours=1))
TRIES = 5  # to find a proposed user name that nobody takes at the same moment
# What a case is found by.
NAMES = frozenset({"first_names", "surnames", "legal_name"})


class UsernameTaken(FieldRefused):
    """Somebody else has that user name."""

    def __init__(self, username: str) -> None:
        super().__init__("username", f"El usuario «{username}» ya está en uso. Escriba otro.")


class DocumentTaken(FieldRefused):
    """There is an account with that document already."""

    def __init__(self) -> None:
        super().__init__(
            "document_number",
            "Ya hay una cuenta con ese documento. Si es suya, recupere la contraseña; si radicó "
            "en persona, por teléfono o por carta, use Completar datos. Si no la reconoce, "
            "comuníquese con la Mesa de Ayuda.",
        )


def register(
    values: Mapping[str, Any],
    *,
    username: str,
    password: str,
    notice_id: int,
    channel: str,
    address: str,
    now: datetime,
) -> Account:
    """Open the account of a citizen, with the proof of which data notice was accepted.

    Without `username` the person gets the one that the guide proposes.

    Raises:
        FieldRefused: a datum cannot be accepted; UsernameTaken and DocumentTaken among them.
        Throttled: that network address came upon too many documents with an account.
    """
    person = PersonData.of(values)
    chosen = normalise_username(username)
    check_person(person)
    check_password(password, username=chosen, document=person.document_number)
    hashed = hashing.hash_password(password)
    with _few_duplicates(address, now), writing() as session:
        account = add_citizen(person, username=chosen, now=now)
        account.password_hash, account.password_changed_at = hashed, now
        consent(account, notice_id=notice_id, channel=channel, address=address, now=now)
        notice = session.get_one(DataNotice, notice_id)
        tell(account, "welcome", entity_id=notice.entity_id, now=now)
    return account


def add_citizen(person: PersonData, *, username: str, now: datetime) -> Account:
    """Add the account without a password. Part of another use case's transaction.

    Raises:
        UsernameTaken, DocumentTaken: also when two come at the same moment.
    """
    for _ in range(TRIES):
        account = Account(username=username or propose_username(person), created_at=now)
        apply(account, person)
        try:
            with _unique(account):
                db.session.add(account)
        except UsernameTaken:
            if username:
                raise
        else:
            return account
    raise UsernameTaken(account.username)


def update_profile(
    account_id: int, values: Mapping[str, Any], *, author_id: int, now: datetime
) -> list[str]:
    """Change registration data and keep the old ones (S15); the names of the fields changed.

    Raises:
        FieldRefused: a datum cannot be accepted.
        Throttled: this person came upon too many documents with an account.
    """
    person = PersonData.of(values)
    check_person(person)
    with _few_duplicates(f"account {author_id}", now), writing() as session:
        account = session.get_one(Account, account_id)
        return change(account, person, author_id=author_id, now=now)


def change(
    account: Account,
    person: PersonData,
    *,
    username: str | None = None,
    author_id: int | None,
    now: datetime,
) -> list[str]:
    """Apply new data with a line of history for each. Part of another use case's transaction.

    Raises:
        FieldRefused: the document was verified at a counter, and is changed only there.
    """
    frozen = (account.document_type, account.document_number)
    if account.document_verified_at and frozen != (person.document_type, person.document_number):
        raise FieldRefused("document_number", DOCUMENT_FROZEN)
    wanted = {field.name: getattr(person, field.name) for field in fields(person)}
    if username is not None:
        wanted["username"] = username
    old = {name: getattr(account, name) for name in wanted}
    with _unique(account):
        for name, value in wanted.items():
            setattr(account, name, value)
    changed = [name for name in wanted if old[name] != wanted[name]]
    if NAMES & set(changed):
        search.rename(account)
    db.session.add_all(
        AccountChange(
            account_id=account.id,
            author_id=author_id,
            happened_at=now,
            field=name,
            old=_readable(old[name]),
            new=_readable(wanted[name]),
        )
        for name in changed
    )
    return changed


def verify_document(account: Account, *, clerk: Account, now: datetime) -> None:
    """Note that a clerk saw the original document, the first time that one does. Part of another
    use case's transaction."""
    if account.document_verified_at is None:
        account.document_verified_at, account.document_verified_by_id = now, clerk.id


def stop_notices(account_id: int, now: datetime) -> None:
    """Stop writing to a person about the state of their cases; again and again does no harm."""
    with writing() as session:
        account = session.get_one(Account, account_id)
        if account.notify_by_email:
            account.notify_by_email = False
            session.add(
                AccountChange(
                    account_id=account_id,
                    author_id=account_id,
                    happened_at=now,
                    field="notify_by_email",
                    old=_readable(True),
                    new=_readable(False),
                )
            )


def staff_add(
    *,
    entity_id: int,
    username: str,
    email: str,
    role: Role,
    office: str,
    first_names: str,
    surnames: str,
    password: str,
    now: datetime,
) -> Account:
    """Add a member of the staff of an entity. An office that is not there yet is opened.

    Raises:
        FieldRefused: a datum cannot be accepted.
    """
    name, address = normalise_username(username), normalise_email(email)
    if address is None:
        raise FieldRefused("email", "Revise el correo. Debe ser como nombre@ejemplo.com.")
    for field, text in (("first_names", first_names), ("surnames", surnames), ("office", office)):
        if problem := name_problem(text):
            raise FieldRefused(field, problem)
    check_password(password, username=name, document="")
    hashed = hashing.hash_password(password)
    with writing() as session:
        return add_staff(
            username=name,
            password_hash=hashed,
            role=role,
            entity_id=session.get_one(Entity, entity_id).id,
            office_id=_office_id(entity_id, tidy(office)[:120]),
            first_names=tidy(first_names)[:80],
            surnames=tidy(surnames)[:80],
            email=address,
            now=now,
        )


def add_staff(*, now: datetime, **values: Any) -> Account:
    """Add the account of somebody of the staff. Part of another use case's transaction.

    Raises:
        UsernameTaken: also when two come at the same moment.
    """
    account = Account(created_at=now, password_changed_at=now, **values)
    with _unique(account):
        db.session.add(account)
    return account


def chosen_username(typed: str, names: Mapping[str, Any], but: Collection[str] = ()) -> str:
    """The user name that was typed or, without one, the next free that the guide proposes, none of
    `but`.

    Raises:
        FieldRefused: it cannot be one.
    """
    name = normalise_username(typed)
    if not name:
        person = PersonData.of({**names, "person_kind": PersonKind.NATURAL})
        return propose_username(person, but)
    if problem := username_problem(name):
        raise FieldRefused("username", problem)
    return name


def propose_username(person: PersonData, but: Collection[str] = ()) -> str:
    """The next free user name for a person: frivera, frivera2, frivera3 … None of `but`."""
    base = person.proposed_username
    first, size = 2, 20
    candidates = [base]
    while True:
        candidates += [
            f"{base[: USERNAME_LENGTH - len(str(n))]}{n}" for n in range(first, first + size)
        ]
        taken = set(
            db.session.scalars(select(Account.username).where(Account.username.in_(candidates)))
        )
        for candidate in candidates:
            if candidate not in taken and candidate not in but:
                return candidate
        candidates, first, size = [], first + size, min(size * 4, 500)


def by_document(document_type: DocumentType | None, number: str) -> Account | None:
    """The account of a document, if there is one."""
    if document_type is None or not number:
        return None
    return db.session.scalar(
        select(Account).filter_by(
            document_type=document_type, document_number=normalise_document(number)
        )
    )


def history(account_id: int) -> list[AccountChange]:
    """What was changed in the registration data, the latest first."""
    return list(
        db.session.scalars(
            select(AccountChange)
            .filter_by(account_id=account_id)
            .order_by(AccountChange.happened_at.desc(), AccountChange.id.desc())
            .limit(100)
        )
    )


def check_person(person: PersonData, *, complete: bool = True) -> None:
    """Refuse data that a form should have refused, with the sentence of the first field.

    Raises:
        FieldRefused: some datum is missing or cannot be.
    """
    for field, sentence in problems(person, complete=complete).items():
        raise FieldRefused(field, sentence)


def check_password(password: str, *, username: str, document: str) -> None:
    """Refuse a user name or a new password that breaks the rules; "" leaves the name to us.

    Raises:
        FieldRefused: with the sentence of the rule.
    """
    if username and (problem := username_problem(username)):
        raise FieldRefused("username", problem)
    if problem := password_problem(password, username=username, document=document):
        raise FieldRefused("password", problem)


def replace_password(account: Account, hashed: str, *, now: datetime) -> None:
    """Set a new password and end all that the old one opened: sessions, remembered devices,
    links to recover it. Part of another use case's transaction."""
    account.password_hash, account.password_changed_at = hashed, now
    sessions.end_all(account.id, now)
    attempts.clear(login_key(account.username))
    db.session.execute(
        update(Recovery)
        .where(Recovery.account_id == account.id, Recovery.used_at.is_(None))
        .values(used_at=now)
    )


def login_key(username: str) -> str:
    """The name under which the tries to enter with a user name are counted."""
    return "login:" + digest_of(username)[: attempts.SHORT]


def apply(account: Account, person: PersonData) -> None:
    """Set the registration data of a new account."""
    for field in fields(person):
        setattr(account, field.name, getattr(person, field.name))


def consent(account: Account, *, notice_id: int, channel: str, address: str, now: datetime) -> None:
    """Keep the proof that a version of the data notice was accepted (Ley 1581, article 8)."""
    db.session.add(
        DataConsent(
            account_id=account.id,
            notice_id=notice_id,
            accepted_at=now,
            channel=channel,
            address=address[:45],
        )
    )


def tell(
    account: Account, letter: str, *, entity_id: int | None, now: datetime, **facts: Any
) -> None:
    """Leave a letter about the account itself, if there is an address to write to."""
    if not account.email:
        return
    outbox.post(
        letter=letter,
        recipient=account.email,
        context={"name": account.display_name, "username": account.username, **facts},
        entity_id=entity_id,
        account_id=account.id,
        now=now,
    )


@contextmanager
def _few_duplicates(who: str, now: datetime) -> Iterator[None]:
    """Let nobody find out, one after the other, which documents have an account.

    A registration cannot hide that a document is taken without an e-mail that many people do not
    have, and S4 wants a way on for them: so it says so, but not often to the same visitor. Past
    the limit nothing is registered from there, since a refusal of some would tell the others.

    Raises:
        Throttled: as it says.
    """
    key = "document-taken:" + digest_of(who)[: attempts.SHORT]
    attempts.check(key, DUPLICATES, now=now)
    try:
        yield
    except DocumentTaken:
        attempts.reserve(key, DUPLICATES, now=now)
        raise


@contextmanager
def _unique(account: Account) -> Iterator[None]:
    """Set what must be unique within the block.

    Raises:
        UsernameTaken, DocumentTaken: somebody else has it, perhaps since this very moment.
    """
    name, document = account.username, (account.document_type, account.document_number)
    try:
        with db.session.begin_nested():
            yield
            name, document = account.username, (account.document_type, account.document_number)
            with db.session.no_autoflush:
                _refuse_taken(account.id, name, *document)
    except IntegrityError:
        _refuse_taken(account.id, name, *document)
        raise


def _refuse_taken(
    own_id: int | None, username: str, document_type: DocumentType | None, number: str | None
) -> None:
    """The document first: who sends a form twice has both, and it is the document that tells."""
    others = Account.id != (own_id or 0)
    same = (Account.document_type == document_type, Account.document_number == number)
    if document_type and number and db.session.scalar(select(Account.id).where(others, *same)):
        raise DocumentTaken
    if db.session.scalar(select(Account.id).where(others, Account.username == username)):
        raise UsernameTaken(username)


def _office_id(entity_id: int, name: str) -> int | None:
    if not name:
        return None
    office = db.session.scalar(select(Office).filter_by(entity_id=entity_id, name=name))
    if office is None:
        office = Office(entity_id=entity_id, name=name)
        db.session.add(office)
        db.session.flush()
    return office.id


def _readable(value: Any) -> str:
    if isinstance(value, bool):
        return "Sí" if value else "No"
    if isinstance(value, StrEnum):
        return str(getattr(value, "label", value))
    return str(value or "")[:300]
