"""Personal values are seen only by who asks for them: not by str, repr, formats, JSON, pickles, logs."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback

import pytest
from pydantic import TypeAdapter, ValidationError

from gov_connect.errors import Hidden, InvalidInput, Refused
from gov_connect.model import (
    Applicant,
    Attachment,
    BirthDate,
    Child,
    Citizen,
    CitizenId,
    CitizenQuery,
    Coded,
    Dossier,
    EmailAddress,
    FormText,
    InboundDossier,
    Note,
    OldIdNumber,
    Parent,
    PersonName,
    PhoneNumber,
    PlaceRecord,
    PlaceText,
    ProgressStep,
    Relative,
    Requester,
    ResultDocument,
    Summary,
)
from gov_connect.privacy import mask_personal

SECRETS = {
    PersonName: "NGUYỄN BÍ MẬT",
    PlaceText: "Thôn Bí Mật",
    PhoneNumber: "0900000777",
    EmailAddress: "bimat@mau.example",
    Note: "chuyện riêng",
    FormText: "chuyện riêng",
    Summary: "chuyện riêng",
    CitizenId: "000000000777",
    OldIdNumber: "000000777",
}
AT = "2026-01-05T08:00:00+07:00"
PLACE = PlaceRecord(province="LỘ1", district="LỘ2", commune="LỘ3", unit="LỘ4", detail="LỘ5", country="LỘ6")
APPLICANT = Applicant(name="LỘ1", account_id="LỘ2")
# Whatever stands in them with this syllable must not show.
PEOPLE = [
    PLACE,
    APPLICANT,
    Coded(code="LỘ1", name="LỘ2"),
    Relative(name="LỘ1", nationality="LỘ2", relation="LỘ3"),
    Citizen(
        name="LỘ1",
        sex="female",
        sex_code="LỘ2",
        nationality="LỘ3",
        religion=Coded(code="LỘ4"),
        ethnicity=Coded(name="LỘ5"),
        marital_status=Coded(code="LỘ6"),
        present_address=PLACE,
        mother=Relative(relation="LỘ7"),
    ),
    Child(name="LỘ1", sex="female", born="1977", birth_place="LỘ2", native_place="LỘ3", ethnicity="LỘ4"),
    Parent(name="LỘ1", ethnicity="LỘ2", nationality="LỘ3"),
    Requester(name="LỘ1", relation="LỘ2", citizen_id="000000000777", id_issued_on="1977-07-07", id_issued_by="LỘ3"),
    Attachment(id="1", name="LỘ.pdf", url="https://mau.example/1"),
    ResultDocument(id="1", name="LỘ.pdf", url="https://mau.example/1"),
    ProgressStep(dossier="H99-250804-0019", officer="LỘ1", at=AT, text="LỘ2", status=2),
    InboundDossier(
        code="H99-250804-0019", procedure="1.001193", applicant=APPLICANT, form={"a": "LỘ1"}, files=("LỘ.pdf",)
    ),
    Dossier(
        code="H99-250804-0019",
        procedure={"code": "1.001193", "name": "Đăng ký khai sinh"},
        applicant=APPLICANT,
        status=2,
        summary="LỘ1",
        received_at=AT,
        unit_name="UBND xã Mẫu",
        attachments=(Attachment(id="1", name="LỘ.pdf", url="https://mau.example/1"),),
        results=(ResultDocument(id="1", name="LỘ.pdf", url="https://mau.example/1"),),
    ),
]
VALUES = [kind(text) for kind, text in SECRETS.items()]
QUERY = CitizenQuery(citizen_id="000000000777", name="NGUYỄN BÍ MẬT", born="1977-07-07")
HIDDEN = ("BÍ MẬT", "000000000777", "1977", "07-07")


def clear_of(text):
    return not any(secret in text for secret in HIDDEN)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_personal_value_shows_only_stars(value):
    """However it is turned into text."""
    secret = value.reveal()
    shown = [str(value), repr(value), f"{value}", f"{value!r}", f"{value:>30}", format(value, "s")]
    shown += [str([value]), str({"a": value}), json.dumps(value, default=str), format(value)]
    assert all(secret not in text for text in shown)
    assert value == type(value)(secret)
    assert hash(value) == hash(type(value)(secret))
    assert value != secret


def test_a_birth_date_shows_only_stars():
    """It is a date all the same."""
    born = BirthDate(1977, 7, 7)
    assert all(clear_of(text) for text in (str(born), repr(born), f"{born:>12}", str((born,))))
    assert born.iso == "1977-07-07"


def test_an_object_of_them_shows_only_stars():
    """repr, str, both dumps as text; the JSON is masked unless revealing is asked for."""
    for text in (str(QUERY), repr(QUERY), f"{QUERY}", QUERY.model_dump_json(), str(QUERY.model_dump())):
        assert clear_of(text)
    assert json.loads(QUERY.model_dump_json())["born"] == "***"
    assert "BÍ MẬT" in QUERY.to_json()
    assert clear_of(QUERY.model_dump_json(context={"reveal": False}))
    assert clear_of(QUERY.model_dump_json(context={"reveal": 2}))


@pytest.mark.parametrize("value", [*VALUES, BirthDate(1977), QUERY], ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_is_refused(value, protocol):
    """It would carry the value in clear; copies need none."""
    with pytest.raises(TypeError, match="cannot be pickled") as caught:
        pickle.dumps(value, protocol)
    assert clear_of(str(caught.value))
    assert copy.copy(value) == copy.deepcopy(value) == value


@pytest.mark.parametrize("value", [*VALUES, BirthDate(1977, 7, 7)], ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("take", [lambda value: value.__getstate__(), lambda value: value.__reduce__()])
def test_nothing_takes_a_personal_value_apart(value, take):
    """As libraries do that store objects by their state."""
    with pytest.raises(TypeError, match="cannot be pickled"):
        take(value)


def test_what_was_to_be_set_is_not_in_the_error():
    """A frozen value says that it is, and not what somebody tried to put there."""
    for value in (QUERY, Citizen(name="NGUYỄN BÍ MẬT")):
        with pytest.raises(AttributeError) as caught:
            value.name = "NGUYỄN BÍ MẬT"
        told = "".join(traceback.format_exception(caught.value)[-1:])
        assert clear_of(f"{told}{caught.value.args}")
        assert caught.value.__suppress_context__


@pytest.mark.parametrize("kind", SECRETS, ids=lambda kind: kind.__name__)
def test_a_refused_value_is_not_in_the_error(kind):
    """Neither in its text nor in its causes, however it is printed."""
    bad = " ".join([*HIDDEN, "\x00"])
    with pytest.raises(InvalidInput) as caught:
        kind(bad)
    error = caught.value
    assert clear_of("".join(traceback.format_exception(error)))
    assert clear_of(f"{error!r} {error.args} {error.params} {error.problems}")
    assert error.__cause__ is None


def test_a_refused_object_is_not_in_the_error():
    """Pydantic would print the input; its findings are taken over without it."""
    secret, day = SECRETS[PersonName], "-".join(["1977"] * 3)
    with pytest.raises(InvalidInput) as caught:
        CitizenQuery(citizen_id=secret, name=secret + "\x00", born=day, them=secret)
    error = caught.value
    assert clear_of("".join(traceback.format_exception(error)))
    assert clear_of(f"{error} {error!r} {error.args} {error.problems} {error.text('vi')}")
    text = json.dumps({"name": secret, "born": secret})
    with pytest.raises(InvalidInput) as caught:
        CitizenQuery.from_json(text)
    assert clear_of("".join(traceback.format_exception(caught.value)))


def test_pydantic_itself_hides_the_input():
    """A host that validates by itself sees no value in the error's text either."""
    with pytest.raises((ValidationError, InvalidInput)) as caught:
        TypeAdapter(CitizenQuery).validate_python({"citizen_id": "BÍ MẬT", "name": 3})
    assert clear_of(str(caught.value))


def test_what_a_system_answered_stays_hidden():
    """`raw` must be asked for."""
    error = Refused(system="portal", raw="BÍ MẬT", raw_code="-1")
    assert clear_of(f"{error} {error!r} {error.args} {error.params} {error.raw} {error.raw!r}")
    assert error.raw.reveal() == "BÍ MẬT"
    assert clear_of(repr(vars(error)))
    assert clear_of(repr(Hidden("BÍ MẬT")))


def test_logs_show_stars(caplog):
    """By %s, by %r, by f-string, and as events of structlog."""
    citizen = Citizen(name="NGUYỄN BÍ MẬT", citizen_id="000000000777", born="1977")
    with caplog.at_level(logging.INFO):
        logging.getLogger("host").info("%s %r %s", citizen, QUERY, citizen.name)
    assert clear_of(caplog.text)
    event = mask_personal(None, "info", {"who": citizen.name, "all": citizen, "born": citizen.born, "n": 1})
    assert clear_of(str(event))
    assert event["n"] == 1


@pytest.mark.parametrize("value", PEOPLE, ids=lambda value: type(value).__name__)
def test_codes_and_names_about_people_are_hidden_too(value):
    """Addresses in codes, sex, religion, file names, texts of officers: only `to_json` writes them."""
    shown = [str(value), repr(value), f"{value}", repr([value]), *(repr(part) for part in value.__repr_args__())]
    shown += [
        value.model_dump_json(),
        str(value.model_dump(mode="json")),
        TypeAdapter(list).dump_json([value]).decode(),
    ]
    for text in shown:
        assert clear_of(text)
        assert not any(secret in text for secret in ("LỘ", "female"))
    kept = value.to_json()
    assert kept.count("LỘ") >= 1
    assert "***" not in kept
    assert type(value).from_json(kept) == value
    assert copy.copy(value) == copy.deepcopy(value) == value


def test_a_masked_value_still_says_what_is_missing():
    """Nothing stays nothing, so that one sees what a record lacks."""
    assert json.loads(PlaceRecord(province="01").model_dump_json()) == {
        "province": "***",
        **dict.fromkeys(["district", "commune", "unit", "country"], ""),
        "detail": None,
    }
    assert repr(PLACE) == "PlaceRecord(***)"
    assert PLACE.province == "LỘ1"


@pytest.mark.parametrize("kind", [CitizenQuery, Citizen, InboundDossier])
def test_validating_directly_raises_our_own_error(kind):
    """Pydantic's error would hold what was given."""
    bad = {"name": 3, "born": "BÍ MẬT", "BÍ MẬT": "BÍ MẬT"}
    calls = [
        lambda: kind.model_validate(bad),
        lambda: kind.model_validate(bad, strict=True),
        lambda: kind.model_validate_json(json.dumps(bad)),
        lambda: kind.model_validate_json(b"{BI MAT"),
        lambda: kind.model_validate_strings({"born": "BÍ MẬT"}),
    ]
    for call in calls:
        with pytest.raises(InvalidInput) as caught:
            call()
        error = caught.value
        assert (error.what, bool(error.problems)) == (kind.__name__, True)
        assert error.__cause__ is None
        assert error.__suppress_context__
    assert CitizenQuery.model_validate(dict(QUERY)) == QUERY
    assert CitizenQuery.model_validate_json(QUERY.to_json()) == QUERY
