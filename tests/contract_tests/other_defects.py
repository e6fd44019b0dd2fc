"""More mocks with one defect each: registry G2 and G3, bundles, receipts, the bus, X-Road. Loaded after `defects`."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from contract_kit_defects import Defect, another_person, any_token, at, says, sent, told, with_body

from gov_connect.mocks import bundle_platform
from gov_connect.mocks.core import MockReply, MockRequest
from gov_connect.mocks.gateways import lgsp, xroad
from gov_connect.mocks.receipts import viettel, vnpt

_G2, _G3, _BUNDLES = "civil_registry/G2", "civil_registry/G3", "bundle_platform/1"
_VNPT, _VIETTEL, _LGSP, _XROAD = "vnpt_receipt/1", "viettel_receipt/1", "lgsp/wso2", "xroad/r1"
_OK = says(status="1", statusDescription="Thành công", errorCode="", errorDescription="")


def with_header(request: MockRequest, name: str, value: str) -> MockRequest:
    return replace(request, headers={**request.headers, name: value})


def yes_when(text: str, place: str = "") -> Any:
    """Say yes where these words refuse."""

    def answer(_system: Any, request: MockRequest, usual: Any) -> MockReply:
        reply = usual(request)
        return _OK if text in reply.body.decode() and request.path.endswith(place) else reply

    return answer


def without(*names: str) -> Any:
    """Leave members out of every answer, however deep they stand."""

    def cut(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: cut(inner) for name, inner in value.items() if name not in names}
        return [cut(inner) for inner in value] if isinstance(value, list) else value

    def answer(_system: Any, request: MockRequest, usual: Any) -> MockReply:
        reply = usual(request)
        return replace(reply, body=json.dumps(cut(json.loads(reply.body)), ensure_ascii=False).encode())

    return answer


def registered_twice(system: Any, request: MockRequest, usual: Any) -> MockReply:
    if "data" in sent(request):
        system._bundles.pop(sent(request).get("maHoSoMCDT"), None)
    return usual(request)


@at("layKetQua")
def a_row_for_anybody(_system: Any, request: MockRequest, _usual: Any) -> MockReply:
    codes = sent(request).get("maDinhDanhHoSo", [])
    return says(status=1, value=[{"maHoSoMCDT": code, "maHoSoLT": "", "trangThai": "4"} for code in codes])


@at("layKetQua")
def no_rows(_system: Any, _request: MockRequest, _usual: Any) -> MockReply:
    return says(status=1, value=[])


@at("layKetQua")
def any_module(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    return usual(with_body(request, {**sent(request), "module": "LTKS"}))


@at("layKetQua")
def no_note(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return told(reply, value=[{**row, "ghiChu": ""} for row in json.loads(reply.body)["value"] or []])


@at("dongBoHoSo")
def synchronises_anybody(_system: Any, request: MockRequest, _usual: Any) -> MockReply:
    row = {"maHoSoMCDT": sent(request).get("code"), "maHoSoLT": "", "trangThai": "4"}
    return says(List_Suss=[{"result": {"value": [row]}}], List_ERR=[])


@at("dongBoHoSo")
def synchronises_nobody(_system: Any, _request: MockRequest, _usual: Any) -> MockReply:
    return says(List_Suss=[], List_ERR=[])


@at("/status")
def no_state_is_taken(_system: Any, _request: MockRequest, _usual: Any) -> MockReply:
    return replace(says(code=400, message="TrangThai", data=None), status=400)


@at("/status")
def any_state_is_taken(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return says(code=200, message="Thành công", data=None) if reply.status == 400 else reply


# -- bundles


@at("/token")
def any_login(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    right = {"userName": bundle_platform.USERNAME, "password": bundle_platform.PASSWORD}
    return usual(with_body(request, right))


def content_for_anybody(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    dossier = {"maHoSo": "G99.99.01-000101-0001", "data": "<hoTich><nksHoTen>MẪU</nksHoTen></hoTich>"}
    return says(data=dossier) if reply.status == 404 else reply


def papers_are_lost(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    if "/hosolienthong/" not in request.path or reply.status != 200:
        return reply
    detail = json.loads(reply.body)["data"]
    inner = {**json.loads(detail["data"]), "fileDinhKem": []}
    return told(reply, data={**detail, "data": json.dumps(inner, ensure_ascii=False)})


def fetched_is_taken(system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    if "/hosolienthong/" in request.path and reply.status == 200:
        system._taken.add(json.loads(reply.body)["data"]["maHoSo"])
    return reply


@at("danhanhoso")
def anything_is_acknowledged(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    usual(request)
    return says(errors={"maHoSo": ["Cập nhật thành công"]}, status=200)


@at("capnhattrangthai")
def no_report_is_taken(_system: Any, _request: MockRequest, _usual: Any) -> MockReply:
    return says(errors={"soHoSoLT": ["Logic xử lý không hợp lệ"]}, status=200)


@at("capnhattrangthai")
def steps_may_be_skipped(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    done = {"soHoSoLT": ["Cập nhật thành công"]}
    return says(errors=done, status=200) if "chưa cập nhật" in reply.body.decode() else reply


# -- receipts


def swapped(pattern: str, by: str) -> Any:
    """Change something in what VNPT answers."""

    def answer(_system: Any, request: MockRequest, usual: Any) -> MockReply:
        reply = usual(request)
        return replace(reply, body=re.sub(pattern.encode(), by.encode(), reply.body))

    return answer


def any_password(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    body = re.sub(rb"(:password>)[^<]*", rb"\g<1>" + vnpt.PASSWORD.encode(), request.body)
    return usual(replace(request, body=body))


def any_symbols(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    return usual(replace(request, body=re.sub(rb"(:serial>)[^<]*", rb"\g<1>AA-26E", request.body)))


def one_number(system: Any, request: MockRequest, usual: Any) -> MockReply:
    system._number = 0
    return usual(request)


def issued_twice(system: Any, request: MockRequest, usual: Any) -> MockReply:
    if b"Import" in request.body or "createInvoice" in request.path:
        system._issued.clear()
    return usual(request)


@at(viettel.LOGIN_PATH)
def any_viettel_password(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    return usual(with_body(request, {"username": viettel.USERNAME, "password": viettel.PASSWORD}))


def any_sum(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return says(errorCode=None, result={"invoiceNo": "AA26E0000001"}) if b"BAD_REQUEST" in reply.body else reply


@at(viettel.FILE_PATH)
def no_pdf(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    return told(usual(request), fileToBytes="bm8=")


@at(viettel.CANCEL_PATH)
def cancelled_again(system: Any, request: MockRequest, usual: Any) -> MockReply:
    for one in system._issued.values():
        one.cancelled = False
    return usual(request)


# -- ways


@at(lgsp.TOKEN_PATH)
def any_consumer(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    from base64 import b64encode  # noqa: PLC0415 - only here

    right = b64encode(f"{lgsp.CONSUMER_KEY}:{lgsp.CONSUMER_SECRET}".encode()).decode()
    return usual(with_header(request, "authorization", f"Basic {right}"))


def any_path(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    return usual(replace(request, path=request.path.removesuffix("-khac")))


def tokens_for_ever(system: Any) -> None:
    """A token that ran out still serves."""
    system._lose_sessions = lambda: None


def headers_are_lost(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return replace(
        reply, headers={name: value for name, value in reply.headers.items() if name != "x-road-request-hash"}
    )


def nobody_need_say_who(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    client = request.headers.get("x-road-client", "")
    return usual(request if client.count("/") == 3 else with_header(request, "x-road-client", xroad.CLIENT))


def anybody_is_a_member(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    return usual(with_header(request, "x-road-client", xroad.CLIENT))


def refusals_are_its_own(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    if reply.status != 401:
        return reply
    return replace(reply, status=500, headers={**reply.headers, "x-road-error": "Server.ServerProxy.ServiceFailed"})


def rights_stay(system: Any) -> None:
    """A right that was taken away still serves."""
    system.forbid = lambda *_: None


_WITHOUT = "birth_without_a_required_field_is_refused[{}]"
ROWS = (
    ("no state is taken", "portal/2026", "states_and_steps_of_a_dossier_are_taken", no_state_is_taken),
    (
        "states of unknown dossiers are taken",
        "portal/2026",
        "state_of_an_unknown_dossier_is_refused",
        any_state_is_taken,
    ),
    ("procedures have no papers", "portal/2020", "procedure_has_its_domain", without("THANHPHANHOSO")),
    ("entries have no page", "civil_registry/G1", "result_comes_when_it_is_done", without("trangSo")),
    ("there is no certificate", _G2, "states_are_of_the_list_and_say_what_is_wanted", without("giayKhaiSinh")),
    ("nobody says when", _G2, "states_are_of_the_list_and_say_what_is_wanted", without("thoiGianThucHien")),
    ("new dossiers have no state", _G3, "dossier_is_accepted_and_synchronised", without("trangThai")),
    ("dossiers have no procedure", _BUNDLES, "dossier_comes_whole", without("maTTHC", "mattthc")),
    ("a foreign token is served", _G2, "foreign_token_is_refused", any_token),
    ("every dossier has a result", _G2, "unknown_dossier_has_no_result", a_row_for_anybody),
    ("accepted dossiers are forgotten", _G2, "birth_is_accepted_and_has_a_row", no_rows),
    ("one dossier is registered twice", _G2, "same_dossier_is_registered_once", registered_twice),
    ("a child needs no name", _G2, _WITHOUT.format("nksHoTen"), yes_when(": nks")),
    ("no dossier number is needed", _G2, "message_without_dossier_number_is_refused", yes_when(": maHoSoMCDT")),
    ("any module is answered", _G2, "results_are_of_the_module_that_is_asked_for", any_module),
    ("a supplement is asked for without words", _G2, "states_are_of_the_list_and_say_what_is_wanted", no_note),
    ("a foreign token is served", _G3, "foreign_token_is_refused", any_token),
    ("every dossier is synchronised", _G3, "unknown_dossier_is_not_synchronised", synchronises_anybody),
    ("accepted dossiers are forgotten", _G3, "dossier_is_accepted_and_synchronised", synchronises_nobody),
    ("one dossier is registered twice", _G3, "same_dossier_is_registered_once", registered_twice),
    ("names are taken for codes", _G3, "code_that_is_no_code_is_refused", yes_when("không tồn tại")),
    ("no module is needed", _G3, "message_without_a_member_is_refused[module]", yes_when("module")),
    ("any password gets a token", _BUNDLES, "wrong_password_gets_no_token", any_login),
    ("a foreign token is served", _BUNDLES, "foreign_token_is_refused", any_token),
    ("every id has a dossier", _BUNDLES, "unknown_id_gives_no_dossier", content_for_anybody),
    ("papers are lost", _BUNDLES, "dossier_comes_whole", papers_are_lost),
    ("what was fetched leaves the list", _BUNDLES, "only_the_acknowledgement_takes_it_off_the_list", fetched_is_taken),
    (
        "anything can be acknowledged",
        _BUNDLES,
        "acknowledgement_of_an_unknown_dossier_is_no_success",
        anything_is_acknowledged,
    ),
    ("no report is taken", _BUNDLES, "statuses_are_taken_in_their_order", no_report_is_taken),
    ("steps may be skipped", _BUNDLES, "status_out_of_order_is_not_done", steps_may_be_skipped),
    ("any password will do", _VNPT, "wrong_password_is_refused[PASSWORD]", any_password),
    ("receipts have no number", _VNPT, "receipt_has_its_symbols_and_a_number", swapped(r"_\d+<", "_0<")),
    ("receipts share a number", _VNPT, "two_receipts_have_two_numbers", one_number),
    ("one key is issued twice", _VNPT, "same_key_is_issued_once", issued_twice),
    ("any symbols will do", _VNPT, "symbols_that_do_not_fit_are_refused", any_symbols),
    ("tags may be missing", _VNPT, "batch_with_wrong_data_is_refused_whole", swapped("ERR:3", "OK:")),
    ("documents are no PDF", _VNPT, "receipt_can_be_shown", swapped("JVBERi0", "AAAAAAA")),
    (
        "every key has a document",
        _VNPT,
        "unknown_key_has_no_document",
        swapped("(PDFFkeyNoPayResult>)ERR:6", r"\g<1>JVBERi0xLjQK"),
    ),
    (
        "paid receipts are cancelled",
        _VNPT,
        "paid_receipt_is_not_cancelled_before_it_is_unpaid",
        swapped("ERR:9", "OK:"),
    ),
    ("any password will do", _VIETTEL, "wrong_password_is_refused", any_viettel_password),
    ("a foreign token is served", _VIETTEL, "foreign_token_is_refused", any_token),
    ("receipts share a number", _VIETTEL, "two_receipts_have_two_numbers", one_number),
    ("one transaction is issued twice", _VIETTEL, "same_transaction_is_issued_once", issued_twice),
    ("any sum will do", _VIETTEL, "receipt_that_does_not_add_up_is_refused[sum]", any_sum),
    ("documents are no PDF", _VIETTEL, "receipt_can_be_shown", no_pdf),
    ("receipts are cancelled twice", _VIETTEL, "receipt_is_cancelled_once", cancelled_again),
    ("another person is given", _LGSP, "known_person_is_found_through_the_bus", another_person),
    ("any secret gets a token", _LGSP, "wrong_secret_gets_no_token", any_consumer),
    ("a foreign token is served", _LGSP, "call_without_the_token_is_refused[foreign]", any_token),
    ("any path is served", _LGSP, "unknown_path_is_not_found", any_path),
    ("another person is given", _XROAD, "known_person_is_found", another_person),
    ("headers of the protocol are lost", _XROAD, "reply_carries_the_headers_of_the_protocol", headers_are_lost),
    ("nobody need say who calls", _XROAD, "message_without_a_client_is_refused[none]", nobody_need_say_who),
    ("anybody is a member", _XROAD, "unknown_member_is_refused", anybody_is_a_member),
    ("any service is served", _XROAD, "unknown_service_is_refused", any_path),
    (
        "refusals of providers look like its own",
        _XROAD,
        "refusal_of_the_provider_comes_unchanged",
        refusals_are_its_own,
    ),
)
PATCHED = (
    ("tokens never run out", _LGSP, "token_that_ran_out_is_refused", tokens_for_ever),
    ("rights cannot be taken away", _XROAD, "right_that_was_taken_away_is_missed", rights_stay),
)
DEFECTS = (
    *(Defect(name=name, wire=wire, found_by=f"{wire}:{test}", answer=how) for name, wire, test, how in ROWS),
    *(Defect(name=name, wire=wire, found_by=f"{wire}:{test}", patch=how) for name, wire, test, how in PATCHED),
)
