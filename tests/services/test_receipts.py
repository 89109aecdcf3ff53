"""Receipts: issued with the filing, never changed, and altered ones told from whole ones."""

from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from sqlalchemy import delete, select, update

from app import clock
from app.domain import receipt as stated
from app.domain.requerimiento import Kind
from app.domain.signing import Keyring, new_key
from app.extensions import db, writing
from app.models import Attachment, Receipt, Requerimiento
from app.services import cases, casework, receipts
from app.uploads import store
from tests.support.office import BODY, answered_case, case_of, file_case, open_house, words
from tests.support.people import add_citizen


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def case(house):
    kept = [store().add(f"{name}.txt", BytesIO(name.encode())) for name in ("uno", "dos")]
    return case_of(file_case(house, add_citizen(house.entity.id), files=kept))


def issued() -> Receipt:
    db.session.rollback()
    return db.session.scalars(select(Receipt)).one()


def change(statement):
    with writing() as session:
        session.execute(statement, execution_options={"synchronize_session": False})


def is_valid(code: str) -> bool:
    found = receipts.check(code)
    assert found is not None
    return found.is_valid


def test_filing_issues_a_receipt_that_states_what_was_filed(case):
    receipt = issued()
    said = stated.read(receipt.payload)

    assert said.radicado == case.radicado
    assert said.entity == "SOA"
    assert said.body_sha256 == sha256(BODY.encode()).hexdigest()
    assert [(annex.name, annex.size) for annex in said.annexes] == [("uno.txt", 3), ("dos.txt", 3)]
    assert (said.received_at, said.due_on) == (case.received_at, case.due_on)
    assert receipt.code == stated.code_of(receipt.payload)


def test_a_code_may_be_typed_in_any_way(case):
    code = issued().code

    for typed in (code, code.lower(), code.replace("-", ""), f" {code} ", code.replace("O", "0")):
        found = receipts.check(typed)
        assert found is not None
        assert found.is_valid
        assert (found.radicado, found.annexes) == (case.radicado, 2)


@pytest.mark.parametrize("typed", ["", "AAAA-BBBB-CCCC-DDDD", "x", "A" * 5000, "%", "ñ" * 16])
def test_a_code_that_no_receipt_has_is_none(case, typed):
    assert receipts.check(typed) is None


def test_what_happens_later_does_not_touch_the_receipt(house):
    case = case_of(answered_case(house, add_citizen(house.entity.id)))
    files = [store().add("después.txt", BytesIO(b"hola"))]
    casework.note(
        case.radicado, words("Nota.", files=files), author=house.official, now=clock.now()
    )
    change(update(Requerimiento).values(due_on=case.due_on + timedelta(days=9)))

    assert is_valid(issued().code)


@pytest.mark.parametrize(
    "statement",
    [
        update(Requerimiento).values(body="Otro texto."),
        update(Requerimiento).values(kind=Kind.COMPLAINT),
        update(Requerimiento).values(term_days=30),
        update(Attachment).where(Attachment.name == "uno.txt").values(sha256="0" * 64),
        update(Attachment).where(Attachment.name == "uno.txt").values(name="tres.txt"),
        delete(Attachment).where(Attachment.name == "uno.txt"),
        update(Receipt).values(signature=b"s" * 64),
        update(Receipt).values(key_id="00000000"),
        update(Receipt).values(payload=b"SAC constancia 1\n{}"),
    ],
)
def test_what_was_changed_in_the_database_makes_it_altered(case, statement):
    code = issued().code
    change(statement)

    assert not is_valid(code)


def test_a_receipt_that_was_made_anew_without_the_key_is_altered(case):
    receipt = issued()
    forged = receipt.payload.replace(b"uno.txt", b"cero.txt")
    code = stated.code_of(forged)
    change(update(Attachment).where(Attachment.name == "uno.txt").values(name="cero.txt"))
    change(
        update(Receipt).values(
            code=code, payload=forged, signature=Keyring(new_key()).sign(forged).value
        )
    )

    assert not is_valid(code)


def test_a_case_filed_before_there_were_receipts_gets_its_own_once(case):
    change(delete(Receipt))
    radicado = case.radicado

    codes = set()
    for _ in range(2):
        case = case_of(radicado)
        codes.add(receipts.of(case, cases.filed_with(case)).code)

    assert codes == {issued().code}
    assert is_valid(*codes)


def test_a_rotated_key_leaves_the_earlier_receipts_valid(case, app):
    code, keys = issued().code, app.extensions["receipt_keys"]

    app.extensions["receipt_keys"] = Keyring(keys.rotated())
    assert is_valid(code)

    app.extensions["receipt_keys"] = Keyring(new_key())
    assert not is_valid(code)
