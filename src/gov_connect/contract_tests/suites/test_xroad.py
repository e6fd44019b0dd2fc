"""A security server of X-Road, REST protocol r1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from gov_connect.contract_tests import samples
from gov_connect.contract_tests.marks import confirmed, needs, requirement, system_of
from gov_connect.contract_tests.must import broken, must

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.contract_tests.desk import Desk
    from gov_connect.contract_tests.tap import Exchange
    from gov_connect.runtime import Reply

pytestmark = system_of("xroad/r1")
_SECTION: Final = "residents.md §5.2"
_ERROR: Final = "x-road-error"
_UNAUTHORISED: Final = 401


def looked_up(desk: Desk) -> Exchange:
    """The look-up of the known person, as it passed the security server."""
    found = desk.gov.residents.look_up(samples.known_query(desk))
    if found is None:
        broken(vi="không tra được người đã biết", en="the known person was not found")
    return desk.tap.exchanges[-1]


def own_error(reply: Reply, kind: str, status: int) -> bool:
    """Whether the security server itself says no, in its own form."""
    return reply.headers.get(_ERROR, "").startswith(kind) and reply.status == status


@confirmed
@requirement(_SECTION)
def test_known_person_is_found(desk: Desk) -> None:
    """Tra người đã biết qua máy chủ bảo mật thì được đúng người.

    The known person is found through the security server.
    """
    found = desk.gov.residents.look_up(samples.known_query(desk))
    if found is None or found.citizen_id is None:
        broken(vi="không tra được", en="nobody was found")
    must(found.citizen_id.reveal() == desk.known["person_number"], vi="sai người", en="another person was given")


@confirmed
@requirement(_SECTION)
def test_reply_carries_the_headers_of_the_protocol(desk: Desk) -> None:
    """Câu trả lời mang lại mã thông điệp, dịch vụ, mã yêu cầu và mã băm.

    A reply carries the message's id, the service, a request id and the hash.
    """
    exchange = looked_up(desk)
    sent = {name.lower(): value for name, value in exchange.request.headers.items()}
    told: Mapping[str, str] = {} if exchange.reply is None else exchange.reply.headers
    must(told.get("x-road-id") == sent["x-road-id"], vi="sai X-Road-Id", en="X-Road-Id is another")
    must(told.get("x-road-client") == sent["x-road-client"], vi="sai X-Road-Client", en="X-Road-Client is another")
    there = all(told.get(f"x-road-{name}") for name in ("service", "request-id", "request-hash"))
    must(there, vi="thiếu tiêu đề của giao thức", en="a header of the protocol is missing")


@confirmed
@requirement(_SECTION)
@pytest.mark.parametrize("client", ["", "VN/GOV"], ids=["none", "short"])
def test_message_without_a_client_is_refused(desk: Desk, client: str) -> None:
    """Thiếu hoặc sai X-Road-Client thì máy chủ bảo mật từ chối (Client.…, 400).

    A missing or malformed X-Road-Client is refused by the security server itself.
    """
    reply = desk.tap.again(looked_up(desk), headers={"X-Road-Client": client})
    must(own_error(reply, "Client.", 400), vi="không từ chối đúng cách", en="it was not refused as the protocol says")


@confirmed
@requirement(_SECTION)
def test_unknown_member_is_refused(desk: Desk) -> None:
    """Thành viên lạ thì bị từ chối (Server.…, 500).

    An unknown member is refused.
    """
    reply = desk.tap.again(looked_up(desk), headers={"X-Road-Client": "VN/GOV/000.00.00.X99/khac"})
    must(own_error(reply, "Server.", 500), vi="thành viên lạ được phục vụ", en="an unknown member was served")


@confirmed
@requirement(_SECTION)
def test_unknown_service_is_refused(desk: Desk) -> None:
    """Dịch vụ lạ thì bị từ chối (Server.ServerProxy.…, 500).

    An unknown service is refused.
    """
    exchange = looked_up(desk)
    reply = desk.tap.again(exchange, url=exchange.request.url + "-khac")
    must(own_error(reply, "Server.ServerProxy.", 500), vi="dịch vụ lạ được trả lời", en="an unknown service answered")


@confirmed
@requirement(_SECTION)
def test_refusal_of_the_provider_comes_unchanged(desk: Desk) -> None:
    """Lời từ chối của bên cung cấp đi qua nguyên vẹn, không mang X-Road-Error.

    A refusal of the provider comes unchanged, without X-Road-Error.
    """
    reply = desk.tap.again(looked_up(desk), headers={"Authorization": "Basic c2Fp"})
    must(reply.status == _UNAUTHORISED, vi="không đúng mã của bên cung cấp", en="the status is not the provider's")
    must(_ERROR not in reply.headers, vi="mang X-Road-Error", en="it carries X-Road-Error")


@confirmed
@needs("levers")
@requirement(_SECTION)
def test_right_that_was_taken_away_is_missed(desk: Desk) -> None:
    """Bị thu quyền thì không gọi được nữa.

    Without the right there is no service.
    """
    from gov_connect.mocks.gateways import XRoadMock, xroad

    exchange, server = looked_up(desk), desk.lever(XRoadMock)
    server.forbid(xroad.CLIENT, xroad.RESIDENTS_SERVICE)
    reply = desk.tap.again(exchange)
    server.allow(xroad.CLIENT, xroad.RESIDENTS_SERVICE)
    must(own_error(reply, "Server.ServerProxy.", 500), vi="vẫn gọi được", en="it was still served")
