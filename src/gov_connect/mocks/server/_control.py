"""The control API of the mocks, `/_mock/…`: not part of any wire, only for tests and demos.

GET state; POST reset, agency {url}, faults {operation, faults}, profile {profile}, advance {seconds} (the one
clock of all systems; what is due by then is sent before the answer). At the portal POST submit (a submission) and
push (once more what is not acknowledged). At the payment platform POST pay {reference, notices, lost,
wrong_amount} and fail {reference, notices}. At VNPAY POST pay, cancel, fail or expire {reference}.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gov_connect.mocks.core import MockReply, MockSystem, MovableClock, as_array, json_object, json_reply
from gov_connect.mocks.faults import Fault, known_profile
from gov_connect.mocks.national_payment import CONFIRM_PATH, NationalPaymentMock
from gov_connect.mocks.portal import PortalMock
from gov_connect.mocks.vnpay import IPN_PATH, VnpayMock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.mocks.core import Outgoing
    from gov_connect.mocks.server._courier import Answer, Courier
    from gov_connect.mocks.vnpay._orders import Status

PREFIX: Final = "/_mock/"
_SETTLED: Final[dict[str, Status]] = {"pay": "paid", "cancel": "cancelled", "fail": "failed", "expire": "expired"}


def set_agency_url(system: MockSystem, url: str) -> None:
    """Tell a system where the agency listens; systems that never call out do not mind."""
    if isinstance(system, PortalMock):
        system.agency_url = url
    elif isinstance(system, NationalPaymentMock):
        system.notify_url = url.rstrip("/") + CONFIRM_PATH if url else ""
    elif isinstance(system, VnpayMock):
        system.ipn_url = url.rstrip("/") + IPN_PATH if url else ""


async def control(system: MockSystem, courier: Courier, method: str, path: str, body: bytes) -> MockReply:
    """Answer a request of the control API."""
    action = path.removeprefix(PREFIX)
    if (method, action) == ("GET", "state"):
        return json_reply(system.state())
    content = json_object(body or b"{}")
    if method != "POST" or content is None:
        return json_reply({"error": "POST a JSON object"}, status=400)
    try:
        return json_reply(await _act(system, courier, action, content))
    except LookupError:
        return json_reply({"error": f"not found: {action}, or what it is about; see docs/how-to/mocks"}, status=404)
    except (TypeError, ValueError) as error:
        return json_reply({"error": str(error)}, status=400)


async def _act(system: MockSystem, courier: Courier, action: str, content: dict[str, Any]) -> dict[str, object]:
    match action, system:
        case "reset" | "agency" | "faults" | "profile", _:
            _set(system, action, content)
            return {}
        case "advance", _:
            return {"calls": await _advance(system, courier, _number(content, "seconds"))}
        case "pay" | "cancel" | "fail" | "expire", VnpayMock():
            system.settle(_text(content, "reference"), _SETTLED[action])
            return {"calls": await courier.deliver_due(system)}
        case "submit", PortalMock():
            code = system.submit(content)
            return {
                "code": code,
                "answer": _shown(await courier.deliver(system, system.pushes(code))),
            }
        case "push", PortalMock():
            pushes = system.pending_pushes()
            answers = {code: await courier.deliver(system, parcels) for code, parcels in pushes.items()}
            return {"answers": {code: _shown(answer) for code, answer in answers.items()}}
        case "pay" | "fail", NationalPaymentMock():
            notices = _settle(system, action, content)
            answer = await courier.deliver(system, notices)
            return {"notices": len(notices), "answer": _shown(answer) if notices else None}
        case _:
            raise LookupError(action)


def _set(system: MockSystem, action: str, content: dict[str, Any]) -> None:
    if action == "reset":
        system.reset()
    elif action == "agency":
        set_agency_url(system, _text(content, "url"))
    elif action == "profile":
        system.faults.change(known_profile(_text(content, "profile")))
    else:
        system.faults.script(_text(content, "operation"), _faults(content))


async def _advance(system: MockSystem, courier: Courier, seconds: float) -> int:
    """Put the clock forward and send what is due, and due again, by then."""
    if not isinstance(system.now, MovableClock):
        message = "this clock cannot be moved"
        raise ValueError(message)  # noqa: TRY004 - of the caller, who is told by status
    system.now.advance(seconds)
    return await courier.deliver_due(system)


def _settle(system: NationalPaymentMock, action: str, content: dict[str, Any]) -> tuple[Outgoing, ...]:
    reference = _text(content, "reference")
    del content["reference"]
    known = {"notices", "lost", "wrong_amount"} if action == "pay" else {"notices"}
    if not content.keys() <= known:
        message = f"known members: reference, {', '.join(sorted(known))}"
        raise ValueError(message)
    return system.pay(reference, **content) if action == "pay" else system.fail(reference, **content)


def _text(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str):
        message = f"{name}: a text is wanted"
        raise ValueError(message)  # noqa: TRY004 - of the caller, who is told by status
    return value


def _number(content: Mapping[str, Any], name: str) -> float:
    value = content.get(name)
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        message = f"{name}: a number is wanted"
        raise ValueError(message)  # noqa: TRY004 - of the caller, who is told by status
    return value


def _faults(content: Mapping[str, Any]) -> list[Fault | None]:
    """Read the faults of a script, each a name or null; all of them or none are taken."""
    given = as_array(content.get("faults"))
    if given is None or not all(one is None or one in list(Fault) for one in given):
        message = f"faults: a list is wanted, of null and of {', '.join(Fault)}"
        raise ValueError(message)
    return [None if one is None else Fault(one) for one in given]


def _shown(answer: Answer) -> dict[str, object]:
    status, body = answer
    return {"status": status, "body": json_object(body)}
