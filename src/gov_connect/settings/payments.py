"""Settings of the payment gateways and of receipts (payment.md)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from gov_connect.errors import Rejected
from gov_connect.resilience.guard import reachable
from gov_connect.settings.common import SystemSettings
from gov_connect.settings.fields import HttpUrl, Path, Seconds


class NationalPaymentSettings(SystemSettings):
    """The national payment platform (payment.md §1)."""

    partner_code: Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^|]+$")]
    secret: Annotated[SecretStr, Field(min_length=1)]
    init_path: Path = "/init"
    query_path: Path = "/query"
    bill_path: Path = "/getbill"
    version: str = "1.0.6"
    client_ip: Annotated[str, Field(pattern=r"^[0-9.]{7,15}$")] = "127.0.0.1"
    """Address put into `Ip`; senders put their own server's."""
    service_suffix: str = ".01"
    """Appended to the procedure code to make MaDVC (§1.4)."""
    beneficiary_account: str = ""
    beneficiary_bank: str = ""
    beneficiary_name: str = ""


class VnpaySettings(SystemSettings):
    """VNPAY 2.1.0 (payment.md §3). `base_url` holds the pay page and the web API."""

    pay_path: Path = "/paymentv2/vpcpay.html"
    api_path: Path = "/merchant_webapi/api/transaction"
    tmn_code: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{8}$")]
    hash_secret: Annotated[SecretStr, Field(min_length=1)]
    return_url: Annotated[
        str, Field(pattern=r"^https?://[^\s]+$", min_length=10, max_length=255), AfterValidator(reachable)
    ]
    """Where the payer's browser comes back to."""
    client_ip: Annotated[str, Field(pattern=r"^[0-9A-Fa-f.:]{7,45}$")] = "127.0.0.1"
    """Address put into vnp_IpAddr."""
    locale: Literal["vn", "en"] = "vn"
    order_type: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,100}$")] = "other"
    bank_code: Annotated[str, Field(pattern=r"^(?:[0-9A-Z]{3,20})?$")] = ""
    """VNPAYQR, VNBANK, INTCARD or a bank; blank lets the payer choose."""
    minutes_to_pay: Annotated[int, Field(ge=1, le=43200)] = 15


class VietqrSettings(SystemSettings):
    """The account of the agency that VietQR codes pay to (payment.md §4); nothing is called."""

    base_url: HttpUrl = "https://vietqr.invalid"
    """Never called: a QR code needs nobody."""
    bank: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    """BIN of the bank."""
    account: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,19}$")]
    to_card: bool = False


class KeypaySettings(SystemSettings):
    """KeyPay v3 behind the national portal (payment.md §1.8). SEEN: check against the operator's own text."""

    create_path: Path = "/create"
    client_id: Annotated[str, Field(pattern=r"^[^|]{1,100}$")]
    environment: Literal["1", "2"] = "1"
    """1 web, 2 application."""
    pay_later: bool = False
    """Whether pay-later callbacks are expected, which carry the hash of the request key."""
    request_key: Annotated[SecretStr, Field(min_length=1)]
    callback_key: Annotated[SecretStr, Field(min_length=1)]
    return_url: HttpUrl
    service_suffix: str = ".01"
    """Appended to the procedure code to make MaDVC (§1.4)."""
    beneficiary_account: str = ""
    beneficiary_bank: str = ""
    beneficiary_name: str = ""


class PaygovSettings(SystemSettings):
    """PayGov through a provincial platform (payment.md §2). SEEN: check against the operator's own text."""

    pay_path: Path = "/PayGov/paygate"
    receipt_path: Path = ""
    """Where receipts are asked for; empty: not offered."""
    check_path: Path = ""
    """Where callbacks are checked (CheckSumUrlReturn); empty: none is believed, as their hash is not public."""
    partner_code: Annotated[str, Field(pattern=r"^PAYGOV-[0-9A-Za-z_-]{1,40}$")]
    access_key: Annotated[str, Field(min_length=1, max_length=200)]
    service_code: Annotated[str, Field(max_length=100)] = ""
    """Sent by some units only."""
    beneficiary_code: str = ""
    beneficiary_name: str = ""
    secret_key: Annotated[SecretStr, Field(min_length=1)]
    token: Annotated[SecretStr, Field(min_length=1)]
    """Token of the provincial platform."""
    return_url: HttpUrl
    client_ip: Annotated[str, Field(pattern=r"^[0-9.]{7,15}$")] = "127.0.0.1"


class CashSettings(SystemSettings):
    """The counter (payment.md §8); nothing is called."""

    base_url: HttpUrl = "https://cash.invalid"
    """Never called: the money is taken by an officer."""


class VnptReceiptSettings(SystemSettings):
    """VNPT e-receipts over SOAP (payment.md §6.4)."""

    publish_path: Path = "/PublishService.asmx"
    business_path: Path = "/BusinessService.asmx"
    portal_path: Path = "/PortalService.asmx"
    account: Annotated[str, Field(min_length=1)]
    """The staff account."""
    account_password: SecretStr
    username: Annotated[str, Field(min_length=1)]
    """The service account."""
    password: Annotated[SecretStr, Field(min_length=1)]
    pattern: str = ""
    serial: str = ""
    """Form symbol and receipt symbol: both or neither (ERR:20)."""
    tax_code: str = ""
    """Of the collecting body."""

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if bool(self.pattern) != bool(self.serial):
            missing, other = ("serial", "PATTERN") if self.pattern else ("pattern", "SERIAL")
            raise Rejected("value.needed_with", at=missing, other=other)
        return self


class ViettelReceiptSettings(SystemSettings):
    """Viettel SInvoice over REST (payment.md §6.5)."""

    login_path: Path = "/auth/login"
    create_path: Path = "/InvoiceAPI/InvoiceWS/createInvoice"
    cancel_path: Path = "/InvoiceAPI/InvoiceWS/cancelTransactionInvoice"
    username: Annotated[str, Field(min_length=1)]
    password: Annotated[SecretStr, Field(min_length=1)]
    tax_code: Annotated[str, Field(pattern=r"^[0-9-]{10,14}$")]
    template: Annotated[str, Field(min_length=1, max_length=20)]
    serial: Annotated[str, Field(min_length=1, max_length=20)]
    invoice_type: Annotated[str, Field(min_length=1, max_length=10)] = "1"
    token_seconds: Seconds = 300.0


class ReceiptSettings(BaseModel):
    """How receipts for fees and charges are issued (payment.md §6)."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    issuer: Annotated[str, Field(pattern=r"^[a-z0-9_]{0,50}$")] = ""
    """E-receipt service for new receipts: `vnpt_receipt`, `viettel_receipt`, or a vendor's by its entry point;
    empty: numbers of our own."""
    form: Annotated[str, Field(max_length=50)] = "01BLP0-001"
    """Form symbol of receipts with numbers of our own."""
    symbol: Annotated[str, Field(max_length=20)] = ""
    """Their receipt symbol, e.g. `AA-26E`; none without one."""
    tax_code: Annotated[str, Field(max_length=20)] = ""
    """Of the collecting body, as it is printed."""
