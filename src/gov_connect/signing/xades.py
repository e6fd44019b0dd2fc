"""XAdES (ETSI EN 319 132): properties that are signed along, and a timestamp over the value.

Written in exclusive canonical form with a transform that says so: signxml's own signer leaves that transform out
and its exclusive signatures do not verify (signature.md §4). Read from the bytes that were signed and nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self

from gov_connect.signing._xml import CANONICAL, DIGESTS, DS, EXCLUSIVE, INCLUSIVE, XADES, ds, parse
from gov_connect.signing._xml_check import canonical
from gov_connect.signing.algorithms import digest
from gov_connect.signing.certificates import der
from gov_connect.signing.verdict import Finding

if TYPE_CHECKING:
    from cryptography import x509

    from gov_connect.signing.algorithms import Hash

PROPERTIES_TYPE: Final = "http://uri.etsi.org/01903#SignedProperties"
_DIGEST_NAMES: Final = {uri: name.value for name, uri in DIGESTS.items()}
_IDENTITY: Final = re.compile(rb' Id="props-([0-9a-f]{32})"')


@dataclass(frozen=True, slots=True)
class Properties:
    """Signed properties as they will be written, in exclusive canonical form."""

    raw: bytes

    @classmethod
    def of(cls, certificate: x509.Certificate, hash_name: Hash, time: datetime) -> Self:
        """Claimed time, signing certificate and kind of content: what level B-B wants."""
        identity = uuid.uuid4().hex
        hashed = base64.b64encode(digest(hash_name, der(certificate))).decode()
        moment = time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return cls(
            f'<xades:SignedProperties xmlns:xades="{XADES}" Id="props-{identity}"><xades:SignedSignatureProperties>'
            f"<xades:SigningTime>{moment}</xades:SigningTime><xades:SigningCertificateV2><xades:Cert>"
            f'<xades:CertDigest><ds:DigestMethod xmlns:ds="{DS}" Algorithm="{DIGESTS[hash_name]}"></ds:DigestMethod>'
            f'<ds:DigestValue xmlns:ds="{DS}">{hashed}</ds:DigestValue></xades:CertDigest></xades:Cert>'
            "</xades:SigningCertificateV2></xades:SignedSignatureProperties><xades:SignedDataObjectProperties>"
            f'<xades:DataObjectFormat ObjectReference="#content-{identity}"><xades:MimeType>text/xml</xades:MimeType>'
            "</xades:DataObjectFormat></xades:SignedDataObjectProperties></xades:SignedProperties>".encode()
        )

    @property
    def _identity(self) -> str:
        found = _IDENTITY.search(self.raw)
        assert found is not None
        return found[1].decode()

    @property
    def content_id(self) -> str:
        """Id of the Reference that covers the document."""
        return f"content-{self._identity}"

    @property
    def signature_id(self) -> str:
        """Id of the Signature."""
        return f"signature-{self._identity}"

    def reference(self, hash_name: Hash) -> str:
        """The Reference that covers these properties, in canonical form."""
        hashed = base64.b64encode(digest(hash_name, self.raw)).decode()
        return (
            f'<ds:Reference Type="{PROPERTIES_TYPE}" URI="#props-{self._identity}"><ds:Transforms>'
            f'<ds:Transform Algorithm="{EXCLUSIVE}"></ds:Transform></ds:Transforms>'
            f'<ds:DigestMethod Algorithm="{DIGESTS[hash_name]}"></ds:DigestMethod>'
            f"<ds:DigestValue>{hashed}</ds:DigestValue></ds:Reference>"
        )

    def element(self, timestamp: bytes) -> bytes:
        """The Object to put into the Signature, with a token over its value for level B-T."""
        unsigned = b""
        if timestamp:
            unsigned = (
                "<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:SignatureTimeStamp>"
                f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/><xades:EncapsulatedTimeStamp>'.encode()
                + base64.b64encode(timestamp)
                + b"</xades:EncapsulatedTimeStamp></xades:SignatureTimeStamp></xades:UnsignedSignatureProperties>"
                b"</xades:UnsignedProperties>"
            )
        return (
            f'<ds:Object><xades:QualifyingProperties xmlns:xades="{XADES}" Target="#{self.signature_id}">'.encode()
            + self.raw
            + unsigned
            + b"</xades:QualifyingProperties></ds:Object>"
        )


def read_timestamp(qualifying: Any, value: Any) -> tuple[bytes, bytes]:
    """The token beside signed properties, and the bytes it must speak of; both b"" when there is none.

    Args:
        qualifying: the QualifyingProperties that hold the signed properties which the signature names.
        value: its SignatureValue.

    Raises:
        Finding: more than one token, or a form that nobody can judge.
    """
    found = list(qualifying.iter(f"{{{XADES}}}SignatureTimeStamp"))
    if not found:
        return b"", b""
    path = f"{{{XADES}}}UnsignedProperties/{{{XADES}}}UnsignedSignatureProperties/{{{XADES}}}SignatureTimeStamp"
    (stamp, *more) = found
    tokens = stamp.findall(f"{{{XADES}}}EncapsulatedTimeStamp")
    method = stamp.find(ds("CanonicalizationMethod"))
    form = INCLUSIVE if method is None else method.get("Algorithm")
    if more or qualifying.find(path) is not stamp or len(tokens) != 1 or form not in CANONICAL:
        raise Finding("signing.timestamp.wrong")
    try:
        token = base64.b64decode("".join((tokens[0].text or "").split()), validate=True)
    except ValueError:  # binascii.Error is one, and letters beyond ASCII raise another
        raise Finding("signing.timestamp.wrong") from None
    return token, canonical(value, form)


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
    except ValueError:  # binascii.Error is one, and letters beyond ASCII raise another
        raise Finding("signing.xml.profile") from None
