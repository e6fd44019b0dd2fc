"""The same questions to the fake (in process) and to the mock (on a socket) have the same answers."""

from __future__ import annotations

import pytest

from gov_connect import GovConnect, Officer, Purpose, Settings
from gov_connect.client import Parts
from gov_connect.errors import AuthenticationFailed, OutsideSystemError
from gov_connect.mocks import running_mocks
from gov_connect.mocks.core import MockRequest
from gov_connect.model import CitizenQuery, Sex
from gov_connect.runtime import Reply
from gov_connect.transport import HttpCarrier, InProcessCarrier


@pytest.fixture(scope="module")
def mocks():
    with running_mocks(seed=0) as running:
        yield running


@pytest.fixture
def system(mocks):
    """The residents database behind both."""
    system = mocks.systems["residents"]
    yield system
    system.set_modes()
    system.reset()


@pytest.fixture(params=["fake", "mock"])
def make(request, mocks, system):
    """Make a client of either target, its settings changed by keywords."""

    def in_process(message):
        answer = system.handle(
            MockRequest(
                method=message.method,
                path="/" + message.url.partition("://")[2].partition("/")[2],
                headers={name.lower(): value for name, value in message.headers.items()},
                body=message.body,
            )
        )
        return Reply(status=answer.status, headers=dict(answer.headers), body=answer.body)

    made = []

    def make(**changes):
        values = mocks.environment | {f"GOV_CONNECT_RESIDENTS__{name}": value for name, value in changes.items()}
        values["GOV_CONNECT_DATABASE_URL"] = "sqlite:///:memory:"
        values["GOV_CONNECT_STORE_KEY"] = "A" * 43 + "="
        carrier = InProcessCarrier(in_process) if request.param == "fake" else HttpCarrier()
        gov = GovConnect(parts=Parts(settings=Settings.from_mapping(values), carrier=carrier))
        made.append(gov)
        return gov.acting(
            officer=Officer(code="cb-01"),
            purpose=Purpose(procedure="1.001193", dossier="H99.12.7-250804-0019", sensitive=True),
        )

    yield make
    for gov in made:
        gov.close()


def person(system, *, year_only=False, cmnd=False):
    return next(each for each in system._people.values() if each.year_only is year_only and (not each.number) is cmnd)


def asking(known, **changes):
    number = {"citizen_id": known.number} if known.number else {"old_id": known.cmnd}
    born = f"{known.birth:%Y}" if known.year_only else f"{known.birth:%Y-%m-%d}"
    return CitizenQuery(**{**number, "name": known.name, "born": born, **changes})


@pytest.mark.parametrize("modes", [(), ("year_only",), ("two_tier",), ("qcvn",), ("cmnd_only",), ("qcvn", "year_only")])
def test_every_form_of_reply_gives_the_citizen(make, system, modes):
    """Live form, QCVN 109, year only, two tiers, old number only."""
    known = person(system)
    system.set_modes(*modes)
    found = make().residents.look_up(asking(known))
    assert found is not None
    assert found.name.reveal() == known.name
    assert found.sex is (Sex.MALE if known.sex == "1" else Sex.FEMALE)
    assert found.born.year == known.birth.year
    assert (found.born.full is None) is ("year_only" in modes)
    assert (found.ethnicity.code, found.unread) == (known.ethnic_code, ())


@pytest.mark.parametrize(
    "changes",
    [
        {"AGENCY_PLACE": "before_officer"},
        {"AGENCY_PLACE": "after_officer"},
        {"AGENCY_PLACE": "omit", "ACCOUNT_FIELDS": "true"},
        {"DATE_FORMAT": "yyyy-MM-dd"},
        {"TIMESTAMP_UNIT": "s"},
        {"NAME_SPACES": "true", "NAME_MARKS": "true"},
        {"OFFICER_AS": "fixed", "OFFICER_FIXED": "VDXP_VPCP"},
        {"PROCEDURE_CODES": '{"*": ""}', "SOAP_ACTION": "true", "ESB_HEADERS": "true"},
    ],
)
def test_every_variant_of_request_is_understood(make, system, changes):
    """The mock reads strictly, by its own reading of the wire."""
    assert make(**changes).residents.look_up(asking(person(system))) is not None


@pytest.mark.parametrize("service", ["037", "003", "033"])
@pytest.mark.parametrize("cmnd", [False, True])
def test_verification_says_yes_and_no(make, system, service, cmnd):
    """In all three forms, by number and by old number."""
    known = person(system, cmnd=cmnd)
    gov = make(VERIFICATION=service)
    assert gov.residents.verify(asking(known)) is True
    assert gov.residents.verify(asking(known, name="KHÔNG CÓ")) is False


def test_nobody_is_none_in_both_shapes_and_kin_is_read(make, system):
    """Twice, since the shapes alternate; the kin service answers in the form of the standard."""
    known = person(system)
    gov = make(KIN_CODE="099")
    assert [gov.residents.look_up(asking(known, name="KHÔNG CÓ")) for _ in range(2)] == [None, None]
    assert gov.residents.kin(asking(known)).name.reveal() == known.name


def test_faults_and_wrong_secrets_are_errors(make, system):
    """A fault is never nobody; a wrong secret is told as such."""
    known = person(system)
    with pytest.raises(AuthenticationFailed):
        make(SECRET="sai").residents.look_up(asking(known))
    system.set_modes("fault")
    with pytest.raises(OutsideSystemError):
        make(ATTEMPTS="1").residents.look_up(asking(known))
