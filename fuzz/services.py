"""Replies of every service that is called: an operation is driven to its end, and each message gets the same answer.

The answer to a login is sound, so that what lies behind it is reached; logins have targets of their own.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from signed import PKI

from gov_connect.adapters.bundle_platform import BundlePlatform
from gov_connect.adapters.civil_registry import wire as registry_wire
from gov_connect.adapters.civil_registry.mapping import field_faults
from gov_connect.adapters.csc import Csc
from gov_connect.adapters.e_receipt import ViettelReceipts, VnptReceipts
from gov_connect.adapters.keypay import KeyPay
from gov_connect.adapters.keypay import wire as keypay_wire
from gov_connect.adapters.mysign import MySign
from gov_connect.adapters.national_payment import bills
from gov_connect.adapters.national_portal import wire as portal_wire
from gov_connect.adapters.national_portal.detail import procedure_detail
from gov_connect.adapters.paygov import PayGov
from gov_connect.adapters.reading import rows_of
from gov_connect.adapters.residents import wrapped
from gov_connect.adapters.residents.answers import leaves
from gov_connect.adapters.smartca import SmartCa
from gov_connect.adapters.vnpay import Vnpay
from gov_connect.adapters.vnpay import wire as vnpay_wire
from gov_connect.errors import UnexpectedReply
from gov_connect.model import (
    AgencyCode,
    FeeKind,
    FeeLine,
    Money,
    Officer,
    Payer,
    PaymentOrder,
    PaymentResult,
    PaymentState,
    Personal,
    ProcedureCode,
    Purpose,
    Receipt,
    ReceiptRequest,
    Refund,
)
from gov_connect.runtime import Acting, Adapter, Context, CountingIds, ManualClock, Memory, Reply, Request
from gov_connect.settings import (
    BundlePlatformSettings,
    KeypaySettings,
    PaygovSettings,
    ViettelReceiptSettings,
    VnpaySettings,
    VnptReceiptSettings,
)
from gov_connect.settings.signing import CscSettings, MySignSettings, SmartCaSettings
from gov_connect.transport import gateways
from samples import CANARY, CODE, NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

AT = datetime(2026, 1, 5, 1, 15, tzinfo=UTC)
SECRET = SecretStr("secret")
URL = "https://service.example"
LOGINS = {"login": b'{"access_token": "t", "accessToken": "t"}', "token": b'{"token": "t", "access_token": "t"}'}
MOST_MESSAGES = 8
ORDER = PaymentOrder(
    reference="gc1",
    dossier=CODE,
    procedure=ProcedureCode("1.001193"),
    procedure_name="Thu tuc",
    amount=Money(25000),
    lines=(FeeLine(name="Le phi", amount=Money(25000), kind=FeeKind.CHARGE),),
    payer=Payer(name="NGUYỄN THỊ MẪU", citizen_id=NUMBER),
    created_at=AT,
)
PAID = PaymentResult(reference="gc1", state=PaymentState.PAID, amount=Money(25000), transaction="PP1")
ASKED = ReceiptRequest(
    key="lephi-gc1", kind=FeeKind.CHARGE, dossier=CODE, lines=ORDER.lines, amount=Money(25000), payer=ORDER.payer,
    paid_at=AT,
)  # fmt: skip
ISSUED = Receipt(key="lephi-gc1", number="7", amount=Money(25000), issued_at=AT)
BACK = Refund(key="r1", reference="gc1", amount=Money(25000), reason="Thu thua", officer="cb-1", created_at=AT)
USER = Personal("CMT_000000000012")
ACTING = Acting(
    agency=AgencyCode("H99.201"),
    officer=Officer(code="cb-1"),
    purpose=Purpose(procedure=ProcedureCode("1.001193"), dossier=CODE),
)


def _context(settings: object) -> Context:
    clock = ManualClock(AT)
    nobody: Any = None
    return Context(
        acting=ACTING,
        settings=settings,
        production=False,
        clock=clock,
        ids=CountingIds(),
        memory=Memory(clock),
        engine=nobody,
    )


def driven(flow: Generator[Any, Any, Any], body: bytes, *, logins: bool = True) -> object:
    """Run a flow to its end; every message is answered by `body`, logins (if so wanted) by a sound answer."""
    said: Any = None
    for _ in range(MOST_MESSAGES):
        try:
            asked = flow.send(said)
        except StopIteration as stop:
            return stop.value
        known = LOGINS.get(asked.label) if logins and isinstance(asked, Request) else None
        said = Reply(status=200, body=known or body)
    raise AssertionError("it asks and asks")


def _calls(
    kind: type[Adapter[Any]], settings: object, name: str, *given: object, logins: bool = True, **named: object
) -> Callable[[bytes], object]:
    function = getattr(kind, name).function
    return lambda body: driven(function(kind(_context(settings)), *given, **named), body, logins=logins)


def _notice(kind: type[Adapter[Any]], settings: object) -> Callable[[bytes], object]:
    """A notice as the body of a request to us."""
    function = getattr(kind, "read_notice").function  # noqa: B009 - the checkers see only the operation's faces
    return lambda body: driven(function(kind(_context(settings)), body), b'{"errorCode": "SUCCESSFUL"}')


KEYPAY = KeypaySettings(base_url=URL, client_id="c", request_key=SECRET, callback_key=SECRET, return_url=URL)
PAYGOV = PaygovSettings(
    base_url=URL, partner_code="PAYGOV-1", access_key="a", secret_key=SECRET, token=SECRET, return_url=URL,
    receipt_path="/receipt", check_path="/check",
)  # fmt: skip
VNPAY = VnpaySettings(base_url=URL, tmn_code="DEMO0001", hash_secret=SECRET, return_url=URL)
VNPT = VnptReceiptSettings(base_url=URL, account="a", account_password=SECRET, username="u", password=SECRET)
VIETTEL = ViettelReceiptSettings(
    base_url=URL, username="u", password=SECRET, tax_code="0100109106", template="t", serial="s"
)
BUNDLES = BundlePlatformSettings(
    base_url=URL,
    username="u",
    password=SECRET,
    token_path="/t",
    list_path="/l",
    acknowledge_path="/a",
    status_path="/s",
)
SMARTCA = SmartCaSettings(base_url=URL, sp_id="s", sp_password=SECRET)
MYSIGN = MySignSettings(base_url=URL, client_id="c", client_secret=SECRET)
CSC = CscSettings(base_url=URL, access_token=SECRET, credential="c")


def _keypay_notice() -> str:
    message: dict[str, object] = {
        "addition_fee": "0", "client_id": "c", "command": "PAY", "trans_amount": "25000", "transaction_id": "gc1",
        "version": "3.0", "status": "0", "transaction_code": "K1", "payer": CANARY,
    }  # fmt: skip
    return json.dumps({**message, "check_sum": keypay_wire.check_sum(message, keypay_wire.CREATE_FIELDS, "secret")})


def _hashed(fields: tuple[str, ...]) -> str:
    values = {
        "vnp_ResponseCode": "00", "vnp_TxnRef": "gc1", "vnp_TmnCode": "DEMO0001", "vnp_Amount": "2500000",
        "vnp_TransactionStatus": "00", "vnp_OrderInfo": CANARY, "vnp_PayDate": "20260105081500",
    }  # fmt: skip
    return json.dumps({**values, "vnp_SecureHash": vnpay_wire.sign(vnpay_wire.joined(values, fields), "secret")})


def _vnpay_again(name: str, fields: tuple[str, ...], *given: object, **named: object) -> Callable[[bytes], object]:
    """As it came, and with its hash put right, so that what lies behind it is reached."""
    call = _calls(Vnpay, VNPAY, name, *given, **named)

    def parse(body: bytes) -> object:
        try:
            told: Any = json.loads(body)
            told["vnp_SecureHash"] = vnpay_wire.sign(vnpay_wire.joined(told, fields), "secret")
        except (ValueError, TypeError, AttributeError, RecursionError):
            return call(body)
        return call(json.dumps(told).encode())

    return parse


def _soap(method: str, text: str) -> str:
    return (
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><{method}Response '
        f'xmlns="http://tempuri.org/"><{method}Result>{text}</{method}Result></{method}Response></s:Body></s:Envelope>'
    )


def _certificate_text() -> str:
    return base64.b64encode(PKI.officer.der).decode()


def _smartca() -> str:
    row = {"serial_number": "7", "cert_data": _certificate_text(), "chain_data": {"ca_cert": None, "root_cert": None}}
    return json.dumps({"status_code": 200, "message": "Success", "data": {"user_certificates": [row]}})


def _mysign() -> str:
    return json.dumps([{"credential_id": "c", "cert": {"certificates": [_certificate_text()], "subjectDN": CANARY}}])


def _csc() -> str:
    return json.dumps({"cert": {"status": "valid", "certificates": [_certificate_text()], "subjectDN": CANARY}})


SIGNED = base64.b64encode(b"signature").decode()
SMARTCA_STATUS = json.dumps(
    {"status_code": 200, "message": "SUCCESS", "data": {"signatures": [{"doc_id": "a-0", "signature_value": SIGNED}]}}
)
NEWS = json.dumps(
    {
        "data": [
            {
                "id": 7, "maHoSo": "G99.99.01-260105-0003", "maTTTHC": "1", "module": "KS", "maDonVi": 4,
                "ngayTiepNhan": "05/01/2026 08:15:00", "nguoiNop": CANARY,
            }
        ]
    }
)  # fmt: skip
FULL = json.dumps(
    {
        "error_code": "0",
        "result": [
            {
                "MATTHC": "1.001193", "TENTTHC": "Thu tuc", "LINHVUCTHUCHIEN": {"LINHVUC": {"MALINHVUC": "G99"}},
                "CACHTHUCHIEN": [{"KENH": "1", "THOIGIAN": [{"THOIGIANGIAIQUYET": 3, "DONVITINH": "ngay",
                                                            "PHILEPHI": [{"MUCPHI": "8.000", "MOTA": CANARY}]}]}],
                "THANHPHANHOSO": [{"TRUONGHOP": "a", "GIAYTO": [{"TENGIAYTO": "don", "SOBANCHINH": 1}]}],
            }
        ],
    }
)  # fmt: skip


def _detail(body: bytes) -> object:
    result = portal_wire.read(Reply(status=200, body=body)).result
    return [procedure_detail(row, "portal") for row in rows_of(result)]


def _leaves(body: bytes) -> object:
    return leaves(wrapped.read(Reply(status=200, body=body)), sensitive=True)


def _bearer(body: bytes) -> object:
    way = gateways.Lgsp(token_url=f"{URL}/token", consumer_key="k", consumer_secret=SECRET)
    ask = Request(system="residents", url=URL, body=b"x")
    return driven(gateways.send(way, ask, _context(None)), body, logins=False)


def _refusal(body: bytes) -> object:
    return field_faults(registry_wire.read(Reply(status=200, body=body)).text)


def _security_server(body: bytes) -> object:
    """Every answer is a fault here; it must be one of ours."""
    way = gateways.XRoad(client="a/b/c/d", service="a/b/c/d/e")
    flow = gateways.send(way, Request(system="residents", url=URL, body=b"x"), _context(None))
    flow.send(None)
    try:
        return flow.send(Reply(status=500, headers={"x-road-error": body[:200].decode("latin-1")}, body=body))
    except StopIteration as stop:
        return stop.value
    except UnexpectedReply as error:
        return error.raw_code


PDF = base64.b64encode(b"%PDF-1.7").decode()
SERVICES: dict[str, tuple[Callable[[bytes], object], str | Callable[[], str]]] = {
    "keypay_reply": (_calls(KeyPay, KEYPAY, "open", ORDER), json.dumps({"error": "0", "payment_url": f"{URL}/p"})),
    "keypay_notice": (_notice(KeyPay, KEYPAY), _keypay_notice),
    "paygov_reply": (_calls(PayGov, PAYGOV, "open", ORDER), json.dumps({"data": {"url": f"{URL}/p"}})),
    "paygov_bill": (
        _calls(PayGov, PAYGOV, "bill", ORDER, paid=PAID),
        json.dumps({"errorCode": "00", "data": {"transactionReceipt": f"{URL}/b.pdf"}}),
    ),
    "paygov_notice": (
        _notice(PayGov, PAYGOV),
        json.dumps({"errorCode": "00", "orderId": "gc1", "amount": 25000, "checksum": "ab", "payerName": CANARY}),
    ),
    "vnpay_query": (
        _vnpay_again("query", vnpay_wire.QUERY_ANSWER_FIELDS, ORDER),
        lambda: _hashed(vnpay_wire.QUERY_ANSWER_FIELDS),
    ),
    "vnpay_refund": (
        _vnpay_again("give_back", vnpay_wire.REFUND_ANSWER_FIELDS, ORDER, BACK, paid=PAID),
        lambda: _hashed(vnpay_wire.REFUND_ANSWER_FIELDS),
    ),
    "payment_bill": (
        lambda body: bills.read(Reply(status=200, body=body)),
        json.dumps({"MaLoi": "00", "MoTaLoi": CANARY, "UrlBienLai": f"{URL}/b.pdf"}),
    ),
    "payment_question": (bills.asked_dossier, json.dumps({"MaHoSo": CODE, "HoTen": CANARY})),
    "vnpt_receipt": (
        _calls(VnptReceipts, VNPT, "publish", ASKED),
        _soap("ImportAndPublishInv", "OK:01BLP0-001;AA-26E-lephi-gc1_7,"),
    ),
    "vnpt_document": (
        _calls(VnptReceipts, VNPT, "document", ISSUED),
        _soap("downloadInvPDFFkeyNoPay", PDF),
    ),
    "viettel_receipt": (
        _calls(ViettelReceipts, VIETTEL, "publish", ASKED),
        json.dumps({"errorCode": None, "description": CANARY, "result": {"invoiceNo": "AA/26E7"}}),
    ),
    "viettel_document": (
        _calls(ViettelReceipts, VIETTEL, "document", ISSUED),
        json.dumps({"errorCode": 200, "fileToBytes": PDF}),
    ),
    "viettel_login": (
        _calls(ViettelReceipts, VIETTEL, "document", ISSUED, logins=False),
        json.dumps({"access_token": "t", "expires_in": 300, "fileToBytes": PDF}),
    ),
    "bundle_list": (_calls(BundlePlatform, BUNDLES, "pending"), NEWS),
    "bundle_login": (
        _calls(BundlePlatform, BUNDLES, "pending", logins=False),
        json.dumps({"token": "t", "expiration": "2026-01-05T09:15:00+07:00", "data": []}),
    ),
    "smartca_certificates": (_calls(SmartCa, SMARTCA, "certificates", USER), _smartca),
    "smartca_status": (_calls(SmartCa, SMARTCA, "status", "a"), SMARTCA_STATUS),
    "mysign_certificates": (_calls(MySign, MYSIGN, "certificates", USER), _mysign),
    "mysign_status": (
        _calls(MySign, MYSIGN, "status", USER, "t"),
        json.dumps({"status": "1", "signatures": [SIGNED], "error_description": ""}),
    ),
    "mysign_login": (
        _calls(MySign, MYSIGN, "status", USER, "t", logins=False),
        json.dumps({"access_token": "t", "expires_in": 600, "status": "4000"}),
    ),
    "csc_certificates": (_calls(Csc, CSC, "certificates"), _csc),
    "bearer_token": (_bearer, json.dumps({"access_token": "t", "expires_in": 3600, "scope": CANARY})),
    "security_server": (_security_server, "Server.ServerProxy.IOError"),
    "portal_procedure": (_detail, FULL),
    "residents_leaves": (_leaves, json.dumps({"Body": {"CongDan": {"HoVaTen": CANARY, "SoDinhDanh": NUMBER}}})),
    "registry_refusal": (
        _refusal,
        json.dumps({"status": 0, "code": 500, "message": f"DATA_INCORRECT: nksHoTen sai dinh dang {CANARY}"}),
    ),
}
