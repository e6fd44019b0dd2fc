"""What the suites of remote signers sign: hashes of invented texts; and whether a value fits one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

from gov_connect.contract_tests.must import broken, must
from gov_connect.signing import ActKind, Format
from gov_connect.signing.algorithms import Padding, Scheme
from gov_connect.signing.pending import Pending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gov_connect.signing.remote import RemoteCertificate, RemoteResult


def pending(certificate: RemoteCertificate, *texts: str) -> tuple[Pending, ...]:
    """Signatures under way over texts, under a certificate that a service gave."""
    return tuple(
        Pending(
            format=Format.CMS,
            act=ActKind.CITIZEN,
            scheme=Scheme(Padding.PKCS1),
            certificates=certificate.certificates,
            prepared=b"",
            to_sign=text.encode(),
            document_sha256="",
        )
        for text in texts
    )


def values_fit(result: RemoteResult, asked: Sequence[Pending]) -> None:
    """Insist that there is a value for each hash, in their order, made with the certificate's key.

    Raises:
        Broken: one is missing, or belongs to another hash or another key.
    """
    must(len(result.values) == len(asked), vi="số chữ ký khác số băm", en="there are not as many values as hashes")
    for place, one in enumerate(asked):
        key = one.certificates[0].public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            broken(vi="khóa không phải RSA", en="the key is no RSA key")
        try:
            key.verify(result.value_for(one, place), one.digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
        except InvalidSignature:
            broken(vi="chữ ký không khớp băm hoặc chứng thư", en="a value fits neither its hash nor the certificate")
