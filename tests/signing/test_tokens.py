"""Keys on a token, tried on SoftHSM2 from Debian."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from gov_connect.signing import ActKind, Format, SigningRefused, Verdict
from gov_connect.signing.tokens import Token

LIBRARIES = ("lib/softhsm/libsofthsm2.so", "lib/*/softhsm/libsofthsm2.so", "lib64/softhsm/libsofthsm2.so")
PIN, LABEL = "123456", "van-thu"


@pytest.fixture(scope="module")
def library(tmp_path_factory, pki):
    """A fresh token with an RSA and a P-256 key, and two certificates of one label."""
    pkcs11 = pytest.importorskip("pkcs11", reason="token tests need the extra: pip install gov-connect[pkcs11]")
    place = next((str(path) for name in LIBRARIES for path in Path("/usr").glob(name)), None)
    if place is None or shutil.which("softhsm2-util") is None:
        pytest.skip("softhsm2 is not installed: no token was tried")
    home = tmp_path_factory.mktemp("token")
    (home / "tokens").mkdir()
    (home / "softhsm2.conf").write_text(f"directories.tokendir = {home / 'tokens'}\n", encoding="ascii")
    os.environ["SOFTHSM2_CONF"] = str(home / "softhsm2.conf")
    tool = ["softhsm2-util", "--module", place]
    command = [*tool, "--init-token", "--free", "--label", LABEL, "--so-pin", "87654321", "--pin", PIN]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    for number, identity in (("01", pki.agency), ("02", pki.curve)):
        path = home / "key.pem"
        path.write_bytes(identity.key_pem)
        again = [*tool, "--import", path, "--token", LABEL, "--label", "k", "--id", number, "--pin", PIN]
        subprocess.run(again, check=True, capture_output=True, timeout=60)
    names = pkcs11.Attribute
    with pkcs11.lib(place).get_token(token_label=LABEL).open(user_pin=PIN, rw=True) as session:
        for number, identity in ((b"\x01", pki.agency), (b"\x02", pki.curve)):
            session.create_object(
                {
                    names.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                    names.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    names.TOKEN: True,
                    names.LABEL: "same label",
                    names.ID: number,
                    names.SUBJECT: identity.certificate.subject.public_bytes(),
                    names.VALUE: identity.der,
                }
            )
    yield place
    os.environ.pop("SOFTHSM2_CONF", None)


@pytest.mark.parametrize("kind", ["rsa", "pss", "curve"])
def test_a_token_signs_like_a_key_in_memory(library, signing, pki, xml, kind):
    """RSA PKCS#1 v1.5 and PSS, ECDSA: XML and messages are found valid."""
    identity = pki.curve if kind == "curve" else pki.agency
    number = identity.certificate.serial_number
    with Token(library, token=LABEL, pin=PIN, serial=number, above=identity.above[:1], pss=kind == "pss") as token:
        assert signing.verify(signing.sign(xml, ActKind.AGENCY, token).data).verdict is Verdict.VALID
        message = signing.sign(b"x", ActKind.AGENCY, token, format=Format.CMS).data
    assert signing.verify(message, content=b"x").verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"pin": "000000"}, "signing.token.pin"),
        ({"serial": 1}, "signing.token.certificate"),
        ({"token": "absent"}, "signing.token.library"),
        ({"library": "/absent.so"}, "signing.token.library"),
    ],
)
def test_what_goes_wrong_with_a_token_is_said(library, pki, facts, code):
    """Wrong PIN (asked once), unknown certificate, absent token and library."""
    number = pki.agency.certificate.serial_number
    facts = {"library": library, "token": LABEL, "pin": PIN, "serial": number, **facts}
    with pytest.raises(SigningRefused) as caught:
        Token(facts.pop("library"), **facts)
    assert caught.value.code == code
