"""The wires that the kit knows: how each mock is made, reached and filled. A new generation is an entry here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.mocks.core import Clock, MockSystem


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One generation of one system.

    Attributes:
        name: `system/generation`.
        suite: end of the names of its test modules.
        mock: makes the mock, with its clock.
        variables: GOV_CONNECT_ variables, without the prefix, of a client of the mock at an address.
        known: what the mock has (see `Capabilities.known`).
    """

    name: str
    suite: str
    vi: str
    en: str
    mock: Callable[[Clock], MockSystem]
    variables: Callable[[str], dict[str, str]]
    known: Callable[[], dict[str, str]]

    @property
    def system(self) -> str:
        """Name of the system, e.g. "portal"."""
        return self.name.partition("/")[0]


def _portal(now: Clock) -> MockSystem:
    from gov_connect.mocks.portal import PortalMock  # noqa: PLC0415 - mocks load on first use

    return PortalMock(now=now, generation=2)


def _portal_2026(now: Clock) -> MockSystem:
    from gov_connect.mocks.portal import PortalMock2026  # noqa: PLC0415 - mocks load on first use

    return PortalMock2026(now=now)


def _residents(now: Clock) -> MockSystem:
    from gov_connect.mocks.residents import ResidentsMock  # noqa: PLC0415 - mocks load on first use

    return ResidentsMock(now=now)


def _registry(now: Clock) -> MockSystem:
    from gov_connect.mocks.civil_registry import CivilRegistryMock  # noqa: PLC0415 - mocks load on first use

    return CivilRegistryMock(now=now)


def _national_payment(now: Clock) -> MockSystem:
    from gov_connect.mocks.national_payment import NationalPaymentMock  # noqa: PLC0415 - mocks load on first use

    return NationalPaymentMock(now=now)


def _vnpay(now: Clock) -> MockSystem:
    from gov_connect.mocks.vnpay import VnpayMock  # noqa: PLC0415 - mocks load on first use

    return VnpayMock(now=now)


def _of_mocks(system: str) -> Callable[[str], dict[str, str]]:
    """Variables of a system that the mocks themselves describe."""

    def variables(base_url: str) -> dict[str, str]:
        from gov_connect.mocks.systems import SYSTEMS, environment  # noqa: PLC0415 - mocks load on first use

        every = environment(dict.fromkeys(SYSTEMS, base_url))
        own = f"GOV_CONNECT_{system.upper()}__"
        return {name.removeprefix("GOV_CONNECT_"): value for name, value in every.items() if name.startswith(own)}

    return variables


def _portal_2026_variables(base_url: str) -> dict[str, str]:
    from gov_connect.mocks.systems import environment_through  # noqa: PLC0415 - mocks load on first use

    made = environment_through("portal_2026", {"portal_2026": base_url})
    return {name.removeprefix("GOV_CONNECT_"): value for name, value in made.items()}


def _people() -> dict[str, str]:
    from gov_connect.mocks._person import population  # noqa: PLC0415 - mocks load on first use

    exact = next(person for person in population(0) if person.number and not person.year_only)
    by_year = next(person for person in population(0) if person.number and person.year_only)
    return {
        "person_number": exact.number,
        "person_name": exact.name,
        "person_born": f"{exact.birth:%Y-%m-%d}",
        "year_only_number": by_year.number,
        "year_only_name": by_year.name,
        "year_only_born": f"{by_year.birth:%Y}",
    }


def _procedure() -> dict[str, str]:
    return {"procedure": "1.001193"}


WIRES: Final[dict[str, Wire]] = {
    wire.name: wire
    for wire in (
        Wire(
            name="portal/2020",
            suite="portal_2020",
            vi="Cổng Dịch vụ công quốc gia, thế hệ 2020",
            en="National public-service portal, generation 2020",
            mock=_portal,
            variables=_of_mocks("portal"),
            known=_procedure,
        ),
        Wire(
            name="portal/2026",
            suite="portal_2026",
            vi="Cổng Dịch vụ công quốc gia, thế hệ 2026",
            en="National public-service portal, generation 2026",
            mock=_portal_2026,
            variables=_portal_2026_variables,
            known=_procedure,
        ),
        Wire(
            name="residents/037",
            suite="residents_037",
            vi="Cơ sở dữ liệu quốc gia về dân cư, dịch vụ 037",
            en="National residents database, service 037",
            mock=_residents,
            variables=_of_mocks("residents"),
            known=_people,
        ),
        Wire(
            name="civil_registry/G1",
            suite="civil_registry_g1",
            vi="Hệ thống thông tin hộ tịch điện tử dùng chung, thế hệ G1",
            en="Civil registry, generation G1",
            mock=_registry,
            variables=_of_mocks("civil_registry"),
            known=lambda: {"unit": "99001"},
        ),
        Wire(
            name="national_payment/1.0.6",
            suite="national_payment",
            vi="Nền tảng thanh toán trực tuyến quốc gia, phiên bản 1.0.6",
            en="National payment platform, version 1.0.6",
            mock=_national_payment,
            variables=_of_mocks("national_payment"),
            known=_procedure,
        ),
        Wire(
            name="vnpay/2.1.0",
            suite="vnpay",
            vi="Cổng thanh toán VNPAY, phiên bản 2.1.0",
            en="VNPAY gateway, version 2.1.0",
            mock=_vnpay,
            variables=_of_mocks("vnpay"),
            known=_procedure,
        ),
    )
}
