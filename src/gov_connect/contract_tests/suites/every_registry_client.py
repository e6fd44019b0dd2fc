"""What holds for a client of the civil registry in every generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import requirement, seen
from gov_connect.contract_tests.must import must

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gov_connect.contract_tests.judge import Traffic

TOKEN = "token"  # noqa: S105 - the end of its path
_ALREADY = "đã được tiếp nhận"


@seen
@requirement("civil_registry.md §1.2")
def test_token_is_used_again(traffic: Traffic) -> None:
    """Một mã truy cập dùng cho nhiều lời gọi.

    One token serves many calls.
    """
    judge.opens_few_sessions(len(traffic.to(TOKEN)), len(traffic.but(TOKEN)))


def are_taken(answers: Iterable[str]) -> None:
    """No answer refuses what was sent, but for what the registry had already."""
    wrong = sorted({text[:60] for text in answers if text and _ALREADY not in text})
    must(not wrong, vi=f"bị từ chối: {'; '.join(wrong)}", en=f"refused: {'; '.join(wrong)}")
