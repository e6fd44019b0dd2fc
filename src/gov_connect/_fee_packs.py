"""The law packs of a client: those of the package, and the signed deliveries that took their place."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gov_connect.errors import ConfigurationError, Problem
from gov_connect.fees import FeeBook
from gov_connect.fees.dossiers import read_dossiers
from gov_connect.fees.update import ActiveBook, FolderSource, Signer, Trust
from gov_connect.fees.watch import UrlSource, Watcher
from gov_connect.model.zone import VIETNAM
from gov_connect.runtime.effects import Request, Timeouts
from gov_connect.settings import PREFIX
from gov_connect.transport import HttpCarrier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gov_connect.errors import GovConnectError
    from gov_connect.fees.compare import Dossier
    from gov_connect.fees.update import Source
    from gov_connect.runtime import Clock
    from gov_connect.settings import FeeSettings

LOGGER: Final = "gov_connect.fees"
_LARGEST: Final = 5_000_001
"""Bytes; one more than a file of a delivery may have, so that a larger one is told as such."""
_PATIENCE: Final = Timeouts(total=60.0)
_FOUND: Final = 200


def active_book(chosen: FeeSettings) -> ActiveBook:
    """What the settings put into force, on top of the packs of the package; alarms go into the log.

    Raises:
        ConfigurationError: the folder of what was accepted can be neither read nor made.
    """
    signers = {name: Signer(one.raw, one.until) for name, one in chosen.signers.items()}
    trust = Trust(signers, chosen.needed, chosen.scope)
    try:
        return ActiveBook(
            FeeBook.default(),
            state=Path(chosen.state),
            trust=trust,
            recent=lambda: _recent(chosen.recent),
            alarm=_alarm,
        )
    except OSError:
        raise ConfigurationError([Problem(path=f"{PREFIX}FEES__STATE", code="value.invalid")]) from None


def source_at(place: str) -> Source:
    """Where a delivery is read from: a folder, or an http(s) address."""
    if place.startswith(("https://", "http://")):
        return UrlSource(place, _fetch)
    return FolderSource(Path(place))


def watcher(active: ActiveBook, place: str, clock: Clock) -> Watcher:
    """Looks at `place` for new deliveries, by the day in Viet Nam."""
    return Watcher(active, source_at(place), lambda: clock.now().astimezone(VIETNAM).date())


def _recent(file: str) -> Sequence[Dossier]:
    return read_dossiers(Path(file).read_text(encoding="utf-8")) if file else ()


def _alarm(refusal: GovConnectError) -> None:
    logging.getLogger(LOGGER).warning("fee_packs code=%s %s", refusal.code, refusal)


def _fetch(address: str) -> bytes:
    carrier = HttpCarrier(connections=1, largest_reply=_LARGEST)
    try:
        request = Request(system="fee_packs", url=address, method="GET", repeatable=True)
        reply = carrier.send(request, _PATIENCE)
    finally:
        carrier.close()
    if reply.status != _FOUND:
        raise OSError(reply.status)
    return reply.body
