"""signxml, called in one way only: a given certificate, allow-listed algorithms, no schema, no network."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree

from gov_connect.signing._xml import DIGESTS, METHODS
from gov_connect.signing.verdict import Finding

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography import x509


def signxml_results(
    document: bytes, certificate: x509.Certificate, *, count: int, location: str, now: datetime
) -> list[Any]:
    """What signxml says about a document under this very certificate: one result per reference.

    Raises:
        Finding: the value or a digest is wrong.
    """
    from signxml.exceptions import InvalidDigest, InvalidSignature, SignXMLException  # noqa: PLC0415 - first use
    from signxml.verifier import XMLVerifier  # noqa: PLC0415

    # Validity in time is judged by us; signxml is asked at a moment at which the certificate is in time.
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    moment = min(max(now, begins), ends)
    try:
        verifier: Any = XMLVerifier()
        # The profiles of our own are narrower than the schema, so the schema is left out.
        found: Any = verifier.verify(
            document,
            x509_cert=certificate,
            validate_schema=False,
            expect_config=_configuration(count, location, moment),
        )
    except InvalidDigest:
        raise Finding("signing.content.changed") from None
    except InvalidSignature:
        raise Finding("signing.value.wrong") from None
    except (SignXMLException, etree.LxmlError, ValueError, NotImplementedError, KeyError, AttributeError, TypeError):
        raise Finding("signing.xml.profile") from None
    return [found] if count == 1 else list(found)


@cache
def _methods() -> tuple[Any, Any]:
    from signxml.algorithms import DigestAlgorithm, SignatureMethod  # noqa: PLC0415 - loaded on first use

    return (
        frozenset(SignatureMethod(uri) for uri in METHODS),
        frozenset(DigestAlgorithm(uri) for uri in DIGESTS.values()),
    )


def _configuration(count: int, location: str, moment: datetime) -> Any:
    from signxml.algorithms import CanonicalizationMethod  # noqa: PLC0415 - loaded on first use
    from signxml.verifier import SignatureConfiguration  # noqa: PLC0415

    methods, digests = _methods()
    return SignatureConfiguration(
        location=location,
        expect_references=count,
        signature_methods=methods,
        digest_algorithms=digests,
        verification_time=moment,
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
