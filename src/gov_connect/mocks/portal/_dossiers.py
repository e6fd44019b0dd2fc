"""A dossier as the portal remembers it, and the store of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from gov_connect.mocks.portal._fields import MOVES

REFUSED_ANSWER: Final = "11"
REFUSED: Final = "3"


@dataclass(slots=True, kw_only=True)
class PortalDossier:
    """One dossier with its history; `record` is the agency's last, empty until there is one."""

    code: str
    procedure: str
    origin: Literal["agency", "portal"]
    status: str
    record: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)
    history: list[str] = field(default_factory=list[str])
    inserts: int = 0
    updates: int = 0
    refused_inserts: int = 0
    steps: Counter[tuple[tuple[str, str], ...]] = field(
        default_factory=Counter[tuple[tuple[str, str], ...]], repr=False
    )
    answers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]], repr=False)
    warnings: list[str] = field(default_factory=list[str])
    pushes: int = 0
    acknowledged: bool = False
    push_answers: list[int | None] = field(default_factory=list[int | None])

    def __post_init__(self) -> None:
        """Begin the history with the first status."""
        self.history.append(self.status)

    def move(self, status: str) -> None:
        """Take a new status; one that §3 does not foresee is noted and taken."""
        if status == self.status:
            return
        if status not in MOVES[self.status]:
            self.warnings.append(f"status {self.status} -> {status}")
        self.status = status
        self.history.append(status)

    def update(self, record: dict[str, Any]) -> None:
        """Replace the record with a newer one."""
        if record["MaTTHC"] != self.procedure:
            self.warnings.append(f"procedure {self.procedure} -> {record['MaTTHC']}")
            self.procedure = record["MaTTHC"]
        self.record = record
        self.updates += 1
        self.move(record["TrangThaiHoSo"])

    def add_step(self, row: dict[str, str]) -> None:
        """Append a step; the very same row again only raises its count."""
        self.steps[tuple(sorted(row.items()))] += 1

    def answer(self, data: dict[str, Any]) -> None:
        """Take the agency's answer about a dossier of ours (§2.6)."""
        self.answers.append(data)
        status = data["TrangThai"]
        self.move(REFUSED if status == REFUSED_ANSWER else status)

    def snapshot(self) -> dict[str, object]:
        """Give a JSON-able view without the owner's data."""
        return {
            "procedure": self.procedure,
            "origin": self.origin,
            "status": self.status,
            "history": list(self.history),
            "inserts": self.inserts,
            "updates": self.updates,
            "refused_inserts": self.refused_inserts,
            "steps": [dict(row) | {"repeats": count} for row, count in self.steps.items()],
            "answers": len(self.answers),
            "local_numbers": sorted({answer["MaHoSoDonVi"] for answer in self.answers}),
            "fees": list(self.record.get("DanhSachLePhi", ())),
            "paid_online": self.record.get("DuocThanhToanTrucTuyen", ""),
            "results": [paper.get("MaGiayToKetQua", "") for paper in self.record.get("DanhSachGiayToKetQua", ())],
            "pushed": self.pushes > 0,
            "pushes": self.pushes,
            "acknowledged": self.acknowledged,
            "push_answers": list(self.push_answers),
            "warnings": list(self.warnings),
        }
