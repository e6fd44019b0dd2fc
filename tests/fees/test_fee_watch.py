"""The watcher of signed packs: each delivery once, each trouble once, and no end of it."""

from __future__ import annotations

import threading
from datetime import date
from typing import TYPE_CHECKING

import pytest

from fee_desk import TODAY, Desk, due
from gov_connect.fees.update import FolderSource, PackRefused
from gov_connect.fees.watch import UrlSource, Watcher

if TYPE_CHECKING:
    from pathlib import Path


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
