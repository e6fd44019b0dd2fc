"""Fixtures: a throw-away PKI, a verifier that knows nobody is revoked, keys, and documents to sign."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from gov_connect.signing import Evidence, LocalKey, Signing, Tree, Trust, TrustPolicy

_SPEC = importlib.util.spec_from_file_location("signing_pki", Path(__file__).with_name("pki.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
pki_module = importlib.util.module_from_spec(_SPEC)
sys.modules["signing_pki"] = pki_module
_SPEC.loader.exec_module(pki_module)

XML = (
    '<?xml version="1.0" encoding="UTF-8"?><HoSo xmlns="urn:ho-so"><Ma>H99.12.7-261120-0001</Ma>'
    "<Ten>Nguyễn Văn Mẫu</Ten><SoTien>25000</SoTien></HoSo>"
).encode()


@pytest.fixture(scope="session")
def made() -> Any:
    """The module that makes certificates."""
    return pki_module


@pytest.fixture(scope="session")
def pki() -> Any:
    """Both trees, made once per run."""
    return pki_module.Pki()


@pytest.fixture
def policy(pki) -> Any:
    """Makes policies on both roots; keywords change them."""

    def make(**rules: Any) -> TrustPolicy:
        facts: dict[str, Any] = {
            "anchors": {
                Tree.OFFICIAL_DUTY: (pki.official_root.certificate,),
                Tree.PUBLIC: (pki.public_root.certificate,),
            },
            "timestamp_anchors": (pki.official_root.certificate,),
        }
        return TrustPolicy(**{**facts, **rules})

    return make


@pytest.fixture
def evidence(pki) -> Evidence:
    """Empty revocation lists of every authority."""
    found = Evidence()
    for data in pki.evidence_bytes():
        found.add_crl(data)
    return found


@pytest.fixture
def signing(policy, evidence, made) -> Signing:
    """Signs and verifies on the tests' day."""
    return Signing(Trust(policy(), evidence), now=lambda: made.NOW)


@pytest.fixture
def key_of() -> Any:
    """A key in memory from an identity of the PKI."""

    def make(identity: Any, **options: Any) -> LocalKey:
        return LocalKey(identity.key, [identity.certificate, *identity.above[:1]], **options)

    return make


@pytest.fixture
def officer(pki, key_of) -> LocalKey:
    """An officer's RSA key."""
    return key_of(pki.officer)


@pytest.fixture
def xml() -> bytes:
    """A document to sign."""
    return XML


@pytest.fixture
def pdf() -> bytes:
    """A one-page PDF."""
    return pki_module.one_page()


@pytest.fixture
def codes() -> Any:
    """Every reason of a report that is more than a note."""

    def find(report: Any) -> set[str]:
        reasons = [*report.reasons, *(reason for one in report.signatures for reason in one.reasons)]
        return {reason.code for reason in reasons if not reason.code.startswith("signing.note.")}

    return find
