"""A provincial bus: its token, and the services behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from gov_connect.contract_tests import samples
from gov_connect.contract_tests.marks import confirmed, needs, requirement, seen, system_of
from gov_connect.contract_tests.must import broken, must
from gov_connect.errors import AuthenticationFailed

if TYPE_CHECKING:
    from gov_connect.contract_tests.desk import Desk
    from gov_connect.contract_tests.tap import Exchange

pytestmark = system_of("lgsp/wso2")
_UNAUTHORISED, _NOT_FOUND = 401, 404
_SECTION: Final = "residents.md §5.4"


def looked_up(desk: Desk) -> Exchange:
    """The look-up of the known person, as it passed the bus."""
    found = desk.gov.residents.look_up(samples.known_query(desk))
    if found is None:
        broken(vi="không tra được người đã biết qua trục", en="the known person was not found through the bus")
    return desk.tap.exchanges[-1]


@confirmed
@requirement(_SECTION)
def test_known_person_is_found_through_the_bus(desk: Desk) -> None:
    """Tra người đã biết qua trục thì được đúng người.

    The known person is found through the bus.
    """
    found = desk.gov.residents.look_up(samples.known_query(desk))
    if found is None or found.citizen_id is None:
        broken(vi="không tra được", en="nobody was found")
    must(found.citizen_id.reveal() == desk.known["person_number"], vi="sai người", en="another person was given")


@seen
@needs("wrong_credentials")
@requirement(_SECTION)
def test_wrong_secret_gets_no_token(desk: Desk) -> None:
    """Sai khóa ứng dụng thì không được cấp mã truy cập.

    A wrong consumer secret gets no token.
    """
    wrong = desk.with_settings(RESIDENTS__GATEWAY__CONSUMER_SECRET="sai")  # noqa: S106 - wrong on purpose
    with pytest.raises(AuthenticationFailed):
        wrong.residents.look_up(samples.known_query(desk))


@confirmed
@requirement(_SECTION)
@pytest.mark.parametrize("header", ["", "Bearer ma-la"], ids=["none", "foreign"])
def test_call_without_the_token_is_refused(desk: Desk, header: str) -> None:
    """Không có mã truy cập, hoặc mã lạ, thì bị từ chối.

    A call without a token, or with a foreign one, is refused.
    """
    reply = desk.tap.again(looked_up(desk), headers={"Authorization": header})
    must(reply.status == _UNAUTHORISED, vi="vẫn được trả lời", en="it was answered")


@seen
@requirement(_SECTION)
def test_unknown_path_is_not_found(desk: Desk) -> None:
    """Địa chỉ lạ trên trục thì không có.

    An unknown path of the bus is not found.
    """
    exchange = looked_up(desk)
    reply = desk.tap.again(exchange, url=exchange.request.url + "-khac")
    must(reply.status == _NOT_FOUND, vi="địa chỉ lạ vẫn trả lời", en="an unknown path was answered")


@seen
@needs("levers")
@requirement(_SECTION)
def test_token_that_ran_out_is_refused(desk: Desk) -> None:
    """Mã truy cập hết hạn thì bị từ chối, xin lại thì được.

    A token that ran out is refused, and a new one serves.
    """
    from gov_connect.mocks.gateways import LgspMock

    exchange = looked_up(desk)
    desk.lever(LgspMock).expire_tokens()
    must(desk.tap.again(exchange).status == _UNAUTHORISED, vi="mã cũ vẫn dùng được", en="the old token still served")
    looked_up(desk)
