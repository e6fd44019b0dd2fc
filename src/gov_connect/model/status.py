"""The life of a dossier as a table: statuses, moves and what each move rests on (national_portal.md §3).

The codes 1 to 10 are CONFIRMED. No source states which moves are legal: each move below carries the
evidence from which it was drawn (GUESS), so a move outside the table is news to look at, never a
reason to refuse a dossier.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gov_connect.model.dossier import DossierStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

_S: Final = DossierStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFacts:
    """What is known of one status.

    Attributes:
        vietnamese: the portal's own wording.
        terminal: whether nothing follows in the normal course.
        pauses: whether the agency's clock stands still.
        ended: whether processing counts as ended.
    """

    vietnamese: str
    terminal: bool = False
    pauses: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move and what it rests on. `correction` marks one that is no normal course."""

    before: DossierStatus
    after: DossierStatus
    evidence: str
    correction: bool = False


STATUSES: Final[dict[DossierStatus, StatusFacts]] = {
    _S.NEW: StatusFacts(vietnamese="Mới đăng ký"),
    _S.ACCEPTED: StatusFacts(vietnamese="Được tiếp nhận"),
    _S.NOT_ACCEPTED: StatusFacts(vietnamese="Không được tiếp nhận", terminal=True, ended=True),
    _S.PROCESSING: StatusFacts(vietnamese="Đang xử lý"),
    _S.SUPPLEMENT_REQUESTED: StatusFacts(vietnamese="Yêu cầu bổ sung giấy tờ", pauses=True),
    _S.PAYMENT_REQUESTED: StatusFacts(vietnamese="Yêu cầu thực hiện nghĩa vụ tài chính", pauses=True),
    _S.WITHDRAWN: StatusFacts(vietnamese="Công dân yêu cầu rút hồ sơ", terminal=True, ended=True),
    _S.STOPPED: StatusFacts(vietnamese="Dừng xử lý", terminal=True, ended=True),
    _S.PROCESSED: StatusFacts(vietnamese="Đã xử lý xong", ended=True),
    _S.RESULT_DELIVERED: StatusFacts(vietnamese="Đã trả kết quả", terminal=True, ended=True),
}


def _moves(before: DossierStatus, after: Iterable[int], evidence: str, *, correction: bool = False) -> list[Move]:
    return [Move(before=before, after=_S(code), evidence=evidence, correction=correction) for code in after]


MOVES: Final[tuple[Move, ...]] = (
    *_moves(_S.NEW, (2, 3), "receipt or refusal of a submitted dossier"),
    *_moves(_S.NEW, (5,), "a dossier born on the portal, answered with 5 before acceptance: two clients in the field"),
    *_moves(_S.NEW, (7,), "withdrawal before acceptance; the indicators do not count it"),
    *_moves(_S.ACCEPTED, (4, 5, 6, 7, 8, 9), "a province: first step 2, middle steps 4 by default, last step 9"),
    *_moves(_S.PROCESSING, (5, 6, 7, 8, 9), "notes of the status service of 2026"),
    *_moves(_S.SUPPLEMENT_REQUESTED, (1,), "the citizen submits again: a province resets 5 to 1"),
    *_moves(
        _S.SUPPLEMENT_REQUESTED,
        (2, 4, 7, 8),
        "supplement received at the agency, withdrawal or stop: a province",
    ),
    *_moves(_S.PAYMENT_REQUESTED, (4, 7, 8, 9), "paid and processed on, withdrawal or stop"),
    *_moves(_S.PROCESSED, (10,), "result handed over"),
    *_moves(
        _S.PROCESSED,
        (4,),
        "rework of a finished dossier: another province",
        correction=True,
    ),
    *_moves(_S.RESULT_DELIVERED, (4,), "administrative correction only: another province", correction=True),
)
ALLOWED: Final[frozenset[tuple[DossierStatus, DossierStatus]]] = frozenset((m.before, m.after) for m in MOVES)
SEEN_AS_PROCESSED: Final = frozenset((_S.SUPPLEMENT_REQUESTED, _S.PAYMENT_REQUESTED, _S.STOPPED))
"""Statuses that a client in the field rewrites to 9 in its records, so that they do not count as late."""


def may_follow(before: DossierStatus, after: DossierStatus) -> bool:
    """Whether the evidence knows this move; staying is always one."""
    return before is after or (before, after) in ALLOWED


def odd_moves(history: Iterable[DossierStatus]) -> list[tuple[DossierStatus, DossierStatus]]:
    """The moves of a history that no evidence knows, in order."""
    steps = list(history)
    return [(a, b) for a, b in itertools.pairwise(steps) if not may_follow(a, b)]
