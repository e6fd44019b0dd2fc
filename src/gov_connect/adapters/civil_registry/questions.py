"""The registry's other services: catalogues, what was registered, results of bundles (civil_registry.md §1.4,
§1.6, §1.7).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from gov_connect.adapters.civil_registry import mapping, synchronised, wire
from gov_connect.adapters.civil_registry.calls import Calls
from gov_connect.adapters.civil_registry.envelopes import MODULES, module_of
from gov_connect.adapters.reading import folded
from gov_connect.errors import NotSupported, UnexpectedReply
from gov_connect.model import CivilEvent, DossierCode
from gov_connect.model.bundles import BundleResult
from gov_connect.model.civil_status import CodeName, RegistryRecord
from gov_connect.runtime import Effect, F, Flow, Grade, operation

if TYPE_CHECKING:
    from collections.abc import Sequence

_ACCEPTED, _OK = "1", "200"
_SECTION = "civil_registry.md §1.4"
_CODES = ("ma", "code", "id", "madanhmuc", "value")
_NAMES = ("ten", "name", "tendanhmuc", "label", "tendaydu")


class Questions(Calls[F]):
    """Everything that only asks."""

    @operation(wire="danhMuc", generation="G1", effect=Effect.READ, grade=Grade.SEEN, section=_SECTION)
    def catalogue(self, kind: int) -> Flow[tuple[CodeName, ...]]:
        """A code list of the registry.

        Args:
            kind: 1 nationalities, 2 countries, 3 ethnic groups, 4 provinces, 5 identity papers.

        Raises:
            Refused: there is no such list.
        """
        answer = yield from self._answered("catalogue_path", "danhMuc", {"loaiDanhMuc": kind})
        rows = [folded(row) or {} for row in mapping.rows_in(answer)]
        read = [CodeName(code=mapping.first(row, *_CODES)[:50], name=mapping.first(row, *_NAMES)[:255]) for row in rows]
        known = tuple(row for row in read if row.code or row.name)
        if rows and not known:
            raise UnexpectedReply(system=self.system, reason="no_code_list")
        return known

    @operation(wire="dsHoSoDangKy", generation="G1", effect=Effect.READ, grade=Grade.SEEN, section=_SECTION)
    def changed(self, event: CivilEvent, *, on: date) -> Flow[tuple[RegistryRecord, ...]]:
        """What was registered or changed on a day: the registry's own ids and units."""
        question: dict[str, object] = {"module": self._module(event), "ngayCapNhat": on.isoformat()}
        answer = yield from self._answered("changes_path", "dsHoSoDangKy", question)
        return self._records(answer)

    @operation(wire="traHoSo", generation="G1", effect=Effect.READ, grade=Grade.SEEN, section=_SECTION)
    def record(self, event: CivilEvent, number: int) -> Flow[RegistryRecord | None]:
        """One entry by the registry's own id, which is not the dossier's number (§7 row 11).

        Raises:
            UnexpectedReply: what came is another entry, or no entry at all.
        """
        question: dict[str, object] = {"module": self._module(event), "maHoSo": number}
        answer = yield from self._asked("record_path", "traHoSo", question)
        if (answer.refused and answer.code == wire.NOT_FINISHED) or synchronised.is_absent(answer, str(number)):
            return None
        found = self._records(self._accepted(answer))
        ours = [one for one in found if one.id in {"", str(number)}]
        if found and not ours:
            raise UnexpectedReply(system=self.system, reason="another_record")
        return ours[0] if ours else None

    @operation(wire="traDanhSachHoSo", generation="G1", effect=Effect.READ, grade=Grade.SEEN, section=_SECTION)
    def records(self, event: CivilEvent, numbers: tuple[int, ...]) -> Flow[tuple[RegistryRecord, ...]]:
        """Several entries by the registry's own ids."""
        question: dict[str, object] = {
            "maTinh": self._province,
            "module": self._module(event),
            "dsMaHoSo": list(numbers),
        }
        answer = yield from self._asked("records_path", "traDanhSachHoSo", question)
        if synchronised.is_absent(answer):
            return ()
        return self._records(self._accepted(answer))

    @operation(
        wire="LayKetQua",
        generation="G2",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="civil_registry.md §1.6, §2.6",
    )
    def bundle_results(self, event: CivilEvent, dossiers: tuple[DossierCode, ...]) -> Flow[tuple[BundleResult, ...]]:
        """What the registry made of interlinked dossiers, a few in one call; those it does not know are missing.

        Raises:
            NotSupported: the path is not set; the real one is not public.
        """
        return (yield from self._rows(event, dossiers))

    @operation(
        wire="sync-dossiers",
        generation="G3",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="civil_registry.md §1.7",
    )
    def synchronise(self, dossier: DossierCode) -> Flow[tuple[BundleResult, ...]]:
        """What the registry made of a new dossier; () when it plainly does not know it.

        Raises:
            NotSupported: the path is not set; the real one is not public.
            Refused: the registry answered with an error.
            UnexpectedReply: its list of errors holds something else than "not found", or it speaks of others only.
        """
        return (yield from self._synchronised(dossier))

    def _rows(self, event: CivilEvent, dossiers: Sequence[DossierCode]) -> Flow[tuple[BundleResult, ...]]:
        size, found = self._settings.codes_per_call, list[BundleResult]()
        module = module_of(event, "G2", self._settings)
        for start in range(0, len(dossiers), size):
            codes = [str(code) for code in dossiers[start : start + size]]
            question: dict[str, object] = {"maTinh": self._province, "module": module, "maDinhDanhHoSo": codes}
            answer = yield from self._asked("bundle_result_path", "LayKetQua", question)
            if synchronised.is_absent(answer, codes[0] if len(codes) == 1 else ""):
                continue
            found += mapping.results_in(mapping.rows_in(self._accepted(answer)))
        return tuple(found)

    def _synchronised(self, dossier: DossierCode) -> Flow[tuple[BundleResult, ...]]:
        answer = yield from self._ask(self._path("sync_path"), "sync-dossiers", {"code": str(dossier)})
        if synchronised.is_absent(answer, dossier):
            return ()
        if not answer.refused or answer.status == _OK:
            return synchronised.results_of(dossier, answer)
        raise self._refusal(answer)

    def _answered(self, path: str, label: str, question: dict[str, object]) -> Flow[wire.Answer]:
        return self._accepted((yield from self._asked(path, label, question)))

    def _asked(self, path: str, label: str, question: dict[str, object]) -> Flow[wire.Answer]:
        return (yield from self._ask(self._path(path), label, question))

    def _accepted(self, answer: wire.Answer) -> wire.Answer:
        if answer.refused:
            raise self._refusal(answer)
        if answer.status != _ACCEPTED:
            raise UnexpectedReply(system=self.system, reason="unknown_status", raw=answer.text)
        return answer

    def _records(self, answer: wire.Answer) -> tuple[RegistryRecord, ...]:
        made: list[RegistryRecord] = []
        for raw in mapping.rows_in(answer):
            row = folded(raw) or {}
            entry = mapping.book_of(row)
            made.append(
                RegistryRecord(
                    id=mapping.first(row, "id", "mahoso")[:50],
                    unit=mapping.first(row, "madonvi")[:10],
                    number=entry[0],
                    book=entry[1],
                    page=mapping.first(row, "trangso")[:100],
                    registered_on=mapping.day_of(mapping.first(row, "ngaydangky")),
                    fields=mapping.leaves_in(raw),
                    unread=mapping.unread_in(raw),
                )
            )
        return tuple(made)

    def _module(self, event: CivilEvent) -> str:
        if ("G1", event) not in MODULES and event not in self._settings.modules:
            raise NotSupported("support.civil_module", event=str(event))
        return module_of(event, "G1", self._settings)

    @property
    def _province(self) -> str:
        """MaTinh.

        Raises:
            NotSupported: it is not set.
        """
        return self._path("province")
