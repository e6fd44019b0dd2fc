"""Operations of the civil registry: build a request, read an answer; no I/O."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from gov_connect.adapters.civil_registry import envelopes, lists, mapping, synchronised, wire
from gov_connect.adapters.civil_registry.files import Enclosure, FileRules, body, scan_named
from gov_connect.adapters.civil_registry.questions import Questions
from gov_connect.adapters.reading import plain
from gov_connect.errors import (
    InvalidInput,
    NotSupported,
    OutcomeUnknown,
    OutsideSystemError,
    Problem,
    Refused,
    UnexpectedReply,
)
from gov_connect.model import (
    BirthRegistration,
    BookEntry,
    DossierCode,
    FormText,
    RegistrationState,
    RegistrationStatus,
    Submission,
)
from gov_connect.model.bundles import BundleState
from gov_connect.model.civil_status import (
    Adoption,
    CorrectionRequest,
    DeathRegistration,
    ExtractRequest,
    Guardianship,
    MaritalStatusRequest,
    MarriageRegistration,
    ParentChildRecognition,
)
from gov_connect.model.registrants import Identified
from gov_connect.runtime import Blocking, Effect, F, Flow, Grade, operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gov_connect.adapters.civil_registry.envelopes import Route
    from gov_connect.model import Value
    from gov_connect.model.bundles import BundleResult

AnyRegistration: TypeAlias = (
    BirthRegistration
    | DeathRegistration
    | MarriageRegistration
    | MaritalStatusRequest
    | ParentChildRecognition
    | ExtractRequest
    | CorrectionRequest
    | Guardianship
    | Adoption
)
"""Everything that has a model; what has no public wire is refused with `NotSupported`."""
_ACCEPTED, _OK = "1", "200"
_UNIT = re.compile(r"[0-9]{3}(?:[0-9]{2})?")
_PERHAPS_OURS = re.compile(r"\bda (?:duoc )?(?:ton tai|tiep nhan|dang ky|co)\b|\btrung\b|duplicate|exist")


class CivilRegistry(Questions[F]):
    """The shared electronic civil-status system (HTTTHT), in its three generations."""

    @operation(
        wire="dangKyHoTich | nhanHoSoDKHT | G3",
        generation="G1, G2, G3",
        effect=Effect.ASK_FIRST,
        grade=Grade.CONFIRMED,
        section="civil_registry.md §1.3, §1.6, §1.7, §2.2 to §2.5",
    )
    def submit(
        self,
        registration: AnyRegistration,
        *,
        files: tuple[Enclosure, ...] = (),
        doubtful: bool = False,
    ) -> Flow[Submission]:
        """Hand an event to the registry, once: the dossier number keeps a second paper away.

        An unknown outcome is looked up by that number before anything is sent again; "already
        received" is success.

        Args:
            registration: the event; with a `bundle` code it goes as an interlinked dossier.
            files: its papers, which only interlinked dossiers (G2) carry.
            doubtful: an earlier attempt may have arrived, so look up first.

        Raises:
            InvalidInput: a file may not go, or G3 has no code for a name.
            NotSupported: how this event crosses the wire is not public, or that generation has no place for it.
            Refused: the registry found the data wrong, or this connection misconfigured.
            OutcomeUnknown: it was sent and may still arrive, and nothing since then says what became of it.
            UnexpectedReply: with `doubtful`, the look-up says neither yes nor no; nothing was sent after it.
        """
        self._refuse_test_people(registration)
        route, message = yield from self._message(registration, files)
        if doubtful and (yield from self._known(registration, route)):
            return Submission(dossier=registration.dossier, already_there=True)
        # Fetched here first: a failure of it says nothing about the registration.
        yield from self._token()
        doubt: OutcomeUnknown | UnexpectedReply | None = None
        for last in (False, True):
            try:
                return (yield from self._register(registration, route, message))
            except (OutcomeUnknown, UnexpectedReply) as error:
                doubt = doubt or error
            except OutsideSystemError as error:
                if doubt is None or _says_no(error):
                    raise
                raise self._unknown(doubt) from error
            if (yield from self._look_again(registration, route, doubt)):
                break
            if last:
                raise self._unknown(doubt) from doubt
        return Submission(dossier=registration.dossier, already_there=True)

    @operation(
        wire="traTrangThaiHoSo",
        generation="G1",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="civil_registry.md §1.4",
    )
    def status(self, dossier: DossierCode, *, unit: str) -> Flow[RegistrationStatus | None]:
        """Where the registry stands with a dossier; None when it does not know it.

        Args:
            dossier: the agency's own dossier number.
            unit: code of the unit that registers: five digits, three of an old district.

        Raises:
            InvalidInput: `unit` is no such code; nothing was sent.
        """
        question: dict[str, object] = {"maDonVi": _unit_number(unit), "maHoSo": str(dossier)}
        answer = yield from self._ask(self._settings.status_path, "traTrangThaiHoSo", question)
        if answer.refused:
            if synchronised.is_absent(answer, dossier):
                return None
            raise self._refusal(answer)
        if not answer.status.isdigit():
            raise UnexpectedReply(system=self.system, reason="unknown_status", raw=answer.text)
        wanted = answer.text if answer.status == "2" else ""
        return RegistrationStatus(
            dossier=dossier,
            state=lists.STATES.get(answer.status, RegistrationState.UNKNOWN),
            raw_state=answer.status,
            request=FormText(wanted) if wanted else None,
        )

    @operation(
        wire="ketQuaDangKyHS",
        generation="G1",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="civil_registry.md §1.4, §2.6",
    )
    def results(self, dossier: DossierCode, *, unit: str) -> Flow[BookEntry | None]:
        """Where the registration stands in the books; None while it is not finished.

        Raises:
            InvalidInput: `unit` is no code of a unit; nothing was sent.
        """
        question: dict[str, object] = {"maDonVi": _unit_number(unit), "maHoSo": str(dossier)}
        answer = yield from self._ask(self._settings.result_path, "ketQuaDangKyHS", question)
        if answer.refused:
            if answer.code == wire.NOT_FINISHED or synchronised.is_absent(answer, dossier):
                return None
            raise self._refusal(answer)
        if answer.status != _ACCEPTED:
            raise UnexpectedReply(system=self.system, reason="unknown_status", raw=answer.text)
        return mapping.book_entry(dossier, answer.value, self.system)

    def _message(self, registration: AnyRegistration, files: tuple[Enclosure, ...]) -> Flow[tuple[Route, bytes]]:
        """The whole message in bytes; files are read outside the loop of an asynchronous client."""
        settings = self._settings
        route = envelopes.route_of(registration, settings)
        message = envelopes.message(registration, route, settings)
        if route != "G2":
            if files:
                raise NotSupported("support.civil_files", generation=route)
            return route, wire.body(message)
        if not files:
            return route, body(message, (), FileRules(each=1, together=1))
        rules = FileRules(each=settings.file_limit, together=settings.files_limit, scan=scan_named(settings.virus_scan))
        made: bytes = yield Blocking(lambda: body(message, files, rules))
        return route, made

    def _register(self, registration: AnyRegistration, route: Route, message: bytes) -> Flow[Submission]:
        path, label = {
            "G1": ("register_path", "dangKyHoTich"),
            "G2": ("bundle_path", "nhanHoSoDKHT"),
            "G3": ("newer_path", "dangKyHoSoMoi"),
        }[route]
        # G2 answers a second copy with "already received", which is success (§1.6, CONFIRMED).
        answer = yield from self._ask(self._path(path), label, message, repeatable=route == "G2")
        there = answer.already_has(registration.dossier)
        # G3 counts as HTTP does: its errors have 500 (§1.7). Elsewhere nobody can tell what 200 is.
        done = answer.status == _ACCEPTED or (route == "G3" and answer.status == _OK)
        done = done and "status" in answer.rest  # lists of what is there, or wrong, are no answer to a registration
        if answer.refused and not there and answer.status != _OK:
            raise self._refusal(answer)
        if not there and (not done or answer.belied):
            reason = "words_differ" if done else "unknown_status"
            raise UnexpectedReply(system=self.system, reason=reason, raw_code=answer.code, raw=answer.text)
        return Submission(dossier=registration.dossier, already_there=there)

    def _known(self, registration: AnyRegistration, route: Route) -> Flow[bool]:
        """Whether the registry has it. G2 without a path for results is simply asked to register again."""
        if route == "G3":
            return self._told((yield from self._synchronised(registration.dossier)))
        if route == "G2":
            if not self._settings.bundle_result_path:
                return False
            rows = yield from self._rows(registration.event, (registration.dossier,))
            # Another status means that it does not exist there (§5.1): registering again says so or does it.
            return any(row.dossier == registration.dossier and row.state is not BundleState.UNKNOWN for row in rows)
        question: dict[str, object] = {"maDonVi": int(registration.unit), "maHoSo": str(registration.dossier)}
        answer = yield from self._ask(self._settings.status_path, "traTrangThaiHoSo", question)
        if answer.status in lists.STATES:
            return True
        if synchronised.is_absent(answer, registration.dossier):
            return False
        if answer.refused:
            raise self._refusal(answer)
        raise UnexpectedReply(system=self.system, reason="unknown_status", raw=answer.text)

    def _told(self, rows: tuple[BundleResult, ...]) -> bool:
        """Whether a new dossier is there; a status outside the list tells neither yes nor no.

        Raises:
            UnexpectedReply: every row has such a status, and a second copy might be a second registration.
        """
        if rows and not any(row.state is not BundleState.UNKNOWN for row in rows):
            raise UnexpectedReply(system=self.system, reason="unknown_status")
        return bool(rows)

    def _look_again(
        self, registration: AnyRegistration, route: Route, doubt: OutcomeUnknown | UnexpectedReply
    ) -> Flow[bool]:
        try:
            return (yield from self._known(registration, route))
        except (OutsideSystemError, NotSupported):
            raise self._unknown(doubt) from doubt

    def _unknown(self, doubt: OutcomeUnknown | UnexpectedReply) -> OutcomeUnknown:
        return OutcomeUnknown(system=self.system, reason=doubt.reason, status=doubt.status)

    def _refuse_test_people(self, registration: AnyRegistration) -> None:
        if self.context.production and any(
            who.citizen_id is not None and who.citizen_id.synthetic for who in _people(registration)
        ):
            raise NotSupported("support.synthetic_person")


def _unit_number(unit: str) -> int:
    """A unit's code as G1 has it, a number (§7 row 3)."""
    if not _UNIT.fullmatch(unit):
        raise InvalidInput("Registration", [Problem(path="unit", code="value.unit_number")])
    return int(unit)


def _people(registration: Value) -> Iterator[Identified]:
    for name in type(registration).model_fields:
        who = getattr(registration, name)
        if isinstance(who, Identified):
            yield who


def _says_no(error: OutsideSystemError) -> bool:
    """Whether the registry itself refused the data: an earlier copy of them meets the same no.

    A gateway that turns a later call away (with an HTTP status), or a registry that is not finished, says
    nothing about the earlier one; "there is one already" may even speak of it.
    """
    if not isinstance(error, Refused) or error.status is not None or error.code != "system.refused":
        return False
    return _PERHAPS_OURS.search(plain(error.raw.reveal())) is None
