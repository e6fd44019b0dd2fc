"""Signatures, certificates and what proves them: read from files that anybody may have made."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from gov_connect.mocks.pki import Pki, stamp
from gov_connect.signing import ActKind, Evidence, Format, LocalKey, Signing, Tree, Trust, TrustPolicy
from gov_connect.signing._xml import parse as parse_signed_xml
from gov_connect.signing.certificates import load, load_many
from gov_connect.signing.cms_read import read_message
from gov_connect.signing.ocsp import read_ocsp
from gov_connect.signing.pending import Pending
from gov_connect.signing.registry import Post, PostKind, Records
from gov_connect.signing.timestamps import Query
from gov_connect.signing.validation import Question
from gov_connect.signing.wsse import sign_envelope, verify_envelope
from samples import CANARY, RESIDENTS

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = dt.datetime.now(dt.UTC)
PKI = Pki(NOW)
XML = f"<a><b>{CANARY}</b></a>".encode()
QUERY = Query(b"stamped", b"\x01" * 8)


@cache
def _trust() -> Trust:
    roots = (PKI.official_root.certificate,)
    evidence = Evidence()
    for data in PKI.evidence_bytes():
        evidence.add_crl(data)
    return Trust(TrustPolicy(anchors={Tree.OFFICIAL_DUTY: roots}, timestamp_anchors=roots), evidence)


@cache
def _signing() -> Signing:
    return Signing(_trust(), now=lambda: NOW)


@cache
def _key() -> LocalKey:
    return LocalKey(PKI.officer.key, [PKI.officer.certificate, *PKI.officer.above[:1]])


def _sealed(content: bytes, kind: Format) -> bytes:
    return _signing().sign(content, ActKind.PERSONAL, _key(), format=kind).data


def _records() -> bytes:
    post = Post(officer="cb-1", agency="H99.201", kind=PostKind.HEAD, begins=NOW.date())
    return Records(posts=(post,)).to_json().encode()


def _verified(body: bytes) -> object:
    report = _signing().verify(body)
    assert CANARY not in repr(report), "a report shows a person"
    return report


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda body: read(body.decode("utf-8", "replace"))


SIGNATURES: dict[str, tuple[Callable[[bytes], object], Callable[[], bytes], bool]] = {
    "signed_xml": (parse_signed_xml, lambda: _sealed(XML, Format.XML), True),
    "verify_xml": (_verified, lambda: _sealed(XML, Format.XML), False),
    "verify_cms": (_verified, lambda: _sealed(b"x", Format.CMS), False),
    "wsse": (
        lambda body: verify_envelope(body, Question(trust=_trust(), now=NOW)),
        lambda: sign_envelope(RESIDENTS.encode(), _key(), NOW),
        False,
    ),
    "cms": (read_message, lambda: _sealed(b"x", Format.CMS), False),
    "certificate": (load, lambda: PKI.officer.der, False),
    "certificates": (load_many, lambda: PKI.officer.chain_pem, False),
    "ocsp": (read_ocsp, lambda: PKI.ocsp(PKI.officer, PKI.official_ca), False),
    "crl": (lambda body: Evidence().add_crl(body), lambda: PKI.crl(PKI.official_ca, PKI.agency), False),
    "timestamp": (
        lambda body: QUERY.read(body, _trust(), NOW),
        lambda: stamp(QUERY.request, PKI.tsa, NOW),
        False,
    ),
    "pending": (
        _text(Pending.from_json),
        lambda: _signing().prepare(XML, ActKind.PERSONAL, _key().certificates).to_json().encode(),
        False,
    ),
    "mandates": (_text(Records.from_json), _records, True),
}
