"""Reports of mail that was not delivered, as real servers write them (RFC 3464)."""

import pytest

from app.domain.returned_mail import Returned, read
from tests.support.mail import report_of

LETTER = "<0123456789abcdef0123456789abcdef@sac.example>"


def test_a_failure_names_the_letter_whom_it_was_for_and_why():
    assert read(report_of(LETTER)) == Returned(
        message_id="0123456789abcdef0123456789abcdef@sac.example",
        recipient="francisco@example.com",
        status="5.1.1",
        reason="550 5.1.1 User unknown",
    )


def test_a_server_may_give_back_the_head_of_the_letter_alone():
    found = read(report_of(LETTER, whole=False))

    assert found is not None
    assert found.message_id == LETTER.strip("<>")


@pytest.mark.parametrize(
    "change",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"action": "delivered", "status": "2.0.0"},
        {"action": "relayed", "status": "2.0.0"},
        {"kind": "disposition-notification"},
        {"message_id": ""},
    ],
)
def test_what_is_no_failure_for_good_is_none(change):
    assert read(report_of(**({"message_id": LETTER} | change))) is None


def test_what_grew_old_in_a_queue_was_given_up_too():
    found = read(report_of(LETTER, action="failed", status="4.4.7"))

    assert found is not None
    assert found.status == "4.4.7"


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"\x00\xff" * 100,
        b"Subject: Hola\r\n\r\nNo puedo ir.",
        b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nnothing",
        report_of(LETTER)[:400],
    ],
)
def test_what_is_no_report_is_none(mail):
    assert read(mail) is None


def test_one_failure_among_several_people_is_enough():
    assert read(report_of(LETTER, others=["Action: delivered\r\nStatus: 2.0.0"])) is not None
