"""The systems by their names, each of its own class."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from gov_connect.mocks.bundle_platform import BundlePlatformMock
    from gov_connect.mocks.civil_registry import CivilRegistryMock
    from gov_connect.mocks.core import MockSystem
    from gov_connect.mocks.csc import CscMock
    from gov_connect.mocks.gateways import LgspMock, XRoadMock
    from gov_connect.mocks.mysign import MySignMock
    from gov_connect.mocks.national_payment import NationalPaymentMock
    from gov_connect.mocks.portal import PortalMock, PortalMock2026
    from gov_connect.mocks.receipts import ViettelReceiptsMock, VnptReceiptsMock
    from gov_connect.mocks.residents import ResidentsMock
    from gov_connect.mocks.smartca import SmartCaMock
    from gov_connect.mocks.timestamp import TimestampMock
    from gov_connect.mocks.vnpay import VnpayMock


class NamedSystems:
    """`mocks.portal` instead of `mocks.systems["portal"]`, for whoever scripts a system."""

    systems: dict[str, MockSystem]

    @property
    def portal(self) -> PortalMock:
        """Give the national portal."""
        return cast("PortalMock", self.systems["portal"])

    @property
    def residents(self) -> ResidentsMock:
        """Give the residents database."""
        return cast("ResidentsMock", self.systems["residents"])

    @property
    def civil_registry(self) -> CivilRegistryMock:
        """Give the civil registry."""
        return cast("CivilRegistryMock", self.systems["civil_registry"])

    @property
    def bundle_platform(self) -> BundlePlatformMock:
        """Give the bundle platform."""
        return cast("BundlePlatformMock", self.systems["bundle_platform"])

    @property
    def national_payment(self) -> NationalPaymentMock:
        """Give the payment platform."""
        return cast("NationalPaymentMock", self.systems["national_payment"])

    @property
    def smartca(self) -> SmartCaMock:
        """Give VNPT SmartCA."""
        return cast("SmartCaMock", self.systems["smartca"])

    @property
    def mysign(self) -> MySignMock:
        """Give Viettel MySign."""
        return cast("MySignMock", self.systems["mysign"])

    @property
    def csc(self) -> CscMock:
        """Give the signing service of the CSC API."""
        return cast("CscMock", self.systems["csc"])

    @property
    def timestamp(self) -> TimestampMock:
        """Give the timestamp authority."""
        return cast("TimestampMock", self.systems["timestamp"])

    @property
    def vnpay(self) -> VnpayMock:
        """Give VNPAY."""
        return cast("VnpayMock", self.systems["vnpay"])

    @property
    def vnpt_receipt(self) -> VnptReceiptsMock:
        """Give VNPT's e-receipts."""
        return cast("VnptReceiptsMock", self.systems["vnpt_receipt"])

    @property
    def viettel_receipt(self) -> ViettelReceiptsMock:
        """Give Viettel's e-receipts."""
        return cast("ViettelReceiptsMock", self.systems["viettel_receipt"])

    @property
    def portal_2026(self) -> PortalMock2026:
        """Give the portal of the 2026 generation."""
        return cast("PortalMock2026", self.systems["portal_2026"])

    @property
    def lgsp(self) -> LgspMock:
        """Give the provincial bus, in front of `portal` and `residents`."""
        return cast("LgspMock", self.systems["lgsp"])

    @property
    def xroad(self) -> XRoadMock:
        """Give the security server, in front of `portal` and `residents`."""
        return cast("XRoadMock", self.systems["xroad"])
