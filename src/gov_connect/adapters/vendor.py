"""What a vendor's adapter is built on: settings of its own, JSON messages, and look-ups that are recorded.

    class LgspMau(VendorAdapter[F]):
        system = "lgsp_mau"
        settings_type = LgspMauSettings

        @operation(wire="tracuu", effect=Effect.READ, grade=Grade.SEEN, section="§1", personal=True)
        def look_up(self, query: CitizenQuery) -> Flow[Citizen | None]:
            ...

Its package names it in the entry-point group `gov_connect.adapters`, its mock in `gov_connect.mocks`. Settings
come from `GOV_CONNECT_VENDORS`, a JSON object by system name. `gov-connect adapters new NAME` writes all of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from pydantic import ValidationError

from gov_connect.adapters.reading import answer_object, not_own_form
from gov_connect.adapters.recorded_look_ups import mandate, recorded
from gov_connect.errors import ConfigurationError, Problem
from gov_connect.model._base import problems_of
from gov_connect.runtime import Adapter, F, Request
from gov_connect.settings import PREFIX, SystemSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from gov_connect.model import Officer, Purpose
    from gov_connect.runtime import Flow, Reply
    from gov_connect.settings import Settings

T = TypeVar("T")
_FAILURE = 400
_HEADERS = {"Accept": "application/json", "Content-Type": "application/json; charset=utf-8"}


def settings_of(settings: Settings, adapter: type[Adapter[Any]]) -> BaseModel | dict[str, Any]:
    """Settings of a vendor's adapter, read as its `settings_type`; without one, the mapping that they are.

    Raises:
        ConfigurationError: they are not set, or wrong; with every problem at once.
    """
    place = f"{PREFIX}VENDORS: {adapter.system}"
    given = settings.vendors.get(adapter.system)
    if given is None:
        raise ConfigurationError([Problem(path=place, code="value.not_configured")])
    kind: type[BaseModel] | None = adapter.settings_type
    if kind is None:
        return given
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        problems = [
            Problem(path=f"{place}.{problem.path}", code=problem.code, params=problem.params)
            for problem in problems_of(error)
        ]
        raise ConfigurationError(problems) from None


class VendorSettings(SystemSettings):
    """Settings of a vendor's adapter: an address, limits and certificates; a subclass adds its own."""


class VendorAdapter(Adapter[F]):
    """Base of a vendor's adapter over JSON. It does no I/O: everything is yielded."""

    settings_type: ClassVar[type[VendorSettings]] = VendorSettings

    @property
    def mandate(self) -> tuple[Purpose, Officer]:
        """Who asks, and what for.

        Raises:
            PurposeRequired: nobody, or for nothing.
        """
        return mandate(self.acting, self.system)

    def post(
        self,
        path: str,
        message: Mapping[str, object],
        *,
        label: str,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
    ) -> Flow[dict[str, Any]]:
        """Send a JSON message below `base_url` and read the JSON object of the answer, its keys folded.

        Args:
            path: below the address of the settings.
            message: members, sent as they are.
            label: wire name of the call, for the logs.
            repeatable: whether sending it twice does no harm; reads are, writes seldom.
            headers: besides those of JSON.

        Raises:
            OutsideSystemError: the answer is none of the system's own, see `not_own_form`.
            OutcomeUnknown: it is not repeatable, and may have arrived.
        """
        reply: Reply = yield Request(
            system=self.system,
            url=self.context.settings.base_url.rstrip("/") + path,
            headers={**_HEADERS, **(headers or {})},
            body=json.dumps(message, ensure_ascii=False).encode(),
            repeatable=repeatable,
            label=label,
        )
        if reply.status >= _FAILURE:
            raise not_own_form(reply, self.system, "http_status")
        return answer_object(reply, self.system)

    def recorded(self, subject: str, asking: Flow[T], *, operation: str) -> Flow[T]:
        """Ask for a person's data lawfully: the question is in the record before it is sent."""
        return (
            yield from recorded(
                self.context, asking, system=self.system, operation=f"{self.system}.{operation}", subject=subject
            )
        )
