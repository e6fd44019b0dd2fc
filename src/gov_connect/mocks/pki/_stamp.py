"""Answers of a timestamp authority (RFC 3161), written from the standard with a few lines of DER of its own."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    from gov_connect.mocks.pki._make import Identity

_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
_TST_INFO: Final = bytes.fromhex("060b2a864886f70d0109100104")
_CONTENT_TYPE: Final = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST: Final = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE_V2: Final = bytes.fromhex("060b2a864886f70d010910022f")
_SHA256: Final = bytes.fromhex("300d06096086480165030402010500")
_RSA: Final = bytes.fromhex("300d06092a864886f70d0101010500")
_ECDSA: Final = bytes.fromhex("300a06082a8648ce3d040302")
_POLICY: Final = bytes.fromhex("06032a0304")
_SHORT: Final = 0x80


def _tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    if len(content) < _SHORT:
        return bytes((tag, len(content))) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, _SHORT | len(size))) + size + content


def _parts(data: bytes) -> list[bytes]:
    """The elements inside the one element that `data` is.

    Raises:
        ValueError: it is something else.
    """
    start, end = _content(data, 0)
    if end != len(data):
        raise ValueError("trailing")
    found: list[bytes] = []
    while start < end:
        _, after = _content(data, start)
        found.append(data[start:after])
        start = after
    return found


def _content(data: bytes, at: int) -> tuple[int, int]:
    if at + 2 > len(data):
        raise ValueError("short")
    length, body = data[at + 1], at + 2
    if length >= _SHORT:
        count = length & 0x7F
        length, body = int.from_bytes(data[body : body + count], "big"), body + count
    if body + length > len(data):
        raise ValueError("short")
    return body, body + length


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """How an answer may be wrong, for tests.

    Attributes:
        status: PKIStatus; 2 is a rejection.
        nonce: whether the nonce comes back.
        imprint: replaces the end of the hash.
        token: whether there is a token at all.
    """

    status: int = 0
    nonce: bool = True
    imprint: bytes = b""
    token: bool = True


def stamp(request: bytes, signer: Identity, at: datetime, slip: Slip | None = None) -> bytes:
    """The TimeStampResp to a TimeStampReq.

    Raises:
        ValueError: the request is none, or not over SHA-256.
    """
    slip = slip or Slip()
    fields = _parts(request)
    if len(fields) < 2 or len(_parts(fields[1])) != 2:  # noqa: PLR2004 - version and imprint; hash and value
        raise ValueError("no imprint")
    hashed, value = _parts(fields[1])
    if hashed != _SHA256 or len(value) != hashlib.sha256().digest_size + 2:
        raise ValueError("not SHA-256")
    if slip.imprint:
        value = value[: -len(slip.imprint)] + slip.imprint
    numbers = [one for one in fields[2:] if one[0] == 0x02]  # noqa: PLR2004 - INTEGER: the nonce
    info = _tlv(
        0x30,
        b"\x02\x01\x01",
        _POLICY,
        _tlv(0x30, hashed, value),
        _tlv(0x02, b"\x01" + secrets.token_bytes(8)),
        _tlv(0x18, at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()),
        *(numbers[:1] if slip.nonce else []),
    )
    status = _tlv(0x30, _tlv(0x02, bytes((slip.status,))))
    return _tlv(0x30, status, _token(info, signer) if slip.token else b"")


def _token(info: bytes, signer: Identity) -> bytes:
    certificate = signer.certificate
    attributes = _attributes(info, hashlib.sha256(signer.der).digest())
    key = signer.key
    if isinstance(key, rsa.RSAPrivateKey):
        algorithm, value = _RSA, key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
    else:
        algorithm, value = _ECDSA, key.sign(attributes, ec.ECDSA(hashes.SHA256()))
    serial = certificate.serial_number
    who = _tlv(
        0x30,
        certificate.issuer.public_bytes(),
        _tlv(0x02, serial.to_bytes(serial.bit_length() // 8 + 1, "big")),
    )
    info_of_signer = _tlv(0x30, b"\x02\x01\x01", who, _SHA256, b"\xa0" + attributes[1:], algorithm, _tlv(0x04, value))
    chain = [signer.der, *(one.public_bytes(Encoding.DER) for one in signer.above[:1])]
    body = _tlv(
        0x30,
        b"\x02\x01\x03",
        _tlv(0x31, _SHA256),
        _tlv(0x30, _TST_INFO, _tlv(0xA0, _tlv(0x04, info))),
        _tlv(0xA0, *sorted(chain)),
        _tlv(0x31, info_of_signer),
    )
    return _tlv(0x30, _SIGNED_DATA, _tlv(0xA0, body))


def _attributes(info: bytes, certificate: bytes) -> bytes:
    """The signed attributes, as the SET that is signed."""
    listed = _tlv(0x30, _tlv(0x30, _tlv(0x30, _tlv(0x04, certificate))))
    rows = [
        _tlv(0x30, _CONTENT_TYPE, _tlv(0x31, _TST_INFO)),
        _tlv(0x30, _MESSAGE_DIGEST, _tlv(0x31, _tlv(0x04, hashlib.sha256(info).digest()))),
        _tlv(0x30, _SIGNING_CERTIFICATE_V2, _tlv(0x31, listed)),
    ]
    return _tlv(0x31, *sorted(rows))
