"""Operations of the bundle platform: fetch what citizens filed there, and tell it what becomes of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import quote

from gov_connect.adapters.bundle_platform import wire
from gov_connect.adapters.reading import answer_object, code_text, folded, moment, not_own_form, rows_of
from gov_connect.errors import AuthenticationFailed, Refused, UnexpectedReply
from gov_connect.model import VIETNAM, CivilEvent
from gov_connect.model.bundles import BundleDossier, BundleNews, BundleReceipt, BundleReport, check_order
from gov_connect.runtime import Adapter, Effect, F, Flow, Grade, Reply, Request, operation
from gov_connect.transport import as_object

if TYPE_CHECKING:
    from gov_connect.settings import BundlePlatformSettings

_SECTION: Final = "civil_registry.md §1.8"
_UNAUTHORISED, _FAILURE, _NOT_FOUND = 401, 400, 404
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
        """The dossiers that wait to be fetched; fetch and acknowledge each."""
        answer = yield from self._ask(self._settings.list_path, "list", method="GET")
        rows = rows_of(wire.opened(answer.get("data")))
        read = [folded(as_object(wire.opened(row)) or {}) or {} for row in rows]
        return tuple(BundleNews(**_news(row)) for row in read if _news(row)["id"] and _news(row)["code"])

    @operation(wire="hosolienthong/{id}", generation="1", effect=Effect.READ, grade=Grade.SEEN, section=_SECTION)
    def fetch(self, news_id: str) -> Flow[BundleDossier | None]:
        """A dossier with its form and papers, out of all its wrappings; None when the platform has none.

        Args:
            news_id: `BundleNews.id`.

        Raises:
            UnexpectedReply: it names no dossier.
        """
        path = self._settings.detail_path.replace("{id}", quote(news_id, safe=""))
        answer = yield from self._ask(path, "hosolienthong", method="GET", missing=True)
        rows = rows_of(wire.opened(answer.get("data")))
        if not rows:
            return None
        detail = as_object(rows[0]) if len(rows) == 1 else None
        head = _news({"id": news_id, **(folded(detail or {}) or {})})
        if detail is None or not head["code"]:
            raise UnexpectedReply(system=self.system, reason="no_dossier")
        read = wire.Unwrapped(detail)
        return BundleDossier(**head, form=read.form, files=tuple(read.files), unread=tuple(read.unread))

    @operation(wire="daNhan", generation="1", effect=Effect.WRITE, grade=Grade.SEEN, section=_SECTION)
    def acknowledge(self, code: str) -> Flow[BundleReceipt]:
        """Tell the platform that a dossier has arrived and is stored; it may be said again.

        Args:
            code: the national code of the dossier.
        """
        message: dict[str, object] = {"maHoSo": code, "daNhan": True}
        answer = yield from self._ask(self._settings.acknowledge_path, "daNhan", message, method="PUT")
        return wire.receipt(answer)

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
        answer = yield from self._ask(self._settings.status_path, "capNhatTrangThaiHoSoDVCLTHoTich", message)
        return wire.receipt(answer)

    def event_of(self, news: BundleNews) -> CivilEvent | None:
        """The event of a dossier by its module, else by its procedure; None to let the form tell."""
        settings = self._settings
        module = news.module.strip().upper()
        return _EVENTS.get(module) or _EVENTS.get(settings.procedures.get(news.procedure, ""))

    def local_procedure(self, news: BundleNews) -> str:
        """The commune's own procedure for a dossier of the platform, as configured."""
        return self._settings.local_procedures.get(news.procedure, news.procedure)

    def _ask(
        self,
        path: str,
        label: str,
        message: dict[str, object] | None = None,
        *,
        method: str = "POST",
        missing: bool = False,
    ) -> Flow[dict[str, Any]]:
        """Call a service with a token; a refused token is renewed once. `missing`: 404 is an empty answer."""
        for last in (False, True):
            token = yield from self._token()
            reply: Reply = yield Request(
                system=self.system,
                url=self._settings.base_url.rstrip("/") + path,
                method=method,
                headers={**wire.HEADERS, "Authorization": f"Bearer {token}"},
                body=b"" if message is None else wire.body(message),
                # Reading, acknowledging and telling a status change nothing when they are repeated.
                repeatable=True,
                label=label,
            )
            if reply.status != _UNAUTHORISED:
                return self._answer(reply, missing=missing)
            self.context.memory.forget(*self._token_key, value=token)
            if last:
                break
        raise AuthenticationFailed(system=self.system, status=_UNAUTHORISED)

    def _answer(self, reply: Reply, *, missing: bool) -> dict[str, Any]:
        if missing and reply.status == _NOT_FOUND:
            return {}
        answer = answer_object(reply, self.system)
        if reply.status >= _FAILURE and "errors" not in answer:
            raise not_own_form(reply, self.system, "http_error", answer)
        return answer

    def _token(self) -> Flow[str]:
        kept = self.context.memory.recall(*self._token_key)
        if isinstance(kept, str):
            return kept
        settings = self._settings
        names = ("userName", "password") if settings.login == "account" else ("SecretId", "SecretPass")
        given = (settings.username, settings.password.get_secret_value())
        reply: Reply = yield Request(
            system=self.system,
            url=settings.base_url.rstrip("/") + settings.token_path,
            headers=wire.HEADERS,
            body=wire.body(dict(zip(names, given, strict=True))),
            repeatable=True,
            label="token",
        )
        if reply.status in {400, 401, 403}:
            raise AuthenticationFailed(system=self.system, status=reply.status)
        answer = answer_object(reply, self.system)
        inner = folded(as_object(answer.get("data")) or {}) or {}
        token = code_text(answer.get("token")) or code_text(inner.get("token")) or code_text(answer.get("accesstoken"))
        if not token:
            raise Refused(system=self.system, status=reply.status, code="auth.failed")
        life = self._life(code_text(answer.get("expiration")) or code_text(inner.get("expiration")))
        self.context.memory.keep(*self._token_key, value=token, seconds=life)
        return token

    def _life(self, expiration: str) -> float:
        """Seconds that a token is kept: as its end says, else as configured."""
        try:
            until = datetime.fromisoformat(expiration)
        except ValueError:
            return self._settings.token_seconds
        until = until if until.tzinfo else until.replace(tzinfo=VIETNAM)
        return max(1.0, (until - self.context.clock.now()).total_seconds() - _MARGIN)

    @property
    def _token_key(self) -> tuple[str, ...]:
        return (str(self.acting.agency), self.system, "token")

    @property
    def _settings(self) -> BundlePlatformSettings:
        settings: BundlePlatformSettings = self.context.settings
        return settings


def _news(row: dict[str, Any]) -> dict[str, Any]:
    unit = code_text(row.get("madonvi"))
    return {
        "id": code_text(row.get("id"))[:100],
        "code": code_text(row.get("mahoso"))[:100],
        "procedure": code_text(row.get("mattthc") or row.get("matthc"))[:50],
        "module": code_text(row.get("module"))[:20],
        # A number here, so that zeros in front are lost (§7 row 3).
        "unit": unit.zfill(5) if unit.isdecimal() and len(unit) > 3 else unit[:10],  # noqa: PLR2004 - districts
        "submitted_at": moment(code_text(row.get("ngaytiepnhan"))),
        "tech_id": code_text(row.get("techid"))[:200],
    }
