"""Operations of VNPT SmartCA: which certificates an officer has, ask to sign hashes, ask what became of it.

Nothing here embeds a value: `Signing.complete` does, after it has verified it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from gov_connect.adapters.reading import binary, code_text
from gov_connect.adapters.smartca import wire
from gov_connect.errors import OutcomeUnknown, OutsideSystemError, UnexpectedReply
from gov_connect.model import VIETNAM, Personal
from gov_connect.runtime import Adapter, Effect, F, Flow, Grade, Reply, Request, operation
from gov_connect.settings.signing import SmartCaSettings
from gov_connect.signing.pending import Pending
from gov_connect.signing.remote import RemoteCertificate, RemoteResult, RemoteState, certificates_of, signature

if TYPE_CHECKING:
    from collections.abc import Mapping

_WAITING = {"sig_wait_for_user_confirm", "sig_waiting_for_user_confirm", "waiting"}
_CODE = re.compile(r"(?!.*[0-9]{7})[0-9a-z_.-]{1,40}")
_SENTENCE = "other_words"


class SmartCa(Adapter[F]):
    """VNPT SmartCA: the officer confirms on the phone. Certificates are of the public tree only."""

    system: ClassVar[str] = wire.SYSTEM

    @operation(
        wire="get_certificate",
        generation="sp769",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="signature.md §1.4",
    )
    def certificates(self, user: Personal) -> Flow[tuple[RemoteCertificate, ...]]:
        """The certificates of a user (number of the citizen card, or tax code).

        Raises:
            AuthenticationFailed: our own account was not accepted.
            Refused: there is no such user.
        """
        fields = {"user_id": user.reveal(), "serial_number": "", "transaction_id": self.context.ids.new()}
        reply: Reply = yield self._request(wire.CERTIFICATES, fields, repeatable=True)
        data, _said = wire.read(reply)
        return tuple(
            RemoteCertificate(
                reference=code_text(row.get("serialnumber")),
                certificates=certificates_of(
                    binary(row.get("certdata"), wire.SYSTEM), wire.chain(row.get("chaindata"))
                ),
            )
            for row in wire.rows(data.get("usercertificates"))
            if row.get("certdata")  # one that is not issued yet hides no other
        )

    @operation(
        wire="signatures/sign",
        generation="sp769",
        effect=Effect.ASK_FIRST,
        grade=Grade.CONFIRMED,
        section="signature.md §1.4",
    )
    def start(
        self, user: Personal, serial: str, pending: Sequence[Pending], *, transaction: str, description: str = ""
    ) -> Flow[str]:
        """Ask the officer to sign; gives the id by which to ask for the outcome.

        `transaction` is made once and kept by the caller. When nobody can say whether the request arrived, the
        service is asked about that id; the request itself is never sent twice.

        Raises:
            OutcomeUnknown: the service cannot say either.
            Refused: it said no.
        """
        fields = {
            "user_id": user.reveal(),
            "serial_number": serial,
            "transaction_id": transaction,
            "transaction_desc": description,
            "time_stamp": self.context.clock.now().astimezone(VIETNAM).strftime("%Y%m%d%H%M%SZ"),
            "sign_files": [
                {
                    "data_to_be_signed": one.digest.hex(),
                    "doc_id": f"{transaction}-{place}",
                    "file_type": one.format.value if one.format.value in {"pdf", "xml"} else "json",
                    "sign_type": "hash",
                }
                for place, one in enumerate(pending)
            ],
        }
        try:
            reply: Reply = yield self._request(wire.SIGN, fields, repeatable=False)
            data, _said = wire.read(reply)
        except (OutcomeUnknown, UnexpectedReply) as unknown:
            try:
                known = yield from self._status(transaction, len(pending))
            except OutsideSystemError:
                # Whatever stops the question, the request itself may be on the phone.
                raise OutcomeUnknown(system=self.system, reason="sign_unanswered") from unknown
            if known.raw_code not in {"", wire.DONE}:  # other words under 200, "TRANSACTION_NOT_FOUND" among them
                raise OutcomeUnknown(system=self.system, reason="sign_unanswered") from unknown
            return transaction
        if self._settings.status_by == "tran_code":
            return code_text(data.get("trancode")) or transaction
        return code_text(data.get("transactionid")) or transaction

    @operation(
        wire="signatures/sign/{id}/status",
        generation="sp769",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="signature.md §1.4",
    )
    def status(self, reference: str, count: int = 1) -> Flow[RemoteResult]:
        """What became of a request over `count` hashes. Ask every 10 s, at most 24 times, as the provider does."""
        return (yield from self._status(reference, count))

    def _status(self, reference: str, count: int) -> Flow[RemoteResult]:
        path = wire.STATUS.format(id=quote(reference, safe=""))
        reply: Reply = yield Request(
            system=self.system,
            url=f"{self._settings.base_url.rstrip('/')}/{path}",
            headers=wire.HEADERS,
            body=b"{}",
            repeatable=True,
            label="status",
        )
        data, said = wire.read(reply)
        rows = wire.rows(data.get("signatures"))
        if said != wire.DONE or not rows:
            # Only SUCCESS and the waiting message are documented: whatever else is said, it goes on waiting.
            return RemoteResult(state=RemoteState.WAITING, raw_code="" if said in _WAITING else _code(said))
        return RemoteResult(state=RemoteState.SIGNED, values=_in_order(rows, count))

    @property
    def _settings(self) -> SmartCaSettings:
        """Its settings; those of a vendor come as a plain mapping."""
        given: Any = self.context.settings
        return given if isinstance(given, SmartCaSettings) else SmartCaSettings(**given)

    def _request(self, path: str, fields: Mapping[str, object], *, repeatable: bool) -> Request:
        settings = self._settings
        account = {"sp_id": settings.sp_id, "sp_password": settings.sp_password.get_secret_value()}
        return Request(
            system=self.system,
            url=f"{settings.base_url.rstrip('/')}/{path}",
            headers=wire.HEADERS,
            body=wire.body({**account, **fields}),
            repeatable=repeatable,
            label=path.rpartition("/")[2],
        )


def _code(said: str) -> str:
    """A message that looks like a code; what is a sentence may speak of people, and is shown to nobody."""
    return said if _CODE.fullmatch(said) else _SENTENCE


def _in_order(rows: Sequence[dict[str, object]], count: int) -> tuple[bytes, ...]:
    """The values in the order of the request, told apart by the number at the end of their document id."""
    found = {code_text(row.get("docid")).rpartition("-")[2]: row.get("signaturevalue") for row in rows}
    if found.keys() != {str(place) for place in range(count)} or len(rows) != count:
        raise UnexpectedReply(system=wire.SYSTEM, reason="other_documents")
    return tuple(signature(binary(found[str(place)], wire.SYSTEM), wire.SYSTEM) for place in range(count))
