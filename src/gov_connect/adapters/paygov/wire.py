"""Messages of PayGov exactly as they cross the wire (payment.md §2)."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from gov_connect.transport.write import json_body

if TYPE_CHECKING:
    from collections.abc import Mapping

SYSTEM: Final = "paygov"
PAY_FIELDS: Final = ("accessKey", "partnerCode", "orderId", "requestCode", "amount")
"""Hash order of a payment, after the secret."""
RECEIPT_FIELDS: Final = (
    "partnerCode",
    "accessKey",
    "payerId",
    "payerName",
    "payerAddress",
    "payerDistrict",
    "payerProvince",
    "docCode",
    "procedureName",
    "paids",
    "otherInfo",
    "decisionDate",
)
"""Hash order of a receipt, after the secret."""
SUCCESSFUL, FAILED, SIGNATURE_WRONG = "SUCCESSFUL", "FAILED", "SIGNATURE_WRONG"


def checksum(message: Mapping[str, Any], secret: str, fields: tuple[str, ...] = PAY_FIELDS) -> str:
    """Hex SHA-256 over the secret and the values, one after the other without a separator (§2)."""
    return hashlib.sha256((secret + "".join(str(message[name]) for name in fields)).encode()).hexdigest()


def packed(value: object) -> str:
    """Base64 of a value as JSON."""
    return base64.b64encode(json.dumps(value, ensure_ascii=False).encode()).decode()


def headers(token: str) -> dict[str, str]:
    """The token of the provincial platform travels twice."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Accept": "application/json",
        "Authorization": f"Bearer {token}",
        "lgspaccesstoken": token,
    }


def body(message: Mapping[str, Any]) -> bytes:
    """Serialise a message as UTF-8 JSON."""
    return json_body(message)
