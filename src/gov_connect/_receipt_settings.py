"""Settings of receipts; `gov_connect.settings` offers them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


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
