"""Heads for others to keep: exported, signed with Ed25519 and time-stamped where wanted.

A head names the last entry of a chain. Whoever holds one can tell whether anything before it was changed or cut
off, so keep exports where this database's administrator cannot write.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from gov_connect.audit.entries import Head, Phase
from gov_connect.audit.log import anchor_note, utc_text
from gov_connect.audit.raw_rows import told
from gov_connect.audit.verification import read_heads
from gov_connect.errors import ConfigurationError, InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from gov_connect.audit.log import AuditLog

FORMAT: Final = "gov_connect audit heads 1"
_KEY_BYTES: Final = 32
_LARGEST: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Heads of one moment.

    Attributes:
        made_at: UTC.
        public_key, signature: raw Ed25519, b"" when not signed.
        timestamp: RFC 3161 token over `signed_bytes`, b"" for none.
    """

    made_at: str
    heads: tuple[Head, ...]
    public_key: bytes = b""
    signature: bytes = b""
    timestamp: bytes = b""

    @property
    def signed_bytes(self) -> bytes:
        """What signature and timestamp speak of."""
        value = [FORMAT, self.made_at, [list(head) for head in self.heads]]
        return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()

    def signature_holds(self, trusted: bytes = b"") -> bool:
        """Whether it is signed, and by `trusted` (a raw public key) when that is given."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - on first use
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

        if not self.signature or (trusted and trusted != self.public_key):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(self.signature, self.signed_bytes)
        except (InvalidSignature, ValueError):
            return False
        return True

    def to_json(self) -> str:
        """The file."""
        value = {
            "format": FORMAT,
            "made_at": self.made_at,
            "heads": [list(head) for head in self.heads],
            "public_key": base64.b64encode(self.public_key).decode(),
            "signature": base64.b64encode(self.signature).decode(),
            "timestamp": base64.b64encode(self.timestamp).decode(),
        }
        return json.dumps(value, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: bytes | str) -> Export:
        """Read what `to_json` wrote.

        Raises:
            InvalidInput: it is something else; a head that cannot be read is never skipped.
        """
        try:
            if len(text) > _LARGEST:
                raise ValueError
            value = cast("dict[str, Any]", json.loads(text))
            heads = read_heads(value["heads"])
            if value["format"] != FORMAT or len(heads) != len(value["heads"]):
                raise ValueError
            return cls(
                made_at=str(value["made_at"]),
                heads=tuple(heads),
                public_key=base64.b64decode(value["public_key"], validate=True),
                signature=base64.b64decode(value["signature"], validate=True),
                timestamp=base64.b64decode(value["timestamp"], validate=True),
            )
        except (KeyError, TypeError, ValueError, RecursionError, binascii.Error):
            raise InvalidInput("audit heads", [Problem(path="", code="value.invalid")]) from None


def export(
    log: AuditLog,
    agency: str,
    *,
    key: Ed25519PrivateKey | None = None,
    timestamp: Callable[[bytes], bytes] | None = None,
) -> Export:
    """The heads of all chains, which are also written into the log itself as an anchor of `agency`.

    Args:
        log: whose chains.
        agency: for whom the anchor is written.
        key: signs them.
        timestamp: gives an RFC 3161 token over the bytes it gets, e.g. `gov.signing.stamp`.
    """
    with log.database.transaction(log.chain) as connection, told():
        heads = [log.head(connection, one, writer) for one, writer in log.chains(connection)]
        if heads:
            log.append(connection, anchor_note(agency, heads), Phase.WHOLE, "exported")
    made = Export(made_at=utc_text(log.now()), heads=tuple(heads))
    return Export(
        made_at=made.made_at,
        heads=made.heads,
        public_key=b"" if key is None else key.public_key().public_bytes_raw(),
        signature=b"" if key is None else key.sign(made.signed_bytes),
        timestamp=b"" if timestamp is None else timestamp(made.signed_bytes),
    )


def signing_key(text: str, variable: str = "GOV_CONNECT_AUDIT_KEY") -> Ed25519PrivateKey:
    """The key in `text`: base64 of 32 bytes, or PEM.

    Raises:
        ConfigurationError: it is neither.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey as Key  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        if text.lstrip().startswith("-----"):
            loaded = load_pem_private_key(text.encode(), None)
            if isinstance(loaded, Key):
                return loaded
        else:
            return Key.from_private_bytes(base64.b64decode(text, validate=True))
    except (ValueError, TypeError):
        pass
    raise ConfigurationError([Problem(path=variable, code="value.audit_key")])
