"""Residents messages <-> model: a tolerant reader by local name (residents.md §2.4, §9).

The hot path: every element is looked at once, its name folded through a table, and the model is built by one
validation of plain dictionaries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from gov_connect.adapters.outcome_words import begins_with_failure, says_nothing_found, tells_failure
from gov_connect.adapters.reading import is_zero, moment, plain
from gov_connect.adapters.residents.codes import ETHNICITIES, RELIGIONS, named
from gov_connect.adapters.residents.wire import SYSTEM, plain_name
from gov_connect.errors import InvalidInput, UnexpectedReply
from gov_connect.model import (
    BirthDate,
    Citizen,
    CitizenId,
    OldIdNumber,
    Personal,
    PersonName,
    PlaceText,
    Sex,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage] - lxml's only name for it

    from gov_connect.model import CitizenQuery

SEXES: Final = {"1": Sex.MALE, "2": Sex.FEMALE, "nam": Sex.MALE, "nu": Sex.FEMALE}
_ADDRESSES: Final = {
    "noidangkykhaisinh": "birth_place",
    "quequan": "native_place",
    "thuongtru": "permanent_address",
    "noiohientai": "present_address",
}
_RELATIVES: Final = {
    "cha": "father",
    "me": "mother",
    "vochong": "spouse",
    "nguoidaidien": "representative",
    "chuho": "household_head",
}
_PLACE_PARTS: Final = {
    "matinhthanh": "province",
    "maquanhuyen": "district",
    "maphuongxa": "commune",
    "madonvihanhchinh": "unit",
    "quocgia": "country",
    "chitiet": "detail",
}
_OWN: Final = frozenset(
    {
        "sodinhdanh",
        "socmnd",
        "hovaten",
        "gioitinh",
        "dantoc",
        "tongiao",
        "tinhtranghonnhan",
        "nhommau",
        "ngaythangnamsinh",
        "quoctich",
    }
)
_READ: Final = _OWN | _ADDRESSES.keys() | _RELATIVES.keys()
_NAME_PARTS: Final = frozenset({"ho", "chudem", "ten"})
_BIRTH_PARTS: Final = frozenset({"ngaythangnam", "thangnam", "nam"})
_RELATIVE_PARTS: Final = frozenset({"hovaten", "sodinhdanh", "socmnd", "quoctich", "quanhe"})
_WRAPPERS: Final = frozenset({"congdancollection", "congdan", "body", "fault"})
_ANSWERS: Final = ("tracuu", "xacthuc", "xacminh", "ketqua", "cungcap", "congdan", "tontai", "soluongcongdan")
_MOST_CITIZENS: Final = 100
_MOST_UNREAD: Final = 200
_FAILING: Final = ("loi", "maloi", "error", "fault", "exception")
"""Elements that are named for a failure, and then hold its code or its words."""
_YES: Final = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a reply is to be read.

    Attributes:
        sensitive: whether ethnicity, religion and blood group may be kept.
        ethnicity_list: which list gives names to ethnicities; "" for none.
        religion_list: the same for religions.
        asked: the number that was asked for; the same one without its zeros is read as it.
    """

    sensitive: bool = False
    ethnicity_list: str = ""
    religion_list: str = ""
    asked: str = field(default="", repr=False)


def citizens(root: _Element, reading: Reading) -> list[Citizen]:
    """All citizens of a reply, whatever prefix or wrapper it has; [] when nobody matches.

    Raises:
        UnexpectedReply: a SOAP fault, no SOAP body, or a citizen that cannot be read.
    """
    body = body_of(root)
    found = _sift(body)
    rows = [(row, _index(row)) for row in found.rows]
    # An empty CongDan is how some systems say that there is nobody (§2.4 row 3).
    names = [_name(parts.get("hovaten")) for _, parts in rows]
    if any(not name and _speaks_of_somebody(parts) for name, (_, parts) in zip(names, rows, strict=True)):
        raise UnexpectedReply(system=SYSTEM, reason="citizen_without_name")
    if not any(names) and not _is_plainly_empty(body, found):
        raise UnexpectedReply(system=SYSTEM, reason="no_collection")
    when, unread = _notes(found.collection)
    made = [(row, parts, name) for name, (row, parts) in zip(names, rows, strict=True) if name]
    return [_citizen(row, parts, name, when, reading, unread) for row, parts, name in made]


def verdict(root: _Element) -> bool | None:
    """Yes or no as 003 and 033 say it, by whichever element comes; None when there is neither (§2.4).

    Raises:
        UnexpectedReply: a SOAP fault, an element that says neither yes nor no, or a no beside a failure.
    """
    body = body_of(root)
    _refuse_fault(body)
    for element in body.iter():
        match fold(element.tag):
            case "tontai":
                answer = _YES.get(_own_text(element).casefold())
            case "soluongcongdan":
                count = _own_text(element)
                answer = int(count) > 0 if count.isascii() and count.isdigit() and len(count) < 10 else None  # noqa: PLR2004
            case _:
                continue
        if answer is None or (not answer and any(map(_reports_failure, body.iter()))):
            raise UnexpectedReply(system=SYSTEM, reason="no_verdict")
        return answer
    return None


def body_of(root: _Element) -> _Element:
    """The SOAP body, or the body's child where a gateway hands on only that.

    Raises:
        UnexpectedReply: neither.
    """
    name = fold(root.tag)
    if name == "envelope":
        body = _index(root).get("body")
        if body is None:
            raise UnexpectedReply(system=SYSTEM, reason="no_soap_body")
        return body
    if name in _WRAPPERS or begins_an_answer(name):
        return root
    raise UnexpectedReply(system=SYSTEM, reason="not_soap")


def begins_an_answer(name: str) -> bool:
    """Whether an element of this folded name is an answer, or holds one, by the names of §2.1 and §2.4."""
    return name.startswith(_ANSWERS)


@dataclass(slots=True)
class _Found:
    rows: list[_Element]
    collection: _Element | None


def _sift(body: _Element) -> _Found:
    """The citizens of a body, without looking inside them."""
    _refuse_fault(body)
    rows: list[_Element] = []
    collection: _Element | None = None
    todo = [body]
    while todo:
        element = todo.pop()
        name = fold(element.tag)
        if name == "congdan":
            rows.append(element)
            if len(rows) > _MOST_CITIZENS:
                raise UnexpectedReply(system=SYSTEM, reason="too_many_citizens")
            continue
        if name == "congdancollection":
            collection = element
        todo.extend(element)
    return _Found(rows, collection)


def _is_plainly_empty(body: _Element, found: _Found) -> bool:
    """Whether an answer that names nobody says so: nothing in the body, a CongdanCollection without people, or a
    blank CongDan (§2.4), and no failure beside it.
    """
    if found.rows:
        empty = True
    elif found.collection is None:
        empty = _only_wrappers(body) and not deep_text(body)
    else:
        empty = _says_nobody(found.collection)
    return empty and not _fails_beside(body, found)


def _says_nobody(collection: _Element) -> bool:
    """Whether a collection without people is plainly empty: without words, or with those for "not found". Other
    words may be those of a failure.
    """
    words = deep_text(collection)
    nobody = not words or says_nothing_found(words)
    return nobody and not any(map(tells_failure, (words, *map(str, collection.attrib.values()))))


def _fails_beside(body: _Element, found: _Found) -> bool:
    """Whether something outside the collection and its people tells of a failure, in words or by a code."""
    apart = {part for held in (*found.rows, found.collection) if held is not None for part in held.iter()}
    rest = [element for element in body.iter() if element not in apart]
    return any(tells_failure(_own_text(element)) or _is_failure(element) for element in rest)


def _is_failure(element: _Element) -> bool:
    """Whether an element is named for a failure and tells of one."""
    said = _own_text(element)
    return bool(said and fold(element.tag).startswith(_FAILING) and not is_zero(said))


def _reports_failure(element: _Element) -> bool:
    return _is_failure(element) or begins_with_failure(_own_text(element))


def is_unsure(citizen: Citizen, query: CitizenQuery) -> bool:
    """Whether the record has a number of the kind asked for that nobody can read: it may be another person's."""
    return ("SoCMND" if query.citizen_id is None else "SoDinhDanh") in citizen.unread


def is_another(citizen: Citizen, query: CitizenQuery) -> bool:
    """Whether a record has another number than the one asked for."""
    pairs = ((query.citizen_id, citizen.citizen_id), (query.old_id, citizen.old_id))
    return any(asked is not None and told is not None and asked != told for asked, told in pairs)


def agrees(citizen: Citizen, query: CitizenQuery) -> bool:
    """Whether a record says what was asked: the same name, however it is marked, and no other birth date.

    037 matches exactly; a gateway that looks for the number alone would make every name right.
    """
    try:
        names = {plain_name(name.reveal(), keep_spaces=False) for name in (citizen.name, query.name)}
    except InvalidInput:  # letters that no question can hold
        return False
    told, asked = (None if born is None else born.iso for born in (citizen.born, query.born))
    return len(names) == 1 and (told is None or asked is None or told.startswith(asked) or asked.startswith(told))


def names_people(root: _Element) -> bool:
    """Whether an answer names anybody at all; a blank form does not.

    Raises:
        UnexpectedReply: it is a SOAP fault.
    """
    return any(_speaks_of_somebody(_index(row)) for row in _sift(body_of(root)).rows)


def _only_wrappers(body: _Element) -> bool:
    names = {fold(item.tag) for item in body.iter() if item is not body}
    return names <= (_WRAPPERS | {"tracuuthongtincongdanresponse"})


def _refuse_fault(body: _Element) -> None:
    children = [body, *body] if len(body) == 1 else body
    fault = next((child for child in children if fold(child.tag) == "fault"), None)
    if fault is not None:
        raise UnexpectedReply(system=SYSTEM, reason="soap_fault", raw=deep_text(fault))


def _speaks_of_somebody(parts: dict[str, _Element]) -> bool:
    """Whether a CongDan without a whole name holds a number or a part of a name: codes alone are a blank form."""
    named = parts.get("hovaten")
    return bool(_text(parts, "sodinhdanh") or _text(parts, "socmnd")) or (named is not None and bool(deep_text(named)))


def _citizen(
    row: _Element,
    parts: dict[str, _Element],
    name: str,
    when: datetime | None,
    reading: Reading,
    notes: list[str],
) -> Citizen:
    try:
        person = PersonName(name)
    except InvalidInput as error:
        raise UnexpectedReply(system=SYSTEM, reason="bad_name") from error
    unread = notes + [
        local(child)
        for tag, child in parts.items()
        # Paper books have ended (§9 row 19): their empty number is told by every record.
        if tag not in _READ and (tag != "sosohokhau" or deep_text(child))
    ]
    if len(parts) != len(row):
        unread += _repeated(row, parts, "")
    _list_others(parts.get("hovaten"), _NAME_PARTS, unread)
    sex = _text(parts, "gioitinh")
    fields: dict[str, Any] = {
        "name": person,
        "citizen_id": _made(CitizenId, _whole(_text(parts, "sodinhdanh"), reading.asked, 12), unread, "SoDinhDanh"),
        "old_id": _made(OldIdNumber, _whole(_text(parts, "socmnd"), reading.asked, 9), unread, "SoCMND"),
        "born": _born(parts.get("ngaythangnamsinh"), unread),
        "sex_code": sex[:50],
        "sex": SEXES.get(sex) or SEXES.get(plain(sex).lstrip("0"), Sex.UNKNOWN),
        "marital_status": _coded(parts.get("tinhtranghonnhan")),
        "nationality": _text(parts, "quoctich"),
        "as_of": when,
    }
    for tag, place in _ADDRESSES.items():
        fields[place] = _place(parts.get(tag), unread)
    for tag, kin in _RELATIVES.items():
        fields[kin] = _relative(parts.get(tag), unread)
    if reading.sensitive:
        fields["ethnicity"] = _coded(parts.get("dantoc"), ETHNICITIES[reading.ethnicity_list], reading.ethnicity_list)
        fields["religion"] = _coded(parts.get("tongiao"), RELIGIONS[reading.religion_list], reading.religion_list)
        fields["blood_group"] = _coded(parts.get("nhommau"))
    return Citizen(**fields, unread=tuple(dict.fromkeys(unread))[:_MOST_UNREAD])


def _whole(text: str, asked: str, digits: int) -> str:
    """A number without blanks inside; the one asked for where a gateway of JSON has cut its zeros off."""
    bare = "".join(text.split())
    cut = len(asked) == digits and bare.isascii() and bare.isdigit() and bare.zfill(digits) == asked
    return asked if cut else bare


def _made(kind: type[Personal], text: str, unread: list[str], place: str, within: _Element | None = None) -> Any:
    """A personal value of the reply; one that breaks its rules is listed rather than guessed at."""
    if not text:
        return None
    try:
        return kind(text)
    except InvalidInput:
        unread.append(place if within is None else f"{local(within)}.{place}")
        return None


def _name(element: _Element | None) -> str:
    """Whole name: text, or Ho + ChuDem + Ten with the empty parts left out (§9 row 3); "" without Ten, since a
    name is never cut.
    """
    if element is None:
        return ""
    if not len(element):
        return _own_text(element)
    parts = _index(element)
    *before, last = [_text(parts, tag) for tag in ("ho", "chudem", "ten")]
    if not last:
        return "" if any(before) else _own_text(element)
    return " ".join(part for part in (*before, last) if part)


def _born(element: _Element | None, unread: list[str]) -> BirthDate | None:
    """The birth date, as exact as the reply has it (§2.4 row 9); None when its parts contradict each
    other, and listed then, and when a part cannot be read.
    """
    if element is None:
        return None
    parts = _index(element)
    _list_others(element, _BIRTH_PARTS, unread)
    written = [_text(parts, tag) for tag in ("ngaythangnam", "thangnam", "nam")]
    filled = [text for text in (*written, _own_text(element)) if text.strip("0")]
    dates = [day for text in filled if (day := BirthDate.read(text)) is not None]
    spelled = [day.iso for day in dates]
    longest = max(spelled, key=len, default="")
    agree = bool(longest) and all(longest.startswith(each) for each in spelled)
    if len(dates) != len(filled) or not agree:
        unread.extend(["NgayThangNamSinh"] if filled else [])
    return dates[spelled.index(longest)] if agree else None


def _notes(collection: _Element | None) -> tuple[datetime | None, list[str]]:
    """ThoiDiemDuLieu, without a zone Viet Nam's (§9 row 24), and the names of notes that nobody reads."""
    when, unread = None, list[str]()
    attributes = {str(name): str(value) for name, value in (() if collection is None else collection.attrib.items())}
    for name, value in attributes.items():
        key, told = fold(name), value.strip()
        if key == "thoidiemdulieu":
            when = moment(told)
        if told and key not in {"socongdan", "id", "nil", "schemalocation"} and (key != "thoidiemdulieu" or not when):
            unread.append(f"CongdanCollection.{name.rpartition('}')[2][:100]}")
    return when, unread


def _coded(
    element: _Element | None, names: Mapping[str, str] = MappingProxyType({}), listed: str = ""
) -> dict[str, str] | None:
    """A code as text or as structure (MaDanToc + TenGoi); None when empty."""
    if element is None:
        return None
    code, name = _own_text(element), ""
    for child in element:
        if fold(child.tag).startswith("ma"):
            code = _own_text(child)
        elif fold(child.tag).startswith("ten"):
            name = _own_text(child)
    if not code and not name:
        return None
    decoded = "" if name else named(code, names)
    return {"code": code[:50], "name": name[:200] or decoded, "decoded_by": listed if decoded else ""}


def _place(element: _Element | None, unread: list[str]) -> dict[str, Any] | None:
    if element is None:
        return None
    fields: dict[str, Any] = {}
    detail = "" if len(element) else _own_text(element)
    children = list(element)  # lxml makes its objects anew for every walk, unless somebody holds them
    if not detail and text_beside(element):
        unread.append(local(element))
    for child in children:
        text = deep_text(child)
        field = _PLACE_PARTS.get(fold(child.tag), "")
        if field == "detail" and (not detail or detail == text):
            detail = text
        elif field and field != "detail" and fields.get(field, "") in {"", text}:
            fields[field] = text
        elif text or (len(child) and not field):
            unread.append(f"{local(element)}.{local(child)}")
    if detail:
        fields["detail"] = _made(PlaceText, detail, unread, "ChiTiet", element)
    return fields if any(fields.values()) else None


def _relative(element: _Element | None, unread: list[str]) -> dict[str, Any] | None:
    if element is None:
        return None
    # A text alone may be a name, a number, or both: nobody can tell.
    if text_beside(element):
        unread.append(local(element))
    parts = _index(element)
    if len(parts) != len(element):
        unread += _repeated(element, parts, f"{local(element)}.")
    unread += [f"{local(element)}.{local(child)}" for tag, child in parts.items() if tag not in _RELATIVE_PARTS]
    fields = {
        "name": _made(PersonName, _name(parts.get("hovaten")), unread, "HoVaTen", element),
        "citizen_id": _made(CitizenId, _text(parts, "sodinhdanh"), unread, "SoDinhDanh", element),
        "old_id": _made(OldIdNumber, _text(parts, "socmnd"), unread, "SoCMND", element),
        "nationality": _text(parts, "quoctich"),
        "relation": _text(parts, "quanhe"),
    }
    return fields if any(fields.values()) else None


@lru_cache(maxsize=2048)
def fold(tag: str) -> str:
    """The local name in lower case."""
    return str(tag).rpartition("}")[2].casefold()


def local(element: _Element) -> str:
    """The name without its namespace, as it was written."""
    return str(element.tag).rpartition("}")[2][:100]


def _index(element: _Element) -> dict[str, _Element]:
    """Children by folded name; the first of one name counts."""
    found: dict[str, _Element] = {}
    for child in element:
        found.setdefault(fold(child.tag), child)
    return found


def _text(parts: dict[str, _Element], name: str) -> str:
    """The whole text of a part, elements inside it included: half a text would be a wrong one."""
    element = parts.get(name)
    if element is None:
        return ""
    return deep_text(element) if len(element) else (element.text or "").strip()


def _repeated(element: _Element, parts: dict[str, _Element], prefix: str) -> list[str]:
    """Children that say something else than the first of their name, which is the one that is read."""
    first = {name: deep_text(child) for name, child in parts.items()}
    return [f"{prefix}{local(child)}" for child in element if deep_text(child) not in {"", first[fold(child.tag)]}]


def _list_others(element: _Element | None, known: frozenset[str], unread: list[str]) -> None:
    """Children of other names than the known ones, where they say something."""
    if element is not None and len(element):
        others = (child for child in element if fold(child.tag) not in known and deep_text(child))
        unread.extend(f"{local(element)}.{local(child)}" for child in others)


def text_beside(element: _Element) -> str:
    """The text of an element itself, beside the elements in it."""
    return "".join([element.text or "", *[child.tail or "" for child in element]]).strip()


def _own_text(element: _Element) -> str:
    return (element.text or "").strip()


def deep_text(element: _Element) -> str:
    """All texts below an element."""
    if not len(element):  # nearly all of them
        return " ".join((element.text or "").split())
    return " ".join("".join(str(part) for part in element.itertext()).split())
