"""Remote signing: SmartCA and MySign against their mocks, plain CSC; from the hash to the verified file."""

from __future__ import annotations

import base64
import json

import pytest

from gov_connect.adapters.csc import Csc, CscSettings
from gov_connect.adapters.mysign import MySign, MySignSettings
from gov_connect.adapters.smartca import SmartCa, SmartCaSettings
from gov_connect.adapters.smartca import wire as smartca_wire
from gov_connect.adapters.smartca.operations import _in_order
from gov_connect.errors import AuthenticationFailed, OutcomeUnknown, Refused, TimedOut, UnexpectedReply, Unreachable
from gov_connect.mocks import Fault
from gov_connect.mocks.core import MockReply, MockRequest
from gov_connect.mocks.csc import ACCESS_TOKEN, CREDENTIAL, PIN, CscMock
from gov_connect.mocks.mysign import CLIENT_ID, CLIENT_SECRET, MySignMock
from gov_connect.mocks.smartca import SP_ID, SP_PASSWORD, Account, SmartCaMock
from gov_connect.model import AgencyCode, CitizenId
from gov_connect.resilience import Guard, Limits
from gov_connect.runtime import (
    Acting,
    Context,
    CountingIds,
    ManualClock,
    Memory,
    Reply,
    SeededRandom,
    Send,
    Sleep,
    Sync,
)
from gov_connect.signing import ActKind, Format, SigningRefused, Verdict
from gov_connect.signing.remote import RemoteResult, RemoteState, signature

USER = CitizenId("000000000001")


class Engine:
    """Carries programs out against a mock, without sockets and without waiting."""

    def __init__(self, mock, clock):
        self._mock = mock
        self._guard = Guard(Limits(), clock=clock, chance=SeededRandom(0), observers=())

    def conduct(self, flow, call, acting):
        return self._guard.conduct(flow, call, acting)

    def run(self, program):
        try:
            ask = next(program)
            while True:
                ask = self._answer(program, ask)
        except StopIteration as done:
            return done.value

    def _answer(self, program, ask):
        if isinstance(ask, Sleep):
            return program.send(None)
        assert isinstance(ask, Send)
        request = ask.request
        path = "/" + request.url.split("/", 3)[3]
        headers = {name.lower(): value for name, value in request.headers.items()}
        reply = self._mock.handle(MockRequest(method="POST", path=path, headers=headers, body=request.body))
        if reply.hold:
            from gov_connect.errors import TimedOut  # noqa: PLC0415

            return program.throw(TimedOut(system=request.system))
        return program.send(Reply(status=reply.status, headers=dict(reply.headers), body=reply.body))


@pytest.fixture
def adapter(made):
    """An adapter on a mock."""

    def make(kind, mock, settings):
        clock = ManualClock(made.NOW)
        return kind[Sync](
            Context(
                acting=Acting(agency=AgencyCode("H99.201")),
                settings=settings,
                production=False,
                clock=clock,
                ids=CountingIds(),
                memory=Memory(clock),
                engine=Engine(mock, clock),
            )
        )

    return make


@pytest.fixture
def account(pki):
    """The citizen's account at either service."""
    serial = f"{pki.citizen.certificate.serial_number:x}"
    above = (pki.citizen.der, pki.public_ca.der)
    return Account(user="000000000001", key=pki.citizen.key_der, certificates=above, serial=serial)


@pytest.fixture
def smartca(adapter, account):
    """SmartCA with one account; keywords change settings, `faults` plans faults."""

    def make(faults=None, **facts):
        mock = SmartCaMock(faults=faults)
        mock.add(account)
        settings = {"base_url": "http://smartca.test", "sp_id": SP_ID, "sp_password": SP_PASSWORD, **facts}
        return adapter(SmartCa, mock, SmartCaSettings(**settings)), mock

    return make


@pytest.fixture
def mysign(adapter, account):
    """MySign with one account."""

    def make(faults=None, **facts):
        mock = MySignMock(faults=faults)
        mock.add(account)
        settings = {"base_url": "http://mysign.test", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **facts}
        return adapter(MySign, mock, MySignSettings(**settings)), mock

    return make


@pytest.fixture
def prepared(signing, pki, xml):
    """An XML document and a message, prepared for the citizen's certificate."""
    chain = [pki.citizen.certificate, pki.public_ca.certificate]
    return [
        signing.prepare(xml, ActKind.CITIZEN, chain),
        signing.prepare(b"noi dung", ActKind.CITIZEN, chain, format=Format.CMS),
    ]


def clicked(mock, reference: str, action: str) -> None:
    """A tap on the phone."""
    mock.handle(MockRequest(method="POST", path=f"/phone/{reference}", body=f"action={action}".encode()))


def test_smartca_signs_after_the_click(smartca, signing, prepared, pki):
    """Certificates, request, waiting, a tap, values in our order, verified and embedded."""
    remote, mock = smartca()
    (found,) = remote.certificates(USER)
    assert found.certificates[0] == pki.citizen.certificate
    reference = remote.start(USER, found.reference, prepared, transaction="t1", description="Ký giấy tờ")
    assert remote.status(reference, 2).state is RemoteState.WAITING
    with pytest.raises(SigningRefused):
        remote.status(reference, 2).value_for(prepared[0])
    clicked(mock, reference, "confirm")
    result = remote.status(reference, 2)
    files = [signing.complete(one, result.value_for(one, place)).data for place, one in enumerate(prepared)]
    assert signing.verify(files[0]).verdict is Verdict.VALID
    assert signing.verify(files[1], content=b"noi dung").verdict is Verdict.VALID
    with pytest.raises(SigningRefused) as caught:
        signing.complete(prepared[0], result.value_for(prepared[0], 1))
    assert caught.value.code == "signing.value.wrong"


def test_smartca_reads_either_reference(smartca, prepared):
    """The id of our own, or the code of the service, by setting."""
    remote, _mock = smartca(status_by="tran_code")
    serial = remote.certificates(USER)[0].reference
    assert remote.start(USER, serial, prepared, transaction="t1").startswith("TC-")


def test_smartca_says_what_it_refuses(smartca, prepared):
    """Our account, an unknown user, an id used before."""
    remote, _mock = smartca(sp_password="sai")
    with pytest.raises(AuthenticationFailed):
        remote.certificates(USER)
    remote, _mock = smartca()
    with pytest.raises(Refused):
        remote.certificates(CitizenId("000000000002"))
    serial = remote.certificates(USER)[0].reference
    remote.start(USER, serial, prepared, transaction="t1")
    with pytest.raises(Refused):
        remote.start(USER, serial, prepared, transaction="t1")


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.GATEWAY_502_AFTER, Fault.MALFORMED])
def test_an_unknown_outcome_is_asked_about_never_repeated(smartca, prepared, fault):
    """The answer was lost after the service acted: the status call finds the request; the user is asked once."""
    remote, mock = smartca()
    serial = remote.certificates(USER)[0].reference
    mock.faults.script("sign", [fault])
    assert remote.start(USER, serial, prepared, transaction="t1") == "t1"
    assert mock.state()["calls"]["sign"] == 1
    assert mock.state()["requests"] == {"t1": "waiting"}


@pytest.mark.parametrize(
    "answer",
    [
        Unreachable(system="smartca"),
        TimedOut(system="smartca", seconds=3),
        AuthenticationFailed(system="smartca"),
        UnexpectedReply(system="smartca", reason="not_json"),
        RemoteResult(state=RemoteState.WAITING, raw_code="transaction_not_found"),
    ],
)
def test_a_question_that_fails_leaves_the_request_unknown(smartca, prepared, answer, monkeypatch):
    """The request may be on the phone: "nothing was sent" would let it be asked for twice."""
    remote, mock = smartca()
    serial = remote.certificates(USER)[0].reference
    mock.faults.script("sign", [Fault.TIMEOUT_AFTER])

    def asked(*_given):
        yield from ()
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(remote, "_status", asked)
    with pytest.raises(OutcomeUnknown):
        remote.start(USER, serial, prepared, transaction="t1")


def test_smartca_reads_its_data_as_text_too():
    """A gateway on the way may have made JSON text of it."""
    inner = {"signatures": [{"doc_id": "t1-0", "signature_value": "AAAA"}]}
    answer = {"status_code": 200, "message": " SUCCESS", "data": json.dumps(inner)}
    assert (
        smartca_wire.read(Reply(status=200, body=json.dumps(answer).encode()))[0]["signatures"] == inner["signatures"]
    )


def test_a_value_with_nothing_in_it_is_no_signature():
    """A value of null is not signed."""
    with pytest.raises(UnexpectedReply, match="no_signature"):
        signature(b"", "smartca")
    with pytest.raises(UnexpectedReply, match="no_signature"):
        _in_order([{"docid": "t1-0", "signaturevalue": None}], 1)
    assert _in_order([{"docid": "t1-0", "signaturevalue": "AAAA"}], 1) == (bytes(3),)


def test_what_never_arrived_stays_unknown(smartca, prepared):
    """The service knows nothing of it: the caller decides, with a new id."""
    remote, mock = smartca()
    serial = remote.certificates(USER)[0].reference
    mock.faults.script("sign", [Fault.HTTP_500])
    with pytest.raises(OutcomeUnknown):
        remote.start(USER, serial, prepared, transaction="t1")
    assert mock.state()["calls"]["sign"] == 1


class Says:
    """Answers as the mock does, but for one call: there it says something else once the mock has acted."""

    def __init__(self, mock, path, status, body):
        self._mock, self._path, self._reply = mock, path, MockReply(status=status, body=json.dumps(body).encode())

    def handle(self, request):
        answer = self._mock.handle(request)
        return self._reply if request.path.endswith(self._path) else answer


@pytest.mark.parametrize("status", [200, 500])
def test_a_fault_inside_smartca_is_asked_about(smartca, adapter, prepared, status):
    """SERVER_INTERNAL_ERROR may come after the request went to the phone: no refusal that invites another one."""
    remote, mock = smartca()
    serial = remote.certificates(USER)[0].reference
    answer = {"status_code": 500, "message": "SERVER_INTERNAL_ERROR", "data": None}
    settings = SmartCaSettings(base_url="http://smartca.test", sp_id=SP_ID, sp_password=SP_PASSWORD)
    faulty = adapter(SmartCa, Says(mock, "/sign", status, answer), settings)
    assert faulty.start(USER, serial, prepared, transaction="t1") == "t1"
    assert mock.state()["calls"]["sign"] == 1


@pytest.mark.parametrize(
    ("status", "answer"),
    [(200, {"error": 50000, "error_description": "Internal"}), (500, {"error": "unknown", "error_description": ""})],
)
def test_a_fault_inside_other_services_leaves_the_outcome_unknown(adapter, account, mysign, prepared, status, answer):
    """MySign makes its own ids, and a CSC authorisation is used up: nobody can say whether it was signed."""
    remote, mock = mysign()
    settings = MySignSettings(base_url="http://mysign.test", client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    faulty = adapter(MySign, Says(mock, "/signHash", status, answer), settings)
    with pytest.raises(OutcomeUnknown):
        faulty.start(USER, remote.certificates(USER)[0].reference, prepared)
    plain = CscSettings(base_url="http://csc.test", access_token=ACCESS_TOKEN, credential=CREDENTIAL)
    with pytest.raises(OutcomeUnknown):
        adapter(Csc, Says(CscMock(account=account), "/signHash", 500, answer), plain).sign(prepared, pin=PIN)


def test_a_certificate_that_is_not_there_yet_hides_no_other(adapter, pki):
    """A row without certificate, as of a seal that was asked for, beside the officer's own."""
    own = {"serial_number": "1a", "cert_data": base64.b64encode(pki.citizen.der).decode()}
    rows = [{"service_type": "ESEAL", "serial_number": None, "cert_data": None}, own]
    answer = {"status_code": "200", "message": "SUCCESS", "data": {"user_certificates": rows}}
    settings = SmartCaSettings(base_url="http://smartca.test", sp_id=SP_ID, sp_password=SP_PASSWORD)
    remote = adapter(SmartCa, Says(SmartCaMock(), "/get_certificate", 200, answer), settings)
    assert [one.reference for one in remote.certificates(USER)] == ["1a"]


def test_a_sentence_of_smartca_is_shown_to_nobody(smartca, adapter, prepared):
    """It may speak of the officer; whoever waits goes on waiting."""
    _remote, mock = smartca()
    answer = {"status_code": 200, "message": "Người dùng 000000000001 chưa xác nhận", "data": None}
    settings = SmartCaSettings(base_url="http://smartca.test", sp_id=SP_ID, sp_password=SP_PASSWORD)
    result = adapter(SmartCa, Says(mock, "/status", 200, answer), settings).status("t1")
    assert result.state is RemoteState.WAITING
    with pytest.raises(SigningRefused) as caught:
        result.value_for(prepared[0])
    assert "000000000001" not in f"{result!r} {caught.value} {caught.value.params}"


def test_mysign_signs_after_the_click(mysign, signing, prepared, pki):
    """A token per user, certificates with their issuer, hashes, a tap, values by place."""
    remote, mock = mysign()
    (found,) = remote.certificates(USER)
    assert found.certificates == (pki.citizen.certificate, pki.public_ca.certificate)
    reference = remote.start(USER, found.reference, prepared, description="Ký giấy tờ")
    assert remote.status(USER, reference, 2).state is RemoteState.WAITING
    mock.expire_tokens()
    clicked(mock, reference, "confirm")
    result = remote.status(USER, reference, 2)
    data = signing.complete(prepared[0], result.value_for(prepared[0])).data
    assert signing.verify(data).verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        ("rejected", RemoteState.REJECTED, "signing.remote.rejected"),
        ("expired", RemoteState.EXPIRED, "signing.remote.expired"),
    ],
)
def test_mysign_says_why_there_is_no_value(mysign, prepared, answer, state, code):
    """Rejected on the phone, or too late."""
    remote, mock = mysign()
    reference = remote.start(USER, remote.certificates(USER)[0].reference, prepared)
    mock.answer(reference, answer)
    result = remote.status(USER, reference, 2)
    assert result.state is state
    with pytest.raises(SigningRefused) as caught:
        result.value_for(prepared[0])
    assert caught.value.code == code


def test_mysign_says_what_it_refuses(mysign, prepared):
    """Secret, user, credential; an unanswered request stays unknown and is not sent again."""
    remote, _mock = mysign(client_secret="sai")
    with pytest.raises(AuthenticationFailed):
        remote.certificates(USER)
    remote, mock = mysign()
    with pytest.raises(AuthenticationFailed):
        remote.certificates(CitizenId("000000000002"))
    with pytest.raises(Refused):
        remote.start(USER, "cred-0", prepared)
    mock.faults.script("signHash", [Fault.TIMEOUT_AFTER])
    with pytest.raises(OutcomeUnknown):
        remote.start(USER, remote.certificates(USER)[0].reference, prepared)


def test_plain_csc_signs_what_was_authorised(adapter, account, signing, prepared, pki):
    """Certificates, authorisation bound to the hashes, values in order; a wrong PIN or token is refused."""

    def make(token=ACCESS_TOKEN):
        settings = CscSettings(base_url="http://csc.test", access_token=token, credential=CREDENTIAL)
        return adapter(Csc, CscMock(account=account), settings)

    remote = make()
    assert remote.certificates().certificates[0] == pki.citizen.certificate
    result = remote.sign(prepared, pin=PIN)
    data = signing.complete(prepared[0], result.value_for(prepared[0])).data
    assert signing.verify(data).verdict is Verdict.VALID
    with pytest.raises(Refused):
        remote.sign(prepared, pin="1234")
    with pytest.raises(AuthenticationFailed):
        make("other").certificates()


def test_a_whole_message_is_taken_for_its_value(signing, prepared, pki, key_of, made):
    """Some accounts answer with PKCS#7: its value counts only over our attributes, by our certificate."""
    key = key_of(pki.citizen)
    mine = prepared[1]
    message = signing.complete(mine, key.sign(mine.to_sign)).data
    result = RemoteResult(state=RemoteState.SIGNED, values=(message,))
    assert signing.complete(mine, result.value_for(mine)).data == message
    for other in (prepared[0], signing.prepare(b"khac", ActKind.CITIZEN, key.certificates, format=Format.CMS)):
        with pytest.raises(SigningRefused) as caught:
            result.value_for(other)
        assert caught.value.code == "signing.remote.mismatch"
    with pytest.raises(SigningRefused):
        RemoteResult(state=RemoteState.SIGNED, values=(b"short",)).value_for(mine)
