"""What signing and verifying XML share: a parser without surprises, names, algorithms (signature.md §6.2)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from gov_connect.signing.algorithms import Hash, Padding, Scheme
from gov_connect.signing.verdict import Finding

if TYPE_CHECKING:
    from cryptography import x509

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
ENVELOPED: Final = DS + "enveloped-signature"
EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_1_1: Final = "http://www.w3.org/2006/12/xml-c14n11"
CANONICAL: Final = frozenset({EXCLUSIVE, INCLUSIVE, INCLUSIVE_1_1})
"""Canonical forms without comments."""
DIGESTS: Final = {
    Hash.SHA256: "http://www.w3.org/2001/04/xmlenc#sha256",
    Hash.SHA384: "http://www.w3.org/2001/04/xmldsig-more#sha384",
    Hash.SHA512: "http://www.w3.org/2001/04/xmlenc#sha512",
}
_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_NEWER: Final = "http://www.w3.org/2007/05/xmldsig-more#"
METHODS: Final = {
    **{_MORE + f"rsa-{name.value}": Scheme(Padding.PKCS1, name) for name in Hash},
    **{_NEWER + f"{name.value}-rsa-MGF1": Scheme(Padding.PSS, name) for name in Hash},
    **{_MORE + f"ecdsa-{name.value}": Scheme(Padding.ECDSA, name) for name in Hash},
}
ID_NAMES: Final = frozenset({"Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id"})
MOST_BYTES: Final = 50_000_000
_MOST_ATTRIBUTES: Final = 500
_CROWDED: Final[Any] = etree.XPath(f"boolean(//*[@*[{_MOST_ATTRIBUTES + 1}]])")
"""libxml2 sorts the attributes of an element in quadratic time: half a megabyte of them would cost ten seconds."""
_parsers = threading.local()


def parse(document: bytes) -> Any:
    """The root of an XML document without DTD, entities and outer instructions; nothing is ever opened.

    Raises:
        Finding: it is not such a document.
    """
    if len(document) > MOST_BYTES:
        raise Finding("signing.too_large")
    parser: Any = getattr(_parsers, "xml", None)
    if parser is None:
        parser = _parsers.xml = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
    try:
        root: Any = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Finding("signing.xml.malformed") from None
    about = root.getroottree().docinfo
    if about.doctype:
        raise Finding("signing.xml.doctype")
    outside = [*root.itersiblings(preceding=True), *root.itersiblings()]
    if any(node.tag is not etree.Comment for node in outside):
        raise Finding("signing.xml.instruction")
    # Every attribute has its equals sign, and in UTF-8 (and UTF-16, which lxml tells as UTF-8 too) one byte is in
    # it: most documents have fewer than the limit altogether and need not be walked.
    few = str(about.encoding).upper() == "UTF-8" and document.count(b"=") <= _MOST_ATTRIBUTES
    if not few and _CROWDED(root):
        raise Finding("signing.too_large")
    return root


def ds(name: str) -> str:
    """A name of XML Signature."""
    return f"{{{DS}}}{name}"


def fixed_width(signature: bytes, certificate: x509.Certificate) -> bytes:
    """An ECDSA value as XML Signature wants it: both numbers side by side, padded to the curve's size."""
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    size = (key.key_size + 7) // 8
    first, second = decode_dss_signature(signature)
    return first.to_bytes(size, "big") + second.to_bytes(size, "big")
