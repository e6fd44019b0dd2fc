"""A signed delivery of packs: a manifest, detached Ed25519 signatures, and who may sign.

The folder (or address) holds `manifest.toml`, one `manifest.toml.<key>.sig` per signer (base64 of the
64 bytes) and the pack files that the manifest names with their SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from gov_connect.errors import InvalidInput, Problem, Rejected, UsageError
from gov_connect.fees import _kinds as k
from gov_connect.fees._areas import COUNTRY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

MANIFEST: Final = "manifest.toml"
ENGINE_VERSION: Final = 1
"""Raised when packs may use something that older engines cannot price."""

_FILE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]*\.toml")


def _safe_name(value: object) -> str:
    if not isinstance(value, str) or _FILE_NAME.fullmatch(value) is None or value == MANIFEST:
        raise Rejected("value.invalid")
    return value


_FILE: Final = k.Kind(_safe_name, {"type": "string"})
_KEYS: Final = {
    "name": k.Key(k.RULE_ID, required=True),
    "version": k.Key(k.POSITIVE, required=True),
    "published": k.Key(k.DAY, required=True),
    "engine": k.Key(k.POSITIVE, required=True),
    "files": k.Key(k.mapping(_FILE, k.SHA256), required=True),
}
_LARGEST_FILE: Final = 5_000_000
_KEY_BYTES: Final = 32


class PackRefused(UsageError):
    """A delivery of packs is not used; the book in force stays as it is."""


class Source(Protocol):
    """Where a delivery is read from."""

    def read(self, name: str) -> bytes:
        """The bytes of the file `name`.

        Raises:
            OSError: there is none, or it cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A delivery in a folder, for example on a memory stick."""

    folder: Path

    def read(self, name: str) -> bytes:
        """Read one file of the folder, or as much of it as tells that it is too large."""
        with (self.folder / name).open("rb") as file:
            return file.read(_LARGEST_FILE + 1)


@dataclass(frozen=True, slots=True)
class Signer:
    """A body that may sign packs.

    Attributes:
        public_key: the 32 raw bytes of an Ed25519 key.
        until: the last day on which its signature counts; None for no end.
    """

    public_key: bytes
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Trust:
    """Who may sign, and how many of them must (m of n).

    Attributes:
        scope: the place for which the signers may make law; "VN" for everything, "31" for one province.

    Raises:
        InvalidInput: `needed` is not between 1 and the number of signers, or a key is not 32 bytes.
    """

    signers: Mapping[str, Signer]
    needed: int = 1
    scope: str = COUNTRY

    def covers(self, scope: str) -> bool:
        """Whether the signers may make law for `scope`."""
        return self.scope in {COUNTRY, scope} or scope.startswith(f"{self.scope}:")

    def __post_init__(self) -> None:
        problems = [
            Problem(path=f"signers.{name}", code="value.invalid")
            for name, signer in self.signers.items()
            if len(signer.public_key) != _KEY_BYTES
        ]
        distinct = len({signer.public_key for signer in self.signers.values()})
        if not 1 <= self.needed <= distinct:
            problems.append(Problem(path="needed", code="value.invalid"))
        if problems:
            raise InvalidInput("Trust", problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A verified delivery: what the manifest promised, and the bytes that match it."""

    name: str
    version: int
    published: date
    manifest: bytes
    signatures: Mapping[str, bytes]
    digests: Mapping[str, str]
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])

    @property
    def mark(self) -> str:
        """SHA-256 of the manifest: names the content, whatever version it claims."""
        return hashlib.sha256(self.manifest).hexdigest()


def signature_name(key: str) -> str:
    """File name of the signature by `key`."""
    return f"{MANIFEST}.{key}.sig"


def verify(source: Source, trust: Trust, today: date) -> Delivery:
    """Read a delivery and check signatures first, then every file.

    Raises:
        PackRefused: too few valid signatures, an unreadable manifest, a changed file.
        OSError: the source cannot be read.
    """
    head = verify_manifest(source, trust, today)
    return replace(head, files={name: _file(source, name, digest) for name, digest in head.digests.items()})


def verify_manifest(source: Source, trust: Trust, today: date) -> Delivery:
    """The delivery without its files: enough to know which version was signed.

    Raises:
        PackRefused: too few valid signatures, or an unreadable manifest.
        OSError: the source cannot be read.
    """
    manifest = read(source, MANIFEST)
    signatures = {key: signature for key in trust.signers if (signature := _signature(source, key)) is not None}
    valid = {
        trust.signers[key].public_key
        for key, signature in signatures.items()
        if _may_sign(trust.signers[key], today) and _is_signed(trust.signers[key].public_key, signature, manifest)
    }
    if len(valid) < trust.needed:
        raise PackRefused("fees.pack.signature", found=len(valid), needed=trust.needed)
    head = _head(manifest)
    if head["engine"] > ENGINE_VERSION:
        raise PackRefused("fees.pack.engine", needed=head["engine"], found=ENGINE_VERSION)
    return Delivery(
        name=head["name"],
        version=head["version"],
        published=head["published"],
        manifest=manifest,
        signatures=signatures,
        digests=head["files"],
    )


def read(source: Source, name: str) -> bytes:
    """Read a file of `source`.

    Raises:
        OSError: it cannot be read, whatever the source itself raised.
    """
    try:
        return source.read(name)
    except OSError:
        raise
    except Exception as error:  # a host's HTTP client has errors of its own
        raise OSError(type(error).__name__) from error


def _signature(source: Source, key: str) -> bytes | None:
    try:
        return base64.b64decode(read(source, signature_name(key)).strip(), validate=True)
    except (OSError, ValueError):
        return None


def _may_sign(signer: Signer, today: date) -> bool:
    return signer.until is None or today <= signer.until


def _is_signed(public_key: bytes, signature: bytes, content: bytes) -> bool:
    # On first use only: pricing needs no cryptography.
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _head(manifest: bytes) -> dict[str, Any]:
    try:
        document: object = tomllib.loads(manifest.decode())
        return k.record(_KEYS).read(document)  # type: ignore[no-any-return]
    except (ValueError, RecursionError, Rejected):  # no TOML, no UTF-8, a number of thousands of digits
        raise PackRefused("fees.pack.manifest") from None


def _file(source: Source, name: str, digest: str) -> bytes:
    data = read(source, name)
    if len(data) > _LARGEST_FILE or hashlib.sha256(data).hexdigest() != digest:
        raise PackRefused("fees.pack.changed", file=name)
    return data


def write_manifest(folder: Path, *, name: str, version: int, published: date) -> bytes:
    """Write `manifest.toml` for every pack file in `folder`, and return its bytes for signing."""
    rows = [
        f'"{file.name}" = "{hashlib.sha256(file.read_bytes()).hexdigest()}"'
        for file in sorted(folder.glob("*.toml"))
        if file.name != MANIFEST
    ]
    text = (
        f'name = "{name}"\nversion = {version}\npublished = {published.isoformat()}\n'
        f"engine = {ENGINE_VERSION}\n\n[files]\n" + "\n".join(rows) + "\n"
    )
    (folder / MANIFEST).write_bytes(text.encode())
    return text.encode()


def sign_manifest(folder: Path, key: str, private_key: bytes) -> None:
    """Put the signature of `key` (32 raw private bytes) beside the manifest of `folder`."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

    signer = Ed25519PrivateKey.from_private_bytes(private_key)
    signature = signer.sign((folder / MANIFEST).read_bytes())
    (folder / signature_name(key)).write_bytes(base64.b64encode(signature) + b"\n")
