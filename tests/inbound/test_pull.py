"""Pulled dossiers: stored, told, then acknowledged; a crash or a failing host leaves them on the list."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from gov_connect import GovConnect
from gov_connect.client import Parts
from gov_connect.errors import OutsideSystemError
from gov_connect.mocks import running_mocks
from gov_connect.mocks.core import MockRequest
from gov_connect.mocks.systems import in_process
from gov_connect.offline import offline_settings
from gov_connect.runtime import Reply
from gov_connect.settings import Settings
from gov_connect.transport import InProcessCarrier


class Platform:
    """A client of an in-process bundle platform, the mock beside it, and what the host was told."""

    def __init__(self):
        self.mock = in_process()["bundle_platform"]
        self.told, self.instead = [], {}
        self.gov = GovConnect(
            parts=Parts(settings=offline_settings(Settings.from_mapping({})), carrier=InProcessCarrier(self._answer))
        )

    def _answer(self, request):
        for wanted, status in self.instead.items():
            if wanted == request.label or request.url.endswith(wanted):
                return Reply(status=status)
        path, headers = urlsplit(request.url).path, {name.lower(): text for name, text in request.headers.items()}
        answer = self.mock.handle(MockRequest(method=request.method, path=path, headers=headers, body=request.body))
        return Reply(status=answer.status, body=answer.body)

    def pull(self, tell=None):
        return [done.outcome for done in self.gov.run(self.gov.pull(tell or self.told.append))]


@pytest.fixture
def platform():
    made = Platform()
    with made.gov:
        yield made


def test_what_waits_is_taken_in_once_and_leaves_the_list(platform):
    """Stored and told before it is acknowledged."""
    numbers = [
        platform.mock.file({"nksHoTen": "MẪU"}),
        platform.mock.file({"nktHoTen": "MẪU"}, procedure="1.011733", module="KT"),
    ]
    assert platform.pull() == ["taken", "taken"]
    assert [dossier.code for dossier in platform.told] == numbers
    assert [item.key for item in platform.gov.ledger.unhandled("bundle_platform")] == numbers
    assert (platform.mock.waiting(), platform.pull()) == ([], [])


def test_a_host_that_fails_is_told_again(platform):
    """Nothing is acknowledged before the host has committed."""
    number = platform.mock.file({"nksHoTen": "MẪU"})

    def failing(_dossier):
        raise RuntimeError

    assert platform.pull(failing) == ["host_failed"]
    assert platform.mock.waiting() == [number]
    assert platform.pull() == ["taken"]
    assert len(platform.told) == 1


def test_a_lost_acknowledgement_is_made_up_without_telling_twice(platform):
    """The platform still lists it; it is acknowledged once more."""
    platform.mock.file({"nksHoTen": "MẪU"})
    platform.instead["daNhan"] = 400
    assert platform.pull() == ["system.refused"]
    platform.instead.clear()
    assert (platform.pull(), len(platform.told), platform.mock.waiting()) == (["again"], 1, [])


def test_a_mended_dossier_is_told_as_an_update(platform):
    """The same number with another content; the same content once more is not news."""
    number = platform.mock.file({"nksHoTen": "MẪU"})
    platform.pull()
    platform.mock.file({"nksHoTen": "MẪU HAI"}, code=number)
    assert platform.pull() == ["taken"]
    platform.mock.file({"nksHoTen": "MẪU HAI"}, code=number)
    assert platform.pull() == ["again"]
    assert [dossier.updating for dossier in platform.told] == [False, True]
    assert platform.gov.ledger.kept("bundle_platform") == []


def test_one_that_cannot_be_fetched_does_not_hold_the_others(platform):
    """Its outcome is the error's code; it stays on the list (M1)."""
    first, _ = platform.mock.file({"nksHoTen": "MẪU"}), platform.mock.file({"nksHoTen": "MẪU"})
    platform.instead["/501"] = 404
    assert platform.pull() == ["missing", "taken"]
    assert platform.mock.waiting() == [first]


def test_a_row_without_a_number_does_not_hold_the_others(platform):
    """Its outcome is an error's code, and it goes on waiting."""
    platform.mock.file({"nksHoTen": "MẪU"})
    number = platform.mock.file({"nksHoTen": "MẪU"})
    platform.mock._dossiers[platform.mock.waiting()[0]]["id"] = None
    assert platform.pull() == ["input.invalid", "taken"]
    assert [dossier.code for dossier in platform.told] == [number]


def test_an_unreadable_list_is_an_error(platform):
    """An outage is not an empty list."""
    platform.instead["list"] = 503
    with pytest.raises(OutsideSystemError):
        platform.pull()


def test_the_platform_answers_on_a_socket():
    """GET and PUT reach it through the server as well."""
    with running_mocks() as mocks:
        settings = Settings.from_mapping({**mocks.environment, "GOV_CONNECT_DATABASE_URL": "sqlite:///:memory:"})
        mocks.bundle_platform.file({"nksHoTen": "MẪU"})
        with GovConnect(settings) as gov:
            assert [done.outcome for done in gov.run(gov.pull(lambda _: None))] == ["taken"]
            assert gov.bundles.pending() == ()
