"""What one entry of the catalogue is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

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
        return (self.vi if language == "vi" else self.en).format_map(_Blanks(params))

    def remedy(self, language: Language, params: Mapping[str, object]) -> str:
        """What to do next in `language`; "" where there is nothing to do."""
        return (self.remedy_vi if language == "vi" else self.remedy_en).format_map(_Blanks(params))


def entry(vi: str, en: str, remedy_vi: str = "", remedy_en: str = "") -> Message:
    """A message from its texts in the order in which they are written down."""
    return Message(vi=vi, en=en, remedy_vi=remedy_vi, remedy_en=remedy_en)
