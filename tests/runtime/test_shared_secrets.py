"""One login for all who want it at once, whichever driver runs them."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from gov_connect import GovConnect, Settings
from gov_connect.client import Parts
from gov_connect.errors import AuthenticationFailed, GovConnectError
from gov_connect.mocks.systems import SYSTEMS, environment
from gov_connect.model import VIETNAM
from gov_connect.runtime import AsyncDriver, ManualClock, Memory, Reply, Request, Sleep, SyncDriver, SystemClock
from gov_connect.transport import InProcessCarrier

MANY = 64
START = datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM)


class Login:
    """A fetch that takes a moment, counted."""

    def __init__(self, memory, error=None):
        self.memory, self.error, self.count = memory, error, 0
        self._lock = threading.Lock()

    def fetch(self):
        yield Sleep(0.05)
        with self._lock:
            self.count += 1
        if self.error is not None:
            raise self.error
        return f"bi-mat-{self.count}", 60.0

    def __call__(self):
        return self.memory.shared("H99.201", "portal", "session", fetch=self.fetch)


def nowhere():
    return InProcessCarrier(lambda _request: Reply(status=404))


def test_threads_that_come_at_once_log_in_once():
    """All get the secret that the first of them fetched."""
    login = Login(Memory(SystemClock()))
    driver = SyncDriver(nowhere())
    barrier = threading.Barrier(MANY)

    def one(_):
        barrier.wait()
        return driver.run(login())

    with ThreadPoolExecutor(MANY) as pool:
        found = list(pool.map(one, range(MANY)))
    assert (set(found), login.count) == ({"bi-mat-1"}, 1)


def test_tasks_that_come_at_once_log_in_once():
    """The same on an event loop."""
    login = Login(Memory(SystemClock()))

    async def all_of_them():
        driver = AsyncDriver(nowhere().for_asyncio())
        return await asyncio.gather(*(driver.run(login()) for _ in range(MANY)))

    assert set(asyncio.run(all_of_them())) == {"bi-mat-1"}
    assert login.count == 1


def test_a_refused_login_is_tried_once_for_all_who_wait():
    """A wrong password times 64 would lock the account; each caller gets an error of its own."""
    login = Login(Memory(SystemClock()), AuthenticationFailed(system="portal"))

    async def all_of_them():
        driver = AsyncDriver(nowhere().for_asyncio())
        return await asyncio.gather(*(driver.run(login()) for _ in range(MANY)), return_exceptions=True)

    found = asyncio.run(all_of_them())
    assert {type(error) for error in found} == {AuthenticationFailed}
    assert (len({id(error) for error in found}), login.count) == (MANY, 1)


def test_after_a_failure_the_next_caller_tries_again():
    """Nothing of a failure is remembered."""
    login = Login(Memory(SystemClock()), AuthenticationFailed(system="portal"))
    driver = SyncDriver(nowhere())
    with pytest.raises(GovConnectError):
        driver.run(login())
    login.error = None
    assert driver.run(login()) == "bi-mat-2"


def test_a_login_that_is_cancelled_is_taken_over():
    """Who waits does not wait for one that has gone."""
    login = Login(Memory(SystemClock()))

    async def cancelled():
        driver = AsyncDriver(nowhere().for_asyncio())
        first = asyncio.create_task(driver.run(login()))
        await asyncio.sleep(0.01)
        second = asyncio.create_task(driver.run(login()))
        await asyncio.sleep(0.01)
        first.cancel()
        return await second

    assert asyncio.run(cancelled()) == "bi-mat-1"


def test_a_login_that_hangs_does_not_hold_the_others_for_ever():
    """After two minutes who waits logs in on its own; what the late one brings is kept all the same."""
    clock = ManualClock(START)
    memory = Memory(clock)
    hanging = memory.shared("k", fetch=lambda: Login(memory).fetch())
    assert isinstance(next(hanging), Sleep)
    login = Login(memory)
    began = time.monotonic()
    assert SyncDriver(nowhere(), clock).run(memory.shared("k", fetch=login.fetch)) == "bi-mat-1"
    assert clock.monotonic() >= 120
    assert time.monotonic() - began < 30
    hanging.close()
    assert memory.recall("k") == "bi-mat-1"


def test_an_answer_of_the_portal_in_between_is_used(gov_of):
    """Eight threads that find the session lost at once renew it once."""
    gov, logins = gov_of
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: gov.portal.find("H99.201-260105-0001"), range(8)))
    assert len(logins) == 1


@pytest.fixture
def gov_of():
    """A client of an in-process portal whose login takes a moment."""
    logins = []

    def answer(request: Request) -> Reply:
        if request.label == "login":
            logins.append(1)
            time.sleep(0.05)
            return Reply(status=200, body=b'{"error_code": 0, "session": "s"}')
        return Reply(status=200, body=b'{"error_code": 0, "result": []}')

    values = environment(dict.fromkeys(SYSTEMS, "https://a.example"))
    parts = Parts(settings=Settings.from_mapping(values), carrier=InProcessCarrier(answer))
    with GovConnect(parts=parts) as gov:
        yield gov, logins
