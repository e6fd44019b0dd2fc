"""A day of the whole country, or of one province, through the design: who waits for what, and what breaks first.

    python benchmarks/scale_sim.py [--from benchmarks/latest.json]

A fluid model in steps of one second. Dossiers arrive by the hours of a working day; each brings calls to the outside
systems, which wait in the ledger; what is sent in a second is bounded by the workers, by PostgreSQL's commits, and by
what each outside system takes. Service times are those of the last benchmark; what nobody outside knows (dossiers a
day, what the national systems take) is an assumption, printed with the result and to be replaced by one's own.
"""

from __future__ import annotations

import argparse
import json
from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

COMMUNES, PROVINCES = 3_321, 34
"""QĐ 19/2025/QĐ-TTg, in force 2025-07-01."""
LARGEST_SHARE = 0.10
"""Assumption: the share of the largest province in all dossiers."""
HOURS = {7: 0.10, 8: 0.20, 9: 0.17, 10: 0.12, 11: 0.04, 13: 0.12, 14: 0.12, 15: 0.08, 16: 0.05}
"""Assumption: when dossiers arrive; a fifth of a day in its busiest hour."""
CALLS = {"portal": 4.0, "residents": 1.5, "civil_registry": 2.0, "payment": 2.0}
"""Calls a dossier, as the workflow of a commune's desk makes them; fractions are those that ask twice."""
COMMITS = 2.1
"""Commits an event that PostgreSQL must make safe: written, taken, ended, with its audit entries, in groups."""
_NOTHING = 1e-9
FLUSHES = 500.0
"""Assumption: safe commits a second of one PostgreSQL on an ordinary disk (2 ms a flush, nothing grouped)."""


SLOTS, ANSWER = 32, 0.5
"""Calls that one worker has in flight, and an assumption: seconds until a national system has answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One installation: a commune, a province, or everybody in one.

    Attributes:
        dossiers: a day.
        workers: worker processes.
        rate: events a second of one of them, whose calls are answered at once.
        flushes: commits a second of the database; 0 for no bound.
        takes: calls a second that each outside system takes from this site.
        outage: system that is down, from which hour, for how many hours.
    """

    dossiers: float
    workers: int = 1
    rate: float = 150.0
    flushes: float = FLUSHES
    takes: dict[str, float] = field(default_factory=lambda: dict.fromkeys(CALLS, 20.0))
    outage: tuple[str, int, float] | None = None


def day(site: Site) -> dict[str, Any]:
    """Simulate one day and the night after it.

    Returns:
        the longest wait and queue by system, when everything was sent, how busy workers and database were at
        most, and what came in and went out (which are the same, or the model is wrong).
    """
    waiting = dict.fromkeys(CALLS, 0.0)
    worst = dict.fromkeys(CALLS, 0.0)
    lines = {name: _Line() for name in CALLS}
    came = went = busiest_workers = busiest_flushes = 0.0
    cleared = 0
    for second in range(7 * 3600, 31 * 3600):
        hour = second // 3600
        share = HOURS.get(hour, 0.0) / 3600
        arriving = {name: site.dossiers * share * calls for name, calls in CALLS.items()}
        came += sum(arriving.values())
        possible = {name: min(waiting[name] + arriving[name], _taken(site, name, second)) for name in CALLS}
        wanted = sum(possible.values())
        by_workers = site.workers * _rate(site)
        by_flushes = site.flushes / COMMITS if site.flushes else float("inf")
        fraction = min(1.0, by_workers / wanted, by_flushes / wanted) if wanted else 1.0
        busiest_workers = max(busiest_workers, wanted * fraction / by_workers)
        busiest_flushes = max(busiest_flushes, wanted * fraction / by_flushes)
        for name in CALLS:
            sent = possible[name] * fraction
            went += sent
            waiting[name] += arriving[name] - sent
            worst[name] = max(worst[name], waiting[name])
            lines[name].moved(second, arriving[name], sent)
        if sum(waiting.values()) >= 1:
            cleared = second
    return {
        "calls": round(came),
        "sent": round(went),
        "left": round(sum(waiting.values())),
        "longest_queue": {name: round(value) for name, value in worst.items()},
        "longest_wait_minutes": {name: round(line.longest / 60, 1) for name, line in lines.items()},
        "cleared_at_hour": round(cleared / 3600, 1) if cleared else 0.0,
        "workers_busy": round(busiest_workers, 3),
        "database_busy": round(busiest_flushes, 3),
    }


class _Line:
    """Who waits in the order of coming; keeps how long the longest wait was."""

    def __init__(self) -> None:
        self.longest = 0
        self._came: deque[tuple[int, float]] = deque()

    def moved(self, second: int, came: float, sent: float) -> None:
        """One second: some come, and as many as were sent leave from the front."""
        if came:
            self._came.append((second, came))
        while sent > _NOTHING and self._came:
            since, count = self._came[0]
            leaving = min(count, sent)
            sent -= leaving
            self.longest = max(self.longest, second - since)
            if count - leaving > _NOTHING:
                self._came[0] = (since, count - leaving)
            else:
                self._came.popleft()


def _rate(site: Site) -> float:
    """Events a second of one worker: what it can, and what its slots can while they wait for answers."""
    return min(site.rate, SLOTS / ANSWER)


def _taken(site: Site, name: str, second: int) -> float:
    if site.outage is not None and site.outage[0] == name:
        begins = site.outage[1] * 3600
        if begins <= second < begins + site.outage[2] * 3600:
            return 0.0
    return site.takes[name]


def first_limit(site: Site) -> dict[str, float]:
    """Dossiers a day at which each bound is met in the busiest hour, the lowest first."""
    peak = max(HOURS.values()) / 3600
    total = sum(CALLS.values())
    bounds = {f"{name} takes {site.takes[name]:g} a second": site.takes[name] / calls for name, calls in CALLS.items()}
    bounds[f"{site.workers} worker(s) of {_rate(site):g} events a second"] = site.workers * _rate(site) / total
    if site.flushes:
        bounds[f"database of {site.flushes:g} safe commits a second"] = site.flushes / COMMITS / total
    return {what: round(rate / peak) for what, rate in sorted(bounds.items(), key=lambda item: item[1])}


def scenarios(rate: float) -> dict[str, Site]:
    """What the document tells of; `rate` is that of one worker."""
    country = Site(dossiers=300_000, rate=rate, takes=dict.fromkeys(CALLS, 200.0))
    province = Site(dossiers=300_000 * LARGEST_SHARE, rate=rate)
    return {
        "one commune, 90 a day": Site(dossiers=300_000 / COMMUNES, rate=rate, takes=dict.fromkeys(CALLS, 2.0)),
        "a province, 8,800 a day": Site(dossiers=300_000 / PROVINCES, rate=rate),
        "the largest province, 30,000 a day": province,
        "the same, portal down from 8 for 2 hours": replace(province, outage=("portal", 8, 2.0)),
        "the same, portal takes 5 a second": replace(province, takes={**province.takes, "portal": 5.0}),
        "the largest province, 100,000 a day": replace(province, dossiers=100_000),
        "the country in one database, 300,000 a day": replace(country, workers=4),
        "the country in one database, 1,000,000 a day": replace(country, dossiers=1_000_000, workers=8),
    }


def measured(file: Path) -> tuple[float, str]:
    """Events a second of one worker on PostgreSQL, from the last benchmark; a cautious guess where it has none."""
    if file.exists():
        row = json.loads(file.read_text(encoding="utf-8"))["rows"].get("g3", {})
        if row.get("ours") and not row.get("why"):
            return float(row["ours"]), f"row g3 of {row['at']}"
    return 150.0, "assumed"


def main() -> None:
    """Print every scenario and one JSON line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--from", dest="file", type=Path, default=Path(__file__).with_name("latest.json"))
    rate, source = measured(options.parse_args().file)
    print(f"one worker sends {rate:g} events a second ({source}); a dossier brings {sum(CALLS.values()):g} calls")
    report: dict[str, Any] = {"rate": rate, "source": source, "scenarios": {}}
    for name, site in scenarios(rate).items():
        told = {**day(site), "limits": first_limit(site)}
        report["scenarios"][name] = told
        wait = max(told["longest_wait_minutes"].items(), key=lambda item: item[1])
        print(
            f"{name:46} calls {told['calls']:>10,}  longest wait {wait[1]:8.1f} min ({wait[0]})"
            f"  left {told['left']:>8,}  workers {told['workers_busy']:6.1%}  database {told['database_busy']:6.1%}"
        )
        print(f"{'':46} first limit: {next(iter(told['limits']))} at {next(iter(told['limits'].values())):,} a day")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
