"""Signatures of receipts with Ed25519 (RFC 8032), and the document that carries its own.

The key is one text: the 32 bytes that sign, in base64url, and after them the public keys that
signed before, each set apart by a space. A new key goes in front, so that no old receipt breaks.
"""

from __future__ import annotations

import re
import secrets
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # loaded when something is signed: a server starts without it
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_BYTES = 32
_PAYLOAD, _SIGNATURE = b"\n%SAC-constancia ", b"\n%SAC-firma "


class KeyUnusable(ValueError):
    """The text is not a key of this kind."""


class Fault(StrEnum):
    """Why a document is not proven."""

    UNSIGNED = "it has no signature at its end"
    SIGNATURE = "its signature was altered"
    KEY = "it was signed with a key that is not known"
    CONTENT = "it is not as it was signed"


class Unproven(ValueError):
    """The document has no signature of ours, or is not as it was signed. The text says which."""

    def __init__(self, fault: Fault, words: str = "") -> None:
        super().__init__(words or fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Signature:
    """Which key signed, and the 64 bytes of its signature."""

    key_id: str
    value: bytes


class Verifier:
    """Knows public keys, of 32 bytes each, by a short name made of them."""

    def __init__(self, publics: Iterable[bytes]) -> None:
        self._known = tuple(publics)

    @cached_property
    def publics(self) -> dict[str, bytes]:
        """The public keys by name, the one in use first."""
        return {_name_of(public): public for public in self._known}

    @classmethod
    def of_pem(cls, text: bytes) -> Verifier:
        """One that knows the public keys of a PEM file.

        Raises:
            KeyUnusable: there is none in it, or one of another kind.
        """
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        blocks = re.findall(
            rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", text, re.DOTALL
        )
        publics = []
        for block in blocks:
            try:
                key = serialization.load_pem_public_key(block)
            except ValueError as problem:
                raise KeyUnusable("a public key in it cannot be read") from problem
            if not isinstance(key, Ed25519PublicKey):
                raise KeyUnusable("a public key in it is not of Ed25519")
            publics.append(key.public_bytes_raw())
        if not publics:
            raise KeyUnusable("there is no public key in it")
        return cls(publics)

    def pem(self) -> bytes:
        """The public keys as a PEM file, the one in use first."""
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        return b"".join(
            Ed25519PublicKey.from_public_bytes(public).public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            for public in self.publics.values()
        )

    def holds(self, content: bytes, signature: Signature) -> bool:
        """Whether one of these keys signed those very bytes."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        public = self.publics.get(signature.key_id)
        if public is None:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature.value, content)
        except InvalidSignature:
            return False
        return True

    def unseal(self, document: bytes) -> tuple[str, bytes]:
        """The name of the key that sealed a document, and the bytes of the receipt in it.

        Raises:
            Unproven: it is not sealed, or a byte of it is not the one that was.
        """
        content, mark, line = document.rpartition(_SIGNATURE)
        found = re.fullmatch(rb"([0-9a-f]{8}) ([A-Za-z0-9+/]{86}==)\n", line)
        if not mark or found is None:
            raise Unproven(Fault.UNSIGNED)
        signature = Signature(found[1].decode(), b64decode(found[2]))
        # Two texts of base64 may stand for the same bytes; only one is what we wrote.
        if b64encode(signature.value) != found[2]:
            raise Unproven(Fault.SIGNATURE)
        if signature.key_id not in self.publics:
            words = f"it was signed with the key {signature.key_id}, which is not known"
            raise Unproven(Fault.KEY, words)
        if not self.holds(content, signature):
            raise Unproven(Fault.CONTENT)
        return signature.key_id, carried(content)


class Keyring(Verifier):
    """The keys of an installation: signs with the first, knows them all.

    Raises:
        KeyUnusable: the text holds something else.
    """

    def __init__(self, text: str) -> None:
        first, *before = text.split() or [""]
        self._seed = _decoded(first)
        super().__init__(_decoded(public) for public in before)

    @cached_property
    def publics(self) -> dict[str, bytes]:
        """The public keys by name, the one in use first."""
        own = self._private().public_key().public_bytes_raw()
        return {_name_of(own): own} | super().publics

    def sign(self, content: bytes) -> Signature:
        """The signature of those bytes; the same bytes have the same one."""
        return Signature(next(iter(self.publics)), self._private().sign(content))

    def seal(self, document: bytes, payload: bytes) -> bytes:
        """A PDF with the receipt and the signature of all of it in two comments at its end."""
        content = document.rstrip(b"\n") + _PAYLOAD + b64encode(payload)
        signature = self.sign(content)
        line = f"{signature.key_id} ".encode() + b64encode(signature.value)
        return content + _SIGNATURE + line + b"\n"

    def rotated(self) -> str:
        """The text of the next key, which still knows these."""
        publics = [urlsafe_b64encode(public).decode() for public in self.publics.values()]
        return " ".join([new_key(), *publics])

    def _private(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._seed)


def carried(document: bytes) -> bytes:
    """The bytes of the receipt in a document, whoever wrote them.

    Raises:
        Unproven: there are none.
    """
    _, mark, rest = document.rpartition(_PAYLOAD)
    found = re.match(rb"[A-Za-z0-9+/]+={0,2}", rest) if mark else None
    if found is None:
        raise Unproven(Fault.UNSIGNED)
    try:
        return b64decode(found[0])
    except ValueError:
        raise Unproven(Fault.UNSIGNED) from None


def new_key() -> str:
    """A key that nobody chose."""
    return urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _decoded(text: str) -> bytes:
    try:
        found = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as problem:
        raise KeyUnusable("it is not in base64url") from problem
    if len(found) != KEY_BYTES:
        raise KeyUnusable(f"a key has {KEY_BYTES} bytes, not {len(found)}")
    return found


def _name_of(public: bytes) -> str:
    return sha256(public).hexdigest()[:8]
