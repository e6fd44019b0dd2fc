"""The desktop tool: parameters for the page, tokens, and the file that comes back (signature.md §1.8)."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from gov_connect.signing import ActKind, SigningRefused
from gov_connect.signing.certificates import CertificateId

from gov_connect.adapters.vgca import Command, HandOut, SignRequest, take_back, upload_answer

FILE, UPLOAD = "https://mc.example/file/7", "https://mc.example/upload/7"


def test_the_page_gets_one_frame_with_a_token_in_both_addresses(made):
    """Number and date go with the agency's signature only."""
    asked = SignRequest(command=Command.APPROVE, download=FILE, upload=UPLOAD, token="t k")
    frame = json.loads(asked.to_json())
    assert asked.address == "wss://127.0.0.1:8987/SignApproved"
    assert (frame["FileName"], frame["FileUploadHandler"]) == (FILE + "?token=t+k", UPLOAD + "?token=t+k")
    assert "DocNumber" not in frame
    issue = SignRequest(
        command=Command.ISSUE, download=FILE, upload=UPLOAD, token="t", number="01/QĐ-UBND", issued_at=made.NOW
    )
    frame = json.loads(issue.to_json())
    assert (frame["DocNumber"], frame["IssuedDate"]) == ("01/QĐ-UBND", "2026-11-20T10:00:00+07:00")
    assert "token" not in repr(issue)


@pytest.mark.parametrize(
    "facts",
    [{"download": "http://mc.example/7"}, {"upload": UPLOAD + "?x=1"}, {"command": Command.ISSUE}],
)
def test_unfit_parameters_are_refused(facts):
    """Open addresses, addresses with a query of their own, an issue without its number."""
    facts = {"command": Command.APPROVE, "download": FILE, "upload": UPLOAD, "token": "t", **facts}
    with pytest.raises(SigningRefused):
        SignRequest(**facts).to_json()


def test_a_token_is_for_one_document_and_a_short_time(made):
    """Another token, and the same one too late."""
    given = HandOut.of(b"x", made.NOW)
    assert given.admits(given.token, made.NOW)
    assert not given.admits("other", made.NOW)
    assert not given.admits(given.token, made.NOW + dt.timedelta(minutes=15))
    assert given.token not in repr(given)


def test_what_comes_back_is_verified(signing, officer, key_of, pki, pdf, made):
    """The file handed out plus one valid signature of the expected certificate; anything else is refused."""
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    given = HandOut.of(pdf, made.NOW)
    signed = signing.sign(pdf, ActKind.PERSONAL, officer).data
    mine = CertificateId.of(pki.officer.certificate)
    assert take_back(signed, given, signing, expected=mine, act=ActKind.PERSONAL).signed == signed
    agency = CertificateId.of(pki.agency.certificate)
    again = HandOut.of(signed, made.NOW, prior=1)
    both = signing.sign(signed, ActKind.AGENCY, key_of(pki.agency)).data
    assert take_back(both, again, signing, expected=agency).signatures[0].covers_all is False
    other = signing.sign(pdf.replace(b"khai sinh", b"khai tu!!"), ActKind.PERSONAL, officer).data
    cases = [
        (other, given, mine, "signing.remote.changed"),
        (pdf, given, mine, "signing.remote.changed"),
        (both, given, mine, "signing.remote.changed"),
        (signed + b"\n", given, mine, "signing.not_valid"),
        (signed, given, agency, "signing.mandate.certificate_another"),
    ]
    for data, handed_out, expected, code in cases:
        with pytest.raises(SigningRefused) as caught:
            take_back(data, handed_out, signing, expected=expected)
        assert caught.value.code == code


def test_the_tool_gets_its_answer():
    """JSON as the page's handler knows it."""
    answer = json.loads(upload_answer(accepted=True, name="a.pdf", address=FILE))
    assert (answer["Status"], answer["FileName"], answer["FileServer"]) == (True, "a.pdf", FILE)
