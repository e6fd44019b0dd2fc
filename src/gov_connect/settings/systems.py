"""The outside systems that an agency may have: one list, for the common settings and for those of each agency."""

from __future__ import annotations

from pydantic import BaseModel

from gov_connect.settings.fields import OnUse
from gov_connect.settings.payments import (
    CashSettings,
    KeypaySettings,
    NationalPaymentSettings,
    PaygovSettings,
    ReceiptSettings,
    VietqrSettings,
    ViettelReceiptSettings,
    VnpaySettings,
    VnptReceiptSettings,
)
from gov_connect.settings.portal import PortalSettings
from gov_connect.settings.registry import BundlePlatformSettings, CivilRegistrySettings
from gov_connect.settings.residents import ResidentsSettings
from gov_connect.settings.signing import (
    CscSettings,
    MySignSettings,
    SigningSettings,
    SmartCaSettings,
    TimestampSettings,
)


class SystemsSettings(BaseModel, defer_build=True):
    """The systems; None for one that the agency does not have."""

    portal: OnUse[PortalSettings] = None
    residents: OnUse[ResidentsSettings] = None
    civil_registry: OnUse[CivilRegistrySettings] = None
    bundle_platform: OnUse[BundlePlatformSettings] = None
    national_payment: OnUse[NationalPaymentSettings] = None
    vnpay: OnUse[VnpaySettings] = None
    vietqr: OnUse[VietqrSettings] = None
    keypay: OnUse[KeypaySettings] = None
    paygov: OnUse[PaygovSettings] = None
    cash: OnUse[CashSettings] = None
    vnpt_receipt: OnUse[VnptReceiptSettings] = None
    viettel_receipt: OnUse[ViettelReceiptSettings] = None
    receipts: OnUse[ReceiptSettings] = None
    smartca: OnUse[SmartCaSettings] = None
    mysign: OnUse[MySignSettings] = None
    csc: OnUse[CscSettings] = None
    timestamp: OnUse[TimestampSettings] = None
    signing: OnUse[SigningSettings] = None
