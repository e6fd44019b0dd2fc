"""A client of the national payment platform, version 1.0.6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import client_of, confirmed, requirement, seen
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.suites import every_client

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.judge import Heard, Traffic

pytestmark = client_of("national_payment/1.0.6")


def messages(traffic: Traffic, kind: str = "") -> list[Heard]:
    """Messages of a kind, without the pages for payers."""
    return [item for item in traffic.heard if item.sent.get("LoaiBanTin") and kind in {"", item.sent.get("LoaiBanTin")}]


@confirmed
@requirement("payment.md §1.3")
def test_messages_are_posted_as_json(traffic: Traffic) -> None:
    """Thông điệp là POST JSON UTF-8.

    Messages are posted as JSON in UTF-8.
    """
    must(messages(traffic), vi="không có thông điệp nào", en="there is no message")
    judge.posts_json(messages(traffic))


@confirmed
@requirement("payment.md §1.3")
@requirement("payment.md §1.5")
def test_messages_are_signed_and_well_formed(traffic: Traffic) -> None:
    """Thông điệp được ký đúng và đủ trường.

    Messages are rightly signed and have their members.
    """
    told = [str(item.told.get("MoTaLoi") or item.told.get("message") or "") for item in messages(traffic)]
    names = sorted({text.partition("không hợp lệ:")[2].strip()[:60] for text in told if "không hợp lệ" in text})
    must(not names, vi=f"bị từ chối: {', '.join(names)}", en=f"refused: {', '.join(names)}")


@seen
@requirement("payment.md §1.10")
@requirement("payment.md §1.11")
def test_reference_keeps_its_content(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """Gửi lại INIT thì giữ nguyên mã tham chiếu và nội dung.

    INIT sent again keeps its reference and its content.
    """
    sent = messages(traffic, "INIT")
    if not sent:
        skip("không có INIT", "there is no INIT")
    kept: dict[Any, dict[str, Any]] = {}
    for item in sent:
        first = kept.setdefault(item.sent.get("MaThamChieu"), item.sent)
        must(first == item.sent, vi="nội dung khác dưới cùng mã", en="another content under one reference")


@seen
@requirement("payment.md §1.10")
def test_one_dossier_is_not_opened_under_two_references(traffic: Traffic) -> None:
    """Sau khi chưa rõ kết quả INIT, không mở giao dịch khác cho cùng hồ sơ.

    After an INIT of unknown outcome no other transaction is opened for the dossier.
    """
    opened: dict[Any, set[Any]] = {}
    doubtful: set[Any] = set()
    for item in messages(traffic, "INIT"):
        bill = item.sent.get("ThongTinBienLai")
        dossier = bill.get("MaHoSo") if isinstance(bill, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        opened.setdefault(dossier, set()).add(item.sent.get("MaThamChieu"))
        if item.doubtful:
            doubtful.add(dossier)
    must(all(len(opened[code]) == 1 for code in doubtful), vi="hai giao dịch cho một hồ sơ", en="two transactions")


@seen
@requirement("payment.md §1.3")
def test_query_carries_the_time_of_init(traffic: Traffic, skip: Callable[[str, str], NoReturn]) -> None:
    """QUERY mang đúng thời gian của INIT.

    QUERY carries the time of its INIT.
    """
    asked = messages(traffic, "QUERY")
    if not asked:
        skip("không có QUERY", "there is no QUERY")
    times = {item.sent.get("MaThamChieu"): item.sent.get("ThoiGianGD") for item in messages(traffic, "INIT")}
    wrong = [item for item in asked if times.get(item.sent.get("MaThamChieu")) not in {None, item.sent["ThoiGianGD"]}]
    must(not wrong, vi="thời gian khác", en="the time differs")


test_no_person_stands_in_an_address = every_client.test_no_person_stands_in_an_address
