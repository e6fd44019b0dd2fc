"""What holds for a client of every wire; each client's suite imports it, and is judged by its own traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gov_connect.contract_tests import judge
from gov_connect.contract_tests.marks import confirmed, requirement

if TYPE_CHECKING:
    from gov_connect.contract_tests.judge import Traffic


@confirmed
@requirement("residents.md §8")
def test_no_person_stands_in_an_address(traffic: Traffic) -> None:
    """Địa chỉ gọi không chứa số giấy tờ của người dân.

    No address holds a personal number.
    """
    judge.keeps_people_out_of_addresses(traffic)
