"""Operations of the bundle platform: fetch what citizens filed there, and tell it what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import quote

from gov_connect.adapters.bundle_platform import wire
from gov_connect.adapters.bundle_platform.mapping import dossier_of, news_of
from gov_connect.adapters.reading import code_text, folded, moment
from gov_connect.errors import AuthenticationFailed, InvalidInput, Problem, UnexpectedReply
from gov_connect.model import CivilEvent
from gov_connect.model.bundles import BundleDossier, BundleNews, BundleReceipt, BundleReport, check_order
from gov_connect.runtime import Adapter, Effect, F, Flow, Grade, Reply, Request, operation
from gov_connect.transport import as_object

if TYPE_CHECKING:
    from gov_connect.settings import BundlePlatformSettings

_SECTION: Final = "civil_registry.md §1.8"
_UNAUTHORISED: Final = 401
_MARGIN: Final = 30.0
_EVENTS: Final = {
    "KS": CivilEvent.BIRTH,
    "LTKS": CivilEvent.BIRTH,
    "KT": CivilEvent.DEATH,
    "LTKT": CivilEvent.DEATH,
    "KH": CivilEvent.MARRIAGE,
    "LTKH": CivilEvent.MARRIAGE,
}


class BundlePlatform(Adapter[F]):
    """Phần mềm dịch vụ công liên thông: the dossiers of the birth and death bundles."""

    system: ClassVar[str] = wire.SYSTEM

    @operation(wire="list", generation="1", effect=Effect.READ, grade=Grade.SEEN, section=_SECTION)
    def pending(self) -> Flow[tuple[BundleNews, ...]]:
        """The dossiers that wait to be fetched; fetch and acknowledge each, or let `gov.pull` do it.

        Raises:
            UnexpectedReply: there is no list in the answer, or none of its rows says which dossier it is.
        """
        reply = yield from self._ask(self._settings.list_path, "list", method="GET")
        return news_of(wire.read(reply))

    @operation(wire="hosolienthong/{id}", generation="1", effect=Effect.READ, grade=Grade.SEEN, section=_SECTION)
    def fetch(self, news: BundleNews | str) -> Flow[BundleDossier | None]:
        """A dossier with its form and papers, out of all its wrappings; None when the platform has none.

        Args:
            news: a row of `pending`, or its `id`. What the answer leaves out is taken from the row.

        Raises:
            InvalidInput: the row has no id.
            UnexpectedReply: the answer names no dossier, or another one than the row.
        """
        row = BundleNews(id=news) if isinstance(news, str) else news
        if not row.id:
            raise InvalidInput("BundleNews", [Problem(path="id", code="value.missing")])
        path = self._settings.detail_path.replace("{id}", quote(row.id, safe=""))
        reply = yield from self._ask(path, "hosolienthong", method="GET")
        return None if wire.is_missing(reply) else dossier_of(wire.read(reply), row, reply.body)

    @operation(wire="daNhan", generation="1", effect=Effect.WRITE, grade=Grade.SEEN, section=_SECTION)
    def acknowledge(self, code: str) -> Flow[BundleReceipt]:
        """Tell the platform that a dossier has arrived, which takes it off the list. Do it after your own
        commit; it may be said again.

        Args:
            code: the national code of the dossier.

        Returns:
            What the platform said; it is `done`.

        Raises:
            Refused: the platform said no.
            UnexpectedReply: it said neither yes nor no; the dossier then stays on the list.
        """
        message: dict[str, object] = {"maHoSo": code, "daNhan": True}
        reply = yield from self._ask(self._settings.acknowledge_path, "daNhan", message, method="PUT")
        receipt = wire.receipt(wire.read(reply, words=True))
        if not receipt.done or wire.speaks_of_nothing(receipt):
            raise UnexpectedReply(system=self.system, reason="no_acknowledgement", status=reply.status)
        return receipt

    @operation(
        wire="capNhatTrangThaiHoSoDVCLTHoTich",
        generation="1",
        effect=Effect.WRITE,
        grade=Grade.SEEN,
        section="civil_registry.md §1.8, §5.1, §5.2",
    )
    def report(self, told: BundleReport, *, sent: tuple[int, ...]) -> Flow[BundleReceipt]:
        """Tell the platform where a dossier stands, in its order: 1, 3, 7, 4, 5; 2 and 6 on the way.

        Args:
            told: the status.
            sent: the statuses that the platform has been told of this dossier, oldest first.

        Raises:
            InvalidInput: the status is out of order; nothing was sent.
        """
        check_order(sent, told.status)
        message = wire.report(told, self._settings.office)
        path = self._settings.status_path
        reply = yield from self._ask(path, "capNhatTrangThaiHoSoDVCLTHoTich", message, key="reports")
        return wire.receipt(wire.read(reply, words=True, refusals=True))

    def event_of(self, news: BundleNews) -> CivilEvent | None:
        """The event of a dossier by its module, else by its procedure; None to let the form tell."""
        settings = self._settings
        module = news.module.strip().upper()
        return _EVENTS.get(module) or _EVENTS.get(settings.procedures.get(news.procedure, ""))

    def local_procedure(self, news: BundleNews) -> str:
        """The commune's own procedure for a dossier of the platform, as configured."""
        return self._settings.local_procedures.get(news.procedure, news.procedure)

    def log_in(self) -> Flow[None]:
        """Log in, and nothing else: not an operation, since it asks for nothing (`doctor`).

        Raises:
            AuthenticationFailed: the account is refused.
        """
        yield from self._token("token")

    def _ask(
        self,
        path: str,
        label: str,
        message: dict[str, object] | None = None,
        *,
        method: str = "POST",
        key: str = "token",
    ) -> Flow[Reply]:
        """Call a service with a token; a refused token is renewed once."""
        name = (str(self.acting.agency), self.system, key if self._settings.reports else "token")
        for _ in range(2):
            token = yield from self.context.memory.shared(*name, fetch=lambda: self._token(name[-1]))
            reply: Reply = yield self._request(path, label, message, method=method, token=token)
            if reply.status != _UNAUTHORISED:
                return reply
            self.context.memory.forget(*name, value=token)
        raise AuthenticationFailed(system=self.system, status=_UNAUTHORISED)

    def _token(self, key: str) -> Flow[tuple[str, float]]:
        """A fresh token, and the seconds it may be used."""
        settings = self._settings
        path, given = settings.token_path, (settings.username, settings.password.get_secret_value())
        names = ("userName", "password") if settings.login == "account" else ("SecretId", "SecretPass")
        if settings.reports is not None and key == "reports":
            own = settings.reports
            path, given = own.token_path, (own.secret_id, own.secret_pass.get_secret_value())
            names = ("SecretId", "SecretPass")
        message: dict[str, object] = dict(zip(names, given, strict=True))
        reply: Reply = yield self._request(path, "token", message, method="POST")
        if reply.status in {400, _UNAUTHORISED, 403}:
            raise AuthenticationFailed(system=self.system, status=reply.status)
        answer = as_object(wire.read(reply)) or {}
        inner = folded(as_object(answer.get("data")) or {}) or {}
        token = wire.token_in(answer) or wire.token_in(inner)
        if not token:
            raise AuthenticationFailed(system=self.system, status=reply.status)
        return token, self._life(code_text(answer.get("expiration")) or code_text(inner.get("expiration")))

    def _request(
        self, path: str, label: str, message: dict[str, object] | None, *, method: str, token: str = ""
    ) -> Request:
        return Request(
            system=self.system,
            url=f"{self._settings.base_url.rstrip('/')}/{path.lstrip('/')}",
            method=method,
            headers={**wire.HEADERS, "Authorization": f"Bearer {token}"} if token else wire.HEADERS,
            body=b"" if message is None else wire.body(message),
            # Reading, acknowledging and telling a status change nothing when they are repeated.
            repeatable=True,
            label=label,
        )

    def _life(self, expiration: str) -> float:
        """Seconds that a token is kept: as its end says, else as configured."""
        until = moment(expiration)
        if until is None:
            return self._settings.token_seconds
        return max(1.0, (until - self.context.clock.now()).total_seconds() - _MARGIN)

    @property
    def _settings(self) -> BundlePlatformSettings:
        settings: BundlePlatformSettings = self.context.settings
        return settings
