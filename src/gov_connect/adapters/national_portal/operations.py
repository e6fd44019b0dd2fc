"""Operations of the national portal: build a request, read an answer; no I/O."""

from __future__ import annotations

from collections.abc import Sequence

from gov_connect.adapters.national_portal import mapping, wire
from gov_connect.adapters.national_portal.catalogues import Catalogues
from gov_connect.adapters.national_portal.detail import procedure_detail
from gov_connect.adapters.national_portal.exchange import Exchange
from gov_connect.adapters.national_portal.inbound import read_push
from gov_connect.errors import (
    AuthenticationFailed,
    OutcomeUnknown,
    OutsideSystemError,
    Refused,
    UnexpectedReply,
)
from gov_connect.model import (
    Dossier,
    DossierCode,
    InboundDossier,
    Procedure,
    ProcedureCode,
    ProcedureDetail,
    ProgressStep,
    Value,
)
from gov_connect.runtime import Effect, F, Flow, Grade, Request, operation
from gov_connect.transport import send


class PutReceipt(Value):
    """The portal holds the dossier in the state that was put.

    Attributes:
        inserted: True when this call made it, False when it was there and is now updated.
        portal_id: the portal's own id, which only the 2026 generation gives.
        status_told: False when the 2026 generation made the dossier and could not be told its state: put it
            again with `portal_id`.
    """

    dossier: DossierCode
    inserted: bool
    portal_id: str = ""
    status_told: bool = True


class NationalPortal(Catalogues[F], Exchange[F]):
    """The national public-service portal (Cổng Dịch vụ công quốc gia), generation 1.4."""

    @operation(
        wire="LayDanhSachTTHC",
        generation="2020",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="national_portal.md §2.5",
    )
    def procedures(self) -> Flow[list[Procedure]]:
        """All procedures the portal lists, with code and name only."""
        answer = yield from self._list("LayDanhSachTTHC")
        return mapping.procedures(answer.result, self.system)

    @operation(
        wire="LayThuTuc",
        generation="2020",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="national_portal.md §2.5",
    )
    def procedure(self, code: ProcedureCode) -> Flow[Procedure | None]:
        """One procedure with its domain and result papers, or None when the portal has none."""
        found = yield from self._described(code)
        return None if found is None else found.procedure

    @operation(
        wire="LayThuTuc",
        generation="2020",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="national_portal.md §2.5, §5",
    )
    def procedure_detail(self, code: ProcedureCode) -> Flow[ProcedureDetail | None]:
        """One procedure in full: agencies, times and fees by channel, papers, results, legal bases."""
        return (yield from self._described(code))

    @operation(
        wire="TraCuuHoSo",
        generation="2020",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="national_portal.md §2.4",
    )
    def find(self, code: DossierCode) -> Flow[bool]:
        """Whether the portal knows the dossier; what else it says of it is not known."""
        return (yield from self._exists(code))

    @operation(
        wire="DongBoHoSoMC",
        generation="2020",
        effect=Effect.ASK_FIRST,
        grade=Grade.CONFIRMED,
        section="national_portal.md §2.2",
        looks_up=True,
    )
    def put(self, dossier: Dossier) -> Flow[PutReceipt]:
        """Make the portal hold this dossier in this state: insert or update, never both.

        Raises:
            Refused: the portal understood and said no.
            OutcomeUnknown: it was sent and may still arrive, and nothing since then says what became of it.
        """
        settings = self._settings
        record = mapping.record(dossier, generation=settings.fields, submitted_at=settings.submitted_at)
        exists = yield from self._exists(dossier.code)
        # Opened here first: a failure of it says nothing about the dossier.
        yield from self._session()
        doubt: OutcomeUnknown | UnexpectedReply | None = None
        chances = 3
        while True:
            chances -= 1
            try:
                return (yield from self._write(dossier.code, record, exists))
            except (OutcomeUnknown, UnexpectedReply) as error:
                doubt = doubt or error
            except OutsideSystemError as error:
                if doubt is None or _says_no(error):
                    raise
                raise self._unknown(doubt) from error
            if not chances:
                raise self._unknown(doubt) from doubt
            exists = yield from self._look_again(dossier.code, doubt)

    @operation(
        wire="CapNhatTienDoHoSoMC",
        generation="2020",
        effect=Effect.WRITE,
        grade=Grade.CONFIRMED,
        section="national_portal.md §2.3",
    )
    def report(self, steps: Sequence[ProgressStep]) -> Flow[int]:
        """Append processing steps, ten a call; gives how many were reported.

        The wire offers no way to look steps up (§2.3), so a call whose outcome is unknown is sent again with the
        very same rows: a step may then stand twice, which is told by its moment, status and text, and none is lost.
        """
        for part in mapping.chunks(steps, wire.CHUNK):
            rows = [mapping.step_row(step) for step in part]
            self._done((yield from self._talk("CapNhatTienDoHoSoMC", {"data": rows})))
        return len(steps)

    @operation(
        wire="addtthcKhuyenMai",
        generation="2020",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="national_portal.md §2.8",
    )
    def receive(self, body: bytes, *, path: str) -> Flow[InboundDossier]:
        """Read a dossier that the portal pushed; nothing is sent.

        Raises:
            InvalidInput: the push breaks its rules; every problem at once.
            NotSupported: another inbound path.
        """
        yield from ()
        return read_push(body, path=path)

    def _described(self, code: ProcedureCode) -> Flow[ProcedureDetail | None]:
        answer = yield from self._talk("LayThuTuc", {"maTTHC": str(code)})
        if answer.no_procedure(code):
            return None
        rows = mapping.rows(self._granted(answer).result, self.system, reason="not_a_procedure")
        found = (procedure_detail(row, self.system) for row in rows)
        return next((item for item in found if item.procedure.code == code), None)

    def _exists(self, code: DossierCode) -> Flow[bool]:
        answer = yield from self._talk("TraCuuHoSo", {"mahoso": str(code)})
        if answer.not_there:
            return False
        return mapping.is_there(self._granted(answer).result, code, self.system)

    def _look_again(self, code: DossierCode, doubt: OutcomeUnknown | UnexpectedReply) -> Flow[bool]:
        try:
            return (yield from self._exists(code))
        except OutsideSystemError:
            raise self._unknown(doubt) from doubt

    def _unknown(self, doubt: OutcomeUnknown | UnexpectedReply) -> OutcomeUnknown:
        return OutcomeUnknown(system=self.system, reason=doubt.reason, status=doubt.status)

    def _write(
        self,
        code: DossierCode,
        record: dict[str, object],
        exists: bool,  # noqa: FBT001
    ) -> Flow[PutReceipt]:
        """Send the record; an answer "already there" or "not there" switches once."""
        answer = yield from self._send_record(record, updating=exists)
        if answer.not_there if exists else answer.already_there:
            first, exists = answer, not exists
            answer = yield from self._send_record(record, updating=exists)
            if answer.not_there if exists else answer.already_there:
                answer = first  # neither there nor not: what was said first says more
        self._done(answer)
        return PutReceipt(dossier=code, inserted=not exists)

    def _send_record(self, record: dict[str, object], *, updating: bool) -> Flow[wire.Answer]:
        settings = self._settings
        # Updating twice leaves the same state; inserting twice might not.
        if settings.insert_path:
            path = settings.update_path if updating else settings.insert_path
            request = self._request(path, [record], label="DongBoHoSoMC", repeatable=updating)
            return wire.read((yield from send(settings.way, request, self.context)))
        params: dict[str, object] = {"isUpdating": mapping.truth(updating), "data": [record]}
        return (yield from self._talk("DongBoHoSoMC", params, repeatable=updating))

    def _ask(self, service: str, *, share: bool = False) -> Flow[wire.Answer]:
        """Call a service that may be repeated, and insist on success."""
        return self._granted((yield from self._talk(service, {}, share=share)))

    def _list(self, service: str, *, share: bool = True) -> Flow[wire.Answer]:
        """Call a service that always has a list to give; without one nothing is known of it.

        Raises:
            UnexpectedReply: success, but no `result` (§1.4: "nothing / error").
        """
        answer = yield from self._ask(service, share=share)
        if answer.result is None:
            raise UnexpectedReply(system=self.system, reason="no_result")
        return answer

    def _done(self, answer: wire.Answer) -> wire.Answer:
        """The answer to a write, if code and words both say that it was done.

        Raises:
            UnexpectedReply: they contradict each other; clients go by the words (§2.3, §6 row 19).
        """
        if not answer.session_lost and answer.contradicts:
            raise UnexpectedReply(system=self.system, reason="words_differ", raw_code=answer.code, raw=answer.message)
        return self._granted(answer)

    def _granted(self, answer: wire.Answer) -> wire.Answer:
        """The answer, if it says yes.

        Raises:
            AuthenticationFailed: a fresh session was not accepted either.
            Refused: the portal understood and said no.
            UnexpectedReply: it tells of the way to the portal only, as a time-out behind a gateway does.
        """
        if answer.session_lost:
            raise AuthenticationFailed(system=self.system, raw_code=answer.code, raw=answer.message)
        if answer.cut_off:
            raise UnexpectedReply(system=self.system, reason="cut_off", raw_code=answer.code, raw=answer.message)
        if not answer.ok:
            raise Refused(system=self.system, raw_code=answer.code, raw=answer.message)
        return answer

    def _talk(
        self, service: str, params: dict[str, object], *, share: bool = False, repeatable: bool = True
    ) -> Flow[wire.Answer]:
        """Call a service within a session; a session that is lost is renewed once.

        Some answer a stale session with HTTP 401, or silently with `{}` (§7.2 M4).
        """
        renewed = False
        while True:
            session = yield from self._session()
            try:
                answer = yield from self._call(service, session, share=share, repeatable=repeatable, params=params)
            except (AuthenticationFailed, UnexpectedReply) as error:
                if isinstance(error, UnexpectedReply) and error.reason != "no_error_code":
                    raise
                self._forget(session)
                # {} may also hide a write that was done: that one is looked up, not sent again.
                if renewed or (isinstance(error, UnexpectedReply) and not repeatable):
                    raise
            else:
                if renewed or not answer.session_lost:
                    return answer
                self._forget(session)
            renewed = True

    def _call(
        self,
        service: str,
        session: str,
        *,
        share: bool,
        repeatable: bool,
        params: dict[str, object],
    ) -> Flow[wire.Answer]:
        settings = self._settings
        message = {
            "session": session,
            "madonvi": str(self.acting.agency),
            "service": service,
            **params,
        }
        endpoint = settings.share_endpoint if share else settings.integration_endpoint
        request = self._request(endpoint, message, label=service, repeatable=repeatable)
        return wire.read((yield from send(settings.way, request, self.context)))

    def _session(self) -> Flow[str]:
        return self.context.memory.shared(*self._session_key, fetch=self._log_in)

    def _log_in(self) -> Flow[tuple[str, float]]:
        settings = self._settings
        message: dict[str, object] = {
            "username": settings.username,
            "password": settings.password.get_secret_value(),
        }
        request = self._request(settings.login_path, message, label="login", repeatable=True)
        answer = wire.read((yield from send(settings.way, request, self.context)))
        if answer.cut_off:  # whoever changes the password for a time-out mends nothing
            raise UnexpectedReply(system=self.system, reason="cut_off", raw_code=answer.code, raw=answer.message)
        if not answer.ok or not answer.session:
            raise AuthenticationFailed(system=self.system, raw_code=answer.code, raw=answer.message)
        return answer.session, settings.session_seconds

    def _forget(self, session: str) -> None:
        self.context.memory.forget(*self._session_key, value=session)

    @property
    def _session_key(self) -> tuple[str, ...]:
        return (str(self.acting.agency), self.system, "session")

    def _request(self, path: str, message: object, *, label: str, repeatable: bool) -> Request:
        settings = self._settings
        return Request(
            system=self.system,
            url=settings.way.address(settings.base_url, path),
            headers=wire.headers(""),
            body=wire.body(message),
            repeatable=repeatable,
            label=label,
        )


def _says_no(error: OutsideSystemError) -> bool:
    """Whether the portal itself refused the record: an earlier copy of it meets the same no.

    A gateway that turns a later call away (with an HTTP status) says nothing about the earlier one, and
    "already there" may even speak of it.
    """
    return isinstance(error, Refused) and error.status is None and not wire.of_presence(error.raw.reveal())
