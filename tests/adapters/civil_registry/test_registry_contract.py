"""The registry's contract: the same expectations hold against the fake in this process and the mock on sockets."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from gov_connect import GovConnect, Settings
from gov_connect.adapters.civil_registry import Enclosure
from gov_connect.errors import Refused
from gov_connect.mocks import running_mocks
from gov_connect.mocks.systems import environment
from gov_connect.model import VIETNAM, BirthRegistration, CivilEvent, DossierCode, RegistrationState
from gov_connect.model.bundles import BundleState
from gov_connect.model.civil_status import (
    DeathRegistration,
    ExtractRequest,
    MaritalStatusRequest,
    MarriageRegistration,
    ParentChildRecognition,
)

RECEIVED = datetime(2026, 1, 6, 15, tzinfo=VIETNAM)
ASKED = {
    "name": "ĐỖ THỊ BỊA RA",
    "relation": "Con",
    "citizen_id": "000000000022",
    "id_issued_on": "2022-02-01",
    "id_issued_by": "Cục Cảnh sát QLHC về TTXH",
}
PERSON = {
    "name": "ĐỖ VĂN KHÔNG THẬT",
    "born": "1941",
    "sex": "male",
    "citizen_id": "000000000021",
    "residence": "Thôn Mẫu, xã Mẫu",
    "residence_kind": "permanent",
}
WIFE = {"name": "HOÀNG THỊ TƯỞNG TƯỢNG", "born": "2000", "citizen_id": "000000000032", "status": "divorced", "times": 2}
HUSBAND = {"name": "VŨ VĂN VÍ DỤ", "born": "1998-09-09", "citizen_id": "000000000031", "status": "never"}
CHILD = {
    "name": "PHẠM THỬ NGHIỆM AN",
    "sex": "female",
    "born": "2026-01-03",
    "birth_place": "Tại nhà, xã Mẫu",
    "native_place": "Xã Mẫu",
}
MOTHER = {"name": "LÊ THỊ HƯ CẤU", "born": "1999", "citizen_id": "000000000012"}
FOREIGNER = {
    "name": "JOHN MAU",
    "nationality": "Hoa Kỳ",
    "ethnicity": "Người nước ngoài",
    "id_kind": "passport",
    "id_number": "X0000001",
    "residence": {"detail": "Seattle", "country": "Hoa Kỳ"},
}


def made(registration, number, **fields):
    return registration(dossier=f"H99.201-260106-{number:04d}", unit="99001", received_at=RECEIVED, **fields)


def birth(number, **changes):
    return made(BirthRegistration, number, **{"child": CHILD, "mother": MOTHER, "requester": ASKED, **changes})


SINGLE = {
    "single mother": lambda: birth(1),
    "unknown mother": lambda: birth(2, mother=None, father=MOTHER),
    "foundling": lambda: birth(3, mother=None, abandoned=True),
    "foreign father": lambda: birth(4, father=FOREIGNER),
    "late": lambda: birth(5, child={**CHILD, "born": "2020"}, kind="late"),
    "born abroad": lambda: birth(
        6,
        child={**CHILD, "birth_place": {"detail": "Viêng Chăn", "country": "Lào"}},
        kind="foreign",
        earlier={"number": "12", "on": "2026-01-04", "office": "Viêng Chăn", "country": "Lào"},
    ),
    "other ethnic group": lambda: birth(7, child={**CHILD, "ethnicity": "Khác", "ethnicity_other": "Mẫu"}),
    "death": lambda: made(
        DeathRegistration,
        8,
        deceased=PERSON,
        died_on="2026-01-05",
        died_at="21:40",
        place="Tại nhà riêng",
        cause="Già yếu",
        proof={"kind": "minutes", "number": "01/UBND-GBT", "issued_on": "2026-01-06", "issued_by": "UBND xã Mẫu"},
        requester=ASKED,
        copies=2,
    ),
    "death of a newborn": lambda: made(
        DeathRegistration,
        9,
        deceased={"name": "PHẠM THỬ NGHIỆM AN", "sex": "female", "born": "2026-01-03"},
        died_on="2026-01-03",
        place="Bệnh viện Mẫu",
        cause="Sinh non",
        requester=ASKED,
    ),
    "marriage": lambda: made(MarriageRegistration, 10, husband=HUSBAND, wife=WIFE, copies=2),
    "marital status": lambda: made(
        MaritalStatusRequest, 11, person=PERSON, status="never", purpose="marry_here", requester=ASKED
    ),
    "recognition": lambda: made(
        ParentChildRecognition,
        12,
        kind="father_child",
        recogniser=PERSON,
        recognised={"name": "ĐỖ THỊ MẪU", "native_place": "Xã Mẫu"},
        requester=ASKED,
    ),
}


@pytest.fixture(params=["fake", "mock"])
def contract(request):
    """The client against either target."""
    if request.param == "fake":
        with GovConnect.offline() as gov:
            yield gov
        return
    with running_mocks() as mocks:
        variables = {**environment(mocks.base_urls), "GOV_CONNECT_DATABASE_URL": "sqlite:///:memory:"}
        with GovConnect(Settings.from_mapping(variables)) as gov:
            yield gov


def test_every_single_event_is_registered_once(contract):
    """Birth at home, single mother, unknown mother, foundling, foreigners, late, death, marriage, the guesses."""
    for name, make in SINGLE.items():
        registration = make()
        done = contract.civil_registry.submit(registration)
        again = contract.civil_registry.submit(registration)
        assert (name, done.already_there, again.already_there) == (name, False, True)
        entry = contract.civil_registry.results(registration.dossier, unit="99001")
        assert (entry.number, entry.registered_on is not None) == (entry.page, True)
        status = contract.civil_registry.status(registration.dossier, unit="99001")
        assert status.state is RegistrationState.REGISTERED


def test_every_bundle_is_registered_once(contract):
    """Twins are two births on one day; copies go with them; results come with the certificate."""
    bundle = {"bundle": "G99.99.01-260106-0001"}
    paper = (Enclosure(title="Giấy chứng sinh", name="gcs.pdf", content=b"%PDF-1.4\n"),)
    first = birth(21, notice="GCS-1", copies=3, **bundle)
    second = birth(22, notice="GCS-2", child={**CHILD, "name": "PHẠM THỬ NGHIỆM BÌNH"}, **bundle)
    death = SINGLE["death"]().model_copy(update={**bundle, "dossier": DossierCode("H99.201-260106-0023")})
    marriage = SINGLE["marriage"]().model_copy(update={**bundle, "dossier": DossierCode("H99.201-260106-0024")})
    for registration in (first, second, death, marriage):
        assert contract.civil_registry.submit(registration, files=paper).already_there is False
        assert contract.civil_registry.submit(registration, files=paper).already_there is True
    results = contract.civil_registry.bundle_results(CivilEvent.BIRTH, (first.dossier, second.dossier))
    assert [(row.state, row.certificate is not None) for row in results] == [(BundleState.FINISHED, True)] * 2
    assert {row.entry.number for row in results} == {"1", "2"}
    unknown = (DossierCode("H99.201-260106-0099"),)
    assert contract.civil_registry.bundle_results(CivilEvent.BIRTH, unknown) == ()


def test_copies_can_be_asked_for_without_a_registration(contract):
    """By the newest generation; found again by its look-up."""
    asked = made(
        ExtractRequest,
        31,
        person={**PERSON, "ethnicity": "Tày"},
        entry={"office": "UBND xã Mẫu (cũ)", "number": "24", "book": "01/2004", "on": "2004-03-10"},
        paper="Giấy khai sinh",
        copies=2,
        requester=ASKED,
    )
    assert contract.civil_registry.synchronise(asked.dossier) == ()
    assert contract.civil_registry.submit(asked).already_there is False
    (found,) = contract.civil_registry.synchronise(asked.dossier)
    assert found.state is BundleState.FINISHED


def test_questions_have_answers(contract):
    """Lists, changes of a day, entries by the registry's own id, and what does not exist."""
    registry = contract.civil_registry
    registry.submit(birth(1))
    assert ("01", "Kinh") in [(row.code, row.name) for row in registry.catalogue(3)]
    with pytest.raises(Refused):
        registry.catalogue(9)
    (changed,) = registry.changed(CivilEvent.BIRTH, on=datetime.now(VIETNAM).date())
    assert registry.changed(CivilEvent.BIRTH, on=date(2000, 1, 1)) == ()
    record = registry.record(CivilEvent.BIRTH, int(changed.id))
    assert record.fields["nksHoTen"].reveal() == "PHẠM THỬ NGHIỆM AN"
    assert registry.record(CivilEvent.BIRTH, 1) is None
    assert [one.id for one in registry.records(CivilEvent.BIRTH, (int(changed.id), 2))] == [changed.id]
    assert registry.records(CivilEvent.DEATH, (2,)) == ()
    assert registry.status(DossierCode("H99.201-260106-0099"), unit="99001") is None
    with pytest.raises(Refused) as caught:
        registry.status(DossierCode("H99.201-260106-0001"), unit="98765")
    assert caught.value.code == "system.misconfigured"
