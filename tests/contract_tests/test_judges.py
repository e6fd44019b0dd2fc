"""Every rule for clients can be broken: what the library sent, doctored, is found out by the rule that is meant."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from importlib import import_module

import pytest

from gov_connect.contract_tests import Broken, Selection
from gov_connect.contract_tests.judge import Heard, Traffic, traffic_of
from gov_connect.contract_tests.wires import WIRES
from gov_connect.mocks.core import json_reply, text_reply

CLIENTS = list(WIRES)


@cache
def sent_by_the_library(wire):
    """What this library sends, which keeps every rule."""
    return traffic_of(WIRES[wire], Selection())


def edited(item, **changes):
    """A request with other members of its JSON body."""
    body = json.dumps({**item.sent, **changes}, ensure_ascii=False).encode()
    return Heard(replace(item.request, body=body), item.reply)


def spelled(item, old, new):
    """A request with other words in its body."""
    assert old in item.request.body
    return Heard(replace(item.request, body=item.request.body.replace(old, new)), item.reply)


def answered(item, reply):
    """The same request, answered otherwise."""
    return Heard(item.request, reply)


def of(heard, **members):
    """The first message with these members."""
    return next(item for item in heard if members.items() <= item.sent.items())


def to(heard, place):
    """The first message to a path."""
    return next(item for item in heard if item.request.path.endswith(place))


def again(heard, item):
    """The traffic with one message repeated at the end."""
    return [*heard, item]


def at(heard, item, other):
    """The traffic with one message in place of another."""
    return [other if each is item else each for each in heard]


def in_the_address(heard):
    """A personal number in the address of the first message."""
    return at(heard, heard[0], Heard(replace(heard[0].request, query={"so": "000000000012"}), heard[0].reply))


def blindly(heard, place):
    """After a doubtful message at once the same again."""
    item = next(item for item in heard if item.request.path.endswith(place) and item.doubtful)
    after = heard.index(item) + 1
    return [*heard[:after], item, *heard[after:]]


def put(heard):
    """The first record that was put at the portal."""
    return of(heard, service="DongBoHoSoMC")


REFUSED = json_reply({"error_code": -1, "message": "Dữ liệu hồ sơ không hợp lệ: thiếu trường MaTTHC"})
PORTAL, NEWER, RESIDENTS = "portal/2020", "portal/2026", "residents/037"
REGISTRY, PAYMENT, VNPAY = "civil_registry/G1", "national_payment/1.0.6", "vnpay/2.1.0"
ADDRESS = "no_person_stands_in_an_address"
DOCTORED = [
    *((wire, ADDRESS, in_the_address) for wire in CLIENTS),
    (
        PORTAL,
        "every_call_is_posted_as_json",
        lambda h: at(h, h[0], Heard(replace(h[0].request, method="GET"), h[0].reply)),
    ),
    (PORTAL, "every_call_is_posted_as_json", lambda _: []),
    (PORTAL, "every_call_has_its_envelope", lambda h: at(h, put(h), edited(put(h), madonvi=3))),
    (PORTAL, "session_is_used_again", lambda h: [h[0]] * 9 + h),
    (PORTAL, "records_are_well_formed", lambda h: at(h, put(h), answered(put(h), REFUSED))),
    (PORTAL, "scalars_of_a_record_are_texts", lambda h: at(h, put(h), edited(put(h), data=[{"TrangThaiHoSo": 2}]))),
    (PORTAL, "doubtful_insert_is_looked_up_first", lambda h: blindly(h, "integration")),
    (PORTAL, "dossier_is_not_inserted_twice", lambda h: again(h, put(h))),
    (
        PORTAL,
        "at_most_ten_steps_a_call",
        lambda h: again(h, edited(of(h, service="CapNhatTienDoHoSoMC"), data=[{}] * 11)),
    ),
    (NEWER, "token_is_used_again", lambda h: [to(h, "/token")] * 9 + h),
    (NEWER, "messages_are_well_formed", lambda h: again(h, answered(to(h, "/number"), text_reply("no", status=400)))),
    (NEWER, "doubtful_creation_is_not_repeated", lambda h: blindly(h, "/dossier")),
    (RESIDENTS, "every_request_is_stamped_rightly", lambda h: again(h, answered(h[0], text_reply("no", status=401)))),
    (
        RESIDENTS,
        "requests_keep_order_and_lengths",
        lambda h: again(h, answered(h[0], text_reply("Invalid request: MaDVC", status=500))),
    ),
    (RESIDENTS, "request_ids_are_never_used_again", lambda h: again(h, h[0])),
    (RESIDENTS, "request_ids_are_never_used_again", lambda h: [spelled(h[0], b"MaYeuCau", b"MaKhac")]),
    (RESIDENTS, "officer_and_purpose_are_told", lambda h: [spelled(h[0], b"MaCanBo>cb-01<", b"MaCanBo> <")]),
    (RESIDENTS, "names_are_written_as_the_service_wants", lambda h: [spelled(h[0], b"HoVaTen>", b"HoVaTen>a")]),
    (
        REGISTRY,
        "every_call_is_posted_as_json",
        lambda h: at(h, h[1], Heard(replace(h[1].request, body=b"[]"), h[1].reply)),
    ),
    (REGISTRY, "token_is_used_again", lambda h: [to(h, "/token")] * 9 + h),
    (
        REGISTRY,
        "registrations_are_well_formed",
        lambda h: again(
            h, answered(to(h, "dangKyHoTich"), json_reply({"status": 0, "code": 500, "message": "DATA_INCORRECT: x"}))
        ),
    ),
    (REGISTRY, "doubtful_registration_is_looked_up_first", lambda h: blindly(h, "dangKyHoTich")),
    (PAYMENT, "messages_are_posted_as_json", lambda _: []),
    (
        PAYMENT,
        "messages_are_signed_and_well_formed",
        lambda h: again(h, answered(h[0], json_reply({"MaLoi": "99", "MoTaLoi": "Dữ liệu không hợp lệ: MaXacThuc"}))),
    ),
    (PAYMENT, "reference_keeps_its_content", lambda h: again(h, edited(of(h, LoaiBanTin="INIT"), SoTien="1"))),
    (
        PAYMENT,
        "one_dossier_is_not_opened_under_two_references",
        lambda h: again(h, edited(of(h, LoaiBanTin="INIT"), MaThamChieu="other")),
    ),
    (PAYMENT, "query_carries_the_time_of_init", lambda h: again(h, edited(of(h, LoaiBanTin="QUERY"), ThoiGianGD="1"))),
    (VNPAY, "pay_addresses_are_signed_and_whole", lambda h: again(h, answered(h[0], text_reply("no", status=400)))),
    (
        VNPAY,
        "messages_are_signed_and_well_formed",
        lambda h: again(h, answered(of(h, vnp_Command="querydr"), json_reply({"vnp_ResponseCode": "97"}))),
    ),
    (VNPAY, "request_ids_are_never_used_again", lambda h: again(h, of(h, vnp_Command="querydr"))),
    (
        VNPAY,
        "doubtful_refund_is_not_asked_anew",
        lambda h: again(h, edited(of(h, vnp_Command="refund"), vnp_RequestId="other")),
    ),
]

G2, G3, BUNDLES = "civil_registry/G2", "civil_registry/G3", "bundle_platform/1"
VNPT, VIETTEL, LGSP, XROAD = "vnpt_receipt/1", "viettel_receipt/1", "lgsp/wso2", "xroad/r1"
SMARTCA, MYSIGN, CSC = "smartca/sp769", "mysign/1.9", "csc/1"


def under(heard, place, **members):
    """A message with other members put before the first one to a path."""
    return at(heard, to(heard, place), edited(to(heard, place), **members))


def also(heard, place, **members):
    """The same at the end, beside the first one."""
    return again(heard, edited(to(heard, place), **members))


def fails(heard, place, status=400, **told):
    """A message to a path that was refused."""
    return again(heard, answered(to(heard, place), json_reply(told, status=status)))


def many(heard, place):
    """A log-in for each call."""
    return [to(heard, place)] * 9 + heard


def headed(heard, **headers):
    """The first message of the protocol under other headers."""
    item = next(item for item in heard if item.request.path.startswith("/r1/"))
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return at(heard, item, Heard(replace(item.request, headers={**item.request.headers, **names}), item.reply))


def gets(heard):
    """The last message is not posted."""
    return at(heard, heard[-1], Heard(replace(heard[-1].request, method="GET"), heard[-1].reply))


def published(heard):
    """The first batch of receipts."""
    return next(item for item in heard if b"ImportAndPublishInv>" in item.request.body)


def says_vnpt(heard, code):
    """The same, answered by an error text."""
    reply = text_reply(f"<r><ImportAndPublishInvResult>{code}</ImportAndPublishInvResult></r>", status=200)
    return again(heard, answered(published(heard), reply))


def created(heard):
    """The first receipt at Viettel."""
    return next(item for item in heard if "/createInvoice/" in item.request.path)


def general(item, **members):
    """A receipt at Viettel with other members."""
    return edited(item, generalInvoiceInfo={**item.sent["generalInvoiceInfo"], **members})


def never_answered(heard):
    """Only the receipt in doubt, and the same under another transaction."""
    return [created(heard), general(created(heard), transactionUuid="other")]


REFUSED_REPORT = json_reply({"errors": {"soHoSoLT": ["Hồ sơ chưa cập nhật trạng thái 1"]}, "status": 200})
FILES_SENT = [{"data_to_be_signed": "JVBERi0xLjQ=", "sign_type": "file", "doc_id": "1", "file_type": "pdf"}]
DOCTORED += [
    (G2, "every_call_is_posted_as_json", gets),
    (G2, "token_is_used_again", lambda h: many(h, "/token")),
    (G2, "registrations_are_well_formed", lambda h: fails(h, "nhanHoSoDKHT", errorDescription="Thiếu trường: data")),
    (G2, "at_most_three_codes_are_asked_for", lambda h: under(h, "layKetQua", maDinhDanhHoSo=["1", "2", "3", "4"])),
    (G2, "doubtful_dossier_keeps_its_numbers", lambda h: also(h, "nhanHoSoDKHT", maHoSoMCDT="H99.201-261120-0009")),
    (G3, "every_call_is_posted_as_json", gets),
    (G3, "token_is_used_again", lambda h: many(h, "/token")),
    (G3, "dossiers_are_well_formed", lambda h: fails(h, "/nhanHoSo", 500, errors="module không tồn tại")),
    (G3, "doubtful_dossier_is_looked_up_first", lambda h: blindly(h, "/nhanHoSo")),
    (BUNDLES, "token_is_used_again", lambda h: many(h, "/token")),
    (BUNDLES, "calls_have_their_methods_and_types", lambda h: fails(h, "danhanhoso", 415)),
    (BUNDLES, "only_what_was_fetched_is_acknowledged", lambda h: also(h, "danhanhoso", maHoSo="G99.99.01-000101-0000")),
    (
        BUNDLES,
        "reports_are_whole_and_in_order",
        lambda h: again(h, answered(to(h, "capnhattrangthai"), REFUSED_REPORT)),
    ),
    (
        BUNDLES,
        "status_that_was_refused_is_not_repeated",
        lambda h: [answered(to(h, "capnhattrangthai"), REFUSED_REPORT), *h],
    ),
    (VNPT, "messages_are_soap_as_the_services_want", lambda h: again(h, answered(h[0], text_reply("no", status=415)))),
    (VNPT, "receipts_are_well_formed", lambda h: says_vnpt(h, "ERR:3")),
    (VNPT, "key_keeps_its_content", lambda h: again(h, spelled(published(h), b"15000", b"25000"))),
    (VNPT, "doubtful_receipt_keeps_its_key", lambda h: again(h, spelled(published(h), b"&gt;phi-H99", b"&gt;moi-H99"))),
    (VNPT, "paid_receipt_is_cancelled_in_two_steps", lambda h: says_vnpt(h, "ERR:9")),
    (VNPT, "keys_hold_no_person", lambda h: again(h, spelled(published(h), b"&gt;phi-", b"&gt;000000000012-"))),
    (VIETTEL, "token_is_used_again", lambda h: many(h, "auth/login")),
    (VIETTEL, "messages_are_well_formed", lambda h: fails(h, "cancelTransactionInvoice", 415)),
    (VIETTEL, "transaction_keeps_its_content", lambda h: again(h, general(created(h), templateCode="khac"))),
    (VIETTEL, "doubtful_receipt_keeps_its_transaction", never_answered),
    (LGSP, "token_is_asked_for_by_a_form", lambda h: again(h, spelled(to(h, "/token"), b"client_cred", b"pass"))),
    (LGSP, "token_is_used_again", lambda h: many(h, "/token")),
    (
        LGSP,
        "every_call_carries_the_token",
        lambda h: again(h, Heard(replace(h[1].request, headers={"authorization": "Basic x"}), h[1].reply)),
    ),
    (LGSP, "refused_token_is_not_used_again", lambda h: again(h, next(item for item in h if item.reply.status == 401))),
    (LGSP, "addresses_are_known", lambda h: again(h, answered(h[1], text_reply("no", status=404)))),
    (
        XROAD,
        "messages_name_client_and_service",
        lambda h: again(
            h, answered(h[0], replace(text_reply("no", status=400), headers={"x-road-error": "Client.MissingHeader"}))
        ),
    ),
    (XROAD, "message_ids_are_uuids_of_their_own", lambda h: headed(h, x_road_id="1")),
    (
        XROAD,
        "message_ids_are_uuids_of_their_own",
        lambda h: again(h, Heard(replace(h[0].request, body=b"other"), h[0].reply)),
    ),
    (XROAD, "user_begins_with_a_country", lambda h: headed(h, x_road_userid="can-bo")),
    (XROAD, "headers_of_the_server_are_left_to_it", lambda h: headed(h, x_road_request_hash="x")),
    (XROAD, ADDRESS, lambda h: headed(h, x_road_issue="000000000012")),
    (SMARTCA, "every_call_is_posted_as_json", lambda h: at(h, h[0], spelled(h[0], b"{", b"["))),
    (SMARTCA, "messages_are_well_formed", lambda h: fails(h, "signatures/sign", status_code=400)),
    (SMARTCA, "only_hashes_leave_the_agency", lambda h: also(h, "signatures/sign", sign_files=FILES_SENT)),
    (SMARTCA, "transaction_keeps_its_content", lambda h: also(h, "signatures/sign", sign_files=FILES_SENT)),
    (SMARTCA, "doubtful_request_is_looked_up_first", lambda h: blindly(h, "signatures/sign")),
    (SMARTCA, "it_does_not_ask_for_ever", lambda h: h + [to(h, "/status")] * 24),
    (MYSIGN, "every_call_is_posted_as_json", gets),
    (MYSIGN, "token_is_used_again", lambda h: many(h, "/login")),
    (MYSIGN, "messages_are_well_formed", lambda h: fails(h, "/signHash", error="50000")),
    (MYSIGN, "only_hashes_leave_the_agency", lambda h: also(h, "/signHash", hash=["JVBERi0xLjQ="])),
    (MYSIGN, "names_are_plain", lambda h: also(h, "/signHash", description="VHLDrWNo")),
    (MYSIGN, "doubtful_request_is_not_repeated", lambda h: blindly(h, "/signHash")),
    (CSC, "every_call_is_posted_as_json", gets),
    (CSC, "messages_are_well_formed", lambda h: fails(h, "credentials/authorize", error="invalid_pin")),
    (CSC, "what_is_signed_was_authorised", lambda h: under(h, "signatures/signHash", hash=["other"])),
    (CSC, "authorisation_is_used_once", lambda h: blindly(h, "signatures/signHash")),
]


def rule(wire, name):
    """The test function of a rule."""
    module = import_module(f"gov_connect.contract_tests.suites.test_client_{WIRES[wire].suite}")
    return getattr(module, f"test_{name}")


def judge(wire, name, traffic):
    """Apply one rule to one traffic."""

    def skip(_vi, en):
        raise AssertionError(en)

    function = rule(wire, name)
    needed = function.__code__.co_varnames[: function.__code__.co_argcount]
    function(**{argument: {"traffic": traffic, "skip": skip}[argument] for argument in needed})


@pytest.mark.parametrize(
    ("wire", "name", "doctor"), DOCTORED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_broken_rule_is_found(wire, name, doctor):
    """The library's own traffic keeps the rule; the doctored one does not."""
    kept = sent_by_the_library(wire)
    judge(wire, name, kept)
    with pytest.raises(Broken):
        judge(wire, name, Traffic(kept.mock, doctor(list(kept.heard))))


def test_every_rule_for_clients_is_doctored():
    """No rule that nothing has ever broken, but for the one that asks the mock's own records."""
    written = {
        (wire.name, name.removeprefix("test_"))
        for wire in (WIRES[name] for name in CLIENTS)
        for name in vars(import_module(f"gov_connect.contract_tests.suites.test_client_{wire.suite}"))
        if name.startswith("test_")
    }
    undoctored = written - {(wire, name) for wire, name, _ in DOCTORED}
    assert undoctored == {(REGISTRY, "child_is_registered_under_one_dossier")}


def test_a_child_under_two_dossiers_is_found():
    """The registry itself says that one child has two registrations."""

    class Doubled:
        public_url = "http://system.invalid"

        def state(self):
            """As the mock tells it."""
            return {"duplicates": [["H99.201-261120-0001", "H99.201-261120-0002"]]}

    judge(REGISTRY, "child_is_registered_under_one_dossier", sent_by_the_library(REGISTRY))
    with pytest.raises(Broken):
        judge(REGISTRY, "child_is_registered_under_one_dossier", Traffic(Doubled(), []))


def test_shown_traffic_is_masked():
    """What a report shows of a client's messages tells no person and no secret."""
    for wire in CLIENTS:
        shown = "".join(sent_by_the_library(wire).shown())
        assert shown
        assert "000000000012" not in shown.replace("000000000000", "")
        assert "MẪU" not in shown
