"""The portal behind the agency's adapter: login, sessions, services, and the push of what citizens submit."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import unquote

from gov_connect.mocks.core import (
    VIETNAM,
    Call,
    MockReply,
    MockRequest,
    MockSystem,
    json_object,
    json_reply,
    json_value,
    media_type,
    vietnam_now,
)
from gov_connect.mocks.faults import Fault
from gov_connect.mocks.portal._catalogue import PROCEDURES
from gov_connect.mocks.portal._dossiers import PortalDossier
from gov_connect.mocks.portal._more import MORE_SERVICES
from gov_connect.mocks.portal._push import answer_code, flat_body, push_of
from gov_connect.mocks.portal._services import (
    SERVICES,
    Answer,
    Desk,
    Envelope,
    read_envelope,
    refusal,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.mocks.core import Clock, Outgoing
    from gov_connect.mocks.faults import FaultPlan

FORWARD_PREFIXES: Final = ("/XrdAdapter/RestService/forward/", "/VXPAdapter/RestService/forward/")
LOGIN_ENDPOINT: Final = "mapi/login"
# The literal values of the two data paths were not found (national_portal.md §1.1); these are the mock's own.
SHARE_ENDPOINT: Final = "mapi/share"
INTEGRATION_ENDPOINT: Final = "mapi/integration"
# §2.2: a province may offer these two instead, for bare arrays (URLThemMoi, URLCapNhat; SEEN).
INSERT_ENDPOINT: Final = "mapi/themmoi"
UPDATE_ENDPOINT: Final = "mapi/capnhat"
DSTCODE: Final = "VN:GOV:000.00.00.G22:vpcpdvcprovider"
USERNAME: Final = "H99.201"
PASSWORD: Final = "mat-khau-vi-du"  # noqa: S105 - the example password of an invented agency
PUSH_OPERATION: Final = "addtthcKhuyenMai"
_PERSON: Final = re.compile(r"[0-9]{9}|[0-9]{12}")
_TWICE: Final = frozenset((Fault.DUPLICATE,))
_ACKNOWLEDGED: Final = (0, 1)
_BARE: Final = {INSERT_ENDPOINT: "False", UPDATE_ENDPOINT: "True"}
_ENDPOINTS: Final = frozenset((LOGIN_ENDPOINT, SHARE_ENDPOINT, INTEGRATION_ENDPOINT, *_BARE))
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=VIETNAM)
_SUCCESS_CODES: Final[tuple[int | str, ...]] = (0, "0", "00")  # §1.4: all three are met


class PortalMock(MockSystem):
    """The national portal: keeps dossiers, answers services, pushes what citizens submit.

    `dstcode=""` stands for a test system that takes none. `generation=2` requires the newer fields as well.
    """

    name: ClassVar[str] = "portal"

    def __init__(
        self,
        *,
        faults: FaultPlan | None = None,
        now: Clock = vietnam_now,
        dstcode: str = DSTCODE,
        session_life: timedelta = timedelta(minutes=10),
        generation: int = 1,
    ) -> None:
        """Take the settings; credentials are the constants of this module."""
        super().__init__(faults=faults, now=now)
        self.dstcode = dstcode
        self.session_life = session_life
        self.generation = generation
        self.agency = USERNAME
        self.agency_url = ""
        self._clear()

    # -- the citizen's side

    def submit(self, dossier: Mapping[str, Any], *, agency: str = "") -> str:
        """Take a citizen's dossier (wire names, flat) and give its number; `pushes` says what to send."""
        with self._lock:
            procedure = dossier.get("MaTTHC")
            if procedure not in PROCEDURES:
                message = "the portal does not offer this procedure (MaTTHC)"
                raise ValueError(message)
            now = self._now()
            receiver = agency or self.agency
            day = f"{receiver}-{now:%y%m%d}"
            code = f"{day}-{self._numbers[day] + 1:04d}"
            body = flat_body(code, dossier, now)
            self._numbers[day] += 1
            self._submitted[code] = body
            self._dossiers[code] = PortalDossier(code=code, procedure=procedure, origin="portal", status="1")
            return code

    def pushes(self, code: str) -> tuple[Outgoing, ...]:
        """Give the POST for one dossier: none without a registered agency, two when planned as DUPLICATE."""
        with self._lock:
            if not self.agency_url:
                return ()
            push = push_of(self.agency_url, self._submitted[code])
            self._dossiers[code].pushes += 1
            fault = self._fault_for(PUSH_OPERATION, code, _TWICE)
            return (push, push) if fault else (push,)

    def pending_pushes(self) -> dict[str, tuple[Outgoing, ...]]:
        """Give what the agency has not acknowledged, to be pushed again."""
        with self._lock:
            waiting = [
                code
                for code, dossier in self._dossiers.items()
                if dossier.origin == "portal" and not dossier.acknowledged
            ]
            return {code: self.pushes(code) for code in waiting} if self.agency_url else {}

    def pushed(self, code: str, status: int, body: bytes) -> bool:
        """Take the agency's answer to a push: 0 (taken) and 1 (had it) acknowledge, nothing else does."""
        with self._lock:
            dossier = self._dossiers.get(code)
            if dossier is None:
                return True  # reset in between: nothing to push again
            answer = answer_code(status, body)
            dossier.push_answers.append(answer)
            dossier.acknowledged |= answer in _ACKNOWLEDGED
            return answer in _ACKNOWLEDGED

    def delivered(self, outgoing: Outgoing, status: int, body: bytes) -> bool:
        """Take the answer to a push."""
        return self.pushed(outgoing.subject, status, body)

    def dossier(self, code: str) -> PortalDossier:
        """Give one dossier, for checks; KeyError when there is none."""
        with self._lock:
            return self._dossiers[code]

    def people_of(self, code: str) -> frozenset[str]:
        """Give the numbers of the people whom a submission names."""
        with self._lock:
            texts = (str(value) for value in self._submitted.get(code, {}).values())
            return frozenset(text for text in texts if _PERSON.fullmatch(text))

    # -- the agency's side

    def _open(self, request: MockRequest) -> Call:
        prefix = next((prefix for prefix in FORWARD_PREFIXES if request.path.startswith(prefix)), "")
        endpoint = request.path.removeprefix(prefix) if prefix else ""
        turned_away = self._turned_away(request, endpoint)
        if turned_away is not None:
            return Call(operation="", subject="", run=lambda: turned_away)
        if endpoint in _BARE:
            return self._open_bare(request, _BARE[endpoint])
        content = json_object(request.body)
        if content is None:
            reply = json_reply(refusal("Nội dung không phải JSON"))
            return Call(operation="", subject="", run=lambda: reply)
        if endpoint == LOGIN_ENDPOINT:
            return Call(operation="", subject="", run=lambda: self._log_in(content))
        envelope = read_envelope(content)
        return Call(
            operation=envelope.service or "?",
            subject=envelope.subject(),
            run=lambda: self._serve(endpoint, envelope),
        )

    def _open_bare(self, request: MockRequest, updating: str) -> Call:
        """Records without envelope and session: the province's gateway knows who calls."""
        content = {"isUpdating": updating, "data": json_value(request.body)}
        envelope = Envelope(session="", agency=self.agency, service="DongBoHoSoMC", content=content)
        return Call(operation=envelope.service, subject=envelope.subject(), run=lambda: self._answer(envelope))

    def _turned_away(self, request: MockRequest, endpoint: str) -> MockReply | None:
        """Answer what does not get as far as the portal's services."""
        if endpoint not in _ENDPOINTS:
            return _adapter_error("Server.ServerProxy.UnknownService", "no such path")
        if not self._is_addressed(request):
            return _adapter_error("Server.ClientProxy.UnknownMember", "unknown or missing dstcode")
        if request.method != "POST":
            return json_reply(refusal("Chỉ nhận phương thức POST"), status=405)
        if media_type(request) != "application/json":
            return json_reply(refusal("Content-Type phải là application/json"), status=415)
        return None

    def _is_addressed(self, request: MockRequest) -> bool:
        if not self.dstcode:
            return True
        given = request.headers.get("dstcode") or request.query.get("dstcode", "")
        return unquote(given) == self.dstcode

    def _log_in(self, content: dict[str, Any]) -> MockReply:
        self._calls["login"] += 1
        if (content.get("username"), content.get("password")) != (USERNAME, PASSWORD):
            return json_reply(refusal("Sai tên đăng nhập hoặc mật khẩu"))
        session = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.faults.seed}/{len(self._sessions)}"))
        self._sessions[session] = self.now()
        return json_reply({"error_code": self._success("login"), "message": "Thành công", "session": session})

    def _serve(self, endpoint: str, envelope: Envelope) -> MockReply:
        issued = self._sessions.get(envelope.session)
        if issued is None or self.now() - issued > self.session_life:
            return json_reply(refusal("Phiên làm việc (session) không hợp lệ hoặc đã hết hạn"))
        service = SERVICES.get(envelope.service) or MORE_SERVICES.get(envelope.service)
        if service is None or endpoint != (SHARE_ENDPOINT if service.shared else INTEGRATION_ENDPOINT):
            return json_reply(refusal("Dịch vụ không tồn tại tại địa chỉ này"))
        reason = service.complaint(envelope)
        if reason:
            return json_reply(refusal(reason))
        return self._answer(envelope)

    def _answer(self, envelope: Envelope) -> MockReply:
        service = SERVICES.get(envelope.service) or MORE_SERVICES[envelope.service]
        answer: Answer = service.run(Desk(self._dossiers, self.generation, self._kept), envelope)
        if answer.refused:
            return json_reply(refusal(answer.message))
        content: dict[str, object] = {
            "error_code": self._success(envelope.service),
            "message": answer.message,
        }
        if answer.result is not None:
            content["result"] = answer.result
        return json_reply(content)

    def _success(self, service: str) -> int | str:
        """Alternate among the three spellings of success, each service starting elsewhere."""
        turn = len(service) + self._turns[service]
        self._turns[service] += 1
        return _SUCCESS_CODES[turn % len(_SUCCESS_CODES)]

    def _snapshot(self) -> dict[str, object]:
        dossiers = {code: dossier.snapshot() for code, dossier in self._dossiers.items()}
        return {
            "dossiers": dossiers,
            "born_at_portal": sum(1 for d in self._dossiers.values() if d.origin == "portal"),
            "unacknowledged": [c for c, d in self._dossiers.items() if d.origin == "portal" and not d.acknowledged],
            "by_status": dict(Counter(d.status for d in self._dossiers.values())),
            "kept": {name: len(rows) for name, rows in self._kept.items()},
            "warnings": [f"{code}: {text}" for code, d in self._dossiers.items() for text in d.warnings],
        }

    def _clear(self) -> None:
        self._sessions: dict[str, datetime] = {}
        self._dossiers: dict[str, PortalDossier] = {}
        self._submitted: dict[str, dict[str, Any]] = {}
        self._numbers: Counter[str] = Counter()
        self._turns: Counter[str] = Counter()
        self._kept: dict[str, list[Any]] = {}

    def _lose_sessions(self) -> None:
        for name in self._sessions:
            self._sessions[name] = _LONG_AGO


def _adapter_error(kind: str, message: str) -> MockReply:
    """Answer as the security server's adapter does, before the portal is reached (residents.md §5.2)."""
    reply = json_reply({"type": kind, "message": message, "detail": ""}, status=404)
    return MockReply(status=404, headers={**reply.headers, "x-road-error": kind}, body=reply.body)
