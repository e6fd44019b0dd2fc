"""Operations of the residents database: build a request, read an answer; no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from gov_connect.adapters.reading import not_own_form
from gov_connect.adapters.residents import mapping, wire, wrapped
from gov_connect.errors import (
    AuthenticationFailed,
    NotSupported,
    PurposeRequired,
    UnexpectedReply,
)
from gov_connect.model import Citizen, CitizenQuery
from gov_connect.runtime import Adapter, Effect, F, Flow, Grade, Reply, Request, operation

if TYPE_CHECKING:
    from gov_connect.model import Officer, PartialDate, Purpose
    from gov_connect.settings import ResidentsSettings

_UNAUTHORISED = 401
_FAILURE = 400
"""From here on an empty answer says nothing about people: a failure is never "nobody"."""


class Residents(Adapter[F]):
    """The national residents database (CSDLQG về dân cư), service 037."""

    system: ClassVar[str] = wire.SYSTEM

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
            UnexpectedReply: a fault, or more than one citizen for one number.
            AuthenticationFailed: the message authentication was not accepted, twice.
        """
        found = yield from self._citizens(query)
        if len(found) > 1:
            raise UnexpectedReply(system=self.system, reason="several_citizens")
        return found[0] if found else None

    @operation(
        wire="TraCuuThongTinCongDan (037)",
        generation="037",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="residents.md §2.3, §2.4",
        personal=True,
    )
    def verify(self, query: CitizenQuery) -> Flow[bool]:
        """Whether a citizen with exactly these data exists; the record itself is dropped at once."""
        return bool((yield from self._citizens(query)))

    def _citizens(self, query: CitizenQuery) -> Flow[list[Citizen]]:
        number = query.citizen_id
        if self.context.production and number is not None and number.synthetic:
            raise NotSupported("support.synthetic_person")
        purpose, officer = self._mandate()
        reply: Reply = yield self._request(query, purpose, officer)
        if reply.status == _UNAUTHORISED:
            # Our clock may be behind: once more with a fresh stamp (§3).
            reply = yield self._request(query, purpose, officer)
        if reply.status == _UNAUTHORISED:
            raise AuthenticationFailed(system=self.system, status=reply.status)
        found = mapping.citizens(wrapped.read(reply), sensitive=purpose.sensitive)
        if any(number and citizen.citizen_id and citizen.citizen_id != number for citizen in found):
            raise UnexpectedReply(system=self.system, reason="another_citizen", status=reply.status)
        if not found and reply.status >= _FAILURE:
            raise not_own_form(reply, self.system, "http_status")
        return found

    def _mandate(self) -> tuple[Purpose, Officer]:
        acting = self.acting
        if acting.purpose is None or acting.officer is None:
            raise PurposeRequired("residents.look_up")
        return acting.purpose, acting.officer

    def _request(self, query: CitizenQuery, purpose: Purpose, officer: Officer) -> Request:
        """A request with a new MaYeuCau and a fresh stamp; each further attempt gets its own."""
        settings: ResidentsSettings = self.context.settings
        name, _code = wire.LOOK_UP
        return Request(
            system=self.system,
            url=settings.base_url,
            headers=self._headers(settings),
            body=wire.envelope(name, self._fields(query, purpose, officer, settings)),
            repeatable=True,
            renew=lambda: self._request(query, purpose, officer),
            label=name,
        )

    def _headers(self, settings: ResidentsSettings) -> dict[str, str]:
        now = self.context.clock.now().timestamp() + settings.clock_offset
        stamp = wire.stamp(
            endpoint=settings.endpoint,
            username=settings.username,
            secret=settings.secret.get_secret_value(),
            timestamp=str(int(now * 1000) if settings.timestamp_unit == "ms" else int(now)),
        )
        return {
            "Content-Type": wire.CONTENT_TYPE,
            "Authorization": stamp.authorization,
            "Timestamp": stamp.timestamp,
        }

    def _fields(
        self,
        query: CitizenQuery,
        purpose: Purpose,
        officer: Officer,
        settings: ResidentsSettings,
    ) -> list[tuple[str, str | list[tuple[str, str]]]]:
        """The fields of 037 in the order the server wants (§2.3)."""
        agency = ("MaDonVi", str(self.acting.agency))
        fields: list[tuple[str, str | list[tuple[str, str]]]] = [
            ("MaYeuCau", self.context.ids.new()),
            ("MaDVC", str(purpose.procedure)),
            ("MaTichHop", wire.LOOK_UP[1]),
        ]
        if settings.agency_place == "before_officer":
            fields.append(agency)
        fields.append(("MaCanBo", officer.code))
        if settings.agency_place == "after_officer":
            fields.append(agency)
        if settings.account_fields:
            phone = "0" if officer.phone is None else officer.phone.reveal()
            fields += [("TaiKhoan", officer.account), ("SoDienThoai", phone)]
        number = query.citizen_id or query.old_id
        assert number is not None
        tag = "SoDinhDanh" if query.citizen_id is not None else "SoCMND"
        return [
            *fields,
            (tag, number.reveal()),
            ("HoVaTen", wire.plain_name(query.name.reveal(), keep_spaces=settings.name_spaces)),
            ("NgayThangNamSinh", [_born(query.born, settings)]),
        ]


def _born(born: PartialDate, settings: ResidentsSettings) -> tuple[str, str]:
    """Exactly one child: the full date, or the year when less is known (§2.3 row 10)."""
    if born.full is None:
        return ("Nam", f"{born.year:04d}")
    pattern = "%Y%m%d" if settings.date_format == "yyyyMMdd" else "%Y-%m-%d"
    return ("NgayThangNam", born.full.strftime(pattern))
