"""Sealed documents: whatever byte is changed, the seal says so; old keys go on being known."""

from base64 import b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.signing import Keyring, KeyUnusable, Signature, Unproven, Verifier, new_key

KEYS = Keyring(urlsafe_b64encode(bytes(range(32))).decode())
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
PAYLOAD = b'SAC constancia 1\n{"radicado":"SOA2026ER000001"}'
SEALED = KEYS.seal(PDF, PAYLOAD)


def test_a_sealed_document_gives_back_the_receipt_and_its_key():
    [own] = KEYS.publics

    assert KEYS.unseal(SEALED) == (own, PAYLOAD)
    assert SEALED.startswith(PDF.rstrip())
    assert all(line.startswith(b"%SAC-") for line in SEALED[len(PDF) :].splitlines() if line)


@given(st.integers(0, len(SEALED) - 1), st.integers(0, 7))
def test_a_bit_that_is_turned_anywhere_is_noticed(place, bit):
    turned = bytearray(SEALED)
    turned[place] ^= 1 << bit

    with pytest.raises(Unproven):
        KEYS.unseal(bytes(turned))


@pytest.mark.parametrize(
    "change",
    [
        lambda sealed: sealed[:-1],
        lambda sealed: sealed + b"\n",
        lambda sealed: sealed + b"%%EOF\n",
        lambda sealed: b"\n" + sealed,
        lambda sealed: sealed.replace(b"%%EOF", b"%%EOF\n%%EOF"),
        lambda _sealed: PDF,
        lambda _sealed: b"",
    ],
)
def test_what_is_added_or_cut_off_is_noticed(change):
    with pytest.raises(Unproven):
        KEYS.unseal(change(SEALED))


def test_the_public_key_alone_is_enough():
    known = Verifier.of_pem(KEYS.pem())

    assert known.unseal(SEALED) == KEYS.unseal(SEALED)
    assert KEYS.pem().startswith(b"-----BEGIN PUBLIC KEY-----")


def test_a_new_key_signs_and_the_old_receipts_stay_valid():
    later = Keyring(KEYS.rotated())
    twice = Keyring(later.rotated())

    assert twice.unseal(SEALED) == KEYS.unseal(SEALED)
    assert len(twice.publics) == 3
    assert next(iter(later.publics)) != next(iter(KEYS.publics))
    assert twice.unseal(later.seal(PDF, PAYLOAD))[0] == next(iter(later.publics))
    assert len(Verifier.of_pem(twice.pem()).publics) == 3
    with pytest.raises(Unproven, match="not known"):
        KEYS.unseal(later.seal(PDF, PAYLOAD))


def test_another_installation_knows_none_of_our_keys():
    other = Keyring(new_key())

    with pytest.raises(Unproven, match="not known"):
        other.unseal(SEALED)
    forged = other.sign(PAYLOAD)
    assert not KEYS.holds(PAYLOAD, Signature(next(iter(KEYS.publics)), forged.value))


def test_the_signature_is_that_of_rfc_8032():
    """The second vector of section 7.1."""
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    keys = Keyring(urlsafe_b64encode(seed).decode())

    assert keys.sign(b"\x72").value.hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


@pytest.mark.parametrize("text", ["", "ñ", "short", "k" * 50, "A" * 43 + " short"])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(KeyUnusable):
        Keyring(text)


@pytest.mark.parametrize(
    "pem",
    [
        b"",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        # A public key of X25519, which signs nothing.
        (
            b"-----BEGIN PUBLIC KEY-----\n"
            b"MCowBQYDK2VuAyEA3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=\n"
            b"-----END PUBLIC KEY-----"
        ),
    ],
)
def test_a_file_without_a_public_key_is_refused(pem):
    with pytest.raises(KeyUnusable):
        Verifier.of_pem(pem)


def test_the_payload_stands_in_base64_for_other_programs():
    line = next(line for line in SEALED.splitlines() if line.startswith(b"%SAC-constancia "))

    assert b64decode(line.split()[1]) == PAYLOAD
