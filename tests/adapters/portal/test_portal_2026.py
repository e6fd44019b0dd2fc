"""The 2026 generation: its own codes, numbers as numbers, nothing of 2020 leaks in either direction."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from gov_connect import GovConnect, Settings
from gov_connect.adapters.national_portal import NationalPortal2026, mapping, newer_wire
from gov_connect.client import Parts
from gov_connect.errors import (
    AuthenticationFailed,
    ConfigurationError,
    InvalidInput,
    NotSupported,
    OutcomeUnknown,
    Refused,
    TimedOut,
    UnexpectedReply,
    Unreachable,
)
from gov_connect.mocks.core import MockRequest
from gov_connect.mocks.portal import PortalMock2026
from gov_connect.mocks.portal._newer import CLIENT_ID, CLIENT_SECRET, PATHS
from gov_connect.model import (
    VIETNAM,
    AgencyCode,
    Applicant,
    ApplicantKind,
    Attachment,
    Dossier,
    DossierStatus,
    FeeKind,
    FeeLine,
    FeeSort,
    Money,
    ProcedureCode,
    ProgressStep,
    StatusRow,
)
from gov_connect.runtime import CountingIds, ManualClock, Reply
from gov_connect.transport import InProcessCarrier

AT = datetime(2026, 6, 9, 8, 0, tzinfo=VIETNAM)
S14 = json.loads(
    '[{"IdHoSo":"00000000-0000-0000-0000-00000000h001","MaHoSo":"G99.20-20260609-0000012","TrangThai":6,'
    '"NoiDungYKien":"Đề nghị nộp phí","PhongBanXuLy":"Phòng Mẫu","NoiDungXuLy":"Chờ nộp phí","DanhSachLePhi":'
    '[{"TenPhiLePhi":"Phí thẩm định","MaPhiLePhi":"LP.MAU","HinhThucThu":"1","Gia":"135000","LoaiPhiLePhi":"2"}]}]'
)


class Newer:
    """A client of the mock, and the mock."""

    def __init__(self):
        self.clock = ManualClock(AT)
        self.mock = PortalMock2026(now=self.clock.now)
        self.instead = []
        variables = {
            "ENVIRONMENT": "test",
            "STORE_KEY": "A" * 43 + "=",
            "DATABASE_URL": "sqlite:///:memory:",
            "AGENCY": "000.00.20.G99",
            "PORTAL__BASE_URL": "https://portal.example",
            "PORTAL__GENERATION": "2026",
            "PORTAL__NEWER__CLIENT_ID": CLIENT_ID,
            "PORTAL__NEWER__CLIENT_SECRET": CLIENT_SECRET,
            **{f"PORTAL__NEWER__{name.upper()}_PATH": path for name, path in PATHS.items()},
        }
        settings = Settings.from_mapping({f"GOV_CONNECT_{name}": value for name, value in variables.items()})
        carrier = InProcessCarrier(self._carry)
        self.gov = GovConnect(parts=Parts(settings=settings, clock=self.clock, ids=CountingIds(), carrier=carrier))
        self.portal = self.gov.portal
        assert isinstance(self.portal, NationalPortal2026)

    def _carry(self, request):
        if self.instead and not request.url.endswith("token"):
            answer = self.instead.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        headers = {name.lower(): value for name, value in request.headers.items()}
        path = request.url.removeprefix("https://portal.example")
        reply = self.mock.handle(MockRequest(method="POST", path=path, headers=headers, body=request.body))
        return Reply(status=reply.status, body=reply.body)

    def dossier(self, base, **changes):
        number = self.portal.next_number(AgencyCode("000.00.20.G99"))
        file = self.portal.upload("giấy.pdf", b"%PDF-1.4\r\n\r\nx")
        paper = Attachment(id=file.id, name=file.name, url="https://motcua.example/f/1", digest=file.digest)
        return Dossier(**{**dict(base), "code": number, "attachments": (paper,), **changes})


@pytest.fixture
def newer():
    made = Newer()
    with made.gov:
        yield made


def test_a_dossier_goes_all_six_steps(newer, dossier):
    """Token, number, file, creation, progress, status: the mock takes each."""
    made = newer.dossier(dossier)
    assert made.code == "G99.20-20260609-0000001"
    receipt = newer.portal.put(made)
    assert (receipt.inserted, bool(receipt.portal_id)) == (True, True)
    step = ProgressStep(
        dossier=made.code,
        officer="THỬ",
        at=AT,
        text="Xử lý",
        status=DossierStatus.PROCESSING,
        portal_id=receipt.portal_id,
    )
    assert newer.portal.report([step]) == 1
    paying = Dossier(**{**dict(made), "portal_id": receipt.portal_id, "status": DossierStatus.PAYMENT_REQUESTED})
    assert newer.portal.put(paying).inserted is False
    assert newer.mock.state()["dossiers"] == {
        str(made.code): {"portal_id": receipt.portal_id, "kind": 0, "status": 6, "steps": 1, "rows": 1}
    }


def test_a_status_row_is_s14_exactly():
    """The sample of the wire document round-trips."""
    fee = FeeLine(name="Phí thẩm định", amount=Money(135000), kind=FeeKind.FEE, sort=FeeSort.APPRAISAL, code="LP.MAU")
    row = StatusRow(
        portal_id="00000000-0000-0000-0000-00000000h001",
        dossier="G99.20-20260609-0000012",
        status=DossierStatus.PAYMENT_REQUESTED,
        opinion="Đề nghị nộp phí",
        unit="Phòng Mẫu",
        text="Chờ nộp phí",
        fees=(fee,),
    )
    assert [newer_wire.status_row(row)] == S14
    with pytest.raises(InvalidInput):
        newer_wire.status_row(row.model_copy(update={"status": DossierStatus.PROCESSING}))
    with pytest.raises(InvalidInput):
        newer_wire.status_row(row.model_copy(update={"portal_id": ""}))


@pytest.mark.parametrize(
    ("kind", "in_2020", "in_2026"),
    [
        (ApplicantKind.CITIZEN, "1", 0),
        (ApplicantKind.ENTERPRISE, "2", 1),
        (ApplicantKind.STATE_BODY, "3", None),
        (ApplicantKind.ORGANISATION, "4", None),
        (ApplicantKind.HOUSEHOLD_BUSINESS, None, 2),
    ],
)
def test_codes_of_one_generation_never_reach_the_other(dossier, kind, in_2020, in_2026):
    """A citizen is 1 in 2020 and 0 in 2026; a kind without a code is refused, not approximated."""
    owned = Dossier(**{**dict(dossier), "applicant": Applicant(name="THỬ", kind=kind), "attachments": ()})
    for code, make in (
        (in_2020, lambda: mapping.record(owned)),
        (in_2026, lambda: newer_wire.creation(owned, unit="G99.20", service_suffix="")),
    ):
        if code is None:
            with pytest.raises(InvalidInput):
                make()
        else:
            assert make()["LoaiDoiTuong"] == code


def test_a_file_that_is_not_uploaded_is_named(newer, dossier):
    """Every problem at once, and nothing is sent."""
    owner = Applicant(name="THỬ", kind=ApplicantKind.STATE_BODY)
    with pytest.raises(InvalidInput) as caught:
        newer.portal.put(Dossier(**{**dict(dossier), "applicant": owner}))
    assert [problem.path for problem in caught.value.problems] == ["attachments.0", "applicant.kind"]
    assert newer.mock.state()["calls"] == {}


def test_a_token_that_ran_out_is_renewed_once(newer):
    """An expired token costs one more login; one that is never accepted is an error."""
    newer.portal.next_number(AgencyCode("G99.20"))
    newer.mock._tokens.clear()
    assert newer.portal.next_number(AgencyCode("G99.20")) == "G99.20-20260609-0000002"
    newer.clock.advance(700)
    assert newer.portal.next_number(AgencyCode("G99.20")).endswith("0000003")
    newer.instead = [Reply(status=401, body=b'{"code":401,"message":"","data":null}')] * 2
    with pytest.raises(AuthenticationFailed):
        newer.portal.next_number(AgencyCode("G99.20"))


def test_a_creation_of_unknown_outcome_is_never_repeated(newer, dossier):
    """This generation has no look-up, so nobody may try again blindly."""
    made = newer.dossier(dossier)
    newer.instead = [TimedOut(system="portal", seconds=30)]
    with pytest.raises(OutcomeUnknown):
        newer.portal.put(made)
    assert newer.instead == []


def created(**data):
    return Reply(status=200, body=json.dumps({"code": 200, "message": "", "data": data}).encode())


@pytest.mark.parametrize(
    "failure",
    [
        [Unreachable(system="portal")] * 4,
        [TimedOut(system="portal", seconds=3)] * 4,
        [Reply(status=400, body=b'{"code":400,"message":"","data":null}')],
    ],
)
def test_what_was_created_keeps_its_id_when_its_state_cannot_be_told(newer, dossier, failure):
    """An error would lose the id, and the next attempt would create the dossier a second time (§2.10)."""
    made = newer.dossier(dossier, status=DossierStatus.PROCESSING)
    newer.instead = [created(idHoSo="h1", maHoSo=str(made.code)), *failure]
    receipt = newer.portal.put(made)
    assert (receipt.portal_id, receipt.inserted, receipt.status_told, newer.instead) == ("h1", True, False, [])


@pytest.mark.parametrize("wrap", [json.dumps, lambda data: [data], lambda data: {"data": data}])
def test_the_id_is_found_in_every_plain_wrapping(newer, dossier, wrap):
    """JSON text, a list of one, `data` in `data`."""
    made = newer.dossier(dossier)
    body = json.dumps({"code": 200, "data": wrap({"idHoSo": "h1"})}).encode()
    newer.instead = [Reply(status=200, body=body)]
    assert newer.portal.put(made).portal_id == "h1"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=200, body=b"<html/>"),
        Reply(status=200, body=b'{"code":200,"data":null}'),
        Reply(status=200, body='{"code":200,"message":"Thất bại","data":{"idHoSo":"h1"}}'.encode()),
        Reply(status=200, body=b'{"code":408,"message":"Request timeout"}'),
        Reply(status=400, body=b'{"code":400,"message":"Read timed out"}'),
        created(idHoSo=""),
        created(idHoSo="h1", maHoSo="G99.20-20260609-9999999"),
    ],
)
def test_an_answer_without_the_id_or_about_another_dossier_is_unknown(newer, dossier, reply):
    """It was sent; the pair of numbers is what must never be guessed (§7.1)."""
    newer.instead = []
    made = newer.dossier(dossier)
    newer.instead = [reply]
    with pytest.raises(OutcomeUnknown):
        newer.portal.put(made)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=400, body=b'{"code":400,"message":"Thieu","data":null}'), Refused),
        (Reply(status=404, body=b"<html/>"), Refused),
        (Reply(status=200, body=b"{}"), UnexpectedReply),
        (Reply(status=200, body=b'{"code":200,"data":{"value":"x"}}'), UnexpectedReply),
        (Reply(status=200, body=b'{"code":300}'), UnexpectedReply),
    ],
)
def test_answers_are_judged_by_code_and_status(newer, reply, error):
    """200 in both is success; what has no plain meaning is no success."""
    newer.instead = [reply]
    with pytest.raises(error):
        newer.portal.next_number(AgencyCode("G99.20"))


def test_services_of_2020_are_refused_here(newer):
    """Nothing is sent for a service this generation lacks."""
    with pytest.raises(NotSupported):
        newer.portal.procedure(ProcedureCode("1.001193"))


def test_2026_needs_its_own_settings_and_nothing_of_2020():
    """A generation without its settings is a configuration error that says so."""
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_mapping(
            {"GOV_CONNECT_PORTAL__BASE_URL": "https://portal.example", "GOV_CONNECT_PORTAL__GENERATION": "2026"}
        )
    assert [problem.code for problem in caught.value.problems] == ["value.needed_with"]
