"""The console as an ASGI application: pages from templates with autoescape, actions as forms."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlencode

from jinja2 import ChainableUndefined, Environment, FileSystemLoader

from gov_connect.mocks._access import COOKIE
from gov_connect.mocks.console._actions import act
from gov_connect.mocks.console._guard import Guard
from gov_connect.mocks.console._views import call_view, dossier_rows, overview, people_rows, phone_rows, timeline
from gov_connect.mocks.console._words import Language, words
from gov_connect.mocks.masking import masked, without_numbers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping

    from gov_connect.mocks.server import RunningMocks

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

_FOLDER: Final = Path(__file__).with_name("templates")
_LARGEST_FORM: Final = 64 * 1024
_SHOWN: Final = 200
_DIGITS: Final = 18
_OWN_PATH: Final = re.compile(r"/[a-z]*(?:\?lang=(?:vi|en))?")
_HEADERS: Final = (
    (b"content-security-policy", b"default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class _Page(Exception):
    """An answer other than a page with status 200."""

    def __init__(self, status: int, text: str = "", headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(status)
        self.status = status
        self.text = text
        self.headers = headers


_LISTS: Final[dict[str, Callable[[RunningMocks], list[dict[str, Any]]]]] = {
    "dossiers": dossier_rows,
    "phones": phone_rows,
    "people": people_rows,
}


class Console:
    """Pages over `mocks`; an ASGI application."""

    def __init__(self, mocks: RunningMocks, guard: Guard | None = None) -> None:
        """Take the mocks and who may use the console."""
        self._mocks = mocks
        self.guard: Final = guard or Guard()
        self._templates = Environment(
            loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=ChainableUndefined, trim_blocks=True
        )
        self._templates.filters["without_numbers"] = without_numbers
        self._style = (_FOLDER / "style.css").read_bytes()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
        extra: tuple[tuple[str, str], ...] = ()
        kind, status = "text/html; charset=utf-8", int(HTTPStatus.OK)
        try:
            if not self.guard.admits(headers, query.get("token", "")):
                raise _Page(HTTPStatus.FORBIDDEN, "403")
            if query.get("token"):
                cookie = f"{COOKIE}={self.guard.access.token}; HttpOnly; SameSite=Strict; Path=/"
                raise _Page(HTTPStatus.SEE_OTHER, headers=(("location", scope["path"]), ("set-cookie", cookie)))
            if scope["path"] == "/style.css":
                body, kind = self._style, "text/css; charset=utf-8"
            elif scope["method"] == "POST":
                await self._post(scope["path"], headers, await _form(receive))
                raise _Page(HTTPStatus.SEE_OTHER, headers=(("location", "/"),))
            else:
                body = self._page(scope["path"], query, headers).encode()
        except _Page as other:
            body, status, extra = other.text.encode(), int(other.status), other.headers
        sent = [*_HEADERS, (b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        sent += [(name.encode(), value.encode("latin-1")) for name, value in extra]
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await send({"type": "http.response.body", "body": body})

    def _page(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> str:
        language = _language(query, headers)
        match path.strip("/").split("/"):
            case [""]:
                return self._render("overview.html", path, query, language, **overview(self._mocks))
            case ["calls"]:
                rows = self._mocks.journal.rows(
                    system=query.get("system", ""), about=query.get("about", ""), limit=_SHOWN
                )
                return self._render("calls.html", path, query, language, rows=rows, systems=list(self._mocks.systems))
            case ["calls", number] if number.isascii() and number.isdigit() and len(number) <= _DIGITS:
                row = self._mocks.journal.one(int(number))
                if row is not None:
                    return self._render("call.html", path, query, language, **call_view(row))
            case ["dossiers", code]:
                found = timeline(self._mocks, code)
                if found is not None:
                    return self._render("dossier.html", path, query, language, masked=masked, **found)
            case [name] if name in _LISTS:
                return self._render(f"{name}.html", path, query, language, rows=_LISTS[name](self._mocks))
            case _:
                pass
        raise _Page(HTTPStatus.NOT_FOUND, "404")

    def _render(self, template: str, path: str, query: Mapping[str, str], language: Language, **values: Any) -> str:
        other = {**query, "lang": "en" if language == "vi" else "vi"}
        return self._templates.get_template(template).render(
            t=words(language),
            lang=language,
            other=f"{path}?{urlencode(other)}",
            path=path,
            form_key=self.guard.form_key,
            refresh=query.get("refresh") == "1",
            done=query.get("done", ""),
            query={"system": "", "about": "", **query},
            **values,
        )

    async def _post(self, path: str, headers: Mapping[str, str], form: dict[str, str]) -> None:
        if not self.guard.admits_form(headers, form.pop("key", "")):
            raise _Page(HTTPStatus.FORBIDDEN, "403")
        back = form.pop("back", "/")
        if not _OWN_PATH.fullmatch(back):
            back = "/"
        try:
            await act(self._mocks, path.strip("/"), form)
        except LookupError:
            raise _Page(HTTPStatus.NOT_FOUND, "404") from None
        except (TypeError, ValueError):
            raise _Page(HTTPStatus.SEE_OTHER, headers=(("location", _told(back, "refused")),)) from None
        raise _Page(HTTPStatus.SEE_OTHER, headers=(("location", _told(back, "done")),))


def _told(back: str, outcome: str) -> str:
    return f"{back}{'&' if '?' in back else '?'}done={outcome}"


def _language(query: Mapping[str, str], headers: Mapping[str, str]) -> Language:
    asked = query.get("lang", "")
    if asked in {"vi", "en"}:
        return "en" if asked == "en" else "vi"
    return "en" if headers.get("accept-language", "").lower().startswith("en") else "vi"


async def _form(receive: Receive) -> dict[str, str]:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if sum(map(len, chunks)) > _LARGEST_FORM:
            raise _Page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "413")
        if not message.get("more_body", False):
            break
    raw = b"".join(chunks).decode("utf-8", errors="replace")
    return {name: values[0] for name, values in parse_qs(raw, keep_blank_values=True).items()}
