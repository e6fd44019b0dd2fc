"""Shows messages without the people in them: only leaves under harmless names stand in clear.

Teams point real software at the mocks, sometimes with real data in it. So masking goes by what is known to be
harmless, never by what looks like a person.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final
from urllib.parse import parse_qsl

from lxml import etree

from gov_connect.mocks.core import as_array, as_object

_NAMES: Final = """service mahoso sohoso madonvi matthc tentthc matinh trangthaihoso trangthai trangthaixuly status
    error_code errorcode code maloi motaloi message madichvu tendichvu malinhvuc tenlinhvuc kenhthuchien
    loaidoituong mathamchieu magiaodich mathamchieugiaodich sotien tongtien amount vnp_amount vnp_txnref
    vnp_responsecode vnp_transactionstatus vnp_command vnp_version vnp_tmncode vnp_transactionno
    vnp_createdate vnp_paydate rspcode mayeucau maDVC matichhop macanbo generation type loai loaidangky
    ngaytiepnhan ngayhentra ngaytra ngayketthucxuly thoidiemxuly phongbanxuly success result_code
    resultcode tranid transactionid expires_in token_type scope soluong soluongbansao donvixuly hinhthuc
    faultcode faultstring kieu quyenso nam tinhtrang"""
_SAFE: Final = frozenset(_NAMES.casefold().split())
_SENTENCES: Final = frozenset(("message", "motaloi", "faultstring"))
"""What says something of whoever was asked for as soon as it holds a number."""
_MOST: Final = 20_000  # characters that are shown
_LONG: Final = re.compile(r"\d{9}")
_NAME: Final = re.compile(r"(?!.*\d{9})[A-Za-z_][\w.:\[\]-]{0,80}", re.ASCII)
REAL: Final = re.compile(r"(?<![0-9])(?!000)(?:[0-9]{12}|[0-9]{9})(?![0-9])")
"""Numbers that may be a real person's: all of ours begin with 000."""


def without_numbers(text: str) -> str:
    """A path, or what a call was about, without the numbers that may be a real person's."""
    return REAL.sub(lambda found: _hidden(found[0]), text)


def masked(message: bytes) -> str:
    """A message as it may be shown: laid out when it is JSON, XML or a form; else only its length."""
    if not message:
        return ""
    try:
        text = message.decode("utf-8-sig")
    except UnicodeDecodeError:
        return f"‹{len(message)} byte›"
    return _shown(text)[:_MOST]


def _shown(text: str) -> str:
    stripped = text.strip()
    if stripped[:1] in {"{", "["}:
        try:
            return json.dumps(_json(json.loads(stripped), safe=False), ensure_ascii=False, indent=2)
        except (ValueError, RecursionError):
            return _hidden(text)
    if stripped[:1] == "<":
        return _xml(stripped)
    if "=" in stripped and "\n" not in stripped and len(stripped) < _MOST:
        pairs = parse_qsl(stripped, keep_blank_values=True)
        shown = (f"{_name(name)} = {_leaf(value, safe=_is_safe(name, value))}" for name, value in pairs)
        return "\n".join(shown) or _hidden(text)
    return _hidden(text)


def _is_safe(name: str, value: object) -> bool:
    folded = name.casefold()
    return folded in _SAFE and not (folded in _SENTENCES and _LONG.search(str(value)))


def _name(name: str) -> str:
    """Somebody may put what they ask for where a name belongs."""
    return name if _NAME.fullmatch(name) else _hidden(name)


def _json(value: Any, *, safe: bool) -> Any:
    members = as_object(value)
    if members is not None:
        shown: dict[str, Any] = {}
        for name, member in members.items():
            key = _name(name)
            shown[f"{key} {len(shown)}" if key in shown else key] = _json(member, safe=_is_safe(name, member))
        return shown
    elements = as_array(value)
    if elements is not None:
        return [_json(element, safe=safe) for element in elements]
    if isinstance(value, bool) or value is None:
        return value
    return _leaf(str(value), safe=safe)


def _xml(text: str) -> str:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_blank_text=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return _hidden(text)
    if "<!DOCTYPE" in text:
        return _hidden(text)
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.text and element.text.strip():
            element.text = _leaf(element.text, safe=_is_safe(etree.QName(element).localname, element.text))
        for name in element.attrib:
            element.attrib[name] = _leaf(str(element.attrib[name]), safe=False)
        element.tail = None
    return etree.tostring(root, encoding="unicode", pretty_print=True)


def _leaf(value: str, *, safe: bool) -> str:
    stripped = value.strip()
    if not stripped:
        return value
    if safe and len(stripped) <= 200:  # noqa: PLR2004 - what is longer is no code and no name of a state
        return value
    if stripped[:1] in {"{", "<"} and stripped[-1:] in {"}", ">"}:  # a message inside a message
        return _shown(stripped)
    return _hidden(value)


def _hidden(value: str) -> str:
    return f"‹{len(value)}›"
