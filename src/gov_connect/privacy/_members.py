"""Values that stand behind a name in a text: members of JSON, keywords, headers, labels, XML elements, attributes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gov_connect.privacy._names import Says, label, personal, says

if TYPE_CHECKING:
    from collections.abc import Callable

_KEY: Final = re.compile(r"""(?<![\w-])([\w-]++)(?:\\{0,8}["']|[)\]]){0,4}\s{0,8}(?:=>|:=|[:=>])\s{0,8}""")
_TAG: Final = re.compile(r"<(?:[\w.-]{1,60}+:)?([\w.-]{1,100}+)((?:\s[^<>]*+)?)>")
_PAIR: Final = re.compile(r"""[(\[]b?["']([\w-]{2,80}+)["'],\s{0,8}""")
_ROW: Final = re.compile(r"parameters: (?=[(\[{])|row contains (?=\()")
_CLOSING: Final = re.compile(r"</(?:[\w.-]{1,60}+:)?([\w.-]{1,100}+)\s*+>")
_ATTRIBUTE: Final = re.compile(
    r"""(?<![\w:.-])([\w:.-]++)(\s{0,8}=\s{0,8})(?:(\\{0,8}")([^"]*+)"?|(\\{0,8}')([^']*+)'?)"""
)
_NAME: Final = re.compile(r"[\w-]{2,80}")
_NAMED_BEFORE: Final = re.compile(r"""["']([\w-]{1,80})\\{0,8}["']\s{0,8},\s{0,8}\\{0,8}["']?\Z""")
_NAMED_AFTER: Final = re.compile(
    r"""\s{0,8},\s{0,8}\\{0,8}["'](?:name|key|field|code|ten|id)\\{0,8}["']\s{0,8}:\s{0,8}\\{0,8}["']([\w-]{1,80})""",
    re.IGNORECASE,
)
_STRING: Final = r"""\\{1,8}"(?:[^"\\]|\\++(?!"))*+(?:\\++")?|"(?:[^"\\]|\\.)*+"?|'(?:[^'\\]|\\.)*+'?"""
_QUOTED: Final = re.compile(rf"(?:[bBrRuU]{{1,2}}(?=[\"']))?(?:{_STRING})", re.DOTALL)
_BARE: Final = re.compile(r"""[^,;<>"'\[({}\]\n]++""")
_INSIDE: Final = re.compile(rf"(?:{_STRING})|[\[({{]|[\])}}]", re.DOTALL)
_HEADER: Final = re.compile(r"(?i)cookie|authorization")
_LINE: Final = re.compile(r"[^\r\n]*+")
MASK: Final = "***"
_LOOK_BACK: Final = 60


def mask_members(text: str) -> str:
    """`text` with the values of personal fields as `***`."""
    if "<" in text:
        text = _without(text, _TAG, _element)
    if "'," in text or '",' in text:
        text = _without(text, _PAIR, _paired)
    if "parameters: " in text or "row contains" in text:
        text = _without(text, _ROW, _row)
    return _without(text, _KEY, _member) if ":" in text or "=" in text or ">" in text else text


def _without(text: str, mark: re.Pattern[str], judge: Callable[[re.Match[str]], tuple[str, int] | None]) -> str:
    """Have each mark judged in turn; what it gives stands instead, up to the place that it names."""
    done, kept = 0, list[str]()
    found = mark.search(text)
    while found:
        instead = judge(found)
        if instead is None:
            found = mark.search(text, found.end())
            continue
        kept += [text[done : found.start()], instead[0]]
        done = instead[1]
        found = mark.search(text, done)
    return "".join([*kept, text[done:]]) if done else text


def _member(found: re.Match[str]) -> tuple[str, int] | None:
    said = says(found[1])
    if said is Says.NOTHING or (said is not Says.PERSONAL and not _by_words_before(found, said)):
        return None
    text, at = found.string, found.end()
    shown, end = _value(text, at)
    if _HEADER.search(found[1]) and found[0].rstrip().endswith(":") and shown == MASK:
        # Its parts are parted by what ends other values: cookies by semicolons, a digest by commas.
        end = next(_LINE.finditer(text, end)).end()
    return (f"{found[0]}{shown}", end) if end > at else None


def _by_words_before(found: re.Match[str], said: Says) -> bool:
    """Whether words before the last one make a label of it, or a pair names the field beside its value."""
    text, start = found.string, found.start()
    low = max(0, start - _LOOK_BACK)
    if said is Says.LABEL:
        return label(text[low : found.end(1)])
    pair = _NAMED_BEFORE.search(text, low, start)
    if pair is None and (value := _QUOTED.match(text, found.end())):
        pair = _NAMED_AFTER.match(text, value.end())
    return pair is not None and personal(pair[1])


def _paired(found: re.Match[str]) -> tuple[str, int] | None:
    """One of a list of pairs, as headers and forms are listed: ('hoTen', …)."""
    value = _QUOTED.match(found.string, found.end())
    # In a list of names the next one is no value.
    if value is None or not personal(found[1]) or _is_field(value[0]):
        return None
    return f"{found[0]}'{MASK}'", value.end()


def _row(found: re.Match[str]) -> tuple[str, int]:
    """What a database tells of a row: its values have no names."""
    return f"{found[0]}{MASK}", _closed(found.string, found.end())


def _value(text: str, at: int) -> tuple[str, int]:
    """How a value that begins at `at` is shown, and where it ends."""
    quoted = _QUOTED.match(text, at)
    if quoted:
        opening = re.match(r"\\*[\"']?", quoted[0].lstrip("bBrRuU"))
        quote = opening[0] if opening else ""
        return f"{quote}{MASK}{quote}", quoted.end()
    end = at
    while end < len(text):
        bare = _BARE.match(text, end)
        end = bare.end() if bare else end
        following = text[end : end + 1]
        if following and following in "[({":
            end = _closed(text, end)
        elif following and following in "\"'" and text[end - 1] in "=: ":
            # The next keyword was taken for a part of the value: its own value goes too.
            end = found.end() if (found := _QUOTED.match(text, end)) else end + 1
        else:
            break
    return MASK, end


def _closed(text: str, at: int) -> int:
    """Where what opens at `at` is closed; the end of the text if it never is."""
    depth = 0
    for found in _INSIDE.finditer(text, at):
        depth += 1 if found[0] in "[({" else -1 if found[0] in "])}" else 0
        if not depth:
            return found.end()
    return len(text)


def _element(found: re.Match[str]) -> tuple[str, int] | None:
    """An element that is named for a personal field, or by an attribute: <o ten="hoTen">."""
    name, attributes = found[1], found[2]
    if not personal(name) and not any(_says_a_field(one) for one in _ATTRIBUTE.finditer(attributes)):
        return None
    tag = found[0][: found.start(2) - found.start()] + _ATTRIBUTE.sub(_attribute, attributes) + ">"
    if attributes.endswith("/"):
        return tag, found.end()
    return tag + MASK, _end_of(found.string, found.end(), name)


def _attribute(found: re.Match[str]) -> str:
    if found[1].startswith("xmlns") or _says_a_field(found):
        return found[0]
    quote = found[3] or found[5]
    return f"{found[1]}{found[2]}{quote}{MASK}{quote}"


def _says_a_field(attribute: re.Match[str]) -> bool:
    return _is_field(attribute[4] or attribute[6] or "")


def _is_field(quoted: str) -> bool:
    value = quoted.strip("\"'\\")
    return _NAME.fullmatch(value) is not None and personal(value)


def _end_of(text: str, at: int, name: str) -> int:
    """Where the closing tag begins; the end of the text if it never comes."""
    for found in _CLOSING.finditer(text, at):
        if found[1] == name:
            return found.start()
    return len(text)
