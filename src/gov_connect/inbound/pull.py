"""Take in what waits at the bundle platform (civil_registry.md §1.8; national_portal.md §7.1, §7.3).

Stored, told to the host, and only then acknowledged: a crash at any point leaves the dossier on the list. One
that came before is acknowledged again and not told again, unless its content has changed.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gov_connect.errors import GovConnectError
from gov_connect.resilience.attempts import LOGGER
from gov_connect.runtime import Blocking

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.adapters.bundle_platform import BundlePlatform
    from gov_connect.delivery import Ledger, Received
    from gov_connect.model.bundles import BundleDossier, BundleNews
    from gov_connect.runtime import Inner, Program

SYSTEM: Final = "bundle_platform"
"""Place of pulled dossiers in the inbox."""
_PATH: Final = "pull"
_HOST_FAILED: Final = "host_failed"


@dataclass(frozen=True, slots=True)
class Pulled:
    """What came of one dossier on the list.

    Attributes:
        outcome: "taken" (new or changed), "again" (had it: acknowledged once more), "missing" (listed, and no
            content), "host_failed", or an error's code. Whatever is neither "taken" nor "again" is still on the
            list.
    """

    item: BundleNews
    outcome: str


def pull(
    platform: BundlePlatform[Inner], ledger: Ledger, tell: Callable[[BundleDossier], None]
) -> Program[list[Pulled]]:
    """Take in everything on the list; one that fails does not hold the others.

    Raises:
        OutsideSystemError: the list itself could not be read.
    """
    done: list[Pulled] = []
    for item in (yield from platform.pending()):
        try:
            outcome = yield from _take(item, platform, ledger, tell)
        except GovConnectError as error:
            outcome = error.code
        done.append(Pulled(item, outcome))
    return done


def _take(
    item: BundleNews,
    platform: BundlePlatform[Inner],
    ledger: Ledger,
    tell: Callable[[BundleDossier], None],
) -> Program[str]:
    dossier = yield from platform.fetch(item)
    if dossier is None:
        return "missing"
    code, text = dossier.code, dossier.content.decode("utf-8-sig")
    # The same code with another content: the citizen mended it. It gets a key of its own, and is told.
    changed = (yield Blocking(lambda: ledger.holds(system=SYSTEM, key=code, body=text))) is False
    key = f"{code}/{hashlib.sha256(dossier.content).hexdigest()[:16]}" if changed else code
    stored: Received = yield Blocking(lambda: ledger.receive(system=SYSTEM, key=key, path=_PATH, body=text))
    if stored.untold:
        try:
            yield Blocking(lambda: tell(dossier.model_copy(update={"updating": changed})))
        except Exception:
            # Not acknowledged: it stays on the list, and the next pull tells the host again.
            logging.getLogger(LOGGER).exception(_HOST_FAILED)
            return _HOST_FAILED
        yield Blocking(lambda: ledger.told(system=SYSTEM, key=key))
    yield from platform.acknowledge(code)
    return "taken" if stored.untold else "again"
