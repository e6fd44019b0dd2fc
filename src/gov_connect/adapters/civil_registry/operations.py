"""Operations of the civil registry, generation G1: build a request, read an answer; no I/O."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode

from gov_connect.adapters.civil_registry import mapping, wire
from gov_connect.adapters.reading import answer_object, code_text, not_own_form, plain
from gov_connect.errors import (
    AuthenticationFailed,
    NotSupported,
    OutcomeUnknown,
    OutsideSystemError,
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
from gov_connect.runtime import Adapter, Effect, F, Flow, Grade, Reply, Request, operation

if TYPE_CHECKING:
    from gov_connect.settings import CivilRegistrySettings

_UNAUTHORISED = 401
_TOKEN_MARGIN = 30.0
_TOKEN_LIFE = 3600.0
"""Assumed when the gateway does not say (residents.md §5.4, WSO2's default)."""
_ACCEPTED = "1"
_PERHAPS_OURS = re.compile(r"\bda (?:duoc )?(?:ton tai|tiep nhan|dang ky|co)\b|\btrung\b|duplicate|exist")


class CivilRegistry(Adapter[F]):
    """The shared electronic civil-status system (HTTTHT), single events."""

    system: ClassVar[str] = wire.SYSTEM

    @operation(
        wire="dangKyHoTich (KS)",
        generation="G1",
        effect=Effect.ASK_FIRST,
        grade=Grade.CONFIRMED,
        section="civil_registry.md §1.3, §2.2",
    )
    def submit(self, registration: BirthRegistration, *, doubtful: bool = False) -> Flow[Submission]:
        """Hand a birth to the registry, once: the dossier number keeps a second paper away.

        An unknown outcome is looked up by that number before anything is sent again; "already
        received" is success.

        Args:
            registration: the birth.
            doubtful: an earlier attempt may have arrived, so look up first.

        Raises:
            Refused: the registry found the data wrong, or this connection misconfigured.
            OutcomeUnknown: it was sent and may still arrive, and nothing since then says what became of it.
        """
        self._refuse_test_people(registration)
        if doubtful and (yield from self._known(registration)):
            return Submission(dossier=registration.dossier, already_there=True)
        # Fetched here first: a failure of it says nothing about the registration.
        yield from self._token()
        doubt: OutcomeUnknown | UnexpectedReply | None = None
        for last in (False, True):
            try:
                return (yield from self._register(registration))
            except (OutcomeUnknown, UnexpectedReply) as error:
                doubt = doubt or error
            except OutsideSystemError as error:
                if doubt is None or _says_no(error):
                    raise
                raise self._unknown(doubt) from error
            if (yield from self._look_again(registration, doubt)):
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
            unit: five-digit code of the unit that registers.
        """
        answer = yield from self._ask(
            self._settings.status_path, "traTrangThaiHoSo", {"maDonVi": int(unit), "maHoSo": str(dossier)}
        )
        if answer.refused:
            if answer.code == wire.NOT_FOUND:
                return None
            raise self._refusal(answer)
        if not answer.status.isdigit():
            raise UnexpectedReply(system=self.system, reason="unknown_status", raw=answer.text)
        wanted = answer.text if answer.status == "2" else ""
        return RegistrationStatus(
            dossier=dossier,
            state=mapping.STATES.get(answer.status, RegistrationState.UNKNOWN),
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
        """Where the registration stands in the books; None while it is not finished."""
        answer = yield from self._ask(
            self._settings.result_path, "ketQuaDangKyHS", {"maDonVi": int(unit), "maHoSo": str(dossier)}
        )
        if answer.refused:
            if answer.code in {wire.NOT_FINISHED, wire.NOT_FOUND}:
                return None
            raise self._refusal(answer)
        if answer.status != _ACCEPTED:
            raise UnexpectedReply(system=self.system, reason="unknown_status", raw=answer.text)
        return mapping.book_entry(dossier, answer.value, self.system)

    def _register(self, registration: BirthRegistration) -> Flow[Submission]:
        data = wire.document(mapping.birth_fields(registration))
        answer = yield from self._ask(
            self._settings.register_path,
            "dangKyHoTich",
            mapping.birth_message(registration, data),
            repeatable=False,
        )
        there = answer.already_has(registration.dossier)
        if answer.refused and not there:
            raise self._refusal(answer)
        if not there and answer.status != _ACCEPTED:
            raise UnexpectedReply(system=self.system, reason="unknown_status", raw=answer.text)
        return Submission(dossier=registration.dossier, already_there=there)

    def _known(self, registration: BirthRegistration) -> Flow[bool]:
        path = self._settings.status_path
        question: dict[str, object] = {"maDonVi": int(registration.unit), "maHoSo": str(registration.dossier)}
        answer = yield from self._ask(path, "traTrangThaiHoSo", question)
        if answer.status in mapping.STATES:
            return True
        if answer.refused and answer.code == wire.NOT_FOUND:
            return False
        if answer.refused:
            raise self._refusal(answer)
        raise UnexpectedReply(system=self.system, reason="unknown_status", raw=answer.text)

    def _look_again(self, registration: BirthRegistration, doubt: OutcomeUnknown | UnexpectedReply) -> Flow[bool]:
        try:
            return (yield from self._known(registration))
        except OutsideSystemError:
            raise self._unknown(doubt) from doubt

    def _unknown(self, doubt: OutcomeUnknown | UnexpectedReply) -> OutcomeUnknown:
        return OutcomeUnknown(system=self.system, reason=doubt.reason, status=doubt.status)

    def _refuse_test_people(self, registration: BirthRegistration) -> None:
        people = (registration.requester, registration.mother, registration.father)
        numbers = [person.citizen_id for person in people if person is not None]
        if self.context.production and any(number and number.synthetic for number in numbers):
            raise NotSupported("support.synthetic_person")

    def _refusal(self, answer: wire.Answer) -> OutsideSystemError:
        code = "system.misconfigured" if answer.code in wire.MISCONFIGURED else "system.refused"
        if answer.code == wire.NOT_FINISHED:
            code = "system.not_finished"
        raw_code = answer.code or (answer.status if answer.status != "0" else "")
        return Refused(system=self.system, code=code, raw_code=raw_code, raw=answer.text)

    def _ask(self, path: str, label: str, message: dict[str, object], *, repeatable: bool = True) -> Flow[wire.Answer]:
        """Call a service with a token; a refused token is renewed once (§1.3 retry classes)."""
        for last in (False, True):
            token = yield from self._token()
            reply: Reply = yield Request(
                system=self.system,
                url=self._settings.base_url.rstrip("/") + path,
                headers={**wire.HEADERS, "Authorization": f"Bearer {token}"},
                body=wire.body(message),
                repeatable=repeatable,
                label=label,
            )
            answer = None if reply.status == _UNAUTHORISED else wire.read(reply)
            if answer is not None and not (answer.refused and answer.code == wire.AUTHEN_ERROR):
                return answer
            self.context.memory.forget(*self._token_key, value=token)
            if last:
                break
        raise AuthenticationFailed(system=self.system, status=reply.status, raw_code=wire.AUTHEN_ERROR)

    def _token(self) -> Flow[str]:
        """A WSO2 client-credentials token, kept a little less long than it lives (§1.2)."""
        kept = self.context.memory.recall(*self._token_key)
        if isinstance(kept, str):
            return kept
        settings = self._settings
        secret = settings.client_secret.get_secret_value()
        basic = base64.b64encode(f"{settings.client_id}:{secret}".encode()).decode()
        reply: Reply = yield Request(
            system=self.system,
            url=settings.token_url,
            headers={
                "Authorization": f"Basic {basic}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            body=urlencode({"grant_type": "client_credentials"}).encode(),
            repeatable=True,
            label="token",
        )
        if reply.status in {400, 401, 403}:
            raise AuthenticationFailed(system=self.system, status=reply.status)
        answer = answer_object(reply, self.system)
        token, life = code_text(answer.get("accesstoken")), code_text(answer.get("expiresin"))
        if reply.status >= 400 or not token:  # noqa: PLR2004
            raise not_own_form(reply, self.system, "no_token", answer)
        seconds = float(life) if life.isascii() and life.isdigit() else _TOKEN_LIFE
        self.context.memory.keep(*self._token_key, value=token, seconds=max(1.0, seconds - _TOKEN_MARGIN))
        return token

    @property
    def _token_key(self) -> tuple[str, ...]:
        return (str(self.acting.agency), self.system, "token")

    @property
    def _settings(self) -> CivilRegistrySettings:
        settings: CivilRegistrySettings = self.context.settings
        return settings


def _says_no(error: OutsideSystemError) -> bool:
    """Whether the registry itself refused the data: an earlier copy of them meets the same no.

    A gateway that turns a later call away (with an HTTP status), or a registry that is not finished, says
    nothing about the earlier one; "there is one already" may even speak of it.
    """
    if not isinstance(error, Refused) or error.status is not None or error.code != "system.refused":
        return False
    return _PERHAPS_OURS.search(plain(error.raw.reveal())) is None
