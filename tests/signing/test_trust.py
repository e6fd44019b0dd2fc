"""Whom to trust: roots, trees, keys, purposes, time, revocation (signature.md §4)."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography import x509
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from gov_connect.errors import ConfigurationError
from gov_connect.signing import (
    ActKind,
    Evidence,
    RevocationMode,
    Signing,
    SigningRefused,
    Tree,
    Trust,
    TrustPolicy,
    Verdict,
    expiring,
    pinned_roots,
)
from gov_connect.signing.certificates import CertificateId, Moment, identity

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def judged(policy, evidence, made):
    """The codes with which a leaf is judged on the tests' day."""

    def judge(one, *, at=None, now=None, act=None, known=evidence, **rules):
        trust = Trust(policy(**rules), known)
        at = at or made.NOW
        moment = Moment(at=at, now=now or max(at, made.NOW), skew=trust.policy.skew)
        found = trust.judge(one.certificate, one.above[:1], moment, act)
        return {reason.code for reason in found.reasons}

    return judge


def test_good_leaves_of_both_trees_are_good(judged, pki):
    """An officer, an agency, a curve, a citizen."""
    assert [judged(one) for one in (pki.officer, pki.agency, pki.curve, pki.citizen)] == [set()] * 4


def test_weak_keys_are_refused_in_leaves_too(judged, pki, made):
    """RSA-1024."""
    assert judged(pki.leaf("YẾU", key=made.rsa_key("weak", 1024))) == {"signing.key.weak"}


def test_certificates_signed_with_sha1_are_refused(judged, pki, made, policy):
    """A leaf on SHA-1 is refused by its hash; a root on SHA-1 is not judged by its own signature."""
    leaf = made.on_sha1(pki.officer, pki.official_ca)
    assert judged(leaf) == {"signing.certificate.weak_hash"}
    old = made.on_sha1(pki.official_root, pki.official_root)
    assert judged(pki.officer, anchors={Tree.OFFICIAL_DUTY: (old.certificate,)}) == set()


@pytest.mark.parametrize("bits", [("key_encipherment",), ("key_agreement",), ("crl_sign",)])
def test_other_key_usages_are_refused(judged, pki, made, bits):
    """A certificate for something else."""
    assert judged(pki.leaf("KHÁC", key_usage=made.usage(*bits))) == {"signing.certificate.usage"}


@pytest.mark.parametrize("bits", [("digital_signature",), ("content_commitment",)])
def test_either_signing_bit_is_enough(judged, pki, made, bits):
    """Libraries disagree which one they want (§4)."""
    assert judged(pki.leaf("ĐƯỢC", key_usage=made.usage(*bits))) == set()


def test_no_key_usage_and_servers_certificates_are_refused(judged, pki):
    """Missing key usage; a web server's purpose."""
    assert judged(pki.leaf("KHÔNG", key_usage=None)) == {"signing.certificate.usage"}
    assert judged(pki.leaf("WEB", purposes=(ExtendedKeyUsageOID.SERVER_AUTH,))) == {"signing.certificate.usage"}


def test_an_issuer_may_not_sign_documents(judged, pki):
    """The issuing certificate itself as signer."""
    assert "signing.certificate.usage" in judged(pki.official_ca)


def test_another_root_is_refused(judged, made):
    """A whole tree of somebody else, with our names."""
    root = made.issue(made.name("ROOT CONG VU"), made.rsa_key("stranger"), ca=True)
    middle = made.issue(made.name("CA CONG VU"), made.rsa_key("stranger-ca"), root, ca=True)
    leaf = made.issue(made.name("NGƯỜI LẠ"), made.rsa_key("officer"), middle, key_usage=made.SIGNING)
    assert judged(leaf) == {"signing.certificate.untrusted"}


def test_an_end_entity_cannot_issue(judged, pki, made):
    """A leaf that signed another leaf, and a CA without the right to issue."""
    assert judged(pki.leaf("CON", pki.officer)) == {"signing.certificate.untrusted"}
    crippled = made.issue(
        made.name("CA HỎNG"), made.rsa_key("officer"), pki.official_root, ca=True, key_usage=made.usage("crl_sign")
    )
    assert judged(pki.leaf("CON", crippled, key=made.rsa_key("agency"))) == {"signing.certificate.untrusted"}


def test_unknown_critical_extensions_are_refused(judged, pki):
    """What is critical and not understood must not be ignored."""
    extra = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    assert judged(pki.leaf("LẠ", extra=((extra, True),))) == {"signing.certificate.critical"}
    assert judged(pki.leaf("LẠ", extra=((extra, False),))) == set()


def test_validity_holds_with_a_small_skew(judged, pki, made):
    """Expired, not yet valid, and valid in a minute."""
    assert judged(pki.leaf("CŨ", ends=made.NOW - HOUR)) == {"signing.certificate.expired"}
    assert judged(pki.leaf("MỚI", begins=made.NOW + HOUR)) == {"signing.certificate.not_yet"}
    assert judged(pki.leaf("SẮP", begins=made.NOW + dt.timedelta(minutes=1))) == set()


def test_each_act_has_its_trees(judged, pki):
    """Officials sign in the official-duty tree unless the agency says otherwise; citizens in either."""
    assert judged(pki.citizen, act=ActKind.PERSONAL) == {"signing.tree.not_allowed"}
    assert judged(pki.citizen, act=ActKind.CITIZEN) == set()
    wider = {ActKind.PERSONAL: frozenset(Tree)}
    assert judged(pki.citizen, act=ActKind.PERSONAL, trees=wider) == set()


def test_unknown_revocation_leaves_the_answer_open(judged, pki):
    """Nothing fed in: not determined; with the laxer mode a note."""
    assert judged(pki.officer, known=Evidence()) == {"signing.revocation.unknown"}
    lax = judged(pki.officer, known=Evidence(), revocation=RevocationMode.WHEN_KNOWN)
    assert lax == {"signing.note.revocation_skipped"}


def test_revoked_is_refused_in_every_mode(judged, pki, evidence, made):
    """By a list, also when it is stale, also in the laxer mode."""
    evidence.add_crl(pki.crl(pki.official_ca, pki.officer, ends=made.NOW))
    for mode in RevocationMode:
        assert judged(pki.officer, revocation=mode) == {"signing.certificate.revoked"}


def test_revoked_beats_good(judged, pki, evidence):
    """A list that revokes and an OCSP answer that says good, and the other way round."""
    evidence.add_ocsp(pki.ocsp(pki.officer, pki.official_ca))
    evidence.add_crl(pki.crl(pki.official_ca, pki.officer))
    assert judged(pki.officer) == {"signing.certificate.revoked"}
    revoked = pki.ocsp(pki.agency, pki.official_ca, status=ocsp.OCSPCertStatus.REVOKED, revoked_at=pki_time(pki) - DAY)
    evidence.add_ocsp(revoked)
    assert judged(pki.agency) == {"signing.certificate.revoked"}


def pki_time(pki):
    return dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)


def test_a_revoked_issuer_revokes_what_it_issued(judged, pki, evidence):
    """The root's list names the issuing authority."""
    evidence.add_crl(pki.crl(pki.official_root, pki.official_ca))
    assert judged(pki.officer) == {"signing.certificate.revoked"}


def test_revocation_after_the_proven_time_does_not_count(judged, pki, made):
    """A signature proven to be older than the revocation stays good."""
    known = Evidence()
    known.add_crl(pki.crl(pki.official_root))
    known.add_crl(pki.crl(pki.official_ca, pki.officer, when=made.NOW - HOUR))
    assert judged(pki.officer, at=made.NOW - 2 * HOUR, now=made.NOW, known=known) == set()
    assert judged(pki.officer, at=made.NOW, known=known) == {"signing.certificate.revoked"}


@pytest.mark.parametrize(
    "facts",
    [
        {"ends": None, "begins": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)},
        {"begins": dt.datetime(2026, 11, 20, 4, 0, tzinfo=dt.UTC)},
        {"extra": ((x509.DeltaCRLIndicator(1), True),)},
        {"extra": ((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\x05\x00"), True),)},
    ],
    ids=["stale", "future", "delta", "critical"],
)
def test_unfit_lists_say_nothing_good(judged, pki, made, facts):
    """Stale, from the future, only a delta, or with something critical: the answer stays open."""
    known = Evidence()
    known.add_crl(pki.crl(pki.official_root))
    facts = {**facts, "ends": made.NOW - HOUR} if facts.get("ends", 1) is None else facts
    known.add_crl(pki.crl(pki.official_ca, **facts))
    assert judged(pki.officer, known=known) == {"signing.revocation.unusable"}


def test_forged_lists_say_nothing(judged, pki):
    """A list in the issuer's name by another key neither clears nor revokes."""
    known = Evidence()
    known.add_crl(pki.crl(pki.official_root))
    known.add_crl(pki.crl(pki.official_ca, pki.officer, signer=pki.public_ca))
    assert judged(pki.officer, known=known) == {"signing.revocation.unusable"}


def test_an_expired_certificate_is_not_cleared_by_a_later_list(judged, pki, made):
    """Authorities drop expired certificates from their lists: absence proves nothing then."""
    old = pki.leaf("CŨ", ends=made.NOW - 10 * DAY)
    known = Evidence()
    known.add_crl(pki.crl(pki.official_root))
    known.add_crl(pki.crl(pki.official_ca))
    assert judged(old, at=made.NOW - 20 * DAY, now=made.NOW, known=known) == {"signing.revocation.unusable"}


def test_ocsp_counts_when_it_is_authentic_and_fresh(judged, pki, made):
    """By the issuer or a delegate with the right marks; else the answer stays open."""
    marks = {"purposes": (ExtendedKeyUsageOID.OCSP_SIGNING,), "key": made.ec_key("ocsp")}
    nocheck = ((x509.OCSPNoCheck(), False),)
    delegate = pki.leaf("OCSP", extra=nocheck, **marks)
    unmarked = pki.leaf("OCSP", **marks)
    plain = pki.leaf("OCSP", extra=nocheck, key=made.ec_key("ocsp"))
    unknown = ocsp.OCSPCertStatus.UNKNOWN
    cases = [
        ({}, set()),
        ({"responder": delegate}, set()),
        ({"responder": unmarked}, {"signing.revocation.unusable"}),
        ({"responder": plain}, {"signing.revocation.unusable"}),
        ({"responder": pki.public_ca}, {"signing.revocation.unusable"}),
        ({"status": unknown}, {"signing.revocation.unusable"}),
        ({"begins": made.NOW - 2 * DAY, "ends": made.NOW - DAY}, {"signing.revocation.unusable"}),
        ({"endless": True}, {"signing.revocation.unusable"}),
    ]
    for facts, expected in cases:
        known = Evidence()
        known.add_crl(pki.crl(pki.official_root))
        known.add_ocsp(pki.ocsp(pki.officer, pki.official_ca, **facts))
        assert judged(pki.officer, known=known) == expected, facts
    other = Evidence()
    other.add_crl(pki.crl(pki.official_root))
    other.add_ocsp(pki.ocsp(pki.agency, pki.official_ca))
    assert judged(pki.officer, known=other) == {"signing.revocation.unknown"}


@pytest.mark.parametrize("feed", ["add_crl", "add_ocsp"])
def test_unreadable_evidence_is_refused(feed):
    """Nonsense is not silently dropped."""
    with pytest.raises(SigningRefused) as caught:
        getattr(Evidence(), feed)(b"0\x03abc")
    assert caught.value.code == "signing.revocation.unreadable"


def test_a_policy_without_roots_is_an_error(pki):
    """Never the operating system's or the web's roots instead; a leaf is no root; one root, one tree."""
    root, leaf = pki.official_root.certificate, pki.officer.certificate
    for anchors in ({}, {Tree.PUBLIC: ()}, {Tree.PUBLIC: (leaf,)}, {Tree.PUBLIC: (root,), Tree.OFFICIAL_DUTY: (root,)}):
        with pytest.raises(ConfigurationError):
            TrustPolicy(anchors=anchors)
    with pytest.raises(SigningRefused) as caught:
        Signing().verify(b"<a/>")
    assert caught.value.code == "signing.policy.no_anchors"


def test_policies_come_from_files(pki):
    """PEM, several in one file; nonsense is refused."""
    found = TrustPolicy.from_pem({Tree.PUBLIC: pki.public_root.pem, Tree.OFFICIAL_DUTY: pki.official_root.der})
    assert found.tree_of[pki.public_root.certificate] is Tree.PUBLIC
    with pytest.raises(SigningRefused):
        TrustPolicy.from_pem({Tree.PUBLIC: b"nonsense"})


def test_pinned_roots_are_data_with_their_grade(pki):
    """Each root of the file has a fingerprint, a tree and a grade; others do not count."""
    roots = pinned_roots()
    assert {root.tree for root in roots} == set(Tree)
    assert all(len(root.sha256) == 64 and root.grade in {"CONFIRMED", "SEEN", "MEASURED"} for root in roots)
    with pytest.raises(ConfigurationError):
        TrustPolicy.pinned(pki.official_root.pem)


def test_the_digest_names_certificates_that_end_soon(pki, made):
    """Within 14 days, the nearest first, without names."""
    soon = pki.leaf("SẮP HẾT", ends=made.NOW + 5 * DAY)
    over = pki.leaf("ĐÃ HẾT", ends=made.NOW - DAY)
    rows = expiring([one.certificate for one in (pki.officer, soon, over)], made.NOW)
    assert [row.days_left for row in rows] == [-1, 5]
    assert rows[1].certificate == CertificateId.of(soon.certificate)
    assert "HẾT" not in repr(rows)


def test_the_number_of_a_citizen_is_read_by_oid_and_stays_closed(pki):
    """From attribute UID; official-duty certificates may have none."""
    found = identity(pki.citizen.certificate)
    assert found is not None
    kind, number = found
    assert (kind, number.reveal(), str(number)) == ("CCCD", "000000000001", "***")
    assert identity(pki.officer.certificate) is None


def test_a_known_path_is_asked_for_its_time_again(policy, evidence, pki, made):
    """What is kept of a path never outlives its certificates."""
    trust = Trust(policy(), evidence)
    leaf, above = pki.officer.certificate, pki.officer.above[:1]
    good = Moment(at=made.NOW, now=made.NOW)
    late = Moment(at=made.NOW + 20 * made.YEAR, now=made.NOW + 20 * made.YEAR)
    assert trust.judge(leaf, above, good).reasons == ()
    assert trust.judge(leaf, above, late).tree is None


def test_the_certificate_is_checked_before_signing(signing, pki, made, key_of, xml):
    """TT 15/2025: an expired, revoked or foreign certificate signs nothing."""
    old = pki.leaf("CŨ", ends=made.NOW - HOUR)
    with pytest.raises(SigningRefused) as caught:
        signing.sign(xml, ActKind.PERSONAL, key_of(old))
    assert caught.value.code == "signing.certificate.expired"
    with pytest.raises(SigningRefused) as caught:
        signing.sign(xml, ActKind.PERSONAL, key_of(pki.citizen))
    assert caught.value.code == "signing.tree.not_allowed"
    with pytest.raises(SigningRefused) as caught:
        Signing(now=lambda: made.NOW).sign(xml, ActKind.PERSONAL, key_of(old))
    assert caught.value.code == "signing.certificate.expired"


def test_a_public_signature_without_pss_is_noted_when_asked(policy, evidence, pki, made, key_of, xml):
    """TT 15/2025 wants PSS of public signatures; services return PKCS#1 v1.5: a note, not a refusal."""
    signing = Signing(Trust(policy(pss_expected=True), evidence), now=lambda: made.NOW)
    report = signing.verify(signing.sign(xml, ActKind.CITIZEN, key_of(pki.citizen)).data)
    assert report.verdict is Verdict.VALID
    assert "signing.note.not_pss" in {reason.code for reason in report.signatures[0].reasons}
