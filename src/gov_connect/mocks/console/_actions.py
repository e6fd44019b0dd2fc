"""What the buttons do. All of it can be had through the control API and from Python too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gov_connect.mocks.faults import Fault, known_profile
from gov_connect.mocks.people import commune_day

if TYPE_CHECKING:
    from gov_connect.mocks.server import RunningMocks

_MOST_DOSSIERS: Final = 200


async def act(mocks: RunningMocks, action: str, form: dict[str, str]) -> None:
    """Do one thing.

    Raises:
        LookupError: there is no such action or system.
        ValueError: a figure or a name is wrong.
    """
    match action:
        case "profile":
            mocks.systems[form["system"]].faults.change(known_profile(form["profile"]))
        case "fault":
            mocks.systems[form["system"]].faults.script(form["operation"], [Fault(form["fault"])])
        case "advance":
            await mocks.advance(float(form["seconds"]))
        case "stop":
            await mocks.halt(form["system"])
        case "start":
            await mocks.relaunch(form["system"])
        case "submit":
            count = int(form["count"])
            if not 1 <= count <= _MOST_DOSSIERS:
                raise ValueError(count)
            await mocks.submit(one.to_portal() for one in commune_day(mocks.seed, count))
        case "reset":
            mocks.reset()
        case _:
            raise LookupError(action)
