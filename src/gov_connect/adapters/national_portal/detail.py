"""LayThuTuc in full -> model: uppercase tables in tables, lists or one object, dirty amounts (§2.5, §5)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from gov_connect.adapters.national_portal import mapping
from gov_connect.adapters.reading import code_text, fold, folded, rows_of
from gov_connect.model import FeeKind, ListedFee, ListedPaper, Money, NamedCode, ProcedureDetail, ProcessingTime
from gov_connect.transport import as_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CHANNELS: Final = {code: channel for channel, code in mapping.CHANNELS.items()}
_KINDS: Final[dict[str, FeeKind]] = {code: kind for kind, code in mapping.FEE_CODES.items()}
# Whole đồng with the separators that people here write, and nothing that could be a price a piece or a share.
_AMOUNT: Final = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{3}){1,3}|[0-9]{1,12})(?:\s*(?:đồng|đ|vnđ|vnd|₫))?", re.IGNORECASE)
_Table: TypeAlias = "dict[str, _Table | None]"


def _leaves(names: str, **inner: _Table) -> _Table:
    return {**dict.fromkeys(names.split()), **inner}


_FEES: Final = _leaves("maphilephi sotien donvi mota url")
_KNOWN: Final = _leaves(
    "id matthc tentthc loaitthc trangthai macoquancongbo motadoituongthuchien yeucau",
    linhvucthuchien=_leaves("malinhvuc tenlinhvuc"),
    coquanthuchien=_leaves("madonvi tendonvi"),
    doituongthuchien=_leaves("tendoituong"),
    trinhtuthuchien=_leaves("", trinhtu=_leaves("tentrinhtu")),
    cachthucthuchien=_leaves("kenh", thoigian=_leaves("thoigiangiaiquyet donvitinh mota", philephi=_FEES)),
    thanhphanhoso=_leaves("truonghop", giayto=_leaves("magiayto tengiayto tenmaudon url sobansao")),
    ketquathuchien=_leaves("maketqua tenketqua"),
    cancuphaply=_leaves("sovanban tenvanban"),
)
"""What is read of LayThuTuc, tables in tables (§2.5, §5)."""
_MOST_UNREAD: Final = 100


def procedure_detail(row: object, system: str) -> ProcedureDetail:
    """One row of LayThuTuc.

    Raises:
        UnexpectedReply: it is no procedure.
    """
    (procedure,) = mapping.procedures([row], system)
    given = as_object(row) or {}
    fields = folded(given) or {}
    steps = [step for case in _tables(fields, "trinhtuthuchien") for step in _tables(case, "trinhtu")]
    subjects = [_prose(item.get("tendoituong")) for item in _tables(fields, "doituongthuchien")]
    return ProcedureDetail(
        procedure=procedure,
        issuer=_code(fields.get("macoquancongbo")),
        agencies=_named(fields, "coquanthuchien", "madonvi", "tendonvi"),
        # Older answers have one text instead of the table.
        subjects=_filled(subjects or [_prose(fields.get("motadoituongthuchien"))]),
        steps=_filled(_prose(step.get("tentrinhtu")) for step in steps),
        times=tuple(
            _time(way, time)
            for way in _tables(fields, "cachthucthuchien")
            for time in _tables(way, "thoigian") or [dict[str, Any]()]
        ),
        papers=tuple(
            _paper(case, paper) for case in _tables(fields, "thanhphanhoso") for paper in _tables(case, "giayto")
        ),
        results=_named(fields, "ketquathuchien", "maketqua", "tenketqua"),
        legal_bases=_named(fields, "cancuphaply", "sovanban", "tenvanban"),
        conditions=_prose(fields.get("yeucau")),
        unread=tuple(dict.fromkeys(_unread("", given, _KNOWN)))[:_MOST_UNREAD],
    )


def _unread(place: str, row: dict[str, Any], known: _Table) -> Iterator[str]:
    """Members that say something and are not read, by their dotted place; in a table, what is no row of it."""
    for name, value in row.items():
        path, key = f"{place}{name[:100]}", fold(name)
        said = [one for one in rows_of(value) if one not in (None, "", [], {})]
        inner = known.get(key)
        if key not in known:
            yield from [path] if said or not place else []
        elif inner is not None:
            for one in said:
                held = as_object(one)
                yield from [path] if held is None else _unread(f"{path}.", held, inner)


def amount_of(value: object) -> Money | None:
    """A plain amount in đồng; None for a text, a share, a fraction, nothing."""
    if isinstance(value, float):  # 8.000 as a number of JSON is 8: nobody can tell
        return None
    match = _AMOUNT.fullmatch(code_text(value))
    return None if match is None else Money(int(re.sub(r"[.,]", "", match[1])))


def _time(way: dict[str, Any], time: dict[str, Any]) -> ProcessingTime:
    channel = code_text(way.get("kenh"))
    return ProcessingTime(
        channel=_CHANNELS.get(channel),
        channel_raw=_code(way.get("kenh")),
        time=_prose(time.get("thoigiangiaiquyet")),
        unit=_prose(time.get("donvitinh")),
        text=_prose(time.get("mota")),
        fees=tuple(_fee(row) for row in _tables(time, "philephi")),
    )


def _fee(row: dict[str, Any]) -> ListedFee:
    kind = code_text(row.get("maphilephi"))
    return ListedFee(
        kind=_KINDS.get(kind),
        kind_raw=_code(row.get("maphilephi")),
        amount=amount_of(row.get("sotien")),
        amount_raw=_prose(row.get("sotien")),
        unit=_prose(row.get("donvi")),
        text=_prose(row.get("mota")),
        url=_prose(row.get("url")),
    )


def _paper(case: dict[str, Any], row: dict[str, Any]) -> ListedPaper:
    return ListedPaper(
        code=_code(row.get("magiayto")),
        name=_prose(row.get("tengiayto")),
        case=_prose(case.get("truonghop")),
        form_name=_prose(row.get("tenmaudon")),
        form_url=_prose(row.get("url")),
        copies=_code(row.get("sobansao")),
    )


def _named(fields: dict[str, Any], table: str, code: str, name: str) -> tuple[NamedCode, ...]:
    found = (NamedCode(code=_code(row.get(code)), name=_prose(row.get(name))) for row in _tables(fields, table))
    return tuple(item for item in found if item.code or item.name)


def _tables(fields: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return mapping.tables(fields.get(name))


def _filled(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _code(value: object) -> str:
    return _prose(value)[:255]


def _prose(value: object) -> str:
    """Text of the database; what no text may hold falls away, since it is for people to read."""
    text = value if isinstance(value, str) else code_text(value)
    return "".join(char if char.isprintable() or char in "\r\n\t" else " " for char in text)[:200_000]
