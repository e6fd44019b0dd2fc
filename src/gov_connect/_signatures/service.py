"""What `gov.signing` offers, blocking or awaited: sign, verify, extend, and sign by somebody's phone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from gov_connect._signatures.requests import ABANDONED, FINAL, OPEN, SIGNED, WAITING, RequestBook, Stored
from gov_connect.adapters.mysign import MySign
from gov_connect.adapters.smartca import SmartCa
from gov_connect.errors import (
    AuthenticationFailed,
    KeyConflict,
    NotSupported,
    Overloaded,
    Refused,
    SystemPaused,
    Unreachable,
)
from gov_connect.model import Personal
from gov_connect.runtime import Adapter, Blocking, Effect, F, Flow, Grade, Inner, operation
from gov_connect.signing import (
    Act,
    ActKind,
    Format,
    Key,
    Level,
    Pending,
    Report,
    Signed,
    Signing,
    SigningRefused,
    expiring,
)
from gov_connect.signing.remote import RemoteCertificate, RemoteResult, RemoteState
from gov_connect.signing.timestamps import Query
from gov_connect.signing.trust import DIGEST_DAYS, Expiring

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect._signatures.build import Desk
    from gov_connect.adapters.timestamp import TimestampAuthority
    from gov_connect.runtime import Context
    from gov_connect.signing.book import MandateBook

_NOT_DONE: Final = (Refused, AuthenticationFailed, Unreachable, SystemPaused, Overloaded)
"""After these nobody was asked; anything else that goes wrong leaves the request open."""
_ETSI: Final = "ETSI baseline"
_SECTION: Final = "signature.md §6"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingSignature:
    """A signature that somebody makes on a phone.

    Attributes:
        key: ask for it by this.
        state: "open" (nobody knows whether the service heard of it), "waiting", "signed", "rejected", "expired",
            "failed" or "abandoned"; only the first two may still change.
        signed: the file, once it is signed.
    """

    key: str
    state: str
    signed: Signed | None = field(default=None, repr=False)

    @property
    def final(self) -> bool:
        """Whether it is settled."""
        return self.state in FINAL


class Signatures(Adapter[F]):
    """Signing and verifying for the acting agency, by its settings `GOV_CONNECT_SIGNING__…`."""

    system: ClassVar[str] = "signing"
    signs: ClassVar[bool] = True

    def __init__(
        self,
        context: Context,
        *,
        desk: Callable[[], Desk],
        timestamp: Callable[[], TimestampAuthority[Inner]] | None,
        remote: Callable[[type[Any]], Any],
        requests: Callable[[], RequestBook],
        mandates: Callable[[], MandateBook],
    ) -> None:
        super().__init__(context)
        self._desk = desk
        self._timestamp = timestamp
        self._remote = remote
        self._requests = requests
        self._mandates = mandates

    @property
    def mandates(self) -> MandateBook:
        """The table of who may sign what; its methods block."""
        return self._mandates()

    @operation(wire="sign", generation=_ETSI, effect=Effect.WRITE, grade=Grade.CONFIRMED, section=_SECTION)
    def sign(
        self,
        document: bytes,
        *,
        act: Act | ActKind,
        key: Key | None = None,
        format: Format | None = None,  # noqa: A002 - the plain word for it
        level: Level | None = None,
    ) -> Flow[Signed]:
        """Sign with the key of the settings, or another one at hand.

        Args:
            document: PDF, XML or anything else, which gets a detached signature.
            act: what for; a whole `Act` wherever mandates are kept.
            key: the settings' key for this act when left out.
            format: by the file when left out.
            level: T where a timestamp authority is set, else B, unless said otherwise.

        Raises:
            SigningRefused: a rule stands against it, with its article; nothing was signed.
            ConfigurationError: no key, or no roots, are set.
            OutsideSystemError: the timestamp authority gave none.
        """
        wanted = level or self._usual
        kind = act if isinstance(act, ActKind) else act.kind

        def begun() -> tuple[Signing, Pending, bytes]:
            desk = self._desk()
            chosen = key or desk.key(kind)
            signing = desk.signing
            pending = signing.prepare(
                document, act, chosen.certificates, scheme=chosen.scheme, format=format, level=wanted
            )
            return signing, pending, chosen.sign(pending.to_sign)

        signing, pending, value = yield Blocking(begun)
        return (yield from self._completed(signing, pending, value, wanted))

    @operation(wire="verify", generation=_ETSI, effect=Effect.READ, grade=Grade.CONFIRMED, section=_SECTION)
    def verify(self, document: bytes, *, content: bytes | None = None, act: ActKind | None = None) -> Flow[Report]:
        """One strict verdict, offline, by the roots and the revocation data of the settings.

        Args:
            document: a signed PDF or XML, or a signed message.
            content: what a detached signature speaks of.
            act: what the signature must be good for.

        Raises:
            ConfigurationError: no roots are set.
        """
        report: Report = yield Blocking(lambda: self._desk().signing.verify(document, content=content, act=act))
        return report

    @operation(wire="DSS", generation=_ETSI, effect=Effect.READ, grade=Grade.CONFIRMED, section=_SECTION)
    def extend(self, document: bytes) -> Flow[bytes]:
        """A timestamped PDF with all data for its later verification (B-LT).

        Raises:
            SigningRefused: it is not valid, has no timestamp, or revocation data is missing.
        """
        made: bytes = yield Blocking(lambda: self._desk().signing.extend(document))
        return made

    @operation(
        wire="timestamp-query",
        generation="RFC 3161",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="signature.md §1.2",
    )
    def stamp(self, data: bytes) -> Flow[bytes]:
        """A timestamp token over any bytes, e.g. the heads of the audit log; verified before it is given out.

        Raises:
            SigningRefused: no authority is set, or its token does not hold.
        """
        if self._timestamp is None:
            raise SigningRefused("signing.timestamp.missing")
        query = Query(data)
        answer = yield from self._timestamp().stamp(query.request)
        token: bytes = yield Blocking(lambda: self._desk().signing.read_stamp(query, answer))
        return token

    @operation(wire="timestamp", generation="RFC 3161", effect=Effect.READ, grade=Grade.CONFIRMED, section=_SECTION)
    def stamped_at(self, data: bytes, token: bytes) -> Flow[datetime]:
        """The moment at which a trusted authority saw these bytes.

        Raises:
            SigningRefused: the token is about something else, or nobody vouches for the authority.
        """
        moment: datetime = yield Blocking(lambda: self._desk().signing.stamped_at(data, token))
        return moment

    @operation(wire="expiring", generation="1", effect=Effect.READ, grade=Grade.CONFIRMED, section="signature.md §1.3")
    def expiring(self, days: int = DIGEST_DAYS) -> Flow[tuple[Expiring, ...]]:
        """The certificates of the settings that end within `days`, or have ended; the nearest first."""
        now = self.context.clock.now()
        rows: tuple[Expiring, ...] = yield Blocking(lambda: expiring(self._desk().certificates(), now, days))
        return rows

    @operation(
        wire="signatures/sign, signHash",
        generation="1",
        effect=Effect.ASK_FIRST,
        grade=Grade.CONFIRMED,
        section="signature.md §1.4, §1.6",
    )
    def request(
        self,
        document: bytes,
        *,
        act: Act | ActKind,
        through: str,
        user: Personal,
        key: str,
        certificate: str = "",
        format: Format | None = None,  # noqa: A002 - the plain word for it
        level: Level | None = None,
        description: str = "",
    ) -> Flow[WaitingSignature]:
        """Ask a person to sign on the phone; `collect(key)` brings the outcome, in this process or another.

        The request is stored before the service hears of it, under `key`; the same key again sends nothing.

        Args:
            document: see `sign`.
            act: see `sign`.
            through: "smartca" or "mysign".
            user: the person's name at the service.
            key: of the caller's own making, once per signature.
            certificate: the service's reference of it, where the user has several.
            format: see `sign`.
            level: see `sign`.
            description: what the person reads on the phone.

        Raises:
            SigningRefused: a rule stands against it; nothing was asked.
            KeyConflict: the key stands for another document.
            InvalidInput: the key is more than letters, digits, ".", "_" and "-".
            OutcomeUnknown: nobody can say whether the service heard; the request stays "open".
            Refused: the service said no; the key is free again, as after any error before it was asked.
        """
        book = self._requests()
        known: Stored | None = yield Blocking(lambda: book.get(key))
        if known is not None:
            return _same(known, document)
        remote = self._service(through)
        offered = yield from remote.certificates(user)
        chosen = _chosen(offered, certificate)
        wanted = level or self._usual
        pending: Pending = yield Blocking(
            lambda: self._desk().signing.prepare(document, act, chosen.certificates, format=format, level=wanted)
        )
        fresh: bool = yield Blocking(
            lambda: book.open(key, service=through, user=user.reveal(), level=wanted.value, pending=pending)
        )
        if not fresh:
            raced: Stored = yield Blocking(lambda: book.need(key))
            return _same(raced, document)
        try:
            reference = yield from _started(remote, user, chosen.reference, pending, key, description)
        except _NOT_DONE:
            yield Blocking(lambda: book.drop(key))
            raise
        yield Blocking(lambda: book.move(key, WAITING, reference=reference))
        return WaitingSignature(key=key, state=WAITING)

    @operation(
        wire="status, requests/status",
        generation="1",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="signature.md §1.4, §1.6",
    )
    def collect(self, key: str) -> Flow[WaitingSignature]:
        """Ask what became of a request and, once the person has signed, finish the file.

        A request whose sending was never answered is asked about where the service allows it, never repeated.

        Raises:
            InvalidInput: there is no such request.
            SigningRefused: the service's value is not that of the certificate over these bytes.
        """
        book = self._requests()
        stored: Stored = yield Blocking(lambda: book.need(key))
        if stored.state in FINAL:
            return _shown(stored)
        result = yield from self._outcome(stored)
        if result is None:
            return _shown(stored)
        if result.state is not RemoteState.SIGNED:
            state = result.state.value
            yield Blocking(lambda: book.move(key, state, reference=stored.reference or key))
            return WaitingSignature(key=key, state=state)
        value = result.value_for(stored.pending)
        signing: Signing = yield Blocking(lambda: self._desk().signing)
        signed = yield from self._completed(signing, stored.pending, value, Level(stored.level))
        yield Blocking(lambda: book.move(key, SIGNED, result=signed.data))
        return WaitingSignature(key=key, state=SIGNED, signed=signed)

    @operation(wire="abandon", generation="1", effect=Effect.WRITE, grade=Grade.CONFIRMED, section=_SECTION)
    def abandon(self, key: str) -> Flow[WaitingSignature]:
        """Give a request up: what the person may still confirm is never used. A settled one stays as it is."""
        book = self._requests()
        yield Blocking(lambda: book.move(key, ABANDONED))
        stored: Stored = yield Blocking(lambda: book.need(key))
        return _shown(stored)

    @operation(wire="waiting", generation="1", effect=Effect.READ, grade=Grade.CONFIRMED, section=_SECTION)
    def waiting(self) -> Flow[list[str]]:
        """The keys of all requests that are not settled, to be collected by a job of the host's."""
        keys: list[str] = yield Blocking(self._requests().waiting)
        return keys

    @property
    def _usual(self) -> Level:
        return Level.B if self._timestamp is None else Level.T

    def _completed(self, signing: Signing, pending: Pending, value: bytes, level: Level) -> Flow[Signed]:
        if level is Level.B:
            plain: Signed = yield Blocking(lambda: signing.complete(pending, value))
            return plain
        if self._timestamp is None:
            raise SigningRefused("signing.timestamp.missing")
        query = signing.stamp_query(pending, value)
        answer = yield from self._timestamp().stamp(query.request)

        def finished() -> Signed:
            signed = signing.complete(pending, value, token=signing.read_stamp(query, answer))
            if level is Level.LT:
                return Signed(format=signed.format, data=signing.extend(signed.data))
            return signed

        made: Signed = yield Blocking(finished)
        return made

    def _service(self, name: str) -> SmartCa[Inner] | MySign[Inner]:
        kinds: dict[str, type[SmartCa[Inner] | MySign[Inner]]] = {
            SmartCa.system: SmartCa[Inner],
            MySign.system: MySign[Inner],
        }
        if name not in kinds:
            raise NotSupported("support.adapter_unknown", name=name)
        found: SmartCa[Inner] | MySign[Inner] = self._remote(kinds[name])
        return found

    def _outcome(self, stored: Stored) -> Flow[RemoteResult | None]:
        """What the service says; None when it cannot say whether it ever heard of the request."""
        remote = self._service(stored.service)
        if isinstance(remote, MySign):
            if not stored.reference:
                # The service makes the reference, so what was never answered cannot be asked about.
                return None
            return (yield from remote.status(_User(stored.user), stored.reference, 1))
        try:
            return (yield from remote.status(stored.reference or stored.key, 1))
        except Refused:
            if stored.state != OPEN:
                raise
            return None


def _started(
    remote: SmartCa[Inner] | MySign[Inner],
    user: Personal,
    certificate: str,
    pending: Pending,
    key: str,
    description: str,
) -> Flow[str]:
    """Ask the service; gives the reference by which it knows the request. SmartCA takes ours."""
    if isinstance(remote, SmartCa):
        return (yield from remote.start(user, certificate, [pending], transaction=key, description=description))
    return (yield from remote.start(user, certificate, [pending], description=description))


class _User(Personal):
    """The name of a user at a service, from the records."""


def _same(stored: Stored, document: bytes) -> WaitingSignature:
    """A request asked for again stands as it stands; under the key of another document it is a mistake."""
    if stored.pending.document_sha256 != hashlib.sha256(document).hexdigest():
        raise KeyConflict(operation="request a signature")
    return _shown(stored)


def _shown(stored: Stored) -> WaitingSignature:
    signed = Signed(format=stored.pending.format, data=stored.result) if stored.result else None
    return WaitingSignature(key=stored.key, state=stored.state, signed=signed)


def _chosen(offered: tuple[RemoteCertificate, ...], reference: str) -> RemoteCertificate:
    fitting = [one for one in offered if reference in {"", one.reference}]
    if len(fitting) != 1:
        raise SigningRefused("signing.remote.certificate")
    return fitting[0]
