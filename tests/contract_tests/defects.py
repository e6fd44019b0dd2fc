"""Mocks with one defect each: what the kit must find. The list is docs/reference/contract_kit.md."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gov_connect.contract_tests.wires import WIRES
from gov_connect.mocks import national_payment, portal, residents
from gov_connect.mocks.core import MockReply, MockRequest
from gov_connect.mocks.national_payment._messages import INIT_HASH_FIELDS, signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.mocks.core import Clock, MockSystem


@dataclass(frozen=True, kw_only=True)
class Defect:
    """One thing that a system does wrong, and a test that must notice it."""

    name: str
    wire: str
    found_by: str
    answer: Any

    def mock(self, now: Clock) -> MockSystem:
        """The usual mock of the wire, with the defect in front of it."""
        system = WIRES[self.wire].mock(now)
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


_PORTAL, _NEWER, _RESIDENTS, _REGISTRY = "portal/2020", "portal/2026", "residents/037", "civil_registry/G1"
_PAYMENT, _VNPAY = "national_payment/1.0.6", "vnpay/2.1.0"
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
DEFECTS = tuple(
    Defect(name=name, wire=wire, found_by=f"{wire}:{found_by}", answer=answer) for name, wire, found_by, answer in ROWS
)
