"""Operations of a CSC v1 service: the credential's certificates, authorise hashes, sign them (signature.md §1.7).

The access token comes from outside (OAuth2 of the service); PIN and OTP are given for one call and kept nowhere.
Not for VNPT or Viettel, whose dialects have adapters of their own.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from gov_connect.adapters.reading import answer_object, binary, code_text, folded, not_own_form, rows_of, texts
from gov_connect.errors import AuthenticationFailed, Refused, UnexpectedReply
from gov_connect.runtime import Adapter, Effect, F, Flow, Grade, Reply, Request, operation
from gov_connect.settings.signing import CscSettings
from gov_connect.signing.algorithms import Padding
from gov_connect.signing.pending import Pending
from gov_connect.signing.remote import RemoteCertificate, RemoteResult, RemoteState, certificates_of, signature
from gov_connect.transport import as_object

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_SIGN_ALGORITHMS: Final = {
    Padding.PKCS1: "1.2.840.113549.1.1.1",
    Padding.ECDSA: "1.2.840.10045.4.3.2",
}
_UNAUTHORISED: Final = 401
_ERROR, _SERVER_ERROR = 400, 500


class Csc(Adapter[F]):
    """A service that speaks plain CSC v1."""

    system: ClassVar[str] = "csc"

    @operation(
        wire="credentials/info", generation="1", effect=Effect.READ, grade=Grade.SEEN, section="signature.md §1.7"
    )
    def certificates(self) -> Flow[RemoteCertificate]:
        """The credential's certificates, the signer's own first.

        Raises:
            AuthenticationFailed: the access token was not accepted.
        """
        fields = {"credentialID": self._settings.credential, "certificates": "chain", "certInfo": False}
        answer = yield from self._call("credentials/info", fields, repeatable=True)
        listed = folded(as_object(answer.get("cert")) or {}) or {}
        found = [binary(one, self.system) for one in rows_of(listed.get("certificates"))]
        if not found:
            raise UnexpectedReply(system=self.system, reason="no_certificate")
        return RemoteCertificate(reference=self._settings.credential, certificates=certificates_of(found[0], found[1:]))

    @operation(
        wire="credentials/authorize + signatures/signHash",
        generation="1",
        effect=Effect.ASK_FIRST,
        grade=Grade.SEEN,
        section="signature.md §1.7",
    )
    def sign(self, pending: Sequence[Pending], *, pin: str = "", otp: str = "") -> Flow[RemoteResult]:
        """Authorise exactly these hashes (SCAL2) and sign them; values come in their order.

        The authorisation is good for one signature, so an unanswered call stays unknown and is not sent again.

        Raises:
            Refused: PIN or OTP were wrong, or the service said no.
            OutcomeUnknown: nobody can say whether it signed.
        """
        hashes = [base64.b64encode(one.digest).decode() for one in pending]
        paddings = {one.scheme.padding for one in pending}
        algorithm = _SIGN_ALGORITHMS.get(next(iter(paddings))) if len(paddings) == 1 else None
        if algorithm is None or {one.scheme.hash.value for one in pending} != {"sha256"}:
            raise UnexpectedReply(system=self.system, reason="mixed_schemes")
        common = {"credentialID": self._settings.credential, "hash": hashes}
        secrets = {name: value for name, value in (("PIN", pin), ("OTP", otp)) if value}
        asked = {**common, "numSignatures": len(hashes), **secrets}
        granted = yield from self._call("credentials/authorize", asked, repeatable=False)
        sad = code_text(granted.get("sad"))
        if not sad:
            raise UnexpectedReply(system=self.system, reason="no_sad")
        fields = {**common, "SAD": sad, "hashAlgo": _SHA256, "signAlgo": algorithm}
        answer = yield from self._call("signatures/signHash", fields, repeatable=False)
        values = tuple(signature(binary(one, self.system), self.system) for one in rows_of(answer.get("signatures")))
        if len(values) != len(hashes):
            raise UnexpectedReply(system=self.system, reason="other_documents")
        return RemoteResult(state=RemoteState.SIGNED, values=values)

    def _call(self, path: str, fields: Mapping[str, object], *, repeatable: bool) -> Flow[dict[str, Any]]:
        settings = self._settings
        reply: Reply = yield Request(
            system=self.system,
            url=f"{settings.base_url.rstrip('/')}/csc/v1/{path}",
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {settings.access_token.get_secret_value()}",
            },
            body=json.dumps(fields).encode(),
            repeatable=repeatable,
            label=path,
        )
        answer = answer_object(reply, self.system)
        code = code_text(answer.get("error"))
        if reply.status == _UNAUTHORISED:
            raise AuthenticationFailed(system=self.system, status=reply.status, raw_code=code)
        if code and reply.status < _SERVER_ERROR:  # a fault inside says nothing of what was signed
            raw = texts(answer.get("errordescription"))
            raise Refused(system=self.system, status=reply.status, raw_code=code, raw=raw)
        if reply.status >= _ERROR:
            raise not_own_form(reply, self.system, "no_answer", answer)
        return answer

    @property
    def _settings(self) -> CscSettings:
        """Its settings; those of a vendor come as a plain mapping."""
        given: Any = self.context.settings
        return given if isinstance(given, CscSettings) else CscSettings(**given)
