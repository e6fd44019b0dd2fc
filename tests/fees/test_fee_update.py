"""Signed packs: what is accepted, what is refused, and that the book in force survives (S9-S11)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gov_connect.errors import InvalidInput
from gov_connect.fees import FeeBook, FeeItem, parse_pack
from gov_connect.fees.compare import Dossier
from gov_connect.fees.update import (
    ActiveBook,
    FolderSource,
    PackRefused,
    Signer,
    Trust,
    sign_manifest,
    write_manifest,
)
from gov_connect.fees.watch import UrlSource, Watcher
from patience import until

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 20)
KEYS = {name: Ed25519PrivateKey.generate() for name in ("finance", "justice", "stranger")}
COVER = '[[no_rate]]\nid = "none"\ncharges = ["a.two", "p.local"]\nreason = "not_encoded"\n'


def trust(needed: int = 2, until: date | None = None) -> Trust:
    """Two bodies may sign."""
    names = ("finance", "justice")
    return Trust({name: Signer(KEYS[name].public_key().public_bytes_raw(), until) for name in names}, needed)


class Desk:
    """A folder of deliveries, a state folder, and a book made of invented law."""

    def __init__(self, folder: Path, law: Any) -> None:
        self.folder, self.law = folder, law
        self.alarms: list[str] = []
        self.base = FeeBook([parse_pack(law.base.encode()), parse_pack(self.pack(5000, 1).encode())])

    def pack(self, amount: int, version: int, *more: str) -> str:
        """The law with one amount."""
        parts = (self.law.instrument("A", "2010-01-01"), self.law.rate("one", "A/1", amount), COVER, *more)
        return self.law.pack(*parts, version=version)  # type: ignore[no-any-return]

    def deliver(self, text: str, version: int, signers: tuple[str, ...] = ("finance", "justice")) -> FolderSource:
        """Write and sign one delivery."""
        place = self.folder / f"delivery-{version}-{len(list(self.folder.iterdir()))}"
        place.mkdir()
        (place / "law.toml").write_text(text, encoding="utf-8")
        write_manifest(place, name="national", version=version, published=TODAY)
        for signer in signers:
            sign_manifest(place, signer, KEYS[signer].private_bytes_raw())
        return FolderSource(place)

    def active(self, **other: Any) -> ActiveBook:
        """A process's view of the book in force."""
        facts = {"trust": trust(), "alarm": lambda refusal: self.alarms.append(refusal.code), **other}
        return ActiveBook(self.base, state=self.folder / "state", **facts)


@pytest.fixture
def desk(tmp_path: Path, law: Any) -> Desk:
    """A fresh desk."""
    return Desk(tmp_path, law)


def due(active: ActiveBook) -> int | None:
    """What `a.one` costs now."""
    total = active.book.quote([FeeItem("a.one", cases=1)], on=TODAY).total
    return None if total is None else total.dong


def refusal(active: ActiveBook, source: FolderSource, today: date = TODAY) -> str:
    """The code with which `source` is refused; the old book stays."""
    before = active.book
    with pytest.raises(PackRefused) as caught:
        active.update(source, today)
    assert active.book is before
    assert str(caught.value)
    return caught.value.code


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


def test_processes_agree_on_the_book_in_force(desk: Desk) -> None:
    """One accepts, the other follows on its next look; a third starts with it."""
    one, two = desk.active(), desk.active()
    one.update(desk.deliver(desk.pack(6000, 2), 2), TODAY)
    assert due(two) == 5000
    assert two.refresh()
    assert not two.refresh()
    assert due(two) == due(desk.active()) == 6000
    assert two.book.digest == one.book.digest


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


def test_a_damaged_state_folder_raises_the_alarm_and_keeps_the_book(desk: Desk) -> None:
    """A changed stored pack is noticed by its digest, a broken list by its form."""
    active = desk.active()
    active.update(desk.deliver(desk.pack(6000, 2), 2), TODAY)
    listed = desk.folder / "state" / "active.json"
    good = listed.read_bytes()
    listed.write_bytes(b"[not json")
    assert not active.refresh()
    assert due(active) == 6000
    listed.write_bytes(good)
    folder = json.loads(good)["national"]["folder"]
    stored = desk.folder / "state" / folder / "law.toml"
    stored.write_bytes(stored.read_bytes().replace(b"6000", b"1000"))
    assert due(desk.active()) == 5000
    assert desk.alarms == ["fees.pack.state", "fees.pack.changed"]


def test_a_watcher_offers_each_delivery_once(desk: Desk) -> None:
    """New, refused, new again; nothing is tried twice."""
    active = desk.active()
    watched = desk.folder / "watched"
    watched.mkdir()
    watcher = Watcher(active, FolderSource(watched), lambda: TODAY)
    assert watcher.poll() is None
    place = desk.deliver(desk.pack(6000, 2), 2).folder

    def publish(place: Path) -> None:
        for file in place.iterdir():
            (watched / file.name).write_bytes(file.read_bytes())

    publish(place)
    update = watcher.poll()
    assert update is not None
    assert update.version == 2
    assert watcher.poll() is None
    publish(desk.deliver(desk.pack(1, 1), 1).folder)
    assert watcher.poll() is None
    assert watcher.poll() is None
    assert desk.alarms == ["fees.pack.rollback"]
    assert due(active) == 6000


def test_a_watcher_reads_an_address_with_the_hosts_client(desk: Desk) -> None:
    """The base address and the file name make the address."""
    place = desk.deliver(desk.pack(6000, 2), 2).folder
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return (place / url.rpartition("/")[2]).read_bytes()

    active = desk.active()
    stop = threading.Event()

    def today() -> date:
        stop.set()
        return TODAY

    watcher = Watcher(active, UrlSource("https://packs.example.vn/fees/", fetch), today)
    watcher.run(stop, every=0)
    assert due(active) == 6000
    assert asked[0] == "https://packs.example.vn/fees/manifest.toml"


def test_two_updaters_do_not_cross(desk: Desk) -> None:
    """Whoever is first wins; the other is refused as a rollback."""
    sources = [desk.deliver(desk.pack(6000 + n, 2), 2) for n in range(4)]
    views = [desk.active() for _ in sources]
    results: list[str] = []

    def run(view: ActiveBook, source: FolderSource) -> None:
        try:
            view.update(source, TODAY)
            results.append("done")
        except PackRefused as refused:
            results.append(refused.code)

    threads = [threading.Thread(target=run, args=pair) for pair in zip(views, sources, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", *["fees.pack.rollback"] * 3]
    for view in views:
        view.refresh()
    assert len({view.book.digest for view in views}) == 1


def state_of(desk: Desk) -> Path:
    """The folder that the processes share."""
    return desk.folder / "state"


def stored(desk: Desk, version: int) -> Path:
    """The folder of an accepted delivery."""
    return next(state_of(desk).glob(f"national-{version}-*"))


@pytest.mark.parametrize(
    "damage", [b"", b"[]", b"5", b"{", b'{"national": 5}', b'{"national": {"version": "2"}}', b"[" * 100_000]
)
def test_a_damaged_list_is_told_once_and_healed_by_the_next_delivery(desk: Desk, damage: bytes) -> None:
    """The book in force stays in every process, old and new; the signed folders tell what it is."""
    active = desk.active()
    active.update(desk.deliver(desk.pack(6000, 2), 2), TODAY)
    (state_of(desk) / "active.json").write_bytes(damage)
    assert not active.refresh()
    assert not active.refresh()
    assert desk.alarms == ["fees.pack.state"]
    fresh = desk.active()
    assert due(active) == due(fresh) == 6000
    active.update(desk.deliver(desk.pack(7000, 3), 3), TODAY)
    assert fresh.refresh()
    assert due(fresh) == due(desk.active()) == 7000


def test_a_deleted_list_forgets_no_version(desk: Desk) -> None:
    """Neither in this process nor in the next one."""
    desk.active().update(desk.deliver(desk.pack(8000, 8), 8), TODAY)
    (state_of(desk) / "active.json").unlink()
    for source in (desk.deliver(desk.pack(7000, 9), 7), desk.deliver(desk.pack(7000, 9), 8)):
        assert refusal(desk.active(), source) == "fees.pack.rollback"
    assert due(desk.active()) == 8000


def test_an_edited_list_brings_no_older_version_back(desk: Desk) -> None:
    """The older delivery is signed as well; it stays history."""
    active = desk.active()
    active.update(desk.deliver(desk.pack(6000, 2), 2), TODAY)
    old = (state_of(desk) / "active.json").read_bytes()
    active.update(desk.deliver(desk.pack(7000, 3), 3), TODAY)
    (state_of(desk) / "active.json").write_bytes(old)
    assert not active.refresh()
    assert due(active) == due(desk.active()) == 7000
    assert set(desk.alarms) == {"fees.pack.state"}


def test_lost_folders_bring_no_older_version_into_a_running_process(desk: Desk) -> None:
    """And the list alone still forbids an older delivery."""
    active = desk.active()
    active.update(desk.deliver(desk.pack(6000, 2), 2), TODAY)
    active.update(desk.deliver(desk.pack(7000, 3), 3), TODAY)
    for file in stored(desk, 3).iterdir():
        file.unlink()
    stored(desk, 3).rmdir()
    other = desk.active()
    assert due(active) == 7000
    assert refusal(other, desk.deliver(desk.pack(6500, 4), 3)) == "fees.pack.rollback"
    (state_of(desk) / "active.json").write_bytes(b"{}")
    assert not active.refresh()
    assert due(active) == 7000


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


def test_a_damaged_delivery_is_restored_from_its_source(desk: Desk) -> None:
    """The very same delivery; another one of that version stays refused."""
    source = desk.deliver(desk.pack(6000, 2), 2)
    desk.active().update(source, TODAY)
    (stored(desk, 2) / "law.toml").write_bytes(b"x")
    fresh = desk.active()
    assert due(fresh) == 5000
    assert refusal(fresh, desk.deliver(desk.pack(6500, 3), 2)) == "fees.pack.rollback"
    fresh.update(source, TODAY)
    assert due(fresh) == due(desk.active()) == 6000


@pytest.mark.parametrize("name", ["manifest.toml", "accepted", "law.toml"])
def test_a_missing_file_of_a_stored_delivery_raises_the_alarm(desk: Desk, name: str) -> None:
    """A new process starts with what is whole; no error escapes."""
    desk.active().update(desk.deliver(desk.pack(6000, 2), 2), TODAY)
    (stored(desk, 2) / name).unlink()
    assert due(desk.active()) == 5000
    assert desk.alarms == ["fees.pack.state"]


def test_a_lock_file_that_is_none_is_told(desk: Desk) -> None:
    """Not as another process at work."""
    active = desk.active()
    (state_of(desk) / "lock.sqlite").write_bytes(b"not a database" * 100)
    assert refusal(active, desk.deliver(desk.pack(6000, 2), 2)) == "fees.pack.state"


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


class Flaky:
    """A source with the errors of a host's own client."""

    def __init__(self, inner: FolderSource | None, error: Exception) -> None:
        self.inner, self.error, self.broken = inner, error, True

    def read(self, name: str) -> bytes:
        """Raise, or read."""
        if self.broken or self.inner is None:
            raise self.error
        return self.inner.read(name)


def test_a_watcher_tells_once_that_its_source_is_out_of_reach(desk: Desk) -> None:
    """And again after it was back; foreign errors are errors of the source."""
    source = Flaky(desk.deliver(desk.pack(6000, 2), 2), RuntimeError("connection refused"))
    watcher = Watcher(desk.active(), source, lambda: TODAY)
    assert watcher.poll() is watcher.poll() is None
    assert desk.alarms == ["fees.pack.unreadable"]
    source.broken = False
    assert watcher.poll() is not None
    source.broken = True
    watcher.poll()
    assert desk.alarms == ["fees.pack.unreadable"] * 2
    with pytest.raises(PackRefused):
        desk.active().update(source, TODAY)


def test_a_watcher_of_a_new_process_does_not_offer_what_is_in_force(desk: Desk) -> None:
    """No false alarm at every start."""
    source = desk.deliver(desk.pack(6000, 2), 2)
    assert Watcher(desk.active(), source, lambda: TODAY).poll() is not None
    assert Watcher(desk.active(), source, lambda: TODAY).poll() is None
    assert desk.alarms == []


def test_a_state_folder_that_vanishes_is_told(desk: Desk) -> None:
    """The book in force stays; nothing escapes from a look."""
    active = desk.active()
    source = desk.deliver(desk.pack(6000, 2), 2)
    active.update(source, TODAY)
    shutil.rmtree(state_of(desk))
    watcher = Watcher(active, source, lambda: TODAY)
    assert watcher.poll() is None
    assert due(active) == 6000
    assert set(desk.alarms) == {"fees.pack.state"}


def test_a_retired_signer_must_stay_in_the_trust(desk: Desk) -> None:
    """What nobody trusted any longer is left out with an alarm; with its last day it still counts."""
    desk.active().update(desk.deliver(desk.pack(6000, 2), 2), TODAY)
    key = KEYS["stranger"].public_key().public_bytes_raw()
    assert due(desk.active(trust=Trust({"new": Signer(key)}))) == 5000
    assert desk.alarms == ["fees.pack.signature"]
    assert due(desk.active(trust=trust(until=TODAY))) == 6000


def test_no_failure_ends_the_watch(desk: Desk) -> None:
    """A clock that fails is told and asked again."""
    stop = threading.Event()
    looks: list[int] = []

    def today() -> date:
        looks.append(1)
        if len(looks) < 3:
            raise RuntimeError("no clock")
        stop.set()
        return TODAY

    active = desk.active()
    Watcher(active, desk.deliver(desk.pack(6000, 2), 2), today).run(stop, every=0)
    assert due(active) == 6000
    assert desk.alarms == ["fees.pack.watch"] * 2


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


PROCESS = """
import json, pathlib, sys
from datetime import date
from gov_connect.fees import FeeBook, parse_pack
from gov_connect.fees.update import ActiveBook, FolderSource, PackRefused, Signer, Trust

state, delivery, keys, *packs = sys.argv[1:]
signers = {name: Signer(bytes.fromhex(key)) for name, key in json.loads(keys).items()}
base = FeeBook([parse_pack(pathlib.Path(one).read_bytes(), one) for one in packs])
active = ActiveBook(base, state=pathlib.Path(state), trust=Trust(signers, 2))
try:
    active.update(FolderSource(pathlib.Path(delivery)), date(2026, 11, 20))
    said = "done"
except PackRefused as refused:
    said = refused.code
sys.stdin.read()
active.refresh()
print(json.dumps([said, active.book.digest]))
"""


def test_several_processes_agree_on_the_active_pack(desk: Desk) -> None:
    """Three at once offer another content of one version: one wins, all end with its book."""
    texts = {"base.toml": desk.law.base, "law1.toml": desk.pack(5000, 1)}
    for name, text in texts.items():
        (desk.folder / name).write_text(text, encoding="utf-8")
    names = ("finance", "justice")
    keys = json.dumps({name: KEYS[name].public_key().public_bytes_raw().hex() for name in names})
    files = [str(desk.folder / name) for name in texts]
    (desk.folder / "state").mkdir()
    sources = [desk.deliver(desk.pack(6000 + n, 2), 2) for n in range(3)]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(desk.folder / "state"), str(source.folder), keys, *files],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for source in sources
    ]
    # Each looks again after its standard input has ended, and by then one of them has won.
    until((desk.folder / "state" / "active.json").exists)
    answers = [json.loads(one.communicate(timeout=60)[0]) for one in running]
    assert sum(said == "done" for said, _ in answers) == 1
    assert len({digest for _, digest in answers}) == 1
    assert due(desk.active()) in {6000, 6001, 6002}
