"""What damaged messages once broke: each is now refused like any other, by an error of our own."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from gov_connect import Settings
from gov_connect.adapters.reading import binary
from gov_connect.doctor.network import skew_of
from gov_connect.errors import ConfigurationError, InvalidInput, Refused, UnexpectedReply
from gov_connect.fees import parse_pack
from gov_connect.fees._manifest import PackRefused, _head
from gov_connect.mocks.pki import Pki
from gov_connect.model import CitizenQuery
from gov_connect.reference import WorkCalendar
from gov_connect.signing import (
    ActKind,
    Evidence,
    LocalKey,
    Signing,
    SigningRefused,
    Tree,
    Trust,
    TrustPolicy,
    _der,
)
from gov_connect.signing.validation import Question
from gov_connect.signing.verdict import Finding
from gov_connect.signing.wsse import sign_envelope, verify_envelope
from gov_connect.transport.gateways import Lgsp

NOW = datetime.now(UTC)
ENDLESS = b"version = " + b"9" * 5000
BASE = {
    "GOV_CONNECT_ENVIRONMENT": "test",
    "GOV_CONNECT_AGENCY": "H99",
    "GOV_CONNECT_DATABASE_URL": "sqlite:///:memory:",
    "GOV_CONNECT_STORE_KEY": "A" * 43 + "=",
}


@pytest.fixture(scope="module")
def pki():
    """Throw-away certificates."""
    return Pki(NOW)


@pytest.mark.parametrize("text", ["é", "ab=c", "a"])
def test_letters_where_base64_was_wanted_are_a_strange_reply(text):
    """Beyond ASCII, base64 is refused by another error than the usual one."""
    with pytest.raises(UnexpectedReply):
        binary(text, "mysign")


@pytest.mark.parametrize(
    ("read", "refusal"),
    [
        (parse_pack, InvalidInput),
        (_head, PackRefused),
        (lambda data: WorkCalendar.read(data.decode()), InvalidInput),
    ],
    ids=["pack", "manifest", "days"],
)
def test_a_number_of_thousands_of_digits_is_refused(read, refusal):
    """Python itself refuses to read it, by an error that is no error of TOML."""
    with pytest.raises(refusal):
        read(ENDLESS)


@pytest.mark.parametrize("rows", ["5", "[1]", '"abc"'])
def test_days_that_are_no_table_are_refused(rows):
    """A file of days off may hold anything in their place."""
    with pytest.raises(InvalidInput):
        WorkCalendar.read(f"off = {rows}")


def test_an_identifier_without_end_is_refused():
    """One arc could be a number of ten thousand digits."""
    with pytest.raises(Finding):
        _der.Tlv(_der.OID, b"\x81" * 16_000 + b"\x01", b"").oid()
    assert _der.read(_der.oid("1.2.840.113549.1.7.2")).oid() == "1.2.840.113549.1.7.2"


def trusting(key, pki=None):
    """A verifier's trust, with what is known of revocation when the certificates are given."""
    evidence = Evidence()
    for data in [] if pki is None else pki.evidence_bytes():
        evidence.add_crl(data)
    root = key.certificates[-1] if pki is None else pki.official_root.certificate
    helpers = () if pki is None else (pki.official_ca.certificate,)
    return Trust(TrustPolicy(anchors={Tree.OFFICIAL_DUTY: (root,)}, intermediates=helpers), evidence)


@pytest.fixture(scope="module")
def key(pki):
    """An officer's."""
    return LocalKey(pki.officer.key, [pki.officer.certificate, *pki.officer.above[:1]])


def test_a_signature_in_odd_letters_is_refused(key):
    """Where base64 was wanted, and in the names of its parts."""
    signed = Signing().sign(b"<a><b>x</b></a>", ActKind.PERSONAL, key).data
    for place in (b"SignatureValue>", b"DigestValue>"):
        start = signed.index(b"<ds:" + place) + len(place) + 4
        changed = signed[:start] + "ữ".encode() + signed[start:]
        assert Signing(trusting(key)).verify(changed).verdict.value == "invalid"
    renamed = signed.replace(b"CanonicalizationMethod", "Canonicalizữ".encode())
    assert Signing(trusting(key)).verify(renamed).verdict.value == "invalid"


def test_names_of_elements_may_be_vietnamese(key, pki):
    """Signed and verified like all others: a part of a document is never written in references."""
    document = "<HồSơ><Họ>x</Họ></HồSơ>".encode()
    signed = Signing().sign(document, ActKind.PERSONAL, key).data
    assert Signing(trusting(key, pki)).verify(signed).verdict.value == "valid"
    envelope = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><HồSơ Mã="1"/></s:Body></s:Envelope>'
    ).encode()
    found = verify_envelope(sign_envelope(envelope, key, NOW), Question(trust=trusting(key, pki), now=NOW))
    assert "HồSơ" in found.body.decode()


def test_a_list_of_revoked_certificates_of_no_version_is_refused(pki):
    """The library has an error of its own for that."""
    good = pki.crl(pki.official_ca)
    at = good.index(b"\x02\x01\x01", 4)
    with pytest.raises(SigningRefused):
        Evidence().add_crl(good[: at + 2] + b"\x7a" + good[at + 3 :])


@pytest.mark.parametrize(
    ("told", "skew"),
    [
        ("Mon, 05 Jan 2026 01:15:00 GMT", 0),
        ("Mon, 05 Jan 2026 01:15:00 -0000", None),
        ("Mon, 05 Jan 2026 01:15:00 999999999999999", None),
        ("Mon, 05 Jan 2026 01:1999999999999999999995:00 GMT", None),
        ("", None),
    ],
)
def test_a_date_header_may_hold_anything(told, skew):
    """A server that lies about the time must not end the doctor."""
    assert skew_of(told, datetime(2026, 1, 5, 1, 15, tzinfo=UTC)) == skew


@pytest.mark.parametrize("address", ["https://[x/t", "https://x:99999/t"])
def test_addresses_that_cannot_be_are_named_at_the_start(address):
    """Of a token, or of the page where the payer comes back."""
    residents = {
        "BASE_URL": "https://a.example", "ENDPOINT": "/x", "USERNAME": "u", "SECRET": "s", "GATEWAY__KIND": "lgsp",
        "GATEWAY__TOKEN_URL": address, "GATEWAY__CONSUMER_KEY": "k", "GATEWAY__CONSUMER_SECRET": "s",
    }  # fmt: skip
    vnpay = {
        "BASE_URL": "https://a.example", "TMN_CODE": "DEMO0001", "HASH_SECRET": "s", "RETURN_URL": address,
    }  # fmt: skip
    for name, values in (("RESIDENTS", residents), ("VNPAY", vnpay)):
        given = {f"GOV_CONNECT_{name}__{key}": value for key, value in values.items()}
        with pytest.raises(ConfigurationError) as caught:
            Settings.from_mapping({**BASE, **given})
        assert [one.code for one in caught.value.problems] == ["value.not_a_url"]
    assert Lgsp(token_url="https://a.example/t", consumer_key="k", consumer_secret=SecretStr("s")).kind == "lgsp"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("00", "00"),
        ("Server.ServerProxy", "Server.ServerProxy"),
        ("NGUYỄN THỊ MẪU", ""),
        ("000000000012", ""),
        ("", ""),
    ],
)
def test_only_what_looks_like_a_code_is_shown_as_one(said, shown):
    """Whoever writes a name or a number into the field of a code finds it in no error."""
    error = Refused(system="vnpay", raw_code=said)
    assert error.raw_code == shown
    assert not said or shown or said not in f"{error!s}{error!r}{error.args}"


def test_base64_itself_is_still_read():
    """With line breaks, as services write it."""
    assert binary(base64.encodebytes(b"x" * 100).decode(), "mysign") == b"x" * 100


@pytest.mark.parametrize(
    ("name", "shown"), [("NGUYỄN THỊ MẪU", "?"), ("000000000012", "?"), ("TRAN MAU", "?"), ("hoTen", "hoTen")]
)
def test_a_foreign_field_s_name_is_repeated_only_when_it_is_one(name, shown):
    """Whoever puts a person where a name of a field belongs finds it in no error."""
    with pytest.raises(InvalidInput) as caught:
        CitizenQuery.model_validate({"citizen_id": "000000000012", "name": "MẪU", "born": "1990", name: "x"})
    assert [one.path for one in caught.value.problems] == [shown]
