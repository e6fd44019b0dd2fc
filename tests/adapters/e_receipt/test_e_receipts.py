"""E-receipts: VNPT's messages against a WSDL read by zeep, Viettel's against its field list."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import zeep
from lxml import etree

import gov_connect
from gov_connect.adapters.e_receipt import ViettelReceipts, VnptReceipts
from gov_connect.adapters.e_receipt import vnpt_wire as vnpt
from gov_connect.errors import AuthenticationFailed, ConfigurationError, OutcomeUnknown, Refused, UnexpectedReply
from gov_connect.model import (
    VIETNAM,
    DossierCode,
    FeeKind,
    FeeLine,
    Money,
    Payer,
    PersonName,
    Receipt,
    ReceiptRequest,
)

START = datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM)
WSDL = Path(gov_connect.__file__).parent / "schemas" / "e_receipt" / "vnpt.wsdl"
VNPT = {
    "VNPT_RECEIPT__BASE_URL": "https://receipts.example",
    "VNPT_RECEIPT__ACCOUNT": "canbo",
    "VNPT_RECEIPT__ACCOUNT_PASSWORD": "mat-khau-1",
    "VNPT_RECEIPT__USERNAME": "dich-vu",
    "VNPT_RECEIPT__PASSWORD": "mat-khau-2",
    "VNPT_RECEIPT__PATTERN": "01BLP0-001",
    "VNPT_RECEIPT__SERIAL": "AA-26E",
}
VIETTEL = {
    "VIETTEL_RECEIPT__BASE_URL": "https://sinvoice.example",
    "VIETTEL_RECEIPT__USERNAME": "canbo",
    "VIETTEL_RECEIPT__PASSWORD": "mat-khau",
    "VIETTEL_RECEIPT__TAX_CODE": "0100109106",
    "VIETTEL_RECEIPT__TEMPLATE": "01BLP0-001",
    "VIETTEL_RECEIPT__SERIAL": "AA-26E",
}
REQUEST = ReceiptRequest(
    key="phi-gc-0001",
    kind=FeeKind.FEE,
    dossier=DossierCode("H99.201-260105-0001"),
    lines=(FeeLine(name="Phí <sao & lục>", amount=Money(15_000), kind=FeeKind.FEE),),
    amount=Money(15_000),
    payer=Payer(name=PersonName("MẪU ]]> THỊ & THỬ")),
    paid_at=START,
)
RECEIPT = Receipt(key="phi-gc-0001", number="45", amount=Money(15_000), issued_at=START)
PDF = base64.b64encode(b"%PDF-1.4").decode()


def soap(method: str, text: str) -> bytes:
    """An answer of VNPT."""
    return (
        f'<soap:Envelope xmlns:soap="{vnpt.ENVELOPE}"><soap:Body><{method}Response xmlns="{vnpt.NAMESPACE}">'
        f"<{method}Result>{text}</{method}Result></{method}Response></soap:Body></soap:Envelope>"
    ).encode()


def publish(text: str) -> bytes:
    return soap("ImportAndPublishInv", text)


@pytest.fixture
def receipts(make_gov: Any) -> Any:
    return make_gov(**VNPT).system(VnptReceipts)


@pytest.fixture
def sinvoice(make_gov: Any) -> Any:
    return make_gov(**VIETTEL).system(ViettelReceipts)


def parameters(body: bytes) -> dict[str, str]:
    call = etree.fromstring(body)[0][0]
    return {etree.QName(child).localname: child.text or "" for child in call}


def test_messages_are_what_zeep_makes_of_the_wsdl(receipts: Any, wire: Any) -> None:
    """Every call: the same elements, in the same order, with the same content."""
    client = zeep.Client(str(WSDL))
    wire.say(
        publish("OK:01BLP0-001;AA-26E-phi-gc-0001_45"),
        soap("UnConfirmPaymentFkey", "OK:"),
        soap("cancelInv", "OK:"),
        soap("downloadInvPDFFkeyNoPay", PDF),
    )
    receipts.publish(REQUEST)
    receipts.cancel(RECEIPT, reason="Hoàn phí")
    receipts.document(RECEIPT)
    for request in wire.sent:
        own = etree.fromstring(request.body)[0][0]
        theirs = client.create_message(client.service, request.label, **parameters(request.body))
        made = theirs.find(f"{{{vnpt.ENVELOPE}}}Body")[0]
        assert etree.tostring(own, method="c14n", exclusive=True).replace(b"t:", b"ns0:").replace(
            b"xmlns:t", b"xmlns:ns0"
        ) == etree.tostring(made, method="c14n", exclusive=True)
        assert request.headers["SOAPAction"] == f'"http://tempuri.org/{request.label}"'


def test_the_data_of_a_receipt_are_whole_and_add_up(receipts: Any, wire: Any) -> None:
    """Hostile names stay names, every tag is there, and the sums are those of the lines."""
    wire.say(publish("OK:01BLP0-001;AA-26E-phi-gc-0001_45"))
    issued = receipts.publish(REQUEST)
    assert (issued.form, issued.symbol, issued.number, issued.shown_number) == ("01BLP0-001", "AA-26E", "45", "0000045")
    inner = etree.fromstring(parameters(wire.sent[0].body)["xmlInvData"])
    assert inner.findtext("Inv/key") == "phi-gc-0001"
    assert inner.findtext("Inv/Invoice/CusName") == "MẪU ]]> THỊ & THỬ"
    assert inner.findtext("Inv/Invoice/ArisingDate") == "05/01/2026"
    assert inner.findtext("Inv/Invoice/AmountInWords") == "Mười lăm nghìn đồng"
    assert inner.findtext("Inv/Invoice/Products/Product/ProdName") == "Phí <sao & lục>"
    assert inner.findtext("Inv/Invoice/Products/Product/Extra2") == "0"
    assert inner.findtext("Inv/Invoice/CusCode") == "phi-gc-0001"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("01BLP0-001;AA-26E-phi-gc-0001_45", ("01BLP0-001", "AA-26E", "45")),
        ("F;AA-26E-lephi-gc-0001_44;BB-26E-phi-gc-0001_7", ("F", "BB-26E", "7")),
        ("F;S-phi-gc-0001_45,", ("F", "S", "45")),
    ],
)
def test_the_number_is_found_by_the_known_key(line: str, found: tuple[str, str, str]) -> None:
    """Symbols and keys hold "-" themselves."""
    assert vnpt.number_in(line, "phi-gc-0001") == found


@pytest.mark.parametrize("line", ["F;S-other_45", "F;S-lephi-gc-0001_45", "F;S-phi-gc-0001_45;T-phi-gc-0001_46", "x"])
def test_an_answer_about_another_receipt_is_refused(line: str) -> None:
    """A number that may be somebody else's is none."""
    with pytest.raises(UnexpectedReply):
        vnpt.number_in(line, "phi-gc-0001")


def test_a_repetition_is_the_receipt_that_is_there(receipts: Any, wire: Any) -> None:
    """ERR:13 after a lost answer: issued before, and the document can be fetched."""
    wire.say((502, b"<html>"), publish("ERR:13"), soap("downloadInvPDFFkeyNoPay", PDF))
    again = receipts.publish(REQUEST)
    assert (again.key, again.number) == ("phi-gc-0001", "")
    assert receipts.document(again).pdf == b"%PDF-1.4"


@pytest.mark.parametrize("namespace", ["", 'xmlns="http://tempuri.org"', 'xmlns="urn:khac"'])
def test_a_result_is_found_in_any_namespace(receipts: Any, wire: Any, namespace: str) -> None:
    """The receipt is issued by then."""
    body = publish("OK:01BLP0-001;AA-26E-phi-gc-0001_45").decode().replace(f'xmlns="{vnpt.NAMESPACE}"', namespace)
    wire.say(body.encode())
    assert receipts.publish(REQUEST).number == "45"


def test_an_ok_that_names_nothing_is_no_repetition(receipts: Any, wire: Any) -> None:
    """ERR:13 alone says that the key was issued before."""
    wire.always = publish("OK:")
    with pytest.raises(UnexpectedReply):
        receipts.publish(REQUEST)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("ERR:1", AuthenticationFailed),
        ("ERR:3", Refused),
        ("ERR:20", Refused),
        ("ERR: 6", Refused),
        ("whatever", UnexpectedReply),
        ("", UnexpectedReply),
    ],
)
def test_what_vnpt_refuses(text: str, error: type[Exception], receipts: Any, wire: Any) -> None:
    """By its own numbers."""
    wire.always = publish(text)
    with pytest.raises(error):
        receipts.publish(REQUEST)


def test_cancelling_twice_is_harmless(receipts: Any, wire: Any) -> None:
    """ERR:8 is "already"; ERR:2 is not."""
    wire.say(soap("UnConfirmPaymentFkey", "ERR:13"), soap("cancelInv", "ERR:8"))
    receipts.cancel(RECEIPT, reason="x")
    wire.say(soap("UnConfirmPaymentFkey", "OK:"), soap("cancelInv", "ERR:2"))
    with pytest.raises(Refused) as caught:
        receipts.cancel(RECEIPT, reason="x")
    assert caught.value.raw_code == "ERR:2"


@pytest.mark.parametrize("content", ["ERR:6", "bm8gcGRm", "%%%"])
def test_what_is_no_document(content: str, receipts: Any, wire: Any) -> None:
    """A refusal, or bytes that are no PDF."""
    wire.always = soap("downloadInvPDFFkeyNoPay", content)
    with pytest.raises((Refused, UnexpectedReply)):
        receipts.document(RECEIPT)


@pytest.mark.parametrize("body", [b"{}", b"<a/>", b"<!DOCTYPE x><a/>"])
def test_what_is_no_soap(body: bytes, receipts: Any, wire: Any) -> None:
    """It is never read as an outcome."""
    wire.always = body
    with pytest.raises(UnexpectedReply):
        receipts.publish(REQUEST)


def test_both_symbols_or_neither(make_gov: Any) -> None:
    """VNPT answers ERR:20 otherwise; the settings say so first."""
    with pytest.raises(ConfigurationError):
        make_gov(**{**VNPT, "VNPT_RECEIPT__SERIAL": ""})


def test_no_secret_and_no_name_is_shown(receipts: Any, wire: Any, shown: Any) -> None:
    """Neither in a request's repr nor in an error."""
    wire.always = publish("ERR:3")
    with pytest.raises(Refused) as caught:
        receipts.publish(REQUEST)
    text = shown(caught.value) + repr(wire.sent[0])
    assert "MẪU" not in text
    assert "mat-khau" not in text


def test_viettel_logs_in_once_and_issues(sinvoice: Any, wire: Any) -> None:
    """The token is kept; the same key is the same transaction."""
    made = {"errorCode": None, "result": {"invoiceNo": "AA26E0000045"}}
    wire.say({"access_token": "T"}, made, made)
    assert sinvoice.publish(REQUEST).number == "AA26E0000045"
    sinvoice.publish(REQUEST)
    assert wire.labels == ["login", "createInvoice", "createInvoice"]
    first, second = wire.message(1), wire.message(2)
    assert first == second
    assert first["summarizeInfo"]["totalAmountWithTax"] == 15_000
    assert first["itemInfo"][0]["taxPercentage"] == -2
    assert wire.sent[1].headers["Authorization"] == "Bearer T"
    assert wire.sent[1].url.endswith("/createInvoice/0100109106")


def test_viettel_refuses_cancels_and_shows(sinvoice: Any, wire: Any) -> None:
    """A form for cancelling, JSON for the file."""
    wire.say(
        {"access_token": "T"},
        {"errorCode": "BAD_DATA", "description": "x"},
        {"errorCode": "", "result": {}},
        {"errorCode": 200},
        {"errorCode": 200, "fileToBytes": PDF},
        {"errorCode": 200, "fileToBytes": "bm8="},
        (502, b"<html>"),
        (401, {}),
        {"access_token": "T2"},
        (401, {}),
    )
    with pytest.raises(Refused):
        sinvoice.publish(REQUEST)
    with pytest.raises(OutcomeUnknown):
        sinvoice.publish(REQUEST)
    sinvoice.cancel(RECEIPT, reason="Hoàn phí")
    assert parse_qs(wire.sent[-1].body.decode())["additionalReferenceDesc"] == ["Hoàn phí"]
    assert sinvoice.document(RECEIPT).pdf == b"%PDF-1.4"
    with pytest.raises(UnexpectedReply):
        sinvoice.document(RECEIPT)
    with pytest.raises(OutcomeUnknown):
        sinvoice.publish(REQUEST)
    with pytest.raises(AuthenticationFailed):
        sinvoice.publish(REQUEST)
    assert wire.labels[-2:] == ["login", "createInvoice"]
    assert json.loads(wire.sent[-2].body)["username"] == "canbo"


@pytest.mark.parametrize(
    "answer",
    [
        (500, {"errorCode": "GENERAL", "description": "Internal"}),
        {"errorCode": "TIMEOUT", "description": "Read timed out"},
        {"errorCode": "SUCCESS", "result": {"invoiceNo": "45"}},
    ],
)
def test_what_may_have_been_issued_is_not_refused(sinvoice: Any, wire: Any, answer: Any) -> None:
    """A fault inside, a time-out behind the service, or a number beside a code: asked again under the same key."""
    wire.say({"access_token": "T"}, answer)
    with pytest.raises(OutcomeUnknown):
        sinvoice.publish(REQUEST)


def test_a_file_in_lines_and_a_login_that_fails_inside(sinvoice: Any, wire: Any) -> None:
    """Base64 with line ends is base64; an HTTP 500 says nothing about the password."""
    fault = (500, {"code": 500, "message": "INTERNAL_SERVER_ERROR"})
    wire.say(*[fault] * 10)
    with pytest.raises(UnexpectedReply):
        sinvoice.document(RECEIPT)
    assert set(wire.labels) == {"login"}
    wire.script.clear()
    wire.say({"access_token": "T"}, {"errorCode": 200, "fileToBytes": PDF[:4] + "\r\n" + PDF[4:]})
    assert sinvoice.document(RECEIPT).pdf == b"%PDF-1.4"


def test_viettel_renews_a_token_that_ran_out_once(sinvoice: Any, wire: Any) -> None:
    """Nothing was done with it; the same transaction is sent again."""
    made = {"errorCode": None, "result": {"invoiceNo": "45"}}
    wire.say({"access_token": "T"}, (401, {}), {"access_token": "T2"}, made)
    assert sinvoice.publish(REQUEST).number == "45"
    assert wire.labels == ["login", "createInvoice", "login", "createInvoice"]
    assert wire.message(1) == wire.message(3)


@pytest.mark.parametrize(
    "result",
    [{"invoiceNo": 45}, {"InvoiceNo": "45"}, {"invoice_no": " 45 "}, json.dumps({"invoiceNo": "45"})],
)
def test_a_number_is_found_however_it_is_written(sinvoice: Any, wire: Any, result: Any) -> None:
    """The receipt is issued by then: an error would leave it without its number."""
    wire.say({"access_token": "T"}, {"errorCode": None, "result": result})
    assert sinvoice.publish(REQUEST).number == "45"


def test_cancelling_names_the_date_that_was_registered(sinvoice: Any, wire: Any) -> None:
    """Not our clock's: it was issued as of the payment."""
    request = REQUEST.model_copy(update={"paid_at": datetime(2026, 1, 2, 9, 30, tzinfo=VIETNAM)})
    wire.say({"access_token": "T"}, {"errorCode": None, "result": {"invoiceNo": "45"}}, {"errorCode": None})
    receipt = sinvoice.publish(request)
    sinvoice.cancel(receipt, reason="Hoàn phí")
    sent = parse_qs(wire.sent[-1].body.decode())["strIssueDate"]
    assert sent == [str(wire.message(1)["generalInvoiceInfo"]["invoiceIssuedDate"])]
