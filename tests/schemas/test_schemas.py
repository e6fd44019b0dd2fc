"""The schemas cannot drift: what the adapters send and the mocks answer goes through them, and both refuse alike."""

from __future__ import annotations

import base64
import copy
import json
import re
from datetime import datetime, timedelta

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from lxml import etree
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from typer.testing import CliRunner

from gov_connect import schemas
from gov_connect.adapters.catalogue import entries
from gov_connect.adapters.civil_registry import Enclosure
from gov_connect.adapters.csc import Csc
from gov_connect.adapters.e_receipt import ViettelReceipts
from gov_connect.adapters.mysign import MySign
from gov_connect.adapters.national_portal import NationalPortal2026
from gov_connect.adapters.smartca import SmartCa
from gov_connect.cli._app import app
from gov_connect.contract_tests import Selection, samples, signing
from gov_connect.contract_tests.desk import desk_at
from gov_connect.contract_tests.judge import Heard
from gov_connect.contract_tests.wires import WIRES
from gov_connect.mocks import csc, mysign, national_payment, smartca, vnpay
from gov_connect.mocks._phone import DEMO_USER
from gov_connect.mocks.bundle_platform import BundlePlatformMock
from gov_connect.mocks.core import MockRequest, vietnam_now
from gov_connect.mocks.gateways import lgsp
from gov_connect.mocks.national_payment import NationalPaymentMock
from gov_connect.mocks.national_payment import _messages as payment_messages
from gov_connect.mocks.portal import PortalMock
from gov_connect.mocks.server import running_system
from gov_connect.mocks.vnpay import VnpayMock
from gov_connect.mocks.vnpay import _messages as vnpay_messages
from gov_connect.model import (
    VIETNAM,
    Attachment,
    Catalogue,
    CivilEvent,
    DossierStatus,
    FeeKind,
    FeeLine,
    Money,
    Personal,
    Question,
    QuestionAnswer,
    Satisfaction,
    StatusAnswer,
    StatusRow,
    TaxNumber,
)
from gov_connect.model.bundles import BundleReport, BundleStatus

AT = datetime(2025, 8, 1, 15, 0, tzinfo=VIETNAM)
FILES = {
    "portal/2020": "openapi/portal_2020.json",
    "portal/2026": "openapi/portal_2026.json",
    "civil_registry/G1": "openapi/civil_registry_g1.json",
    "national_payment/1.0.6": "openapi/national_payment.json",
    "vnpay/2.1.0": "openapi/vnpay.json",
    "bundle_platform/1": "openapi/bundle_platform.json",
    "viettel_receipt/1": "openapi/viettel_receipt.json",
    "civil_registry/G2": "openapi/civil_registry_g2.json",
    "civil_registry/G3": "openapi/civil_registry_g3.json",
    "smartca/sp769": "openapi/smartca.json",
    "mysign/1.9": "openapi/mysign.json",
    "csc/1": "openapi/csc.json",
    "lgsp/wso2": "openapi/lgsp.json",
}
DOCUMENTS = {wire: json.loads(schemas.read(name)) for wire, name in FILES.items()}


def validator(document, schema):
    """A JSON Schema of the document, with its components at hand."""
    return jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]})


def problems(document, schema, value):
    """What a schema finds wrong, shortened."""
    return [str(error)[:200] for error in validator(document, schema).iter_errors(value)]


def place(document, path):
    """The path of a document that a request's path is one of."""
    shapes = {name: re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(name)) for name in document["paths"]}
    return next(name for name, shape in shapes.items() if re.fullmatch(shape, path))


def do_portal(desk):
    """Every call of the portal of 2020."""
    portal = desk.gov.portal
    portal.agencies()
    portal.domains()
    portal.procedures()
    for which in Catalogue:
        portal.catalogue(which)
    portal.publication("15")
    portal.account_id(TaxNumber("0000000001"))
    portal.online_services()
    fees = (FeeLine(name="Lệ phí hộ tịch", amount=Money(8000), kind=FeeKind.CHARGE),)
    papers = (Attachment(id="501", name="giay.pdf", url="https://motcua.example/f/501"),)
    dossier = samples.dossier(desk).model_copy(update={"fees": fees, "attachments": papers})
    portal.put(dossier)
    portal.put(dossier.model_copy(update={"status": DossierStatus.PROCESSING}))
    portal.report(samples.steps(desk, dossier.code, 12))
    (question,) = portal.questions()
    portal.agency_questions()
    portal.question_answers(question.id)
    portal.answer_questions([QuestionAnswer(question=question.id, text="Theo Luật", answered_by="THỬ", at=AT)])
    portal.publish_questions([Question(id="8", text="Câu hỏi mẫu", domain="G99-TP01", agency="H99.201")])
    portal.rate([SATISFACTION])
    mock = desk.lever(PortalMock)
    mine = {"MaTTHC": "1.001193", "MaSoThue": "000000000012", "TenThuongNhan": "NGUYỄN THỊ MẪU"}
    code = mock.submit(mine)
    portal.answer(StatusAnswer(dossier=code, local="H99.201-250801-0003", text="Đã tiếp nhận", at=AT, status=2))


SATISFACTION = Satisfaction(
    year=2025, month=8, people=2, very_satisfied=50, satisfied=50, unsatisfied=0, agency="H99.201"
)


def do_newer(desk):
    """Every call of the portal of 2026."""
    portal = desk.gov.portal
    assert isinstance(portal, NationalPortal2026)
    kept = portal.upload("giay-to.pdf", b"%PDF-1.4\n")
    attached = Attachment(id=kept.id, name=kept.name, digest=kept.digest, url="https://motcua.example/f/1")
    number = portal.next_number(desk.agency)
    dossier = samples.dossier_of(None, desk.clock, str(number), DossierStatus.NEW)
    receipt = portal.put(dossier.model_copy(update={"attachments": (attached,)}))
    (step,) = samples.steps(desk, str(number))
    portal.report([step.model_copy(update={"portal_id": receipt.portal_id})])
    fees = (FeeLine(name="Phí", code="LP.MAU", amount=Money(8000), kind=FeeKind.FEE),)
    for status, lists in ((DossierStatus.PROCESSING, ()), (DossierStatus.PAYMENT_REQUESTED, fees)):
        portal.tell([StatusRow(portal_id=receipt.portal_id, dossier=number, status=status, fees=lists)])


def do_registry(desk):
    """Every call of the registry."""
    birth = samples.birth(desk)
    desk.gov.civil_registry.submit(birth)
    desk.gov.civil_registry.status(birth.dossier, unit=birth.unit)
    desk.gov.civil_registry.results(birth.dossier, unit=birth.unit)


def do_payment(desk):
    """Every call of the payment platform."""
    order = samples.order(desk)
    desk.gov.national_payment.open(order, agency_name="UBND xã Mẫu")
    desk.lever(NationalPaymentMock).pay(str(order.reference))
    desk.gov.national_payment.bill(order, paid=desk.gov.national_payment.query(order))


def do_vnpay(desk):
    """Every call of VNPAY."""
    from gov_connect.adapters.vnpay import Vnpay  # noqa: PLC0415 - only here
    from gov_connect.contract_tests.tap import Exchange  # noqa: PLC0415 - only here
    from gov_connect.runtime import Request  # noqa: PLC0415 - only here

    order, gateway = samples.order(desk), desk.gov.system(Vnpay)
    page = Request(system="vnpay", url=gateway.open(order).url, method="GET")
    desk.tap.again(Exchange(request=page))
    desk.lever(VnpayMock).settle(str(order.reference), "paid")
    gateway.give_back(order, samples.refund(desk, order, 10_000), paid=gateway.query(order))


def do_bundles(desk):
    """Every call of the bundle platform."""
    code = desk.lever(BundlePlatformMock).file({"nksHoTen": "PHẠM <THỬ> MẪU"}, files={"gcs.pdf": b"%PDF-1.4\n"})
    (news,) = desk.gov.bundles.pending()
    desk.gov.bundles.fetch(news)
    desk.gov.bundles.acknowledge(code)
    told = BundleReport(
        procedure=news.procedure,
        bundle=code,
        dossier=desk.dossier_code(),
        status=BundleStatus.RECEIVED,
        at=AT,
        officer="Cán bộ Mẫu",
    )
    desk.gov.bundles.report(told, sent=())


def do_receipts(desk):
    """Every call of Viettel's e-receipts."""
    service = desk.gov.system(ViettelReceipts)
    issued = service.publish(samples.receipt(desk))
    service.document(issued)
    service.cancel(issued, reason="Hoàn phí")


def do_bundled(desk):
    """Every call of the registry's second generation, with a paper."""
    birth = samples.bundle_birth(desk)
    paper = Enclosure(title="Giấy chứng sinh", name="gcs.pdf", kind=1, content=b"%PDF-1.4\n")
    desk.gov.civil_registry.submit(birth, files=(paper,))
    desk.gov.civil_registry.bundle_results(CivilEvent.BIRTH, (birth.dossier,))


def do_newer_registry(desk):
    """Every call of the registry's third generation."""
    birth = samples.birth(desk)
    desk.gov.civil_registry.submit(birth)
    desk.gov.civil_registry.synchronise(birth.dossier)


def do_smartca(desk):
    """Every call of SmartCA: asked, waited for, confirmed."""
    service, user = desk.gov.system(SmartCa), Personal(desk.known["signer"])
    (own,) = service.certificates(user)
    reference = service.start(user, own.reference, signing.pending(own, "mau"), transaction="kit-1")
    assert [service.status(reference).state for _ in range(2)] == ["waiting", "signed"]


def do_mysign(desk):
    """Every call of MySign: asked, waited for, confirmed."""
    service, user = desk.gov.system(MySign), Personal(desk.known["signer"])
    (own,) = service.certificates(user)
    transaction = service.start(user, own.reference, signing.pending(own, "mau"), description="mau")
    assert [service.status(user, transaction).state for _ in range(2)] == ["waiting", "signed"]


def do_csc(desk):
    """Every call of a CSC service."""
    service = desk.gov.system(Csc)
    service.sign(signing.pending(service.certificates(), "mau"), pin=desk.known["pin"])


def do_bus(desk):
    """The token, and a look-up behind the bus."""
    assert desk.gov.residents.look_up(samples.known_query(desk)) is not None


DO = {
    "civil_registry/G2": do_bundled,
    "civil_registry/G3": do_newer_registry,
    "smartca/sp769": do_smartca,
    "mysign/1.9": do_mysign,
    "csc/1": do_csc,
    "lgsp/wso2": do_bus,
    "portal/2020": do_portal,
    "portal/2026": do_newer,
    "civil_registry/G1": do_registry,
    "national_payment/1.0.6": do_payment,
    "vnpay/2.1.0": do_vnpay,
    "bundle_platform/1": do_bundles,
    "viettel_receipt/1": do_receipts,
}


@pytest.fixture(scope="module", params=DO)
def traffic(request):
    """A wire, its schema, and everything that crossed when every operation was called."""
    wire = request.param
    heard = []
    with desk_at(WIRES[wire], Selection()) as desk:
        desk.mock.watchers.append(lambda asked, reply: heard.append(Heard(asked, reply)))
        DO[wire](desk)
        yield wire, DOCUMENTS[wire], heard, desk.mock


def test_what_adapters_send_and_mocks_answer_is_valid(traffic):
    """Requests strictly, replies by their status; no path outside the document."""
    _, document, heard, _ = traffic
    assert heard
    for item in heard:
        described = document["paths"][place(document, item.request.path)][item.request.method.lower()]
        content = described.get("requestBody", {}).get("content", {})
        said = item.request.headers.get("content-type", "").partition(";")[0].strip()
        assert not content or said in content
        if content and said == "application/json":
            schema = content["application/json"]["schema"]
            assert problems(document, schema, json.loads(item.request.body)) == [], item.request.path
        for parameter in described.get("parameters", ()):
            if parameter["in"] == "query" and parameter["name"] in item.request.query:
                assert problems(document, parameter["schema"], item.request.query[parameter["name"]]) == []
        answers = described["responses"]
        answer = answers.get(str(item.reply.status)) or answers[f"{item.reply.status // 100}XX"]
        kind = item.reply.headers["content-type"].partition(";")[0]
        if kind == "application/json":
            assert problems(document, answer["content"][kind]["schema"], json.loads(item.reply.body)) == []
        else:
            assert kind in answer["content"]


def test_what_stands_inside_a_message_is_valid(traffic):
    """Where a member holds JSON as text, its content goes through its own schema, strictly."""
    wire, document, heard, _ = traffic
    if wire not in {"civil_registry/G2", "civil_registry/G3"}:
        return
    inner = document["components"]["schemas"]["Dossier"]["properties"]["data"]["contentSchema"]
    texts = [item.sent["data"] for item in heard if "data" in item.sent]
    assert texts
    for text in texts:
        assert problems(document, inner, json.loads(text)) == []
        assert problems(document, inner, {**json.loads(text), "nksNoiSinh": "Xã Mẫu"}) != []


# The platform's look-up at the agency, and calls of a later registry under the name of the first generation.
UNDESCRIBED = {"dptracuuthanhtoanhs", "dsHoSoDangKy", "traDanhSachHoSo", "traHoSo"}


def test_every_operation_of_an_adapter_is_described(traffic):
    """The catalogue's wire names of a generation all stand in the document: as service, operation or webhook."""
    wire, document, heard, _ = traffic
    system, _, generation = wire.partition("/")
    text = json.dumps(document, ensure_ascii=False)
    wanted = {
        entry.facts.wire.partition(" ")[0].rstrip("*")
        for entry in entries()
        if entry.system == system and entry.facts.generation == generation
    }
    undescribed = {name for name in wanted if name not in text} - UNDESCRIBED
    assert undescribed == set()
    paths = {place(document, item.request.path) for item in heard}
    assert set(document["paths"]) - paths <= {"/hotich/1.0/danhMuc"}


# A request of each kind that is taken apart member by member: where it lies in the message, and how a mock says no.
def _no(reply):
    """Whether a mock refused."""
    if reply.status >= 400:
        return True
    answer = json.loads(reply.body)
    if answer.get("errors"):
        return "thành công" not in str(answer["errors"])
    code = str(answer.get("error_code", answer.get("MaLoi", answer.get("vnp_ResponseCode", "0"))))
    if str(answer.get("status_code", "200")) != "200":
        return True
    return code.strip("0") != "" or str(answer.get("status")) == "0" or answer.get("code", 200) not in {200, "200"}


TAKEN_APART = {
    "portal/2020": ("DongBoHoSoMC", lambda message: message["data"][0]),
    "portal/2026": ("/2026/dossier", lambda message: message),
    "civil_registry/G1": ("/hotich/1.0/dangKyHoTich", lambda message: message),
    "national_payment/1.0.6": ("/init", lambda message: message["ThongTinBienLai"]),
    "vnpay/2.1.0": ("querydr", lambda message: message),
    "bundle_platform/1": ("capnhattrangthai", lambda message: message),
    "viettel_receipt/1": ("createInvoice", lambda message: message["generalInvoiceInfo"]),
    "civil_registry/G2": ("/nhanHoSoDKHT", lambda message: message),
    "civil_registry/G3": ("/nhanHoSo", lambda message: message),
    "smartca/sp769": ("/signatures/sign", lambda message: message),
    "mysign/1.9": ("/signHash", lambda message: message),
    "csc/1": ("/credentials/authorize", lambda message: message),
}
"""Of the bus there is only a form of one member."""


@pytest.mark.parametrize("traffic", TAKEN_APART, indirect=True)
def test_schema_and_mock_refuse_the_same_messages(traffic):
    """Each member left out, and one added: what the schema refuses, the mock refuses."""
    wire, document, heard, mock = traffic
    mark, inside = TAKEN_APART[wire]
    item = next(item for item in heard if mark in item.request.path or mark.encode() in item.request.body)
    content = document["paths"][place(document, item.request.path)]["post"]["requestBody"]["content"]
    schema = content["application/json"]["schema"]
    message = json.loads(item.request.body)
    wrong = 0
    for name in [*inside(message), "ThemTruongLa"]:
        changed = copy.deepcopy(message)
        if inside(changed).pop(name, None) is None:
            inside(changed)[name] = "x"
        if not problems(document, schema, changed):
            continue
        wrong += 1
        body = json.dumps(changed, ensure_ascii=False).encode()
        made = MockRequest(
            method="POST", path=item.request.path, query=item.request.query, headers=item.request.headers, body=body
        )
        assert _no(mock.handle(made)), name
    assert wrong >= (3 if wire == "csc/1" else 5)


def test_what_systems_send_to_agencies_is_valid():
    """The pushes and notices of the mocks, by the webhooks of the documents."""
    with desk_at(WIRES["portal/2020"], Selection()) as desk:
        mock = desk.lever(PortalMock)
        mock.agency_url = "http://agency.invalid"
        mine = {"MaTTHC": "1.001193", "MaSoThue": "000000000012", "TenThuongNhan": "NGUYỄN THỊ MẪU"}
        pushes = mock.pushes(mock.submit(mine))
    with desk_at(WIRES["national_payment/1.0.6"], Selection()) as desk:
        order = samples.order(desk)
        desk.gov.national_payment.open(order, agency_name="UBND xã Mẫu")
        platform = desk.lever(NationalPaymentMock)
        platform.notify_url = "http://agency.invalid/confirm"
        notices = platform.pay(str(order.reference))
    for wire, hook, parcels in (
        ("portal/2020", "addtthcKhuyenMai", pushes),
        ("national_payment/1.0.6", "CONFIRM", notices),
    ):
        document = DOCUMENTS[wire]
        body = document["webhooks"][hook]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert [problems(document, body, json.loads(parcel.body)) for parcel in parcels] == [[]]


@pytest.mark.parametrize("wire", FILES)
def test_every_schema_is_one(wire):
    """Each component is a valid JSON Schema, and every reference leads somewhere."""
    document = DOCUMENTS[wire]
    assert document["openapi"] == "3.1.0"
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)
        validator(document, schema)


CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
"""Not whether generated data are accepted: hashes, dates and numbers of dossiers are beyond a schema."""


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("wire", FILES)
def test_generated_messages_meet_no_server_error(wire, mode):
    """schemathesis: messages of the schema and broken ones, past the door; every answer is of the schema."""
    made = schemathesis.openapi.from_dict(DOCUMENTS[wire])
    mock = WIRES[wire].mock(vietnam_now)
    with running_system(mock) as base_url:
        for found in made.get_all_operations():
            operation = found.ok()

            @settings(max_examples=8, derandomize=True, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy(generation_mode=mode))
            def send(case):
                _log_in(wire, mock, case)
                # G3 says every fault by HTTP 500 (civil_registry.md §1.7), the residents database by SOAP faults.
                faults_are_500 = wire in {"civil_registry/G3", "lgsp/wso2"}
                checks = CHECKS[1:] if faults_are_500 else CHECKS
                case.validate_response(case.call(base_url=base_url), checks=checks)

            send()


def _log_in(wire, mock, case):
    """Get past the door: a session, a token or a hash that the mock accepts."""
    body = case.body if isinstance(case.body, dict) else {}
    _log_in_newer(wire, mock, case, body)
    if wire == "portal/2020":
        mock._sessions["gia"] = mock.now()
        case.headers["dstcode"] = mock.dstcode
        body.update({"session": "gia"} if "session" in body else {})
    elif wire in {"portal/2026", "civil_registry/G1"}:
        mock._tokens["gia"] = mock.now()
        client = base64.b64encode(b"khach:bi-mat").decode()
        case.headers["Authorization"] = f"Basic {client}" if case.path.endswith("token") else "Bearer gia"
        body.update({"maDonVi": 99001} if "maDonVi" in body else {})
    elif wire in {"bundle_platform/1", "viettel_receipt/1"}:
        mock._tokens["gia"] = mock.now() + timedelta(days=1)
        case.headers["Authorization"] = "Bearer gia"
    elif wire == "national_payment/1.0.6" and "MaXacThuc" in body:
        fields = {"/init": payment_messages.INIT_HASH_FIELDS}.get(case.path, payment_messages.QUERY_HASH_FIELDS)
        body["MaDoiTac"] = national_payment.PARTNER_CODE
        body["MaXacThuc"] = payment_messages.signature(fields, body, national_payment.SECRET)
    elif wire == "vnpay/2.1.0" and case.method.upper() == "GET":
        fields = {**dict(case.query or {}), "vnp_TmnCode": vnpay.TMN_CODE}
        fields.pop("vnp_SecureHash", None)
        texts = {name: value for name, value in fields.items() if isinstance(value, str)}
        case.query = {
            **fields,
            "vnp_SecureHash": vnpay_messages.digest(vnpay_messages.query_text(texts), vnpay.HASH_SECRET),
        }
    elif wire == "vnpay/2.1.0" and "vnp_SecureHash" in body:
        order = vnpay_messages.REFUND_ORDER if body.get("vnp_Command") == "refund" else vnpay_messages.QUERY_ORDER
        body["vnp_TmnCode"] = vnpay.TMN_CODE
        body["vnp_SecureHash"] = vnpay_messages.digest(vnpay_messages.joined(body, order), vnpay.HASH_SECRET)


def _log_in_newer(wire, mock, case, body):
    """The same for the registry's later generations, the signers and the bus."""
    if wire in {"civil_registry/G2", "civil_registry/G3", "lgsp/wso2"}:
        mock._tokens["gia"] = (mock.now() + timedelta(days=1), "") if wire == "lgsp/wso2" else mock.now()
        client = base64.b64encode(f"{lgsp.CONSUMER_KEY}:{lgsp.CONSUMER_SECRET}".encode()).decode()
        case.headers["Authorization"] = f"Basic {client}" if case.path.endswith("token") else "Bearer gia"
        body.update({"maDonVi": "99001"} if "maDonVi" in body else {})
    elif wire == "smartca/sp769" and body:
        body.update(sp_id=smartca.SP_ID, sp_password=smartca.SP_PASSWORD, user_id=DEMO_USER)
    elif wire == "mysign/1.9":
        mock._tokens["gia"] = mock._accounts.get(DEMO_USER)
        case.headers["Authorization"] = "Bearer gia"
        body.update(
            {"client_id": mysign.CLIENT_ID, "client_secret": mysign.CLIENT_SECRET} if "client_id" in body else {}
        )
    elif wire == "csc/1":
        case.headers["Authorization"] = f"Bearer {csc.ACCESS_TOKEN}"
        body.update({"credentialID": csc.CREDENTIAL} if "credentialID" in body else {})


def test_all_files_are_listed_and_exported(tmp_path):
    """OpenAPI, WSDL, XSD and the fee pack's schema; what is written is what is shipped."""
    done = CliRunner().invoke(app, ["schemas", "export", str(tmp_path / "out"), "--json"])
    assert done.exit_code == 0
    written = json.loads(done.output)["written"]
    assert len(written) == len(schemas.names())
    for name in schemas.names():
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert text == schemas.read(name)
        json.loads(text) if name.endswith(".json") else etree.fromstring(text.encode())
    assert set(FILES.values()) | {"fee_pack.schema.json", "residents/residents.wsdl"} <= set(schemas.names())
    assert json.loads(CliRunner().invoke(app, ["schemas", "list", "--json"]).output) == list(schemas.names())


def test_a_folder_that_cannot_be_written_is_wrong_usage(tmp_path):
    """A file in the way: exit 2, and a sentence instead of a traceback."""
    (tmp_path / "out").write_text("in the way", encoding="utf-8")
    done = CliRunner().invoke(app, ["schemas", "export", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "Không ghi được" in done.output


def test_an_unknown_schema_is_a_key_error():
    """There is no reading of other files."""
    for name in ("none.json", "../settings.py", "residents"):
        with pytest.raises(KeyError):
            schemas.read(name)
