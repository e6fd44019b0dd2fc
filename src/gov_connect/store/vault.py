"""Stored messages are closed with AES-GCM: a stolen database file shows no citizen."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from typing import TYPE_CHECKING, Final, Self

from gov_connect.errors import ConfigurationError, LedgerError, Problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_ID_BYTES: Final = 4


class Vault:
    """Seals and opens stored texts. A sealed text carries the id of its key and its place.

    Args:
        key: 32 random bytes; closes everything new.
        older: keys that were in use before; they still open what they closed, until it is closed anew.
    """

    def __init__(self, key: bytes, *older: bytes) -> None:
        self._key: Final = key
        self._id: Final = _id_of(key)
        self._keys: Final = {_id_of(each): each for each in (key, *older)}
        # Setting a key up costs more than using it: one that is set up is copied, or used by all.
        self._digests: Final = [hmac.new(each, digestmod="sha256") for each in self._keys.values()]
        self._ciphers: Final[dict[bytes, AESGCM]] = {}

    @classmethod
    def from_text(cls, text: str) -> Self:
        """A vault from GOV_CONNECT_STORE_KEY: base64 of the key, and after commas those that it replaced.

        Raises:
            ConfigurationError: one of them is not base64 of 32 bytes.
        """
        return cls(*(_key_of(part) for part in text.split(",")))

    @classmethod
    def ephemeral(cls) -> Self:
        """A vault whose key dies with the process."""
        return cls(os.urandom(_KEY_BYTES))

    def seal(self, text: str, place: str) -> bytes:
        """Close `text`; it opens only under the same `place` (table, agency, key)."""
        nonce = os.urandom(_NONCE_BYTES)
        closed = self._cipher(self._key).encrypt(nonce, text.encode(), place.encode())
        return self._id + nonce + closed

    def open(self, sealed: bytes, place: str) -> str:
        """Open what `seal` closed.

        Raises:
            LedgerError: another key, another place, or changed bytes.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - on first use

        head = _ID_BYTES + _NONCE_BYTES
        try:
            cipher = self._cipher(self._keys.get(sealed[:_ID_BYTES], self._key))
            opened = cipher.decrypt(sealed[_ID_BYTES:head], sealed[head:], place.encode())
        except (InvalidTag, ValueError):
            raise LedgerError("ledger.wrong_key") from None
        return opened.decode()

    def fingerprint(self, text: str) -> str:
        """A keyed digest: equal texts compare equal, and nobody without the key can test a guess."""
        return _digest(self._digests[0], text)

    def fingerprints(self, text: str) -> tuple[str, ...]:
        """The digest under every key, the newest first: what was stored under an older one is still found."""
        return tuple(_digest(each, text) for each in self._digests)

    def is_current(self, sealed: bytes) -> bool:
        """Whether a sealed text is closed with the newest key."""
        return sealed[:_ID_BYTES] == self._id

    def _cipher(self, key: bytes) -> AESGCM:
        cipher = self._ciphers.get(key)
        if cipher is None:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - on first use

            cipher = self._ciphers[key] = AESGCM(key)
        return cipher

    def __repr__(self) -> str:
        return f"<Vault key {self._id.hex()}>"


def _digest(keyed: hmac.HMAC, text: str) -> str:
    mine = keyed.copy()
    mine.update(text.encode())
    return mine.hexdigest()


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"gov_connect key id" + key).digest()[:_ID_BYTES]


def _key_of(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        problem = Problem(path="GOV_CONNECT_STORE_KEY", code="value.store_key")
        raise ConfigurationError([problem])
    return key
