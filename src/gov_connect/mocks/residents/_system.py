"""The database behind its service bus: admits a caller, finds one person, answers in the form that is set."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from gov_connect.mocks._person import population
from gov_connect.mocks._situations import situations
from gov_connect.mocks.core import (
    Call,
    MockReply,
    MockRequest,
    MockSystem,
    media_type,
    text_reply,
    vietnam_now,
)
from gov_connect.mocks.residents import _auth, _reply
from gov_connect.mocks.residents._contract import contract
from gov_connect.mocks.residents._request import KIN, LOOK_UP, Query, RefusedRequestError, read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gov_connect.mocks._person import Person
    from gov_connect.mocks.core import Clock
    from gov_connect.mocks.faults import FaultPlan
    from gov_connect.mocks.residents._reply import Mode

ENDPOINT: Final = "/csdldc/tracuu037"
# The credentials of the test vectors (residents.md §3).
USERNAME: Final = "don_vi_mau"
SECRET: Final = "bi-mat-vi-du"  # noqa: S105 - invented, printed in the wire document
_ACCOUNT: Final = _auth.Account(endpoint=ENDPOINT, username=USERNAME, secret=SECRET)
_STANDARD_FORM: Final[frozenset[Mode]] = frozenset(("qcvn",))  # relatives of the kin service have it
_CONTENT_TYPES: Final = ("application/xml", "text/xml")  # quirk 23: clients send the first


def _everybody(seed: int) -> tuple[Person, ...]:
    return population(seed) + situations(seed)


class ResidentsMock(MockSystem):
    """Service 037, and at the same path the yes/no services 003 and 033, the kin service and the WSDL.

    `modes` bends the form of answers (residents.md §4): year_only, two_tier, qcvn, cmnd_only, fault.
    """

    name: ClassVar[str] = "residents"

    def __init__(
        self,
        *,
        faults: FaultPlan | None = None,
        now: Clock = vietnam_now,
        skew: timedelta = timedelta(seconds=300),
        people: Iterable[Person] | None = None,
    ) -> None:
        """Take the settings; without `people`, everybody of the plan's seed is known, the special cases too."""
        super().__init__(faults=faults, now=now)
        self.skew = skew
        self.modes: frozenset[Mode] = frozenset()
        self._people: dict[str, Person] = {}
        self.add(*(_everybody(self.faults.seed) if people is None else people))
        self._clear()

    def add(self, *people: Person) -> None:
        """Make people known, each under the personal number and under the CMND."""
        with self._lock:
            for person in people:
                self._people.update({number: person for number in (person.number, person.cmnd) if number})

    def set_modes(self, *modes: Mode) -> None:
        """Set the form of the answers; without arguments, the plain form of 037."""
        with self._lock:
            self.modes = frozenset(modes)

    def _open(self, request: MockRequest) -> Call:
        reply = self._not_admitted(request)
        if reply is not None:
            return Call(operation="", subject="", run=lambda: reply)
        try:
            query = read(request.body)
        except RefusedRequestError as error:
            refused = _reply.fault(f"Invalid request: {error}")
            return Call(operation="", subject="", run=lambda: self._refuse(refused))
        return Call(
            operation=query.operation,
            subject=query.number or query.cmnd,
            run=lambda: self._answer(query),
        )

    def _not_admitted(self, request: MockRequest) -> MockReply | None:
        if request.path != ENDPOINT:
            return text_reply("Not Found", status=404)
        if request.method == "GET":  # the contract is open to everybody
            return contract(request.query, self.public_url + ENDPOINT)
        if request.method != "POST":
            return text_reply("Method Not Allowed", status=405)
        reason = _auth.refusal(request.headers, _ACCOUNT, now=self.now(), skew=self.skew)
        if reason:
            self._counts["unauthorized"] += 1
            return text_reply(reason, status=401)
        if media_type(request) not in _CONTENT_TYPES:
            return text_reply("Unsupported Media Type", status=415)
        return None

    def _refuse(self, reply: MockReply) -> MockReply:
        self._counts["refused"] += 1
        return reply

    def _answer(self, query: Query) -> MockReply:
        if query.request_id in self._request_ids:
            self._counts["duplicate_request_ids"] += 1
            return _reply.fault("MaYeuCau has been used before")
        self._request_ids.add(query.request_id)
        if "fault" in self.modes:
            return _reply.fault("Internal error", by="Server")
        person = self._people.get(query.number or query.cmnd)
        match = person if person is not None and query.matches(person) else None
        self._counts["found" if match else "not_found"] += 1
        if query.operation == KIN and match is not None:
            return _reply.found(match, self._spouse_of(match), self.modes | _STANDARD_FORM)
        if query.operation not in (LOOK_UP, KIN):
            return _reply.verified(query.operation, exists=match is not None)
        if match is None:
            return _reply.nobody(with_collection=self._counts["not_found"] % 2 == 0)
        return _reply.found(match, self._spouse_of(match), self.modes)

    def _spouse_of(self, person: Person) -> Person | None:
        """Give somebody married and of the other sex: the block is filled, who it is does not matter."""
        return next((p for p in self._people.values() if p.sex != person.sex and p.marital == "2"), None)

    def _snapshot(self) -> dict[str, object]:
        return {
            "people": len({person.key for person in self._people.values()}),
            **self._counts,
            "modes": sorted(self.modes),
        }

    def _clear(self) -> None:
        self._request_ids: set[str] = set()
        self._counts = dict.fromkeys(("found", "not_found", "refused", "unauthorized", "duplicate_request_ids"), 0)
