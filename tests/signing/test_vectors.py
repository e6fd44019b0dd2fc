"""Published vectors: what is sound is proven, what is weak, altered or wide open is refused with its reason."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

from gov_connect.signing import RevocationMode, Signing, Trust, Verdict

VECTORS = Path(__file__).with_name("vectors")
ENVELOPED = sorted((VECTORS / "aleksey-xmldsig-01-enveloped").glob("enveloped-sha256-rsa-sha256-test-*.xml"))
OTHERS = sorted((VECTORS / "aleksey-xmldsig-01").glob("*.xml"))
PLACE = "signing.xml.place"
EXPECTED = {
    "x509data-sn-test.xml": "signing.algorithm.refused",
    "x509data-test.xml": "signing.algorithm.refused",
    "xpointer-hmac.xml": "signing.xml.doctype",
}
"""Vectors of the second folder that are more than enveloping, which the profile refuses."""


@pytest.fixture
def judge(policy, made):
    """Verdict, codes and whether the mathematics holds, by our roots, which know none of these signers."""
    signing = Signing(Trust(policy(revocation=RevocationMode.WHEN_KNOWN)), now=lambda: made.NOW)

    def ask(data: bytes):
        report = signing.verify(data)
        found = {reason.code for reason in (*report.reasons, *(r for one in report.signatures for r in one.reasons))}
        proven = any(one.signed for one in report.signatures)
        return report.verdict, found - {"signing.note.no_timestamp"}, proven

    return ask


@pytest.mark.parametrize("path", ENVELOPED, ids=lambda path: path.stem)
def test_sound_enveloped_vectors_are_proven(judge, path):
    """Hash and value hold; the certificate, of version 1 and without key usage, is refused for itself."""
    assert judge(path.read_bytes()) == (Verdict.INVALID, {"signing.certificate.usage"}, True)


@pytest.mark.parametrize("path", ENVELOPED, ids=lambda path: path.stem)
def test_altered_copies_of_them_are_refused(judge, path):
    """One letter of the content, and one of SignedInfo."""
    data = path.read_bytes()
    assert judge(data.replace(b"</parent>", b"x</parent>"))[1] == {"signing.content.changed"}
    assert judge(data.replace(b"\n<SignatureMethod", b"\n\n<SignatureMethod"))[1] == {"signing.value.wrong"}


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_other_vectors_are_refused(judge, path):
    """Enveloping, MD5, RIPEMD-160, HMAC, DSA, XPointer, DTD: none of it is judged, all of it is refused."""
    assert judge(path.read_bytes()) == (Verdict.INVALID, {EXPECTED.get(path.name, PLACE)}, False)


def test_a_transform_that_takes_everything_away_is_refused(judge):
    """The signature as the root of the document."""
    path = VECTORS / "aleksey-xmldsig-01-enveloped" / "invalid_enveloped_transform.xml"
    assert judge(path.read_bytes()) == (Verdict.INVALID, {PLACE}, False)


PROVEN = {
    "Signature-X-UK_ASC-2.xml",
    "dss-signed.xml",
    "dss1788-original.xml",
    "nonconformant-dss1770.xml",
    "nonconformant-xades-ocsp-not-embeds-certs.xml",
    "wsfederation_metadata.xml",
    "xades-extended-xl.xml",
    *(path.name for path in ENVELOPED),
}
"""Of all vectors of the package: those of our profile whose mathematics holds."""
ALTERED = {
    "dss-signed-altered-signedPropsRemoved.xml": "signing.value.wrong",
    "nonconformant-dss-signed-altered-refRemoved.xml": "signing.xml.references",
    "xades-counter-signature-injected.xml": "signing.xml.several",
    "xades-fake-counter-signature.xml": "signing.xml.several",
    "signature-rsa-enveloped-bad-digest-val.xml": "signing.algorithm.refused",
    "signature-rsa-enveloped-bad-sig.xml": "signing.algorithm.refused",
    "invalid wss resp - changed content.xml": "signing.xml.place",
    "xades-ecc-brainpool.xml": "signing.key.unknown",
    "document.signed.c.xml": "signing.key.weak",
}


@pytest.mark.skipif(not os.environ.get("GOV_CONNECT_PEERS"), reason="GOV_CONNECT_PEERS=1 fetches signxml's vectors")
def test_all_vectors_of_the_package(judge, tmp_path):
    """Aleksey, Merlin, Phaos, W3C, pyXMLSecurity, ws-security, ETSI: none is valid here, the sound ones are proven."""
    wanted = f"signxml=={version('signxml')}"
    fetch = ["pip", "download", "-q", "--no-deps", "--no-build-isolation", "--no-binary", ":all:", "-d", str(tmp_path)]
    subprocess.run([sys.executable, "-m", *fetch, wanted], check=True, capture_output=True, timeout=300)
    (package,) = tmp_path.glob("signxml-*.tar.gz")
    with tarfile.open(package) as archive:
        archive.extractall(tmp_path, filter="data")
    paths = [path for path in tmp_path.rglob("test/**/*.xml") if "defusedxml" not in str(path)]
    assert len(paths) > 150
    found = {path.name: judge(path.read_bytes()) for path in paths}
    assert all(verdict is not Verdict.VALID for verdict, _, _ in found.values())
    assert {name for name, (_, _, proven) in found.items() if proven} == PROVEN
    assert {name: found[name][1] for name in ALTERED} == {name: {code} for name, code in ALTERED.items()}
