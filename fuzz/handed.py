"""What people and other programs hand over: files of law and days, codes, addresses, headers."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from gov_connect.doctor.network import skew_of
from gov_connect.errors import InvalidInput
from gov_connect.fees import FeeBook, parse_pack
from gov_connect.fees._manifest import PackRefused, Signer, _head, verify_manifest
from gov_connect.fees._manifest import Trust as PackTrust
from gov_connect.fees.dossiers import read_dossiers
from gov_connect.forms.places import complete
from gov_connect.inbound.gate import Addresses, Asked
from gov_connect.model import (
    AgencyCode,
    CitizenId,
    DossierCode,
    EmailAddress,
    OldIdNumber,
    PersonName,
    PhoneNumber,
    ProcedureCode,
    TaxNumber,
)
from gov_connect.privacy import mask_text
from gov_connect.reference import Units, WorkCalendar
from gov_connect.reference.number import number_facts
from gov_connect.resilience.guard import origin
from gov_connect.settings.fields import HttpUrl
from gov_connect.settings.hosts import wrong_hosts
from samples import CANARY, CODE, NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable

ADDRESS: TypeAdapter[str] = TypeAdapter(HttpUrl)
TODAY = date(2026, 1, 5)
NOW = datetime(2026, 1, 5, 1, 15, tzinfo=UTC)
LAW = Path(__file__).parent / "corpus" / "law" / "seed.toml"
MANIFEST = (
    'name = "vn"\nversion = 3\npublished = 2026-01-05\nengine = 1\n\n[files]\n"vn-adoption.toml" = "'
    + "ab" * 32
    + '"\n'
)
DOSSIERS = json.dumps(
    [
        {
            "id": str(CODE), "at": "2026-01-05", "items": [{"charge": "ct.copy", "pages": 3, "copies": 2}],
            "area": "31:31", "channel": "online", "facts": ["vneid2"], "collected": 6000,
        }
    ]
)  # fmt: skip
DAYS = '[hours]\nspans = ["07:30-11:30", "13:30-17:00"]\ncut_off = "15:00"\n[off]\n2026-02-16 = "Tết"\n'
CODES = (
    DossierCode,
    AgencyCode,
    ProcedureCode,
    CitizenId,
    OldIdNumber,
    TaxNumber,
    PhoneNumber,
    EmailAddress,
    PersonName,
)


class _Source:
    """A delivery of law whose manifest is under test, with a signature that is none."""

    def __init__(self, manifest: bytes) -> None:
        self._manifest = manifest

    def read(self, name: str) -> bytes:
        """The manifest, or base64 of 64 bytes."""
        return self._manifest if name == "manifest.toml" else self._manifest[:90]


def _manifest(body: bytes) -> object:
    """As a stranger may send it, and as one whose signature holds, so that what lies behind it is reached."""
    try:
        return verify_manifest(_Source(body), PackTrust({"so": Signer(bytes(32))}), TODAY)
    except PackRefused:
        return _head(body)


def _law(body: bytes) -> object:
    """A pack composed and priced: what stands in it is checked against itself."""
    return FeeBook([parse_pack(body)])


def _codes(body: bytes) -> object:
    text = body.decode("utf-8", "replace")
    made = []
    for kind in CODES:
        try:
            made.append(kind(text))
        except InvalidInput as error:
            shown = f"{error!s}{error!r}{error.args}{[one.params for one in error.problems]}"
            assert CANARY not in shown, "an error shows a person"
    for one in made:
        if isinstance(one, CitizenId):
            number_facts(one)
    return made


def _address(body: bytes) -> object:
    text = body.decode("utf-8", "replace")
    first, _, rest = text.partition("|")
    values = {"home.detail": rest, "home.commune": first}
    problems = complete(values, "home", TODAY)
    return problems, Units.default().find(rest[:200], on=TODAY)


def _header(body: bytes) -> object:
    return skew_of(body.decode("latin-1"), NOW)


def _forwarded(body: bytes) -> object:
    gate = Addresses(["10.1.0.0/16"], proxies=["10.0.0.1"])
    asked = Asked(peer="10.0.0.1", headers={"x-forwarded-for": body.decode("latin-1")})
    return gate.admits(asked)


def _hosts(body: bytes) -> object:
    """An address of the settings, and the host in it."""
    try:
        address = ADDRESS.validate_python("https://" + body.decode("utf-8", "replace"))
    except ValidationError:
        return None
    return wrong_hosts({"portal": [origin(address)]}, ("*.example.vn",), production=True)


def _masked(body: bytes) -> object:
    text = body.decode("utf-8", "replace")
    assert not mask_text(f"{text} {NUMBER}").endswith(NUMBER), "a number is shown"
    return mask_text(text)


HANDED: dict[str, tuple[Callable[[bytes], object], str | Callable[[], bytes]]] = {
    "pack_manifest": (_manifest, MANIFEST),
    "law": (_law, LAW.read_bytes),
    "fee_dossiers": (lambda body: read_dossiers(body.decode("utf-8", "replace")), DOSSIERS),
    "work_calendar": (lambda body: WorkCalendar.read(body.decode("utf-8", "replace")), DAYS),
    "codes": (_codes, NUMBER),
    "address": (_address, "00004|Số 1 phố Mẫu, Phường Ba Đình, Thành phố Hà Nội"),
    "date_header": (_header, "Mon, 05 Jan 2026 01:15:00 GMT"),
    "forwarded": (_forwarded, "203.0.113.7, 10.1.0.7, 10.0.0.1"),
    "log_text": (_masked, f"{{'hoTen': '{CANARY}', 'cccd': '{NUMBER}'}} gọi 0900000001, a@example.vn"),
    "host": (_hosts, "api.example.vn:8443/path"),
}
