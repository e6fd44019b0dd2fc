"""Operations of Viettel MySign: log in for a user, list certificates, ask to sign hashes, ask for the outcome."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from gov_connect.adapters.mysign import wire
from gov_connect.adapters.reading import binary, code_text, folded, rows_of
from gov_connect.errors import AuthenticationFailed, UnexpectedReply
from gov_connect.model import Personal
from gov_connect.runtime import Adapter, Effect, F, Flow, Grade, Reply, Request, operation
from gov_connect.settings.signing import MySignSettings
from gov_connect.signing.pending import Pending
from gov_connect.signing.remote import RemoteCertificate, RemoteResult, RemoteState, certificates_of, signature
from gov_connect.transport import as_object

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN_LIFE: Final = 3600.0
_TOKEN_MARGIN: Final = 60.0


class MySign(Adapter[F]):
    """Viettel MySign: the user confirms on the phone. Certificates are of the public tree only."""

    system: ClassVar[str] = wire.SYSTEM

    @operation(
        wire="certificates/info",
        generation="1.9",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="signature.md §1.6",
    )
    def certificates(self, user: Personal) -> Flow[tuple[RemoteCertificate, ...]]:
        """The certificates of a user (`CMT_…` for people, `MST_…` for organisations), with those above them.

        Raises:
            AuthenticationFailed: our account or the user was not accepted.
        """
        settings = self._settings
        fields = {
            "client_id": settings.client_id,
            "client_secret": settings.client_secret.get_secret_value(),
            "profile_id": settings.profile_id,
            "user_id": user.reveal(),
            "certificates": "chain",
            "certInfo": True,
            "authInfo": True,
        }
        rows = yield from self._call(user, wire.CERTIFICATES, fields, repeatable=True)
        return tuple(_certificate(row) for row in rows)

    @operation(
        wire="signHash", generation="1.9", effect=Effect.ASK_FIRST, grade=Grade.CONFIRMED, section="signature.md §1.6"
    )
    def start(self, user: Personal, reference: str, pending: Sequence[Pending], *, description: str = "") -> Flow[str]:
        """Ask the user to sign; gives the transaction id.

        The service makes the id itself, so an unanswered request cannot be looked up: it stays unknown and is
        never sent again by us; what the user confirms late is not used.

        Raises:
            OutcomeUnknown: nobody can say whether the request arrived.
            Refused: the service said no.
        """
        settings = self._settings
        fields = {
            "client_id": settings.client_id,
            "client_secret": settings.client_secret.get_secret_value(),
            "credentialID": reference,
            "numSignatures": len(pending),
            "documents": [
                {"document_id": str(place), "document_name": wire.plain_text(f"{one.format.value} {place}")}
                for place, one in enumerate(pending)
            ],
            "description": wire.plain_text(description),
            "hash": [base64.b64encode(one.digest).decode() for one in pending],
            "hashAlgo": wire.SHA256,
            "signAlgo": wire.PLAIN_RSA,
            "async": wire.ASK_LATER,
        }
        rows = yield from self._call(user, wire.SIGN, fields, repeatable=False)
        found = code_text(rows[0].get("transactionid"))
        if not found:
            raise UnexpectedReply(system=self.system, reason="no_transaction")
        return found

    @operation(
        wire="requests/status", generation="1.9", effect=Effect.READ, grade=Grade.CONFIRMED, section="signature.md §1.6"
    )
    def status(self, user: Personal, transaction: str, count: int = 1) -> Flow[RemoteResult]:
        """What became of a request over `count` hashes; values come in the order of the hashes."""
        fields = {"transactionId": transaction}
        rows = yield from self._call(user, wire.STATUS, fields, repeatable=True)
        code = code_text(rows[0].get("status"))
        state = wire.STATES.get(code)
        if state is None:
            raise UnexpectedReply(system=self.system, reason="unknown_status")
        if state is not RemoteState.SIGNED:
            return RemoteResult(state=state, raw_code=code)
        values = tuple(signature(binary(one, wire.SYSTEM), wire.SYSTEM) for one in rows_of(rows[0].get("signatures")))
        if len(values) != count:
            raise UnexpectedReply(system=self.system, reason="other_documents")
        return RemoteResult(state=state, values=values, raw_code=code)

    def _call(
        self, user: Personal, path: str, fields: Mapping[str, object], *, repeatable: bool
    ) -> Flow[list[dict[str, Any]]]:
        """Call with the user's token; a token refused is replaced once, since nothing was done then."""
        token = yield from self._token(user)
        try:
            reply: Reply = yield self._request(path, fields, token=token, repeatable=repeatable)
            return wire.read(reply)
        except AuthenticationFailed:
            self.context.memory.forget(*self._key(user), value=token)
            token = yield from self._token(user)
            reply = yield self._request(path, fields, token=token, repeatable=repeatable)
            return wire.read(reply)

    def _token(self, user: Personal) -> Flow[str]:
        kept = self.context.memory.recall(*self._key(user))
        if isinstance(kept, str):
            return kept
        settings = self._settings
        fields = {
            "client_id": settings.client_id,
            "client_secret": settings.client_secret.get_secret_value(),
            "profile_id": settings.profile_id,
            "user_id": user.reveal(),
        }
        reply: Reply = yield self._request(wire.LOGIN, fields, token="", repeatable=True)
        (answer,) = wire.read(reply)[:1]
        token, life = code_text(answer.get("accesstoken")), code_text(answer.get("expiresin"))
        if not token:
            raise UnexpectedReply(system=self.system, reason="no_token", status=reply.status)
        seconds = float(life) if life.isascii() and life.isdigit() else _TOKEN_LIFE
        self.context.memory.keep(*self._key(user), value=token, seconds=max(1.0, seconds - _TOKEN_MARGIN))
        return token

    def _key(self, user: Personal) -> tuple[str, ...]:
        """Tokens are per user; the key holds a digest, not the number."""
        who = hashlib.sha256(user.reveal().encode()).hexdigest()
        return (str(self.acting.agency), self.system, who)

    @property
    def _settings(self) -> MySignSettings:
        """Its settings; those of a vendor come as a plain mapping."""
        given: Any = self.context.settings
        return given if isinstance(given, MySignSettings) else MySignSettings(**given)

    def _request(self, path: str, fields: Mapping[str, object], *, token: str, repeatable: bool) -> Request:
        headers = {**wire.HEADERS, "Authorization": f"Bearer {token}"} if token else wire.HEADERS
        return Request(
            system=self.system,
            url=f"{self._settings.base_url.rstrip('/')}/{path}",
            headers=headers,
            body=wire.body(fields),
            repeatable=repeatable,
            label=path.rpartition("/")[2],
        )


def _certificate(row: Mapping[str, Any]) -> RemoteCertificate:
    listed = folded(as_object(row.get("cert")) or {}) or {}
    found = [binary(one, wire.SYSTEM) for one in rows_of(listed.get("certificates"))]
    reference = code_text(row.get("credentialid"))
    if not found or not reference:
        raise UnexpectedReply(system=wire.SYSTEM, reason="no_certificate")
    return RemoteCertificate(reference=reference, certificates=certificates_of(found[0], found[1:]))
