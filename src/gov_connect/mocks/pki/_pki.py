"""Both trees, and what their authorities say about revocation."""

from __future__ import annotations

from datetime import UTC, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from gov_connect.mocks.pki._make import Identity, ec_key, issue, name, rsa_key, usage

if TYPE_CHECKING:
    from datetime import datetime

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


class Pki:
    """Two trees of certificates, made on first use. `officer` and `agency` are official-duty, `citizen` is public.

    Args:
        now: the day the certificates live in.
        rsa: whether all keys are RSA; else only the citizen's is, since remote services know nothing else.
    """

    def __init__(self, now: datetime, *, rsa: bool = False) -> None:
        # Certificates know whole seconds and no zones.
        self.now: Final = now.astimezone(UTC).replace(microsecond=0)
        self._key: Final[Any] = rsa_key if rsa else ec_key

    @cached_property
    def official_root(self) -> Identity:
        """Root of the official-duty tree."""
        return self._authority("ROOT CONG VU", "official-root")

    @cached_property
    def official_ca(self) -> Identity:
        """Issuing authority of the official-duty tree."""
        return self._authority("CA CONG VU", "official-ca", self.official_root)

    @cached_property
    def public_root(self) -> Identity:
        """Root of the public tree."""
        return self._authority("ROOT CONG CONG", "public-root")

    @cached_property
    def public_ca(self) -> Identity:
        """Issuing authority of the public tree."""
        return self._authority("CA CONG CONG", "public-ca", self.public_root)

    @cached_property
    def tsa(self) -> Identity:
        """A timestamp authority of the official-duty tree."""
        stamping = (ExtendedKeyUsageOID.TIME_STAMPING,)
        return self.leaf("TSA", key=ec_key("tsa"), key_usage=usage("digital_signature"), purposes=stamping)

    @cached_property
    def officer(self) -> Identity:
        """An officer."""
        return self.leaf("NGUYỄN VĂN MẪU")

    @cached_property
    def agency(self) -> Identity:
        """The agency."""
        return self.leaf("UBND XÃ MẪU", key=self._key("agency"))

    @cached_property
    def curve(self) -> Identity:
        """An officer with a P-256 key."""
        return self.leaf("TRẦN THỊ MẪU", key=ec_key("curve"))

    @cached_property
    def citizen(self) -> Identity:
        """Somebody with a certificate of the public tree."""
        return self.leaf("LÊ VĂN DÂN", self.public_ca, key=rsa_key("citizen"), uid="CCCD:000000000001")

    def leaf(self, common: str, issuer: Identity | None = None, *, uid: str = "", **facts: Any) -> Identity:
        """An end entity; official-duty and fit for signing unless said otherwise."""
        key = facts.pop("key", None) or self._key("officer")
        facts = {"key_usage": usage("digital_signature", "content_commitment"), **facts}
        return issue(name(common, "CO QUAN MAU", uid), key, issuer or self.official_ca, now=self.now, **facts)

    def _authority(self, common: str, label: str, issuer: Identity | None = None) -> Identity:
        return issue(name(common), self._key(label), issuer, now=self.now, ca=True)

    def crl(
        self,
        issuer: Identity,
        *revoked: Identity,
        when: datetime | None = None,
        begins: datetime | None = None,
        ends: datetime | None = None,
        signer: Identity | None = None,
        extra: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    ) -> bytes:
        """A list of revoked certificates, in DER: from an hour ago for a week, unless said otherwise."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
        builder = builder.last_update(begins or self.now - _HOUR).next_update(ends or self.now + 7 * _DAY)
        for one in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number)
            builder = builder.add_revoked_certificate(entry.revocation_date(when or self.now - 30 * _DAY).build())
        for extension, critical in extra:
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign((signer or issuer).key, hashes.SHA256()).public_bytes(Encoding.DER)

    def ocsp(
        self,
        subject: Identity,
        issuer: Identity,
        *,
        status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
        responder: Identity | None = None,
        begins: datetime | None = None,
        ends: datetime | None = None,
        endless: bool = False,
        revoked_at: datetime | None = None,
    ) -> bytes:
        """An answer about one certificate, in DER: for a day, unless said otherwise."""
        responder = responder or issuer
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=subject.certificate,
            issuer=issuer.certificate,
            algorithm=hashes.SHA256(),
            cert_status=status,
            this_update=begins or self.now - timedelta(minutes=5),
            next_update=None if endless else ends or self.now + _DAY,
            revocation_time=revoked_at,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
        if responder is not issuer:
            builder = builder.certificates([responder.certificate])
        return builder.sign(responder.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def evidence_bytes(self) -> list[bytes]:
        """Empty lists of every authority: nobody is revoked."""
        return [self.crl(ca) for ca in (self.official_root, self.official_ca, self.public_root, self.public_ca)]
