"""From settings to keys, trust and mandates. Files are read here and nowhere else."""

from __future__ import annotations

import contextlib
import threading
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gov_connect.errors import ConfigurationError, Problem
from gov_connect.settings import PREFIX
from gov_connect.signing import (
    ActKind,
    Evidence,
    LocalKey,
    Registry,
    RevocationMode,
    Signing,
    SigningRefused,
    Tree,
    Trust,
    TrustPolicy,
)
from gov_connect.signing.certificates import CertificateId, load_many
from gov_connect.signing.trust import DEFAULT_TREES
from gov_connect.signing.verdict import Finding

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cryptography import x509

    from gov_connect.settings.signing import SigningKeySettings, SigningSettings
    from gov_connect.signing import Key
    from gov_connect.signing.book import MandateBook

_PEM: Final = "-----BEGIN"
_CRL: Final = b"-----BEGIN X509 CRL-----"
_MOST_FILES: Final = 1000


def pieces(value: str, variable: str) -> list[bytes]:
    """What a setting stands for: PEM text, the content of a file, or of every file of a folder.

    Raises:
        ConfigurationError: there is no such file.
    """
    if not value:
        return []
    if _PEM in value:
        return [value.encode()]
    path = Path(value)
    try:
        files = sorted(one for one in path.iterdir() if one.is_file())[:_MOST_FILES] if path.is_dir() else [path]
        return [one.read_bytes() for one in files]
    except OSError:
        problem = Problem(path=f"{PREFIX}SIGNING__{variable}", code="value.no_file")
        raise ConfigurationError([problem]) from None


def certificates(value: str, variable: str) -> tuple[x509.Certificate, ...]:
    """The certificates of a setting.

    Raises:
        ConfigurationError: a file is missing or holds none.
    """
    try:
        return tuple(one for piece in pieces(value, variable) for one in load_many(piece))
    except Finding:
        problem = Problem(path=f"{PREFIX}SIGNING__{variable}", code="value.no_certificate")
        raise ConfigurationError([problem]) from None


class Desk:
    """What one agency signs and verifies with. Built on first use and kept; thread-safe.

    Args:
        settings: its own.
        now: the clock.
        book: its table of mandates.
    """

    def __init__(self, settings: SigningSettings, now: Callable[[], datetime], book: Callable[[], MandateBook]) -> None:
        self._settings: Final = settings
        self._now: Final = now
        self._book: Final = book
        self._lock = threading.RLock()
        self._signing: Signing | None = None
        self._seen: frozenset[tuple[str, int, int]] = frozenset()
        self._keys: dict[ActKind, Key] = {}

    @property
    def signing(self) -> Signing:
        """Signer and verifier; revocation data in a folder is taken in anew when its files change."""
        with self._lock:
            seen = self._files()
            if self._signing is None or seen != self._seen:
                self._signing, self._seen = self._made(), seen
            return self._signing

    def key(self, act: ActKind) -> Key:
        """The key for an act: the person's, or the agency's.

        Raises:
            ConfigurationError: it is not set.
            SigningRefused: it cannot be opened.
        """
        own = ActKind.PERSONAL if act in {ActKind.PERSONAL, ActKind.CITIZEN} else ActKind.AGENCY
        with self._lock:
            if own not in self._keys:
                self._keys[own] = self._opened(own)
            return self._keys[own]

    def certificates(self) -> tuple[x509.Certificate, ...]:
        """Every certificate that settings name: keys, roots, issuing authorities."""
        settings = self._settings
        found = [
            *certificates(settings.official_roots, "OFFICIAL_ROOTS"),
            *certificates(settings.public_roots, "PUBLIC_ROOTS"),
            *certificates(settings.intermediates, "INTERMEDIATES"),
            *certificates(settings.timestamp_roots, "TIMESTAMP_ROOTS"),
        ]
        for act, chosen in ((ActKind.PERSONAL, settings.personal), (ActKind.AGENCY, settings.agency)):
            if chosen is not None:
                found += self.key(act).certificates
        return tuple(dict.fromkeys(found))

    def _files(self) -> frozenset[tuple[str, int, int]]:
        """The state of revocation data and mandates, to see a change by."""
        settings = self._settings
        found: list[tuple[str, int, int]] = []
        for value in (settings.revocation_data, settings.mandates_file, settings.mandates_signature):
            if not value or _PEM in value:
                continue
            path = Path(value)
            with contextlib.suppress(OSError):  # reading it says what is wrong
                for one in path.iterdir() if path.is_dir() else [path]:
                    fact = one.stat()
                    found.append((str(one), fact.st_mtime_ns, fact.st_size))
        return frozenset(found)

    def _made(self) -> Signing:
        trust = trust_of(self._settings)
        return Signing(trust, mandates=self._mandates(trust), now=self._now)

    def _mandates(self, trust: Trust) -> Registry | None:
        settings = self._settings
        if settings.mandates == "none":
            return None
        if settings.mandates == "table":
            return Registry(lambda: self._book().records())
        (data,) = pieces(settings.mandates_file, "MANDATES_FILE")
        (signature,) = pieces(settings.mandates_signature, "MANDATES_SIGNATURE")
        keeper = CertificateId(*settings.mandates_keeper.split(":"))
        return Registry.from_signed(data, signature, Signing(trust, now=self._now), keeper)

    def _opened(self, act: ActKind) -> Key:
        name = act.value.upper()
        chosen: SigningKeySettings | None = getattr(self._settings, act.value)
        if chosen is None:
            problem = Problem(path=f"{PREFIX}SIGNING__{name}__FILE", code="value.not_configured")
            raise ConfigurationError([problem])
        if chosen.library:
            from gov_connect.signing.tokens import Token  # noqa: PLC0415 - only where there is one

            return Token(
                chosen.library,
                token=chosen.token,
                pin=chosen.pin.get_secret_value(),
                serial=int(chosen.serial, 16),
                above=certificates(chosen.certificate, f"{name}__CERTIFICATE"),
                pss=chosen.pss,
            )
        password = chosen.password.get_secret_value().encode() or None
        (data,) = pieces(chosen.file.get_secret_value(), f"{name}__FILE")
        if not chosen.certificate:
            return LocalKey.from_pkcs12(data, password, pss=chosen.pss)
        above = b"\n".join(pieces(chosen.certificate, f"{name}__CERTIFICATE"))
        return LocalKey.from_pem(data, above, password, pss=chosen.pss)


def trust_of(settings: SigningSettings) -> Trust:
    """The policy that settings describe, with their revocation data.

    Raises:
        ConfigurationError: no roots are set, or a file cannot be read.
        SigningRefused: a file of revocation data holds none.
    """
    if not (settings.official_roots or settings.public_roots):
        problem = Problem(path=f"{PREFIX}SIGNING__OFFICIAL_ROOTS", code="value.not_configured")
        raise ConfigurationError([problem])
    trees = dict(DEFAULT_TREES)
    if settings.officials_in_public_tree:
        trees = dict.fromkeys(ActKind, frozenset(Tree))
    policy = TrustPolicy(
        anchors={
            Tree.OFFICIAL_DUTY: certificates(settings.official_roots, "OFFICIAL_ROOTS"),
            Tree.PUBLIC: certificates(settings.public_roots, "PUBLIC_ROOTS"),
        },
        intermediates=certificates(settings.intermediates, "INTERMEDIATES"),
        timestamp_anchors=certificates(settings.timestamp_roots, "TIMESTAMP_ROOTS"),
        trees=trees,
        revocation=RevocationMode(settings.revocation),
        skew=timedelta(seconds=settings.skew_seconds),
        pss_expected=settings.pss_expected,
    )
    return Trust(policy, evidence_of(pieces(settings.revocation_data, "REVOCATION_DATA")))


def evidence_of(data: list[bytes]) -> Evidence:
    """CRLs (DER, or PEM with several in one file) and OCSP answers, told apart by what they are.

    Raises:
        SigningRefused: one is neither.
    """
    evidence = Evidence()
    for piece in data:
        parts = [_CRL + part for part in piece.split(_CRL)[1:]] if _CRL in piece else [piece]
        for part in parts:
            try:
                evidence.add_crl(part)
            except SigningRefused:
                evidence.add_ocsp(part)
    return evidence
