"""Answers about dossiers born on the portal, satisfaction totals, questions (§2.6, §2.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from gov_connect.adapters.national_portal import mapping, readers
from gov_connect.adapters.national_portal._asks import Asks
from gov_connect.errors import InvalidInput, Problem
from gov_connect.model import DossierStatus, Question, QuestionAnswer, Satisfaction, StatusAnswer
from gov_connect.runtime import Effect, F, Flow, Grade, operation

if TYPE_CHECKING:
    from datetime import datetime

    from gov_connect.model import Attachment, FormText

_S: Final = DossierStatus
# §2.6, SEEN each: one client knows "accepted" and "not so" only, the other refuses by 11.
REDUCED: Final[dict[DossierStatus, str]] = {
    **dict.fromkeys((_S.ACCEPTED, _S.PROCESSING, _S.PAYMENT_REQUESTED, _S.PROCESSED, _S.RESULT_DELIVERED), "2"),
    **dict.fromkeys((_S.NOT_ACCEPTED, _S.SUPPLEMENT_REQUESTED, _S.WITHDRAWN, _S.STOPPED), "5"),
}
PLAIN: Final[dict[DossierStatus, str]] = {
    **{status: str(status.value) for status in DossierStatus if status is not _S.NEW},
    _S.NOT_ACCEPTED: "11",
}
ANSWER_CODES: Final[dict[str, dict[DossierStatus, str]]] = {"reduced": REDUCED, "plain": PLAIN}
_PAPER_FIELDS: Final = ("TepDinhKemId", "TenTepDinhKem", "IsDeleted", "MaThanhPhanHoSo", "DuongDanTaiTepTin")


class Exchange(Asks[F]):
    """Operations that tell the portal, and its questions."""

    @operation(
        wire="DongBoTrangThaiHoSo",
        generation="2020",
        effect=Effect.WRITE,
        grade=Grade.CONFIRMED,
        section="national_portal.md §2.6",
    )
    def answer(self, answer: StatusAnswer) -> Flow[None]:
        """Tell where a dossier that was born on the portal stands.

        Raises:
            InvalidInput: status 1 cannot be answered: the agency has done nothing yet.
        """
        data = status_data(answer, codes=self._settings.answer_codes, now=self.context.clock.now())
        told = yield from self._talk("DongBoTrangThaiHoSo", {"type": "2", "data": data})
        self._done(told)

    @operation(
        wire="DongBoDanhGia",
        generation="2020",
        effect=Effect.WRITE,
        grade=Grade.CONFIRMED,
        section="national_portal.md §2.7",
    )
    def rate(self, totals: Sequence[Satisfaction]) -> Flow[int]:
        """Report monthly satisfaction totals; gives how many."""
        yield from self._tell("DongBoDanhGia", [satisfaction_row(item) for item in totals])
        return len(totals)

    @operation(
        wire="LayDanhSachHoiDapGuiTuDVCQG",
        generation="2020",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="national_portal.md §2.7",
        personal=True,
    )
    def questions(self) -> Flow[list[Question]]:
        """Questions that citizens asked at the portal and the agency is to answer."""
        answer = yield from self._ask("LayDanhSachHoiDapGuiTuDVCQG")
        return readers.questions(answer.result, self.system)

    @operation(
        wire="LayDanhSachHoiDapBoCoQuan",
        generation="2020",
        effect=Effect.READ,
        grade=Grade.CONFIRMED,
        section="national_portal.md §2.7",
        personal=True,
    )
    def agency_questions(self) -> Flow[list[Question]]:
        """Questions that the agency published at the portal."""
        answer = yield from self._ask("LayDanhSachHoiDapBoCoQuan")
        return readers.questions(answer.result, self.system)

    @operation(
        wire="LayNoiDungTraLoiTheoCauHoi",
        generation="2020",
        effect=Effect.READ,
        grade=Grade.SEEN,
        section="national_portal.md §2.7",
        personal=True,
    )
    def question_answers(self, question: str) -> Flow[list[QuestionAnswer]]:
        """What was answered to one question."""
        answer = yield from self._talk("LayNoiDungTraLoiTheoCauHoi", {"cauhoiid": question})
        return readers.answers(self._granted(answer).result, self.system, question)

    @operation(
        wire="DongBoHoiDap",
        generation="2020",
        effect=Effect.WRITE,
        grade=Grade.SEEN,
        section="national_portal.md §2.7",
    )
    def publish_questions(self, questions: Sequence[Question]) -> Flow[int]:
        """Publish the agency's own questions at the portal; gives how many."""
        yield from self._tell("DongBoHoiDap", [question_row(item) for item in questions])
        return len(questions)

    @operation(
        wire="DongBoKetQuaHoiDapGuiTuDVCQG",
        generation="2020",
        effect=Effect.WRITE,
        grade=Grade.CONFIRMED,
        section="national_portal.md §2.7",
    )
    def answer_questions(self, answers: Sequence[QuestionAnswer]) -> Flow[int]:
        """Answer questions that citizens asked at the portal; gives how many."""
        yield from self._tell("DongBoKetQuaHoiDapGuiTuDVCQG", [answer_row(item) for item in answers])
        return len(answers)

    def _tell(self, service: str, rows: list[dict[str, object]]) -> Flow[None]:
        if not rows:
            raise InvalidInput(service, [Problem(path="data", code="value.empty")])
        self._done((yield from self._talk(service, {"data": rows})))


def status_data(answer: StatusAnswer, *, codes: str, now: datetime) -> dict[str, object]:
    """`data` of DongBoTrangThaiHoSo: an object, not an array (§2.6, S12)."""
    code = ANSWER_CODES[codes].get(answer.status)
    if code is None:
        raise InvalidInput("StatusAnswer", [Problem(path="status", code="value.not_in_list")])
    return {
        "MaHoSo": str(answer.dossier),
        "MaHoSoDonVi": answer.local,
        "MaDoiTuong": answer.account_id,
        "NoiDung": answer.text.reveal(),
        "NgayXuLy": mapping.moment(answer.at or now),
        "TrangThai": code,
        "TaiLieuXuLy": [_paper(item) for item in answer.papers],
    }


def _paper(item: Attachment) -> dict[str, str]:
    row = mapping.attachment(item)
    return {name: row[name] for name in _PAPER_FIELDS}


def satisfaction_row(item: Satisfaction) -> dict[str, object]:
    """One element of DongBoDanhGia."""
    return {
        "NgayTongHop": f"{item.month}-{item.year}",
        "TongSoNguoiDanhGia": item.people,
        "PhanTramDanhGiaRatHaiLong": f"{item.very_satisfied}%",
        "PhanTramDanhGiaHaiLong": f"{item.satisfied}%",
        "PhanTramDanhGiaChuaHaiLong": f"{item.unsatisfied}%",
        "DanhSachNoiDungYKien": [opinion.reveal() for opinion in item.opinions],
        "MaThuTuc": "" if item.procedure is None else str(item.procedure),
        "NoiDung": item.text,
        "PhanTramDanhGiaDichVuRatHaiLong": f"{item.service_very_satisfied}%",
        "PhanTramDanhGiaDichVuHaiLong": f"{item.service_satisfied}%",
        "PhanTramDanhGiaDichVuChuaHaiLong": f"{item.service_unsatisfied}%",
        "Madonvi": str(item.agency),
        "TenDonVi": item.agency_name,
    }


def _said(text: FormText | None) -> str:
    if text is None:
        raise InvalidInput("Question", [Problem(path="text", code="value.missing")])
    return text.reveal()


def question_row(item: Question) -> dict[str, object]:
    """One element of DongBoHoiDap."""
    return {
        "HOIDAPID": item.id,
        "MaLinhVuc": item.domain,
        "MADONVI": item.agency,
        "TENDONVI": item.agency_name,
        "NOIDUNG": _said(item.text),
        "HOVATEN": mapping.clear(item.asked_by),
        "THUDIENTU": mapping.clear(item.email),
        "MATTHCDP": item.procedure,
        "TRANGTHAI": item.status,
    }


def answer_row(item: QuestionAnswer) -> dict[str, object]:
    """One element of DongBoKetQuaHoiDapGuiTuDVCQG."""
    return {
        "HOIDAPID": item.question,
        "TRALOIID": item.id,
        "NOIDUNGTRALOI": _said(item.text),
        "NGUOITRALOI": mapping.clear(item.answered_by),
        "CHUCVUNGUOITRALOI": item.title,
        "NGAYTRALOI": mapping.moment(item.at),
    }
