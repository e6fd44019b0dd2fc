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
        settings: systems of the settings that a client of this wire has; none for the wire's own system.
    """

    name: str
    suite: str
    vi: str
    en: str
    mock: Callable[[Clock], MockSystem]
    variables: Callable[[str], dict[str, str]]
    known: Callable[[], dict[str, str]]
    settings: tuple[str, ...] = ()

    @property
    def configured(self) -> tuple[str, ...]:
        """Systems of the settings; the first has the address of what is tested."""
        return self.settings or (self.system,)

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


def _bundle_platform(now: Clock) -> MockSystem:
    from gov_connect.mocks.bundle_platform import BundlePlatformMock  # noqa: PLC0415 - mocks load on first use

    return BundlePlatformMock(now=now)


def _vnpt_receipt(now: Clock) -> MockSystem:
    from gov_connect.mocks.receipts import VnptReceiptsMock  # noqa: PLC0415 - mocks load on first use

    return VnptReceiptsMock(now=now)


def _viettel_receipt(now: Clock) -> MockSystem:
    from gov_connect.mocks.receipts import ViettelReceiptsMock  # noqa: PLC0415 - mocks load on first use

    return ViettelReceiptsMock(now=now)


def _lgsp(now: Clock) -> MockSystem:
    from gov_connect.mocks.gateways import LgspMock  # noqa: PLC0415 - mocks load on first use

    return LgspMock({"residents": _residents(now), "portal": _portal(now)}, now=now)


def _xroad(now: Clock) -> MockSystem:
    from gov_connect.mocks.gateways import XRoadMock  # noqa: PLC0415 - mocks load on first use

    return XRoadMock({"residents": _residents(now), "portal": _portal(now)}, now=now)


def _national_payment(now: Clock) -> MockSystem:
    from gov_connect.mocks.national_payment import NationalPaymentMock  # noqa: PLC0415 - mocks load on first use

    return NationalPaymentMock(now=now)


def _vnpay(now: Clock) -> MockSystem:
    from gov_connect.mocks.vnpay import VnpayMock  # noqa: PLC0415 - mocks load on first use

    return VnpayMock(now=now)


def _smartca(now: Clock) -> MockSystem:
    from gov_connect.mocks.smartca import SmartCaMock  # noqa: PLC0415 - mocks load on first use
    from gov_connect.mocks.systems import throw_away_pki  # noqa: PLC0415 - mocks load on first use

    made = SmartCaMock(pki=throw_away_pki(now), now=now)
    made.obliging = True  # nobody stands by with a phone
    return made


def _mysign(now: Clock) -> MockSystem:
    from gov_connect.mocks.mysign import MySignMock  # noqa: PLC0415 - mocks load on first use
    from gov_connect.mocks.systems import throw_away_pki  # noqa: PLC0415 - mocks load on first use

    made = MySignMock(pki=throw_away_pki(now), now=now)
    made.obliging = True  # nobody stands by with a phone
    return made


def _csc(now: Clock) -> MockSystem:
    from gov_connect.mocks.csc import CscMock  # noqa: PLC0415 - mocks load on first use
    from gov_connect.mocks.systems import throw_away_pki  # noqa: PLC0415 - mocks load on first use

    return CscMock(pki=throw_away_pki(now), now=now)


def _of_mocks(system: str) -> Callable[[str], dict[str, str]]:
    """Variables of a system that the mocks themselves describe."""

    def variables(base_url: str) -> dict[str, str]:
        from gov_connect.mocks.systems import SYSTEMS, environment  # noqa: PLC0415 - mocks load on first use

        every = environment(dict.fromkeys(SYSTEMS, base_url))
        own = f"GOV_CONNECT_{system.upper()}__"
        return {name.removeprefix("GOV_CONNECT_"): value for name, value in every.items() if name.startswith(own)}

    return variables


def _registry_of(generation: str) -> Callable[[str], dict[str, str]]:
    usual = _of_mocks("civil_registry")
    return lambda base_url: usual(base_url) | {"CIVIL_REGISTRY__GENERATION": generation}


def _through(way: str, *systems: str) -> Callable[[str], dict[str, str]]:
    """Variables of a client that takes a way: those of the systems at its end, with the way's own over them."""

    def variables(base_url: str) -> dict[str, str]:
        from gov_connect.mocks.systems import environment_through  # noqa: PLC0415 - mocks load on first use

        usual = {name: value for system in systems for name, value in _of_mocks(system)(base_url).items()}
        over = environment_through(way, {way: base_url})
        return usual | {name.removeprefix("GOV_CONNECT_"): value for name, value in over.items()}

    return variables


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


def _signer() -> dict[str, str]:
    from gov_connect.mocks._phone import DEMO_USER  # noqa: PLC0415 - mocks load on first use

    return {"signer": DEMO_USER}


def _pin() -> dict[str, str]:
    from gov_connect.mocks.csc import PIN  # noqa: PLC0415 - mocks load on first use

    return {"pin": PIN}


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
            variables=_through("portal_2026"),
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
            name="civil_registry/G2",
            suite="civil_registry_g2",
            vi="Hệ thống thông tin hộ tịch điện tử dùng chung, thế hệ G2 (hồ sơ liên thông)",
            en="Civil registry, generation G2 (interlinked dossiers)",
            mock=_registry,
            variables=_registry_of("G2"),
            known=lambda: {"unit": "99001"},
        ),
        Wire(
            name="civil_registry/G3",
            suite="civil_registry_g3",
            vi="Hệ thống thông tin hộ tịch điện tử dùng chung, thế hệ G3 (hồ sơ mới)",
            en="Civil registry, generation G3 (new dossiers)",
            mock=_registry,
            variables=_registry_of("G3"),
            known=lambda: {"unit": "99001"},
        ),
        Wire(
            name="bundle_platform/1",
            suite="bundle_platform",
            vi="Phần mềm dịch vụ công liên thông",
            en="Platform of interlinked dossiers",
            mock=_bundle_platform,
            variables=_of_mocks("bundle_platform"),
            known=_procedure,
        ),
        Wire(
            name="vnpt_receipt/1",
            suite="vnpt_receipt",
            vi="Biên lai điện tử VNPT",
            en="VNPT e-receipts",
            mock=_vnpt_receipt,
            variables=_of_mocks("vnpt_receipt"),
            known=_procedure,
        ),
        Wire(
            name="viettel_receipt/1",
            suite="viettel_receipt",
            vi="Biên lai điện tử Viettel SInvoice",
            en="Viettel SInvoice e-receipts",
            mock=_viettel_receipt,
            variables=_of_mocks("viettel_receipt"),
            known=_procedure,
        ),
        Wire(
            name="lgsp/wso2",
            suite="lgsp",
            vi="Trục LGSP (mã truy cập OAuth2), trước CSDL dân cư",
            en="Provincial bus (OAuth2 token) in front of the residents database",
            mock=_lgsp,
            variables=_through("lgsp", "residents", "portal"),
            known=_people,
            settings=("residents", "portal"),
        ),
        Wire(
            name="xroad/r1",
            suite="xroad",
            vi="Máy chủ bảo mật X-Road (REST r1), trước CSDL dân cư",
            en="X-Road security server (REST r1) in front of the residents database",
            mock=_xroad,
            variables=_through("xroad", "residents", "portal"),
            known=_people,
            settings=("residents", "portal"),
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
        Wire(
            name="smartca/sp769",
            suite="smartca",
            vi="Ký số từ xa VNPT SmartCA, giao thức sp769",
            en="VNPT SmartCA remote signing, protocol sp769",
            mock=_smartca,
            variables=_of_mocks("smartca"),
            known=_signer,
        ),
        Wire(
            name="mysign/1.9",
            suite="mysign",
            vi="Ký số từ xa Viettel MySign, phiên bản 1.9",
            en="Viettel MySign remote signing, version 1.9",
            mock=_mysign,
            variables=_of_mocks("mysign"),
            known=_signer,
        ),
        Wire(
            name="csc/1",
            suite="csc",
            vi="Ký số từ xa theo chuẩn CSC, phiên bản 1",
            en="Remote signing by the CSC API, version 1",
            mock=_csc,
            variables=_of_mocks("csc"),
            known=_pin,
        ),
    )
}


def known() -> frozenset[str]:
    """What may be asked for: each wire, and each system for all its generations."""
    return frozenset({*WIRES, *(wire.system for wire in WIRES.values())})
