"""The audit log as one agency and officer use it: `gov.audit`."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gov_connect.audit import heads, listing, retention, verification
from gov_connect.audit.entries import Kind, Note
from gov_connect.audit.lookups import LookUps, Reading
from gov_connect.errors import GovConnectError, InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from gov_connect.audit.entries import Head
    from gov_connect.audit.heads import Export
    from gov_connect.audit.log import AuditLog
    from gov_connect.audit.retention import Purged
    from gov_connect.audit.verification import Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The log, for an agency and whoever acts. What only reads it refuses (`ledger.missing`) where no records are.

    Attributes:
        key: signs exported heads; None for none.
    """

    log: AuditLog
    agency: str
    officer: str = ""
    procedure: str = ""
    dossier: str = ""
    key: Callable[[], Ed25519PrivateKey | None]

    def fee_override(self, record: Mapping[str, Any]) -> None:
        """Write an override of a fee; quotes by `gov.fees` do it of themselves.

        Raises:
            InvalidInput: an officer acts who is neither of the two.
            LedgerError: it could not be written; the override must not happen.
        """
        if self.officer not in {"", record.get("officer"), record.get("second_officer")}:
            raise InvalidInput("Override", [Problem(path="officer", code="audit.not_acting")])
        details = {
            name: value if isinstance(value, int) or value is None else str(value) for name, value in record.items()
        }
        self.log.note(self._note(Kind.OVERRIDE, "fees.override", details, officer=str(record.get("officer", ""))))

    def purged(self, what: str, count: int, *, reason: str) -> None:
        """Write that stored data was deleted.

        Args:
            what: kind of data, e.g. a table's name.
            count: how many rows.
            reason: the rule or order it follows.
        """
        self.log.note(self._note(Kind.PURGE, "records.purge", {"what": what, "count": count, "reason": reason}))

    @contextlib.contextmanager
    def signature(self, *, document_sha256: str, act: str, certificate: str = "") -> Generator[None, None, None]:
        """Write that something is about to be signed, and, at the end of the block, what came of it.

        Args:
            document_sha256: of the file that is signed, in hexadecimal.
            act: what the signature is for.
            certificate: issuer and number, or fingerprint, of the signer's certificate.

        Raises:
            LedgerError: it could not be written; nothing may be signed.
        """
        details = {"document_sha256": document_sha256, "act": act, "certificate": certificate}
        mark = self.log.begin(self._note(Kind.SIGNATURE, "signing.sign", details))
        try:
            yield
        except GovConnectError as error:
            self.log.finish(mark, error.code)
            raise
        except Exception:
            self.log.finish(mark, "failed")
            raise
        self.log.finish(mark, "done")

    def who_read(self, number: str) -> list[Reading]:
        """Every look-up of a person by number, the oldest first, of all agencies in this database."""
        self.log.database.require()
        return LookUps(self.log).who_read(number)

    def verify(self, known: Iterable[Head] = ()) -> Verification:
        """Whether the log is whole; `known` are heads that were exported before."""
        self.log.database.require()
        return verification.verify(self.log.database, self.log.vault, known)

    def export_heads(self, *, timestamp: Callable[[bytes], bytes] | None = None) -> Export:
        """The heads of all chains, signed with the key of the settings."""
        self.log.database.require()
        return heads.export(self.log, self.agency, key=self.key(), timestamp=timestamp)

    def entries(self, *, since: str = "", until: str = "") -> Iterator[dict[str, Any]]:
        """Every entry between two moments (UTC, ISO), for inspectors."""
        self.log.database.require()
        return listing.listing(self.log.database, self.log.vault, since=since, until=until)

    def purge(self, *, before: datetime, reason: str) -> Purged:
        """Delete what this agency's entries before a moment say; the chain stays whole.

        Raises:
            InvalidInput: nobody acts, or for no reason, or the moment has not come.
        """
        self.log.database.require()
        return retention.purge(self.log, self.agency, before=before, officer=self.officer, reason=reason)

    def _note(self, kind: Kind, operation: str, details: Mapping[str, str | int | None], *, officer: str = "") -> Note:
        return Note(
            agency=self.agency,
            kind=kind,
            operation=operation,
            officer=officer or self.officer,
            procedure=self.procedure,
            dossier=self.dossier,
            details=details,
        )
