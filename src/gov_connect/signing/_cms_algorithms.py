"""Algorithm identifiers of signed messages, both ways (RFC 5652, 5754, 4056, 5480)."""

from __future__ import annotations

from functools import cache
from typing import Final

from gov_connect.signing import _der
from gov_connect.signing.algorithms import Hash, Padding, Scheme
from gov_connect.signing.verdict import Finding

_NULL: Final = _der.write(_der.NULL)
_HASH_OIDS: Final = {
    Hash.SHA256: "2.16.840.1.101.3.4.2.1",
    Hash.SHA384: "2.16.840.1.101.3.4.2.2",
    Hash.SHA512: "2.16.840.1.101.3.4.2.3",
}
_HASHES: Final = {oid: name for name, oid in _HASH_OIDS.items()}
_RSA: Final = "1.2.840.113549.1.1.1"
_PSS: Final = "1.2.840.113549.1.1.10"
_MGF1: Final = "1.2.840.113549.1.1.8"
_RSA_WITH: Final = {
    "1.2.840.113549.1.1.11": Hash.SHA256,
    "1.2.840.113549.1.1.12": Hash.SHA384,
    "1.2.840.113549.1.1.13": Hash.SHA512,
}
_ECDSA: Final = {
    Hash.SHA256: "1.2.840.10045.4.3.2",
    Hash.SHA384: "1.2.840.10045.4.3.3",
    Hash.SHA512: "1.2.840.10045.4.3.4",
}
_ECDSA_WITH: Final = {oid: name for name, oid in _ECDSA.items()}


@cache
def hash_identifier(name: Hash) -> bytes:
    """The identifier of a hash."""
    return _der.sequence(_der.oid(_HASH_OIDS[name]), _NULL)


@cache
def scheme_identifier(scheme: Scheme) -> bytes:
    """The identifier of a signature algorithm; plain RSA is written with an explicit NULL."""
    if scheme.padding is Padding.PKCS1:
        return _der.sequence(_der.oid(_RSA), _NULL)
    if scheme.padding is Padding.ECDSA:
        return _der.sequence(_der.oid(_ECDSA[scheme.hash]))
    hashed = hash_identifier(scheme.hash)
    mask = _der.sequence(_der.oid(_MGF1), hashed)
    salt = _der.integer(scheme.hash.make().digest_size)
    parameters = _der.sequence(_der.write(0xA0, hashed), _der.write(0xA1, mask), _der.write(0xA2, salt))
    return _der.sequence(_der.oid(_PSS), parameters)


def read_hash(one: _der.Tlv) -> Hash:
    """A hash from its identifier.

    Raises:
        Finding: it is another one; SHA-1 and below are.
    """
    oid, parameters = _parts(one)
    if oid not in _HASHES or parameters not in {b"", _NULL}:
        raise Finding("signing.algorithm.refused", oid=oid)
    return _HASHES[oid]


def read_scheme(one: _der.Tlv, hash_name: Hash) -> Scheme:
    """A signature algorithm from its identifier; it must use the hash that the signer names.

    Raises:
        Finding: another algorithm, or parameters that do not agree.
    """
    oid, parameters = _parts(one)
    if oid == _RSA and parameters in {b"", _NULL}:
        return Scheme(Padding.PKCS1, hash_name)
    if _RSA_WITH.get(oid) is hash_name and parameters in {b"", _NULL}:
        return Scheme(Padding.PKCS1, hash_name)
    if _ECDSA_WITH.get(oid) is hash_name and not parameters:
        return Scheme(Padding.ECDSA, hash_name)
    if oid == _PSS and _is_plain_pss(parameters, hash_name):
        return Scheme(Padding.PSS, hash_name)
    raise Finding("signing.algorithm.refused", oid=oid)


def _is_plain_pss(parameters: bytes, hash_name: Hash) -> bool:
    """Whether hash, mask and salt are all of one hash; its own NULL may be left out (RFC 4055 §2.1)."""
    fields = {one.tag: one.children() for one in _der.read(parameters).children(_der.SEQUENCE)}
    if fields.keys() - {0xA3} != {0xA0, 0xA1, 0xA2} or any(len(row) != 1 for row in fields.values()):
        return False
    mask = fields[0xA1][0].children(_der.SEQUENCE)
    trailer = fields.get(0xA3)
    return (
        read_hash(fields[0xA0][0]) is hash_name
        and len(mask) == 2  # noqa: PLR2004 - MGF1 and its hash
        and mask[0].oid() == _MGF1
        and read_hash(mask[1]) is hash_name
        and fields[0xA2][0].integer() == hash_name.make().digest_size
        and (trailer is None or trailer[0].integer() == 1)
    )


def _parts(one: _der.Tlv) -> tuple[str, bytes]:
    row = one.children(_der.SEQUENCE)
    if len(row) not in {1, 2}:
        raise Finding("signing.cms.malformed")
    return row[0].oid(), row[1].raw if len(row) == 2 else b""  # noqa: PLR2004 - with parameters
