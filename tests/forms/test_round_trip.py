"""Model -> form -> model: nothing that a form can carry is lost or changed on the way."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gov_connect.errors import NotSupported
from gov_connect.forms import Tables, read_form, write_form
from gov_connect.forms.tables import EVENTS
from gov_connect.model import (
    VIETNAM,
    BirthRegistration,
    CivilEvent,
    NameParts,
    PaperKind,
    PartialDate,
    PersonName,
    RegistrationKind,
    ResidenceKind,
    Sex,
)
from gov_connect.model.civil_status import (
    DeathKind,
    DeathPaper,
    DeathRegistration,
    ExtractRequest,
    MaritalPurpose,
    MaritalStatus,
    MaritalStatusRequest,
    MarriageKind,
    MarriageRegistration,
    ParentChildRecognition,
    RecognitionKind,
)

# Letters of names, marks of XML and JSON among them; no comma, which divides addresses.
WORDS = st.text(alphabet="ABÊĐẠỮỘỐaàễựđ<>&\"'{}[]\\/.-", min_size=1, max_size=8).filter(
    lambda text: text[0] not in "{[" and text.strip() == text and text.casefold() not in {"khác", "vn", "không"}
)
NAMES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
TEXTS = NAMES.map(lambda text: f"Số {text}")
DAYS = st.dates(min_value=datetime(1950, 1, 1).date(), max_value=datetime(2025, 12, 31).date()).map(PartialDate.of)
PARTIAL = st.one_of(
    DAYS,
    st.builds(PartialDate, st.integers(1900, 2025)),
    st.builds(PartialDate, st.integers(1900, 2025), st.integers(1, 12)),
)
NUMBERS = st.integers(0, 10**9 - 1).map(lambda number: f"000{number:09d}")
PASSPORTS = st.text(alphabet="ABCX0123456789", min_size=1, max_size=6).map(lambda text: f"P{text}")


def optional(strategy):
    return st.one_of(st.none(), strategy)


def given_only(fields):
    """Leave out what is None, as a form does."""
    return st.fixed_dictionaries(fields).map(
        lambda row: {name: value for name, value in row.items() if value is not None}
    )


PLACES = given_only({"detail": TEXTS}) | given_only(
    {"detail": optional(TEXTS), "province": st.just("99"), "commune": st.just("99001"), "names": st.just("Xã Mẫu")}
)
PAPER = given_only({"citizen_id": NUMBERS}) | given_only(
    {
        "id_kind": st.sampled_from([PaperKind.PASSPORT, PaperKind.ARMY, PaperKind.RESIDENCE_CARD]),
        "id_number": PASSPORTS,
    }
)


def people(**more):
    """Individuals of any kind, named whole or in parts."""
    fields = {
        "born": optional(PARTIAL),
        "ethnicity": st.sampled_from(["Kinh", "Tày", "Ba Na (Rơ-ngao)"]),
        "nationality": st.sampled_from(["Việt Nam", "Lào"]),
        "residence_kind": optional(st.sampled_from(ResidenceKind)),
        "residence": optional(PLACES),
        "id_issued_on": optional(DAYS),
        "id_issued_by": optional(TEXTS),
        **more,
    }
    return st.tuples(NAMES, PAPER, given_only(fields)).map(lambda row: {"name": row[0], **row[1], **row[2]})


REQUESTERS = st.tuples(
    NAMES,
    PAPER,
    given_only({"relation": TEXTS, "id_issued_on": DAYS, "id_issued_by": TEXTS, "residence": optional(PLACES)}),
).map(lambda row: {"name": row[0], **row[1], **row[2]})
COMMON = {
    "dossier": st.just("H99.201-260106-0007"),
    "unit": st.just("99001"),
    "received_at": st.just(datetime(2026, 1, 6, 15, tzinfo=VIETNAM)),
    "copies": st.integers(0, 100),
}
CHILDREN = given_only(
    {
        "name": NAMES,
        "sex": st.sampled_from(Sex),
        "born": PARTIAL,
        "birth_place": PLACES,
        "native_place": PLACES,
        "ethnicity": st.sampled_from(["Kinh", "Tày"]),
    }
)
STRATEGIES = {
    CivilEvent.BIRTH: (
        BirthRegistration,
        {
            "kind": st.sampled_from(RegistrationKind),
            "child": CHILDREN,
            "mother": optional(people()),
            "father": optional(people()),
            "requester": REQUESTERS,
            "notice": optional(PASSPORTS),
        },
    ),
    CivilEvent.DEATH: (
        DeathRegistration,
        {
            "kind": st.sampled_from(DeathKind),
            "deceased": people(sex=st.sampled_from(Sex), born=st.just(PartialDate(1941))),
            "died_on": st.one_of(st.just(PartialDate(2025)), st.just(PartialDate(2025, 3, 1))),
            "died_at": st.sampled_from(["", "00:05", "21:40"]),
            "place": PLACES,
            "cause": TEXTS,
            "proof": optional(given_only({"kind": st.sampled_from(DeathPaper), "number": TEXTS, "issued_on": DAYS})),
            "requester": REQUESTERS,
        },
    ),
    CivilEvent.MARRIAGE: (
        MarriageRegistration,
        {
            "kind": st.sampled_from(MarriageKind),
            "husband": people(status=st.sampled_from(MaritalStatus), times=st.integers(1, 20)),
            "wife": people(status=st.sampled_from(MaritalStatus), times=st.integers(1, 20)),
        },
    ),
    CivilEvent.MARITAL_STATUS: (
        MaritalStatusRequest,
        {
            "person": people(sex=st.sampled_from(Sex)),
            "status": st.sampled_from(MaritalStatus),
            "purpose": st.sampled_from(MaritalPurpose),
            "lived_from": optional(DAYS),
            "requester": REQUESTERS,
        },
    ),
    CivilEvent.EXTRACT: (
        ExtractRequest,
        {
            "person": people(sex=st.sampled_from(Sex)),
            "entry": given_only({"office": TEXTS, "number": st.just("24"), "book": st.just("01/2004"), "on": PARTIAL}),
            "requester": REQUESTERS,
        },
    ),
    CivilEvent.RECOGNITION: (
        ParentChildRecognition,
        {
            "kind": st.sampled_from(RecognitionKind),
            "recogniser": people(),
            "recognised": people(),
            "requester": REQUESTERS,
        },
    ),
}
PAIRS = [
    (event, made.name)
    for event in EVENTS
    if event in STRATEGIES
    for made in Tables.default().table(event).generations
    if (event, made.name) != (CivilEvent.DEATH, "portal")
]


def flat(value, prefix=""):
    """Dotted place -> text of everything that is said."""
    if hasattr(value, "line"):
        return {prefix: value.line}
    found = {}
    for name in type(value).model_fields:
        inner = getattr(value, name)
        path = f"{prefix}.{name}" if prefix else name
        if hasattr(type(inner), "model_fields"):
            found |= flat(inner, path)
        elif inner is not None and inner != "" and name not in {"id_kind", "id_number", "citizen_id", "parts"}:
            found[path] = inner.reveal() if hasattr(inner, "reveal") else getattr(inner, "iso", inner)
    if hasattr(value, "paper"):
        found[f"{prefix}.paper"] = value.paper
    return found


@pytest.mark.parametrize(("event", "generation"), PAIRS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_a_form_carries_comes_back(event, generation, data):
    """For every event and generation; places without a leaf are named, and nothing else differs."""
    kind, fields = STRATEGIES[event]
    before = kind(**data.draw(given_only({**COMMON, **fields})))
    written = write_form(before, generation)
    reading = read_form(
        written.leaves,
        dossier=before.dossier,
        unit=before.unit,
        received_at=before.received_at,
        event=event,
        generation=generation,
    )
    assert (reading.problems, reading.unmapped) == ((), ())
    said, again = flat(before), flat(reading.registration)
    lost = {path for path in said if again.get(path) != said[path]}
    uncarried = {path.rpartition(".")[0] for path in written.uncarried} | set(written.uncarried)
    assert {path for path in lost if path not in uncarried} == set()


@given(NAMES)
def test_a_name_divided_and_joined_is_the_same(name):
    """Whatever the number of words."""
    assert NameParts.of(PersonName(name)).whole == PersonName(" ".join(name.split()))


@given(family=NAMES, middle=optional(NAMES), given_name=NAMES)
def test_a_division_that_was_given_is_kept(family, middle, given_name):
    """In the bundle's form, where family names may have two words."""
    leaves = {"Ho": family, "ChuDem": middle, "Ten": given_name, "NgaySinh": "2026", "NsMaQuocGia": "VN", "GioiTinh": 1}
    reading = read_form(
        {**leaves, "NycQuanHe": "Mẹ"},
        dossier="H99.201-260106-0007",
        unit="99001",
        received_at=datetime(2026, 1, 6, 15, tzinfo=VIETNAM),
        event=CivilEvent.BIRTH,
        generation="bundle",
    )
    assert "child.name" not in {problem.path for problem in reading.problems}
    assert not any(problem.path.startswith("child.parts") for problem in reading.problems)


def test_a_generation_that_an_event_does_not_have_is_told():
    """No form of the new portal is known for births."""
    kind, _ = STRATEGIES[CivilEvent.BIRTH]
    birth = kind(
        dossier="H99.201-260106-0007",
        unit="99001",
        received_at=datetime(2026, 1, 6, 15, tzinfo=VIETNAM),
        child={"name": "MẪU AN", "sex": "male", "born": "2026", "birth_place": "x", "native_place": "y"},
        requester={
            "name": "MẪU",
            "relation": "Mẹ",
            "citizen_id": "000000000012",
            "id_issued_on": "2022",
            "id_issued_by": "x",
        },
    )
    with pytest.raises(NotSupported):
        write_form(birth, "portal")
    assert write_form(birth, "bundle").uncarried == ()
