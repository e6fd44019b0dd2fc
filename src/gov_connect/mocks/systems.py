"""The systems together, without sockets: the offline fakes, and what the servers put behind HTTP."""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING, Final

from gov_connect.mocks import (
    bundle_platform,
    civil_registry,
    csc,
    gateways,
    mysign,
    national_payment,
    portal,
    receipts,
    residents,
    smartca,
    timestamp,
    vnpay,
)
from gov_connect.mocks.core import STORE_KEY, vietnam_now
from gov_connect.mocks.faults import FaultPlan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gov_connect.mocks.core import Clock, MockSystem
    from gov_connect.mocks.faults import Profile
    from gov_connect.mocks.pki import Pki

AGENCY: Final = "H99.201"
AGENCY_NAME: Final = "Ủy ban nhân dân xã Mẫu"
SYSTEMS: Final = (
    "portal",
    "residents",
    "civil_registry",
    "national_payment",
    "vnpay",
    "bundle_platform",
    "smartca",
    "mysign",
    "csc",
    "timestamp",
    "vnpt_receipt",
    "viettel_receipt",
    "portal_2026",
    "lgsp",
    "xroad",
)
OTHER_WAYS: Final = ("portal_2026", "lgsp", "xroad")
"""Systems that a client reaches by other settings of `portal` and `residents`: see `environment_through`."""


def in_process(*, seed: int = 0, faults: Profile = "calm", now: Clock = vietnam_now) -> dict[str, MockSystem]:
    """Give the systems by name. Each has a plan of its own, of the same seed."""

    def plan() -> FaultPlan:
        return FaultPlan(faults, seed)

    pki = throw_away_pki(now)
    behind: dict[str, MockSystem] = {
        "portal": portal.PortalMock(faults=plan(), now=now),
        "residents": residents.ResidentsMock(faults=plan(), now=now),
    }
    return {
        **behind,
        "civil_registry": civil_registry.CivilRegistryMock(faults=plan(), now=now),
        "national_payment": national_payment.NationalPaymentMock(faults=plan(), now=now),
        "vnpay": vnpay.VnpayMock(faults=plan(), now=now),
        "smartca": smartca.SmartCaMock(pki=pki, faults=plan(), now=now),
        "mysign": mysign.MySignMock(pki=pki, faults=plan(), now=now),
        "csc": csc.CscMock(pki=pki, faults=plan(), now=now),
        "timestamp": timestamp.TimestampMock(pki, faults=plan(), now=now),
        "bundle_platform": bundle_platform.BundlePlatformMock(faults=plan(), now=now),
        "vnpt_receipt": receipts.VnptReceiptsMock(faults=plan(), now=now),
        "viettel_receipt": receipts.ViettelReceiptsMock(faults=plan(), now=now),
        "portal_2026": portal.PortalMock2026(faults=plan(), now=now),
        "lgsp": gateways.LgspMock(behind, faults=plan(), now=now),
        "xroad": gateways.XRoadMock(behind, faults=plan(), now=now),
    }


@cache
def throw_away_pki(now: Clock = vietnam_now) -> Callable[[], Pki]:
    """What gives the PKI of all systems on a clock: made on first use, the same ever after."""

    @cache
    def make() -> Pki:
        from gov_connect.mocks.pki import Pki  # noqa: PLC0415 - cryptography on first use

        return Pki(now())

    return make


def signing_environment(pki: Pki) -> dict[str, str]:
    """Give the GOV_CONNECT_SIGNING__ variables: roots and CRLs as PEM, an officer's and the agency's key."""
    crls = "".join(
        f"-----BEGIN X509 CRL-----\n{base64.encodebytes(data).decode()}-----END X509 CRL-----\n"
        for data in pki.evidence_bytes()
    )
    values = {
        "OFFICIAL_ROOTS": pki.official_root.pem.decode(),
        "PUBLIC_ROOTS": pki.public_root.pem.decode(),
        "TIMESTAMP_ROOTS": pki.official_root.pem.decode(),
        "REVOCATION_DATA": crls,
        "PERSONAL__FILE": pki.officer.key_pem.decode(),
        "PERSONAL__CERTIFICATE": pki.officer.chain_pem.decode(),
        "AGENCY__FILE": pki.agency.key_pem.decode(),
        "AGENCY__CERTIFICATE": pki.agency.chain_pem.decode(),
    }
    return {f"GOV_CONNECT_SIGNING__{name}": value for name, value in values.items()}


def environment(base_urls: Mapping[str, str]) -> dict[str, str]:
    """Give every GOV_CONNECT_ variable that a client of these systems needs."""
    values = {
        "ENVIRONMENT": "test",
        "AGENCY": AGENCY,
        "AGENCY_NAME": AGENCY_NAME,
        "STORE_KEY": STORE_KEY,
        "PORTAL__BASE_URL": base_urls["portal"],
        "PORTAL__USERNAME": portal.USERNAME,
        "PORTAL__PASSWORD": portal.PASSWORD,
        "PORTAL__DSTCODE": portal.DSTCODE,
        "PORTAL__SHARE_ENDPOINT": portal.SHARE_ENDPOINT,
        "PORTAL__INTEGRATION_ENDPOINT": portal.INTEGRATION_ENDPOINT,
        "RESIDENTS__BASE_URL": base_urls["residents"] + residents.ENDPOINT,
        "RESIDENTS__ENDPOINT": residents.ENDPOINT,
        "RESIDENTS__USERNAME": residents.USERNAME,
        "RESIDENTS__SECRET": residents.SECRET,
        "RESIDENTS__TIMESTAMP_UNIT": "ms",
        "CIVIL_REGISTRY__BASE_URL": base_urls["civil_registry"],
        "CIVIL_REGISTRY__TOKEN_URL": base_urls["civil_registry"] + civil_registry.TOKEN_PATH,
        "CIVIL_REGISTRY__CLIENT_ID": civil_registry.CLIENT_ID,
        "CIVIL_REGISTRY__CLIENT_SECRET": civil_registry.CLIENT_SECRET,
        "CIVIL_REGISTRY__GENERATION": "G1",
        "CIVIL_REGISTRY__BUNDLE_PATH": civil_registry.BUNDLE_PATH,
        "CIVIL_REGISTRY__BUNDLE_RESULT_PATH": civil_registry.BUNDLE_RESULT_PATH,
        "CIVIL_REGISTRY__NEWER_PATH": civil_registry.NEWER_PATH,
        "CIVIL_REGISTRY__SYNC_PATH": civil_registry.SYNC_PATH,
        "CIVIL_REGISTRY__PROVINCE": "99",
        # Guesses of the wire document, and a false list: the real ones are not public.
        "CIVIL_REGISTRY__MODULES": '{"marital_status": "HN", "recognition": "CMC"}',
        "CIVIL_REGISTRY__ETHNIC_CODES": '{"Kinh": "01", "Tày": "02", "Thái": "03"}',
        **_money_and_signatures(base_urls),
    }
    if "bundle_platform" in base_urls:
        values |= _bundle_platform(base_urls["bundle_platform"])
    if "vnpt_receipt" in base_urls:
        values |= _receipts(base_urls)
    return {f"GOV_CONNECT_{name}": value for name, value in values.items()}


def _money_and_signatures(base_urls: Mapping[str, str]) -> dict[str, str]:
    return {
        "NATIONAL_PAYMENT__BASE_URL": base_urls["national_payment"],
        "NATIONAL_PAYMENT__PARTNER_CODE": national_payment.PARTNER_CODE,
        "NATIONAL_PAYMENT__SECRET": national_payment.SECRET,
        # The platform refuses a receipt without a beneficiary (payment.md §1.4).
        "NATIONAL_PAYMENT__BENEFICIARY_ACCOUNT": "0000000001",
        "NATIONAL_PAYMENT__BENEFICIARY_BANK": "970436",
        "NATIONAL_PAYMENT__BENEFICIARY_NAME": "KHO BAC MAU",
        "RECEIPTS__SYMBOL": "AA-26E",
        "SMARTCA__BASE_URL": base_urls["smartca"],
        "SMARTCA__SP_ID": smartca.SP_ID,
        "SMARTCA__SP_PASSWORD": smartca.SP_PASSWORD,
        "MYSIGN__BASE_URL": base_urls["mysign"],
        "MYSIGN__CLIENT_ID": mysign.CLIENT_ID,
        "MYSIGN__CLIENT_SECRET": mysign.CLIENT_SECRET,
        "CSC__BASE_URL": base_urls["csc"],
        "CSC__ACCESS_TOKEN": csc.ACCESS_TOKEN,
        "CSC__CREDENTIAL": csc.CREDENTIAL,
        "TIMESTAMP__BASE_URL": base_urls["timestamp"] + timestamp.PATH,
        "VNPAY__BASE_URL": base_urls["vnpay"],
        "VNPAY__TMN_CODE": vnpay.TMN_CODE,
        "VNPAY__HASH_SECRET": vnpay.HASH_SECRET,
        "VNPAY__RETURN_URL": base_urls["vnpay"] + vnpay.RETURN_PATH,
    }


def _bundle_platform(base_url: str) -> dict[str, str]:
    return {
        "BUNDLE_PLATFORM__BASE_URL": base_url,
        "BUNDLE_PLATFORM__USERNAME": bundle_platform.USERNAME,
        "BUNDLE_PLATFORM__PASSWORD": bundle_platform.PASSWORD,
        "BUNDLE_PLATFORM__TOKEN_PATH": bundle_platform.TOKEN_PATH,
        "BUNDLE_PLATFORM__LIST_PATH": bundle_platform.LIST_PATH,
        "BUNDLE_PLATFORM__ACKNOWLEDGE_PATH": bundle_platform.ACKNOWLEDGE_PATH,
        "BUNDLE_PLATFORM__STATUS_PATH": bundle_platform.STATUS_PATH,
    }


def _receipts(base_urls: Mapping[str, str]) -> dict[str, str]:
    return {
        "VNPT_RECEIPT__BASE_URL": base_urls["vnpt_receipt"],
        "VNPT_RECEIPT__ACCOUNT": receipts.vnpt.ACCOUNT,
        "VNPT_RECEIPT__ACCOUNT_PASSWORD": receipts.vnpt.ACCOUNT_PASSWORD,
        "VNPT_RECEIPT__USERNAME": receipts.vnpt.USERNAME,
        "VNPT_RECEIPT__PASSWORD": receipts.vnpt.PASSWORD,
        "VNPT_RECEIPT__PATTERN": receipts.FORM,
        "VNPT_RECEIPT__SERIAL": receipts.SYMBOL,
        "VNPT_RECEIPT__TAX_CODE": receipts.TAX_CODE,
        "VIETTEL_RECEIPT__BASE_URL": base_urls["viettel_receipt"],
        "VIETTEL_RECEIPT__USERNAME": receipts.viettel.USERNAME,
        "VIETTEL_RECEIPT__PASSWORD": receipts.viettel.PASSWORD,
        "VIETTEL_RECEIPT__TAX_CODE": receipts.TAX_CODE,
        "VIETTEL_RECEIPT__TEMPLATE": receipts.FORM,
        "VIETTEL_RECEIPT__SERIAL": receipts.SYMBOL,
    }


def environment_through(way: str, base_urls: Mapping[str, str]) -> dict[str, str]:
    """Give the variables that send a client another way: `lgsp`, `xroad`, or to `portal_2026`.

    They go over those of `environment`; LookupError for a way that is not known.
    """
    base_url = base_urls[way]
    values = {"lgsp": _through_lgsp, "xroad": _through_xroad, "portal_2026": _newer_portal}[way](base_url)
    return {f"GOV_CONNECT_{name}": value for name, value in values.items()}


def _through_lgsp(base_url: str) -> dict[str, str]:
    bus = gateways.lgsp
    own = {
        "KIND": "lgsp",
        "TOKEN_URL": base_url + bus.TOKEN_PATH,
        "CONSUMER_KEY": bus.CONSUMER_KEY,
        "CONSUMER_SECRET": bus.CONSUMER_SECRET,
    }
    ways = {"RESIDENTS": base_url + bus.RESIDENTS_PATH, "PORTAL": base_url + bus.PORTAL_PATH}
    return _gateway(ways, {"RESIDENTS": own, "PORTAL": own})


def _through_xroad(base_url: str) -> dict[str, str]:
    own = {"KIND": "xroad", "CLIENT": gateways.xroad.CLIENT, "SEND_USER": "true"}
    residents_way = own | {"SERVICE": gateways.xroad.RESIDENTS_SERVICE}
    portal_way = own | {"SERVICE": gateways.xroad.PORTAL_SERVICE}
    ways = _gateway({"RESIDENTS": base_url, "PORTAL": base_url}, {"RESIDENTS": residents_way, "PORTAL": portal_way})
    # The service stands for the head of the portal's own paths.
    endpoints = {"LOGIN_PATH": "login", "SHARE_ENDPOINT": "share", "INTEGRATION_ENDPOINT": "integration"}
    return ways | {f"PORTAL__{name}": value for name, value in endpoints.items()}


def _gateway(base_urls: Mapping[str, str], ways: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    made = {f"{system}__BASE_URL": url for system, url in base_urls.items()}
    return made | {f"{system}__GATEWAY__{name}": value for system, way in ways.items() for name, value in way.items()}


def _newer_portal(base_url: str) -> dict[str, str]:
    newer = portal.newer
    return {
        "PORTAL__BASE_URL": base_url,
        "PORTAL__GENERATION": "2026",
        "PORTAL__NEWER__CLIENT_ID": newer.CLIENT_ID,
        "PORTAL__NEWER__CLIENT_SECRET": newer.CLIENT_SECRET,
        **{f"PORTAL__NEWER__{name.upper()}_PATH": path for name, path in newer.PATHS.items()},
    }
