"""The state folder of signed packs: shared by processes, damaged, lost, and restored."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from fee_desk import KEYS, TODAY, Desk, due, refusal
from gov_connect.fees.update import ActiveBook, FolderSource, PackRefused
from gov_connect.fees.watch import Watcher
from patience import until

if TYPE_CHECKING:
    from pathlib import Path


def test_processes_agree_on_the_book_in_force(desk: Desk) -> None:
    """One accepts, the other follows on its next look; a third starts with it."""
    one, two = desk.active(), desk.active()
    one.update(desk.deliver(desk.pack(6000, 2), 2), TODAY)
    assert due(two) == 5000
    assert two.refresh()
    assert not two.refresh()
    assert due(two) == due(desk.active()) == 6000
    assert two.book.digest == one.book.digest


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
