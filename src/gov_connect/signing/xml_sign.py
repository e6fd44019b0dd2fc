"""Signing XML: one enveloped signature over the whole document, the narrow profile of signature.md §6.2.

URI="", exclusive canonical form without comments, SHA-256 and up, certificates in KeyInfo. SignedInfo is written
in its canonical form right away, so nothing has to be canonicalised twice. Accepted by signxml, xmlsec1 and the
JDK. With signed properties beside it the same signature is XAdES-B, and with a timestamp XAdES-T.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from lxml import etree

from gov_connect.signing._xml import DIGESTS, DS, ENVELOPED, EXCLUSIVE, METHODS, ds, fixed_width, parse
from gov_connect.signing.algorithms import Padding, Scheme, digest
from gov_connect.signing.certificates import der
from gov_connect.signing.verdict import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509

    from gov_connect.signing.xades import Properties

_METHOD_OF = {scheme: uri for uri, scheme in METHODS.items()}


def prepare(document: bytes, scheme: Scheme, properties: Properties | None = None) -> tuple[bytes, bytes]:
    """The document as it will be written, and the bytes to sign (SignedInfo in canonical form).

    Args:
        document: XML without a signature.
        scheme: how it will be signed.
        properties: what is signed along (XAdES).

    Raises:
        Finding: it is not XML of our kind, or carries a signature already.
    """
    root = parse(document)
    if next(root.iter(ds("Signature")), None) is not None:
        raise Finding("signing.xml.signed_already")
    try:
        canonical = etree.tostring(root, method="c14n", exclusive=True, with_comments=False)
    except etree.C14NError:  # a relative namespace name, for one
        raise Finding("signing.xml.malformed") from None
    hashed = digest(scheme.hash, canonical)
    if not len(root) and not root.text:
        root.text = ""  # so that there is a closing tag to write before
    written = etree.tostring(root, encoding="UTF-8", xml_declaration=True, with_tail=False)
    return written, _signed_info(scheme, hashed, properties)


def _signed_info(scheme: Scheme, hashed: bytes, properties: Properties | None) -> bytes:
    """SignedInfo exactly as exclusive canonicalisation writes it."""
    content = "<ds:Reference" if properties is None else f'<ds:Reference Id="{properties.content_id}"'
    beside = "" if properties is None else properties.reference(scheme.hash)
    return (
        f'<ds:SignedInfo xmlns:ds="{DS}">'
        f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{_METHOD_OF[scheme]}"></ds:SignatureMethod>'
        f'{content} URI="">'
        f'<ds:Transforms><ds:Transform Algorithm="{ENVELOPED}"></ds:Transform>'
        f'<ds:Transform Algorithm="{EXCLUSIVE}"></ds:Transform></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{DIGESTS[scheme.hash]}"></ds:DigestMethod>'
        f"<ds:DigestValue>{base64.b64encode(hashed).decode()}</ds:DigestValue>"
        f"</ds:Reference>{beside}</ds:SignedInfo>"
    ).encode()


def signature_value(signature: bytes, certificate: x509.Certificate, scheme: Scheme) -> bytes:
    """The SignatureValue element in exclusive canonical form: what a timestamp speaks of. ECDSA comes as DER."""
    value = fixed_width(signature, certificate) if scheme.padding is Padding.ECDSA else signature
    text = base64.b64encode(value)
    return f'<ds:SignatureValue xmlns:ds="{DS}">'.encode() + text + b"</ds:SignatureValue>"


def complete(
    written: bytes,
    signed_info: bytes,
    value: bytes,
    certificates: Sequence[x509.Certificate],
    *,
    properties: Properties | None = None,
    timestamp: bytes = b"",
) -> bytes:
    """Write the signature into the document as the last child of its root.

    Args:
        written: the document from `prepare`.
        signed_info: what was signed.
        value: from `signature_value`.
        certificates: the signer's own first.
        properties: those of `prepare`.
        timestamp: a token over `value`; only beside properties.
    """
    chain = b"".join(
        b"<ds:X509Certificate>" + base64.b64encode(der(one)) + b"</ds:X509Certificate>" for one in certificates
    )
    identity = "" if properties is None else f' Id="{properties.signature_id}"'
    declared = f' xmlns:ds="{DS}"'.encode()
    element = (
        f'<ds:Signature xmlns:ds="{DS}"{identity}>'.encode()
        + signed_info.replace(declared, b"", 1)
        + value.replace(declared, b"", 1)
        + b"<ds:KeyInfo><ds:X509Data>"
        + chain
        + b"</ds:X509Data></ds:KeyInfo>"
        + (b"" if properties is None else properties.element(timestamp))
        + b"</ds:Signature>"
    )
    at = written.rindex(b"</")
    return written[:at] + element + written[at:]
