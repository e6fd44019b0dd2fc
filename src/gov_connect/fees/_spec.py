"""The pack file format: every section and every key. Anything else in a file is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gov_connect.fees import _kinds as k
from gov_connect.fees._kinds import Key
from gov_connect.fees._law import Clock, Grade, Status, Verification
from gov_connect.model.dossier import FeeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.fees._kinds import JsonSchema

_CONDITION: Final = k.record({name: Key(k.WORDS) for name in ("all", "any", "none")})
_GRADE: Final = k.choice(*(str(one) for one in Grade))
_SCOPE: Final = {
    "area": Key(k.AREA),
    "channel": Key(k.many(k.CHANNEL)),
    "from": Key(k.DAY),
    "until": Key(k.DAY),
}
_ITEM: Final = k.mapping(k.WORD, k.Kind(lambda value: value, {"type": ["string", "integer"]}))

PACK: Final[Mapping[str, Key]] = {
    "name": Key(k.RULE_ID, required=True),
    "version": Key(k.POSITIVE, required=True),
    "scope": Key(k.AREA, required=True),
    "published": Key(k.DAY, required=True),
    "note": Key(k.TEXT),
}

SECTIONS: Final[Mapping[str, Mapping[str, Key]]] = {
    "province": {
        "code": Key(k.PROVINCE, required=True),
        "name": Key(k.TEXT, required=True),
        "former": Key(k.mapping(k.PROVINCE, k.TEXT)),
    },
    "fact": {
        "name": Key(k.WORD, required=True),
        "vi": Key(k.TEXT, required=True),
        "en": Key(k.TEXT, required=True),
        "evidence": Key(k.TEXT),
        "asked": Key(k.FLAG),
        "implies": Key(k.WORDS),
    },
    "charge": {
        "code": Key(k.CHARGE, required=True),
        "kind": Key(k.choice(*(str(one) for one in FeeKind)), required=True),
        "name": Key(k.TEXT, required=True),
        "name_en": Key(k.TEXT, required=True),
        "quantities": Key(k.WORDS, required=True),
        "optional": Key(k.WORDS),
        "set_by": Key(k.choice("state", "province")),
        "sub_item": Key(k.SUB_ITEM),
        "procedures": Key(k.many(k.PROCEDURE)),
    },
    "instrument": {
        "key": Key(k.INSTRUMENT_KEY, required=True),
        "kind": Key(k.TEXT, required=True),
        "number": Key(k.TEXT, required=True),
        "issuer": Key(k.TEXT, required=True),
        "issued": Key(k.DAY),
        "in_force": Key(k.DAY, required=True),
        "start": Key(k.choice("known", "attested")),
        "until": Key(k.DAY),
        "filing": Key(k.choice(*(str(one) for one in Clock))),
        "verification": Key(k.choice(*(str(one) for one in Verification)), required=True),
        "grade": Key(_GRADE, required=True),
        "source": Key(k.TEXT, required=True),
        "read": Key(k.DAY, required=True),
        "repeals": Key(
            k.many(
                k.record(
                    {
                        "instrument": Key(k.INSTRUMENT_KEY, required=True),
                        "charges": Key(k.many(k.CHARGE)),
                        "areas": Key(k.many(k.AREA)),
                        "from": Key(k.DAY),
                    }
                )
            )
        ),
        "url": Key(k.TEXT),
        "sha256": Key(k.SHA256),
        "note": Key(k.TEXT),
    },
    "rate": {
        "id": Key(k.RULE_ID, required=True),
        "charges": Key(k.many(k.CHARGE), required=True),
        "cite": Key(k.CITE, required=True),
        **_SCOPE,
        "when": Key(_CONDITION),
        "amount": Key(k.DONG),
        "tiers": Key(k.BANDS),
        "by": Key(k.WORD),
        "cap": Key(k.DONG),
        "table": Key(k.mapping(k.CHANNEL, k.DONG)),
        "per": Key(k.WORDS),
        "exception_to": Key(k.RULE_ID),
        "grade": Key(_GRADE),
        "note": Key(k.TEXT),
    },
    "no_rate": {
        "id": Key(k.RULE_ID, required=True),
        "charges": Key(k.many(k.CHARGE), required=True),
        "reason": Key(
            k.choice(
                "amount_unknown",
                "left_to_province",
                "not_encoded",
                "column_unclear",
                "price_class_unclear",
                "table_heading_lost",
            ),
            required=True,
        ),
        "status": Key(k.choice(str(Status.NO_RATE), str(Status.NEEDS_AUTHORITY))),
        "cite": Key(k.CITE),
        **_SCOPE,
        "note": Key(k.TEXT),
    },
    "relief": {
        "id": Key(k.RULE_ID, required=True),
        "charges": Key(k.many(k.CHARGE), required=True),
        "cite": Key(k.CITE, required=True),
        **_SCOPE,
        "who": Key(_CONDITION),
        "effect": Key(k.choice("free", "percent", "fixed"), required=True),
        "percent": Key(k.PERCENT),
        "amount": Key(k.DONG),
        "rounding": Key(k.choice("down", "up", "half_up")),
        "rounding_cite": Key(k.CITE),
        "subsidy": Key(k.FLAG),
        "evidence": Key(k.TEXT),
        "grade": Key(_GRADE),
        "note": Key(k.TEXT),
    },
    "notice": {
        "id": Key(k.RULE_ID, required=True),
        "charges": Key(k.many(k.CHARGE), required=True),
        **_SCOPE,
        "who": Key(_CONDITION),
        "vi": Key(k.TEXT, required=True),
        "en": Key(k.TEXT, required=True),
    },
    "case": {
        "id": Key(k.RULE_ID, required=True),
        "at": Key(k.DAY, required=True),
        "channel": Key(k.CHANNEL),
        "area": Key(k.AREA),
        "facts": Key(k.FACTS),
        "items": Key(k.many(_ITEM), required=True),
        "total": Key(k.DONG),
        "subsidy": Key(k.DONG),
        "status": Key(k.choice(*(str(one) for one in Status))),
        "lines": Key(k.many(k.many(k.Kind(lambda value: value, {"type": ["string", "integer"]})))),
        "basis": Key(k.many(k.CITATION_KEY, least=0)),
        "grade": Key(_GRADE),
        "note": Key(k.TEXT),
    },
}


def json_schema() -> JsonSchema:
    """JSON Schema (2020-12) of a pack file, as TOML reads into JSON; unknown keys are forbidden."""
    sections = {name: {"type": "array", "items": k.schema_of(keys)} for name, keys in SECTIONS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gov_connect fee pack",
        "type": "object",
        "additionalProperties": False,
        "required": ["pack"],
        "properties": {"pack": k.schema_of(PACK), **sections},
    }
