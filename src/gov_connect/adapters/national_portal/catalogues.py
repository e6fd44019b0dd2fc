"""Catalogue services (§2.1, §2.5): code lists, agencies, domains, online services, account ids."""

from __future__ import annotations

from typing import Final

from gov_connect.adapters.national_portal import readers
from gov_connect.adapters.national_portal._asks import Asks
from gov_connect.errors import InvalidInput
from gov_connect.model import (
    Agency,
    AgencyCode,
    Catalogue,
    CatalogueRow,
    CitizenId,
    Domain,
    OldIdNumber,
    OnlineService,
    TaxNumber,
)
from gov_connect.runtime import Effect, F, Flow, Grade, operation

ACCOUNT_PROVIDER: Final = "wso2is"


class Catalogues(Asks[F]):
    """Operations that read lists."""

    @operation(
        wire="LayDanhMucCoQuan",
        generation="2020",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="national_portal.md §2.5",
    )
    def agencies(self) -> Flow[list[Agency]]:
        """All agencies the portal lists."""
        answer = yield from self._list("LayDanhMucCoQuan")
        return readers.agencies(answer.result, self.system)

    @operation(
        wire="LayDanhMucLinhVuc",
        generation="2020",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="national_portal.md §2.5",
    )
    def domains(self, *, own: bool = True) -> Flow[list[Domain]]:
        """Domains owned by the acting agency, as clients keep them; all of them with `own=False`."""
        answer = yield from self._list("LayDanhMucLinhVuc")
        found = readers.domains(answer.result, self.system)
        return [item for item in found if not own or _is(self.acting.agency, item.owner)]

    @operation(
        wire="LayDanhMuc*",
        generation="2020",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="national_portal.md §2.1",
    )
    def catalogue(self, which: Catalogue) -> Flow[list[CatalogueRow]]:
        """A code list of which only the service's name is known; every field is kept."""
        answer = yield from self._list(which.value)
        return readers.catalogue(answer.result, self.system)

    @operation(
        wire="LayQDCB",
        generation="2020",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="national_portal.md §2.1",
    )
    def publication(self, decision: str) -> Flow[list[CatalogueRow]]:
        """A decision that published procedures (`idQDCB`); offered by provincial gateways."""
        answer = yield from self._talk("LayQDCB", {"idQDCB": decision}, share=True)
        return readers.catalogue(self._granted(answer).result, self.system)

    @operation(
        wire="TraCuuTechID",
        generation="2020",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="national_portal.md §2.5",
        personal=True,
    )
    def account_id(self, number: CitizenId | OldIdNumber | TaxNumber) -> Flow[str | None]:
        """Technical id of the portal account of this number, or None when it has no account."""
        params: dict[str, object] = {"provider": ACCOUNT_PROVIDER, "mstorcmnd": number.reveal()}
        answer = yield from self._talk("TraCuuTechID", params, share=True)
        if answer.no_account:
            return None
        return readers.account_id(self._granted(answer).result, self.system)

    @operation(
        wire="LayDVC",
        generation="2020",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="national_portal.md §2.5",
    )
    def online_services(self) -> Flow[list[OnlineService]]:
        """Online services and where they apply."""
        answer = yield from self._list("LayDVC", share=False)
        return readers.online_services(answer.result, self.system)


def _is(agency: AgencyCode, named: str) -> bool:
    """Whether a code names this agency, in either form and any case."""
    try:
        return agency.same_as(AgencyCode(named.upper()))
    except InvalidInput:
        return False
