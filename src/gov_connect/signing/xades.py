"""The signed properties of XAdES, read from the bytes that were signed and from nowhere else (ETSI EN 319 132)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from gov_connect.signing._xml import DIGESTS, XADES, ds, parse
from gov_connect.signing.certificates import der
from gov_connect.signing.verdict import Finding

if TYPE_CHECKING:
    from cryptography import x509

_DIGEST_NAMES: Final = {uri: name.value for name, uri in DIGESTS.items()}


def read_properties(signed: bytes, certificate: x509.Certificate) -> datetime | None:
    """The claimed time; the certificate that the properties name must be the one that signed.

    Raises:
        Finding: another certificate, or a time that is none.
    """
    properties = parse(signed)
    listed = list(properties.iter(f"{{{XADES}}}CertDigest"))
    if listed and not _matches(listed[0], certificate):
        raise Finding("signing.certificate.exchanged")
    times = list(properties.iter(f"{{{XADES}}}SigningTime"))
    if not times:
        return None
    try:
        found = datetime.fromisoformat((times[0].text or "").strip())
    except ValueError:
        raise Finding("signing.xml.profile") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _matches(listed: Any, certificate: x509.Certificate) -> bool:
    method, value = listed.find(ds("DigestMethod")), listed.find(ds("DigestValue"))
    name = _DIGEST_NAMES.get("" if method is None else method.get("Algorithm", ""))
    if name is None or value is None:
        raise Finding("signing.xml.profile")
    try:
        return base64.b64decode(value.text or "", validate=True) == hashlib.new(name, der(certificate)).digest()
    except binascii.Error:
        raise Finding("signing.xml.profile") from None
