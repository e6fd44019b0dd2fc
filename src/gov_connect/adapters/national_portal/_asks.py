"""What every group of operations needs of the adapter: to call a service and to judge its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from gov_connect.adapters.national_portal import wire
from gov_connect.runtime import Adapter, F

if TYPE_CHECKING:
    from gov_connect.runtime import Flow
    from gov_connect.settings import PortalSettings


class Asks(Adapter[F]):
    """Base of the groups of operations; `NationalPortal` says how a call is made."""

    system: ClassVar[str] = wire.SYSTEM

    @property
    def _settings(self) -> PortalSettings:
        settings: PortalSettings = self.context.settings
        return settings

    def _ask(self, service: str, *, share: bool = False) -> Flow[wire.Answer]:
        raise NotImplementedError

    def _list(self, service: str, *, share: bool = True) -> Flow[wire.Answer]:
        raise NotImplementedError

    def _talk(
        self, service: str, params: dict[str, object], *, share: bool = False, repeatable: bool = True
    ) -> Flow[wire.Answer]:
        raise NotImplementedError

    def _done(self, answer: wire.Answer) -> wire.Answer:
        raise NotImplementedError

    def _granted(self, answer: wire.Answer) -> wire.Answer:
        raise NotImplementedError
