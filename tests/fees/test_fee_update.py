"""Signed packs: what is accepted, what is refused, and that the book in force survives (S9-S11)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from fee_desk import KEYS, TODAY, Desk, due, refusal, trust
from gov_connect.errors import InvalidInput
from gov_connect.fees import FeeBook, FeeItem, parse_pack
from gov_connect.fees.compare import Dossier
from gov_connect.fees.update import FolderSource, Signer, Trust, sign_manifest, write_manifest

if TYPE_CHECKING:
    from pathlib import Path


def test_a_signed_delivery_is_swapped_in(desk: Desk) -> None:
    """The new amount counts at once, a quote made before keeps its own, differences are shown."""
    recent = [Dossier(id="d1", at=TODAY, items=(FeeItem("a.one", cases=2),))]
    active = desk.active(recent=lambda: recent)
    before = active.book.quote([FeeItem("a.one", cases=1)], on=TODAY)
    update = active.update(desk.deliver(desk.pack(6000, 2), 2), TODAY)
    assert due(active) == 6000
    assert (update.name, update.version) == ("national", 2)
    assert [one.to_dict()["after"]["total"] for one in update.differences] == [12_000]
    assert before.explain().endswith("5.000 đồng")
    assert desk.alarms == []


def test_s9_a_pack_with_an_unknown_key_is_refused(desk: Desk) -> None:
    """S9: the old pack stays and the alarm is told."""
    active = desk.active()
    assert refusal(active, desk.deliver(desk.pack(6000, 2, "[extra]"), 2)) == "fees.pack.invalid"
    text = desk.pack(6000, 2).replace("amount = 6000", 'amount = "6000"')
    assert refusal(active, desk.deliver(text, 3)) == "fees.pack.invalid"
    assert due(active) == 5000
    assert desk.alarms == ["fees.pack.invalid"] * 2


def test_s10_versions_never_go_back(desk: Desk) -> None:
    """S10: 7 after 8 is a rollback, and so is 8 again; also for another process and a later start."""
    active = desk.active()
    active.update(desk.deliver(desk.pack(8000, 8), 8), TODAY)
    assert refusal(active, desk.deliver(desk.pack(7000, 9), 7)) == "fees.pack.rollback"
    assert refusal(desk.active(), desk.deliver(desk.pack(7000, 9), 8)) == "fees.pack.rollback"
    assert refusal(active, desk.deliver(desk.pack(7000, 7), 9)) == "fees.pack.rollback"
    assert due(active) == due(desk.active()) == 8000


def test_s11_one_changed_byte_is_refused(desk: Desk) -> None:
    """S11: in the pack file, in the manifest, in a signature."""
    active = desk.active()
    changed = {"law.toml": "fees.pack.changed", "manifest.toml": "fees.pack.signature"}
    for version, (name, code) in enumerate({**changed, "manifest.toml.finance.sig": "fees.pack.signature"}.items(), 2):
        source = desk.deliver(desk.pack(6000, 2), version)
        data = bytearray((source.folder / name).read_bytes())
        data[len(data) // 2] ^= 1
        (source.folder / name).write_bytes(bytes(data))
        assert refusal(active, source) == code
    assert due(active) == 5000


@pytest.mark.parametrize("signers", [(), ("finance",), ("finance", "stranger")])
def test_too_few_signatures_are_refused(desk: Desk, signers: tuple[str, ...]) -> None:
    """Two of two must sign; strangers do not count."""
    assert refusal(desk.active(), desk.deliver(desk.pack(6000, 2), 2, signers)) == "fees.pack.signature"


def test_m_of_n_is_enough(desk: Desk) -> None:
    """One of two where one is needed."""
    active = desk.active(trust=trust(needed=1))
    active.update(desk.deliver(desk.pack(6000, 2), 2, ("justice",)), TODAY)
    assert due(active) == 6000


def test_an_expired_signer_does_not_count_but_past_deliveries_stay(desk: Desk) -> None:
    """The last day counts; afterwards new deliveries are refused and the old one still loads."""
    limited = trust(until=TODAY)
    active = desk.active(trust=limited)
    active.update(desk.deliver(desk.pack(6000, 2), 2), TODAY)
    assert refusal(active, desk.deliver(desk.pack(7000, 3), 3), date(2026, 11, 21)) == "fees.pack.signature"
    assert due(desk.active(trust=limited)) == 6000


@pytest.mark.parametrize("needed", [0, 3])
def test_trust_must_be_possible(needed: int) -> None:
    """Between one and all distinct keys."""
    with pytest.raises(InvalidInput):
        trust(needed=needed)
    one = Signer(KEYS["finance"].public_key().public_bytes_raw())
    with pytest.raises(InvalidInput):
        Trust({"a": one, "b": one}, 2)
    with pytest.raises(InvalidInput):
        Trust({"a": Signer(b"short")}, 1)


def test_a_delivery_that_conflicts_or_fails_its_cases_is_refused(desk: Desk) -> None:
    """Checks and golden cases run before the swap."""
    active = desk.active()
    clash = desk.pack(6000, 2, desk.law.rate("two", "A/2", 7000))
    assert refusal(active, desk.deliver(clash, 2)) == "fees.pack.check"
    case = '[[case]]\nid = "c"\nat = 2026-01-01\nitems = [{ charge = "a.one", cases = 1 }]\ntotal = 1\n'
    assert refusal(active, desk.deliver(desk.pack(6000, 2, case), 3)) == "fees.pack.cases"
    gap = desk.pack(6000, 2).replace("2010-01-01", "2026-01-01")
    assert refusal(active, desk.deliver(gap, 4)) == "fees.pack.check"
    assert desk.alarms == ["fees.pack.check", "fees.pack.cases", "fees.pack.check"]


def test_a_delivery_for_a_newer_engine_is_refused(desk: Desk) -> None:
    """An old engine must not guess at new rules."""
    source = desk.deliver(desk.pack(6000, 2), 2)
    manifest = source.folder / "manifest.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("engine = 1", "engine = 2"), encoding="utf-8")
    for name in ("finance", "justice"):
        sign_manifest(source.folder, name, KEYS[name].private_bytes_raw())
    assert refusal(desk.active(), source) == "fees.pack.engine"


@pytest.mark.parametrize(
    "files",
    ['"../law.toml" = "{digest}"', '"/etc/law.toml" = "{digest}"', '"law.txt" = "{digest}"', '"law.toml" = "00"'],
)
def test_a_manifest_cannot_point_outside(desk: Desk, files: str) -> None:
    """Plain file names and whole digests only, even when signed."""
    source = desk.deliver(desk.pack(6000, 2), 2)
    manifest = source.folder / "manifest.toml"
    head = manifest.read_text(encoding="utf-8").partition("[files]")[0]
    manifest.write_text(f"{head}[files]\n{files.format(digest='0' * 64)}\n", encoding="utf-8")
    for name in ("finance", "justice"):
        sign_manifest(source.folder, name, KEYS[name].private_bytes_raw())
    assert refusal(desk.active(), source) == "fees.pack.manifest"


def test_a_source_that_cannot_be_read_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    """A missing folder, a missing file."""
    active = desk.active()
    assert refusal(active, FolderSource(tmp_path / "nowhere")) == "fees.pack.unreadable"
    source = desk.deliver(desk.pack(6000, 2), 2)
    (source.folder / "law.toml").unlink()
    assert refusal(active, source) == "fees.pack.unreadable"


def test_two_deliveries_live_side_by_side(desk: Desk) -> None:
    """A provincial delivery does not undo the national one."""
    active = desk.active()
    active.update(desk.deliver(desk.pack(6000, 2), 2), TODAY)
    local = desk.law.pack(
        desk.law.instrument("P", "2010-01-01"),
        desk.law.rate("local", "P/1", 300, charges='["p.local"]'),
        name="province-01",
        scope="01",
    )
    place = desk.folder / "local"
    place.mkdir()
    (place / "p.toml").write_text(local, encoding="utf-8")
    write_manifest(place, name="province", version=1, published=TODAY)
    for name in ("finance", "justice"):
        sign_manifest(place, name, KEYS[name].private_bytes_raw())
    active.update(FolderSource(place), TODAY)
    for view in (active, desk.active()):
        assert due(view) == 6000
        total = view.book.quote([FeeItem("p.local", cases=1)], on=TODAY, area="01").total
        assert total is not None
        assert total.dong == 300


def test_the_same_version_with_other_content_is_refused(desk: Desk) -> None:
    """Of a delivery, and of a pack inside a newer delivery; the same content is no news."""
    active = desk.active()
    source = desk.deliver(desk.pack(6000, 2), 2)
    active.update(source, TODAY)
    assert refusal(active, desk.deliver(desk.pack(6500, 2), 2)) == "fees.pack.rollback"
    assert refusal(active, desk.deliver(desk.pack(6500, 2), 3)) == "fees.pack.same_version"
    assert refusal(desk.active(), desk.deliver(desk.pack(6500, 2), 4)) == "fees.pack.same_version"
    assert active.update(source, TODAY).differences == ()
    active.update(desk.deliver(desk.pack(6000, 2), 5), TODAY)
    assert due(active) == 6000


def test_a_pack_of_the_base_is_not_replaced_by_its_own_version_with_other_content(desk: Desk) -> None:
    """What ships with the package counts as known."""
    assert refusal(desk.active(), desk.deliver(desk.pack(1, 1), 2)) == "fees.pack.same_version"


def test_a_newer_base_outranks_an_older_delivery(desk: Desk) -> None:
    """After an upgrade of the package its newer packs count."""
    desk.active().update(desk.deliver(desk.pack(6000, 2), 2), TODAY)
    desk.base = FeeBook([parse_pack(desk.law.base.encode()), parse_pack(desk.pack(9000, 3).encode())])
    assert due(desk.active()) == 9000


@pytest.mark.parametrize("error", [ValueError("x"), RuntimeError("x"), OSError("x")])
def test_recent_dossiers_that_cannot_be_had_stop_the_swap(desk: Desk, error: Exception) -> None:
    """Nobody saw the differences, so the old pack stays."""

    def recent() -> list[Dossier]:
        raise error

    assert refusal(desk.active(recent=recent), desk.deliver(desk.pack(6000, 2), 2)) == "fees.pack.shadow"


def test_a_recent_dossier_that_nobody_can_price_does_not_block_the_law(desk: Desk) -> None:
    """A slip in the host's records; one that only the new law cannot price does."""
    odd = Dossier(id="odd", at=TODAY, items=(FeeItem("no.such", cases=1),))
    good = Dossier(id="good", at=TODAY, items=(FeeItem("a.one", cases=1),))
    update = desk.active(recent=lambda: [odd, good]).update(desk.deliver(desk.pack(6000, 2), 2), TODAY)
    assert [one.id for one in update.differences] == ["good"]


def test_an_alarm_that_fails_is_ignored(desk: Desk) -> None:
    """The refusal still arrives."""

    def alarm(refused: object) -> None:
        raise RuntimeError(refused)

    active = desk.active(alarm=alarm)
    assert refusal(active, desk.deliver(desk.pack(6000, 2), 2, ())) == "fees.pack.signature"


def test_signers_of_one_province_make_no_other_law(desk: Desk) -> None:
    """Their packs must be for their place."""
    names = ("finance", "justice")
    signers = {name: Signer(KEYS[name].public_key().public_bytes_raw()) for name in names}
    local = Trust(signers, 2, scope="01")
    assert [local.covers(one) for one in ("01", "01:02", "VN", "03", "011")] == [True, True, False, False, False]
    assert refusal(desk.active(trust=local), desk.deliver(desk.pack(6000, 2), 2)) == "fees.pack.scope"
    assert trust().covers("01:02")


def test_a_retired_signer_must_stay_in_the_trust(desk: Desk) -> None:
    """What nobody trusted any longer is left out with an alarm; with its last day it still counts."""
    desk.active().update(desk.deliver(desk.pack(6000, 2), 2), TODAY)
    key = KEYS["stranger"].public_key().public_bytes_raw()
    assert due(desk.active(trust=Trust({"new": Signer(key)}))) == 5000
    assert desk.alarms == ["fees.pack.signature"]
    assert due(desk.active(trust=trust(until=TODAY))) == 6000


def test_a_manifest_nested_without_end_is_refused(desk: Desk) -> None:
    """Even when it is signed."""
    source = desk.deliver(desk.pack(6000, 2), 2)
    (source.folder / "manifest.toml").write_bytes(b"x = " + b"[" * 100_000)
    for name in ("finance", "justice"):
        sign_manifest(source.folder, name, KEYS[name].private_bytes_raw())
    assert refusal(desk.active(), source) == "fees.pack.manifest"


def test_a_pack_file_beyond_all_measure_is_not_read_whole(desk: Desk) -> None:
    """Five megabytes are the limit; the check needs one byte more."""
    source = desk.deliver(desk.pack(6000, 2), 2)
    with (source.folder / "law.toml").open("ab") as file:
        file.truncate(10_000_000)
    assert len(source.read("law.toml")) == 5_000_001
    assert refusal(desk.active(), source) == "fees.pack.changed"
