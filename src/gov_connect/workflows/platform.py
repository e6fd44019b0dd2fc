"""What the bundle platform is told of an interlinked dossier, in its order: 1, 3, 7, 4, 5 (civil_registry.md §5.1)."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from gov_connect.adapters.bundle_platform import BundlePlatform
from gov_connect.errors import NotSupported
from gov_connect.model import CivilEvent
from gov_connect.model.bundles import BundleReport, BundleStatus, way_to
from gov_connect.runtime import Blocking
from gov_connect.workflows.case import Outcome, Parked, Waiting

if TYPE_CHECKING:
    from gov_connect.model import Note
    from gov_connect.model.bundles import BundleResult
    from gov_connect.runtime import Program
    from gov_connect.workflows.case import Case

_RESULT_CODES: Final = {CivilEvent.BIRTH: "KQ.G15.000031", CivilEvent.DEATH: "KQ.G15.000034"}
_PAPERS: Final = {CivilEvent.BIRTH: "giayKhaiSinh", CivilEvent.DEATH: "giayKhaiTu"}
_TOLD: Final = "platform-told-"


def tell_platform(
    case: Case,
    name: str,
    status: BundleStatus,
    *,
    note: Note | None = None,
    result: str = "",
    until: datetime | None = None,
) -> Program[None]:
    """Tell the platform once, and before it whatever its order asks for; nothing for a dossier of another origin.

    Args:
        case: the request.
        name: of this occasion, within the dossier.
        status: what is to be told.
        note: for the citizen.
        result: ketQuaXuLy as JSON text, with `HAS_RESULT`.
        until: by when a supplement is wanted.
    """
    if case.application.bundle is None or (yield from case.recall(f"platform-{name}")) is not None:
        return
    ledger, code = case.world.ledger, case.application.code
    stored: dict[str, str] = yield Blocking(lambda: ledger.recall_all(code, _TOLD))
    told = [int(stored[key]) for key in sorted(stored)]
    if not told or told[-1] != status:
        for one in way_to(told, status):
            last = one is status
            report = yield from _report(
                case,
                one,
                len(told) + 1,
                note=note if last else None,
                result=result if last else "",
                until=until if last else None,
            )
            yield from _send(case, report, tuple(told))
            yield from case.steps.value(f"{_TOLD}{len(told) + 1:03d}", int, partial(int, one))
            told.append(int(one))
    yield from case.steps.value(f"platform-{name}", bool, lambda: True)


def _report(
    case: Case, status: BundleStatus, number: int, *, note: Note | None, result: str, until: datetime | None
) -> Program[BundleReport]:
    bundle, papers = case.application.bundle, case.papers[0]
    assert bundle is not None
    at = yield from case.steps.value(f"platform-at-{number}", datetime, case.now)
    return BundleReport(
        procedure=bundle.procedure,
        bundle=bundle.code,
        dossier=papers.code,
        status=status,
        at=at,
        note=note,
        result=result,
        officer=case.world.desk.officer,
        title=case.world.desk.title,
        office=case.world.desk.unit_name,
        started_at=papers.received_at,
        due_at=papers.due_at,
        supplement_until=until,
    )


def _send(case: Case, report: BundleReport, told: tuple[int, ...]) -> Program[None]:
    """Send a report once in this run; what the platform was not ready for is sent anew in a later one."""
    platform, ledger = case.world.systems.bundles, case.world.ledger
    if platform is None:
        raise NotSupported("support.event", system=BundlePlatform.system)
    number = 0
    while True:
        number += 1
        name = f"platform-{len(told) + 1}-{number}"
        key = f"{case.application.code}/{name}"
        before: str = yield Blocking(partial(ledger.stands, system=BundlePlatform.system, key=key))
        receipt = yield from case.steps.call(name, BundlePlatform.report, platform, report, sent=told)
        if receipt.done:
            return
        if not receipt.retry:
            raise Parked("desk.platform_refused")
        if before != "done":
            raise Waiting(Outcome.WAITING_FOR_PLATFORM)


def result_text(result: BundleResult, event: CivilEvent) -> str:
    """KetQuaXuLy for the platform: the registry's fields flat, and the electronic extract (§2.6)."""
    flat = {_flat(name): text.reveal() for name, text in result.fields.items()}
    flat["maGiayToKetQua"] = _RESULT_CODES[event]
    if result.certificate is not None:
        flat[_PAPERS[event]] = base64.b64encode(result.certificate).decode()
    return json.dumps(flat, ensure_ascii=False)


def _flat(name: str) -> str:
    """`nksNoiSinh.maTinh` -> `nksNoiSinhMaTinh`."""
    head, *rest = name.split(".")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)
