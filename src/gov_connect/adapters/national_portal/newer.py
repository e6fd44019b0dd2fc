"""The 2026 generation of the portal (§2.10, SEEN): chosen by `PORTAL__GENERATION=2026`.

It has no look-up: a creation whose outcome is unknown stays unknown, and is never repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gov_connect.adapters.national_portal import mapping, newer_wire, wire
from gov_connect.adapters.national_portal.operations import NationalPortal, PutReceipt
from gov_connect.adapters.reading import code_text, folded
from gov_connect.errors import AuthenticationFailed, InvalidInput, NotSupported, OutsideSystemError, UnexpectedReply
from gov_connect.model import (
    AgencyCode,
    Dossier,
    DossierCode,
    DossierStatus,
    ProgressStep,
    StatusRow,
    UploadedFile,
)
from gov_connect.model.status import STATUSES
from gov_connect.runtime import Effect, F, Flow, Grade, Request, operation
from gov_connect.transport import as_object

if TYPE_CHECKING:
    from gov_connect.settings.portal import NewerPortalSettings

GENERATION = "2026"
_SECTION = "national_portal.md §2.10"
_JSON = {"Accept": "application/json", "Content-Type": "application/json"}
_FRESH = (DossierStatus.NEW, DossierStatus.ACCEPTED)


class NationalPortal2026(NationalPortal[F]):
    """The same façade over the newest wire; services of 2020 that it lacks are refused, not imitated."""

    @operation(wire="NoiHoSo", generation=GENERATION, effect=Effect.ASK_FIRST, grade=Grade.SEEN, section=_SECTION)
    def put(self, dossier: Dossier) -> Flow[PutReceipt]:
        """Create the dossier, or report its state when `portal_id` says that the portal has it.

        A dossier that was created stays created when the call that tells its state fails: the receipt then
        carries `portal_id` and `status_told=False`; put it again with that id, never without.

        Raises:
            InvalidInput: a file is not uploaded, or the owner's kind has no code in this generation.
            OutcomeUnknown: it was sent, and there is no way to look it up; an answer without the portal's id, or
                about another dossier, counts as such.
        """
        if dossier.portal_id:
            yield from self._post(self._newer.status_path, [newer_wire.status_row(_row(dossier))], repeatable=True)
            return PutReceipt(dossier=dossier.code, inserted=False, portal_id=dossier.portal_id)
        newer = self._newer
        message = newer_wire.creation(
            dossier, unit=str(self.acting.agency.to_new()), service_suffix=newer.service_suffix
        )
        fresh = dossier.status in _FRESH
        if not fresh:  # what cannot be told must be known before anything is created
            newer_wire.status_row(_row(dossier.model_copy(update={"portal_id": str(dossier.code)})))
        data = yield from self._post(newer.dossier_path, message, repeatable=False)
        portal_id = self._made_id(data, dossier.code)
        told = fresh
        if not fresh:
            row = newer_wire.status_row(_row(dossier.model_copy(update={"portal_id": portal_id})))
            try:
                yield from self._post(newer.status_path, [row], repeatable=True)
                told = True
            except OutsideSystemError:
                told = False  # raising would lose the id, and the next attempt would create it a second time
        return PutReceipt(dossier=dossier.code, inserted=True, portal_id=portal_id, status_told=told)

    def _made_id(self, data: object, code: DossierCode) -> str:
        """The portal's id of the dossier that was created, from an object, a list of one, or either as JSON text."""
        rows = [folded(as_object(row) or {}) or {} for row in mapping.rows(data, self.system, reason="no_portal_id")]
        found = code_text(rows[0].get("idhoso")) if len(rows) == 1 else ""
        if not found:
            raise UnexpectedReply(system=self.system, reason="no_portal_id")
        if (code_text(rows[0].get("mahoso")) or str(code)) != str(code):
            raise UnexpectedReply(system=self.system, reason="another_dossier")
        return found

    @operation(wire="progress rows", generation=GENERATION, effect=Effect.WRITE, grade=Grade.SEEN, section=_SECTION)
    def report(self, steps: Sequence[ProgressStep]) -> Flow[int]:
        """Append processing steps; each carries the portal's own id. Gives how many."""
        for part in mapping.chunks(steps, wire.CHUNK):
            rows = [newer_wire.step_row(step) for step in part]
            yield from self._post(self._newer.progress_path, rows, repeatable=True)
        return len(steps)

    @operation(wire="status rows", generation=GENERATION, effect=Effect.WRITE, grade=Grade.SEEN, section=_SECTION)
    def tell(self, rows: Sequence[StatusRow]) -> Flow[int]:
        """Report states, with fees and results where the wire takes them; gives how many."""
        message = [newer_wire.status_row(row) for row in rows]
        yield from self._post(self._newer.status_path, message, repeatable=True)
        return len(rows)

    @operation(wire="next number", generation=GENERATION, effect=Effect.WRITE, grade=Grade.SEEN, section=_SECTION)
    def next_number(self, agency: AgencyCode) -> Flow[DossierCode]:
        """A dossier number issued by the portal. Asking again gives another one; unused ones are lost."""
        data = yield from self._post(self._newer.number_path, {"code": str(agency.to_new())}, repeatable=True)
        inner = as_object(data)
        value = code_text(data if inner is None else (folded(inner) or {}).get("value"))
        try:
            return DossierCode(value)
        except InvalidInput as error:
            raise UnexpectedReply(system=self.system, reason="not_a_dossier_number") from error

    @operation(wire="file upload", generation=GENERATION, effect=Effect.WRITE, grade=Grade.SEEN, section=_SECTION)
    def upload(self, name: str, content: bytes) -> Flow[UploadedFile]:
        """Upload one file; its id and hash go into the dossier's attachment."""
        data = yield from self._post(self._newer.upload_path, content, repeatable=True, file_name=name)
        for item in mapping.rows(data, self.system, reason="no_file_id"):
            fields = folded(as_object(item) or {}) or {}
            found, digest = code_text(fields.get("idteptin")), code_text(fields.get("hashteptin"))
            if found and digest:
                return UploadedFile(id=found, digest=digest, name=name)
        raise UnexpectedReply(system=self.system, reason="no_file_id")

    def log_in(self) -> Flow[None]:
        """Log in, and nothing else: not an operation, since it asks for nothing (`doctor`).

        Raises:
            AuthenticationFailed: the account is refused.
        """
        yield from self._log_in()

    def _call(
        self, service: str, session: str, *, share: bool, repeatable: bool, params: dict[str, object]
    ) -> Flow[wire.Answer]:
        del service, session, share, repeatable, params
        yield from ()
        raise NotSupported("support.generation", generation=GENERATION, system=self.system)

    @property
    def _newer(self) -> NewerPortalSettings:
        newer = self._settings.newer
        assert newer is not None  # settings see to it
        return newer

    def _log_in(self) -> Flow[tuple[str, float]]:
        newer = self._newer
        message = {"client_id": newer.client_id, "client_secret": newer.client_secret.get_secret_value()}
        request = self._to(newer.token_path, wire.body(message), _JSON, repeatable=True)
        token, life = newer_wire.read_token((yield request))
        # Half a minute early: a token must not run out on its way.
        return token, max(life - 30.0, 1.0)

    def _post(self, path: str, message: object, *, repeatable: bool, file_name: str = "") -> Flow[Any]:
        """Post with the token; one that is not accepted is renewed once."""
        renewed = False
        while True:
            token = yield from self._session()
            if file_name:
                assert isinstance(message, bytes)
                boundary = f"gov-connect-{self.context.ids.new()}"
                content, kind = _multipart(file_name, message, boundary), f"multipart/form-data; boundary={boundary}"
            else:
                content, kind = wire.body(message), "application/json"
            headers = {**_JSON, "Content-Type": kind, "Authorization": f"Bearer {token}"}
            try:
                return newer_wire.read((yield self._to(path, content, headers, repeatable=repeatable)))
            except AuthenticationFailed:
                self._forget(token)
                if renewed:
                    raise
                renewed = True

    def _to(self, path: str, content: bytes, headers: dict[str, str], *, repeatable: bool) -> Request:
        url = f"{self._settings.base_url.rstrip('/')}/{path.lstrip('/')}"
        return Request(
            system=self.system, url=url, headers=headers, body=content, repeatable=repeatable, label=path.lstrip("/")
        )


def _row(dossier: Dossier) -> StatusRow:
    lists = dossier.status in newer_wire.WITH_LISTS
    return StatusRow(
        portal_id=dossier.portal_id,
        dossier=dossier.code,
        status=dossier.status,
        opinion=dossier.note,
        unit=dossier.unit_name[:255],
        text=STATUSES[dossier.status].vietnamese,
        fees=dossier.fees if lists else (),
        results=dossier.results if lists else (),
    )


def _multipart(name: str, content: bytes, boundary: str) -> bytes:
    safe = name.replace("\\", "_").replace('"', "_").replace("\r", "_").replace("\n", "_")
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="files"; filename="{safe}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
