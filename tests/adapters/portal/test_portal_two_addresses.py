"""A province that offers insert and update as two addresses for bare arrays (national_portal.md §2.2)."""

from __future__ import annotations

import json

import pytest

from gov_connect import GovConnect, Settings
from gov_connect.client import Parts
from gov_connect.errors import ConfigurationError, Refused
from gov_connect.mocks.portal import INSERT_ENDPOINT, UPDATE_ENDPOINT
from gov_connect.model import DossierStatus
from gov_connect.offline import offline_carrier, offline_settings

PATHS = {"PORTAL__INSERT_PATH": "api/themmoi", "PORTAL__UPDATE_PATH": "api/capnhat"}
GONE, THERE = {"error_code": 0, "result": []}, {"error_code": 0, "result": [{"MaHoSo": ""}, {"x": 1}]}
ALREADY, DONE = {"error_code": "-1", "message": "Hồ sơ đã tồn tại"}, {"error_code": "0", "message": "Thành công"}


@pytest.mark.parametrize(
    ("answers", "places"),
    [
        ([GONE, DONE], ["api/themmoi"]),
        ([THERE, DONE], ["api/capnhat"]),
        ([GONE, ALREADY, DONE], ["api/themmoi", "api/capnhat"]),
        ([GONE, (502, b""), THERE, DONE], ["api/themmoi", "api/capnhat"]),
    ],
)
def test_the_address_says_whether_it_is_there(make_gov, wire, logged_in, dossier, answers, places):
    """A bare array goes to one address or the other; doubts are looked up as ever."""
    wire.say(logged_in, *answers)
    make_gov(**PATHS).portal.put(dossier)
    writes = [request for request in wire.sent if request.label == "DongBoHoSoMC"]
    assert [request.url.partition("/forward/")[2] for request in writes] == places
    assert all([set(row) >= {"MaHoSo", "TenTTHC"} for row in json.loads(request.body)] == [True] for request in writes)
    assert all(b"session" not in request.body for request in writes)


def test_a_refusal_stays_a_refusal(make_gov, wire, logged_in, dossier):
    """Nothing is sent to the other address for a reason of the record's own."""
    wire.say(logged_in, GONE, {"error_code": "-1", "message": "Thiếu trường"})
    with pytest.raises(Refused):
        make_gov(**PATHS).portal.put(dossier)
    assert len(wire.sent) == 3


@pytest.mark.parametrize("name", PATHS)
def test_one_address_alone_is_no_setting(make_gov, name):
    """Both or neither."""
    with pytest.raises(ConfigurationError):
        make_gov(**{name: "api/x"})


def test_the_mock_takes_them(dossier):
    """Insert, then update, by the mock's own two addresses."""
    settings = offline_settings(Settings.from_mapping({}))
    portal = settings.portal.model_copy(update={"insert_path": INSERT_ENDPOINT, "update_path": UPDATE_ENDPOINT})
    parts = Parts(settings=settings.model_copy(update={"portal": portal}), carrier=offline_carrier(0))
    with GovConnect(parts=parts) as gov:
        assert gov.portal.put(dossier).inserted
        assert not gov.portal.put(dossier.model_copy(update={"status": DossierStatus.PROCESSING})).inserted
        assert gov.portal.find(dossier.code)
