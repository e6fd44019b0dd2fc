"""The further portal endpoints for a host: corrections, land-tax messages, look-ups, file downloads (§2.8, §5)."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from gov_connect.adapters.national_payment.bills import DUE, NOT_DUE, UNKNOWN_DOSSIER
from gov_connect.adapters.national_portal import pushes
from gov_connect.adapters.national_portal.inbound import (
    CREATED,
    DUPLICATE,
    FAILED,
    SECOND_PATH,
    UNMAPPED,
    answer,
    number_of,
    unmapped,
)
from gov_connect.errors import GovConnectError, InvalidInput
from gov_connect.inbound.reply import InboundReply, json_reply
from gov_connect.resilience.attempts import LOGGER
from gov_connect.runtime import Blocking

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.adapters.national_portal import NationalPortal
    from gov_connect.delivery import Ledger, Received
    from gov_connect.inbound.records import InboundRecords
    from gov_connect.model import Dossier, DossierCode, InboundDossier, Payable, ProcedureCode, TaxNotice, TaxVoucher
    from gov_connect.payments import NoticeReply
    from gov_connect.runtime import Clock, Inner, Program

T = TypeVar("T")
TAX_SYSTEM: Final = "portal_tax"
_NOT_FOUND, _BUSY, _FAILED_INSIDE = 404, 429, 500
_LONGEST_ANSWER: Final = 2000
_MINUTE: Final = 60.0
_MISSING: Final = "not found"
_HOST_FAILED: Final = "host failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What the host software offers to the kit; what is None is answered "not found" or refused.

    Attributes:
        on_dossier: told of each new dossier and of each correction (`updating`); None leaves that to the
            durable handlers (`@gov.on(DossierReceived)`), and the portal is answered once they have committed.
        on_voucher: told of each land-tax voucher.
        on_notice: told of each land-tax notice.
        find_dossier: one dossier by its number, local or the portal's.
        find_payable: what is payable for a dossier; None says nothing is, and "not found" is answered where
            `find_dossier` does not know the dossier either. Its answer has the envelope of payment.md §1.7.
        open_file: content of a released file by the host's own reference.
        knows: whether a procedure is taken here; None takes every one.
        look_ups_per_minute: of all kinds together.
        on_payment: told of each accepted notice of a payment gateway; None leaves their paths unknown.
        flat: whether search/call answers the values beside `error_code` instead of inside `result`. The fields
            are known, the envelope around them is not (§2.8).
    """

    on_dossier: Callable[[InboundDossier], None] | None = None
    on_voucher: Callable[[TaxVoucher], None] | None = None
    on_notice: Callable[[TaxNotice], None] | None = None
    find_dossier: Callable[[DossierCode], Dossier | None] | None = None
    find_payable: Callable[[DossierCode], Payable | None] | None = None
    open_file: Callable[[str], bytes | None] | None = None
    look_ups_per_minute: int = 600
    on_payment: Callable[[NoticeReply], None] | None = None
    flat: bool = False
    knows: Callable[[ProcedureCode], bool] | None = None


class PortalKit:
    """Answers every further path of the portal for one agency; `InboundHandler` asks it."""

    def __init__(
        self,
        *,
        portal: NationalPortal[Inner],
        ledger: Ledger,
        records: InboundRecords,
        clock: Clock,
        host: Host,
        client_id: str = "",
    ) -> None:
        self._portal = portal
        self._ledger = ledger
        self._records = records
        self._clock = clock
        self._host = host
        self._client_id = client_id
        self._asked: deque[float] = deque()
        self._lock = threading.Lock()

    @property
    def tells_what_is_owed(self) -> bool:
        """Whether the host itself says what is payable; otherwise the order book does."""
        return self._host.find_payable is not None

    def handles(self, path: str) -> bool:
        """Whether a path is one of the kit's."""
        return self._route(path) is not None

    def handle(self, path: str, body: bytes) -> Program[InboundReply]:
        """Answer one request; never raises for what the sender did."""
        run = self._route(path)
        if run is None:
            return json_reply(answer(FAILED, "", _MISSING), status=_NOT_FOUND)
        try:
            return (yield from run(path, body))
        except GovConnectError as error:
            reason = error.code
            yield Blocking(lambda: self._records.keep_raw(path, body, reason))
            # The portal shows this text to people who can mend the message; it holds no values.
            return json_reply(answer(FAILED, number_of(body), error.text("en")[:_LONGEST_ANSWER]))

    def _route(self, path: str) -> Callable[[str, bytes], Program[InboundReply]] | None:
        parts = path.rstrip("/").split("/")
        routes = {
            SECOND_PATH: self._second,
            pushes.NOTICE_PATH: self._notice,
            pushes.PAYMENT_PATH: self._payable,
        }
        if "/".join(parts[-2:]) == pushes.SEARCH_PATH:
            return self._search
        if parts[-2:-1] == [pushes.FILE_PATH]:
            return self._file
        return routes.get(parts[-1])

    def _second(self, path: str, body: bytes) -> Program[InboundReply]:
        """A dossier, a correction of one, or a land-tax voucher (§2.8: both uses of one path)."""
        if pushes.service_of(body) == pushes.VOUCHER_SERVICE:
            return (yield from self._voucher(path, body))
        dossier = yield from self._portal.receive(body, path=path)
        code, knows = str(dossier.code), self._host.knows
        if knows is not None and not (yield Blocking(lambda: knows(dossier.procedure))):
            yield Blocking(lambda: self._records.keep_raw(path, body, UNMAPPED))
            return json_reply(unmapped(dossier))
        known = yield Blocking(lambda: self._ledger.has_received(system=self._portal.system, key=code))
        if dossier.updating and not known:
            yield Blocking(lambda: self._records.keep_raw(path, body, "unknown dossier"))
            return json_reply(answer(FAILED, code, "no dossier to update"))
        key = f"{code}/{hashlib.sha256(body).hexdigest()[:16]}" if dossier.updating else code
        first = yield from self._take(self._portal.system, key, path, body, lambda: self._told_of(dossier))
        if first is None:
            return json_reply(answer(FAILED, code, _HOST_FAILED))
        if dossier.updating:  # the same correction once more is done already
            return json_reply(answer(CREATED, code, "update dossier success"))
        text = "create dossier success" if first else "duplicate refId"
        return json_reply(answer(CREATED if first else DUPLICATE, code, text))

    def _told_of(self, dossier: InboundDossier) -> None:
        if self._host.on_dossier is not None:
            self._host.on_dossier(dossier)

    def _voucher(self, path: str, body: bytes) -> Program[InboundReply]:
        voucher = pushes.read_voucher(body)
        tell = self._host.on_voucher
        if tell is None:
            return json_reply(answer(FAILED, str(voucher.dossier), "not accepted here"))
        key = f"{voucher.dossier}/{voucher.notice}"
        if voucher.updating:
            key += f"/{hashlib.sha256(body).hexdigest()[:16]}"
        first = yield from self._take(TAX_SYSTEM, key, path, body, lambda: tell(voucher))
        if first is None:
            return json_reply(answer(FAILED, str(voucher.dossier), _HOST_FAILED))
        if not first and not voucher.updating:
            return json_reply(answer(DUPLICATE, str(voucher.dossier), "duplicate refId"))
        # S13 has its own wording and no bar.
        return json_reply({"error_code": CREATED, "message": f"Gửi dữ liệu thành công : {voucher.dossier}"})

    def _notice(self, path: str, body: bytes) -> Program[InboundReply]:
        notice = pushes.read_notice(body, at=self._clock.now())
        tell = self._host.on_notice
        if tell is None:
            return json_reply(answer(FAILED, "", "not accepted here"))
        key = f"notice/{hashlib.sha256(notice.document).hexdigest()}"
        first = yield from self._take(TAX_SYSTEM, key, path, body, lambda: tell(notice))
        if first is None:
            return json_reply(answer(FAILED, "", _HOST_FAILED))
        text = "receive notice success" if first else "duplicate refId"
        return json_reply(answer(CREATED if first else DUPLICATE, "", text))

    def _take(self, system: str, key: str, path: str, body: bytes, tell: Callable[[], None]) -> Program[bool | None]:
        """Store, then tell the host: whether this is the first delivery, or None when the host failed.

        A host that failed is told again when the portal sends again.
        """
        text = body.decode("utf-8-sig")
        stored: Received = yield Blocking(lambda: self._ledger.receive(system=system, key=key, path=path, body=text))
        if stored.untold:
            try:
                yield Blocking(tell)
            except Exception:
                logging.getLogger(LOGGER).exception("host_failed")
                return None
            yield Blocking(lambda: self._ledger.told(system=system, key=stored.key))
        return stored.first

    def _search(self, _path: str, body: bytes) -> Program[InboundReply]:
        find = self._host.find_dossier

        def look(code: DossierCode) -> dict[str, Any] | None:
            found = None if find is None else find(code)
            return None if found is None else dict(pushes.summary(found))

        return (yield from self._told(pushes.SEARCH_PATH, pushes.read_question(body, "masohoso"), look))

    def _payable(self, _path: str, body: bytes) -> Program[InboundReply]:
        """What is owed, in the three-way envelope of payment.md §1.7: 1 with the object, 0 or -1 with []."""
        find, find_dossier = self._host.find_payable, self._host.find_dossier

        def look(code: DossierCode) -> dict[str, Any] | None:
            found = None if find is None else find(code)
            if found is not None:
                return pushes.payable(found, at=self._clock.now(), client=self._client_id)
            unknown = find is None or (find_dossier is not None and find_dossier(code) is None)
            return None if unknown else {}

        try:
            code = pushes.read_question(body, "MaHoSo")
        except InvalidInput as error:
            reason = error.code
            yield Blocking(lambda: self._records.keep_raw(pushes.PAYMENT_PATH, body, reason))
            return json_reply({"error_code": UNKNOWN_DOSSIER, "message": []})
        outcome, owed = yield from self._looked(pushes.PAYMENT_PATH, code, look)
        if owed is None:
            status = {"limited": _BUSY, "failed": _FAILED_INSIDE}.get(outcome, 200)
            return json_reply({"error_code": UNKNOWN_DOSSIER, "message": []}, status=status)
        return json_reply({"error_code": DUE, "message": owed} if owed else {"error_code": NOT_DUE, "message": []})

    def _told(
        self, path: str, code: DossierCode, look: Callable[[DossierCode], dict[str, Any] | None]
    ) -> Program[InboundReply]:
        """Answer a look-up: limited before it is made, written down, the same for whatever is not there."""
        outcome, values = yield from self._looked(path, code, look)
        if outcome == "limited":
            return json_reply(answer(FAILED, str(code), "too many look-ups"), status=_BUSY)
        if values is None:
            return json_reply(answer(FAILED, str(code), _HOST_FAILED if outcome == "failed" else _MISSING))
        around = values if self._host.flat else {"result": [values]}
        return json_reply({"error_code": CREATED, "message": "", **around})

    def _looked(
        self, path: str, code: DossierCode, look: Callable[[DossierCode], dict[str, Any] | None]
    ) -> Program[tuple[str, dict[str, Any] | None]]:
        """Make a look-up within the limit and write it down: how it ended, and what was found."""
        limited = not self.may_look()
        values, failed = (None, False) if limited else (yield from self._asked_host(lambda: look(code)))
        outcome = "limited" if limited else "failed" if failed else "not_found" if values is None else "found"
        yield Blocking(lambda: self._records.looked_up(path, str(code), outcome))
        return outcome, values

    def _file(self, path: str, _body: bytes) -> Program[InboundReply]:
        file_id = path.rstrip("/").rpartition("/")[2]
        limited = not self.may_look()
        found = yield Blocking(lambda: None if limited else self._records.released(file_id))
        content, failed, open_file = None, False, self._host.open_file
        if found is not None and open_file is not None:
            content, failed = yield from self._asked_host(lambda: open_file(found.reference))
        outcome = "limited" if limited else "failed" if failed else "not_found" if content is None else "found"
        subject = found.dossier if found is not None else ""
        yield Blocking(lambda: self._records.looked_up(pushes.FILE_PATH, subject, outcome))
        if limited or found is None or content is None:
            status = _BUSY if limited else _FAILED_INSIDE if failed else _NOT_FOUND
            return json_reply(answer(FAILED, "", "too many look-ups" if limited else _MISSING), status=status)
        return InboundReply(status=200, body=content, content_type=found.content_type)

    def _asked_host(self, work: Callable[[], T]) -> Program[tuple[T | None, bool]]:
        """What the host says, and whether it failed: a failure is not "not found"."""
        try:
            return (yield Blocking(work)), False
        except Exception:
            logging.getLogger(LOGGER).exception("host_failed")
            return None, True

    def may_look(self) -> bool:
        """Whether one more look-up fits into this minute; it is counted."""
        now = self._clock.monotonic()
        with self._lock:
            while self._asked and self._asked[0] <= now - _MINUTE:
                self._asked.popleft()
            if len(self._asked) >= self._host.look_ups_per_minute:
                return False
            self._asked.append(now)
            return True
