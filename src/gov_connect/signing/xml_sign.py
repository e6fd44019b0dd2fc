"""Signing XML: one enveloped signature over the whole document, the narrow profile of signature.md §6.2.

URI="", exclusive canonical form without comments, SHA-256 and up, certificates in KeyInfo. SignedInfo is written
in its canonical form right away, so nothing has to be canonicalised twice. Accepted by signxml, xmlsec1 and the
JDK. XAdES-B is made by signxml, with inclusive canonical form (its exclusive one does not verify, §4).
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from lxml import etree

from gov_connect.signing._xml import DIGESTS, DS, ENVELOPED, EXCLUSIVE, METHODS, ds, fixed_width, parse
from gov_connect.signing.algorithms import Padding, Scheme, digest
from gov_connect.signing.certificates import der
from gov_connect.signing.verdict import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509

_METHOD_OF = {scheme: uri for uri, scheme in METHODS.items()}


def prepare(document: bytes, scheme: Scheme) -> tuple[bytes, bytes]:
    """The document as it will be written, and the bytes to sign (SignedInfo in canonical form).

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
    return written, _signed_info(scheme, hashed)


def _signed_info(scheme: Scheme, hashed: bytes) -> bytes:
    """SignedInfo exactly as exclusive canonicalisation writes it."""
    return (
        f'<ds:SignedInfo xmlns:ds="{DS}">'
        f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{_METHOD_OF[scheme]}"></ds:SignatureMethod>'
        '<ds:Reference URI="">'
        f'<ds:Transforms><ds:Transform Algorithm="{ENVELOPED}"></ds:Transform>'
        f'<ds:Transform Algorithm="{EXCLUSIVE}"></ds:Transform></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{DIGESTS[scheme.hash]}"></ds:DigestMethod>'
        f"<ds:DigestValue>{base64.b64encode(hashed).decode()}</ds:DigestValue>"
        "</ds:Reference></ds:SignedInfo>"
    ).encode()


def complete(
    written: bytes, signed_info: bytes, signature: bytes, certificates: Sequence[x509.Certificate], scheme: Scheme
) -> bytes:
    """Write the signature into the document as the last child of its root. ECDSA values come as DER."""
    value = fixed_width(signature, certificates[0]) if scheme.padding is Padding.ECDSA else signature
    chain = b"".join(
        b"<ds:X509Certificate>" + base64.b64encode(der(one)) + b"</ds:X509Certificate>" for one in certificates
    )
    element = (
        f'<ds:Signature xmlns:ds="{DS}">'.encode()
        + signed_info.replace(f' xmlns:ds="{DS}"'.encode(), b"", 1)
        + b"<ds:SignatureValue>"
        + base64.b64encode(value)
        + b"</ds:SignatureValue><ds:KeyInfo><ds:X509Data>"
        + chain
        + b"</ds:X509Data></ds:KeyInfo></ds:Signature>"
    )
    at = written.rindex(b"</")
    return written[:at] + element + written[at:]


def sign_xades(document: bytes, key: Any, certificates: Sequence[x509.Certificate], scheme: Scheme) -> bytes:
    """XAdES-B with a key in memory, by signxml; three references: document, properties, key.

    The claimed time is that of the system's clock, since signxml takes no other.

    Raises:
        Finding: see `prepare`.
    """
    from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod  # noqa: PLC0415
    from signxml.xades.xades import XAdESSigner  # noqa: PLC0415 - loaded on first use

    root = parse(document)
    if next(root.iter(ds("Signature")), None) is not None:
        raise Finding("signing.xml.signed_already")
    signer: Any = XAdESSigner(
        signature_algorithm=SignatureMethod(_METHOD_OF[scheme]),
        digest_algorithm=DigestAlgorithm(DIGESTS[scheme.hash]),
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    signed: Any = signer.sign(root, key=key, cert=list(certificates))
    return etree.tostring(signed, encoding="UTF-8", xml_declaration=True)
