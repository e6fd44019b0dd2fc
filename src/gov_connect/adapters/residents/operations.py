"""Operations of the residents database: build a request, read an answer; no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from gov_connect.adapters.reading import not_own_form
from gov_connect.adapters.recorded_look_ups import recorded
from gov_connect.adapters.residents import dialects, mapping, requests, wire, wrapped
from gov_connect.adapters.residents.answers import ServiceAnswer, leaves
from gov_connect.adapters.residents.wire import Service
from gov_connect.errors import (
    AuthenticationFailed,
    InvalidInput,
    NotSupported,
    Problem,
    UnexpectedReply,
)
from gov_connect.model import Citizen, CitizenQuery
from gov_connect.runtime import Adapter, Effect, F, Flow, Grade, Reply, Request, operation
from gov_connect.transport import send

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage] - lxml's only name for it

    from gov_connect.adapters.residents.wire import Fields
    from gov_connect.settings import ResidentsSettings

_UNAUTHORISED: Final = 401
_FAILURE: Final = 400
"""From here on an empty answer says nothing about people: a failure is never "nobody"."""


@dataclass(frozen=True, slots=True)
class _Message:
    """One question: its service, root element, namespace, and how its fields are made for each attempt."""

    service: Service
    fields: Callable[[str], Fields]
    root: str = ""
    namespace: str = wire.REQUEST_NAMESPACE
    path: str | None = None
    endpoint: str | None = None
    subject: str = field(default="", repr=False)


class Residents(Adapter[F]):
    """The national residents database (CSDLQG về dân cư): look-up, verification, and the other services."""

    system: ClassVar[str] = wire.SYSTEM
    records_look_ups: ClassVar[bool] = True

    @operation(
        wire="TraCuuThongTinCongDan (037)",
        generation="037",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="residents.md §2.3, §2.4",
        personal=True,
    )
    def look_up(self, query: CitizenQuery) -> Flow[Citizen | None]:
        """The citizen with exactly this number, name and birth date, or None when nobody matches.

        Raises:
            PurposeRequired: nobody acts, or for nothing.
            InvalidInput: a field that the server would refuse; nothing was sent.
            UnexpectedReply: a fault, or more than one citizen for one number.
            AuthenticationFailed: the message authentication was not accepted, twice.
        """
        return (yield from self._citizen(query, self._look_up(query)))

    @operation(
        wire="XacThucThongTinCongDan (003, 033)",
        generation="003, 033, 037",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="residents.md §2.3, §2.4",
        personal=True,
    )
    def verify(self, query: CitizenQuery) -> Flow[bool]:
        """Whether a citizen with exactly these data exists; a record that comes along is dropped at once.

        The setting `verification` says which service answers; 033 does not compare the birth date.
        """
        self._refuse_test_people(query)
        settings = self._settings
        if settings.verification == "037":
            found = yield from self._citizen(query, self._look_up(query))
            return found is not None and mapping.agrees(found, query)
        root = yield from self._ask(self._verification(query))
        told = mapping.verdict(root)
        if told is None:
            raise UnexpectedReply(system=self.system, reason="no_verdict")
        return told

    @operation(
        wire="XacMinhThongTinNhanThan",
        generation="experimental",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="residents.md §2.1, §2.3",
        personal=True,
    )
    def kin(self, query: CitizenQuery) -> Flow[Citizen | None]:
        """The citizen with father and mother as the kin service has them. Experimental: one source.

        Raises:
            NotSupported: its integration code is not set; it is not publicly known.
        """
        if not self._settings.kin_code:
            raise NotSupported("support.residents_kin_code")
        message = _Message(
            Service.KIN,
            lambda new: requests.kin(query, self.acting, self._settings, new),
            namespace=wire.KIN_NAMESPACE,
            subject=requests.number_of(query),
        )
        return (yield from self._citizen(query, message))

    @operation(
        wire="any service of §2.1",
        generation="experimental",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="residents.md §2.1",
        personal=True,
    )
    def call(
        self,
        service: Service | str,
        fields: Sequence[tuple[str, str | Mapping[str, str]]],
        *,
        code: str,
        namespace: str = wire.REQUEST_NAMESPACE,
    ) -> Flow[ServiceAnswer]:
        """Call a service of which only the name is known; the answer comes as it is, by dotted names.

        Args:
            service: its name; it must be on the list of §2.1.
            fields: what follows the common head (MaYeuCau, MaDVC, MaTichHop, MaDonVi, MaCanBo), in order.
            code: MaTichHop, as the operator gave it.
            namespace: of the request, where it is not the usual one.
        """
        if service not in set(Service):
            raise InvalidInput("residents.call", [Problem(path="service", code="value.service")])
        known = Service(service)
        # Read before it is sent, so that a wrong field is told even when nobody answers.
        requests.generic(fields, self.acting, self._settings, "0", code)
        message = _Message(
            known,
            lambda new: requests.generic(fields, self.acting, self._settings, new, code),
            namespace=namespace,
            subject=next((str(value) for name, value in fields if name in {"SoDinhDanh", "SoCMND"}), ""),
        )
        root = yield from self._ask(message)
        purpose, _ = requests.mandate(self.acting)
        return leaves(root, sensitive=purpose.sensitive)

    def _look_up(self, query: CitizenQuery) -> _Message:
        return _Message(
            Service.LOOK_UP,
            lambda new: requests.look_up(query, self.acting, self._settings, new),
            subject=requests.number_of(query),
        )

    def _verification(self, query: CitizenQuery) -> _Message:
        settings = self._settings
        newer = settings.verification == "033"
        make = requests.verification_of_2021 if newer else requests.verification
        return _Message(
            Service.VERIFY,
            lambda new: make(query, self.acting, settings, new),
            root=settings.verification_root if newer else "",
            path=settings.verification_path,
            endpoint=settings.verification_endpoint,
            subject=requests.number_of(query),
        )

    def _citizen(self, query: CitizenQuery, message: _Message) -> Flow[Citizen | None]:
        self._refuse_test_people(query)
        settings = self._settings
        purpose, _ = requests.mandate(self.acting)
        root = yield from self._ask(message)
        reading = mapping.Reading(
            sensitive=purpose.sensitive,
            ethnicity_list=settings.ethnicity_list,
            religion_list=settings.religion_list,
            asked=requests.number_of(query),
        )
        found = mapping.citizens(root, reading)
        if any(mapping.is_another(citizen, query) for citizen in found):
            raise UnexpectedReply(system=self.system, reason="another_citizen")
        if any(mapping.is_unsure(citizen, query) for citizen in found):
            raise UnexpectedReply(system=self.system, reason="unreadable_number")
        if len(found) > 1:
            raise UnexpectedReply(system=self.system, reason="several_citizens")
        return found[0] if found else None

    def _refuse_test_people(self, query: CitizenQuery) -> None:
        number = query.citizen_id
        if self.context.production and number is not None and number.synthetic:
            raise NotSupported("support.synthetic_person")

    def _ask(self, message: _Message) -> Flow[_Element]:
        """The root of the answer. No entry in the record of look-ups, no question."""
        first = self.context.ids.new()
        settings = self._settings
        return (
            yield from recorded(
                self.context,
                self._exchange(message, self._request(message, first)),
                system=self.system,
                operation=str(message.service),
                subject=message.subject,
                request_id=first,
                of_officer=settings.quota_officer,
                of_agency=settings.quota_agency,
            )
        )

    def _exchange(self, message: _Message, request: Request) -> Flow[_Element]:
        """Ask; a stale stamp is made afresh once (§3)."""
        settings = self._settings
        reply: Reply = yield from send(settings.gateway, request, self.context)
        if reply.status == _UNAUTHORISED and not settings.gateway.takes_authorization:
            reply = yield from send(settings.gateway, self._request(message), self.context)
        if reply.status == _UNAUTHORISED:
            raise AuthenticationFailed(system=self.system, status=reply.status)
        root = wrapped.read(reply)
        if reply.status >= _FAILURE and not mapping.names_people(root):
            raise not_own_form(reply, self.system, "http_status")
        return root

    def _request(self, message: _Message, request_id: str = "") -> Request:
        """A request with a new MaYeuCau and a fresh stamp; each further attempt gets its own."""
        settings = self._settings
        fields = message.fields(request_id or self.context.ids.new())
        path = settings.path if message.path is None else message.path
        if settings.dialect == "soap":
            body = wire.envelope(message.root or message.service, fields, message.namespace)
        else:
            body = dialects.body(settings.dialect, message.service, fields, self.acting)
        return Request(
            system=self.system,
            url=settings.gateway.address(settings.base_url, path),
            headers=self._headers(message),
            body=body,
            repeatable=True,
            renew=lambda: self._request(message),
            label=str(message.service),
        )

    def _headers(self, message: _Message) -> dict[str, str]:
        settings = self._settings
        headers = {"Content-Type": wire.CONTENT_TYPE if settings.dialect == "soap" else dialects.CONTENT_TYPE}
        if not settings.gateway.takes_authorization:
            now = self.context.clock.now().timestamp() + settings.clock_offset
            stamp = wire.stamp(
                endpoint=settings.endpoint if message.endpoint is None else message.endpoint,
                username=settings.username,
                secret=settings.secret.get_secret_value(),
                timestamp=str(int(now * 1000) if settings.timestamp_unit == "ms" else int(now)),
            )
            headers |= {"Authorization": stamp.authorization, "Timestamp": stamp.timestamp}
        if settings.soap_action:
            headers["SOAPAction"] = '""'
        if settings.esb_headers:
            headers |= {"ESB_SOURCE_TYPE": settings.username, "ESB_SOURCE_USERNAME": settings.username}
        if settings.api_key is not None:
            headers["ApiKey"] = settings.api_key.get_secret_value()
        return headers

    @property
    def _settings(self) -> ResidentsSettings:
        settings: ResidentsSettings = self.context.settings
        return settings
