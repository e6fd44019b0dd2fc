"""A signature that is under way: what will be written, what must be signed, under which certificate.

It can be stored and taken up by another process, since confirming on a phone may take minutes and outlive us.
It holds the document: store it encrypted (`gov_connect.store.Vault`).
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from gov_connect.errors import InvalidInput, Problem
from gov_connect.signing.algorithms import Hash, Padding, Scheme, digest
from gov_connect.signing.certificates import der, load
from gov_connect.signing.trust import ActKind
from gov_connect.signing.verdict import Finding, Format

if TYPE_CHECKING:
    from cryptography import x509

_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One signature under way.

    Attributes:
        certificates: the signer's own first.
        prepared: the file as it will be, without the value.
        to_sign: the bytes whose signature is wanted: SignedInfo, or the signed attributes.
        document_sha256: of the file that was handed in, in hexadecimal.
        hole: where the value goes in a PDF, as start and end.
        properties: signed properties of XAdES; b"" for a plain signature.
    """

    format: Format
    act: ActKind
    scheme: Scheme
    certificates: tuple[x509.Certificate, ...] = field(repr=False)
    prepared: bytes = field(repr=False)
    to_sign: bytes = field(repr=False)
    document_sha256: str
    hole: tuple[int, int] = (0, 0)
    properties: bytes = field(default=b"", repr=False)

    @property
    def digest(self) -> bytes:
        """The hash of `to_sign`, which is what remote services sign (signature.md §1.7)."""
        return digest(self.scheme.hash, self.to_sign)

    def to_json(self) -> str:
        """Everything, for encrypted storage."""
        return json.dumps(
            {
                "version": _VERSION,
                "format": self.format.value,
                "act": self.act.value,
                "padding": self.scheme.padding.value,
                "hash": self.scheme.hash.value,
                "certificates": [_text(der(one)) for one in self.certificates],
                "prepared": _text(self.prepared),
                "to_sign": _text(self.to_sign),
                "document_sha256": self.document_sha256,
                "hole": list(self.hole),
                "properties": _text(self.properties),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Pending:
        """Read what `to_json` wrote.

        Raises:
            InvalidInput: it is something else.
        """
        try:
            row = cast("dict[str, Any]", json.loads(text))
            if row["version"] != _VERSION:
                raise ValueError
            start, end = row["hole"]
            return cls(
                format=Format(row["format"]),
                act=ActKind(row["act"]),
                scheme=Scheme(Padding(row["padding"]), Hash(row["hash"])),
                certificates=tuple(load(_bytes(one)) for one in row["certificates"]),
                prepared=_bytes(row["prepared"]),
                to_sign=_bytes(row["to_sign"]),
                document_sha256=row["document_sha256"],
                hole=(start, end),
                properties=_bytes(row["properties"]),
            )
        except (KeyError, TypeError, ValueError, binascii.Error, Finding):
            raise InvalidInput("Pending", [Problem(path="", code="value.invalid")]) from None


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(value: str) -> bytes:
    return base64.b64decode(value, validate=True)
