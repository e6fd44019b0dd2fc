"""What one entry of the catalogue is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from gov_connect.messages._names import NAMES, PLACES

if TYPE_CHECKING:
    from collections.abc import Mapping

Language: TypeAlias = Literal["vi", "en"]


class _Blanks(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return f"<{key}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is said for one code, in both languages, and what to do next."""

    vi: str
    en: str
    remedy_vi: str = ""
    remedy_en: str = ""

    def text(self, language: Language, params: Mapping[str, object]) -> str:
        """The sentence in `language`, its places filled from `params`."""
        if language == "en":
            return self.en.format_map(_Blanks(params))
        said = self.vi.format_map(_Blanks(_spoken(params)))
        return said[:1].upper() + said[1:] if self.vi.startswith("{what}") else said

    def remedy(self, language: Language, params: Mapping[str, object]) -> str:
        """What to do next in `language`; "" where there is nothing to do."""
        if language == "en":
            return self.remedy_en.format_map(_Blanks(params))
        return self.remedy_vi.format_map(_Blanks(_spoken(params)))


def _spoken(params: Mapping[str, object]) -> dict[str, object]:
    """The same with names of the code in Vietnamese; a name of the host's own stays."""
    return {key: NAMES.get(str(value), value) if key in PLACES else value for key, value in params.items()}


def entry(vi: str, en: str, remedy_vi: str = "", remedy_en: str = "") -> Message:
    """A message from its texts in the order in which they are written down."""
    return Message(vi=vi, en=en, remedy_vi=remedy_vi, remedy_en=remedy_en)
