"""`gov.signing`, built from settings: both faces, key files, tokens of trust, mandates, and phones."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import urllib.request

import pytest

from gov_connect import AsyncGovConnect, GovConnect, Settings
from gov_connect.client import Parts
from gov_connect.errors import (
    ConfigurationError,
    InvalidInput,
    KeyConflict,
    NotSupported,
    OutcomeUnknown,
    Refused,
    Unreachable,
)
from gov_connect.mocks import Fault, running_mocks
from gov_connect.mocks.pki import Pki
from gov_connect.mocks.systems import signing_environment
from gov_connect.model import CitizenId
from gov_connect.runtime import ManualClock
from gov_connect.signing import Act, ActKind, Capacity, Format, Level, SigningRefused, Verdict
from gov_connect.signing.certificates import CertificateId
from gov_connect.signing.registry import CertificateRecord, Holder, Post, PostKind, Records

XML = b"<HoSo><SoTien>25000</SoTien></HoSo>"
USER = CitizenId("000000000001")
PREFIX = "GOV_CONNECT_"


@pytest.fixture(scope="module")
def mocks():
    """All systems behind HTTP, the timestamp authority and both phones among them."""
    with running_mocks() as running:
        yield running


@pytest.fixture
def client(mocks, tmp_path):
    """A client of the mocks with records in a file; keywords change variables."""
    opened = []

    def make(**variables):
        changed = {f"{PREFIX}{name}": value for name, value in variables.items()}
        base = {**mocks.environment, f"{PREFIX}DATABASE_URL": f"sqlite:///{tmp_path / 'records.db'}", **changed}
        gov = GovConnect(Settings.from_mapping({name: value for name, value in base.items() if value is not None}))
        opened.append(gov)
        return gov

    yield make
    for gov in opened:
        gov.close()


def test_offline_signs_and_verifies_without_configuration(pdf):
    """XML, PDF and detached, with a proven time; a changed byte is seen."""
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    with GovConnect.offline() as gov:
        for document, act in ((XML, ActKind.PERSONAL), (pdf, ActKind.AGENCY), (b"x", ActKind.COPY)):
            signed = gov.signing.sign(document, act=act)
            content = document if signed.format is Format.CMS else None
            report = gov.signing.verify(signed.data, content=content, act=act)
            assert report.verdict is Verdict.VALID
            assert report.signatures[0].time_proven
        forged = gov.signing.sign(XML, act=ActKind.PERSONAL).data.replace(b"25000", b"95000")
        assert gov.signing.verify(forged).verdict is Verdict.INVALID


def test_the_awaited_face_does_the_same():
    """The same names, awaited; a phone too."""

    async def play() -> Verdict:
        async with AsyncGovConnect.offline() as gov:
            signed = await gov.signing.sign(XML, act=ActKind.PERSONAL, level=Level.B)
            await gov.signing.request(XML, act=ActKind.CITIZEN, through="mysign", user=USER, key="k")
            while not (found := await gov.signing.collect("k")).final:
                pass
            assert found.signed is not None
            assert (await gov.signing.verify(found.signed.data)).verdict is Verdict.VALID
            return (await gov.signing.verify(signed.data)).verdict

    assert asyncio.run(play()) is Verdict.VALID


def test_settings_come_as_files_too(pki, made, tmp_path):
    """Roots and a PKCS#12 key in files, revocation data in a folder that is read anew when it changes."""
    folder = tmp_path / "lists"
    folder.mkdir()
    (tmp_path / "root.crt").write_bytes(pki.official_root.der)
    (tmp_path / "key.p12").write_bytes(pki.officer.p12(b"mk"))
    variables = {
        "OFFICIAL_ROOTS": tmp_path / "root.crt",
        "REVOCATION_DATA": folder,
        "PERSONAL__FILE": tmp_path / "key.p12",
        "PERSONAL__PASSWORD": "mk",
    }
    settings = Settings.from_mapping({f"{PREFIX}SIGNING__{name}": str(value) for name, value in variables.items()})
    with GovConnect(parts=Parts(settings=settings.model_copy(update={"agency": "H99.201"}), clock=_clock(made))) as gov:
        with pytest.raises(SigningRefused) as caught:
            gov.signing.sign(XML, act=ActKind.PERSONAL)
        assert caught.value.code == "signing.revocation.unknown"
        for number, data in enumerate(pki.evidence_bytes()):
            (folder / f"{number}.crl").write_bytes(data)
        signed = gov.signing.sign(XML, act=ActKind.PERSONAL).data
        assert gov.signing.verify(signed).verdict is Verdict.VALID
        (folder / "9.crl").write_bytes(pki.crl(pki.official_ca, pki.officer))
        assert gov.signing.verify(signed).verdict is Verdict.INVALID
        with pytest.raises(ConfigurationError):
            gov.signing.sign(XML, act=ActKind.AGENCY)


def _clock(made):
    clock = ManualClock(made.NOW)
    assert clock.now() == made.NOW
    return clock


@pytest.mark.parametrize(
    ("variables", "variable"),
    [
        ({"OFFICIAL_ROOTS": None, "PUBLIC_ROOTS": None}, "SIGNING__OFFICIAL_ROOTS"),
        ({"OFFICIAL_ROOTS": "/absent"}, "SIGNING__OFFICIAL_ROOTS"),
        ({"TIMESTAMP_ROOTS": "-----BEGIN nonsense"}, "SIGNING__TIMESTAMP_ROOTS"),
    ],
)
def test_wrong_settings_are_named(client, variables, variable):
    """The variable, never a value or a traceback of a library."""
    gov = client(**{f"SIGNING__{name}": value for name, value in variables.items()})
    with pytest.raises(ConfigurationError) as caught:
        gov.signing.verify(XML)
    assert variable in str(caught.value)
    assert "nonsense" not in str(caught.value)


@pytest.mark.parametrize(
    "variables",
    [
        {"PERSONAL__LIBRARY": "/lib.so"},
        {"PERSONAL__FILE": None, "PERSONAL__LIBRARY": "/lib.so"},
        {"MANDATES": "file"},
        {"MANDATES_KEEPER": "x"},
    ],
)
def test_half_settings_are_refused_at_the_start(client, variables):
    """A key that is file and token, a token without its certificate, a registry file without its keeper."""
    with pytest.raises(ConfigurationError):
        client(**{f"SIGNING__{name}": value for name, value in variables.items()})


def test_the_table_of_mandates_decides(client, mocks):
    """A bare kind of act is not enough; entries in the table open and close the right to sign."""
    gov = client(SIGNING__MANDATES="table")
    agency, today = "H99.201", dt.date(2026, 1, 1)
    act = Act(kind=ActKind.PERSONAL, agency=agency, officer="cb-01", documents="ct.copy", capacity=Capacity.COLLECTIVE)

    def refused(asked) -> str:
        with pytest.raises(SigningRefused) as caught:
            gov.signing.sign(XML, act=asked)
        return caught.value.code

    assert refused(ActKind.PERSONAL) == "signing.mandate.no_act"
    assert refused(act) == "signing.mandate.no_certificates"
    who = CertificateId.of(mocks.pki.officer.certificate)
    gov.signing.mandates.add(
        CertificateRecord(
            serial=who.serial,
            issuer=who.issuer,
            holder=Holder.PERSON,
            officer="cb-01",
            agency=agency,
            tree="official_duty",
            begins=today,
        ),
        by="cb-99",
    )
    assert refused(act) == "signing.mandate.post"
    head = Post(officer="cb-01", agency=agency, kind=PostKind.HEAD, collective=True, begins=today)
    key = gov.signing.mandates.add(head, by="cb-99")
    assert gov.signing.sign(XML, act=act).format is Format.XML
    gov.signing.mandates.withdraw(key, by="cb-99")
    assert refused(act) == "signing.mandate.post"


def test_the_agency_signs_what_the_person_signed(client, mocks, pdf):
    """Person, number, agency on one PDF; the person's verdict on another document opens nothing."""
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    gov = client(SIGNING__MANDATES="table")
    agency, facts = "H99.201", {"agency": "H99.201", "begins": dt.date(2026, 1, 1)}
    for holder, who, officer in ((Holder.PERSON, mocks.pki.officer, "cb-01"), (Holder.AGENCY, mocks.pki.agency, "")):
        mark = CertificateId.of(who.certificate)
        record = {"serial": mark.serial, "issuer": mark.issuer, "holder": holder, "officer": officer}
        gov.signing.mandates.add(CertificateRecord(**record, tree="official_duty", **facts), by="cb-99")
    gov.signing.mandates.add(Post(officer="cb-01", kind=PostKind.HEAD, **facts), by="cb-99")

    def act(kind, **more) -> Act:
        return Act(kind=kind, agency=agency, officer="cb-01", documents="qd", **more)

    mine = gov.signing.sign(pdf, act=act(ActKind.PERSONAL)).data
    other = gov.signing.sign(pdf + b"%\n", act=act(ActKind.PERSONAL)).data
    for prior, number, code in (
        (None, "01/QĐ", "order"),
        (gov.signing.verify(other), "01/QĐ", "order"),
        (gov.signing.verify(mine), "", "number"),
    ):
        with pytest.raises(SigningRefused) as caught:
            gov.signing.sign(mine, act=act(ActKind.AGENCY, prior=prior, number=number))
        assert caught.value.code == f"signing.mandate.{code}"
    issued = act(ActKind.AGENCY, prior=gov.signing.verify(mine), number="01/QĐ-UBND")
    assert gov.signing.verify(gov.signing.sign(mine, act=issued).data).verdict is Verdict.VALID


def test_a_signed_file_of_mandates_decides(client, mocks, tmp_path):
    """The keeper's signature is checked when the file is read; another keeper refuses everything."""
    from gov_connect.signing import LocalKey, Signing  # noqa: PLC0415 - only here

    data = Records().to_json().encode()
    keeper = mocks.pki.agency
    key = LocalKey(keeper.key, [keeper.certificate, *keeper.above[:1]])
    (tmp_path / "so.json").write_bytes(data)
    (tmp_path / "so.p7s").write_bytes(Signing().sign(data, ActKind.AGENCY, key, format=Format.CMS).data)
    for one, code in ((keeper, "no_certificates"), (mocks.pki.officer, "registry")):
        who = CertificateId.of(one.certificate)
        gov = client(
            SIGNING__MANDATES="file",
            SIGNING__MANDATES_FILE=str(tmp_path / "so.json"),
            SIGNING__MANDATES_SIGNATURE=str(tmp_path / "so.p7s"),
            SIGNING__MANDATES_KEEPER=f"{who.serial}:{who.issuer}",
        )
        act = Act(kind=ActKind.PERSONAL, agency="H99.201", officer="cb-01", documents="ct.copy")
        with pytest.raises(SigningRefused) as caught:
            gov.signing.sign(XML, act=act)
        assert caught.value.code == f"signing.mandate.{code}"


def clicked(mocks, system, reference, action="confirm") -> str:
    """A tap on the phone, as a browser does it; the page before lists the request."""
    url = mocks.base_urls[system] + "/phone/"
    with urllib.request.urlopen(url) as page:
        listed = page.read().decode()
    with urllib.request.urlopen(url + reference, data=f"action={action}".encode()) as page:
        page.read()
    return listed


@pytest.mark.parametrize("service", ["smartca", "mysign"])
def test_a_phone_signs_across_a_dead_process(client, mocks, service):
    """Asked in one client, confirmed by a click, finished in another; then the file stays at hand."""
    key = f"ho-so-1-{service}"
    asked = client().signing.request(XML, act=ActKind.CITIZEN, through=service, user=USER, key=key)
    assert (asked.state, asked.final) == ("waiting", False)
    later = client()
    assert later.signing.request(XML, act=ActKind.CITIZEN, through=service, user=USER, key=key) == asked
    with pytest.raises(KeyConflict):
        later.signing.request(b"<khac/>", act=ActKind.CITIZEN, through=service, user=USER, key=key)
    assert later.signing.collect(key).state == "waiting"
    assert key in later.signing.waiting()
    reference = key if service == "smartca" else "tran-1"
    assert reference in clicked(mocks, service, reference)
    done = later.signing.collect(key)
    assert done.signed is not None
    assert later.signing.verify(done.signed.data, act=ActKind.CITIZEN).verdict is Verdict.VALID
    assert client().signing.collect(key) == done
    assert key not in later.signing.waiting()
    assert mocks.systems[service].state()["calls"]["sign" if service == "smartca" else "signHash"] == 1


def test_a_request_that_was_never_answered_is_asked_about(client, mocks):
    """SmartCA acted and the answer was lost: the request is found again; nothing is sent twice."""
    before = mocks.smartca.state()["calls"].get("sign", 0)
    mocks.smartca.faults.script("sign", [Fault.GATEWAY_502_AFTER])
    gov = client()
    asked = gov.signing.request(XML, act=ActKind.CITIZEN, through="smartca", user=USER, key="mat-tra-loi")
    assert asked.state == "waiting"
    mocks.smartca.confirm("mat-tra-loi")
    assert gov.signing.collect("mat-tra-loi").state == "signed"
    assert mocks.smartca.state()["calls"]["sign"] == before + 1


@pytest.mark.parametrize(
    ("service", "call", "fault"),
    [("smartca", "sign", Fault.HTTP_500), ("mysign", "signHash", Fault.GATEWAY_502_AFTER)],
)
def test_what_nobody_knows_stays_open(client, mocks, service, call, fault):
    """Nobody can say whether the service heard: open, for a person to decide, and never sent again."""
    system, key = mocks.systems[service], f"mo-{service}"
    system.faults.script(call, [fault])
    gov = client()
    before = system.state()["calls"].get(call, 0)
    with pytest.raises(OutcomeUnknown):
        gov.signing.request(XML, act=ActKind.CITIZEN, through=service, user=USER, key=key)
    assert gov.signing.collect(key).state == "open"
    assert gov.signing.request(XML, act=ActKind.CITIZEN, through=service, user=USER, key=key).state == "open"
    assert system.state()["calls"][call] == before + 1
    assert gov.signing.abandon(key).state == "abandoned"
    assert key not in gov.signing.waiting()
    assert gov.signing.collect(key).state == "abandoned"


def test_what_surely_never_arrived_may_be_asked_again(client, mocks):
    """The service is down: an error, and the same key serves once it is back."""
    gov = client(SMARTCA__ATTEMPTS="1")
    asked = {"act": ActKind.CITIZEN, "through": "smartca", "user": USER, "key": "thu-lai"}
    gov.signing.request(XML, **{**asked, "key": "truoc-do"})
    mocks.stop("smartca")
    with pytest.raises(Unreachable):
        gov.signing.request(XML, **asked)
    mocks.start("smartca")
    assert client().signing.request(XML, **asked).state == "waiting"


def test_a_refused_request_frees_its_key(client, mocks):
    """The service knows the id already and says no: nothing is kept."""
    other = client()
    other.signing.request(XML, act=ActKind.CITIZEN, through="smartca", user=USER, key="hai-lan")
    with pytest.raises(Refused):
        client(DATABASE_URL="sqlite:///:memory:").signing.request(
            XML, act=ActKind.CITIZEN, through="smartca", user=USER, key="hai-lan"
        )
    assert other.signing.collect("hai-lan").state == "waiting"


def test_the_user_may_say_no(client, mocks):
    """Rejected at MySign is final."""
    gov = client()
    gov.signing.request(XML, act=ActKind.CITIZEN, through="mysign", user=USER, key="tu-choi")
    clicked(mocks, "mysign", f"tran-{len(mocks.mysign.state()['requests'])}", "reject")
    assert gov.signing.collect("tu-choi").state == "rejected"
    assert gov.signing.collect("tu-choi").final
    assert b"25000" not in (json.dumps(mocks.mysign.state())).encode()


def test_unfit_requests_are_refused(client):
    """An unknown service, an unknown request, a certificate the user has not."""
    gov = client()
    with pytest.raises(NotSupported):
        gov.signing.request(XML, act=ActKind.CITIZEN, through="portal", user=USER, key="a")
    with pytest.raises(InvalidInput):
        gov.signing.collect("chua-tung-co")
    with pytest.raises(InvalidInput):
        gov.signing.request(XML, act=ActKind.CITIZEN, through="mysign", user=USER, key="../x")
    with pytest.raises(SigningRefused) as caught:
        gov.signing.request(XML, act=ActKind.CITIZEN, through="mysign", user=USER, key="b", certificate="cred-0")
    assert caught.value.code == "signing.remote.certificate"


def test_long_term_pdf_through_the_facade(client, pdf):
    """Level LT by one word; other formats say that they have no such level."""
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    gov = client()
    signed = gov.signing.sign(pdf, act=ActKind.AGENCY, level=Level.LT)
    assert b"/DSS" in signed.data
    assert gov.signing.verify(signed.data).verdict is Verdict.VALID
    assert gov.signing.extend(gov.signing.sign(pdf, act=ActKind.AGENCY).data)
    with pytest.raises(NotSupported):
        gov.signing.sign(XML, act=ActKind.AGENCY, level=Level.LT)
    bare = client(TIMESTAMP__BASE_URL=None)
    with pytest.raises(SigningRefused) as caught:
        bare.signing.sign(pdf, act=ActKind.AGENCY, level=Level.LT)
    assert caught.value.code == "signing.timestamp.missing"


def test_the_digest_names_what_ends_soon():
    """Within fourteen days by default."""
    with GovConnect.offline() as gov:
        assert gov.signing.expiring() == ()
        assert len(gov.signing.expiring(days=4000)) >= 3


def test_the_environment_of_the_mocks_is_whole():
    """Every variable of `mocks serve` is a setting."""
    settings = Settings.from_mapping(signing_environment(Pki(dt.datetime.now(dt.UTC))))
    assert settings.signing is not None
    assert "BEGIN" not in repr(settings.signing.personal.file if settings.signing.personal else "")
