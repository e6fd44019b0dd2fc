"""Timestamp authorities (RFC 3161; signature.md §1.2): they take a hash and say when they saw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from gov_connect.adapters.reading import not_own_form
from gov_connect.runtime import Adapter, Effect, F, Flow, Grade, Reply, Request, operation

if TYPE_CHECKING:
    from gov_connect.settings.signing import TimestampSettings

_OK: Final = 200
_SEQUENCE: Final = b"\x30"


class TimestampAuthority(Adapter[F]):
    """A service that stamps; what its answer is worth is for `Signing.read_stamp` to say."""

    system: ClassVar[str] = "timestamp"

    @operation(
        wire="application/timestamp-query",
        generation="RFC 3161",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="signature.md §1.2",
    )
    def stamp(self, query: bytes) -> Flow[bytes]:
        """Carry a TimeStampReq and give the TimeStampResp back; repeating it does no harm.

        Raises:
            OutsideSystemError: the authority did not answer with a timestamp reply.
        """
        settings: TimestampSettings = self.context.settings
        reply: Reply = yield Request(
            system=self.system,
            url=settings.base_url,
            headers={"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"},
            body=query,
            repeatable=True,
            label="timestamp",
        )
        if reply.status != _OK or not reply.body.startswith(_SEQUENCE):
            raise not_own_form(reply, self.system, "no_timestamp_reply")
        return reply.body
