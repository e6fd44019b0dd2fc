"""Mocks with one defect each: what the kit must find. The list is docs/reference/contract_kit.en.md."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gov_connect.contract_tests.wires import WIRES
from gov_connect.mocks import civil_registry, national_payment, portal, residents, vnpay
from gov_connect.mocks.core import MockReply, MockRequest
from gov_connect.mocks.national_payment._messages import INIT_HASH_FIELDS, signature
from gov_connect.mocks.portal import _newer as newer
from gov_connect.mocks.vnpay import _messages as vnpay_messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.mocks.core import Clock, MockSystem


@dataclass(frozen=True, kw_only=True)
class Defect:
    """One thing that a system does wrong, and a test that must notice it."""

    name: str
    wire: str
    found_by: str
    answer: Any = None
    patch: Any = None

    def mock(self, now: Clock) -> MockSystem:
        """The usual mock of the wire, with the defect in front of it or in one of its own methods."""
        system = WIRES[self.wire].mock(now)
        if self.patch is not None:
            self.patch(system)
            return system
        usual = system.handle
        system.handle = lambda request: self.answer(system, request, usual)
        return system


def sent(request: MockRequest) -> dict[str, Any]:
    """Members of a JSON request."""
    try:
        value = json.loads(request.body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def with_body(request: MockRequest, message: Any) -> MockRequest:
    """The request with another JSON body."""
    return replace(request, body=json.dumps(message, ensure_ascii=False).encode())


def told(reply: MockReply, **changes: Any) -> MockReply:
    """The reply with other members; None leaves one out."""
    members = {**json.loads(reply.body), **changes}
    return replace(
        reply, body=json.dumps({k: v for k, v in members.items() if v is not None}, ensure_ascii=False).encode()
    )


def says(**members: Any) -> MockReply:
    """A reply of one's own."""
    return MockReply(
        headers={"content-type": "application/json; charset=utf-8"},
        body=json.dumps(members, ensure_ascii=False).encode(),
    )


def service(*names: str) -> Callable[[Any], Any]:
    """Apply a defect to some services of the portal of 2020 only."""

    def only(defect: Any) -> Any:
        return lambda system, request, usual: (
            defect(system, request, usual) if sent(request).get("service") in names else usual(request)
        )

    return only


def at(place: str) -> Callable[[Any], Any]:
    """Apply a defect to one path only."""

    def only(defect: Any) -> Any:
        return lambda system, request, usual: (
            defect(system, request, usual) if request.path.endswith(place) else usual(request)
        )

    return only


YES = {"error_code": 0, "message": "Thành công"}


def any_password(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    message = sent(request)
    if "password" in message:
        message["password"] = portal.PASSWORD
        return usual(with_body(request, message))
    return usual(request)


def any_session(system: Any, request: MockRequest, usual: Any) -> MockReply:
    message = sent(request)
    if "session" in message:
        message["session"] = next(iter(system._sessions), message["session"])
        return usual(with_body(request, message))
    return usual(request)


@service("DongBoHoSoMC")
def upsert(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    if "tồn tại" in reply.body.decode():
        return says(**YES)
    return reply


@service("DongBoHoSoMC")
def lost_write(system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    for row in sent(request)["data"]:
        system._dossiers.pop(row.get("MaHoSo"), None)
    return reply


@service("TraCuuHoSo")
def finds_everything(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return told(reply, result=[{"MaHoSo": sent(request)["mahoso"]}]) if b"result" in reply.body else reply


@service("DongBoHoSoMC")
def tolerates_missing(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return says(**YES) if "thiếu trường" in reply.body.decode() else reply


@service("CapNhatTienDoHoSoMC")
def steps_of_anybody(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return says(**YES) if "chưa tồn tại" in reply.body.decode() else reply


@service("LayThuTuc", "LayDanhSachTTHC")
def question_marks(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return replace(reply, body=reply.body.decode().encode("ascii", "replace"))


def latin(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return replace(reply, body=reply.body.decode().encode("cp1258", "replace"))


@service("LayThuTuc")
def no_domain(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    answer = json.loads(reply.body)
    for row in answer.get("result", []):
        row.pop("LINHVUCTHUCHIEN", None)
    return told(reply, result=answer.get("result"))


@at("/number")
def one_number(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    answer = json.loads(reply.body)
    if answer["code"] == 200:
        answer["data"]["value"] = re.sub(r"\d{7}$", "0000001", answer["data"]["value"])
    return told(reply, data=answer["data"])


@at("/dossier")
def any_file_hash(system: Any, request: MockRequest, usual: Any) -> MockReply:
    message = copy.deepcopy(sent(request))
    for row in message.get("ThanhPhanHoSo") or []:
        for file in row.get("GiayToDinhKem") or []:
            file["HashTepTin"] = system._files.get(file["IdGiayTo"], file["HashTepTin"])
    return usual(with_body(request, message))


def any_stamp(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    stamp = request.headers.get("timestamp", "")
    right = residents.authorization(
        endpoint=residents.ENDPOINT, username=residents.USERNAME, secret=residents.SECRET, timestamp=stamp
    )
    return usual(replace(request, headers={**request.headers, "authorization": right}))


def number_is_enough(system: Any, request: MockRequest, usual: Any) -> MockReply:
    text = request.body.decode()
    number = re.search(r"SoDinhDanh>(\d{12})<", text)
    person = system._people.get(number[1]) if number else None
    if person is None:
        return usual(request)
    text = re.sub(r"(HoVaTen>)[^<]*(<)", rf"\g<1>{person.name}\2", text)
    born = f"<dan:Nam>{person.birth:%Y}</dan:Nam>"
    text = re.sub(r"(NgayThangNamSinh>).*(</\w+:NgayThangNamSinh>)", rf"\1{born}\2", text)
    return usual(replace(request, body=text.encode()))


def another_person(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return replace(reply, body=re.sub(rb"(SoDinhDanh>)\d{12}", rb"\g<1>000009999999", reply.body))


def first_of_january(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    body = re.sub(
        rb"<ns1:Nam>(\d{4})</ns1:Nam><ns1:NgayThangNam/>",
        rb"<ns1:Nam>\1</ns1:Nam><ns1:NgayThangNam>\g<1>0101</ns1:NgayThangNam>",
        reply.body,
    )
    return replace(reply, body=body)


def nameless_officer(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    text = request.body.decode()
    if "MaCanBo" not in text:
        text = text.replace("<dan:SoDinhDanh>", "<dan:MaCanBo>x</dan:MaCanBo><dan:SoDinhDanh>")
    return usual(replace(request, body=text.encode()))


@at("dangKyHoTich")
def second_paper(system: Any, request: MockRequest, usual: Any) -> MockReply:
    system._registrations.pop(sent(request).get("maHoSo"), None)
    return usual(request)


def any_token(system: Any, request: MockRequest, usual: Any) -> MockReply:
    token = next(iter(system._tokens), "")
    return (
        usual(replace(request, headers={**request.headers, "authorization": f"Bearer {token}"}))
        if (token and not request.path.endswith("/token"))
        else usual(request)
    )


@at("dangKyHoTich")
def any_birth(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return says(status=1, value="") if b"DATA_INCORRECT: nks" in reply.body else reply


@at("ketQuaDangKyHS")
def early_result(system: Any, request: MockRequest, usual: Any) -> MockReply:
    system._statuses.pop(sent(request).get("maHoSo"), None)
    return usual(request)


@at("traTrangThaiHoSo")
def told_to_anybody(system: Any, request: MockRequest, usual: Any) -> MockReply:
    known = system._registrations.get(sent(request).get("maHoSo"))
    return usual(with_body(request, {**sent(request), "maDonVi": known.unit})) if known else usual(request)


@at("/init")
def unsigned_order(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    message = sent(request)
    return usual(
        with_body(request, {**message, "MaXacThuc": signature(INIT_HASH_FIELDS, message, national_payment.SECRET)})
    )


@at("/init")
def new_order_each_time(system: Any, request: MockRequest, usual: Any) -> MockReply:
    known = system._orders.pop(sent(request).get("MaThamChieu"), None)
    reply = usual(request)
    return told(reply, UrlThanhToan=system.public_url + "/pay/another") if known else reply


@at("/query")
def paid_at_once(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return told(reply, TrangThaiGD="1") if b"TrangThaiGD" in reply.body else reply


@at("/query")
def another_amount(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return told(reply, SoTien=1) if b"SoTien" in reply.body else reply


@at("/getbill")
def early_receipt(system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return says(MaLoi="00", UrlBienLai=system.public_url + "/bill/x.pdf") if b'"99"' in reply.body else reply


@at("/transaction")
def unsigned_answer(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    return told(usual(request), vnp_SecureHash="0" * 128)


@at("vpcpay.html")
def any_address(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return replace(reply, status=200, body=b"<html>pay</html>") if reply.status == 400 else reply


@at("/transaction")
def endless_refunds(system: Any, request: MockRequest, usual: Any) -> MockReply:
    for order in system._orders.values():
        order.refunded = 0
    return usual(request)


@at("/transaction")
def any_request_id(system: Any, request: MockRequest, usual: Any) -> MockReply:
    system._requests.clear()
    return usual(request)


def yes_to(text: str) -> Any:
    """Accept what is refused with these words."""

    def answer(_system: Any, request: MockRequest, usual: Any) -> MockReply:
        reply = usual(request)
        return says(status=1, value="") if text in reply.body.decode() else reply

    return at("dangKyHoTich")(answer)


@at("traTrangThaiHoSo")
def forgotten(_system: Any, _request: MockRequest, _usual: Any) -> MockReply:
    return says(status=0, code=201, message="RECORD_NOT_FOUND")


@at("traTrangThaiHoSo")
def always_done(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    return told(usual(request), status=4, value="", code=None)


@at("traTrangThaiHoSo")
def speechless(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    return told(usual(request), value="")


@at("/token")
def any_secret(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    from base64 import b64encode  # noqa: PLC0415 - only here

    right = b64encode(f"{civil_registry.CLIENT_ID}:{civil_registry.CLIENT_SECRET}".encode()).decode()
    return usual(replace(request, headers={**request.headers, "authorization": f"Basic {right}"}))


@at("/token")
def any_client(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    return usual(with_body(request, {**sent(request), "client_secret": newer.CLIENT_SECRET}))


@at("/dossier")
def created_twice(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    again = "đã tồn tại" in reply.body.decode()
    return says(code=200, message="Thành công", data={"idHoSo": "0", "maHoSo": "0"}) if again else reply


@at("/upload")
def another_hash(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    return told(usual(request), data=[{"IdTepTin": "tep-1", "HashTepTin": "0" * 64}])


def nobody_is_a_fault(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return reply if b"SoDinhDanh" in reply.body else replace(reply, status=500, body=b"<html>500</html>")


@at("/init")
def no_address(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    return told(usual(request), UrlThanhToan="javascript:pay()")


@at("/getbill")
def no_receipt(_system: Any, _request: MockRequest, _usual: Any) -> MockReply:
    return says(MaLoi="99", MoTaLoi="Biên lai chưa sẵn sàng")


@at("/query")
def unknown_is_paid(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply, asked = usual(request), sent(request)
    if '"99"' not in reply.body.decode():
        return reply
    return says(
        MaLoi="00", TrangThaiGD="1", MaDoiTac=asked["MaDoiTac"], MaThamChieu=asked["MaThamChieu"], SoTien=25_000,
        MaTienTe="VND", MaGiaoDich="PP1", ThoiGianGD=asked["ThoiGianGD"],
    )  # fmt: skip


@at("vpcpay.html")
def closed_page(_system: Any, _request: MockRequest, _usual: Any) -> MockReply:
    return MockReply(status=403, body=b"closed")


@at("/transaction")
def any_signature(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    message = sent(request)
    order = vnpay_messages.REFUND_ORDER if message["vnp_Command"] == "refund" else vnpay_messages.QUERY_ORDER
    digest = vnpay_messages.digest(vnpay_messages.joined(message, order), vnpay.HASH_SECRET)
    return usual(with_body(request, {**message, "vnp_SecureHash": digest}))


def tells_once(system: Any) -> None:
    """Whatever the agency answers counts as taken."""
    for name in ("pushed", "delivered", "answered"):
        if hasattr(system, name):
            setattr(system, name, lambda *_: True)


def wrong_notice(system: Any) -> None:
    """The notice of the platform speaks of another amount."""
    usual = system.pay
    system.pay = lambda reference: usual(reference, wrong_amount=True)


def unsigned_notice(system: Any) -> None:
    """The notice of VNPAY was changed after it was signed."""
    usual = system.due_notices
    system.due_notices = lambda: tuple(
        replace(notice, query=notice.query.replace("vnp_Amount=", "vnp_Amount=9")) for notice in usual()
    )


_PORTAL, _NEWER, _RESIDENTS, _REGISTRY = "portal/2020", "portal/2026", "residents/037", "civil_registry/G1"
_PAYMENT, _VNPAY = "national_payment/1.0.6", "vnpay/2.1.0"
_WITHOUT = "birth_without_a_required_field_is_refused[{}]"
ROWS = (
    ("any password opens a session", _PORTAL, "wrong_password_is_refused", any_password),
    ("any session is served", _PORTAL, "unknown_session_is_refused", any_session),
    ("insert of a dossier that is there succeeds", _PORTAL, "insert_twice_is_refused", upsert),
    ("a dossier is accepted and forgotten", _PORTAL, "dossier_that_was_put_is_found", lost_write),
    ("every dossier is found", _PORTAL, "unknown_dossier_is_not_found", finds_everything),
    (
        "required members may be missing",
        _PORTAL,
        "record_without_a_required_member_is_refused[MaTTHC]",
        tolerates_missing,
    ),
    ("steps of unknown dossiers are taken", _PORTAL, "steps_of_an_unknown_dossier_are_refused", steps_of_anybody),
    ("Vietnamese letters become question marks", _PORTAL, "vietnamese_letters_arrive_whole", question_marks),
    ("answers are in Windows-1258", _PORTAL, "answers_are_json_in_utf8_with_a_code", latin),
    ("procedures lack their domain", _PORTAL, "procedure_has_its_domain", no_domain),
    ("one dossier number is given again and again", _NEWER, "numbers_are_never_given_twice", one_number),
    ("the hash of a file is not compared", _NEWER, "file_with_another_hash_is_refused", any_file_hash),
    ("a foreign token is served", _NEWER, "foreign_token_is_refused", any_token),
    ("the stamp is not verified", _RESIDENTS, "wrong_secret_is_refused", any_stamp),
    ("the number alone gives a person", _RESIDENTS, "one_wrong_detail_gives_nobody[name]", number_is_enough),
    ("another person is given", _RESIDENTS, "known_person_is_found", another_person),
    ("a year becomes the first of January", _RESIDENTS, "year_alone_stays_a_year", first_of_january),
    (
        "nobody need say who asks",
        _RESIDENTS,
        "request_without_a_required_element_gives_no_data[MaCanBo]",
        nameless_officer,
    ),
    ("one dossier is registered twice", _REGISTRY, "same_dossier_is_registered_once", second_paper),
    ("a foreign token is served", _REGISTRY, "foreign_token_is_refused", any_token),
    ("a child needs no name", _REGISTRY, "birth_without_a_required_field_is_refused[nksHoTen]", any_birth),
    ("results come before the end", _REGISTRY, "result_comes_when_it_is_done", early_result),
    ("units see each other's dossiers", _REGISTRY, "dossier_of_another_unit_is_not_told", told_to_anybody),
    ("the hash of INIT is not verified", _PAYMENT, "message_that_was_changed_is_refused[Ip]", unsigned_order),
    ("one order opens two transactions", _PAYMENT, "same_order_gets_the_same_address", new_order_each_time),
    ("unpaid orders are paid", _PAYMENT, "unpaid_order_is_not_paid", paid_at_once),
    ("the amount is another", _PAYMENT, "paid_order_is_paid_with_its_amount", another_amount),
    ("receipts come before the payment", _PAYMENT, "receipt_is_not_given_before_payment", early_receipt),
    ("answers are wrongly signed", _VNPAY, "paid_order_is_paid_with_its_amount", unsigned_answer),
    ("the pay page takes any address", _VNPAY, "changed_address_is_refused[vnp_Amount]", any_address),
    ("more is given back than was paid", _VNPAY, "more_than_was_paid_is_not_given_back", endless_refunds),
    ("request ids are good twice", _VNPAY, "request_id_is_good_once_a_day", any_request_id),
)
MORE = (
    ("accepted births are forgotten", _REGISTRY, "birth_is_accepted_and_has_a_state", forgotten),
    ("every dossier is done", _REGISTRY, "unknown_dossier_has_no_state", always_done),
    ("nobody need ask for a registration", _REGISTRY, _WITHOUT.format("nycHoTen"), yes_to("DATA_INCORRECT: nyc")),
    ("no dossier number is needed", _REGISTRY, "message_without_dossier_number_is_refused", yes_to(": maHoSo")),
    ("any unit may register", _REGISTRY, "unit_is_a_number_that_is_known", yes_to("AGENCY_ID_INCORRECT")),
    ("a supplement is asked for without words", _REGISTRY, "supplement_says_what_is_wanted", speechless),
    ("any secret gets a token", _REGISTRY, "wrong_secret_gets_no_token", any_secret),
    ("any secret gets a token", _NEWER, "wrong_secret_is_refused", any_client),
    ("one number makes two dossiers", _NEWER, "dossier_is_created_once", created_twice),
    ("the hash of a file is another", _NEWER, "upload_gives_the_hash_of_the_file", another_hash),
    ("nobody is a fault", _RESIDENTS, "unknown_number_gives_nobody", nobody_is_a_fault),
    ("the pay address is no address", _PAYMENT, "order_gets_an_address_to_pay_at", no_address),
    ("there are never receipts", _PAYMENT, "receipt_is_given_after_payment", no_receipt),
    ("unknown orders are paid", _PAYMENT, "unknown_order_is_not_paid", unknown_is_paid),
    ("the pay page is closed", _VNPAY, "pay_page_opens", closed_page),
    ("any signature will do", _VNPAY, "wrong_secret_is_refused", any_signature),
)
PATCHED = (
    ("a push counts as taken at once", _PORTAL, "push_can_be_read_and_is_repeated_until_taken", tells_once),
    ("a notice counts as taken at once", _PAYMENT, "notice_is_repeated_until_taken", tells_once),
    ("a notice counts as taken at once", _VNPAY, "notice_ends_when_it_is_taken", tells_once),
    ("notices tell another amount", _PAYMENT, "notice_is_signed_and_true", wrong_notice),
    ("notices are changed after signing", _VNPAY, "notice_is_signed_and_true[paid]", unsigned_notice),
)
DEFECTS = (
    *(Defect(name=name, wire=wire, found_by=f"{wire}:{test}", answer=how) for name, wire, test, how in (*ROWS, *MORE)),
    *(Defect(name=name, wire=wire, found_by=f"{wire}:{test}", patch=how) for name, wire, test, how in PATCHED),
)
