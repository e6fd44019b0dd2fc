"""The wires that the kit knows: how each mock is made, reached and filled. A new generation is an entry here."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

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


def _mock(place: str, **settled: Any) -> Callable[[Clock], MockSystem]:
    """What makes a mock of a module and class; mocks load on first use."""

    def made(now: Clock) -> MockSystem:
        module, _, name = place.partition(":")
        mock: MockSystem = getattr(import_module(f"gov_connect.mocks.{module}"), name)(now=now, **settled)
        return mock

    return made


_PORTAL: Final = _mock("portal:PortalMock", generation=2)
_RESIDENTS: Final = _mock("residents:ResidentsMock")


def _bus(place: str) -> Callable[[Clock], MockSystem]:
    """What makes a bus or security server with the systems behind it."""
    return lambda now: _mock(place, behind={"residents": _RESIDENTS(now), "portal": _PORTAL(now)})(now)


def _signing(place: str, **attributes: object) -> Callable[[Clock], MockSystem]:
    """What makes a signing service, with certificates of its own."""

    def made(now: Clock) -> MockSystem:
        from gov_connect.mocks.systems import throw_away_pki  # noqa: PLC0415 - mocks load on first use

        mock = _mock(place, pki=throw_away_pki(now))(now)
        for name, value in attributes.items():
            setattr(mock, name, value)
        return mock

    return made


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


def _unit() -> dict[str, str]:
    return {"unit": "99001"}


def _signer() -> dict[str, str]:
    from gov_connect.mocks._phone import DEMO_USER  # noqa: PLC0415 - mocks load on first use

    return {"signer": DEMO_USER}


def _pin() -> dict[str, str]:
    from gov_connect.mocks.csc import PIN  # noqa: PLC0415 - mocks load on first use

    return {"pin": PIN}


def _wire(
    name: str,
    mock: Callable[[Clock], MockSystem],
    vi: str,
    en: str,
    *,
    variables: Callable[[str], dict[str, str]] | None = None,
    known: Callable[[], dict[str, str]] = _procedure,
    settings: tuple[str, ...] = (),
) -> Wire:
    """An entry; where a system has several generations, its suites are named after them too."""
    system, _, generation = name.partition("/")
    suite = f"{system}_{generation.lower()}" if system in _GENERATIONS else system
    return Wire(
        name=name,
        suite=suite,
        vi=vi,
        en=en,
        mock=mock,
        variables=variables or _of_mocks(system),
        known=known,
        settings=settings,
    )


_GENERATIONS: Final = frozenset({"portal", "residents", "civil_registry"})
_REGISTRY: Final = _mock("civil_registry:CivilRegistryMock")
_BEHIND_A_BUS: Final = ("residents", "portal")

WIRES: Final[dict[str, Wire]] = {
    wire.name: wire
    for wire in (
        _wire(
            "portal/2020",
            _PORTAL,
            "Cổng Dịch vụ công quốc gia, thế hệ 2020",
            "National public-service portal, generation 2020",
        ),
        _wire(
            "portal/2026",
            _mock("portal:PortalMock2026"),
            "Cổng Dịch vụ công quốc gia, thế hệ 2026",
            "National public-service portal, generation 2026",
            variables=_through("portal_2026"),
        ),
        _wire(
            "residents/037",
            _RESIDENTS,
            "Cơ sở dữ liệu quốc gia về dân cư, dịch vụ 037",
            "National residents database, service 037",
            known=_people,
        ),
        *(
            _wire(
                f"civil_registry/{generation}",
                _REGISTRY,
                f"Hệ thống thông tin hộ tịch điện tử dùng chung, thế hệ {generation}{vi}",
                f"Civil registry, generation {generation}{en}",
                variables=_registry_of(generation),
                known=_unit,
            )
            for generation, vi, en in (
                ("G1", "", ""),
                ("G2", " (hồ sơ liên thông)", " (interlinked dossiers)"),
                ("G3", " (hồ sơ mới)", " (new dossiers)"),
            )
        ),
        _wire(
            "bundle_platform/1",
            _mock("bundle_platform:BundlePlatformMock"),
            "Phần mềm dịch vụ công liên thông",
            "Platform of interlinked dossiers",
        ),
        _wire("vnpt_receipt/1", _mock("receipts:VnptReceiptsMock"), "Biên lai điện tử VNPT", "VNPT e-receipts"),
        _wire(
            "viettel_receipt/1",
            _mock("receipts:ViettelReceiptsMock"),
            "Biên lai điện tử Viettel SInvoice",
            "Viettel SInvoice e-receipts",
        ),
        _wire(
            "lgsp/wso2",
            _bus("gateways:LgspMock"),
            "Trục LGSP (mã truy cập OAuth2), trước CSDL dân cư",
            "Provincial bus (OAuth2 token) in front of the residents database",
            variables=_through("lgsp", *_BEHIND_A_BUS),
            known=_people,
            settings=_BEHIND_A_BUS,
        ),
        _wire(
            "xroad/r1",
            _bus("gateways:XRoadMock"),
            "Máy chủ bảo mật X-Road (REST r1), trước CSDL dân cư",
            "X-Road security server (REST r1) in front of the residents database",
            variables=_through("xroad", *_BEHIND_A_BUS),
            known=_people,
            settings=_BEHIND_A_BUS,
        ),
        _wire(
            "national_payment/1.0.6",
            _mock("national_payment:NationalPaymentMock"),
            "Nền tảng thanh toán trực tuyến quốc gia, phiên bản 1.0.6",
            "National payment platform, version 1.0.6",
        ),
        _wire(
            "vnpay/2.1.0",
            _mock("vnpay:VnpayMock"),
            "Cổng thanh toán VNPAY, phiên bản 2.1.0",
            "VNPAY gateway, version 2.1.0",
        ),
        _wire(
            "smartca/sp769",
            _signing("smartca:SmartCaMock", obliging=True),  # nobody stands by with a phone
            "Ký số từ xa VNPT SmartCA, giao thức sp769",
            "VNPT SmartCA remote signing, protocol sp769",
            known=_signer,
        ),
        _wire(
            "mysign/1.9",
            _signing("mysign:MySignMock", obliging=True),
            "Ký số từ xa Viettel MySign, phiên bản 1.9",
            "Viettel MySign remote signing, version 1.9",
            known=_signer,
        ),
        _wire(
            "csc/1",
            _signing("csc:CscMock"),
            "Ký số từ xa theo chuẩn CSC, phiên bản 1",
            "Remote signing by the CSC API, version 1",
            known=_pin,
        ),
    )
}


def known() -> frozenset[str]:
    """What may be asked for: each wire, and each system for all its generations."""
    return frozenset({*WIRES, *(wire.system for wire in WIRES.values())})
