"""The rows of the benchmark: what each one holds ours against, and its goal; how they are written down.

`SPECS` is the one list of rows: the command takes each of them, the README shows each of them, and a test compares.
"""

from __future__ import annotations

import statistics
import sys
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_WHOLE, _SMALL = 100, 0.05
START, END = "<!-- benchmark: begin -->", "<!-- benchmark: end -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One row.

    Attributes:
        key: letter of the area and a number.
        peer: what a team would use otherwise, measured in the same run; "" for none.
        floor: what nobody can be faster than; "" for none.
        goal: of the ratio `by` peer or floor, or of the figure itself; None where none was set.
        more: whether more is better.
    """

    key: str
    what: str
    vi: str
    unit: str
    peer: str = ""
    floor: str = ""
    goal: float | None = None
    by: Literal["peer", "floor", "ours"] = "peer"
    more: bool = False


# fmt: off
SPECS: Final = (
    Spec(key="a1", what="one typed call, blocking", vi="một lời gọi có kiểu, đồng bộ", unit="µs CPU",
         peer="httpx.Client", floor="httpx.HTTPTransport", goal=1.05),
    Spec(key="a2", what="the same, 64 threads", vi="như trên, 64 luồng", unit="µs CPU",
         peer="httpx.Client", floor="httpx.HTTPTransport", goal=1.05),
    Spec(key="a3", what="one typed call, awaited", vi="một lời gọi có kiểu, bất đồng bộ", unit="µs CPU",
         peer="httpx.AsyncClient", floor="aiohttp"),
    Spec(key="a4", what="the same, 64 in flight", vi="như trên, 64 lời gọi cùng lúc", unit="µs CPU",
         peer="httpx.AsyncClient", floor="aiohttp", goal=0.25),
    Spec(key="a5", what="the same, 64 in flight", vi="như trên, 64 lời gọi cùng lúc", unit="µs CPU",
         peer="httpx on aiohttp", floor="aiohttp"),
    Spec(key="b1", what="residents look-up without network", vi="tra cứu dân cư, không tính mạng", unit="µs CPU",
         peer="zeep's codec", goal=0.2),
    Spec(key="b2", what="residents look-up, whole call", vi="tra cứu dân cư, cả lời gọi", unit="µs CPU",
         peer="zeep with requests", goal=0.5),
    Spec(key="c1", what="portal record: build and validate", vi="bản ghi Cổng DVC: dựng và kiểm tra", unit="µs CPU",
         peer="plain pydantic model", goal=1.0),
    Spec(key="d1", what="one fee, quoted", vi="một khoản phí", unit="µs",
         peer="openfisca-core", goal=0.02),
    Spec(key="e1", what="XML signed, 5 kB", vi="ký XML 5 kB", unit="ms CPU",
         peer="signxml", floor="raw RSA-2048", goal=2.5, by="floor"),
    Spec(key="e2", what="XML verified with its chain", vi="kiểm tra XML cùng chuỗi chứng thư", unit="ms CPU",
         peer="signxml", floor="raw RSA-2048", goal=3.0, by="floor"),
    Spec(key="e3", what="XML verified", vi="kiểm tra XML", unit="ms", peer="xmlsec1 as a process"),
    Spec(key="e4", what="CMS signed", vi="ký CMS", unit="ms CPU",
         peer="cryptography's PKCS7", floor="raw RSA-2048", goal=1.3, by="floor"),
    Spec(key="e5", what="small PDF signed", vi="ký PDF nhỏ", unit="ms CPU",
         peer="pyHanko's signer", floor="raw RSA-2048", goal=6.0, by="floor"),
    Spec(key="f1", what="payment notices stored, 64 at once", vi="thông báo thanh toán được lưu, 64 cùng lúc",
         unit="a second", floor="bare commits", goal=2000, by="ours", more=True),
    Spec(key="g1", what="events delivered, SQLite, 1 worker", vi="sự kiện gửi đi, SQLite, 1 tiến trình gửi",
         unit="a second", floor="bare loop of calls", goal=400, by="ours", more=True),
    Spec(key="g2", what="events delivered, SQLite, 2 workers", vi="sự kiện gửi đi, SQLite, 2 tiến trình gửi",
         unit="a second", floor="bare loop of calls", by="floor", more=True),
    Spec(key="g3", what="events delivered, PostgreSQL, 1 worker", vi="sự kiện gửi đi, PostgreSQL, 1 tiến trình gửi",
         unit="a second", floor="bare loop of calls", by="floor", more=True),
    Spec(key="g4", what="events delivered, PostgreSQL, procrastinate, 2 workers",
         vi="sự kiện gửi đi, PostgreSQL, procrastinate, 2 tiến trình gửi",
         unit="a second", floor="bare loop of calls", goal=150, by="ours", more=True),
    Spec(key="g5", what="commits an event, SQLite", vi="số lần ghi (commit) mỗi sự kiện, SQLite", unit="commits",
         goal=2.0, by="ours"),
    Spec(key="g6", what="enqueue, 95th of a hundred, SQLite", vi="ghi vào hàng đợi, phân vị 95, SQLite", unit="ms",
         floor="bare two-row commit", goal=2.0, by="floor"),
    Spec(key="g7", what="idle worker, per cent of a core", vi="tiến trình gửi khi rỗi, phần trăm một nhân", unit="%",
         goal=0.5, by="ours"),
    Spec(key="h1", what="whole flow, direct calls, 16 in flight", vi="cả quy trình, gọi thẳng, 16 cùng lúc",
         unit="ms CPU", floor="aiohttp + lxml + cryptography by hand", goal=1.5, by="floor"),
    Spec(key="h2", what="whole flow, direct calls, 16 in flight", vi="cả quy trình, gọi thẳng, 16 cùng lúc",
         unit="ms CPU", peer="httpx + zeep + signxml", goal=0.35),
    Spec(key="h3", what="whole flow, records and audit in a file", vi="cả quy trình, sổ và nhật ký trong tệp",
         unit="ms CPU", floor="the hand-written one, one commit a step", goal=1.5, by="floor"),
    Spec(key="i1", what="from gov_connect import GovConnect", vi="from gov_connect import GovConnect", unit="ms CPU",
         peer="import httpx, pydantic", goal=1.4),
    Spec(key="i2", what="start-up: settings read, client ready", vi="khởi động: đọc cấu hình, sẵn sàng gọi",
         unit="ms CPU", peer="import httpx, pydantic"),
    Spec(key="j1", what="memory of 10,000 dossiers in flight", vi="bộ nhớ của 10.000 hồ sơ đang xử lý", unit="MB",
         floor="10,000 waiting tasks with their bytes", by="floor"),
    Spec(key="k1", what="one dossier written down, 10^6 in store", vi="ghi một hồ sơ khi kho có 10^6", unit="ms",
         peer="the same with 10^3", goal=1.2),
)
# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was measured; `why` says why it was not."""

    key: str
    ours: float = 0.0
    peer: float | None = None
    floor: float | None = None
    ratio: float | None = None
    spread: tuple[float, float] | None = None
    why: str = ""
    note: str = ""

    @property
    def spec(self) -> Spec:
        """What it is a row of."""
        return next(spec for spec in SPECS if spec.key == self.key)

    @property
    def holds(self) -> bool | None:
        """Whether the goal is reached; None without goal or figure."""
        spec = self.spec
        figure = self.ours if spec.by == "ours" else self.ratio
        if spec.goal is None or figure is None or self.why:
            return None
        return figure >= spec.goal if spec.more else figure <= spec.goal

    def told(self) -> dict[str, Any]:
        """For the JSON."""
        spec = self.spec
        return {
            "what": spec.what, "unit": spec.unit, "ours": _short(self.ours), "peer": _short(self.peer),
            "peer_is": spec.peer, "floor": _short(self.floor), "floor_is": spec.floor, "ratio": _short(self.ratio),
            "ratio_to": spec.by, "spread": None if self.spread is None else [_short(each) for each in self.spread],
            "goal": spec.goal, "more_is_better": spec.more, "holds": self.holds, "why": self.why, "note": self.note,
        }  # fmt: skip


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def compared(key: str, rounds: int, **sides: Callable[[], float]) -> Row:
    """A row from interleaved rounds: medians, and of the ratios the median and the middle half.

    Args:
        key: of the row.
        rounds: how often all sides are taken, in turn.
        sides: `ours`, and `peer` or `floor` or both; each gives its figure.
    """
    spec = next(spec for spec in SPECS if spec.key == key)
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            taken[name].append(side())
    return from_figures(spec.key, taken)


def from_figures(key: str, taken: dict[str, list[float]]) -> Row:
    """The same from figures that were taken."""
    spec = next(spec for spec in SPECS if spec.key == key)
    other = "floor" if spec.by == "floor" else "peer"
    medians = {name: statistics.median(values) for name, values in taken.items()}
    if other not in taken:
        return Row(key=key, **medians)
    ratios = sorted(mine / theirs for mine, theirs in zip(taken["ours"], taken[other], strict=True) if theirs)
    quarter = len(ratios) // 4
    return Row(key=key, **medians, ratio=statistics.median(ratios), spread=(ratios[quarter], ratios[-1 - quarter]))


def attempted(keys: str, work: Callable[[], Iterable[Row]]) -> list[Row]:
    """The rows that `work` gives; when it fails, each of `keys` says so, and the others are taken all the same."""
    began = time.monotonic()
    try:
        rows = list(work())
    except Exception as error:  # noqa: BLE001 - whatever it is, it belongs into the table
        traceback.print_exc()
        rows = [Row(key=key, why=f"{type(error).__name__}: {error}"[:120]) for key in keys.split()]
    print(f"{keys}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return rows


def lines(rows: Iterable[tuple[str, dict[str, Any]]]) -> str:
    """The table for a terminal."""
    out = [f"{'row':4} {'what':56} {'ours':>9} {'peer':>9} {'floor':>9} {'unit':9} {'ratio':22} {'goal':>8}  holds"]
    for key, row in rows:
        if row["why"]:
            out.append(f"{key:4} {row['what']:56} not taken: {row['why']}")
            continue
        out.append(
            f"{key:4} {row['what']:56} {_cell(row['ours']):>9} {_cell(row['peer']):>9} {_cell(row['floor']):>9} "
            f"{row['unit']:9} {_ratio(row):22} {_goal(row):>8}  {_verdict(row, 'yes', 'NO')}"
        )
    return "\n".join(out)


def markdown(report: dict[str, Any], language: Literal["en", "vi"]) -> str:
    """The table for a README, between its markers."""
    english = language == "en"
    say, figure = (str, str) if english else (_said, _written)
    about = report["about"]
    head = (
        f"Measured {about['at']} on {about['machine']}, load {about['load']}; ratios count. *: small sizes."
        if english
        else f"Đo ngày {about['at']} trên máy {about['machine'].replace(' cores', ' nhân')}, tải "
        f"{'; '.join(_written(str(each)) for each in about['load'])}; điều đáng kể là tỷ lệ. *: cỡ nhỏ."
    )
    names = (
        ("row", "what", "ours", "peer", "floor", "ratio (middle half)", "goal", "holds")
        if english
        else ("dòng", "đo gì", "thư viện", "đối chiếu", "mức sàn", "tỷ lệ (nửa giữa)", "mục tiêu", "đạt")
    )
    words = ("yes", "**no**") if english else ("đạt", "**chưa**")
    out = [head, "", f"| {' | '.join(names)} |", f"| {' | '.join('---' for _ in names)} |"]
    for spec in SPECS:
        row = report["rows"][spec.key]
        what = (spec.what if english else spec.vi) + ("*" if row["quick"] else "")
        if row["why"]:
            out.append(f"| {spec.key} | {what} | {row['why']} | | | | {figure(_goal(row))} | |")
            continue
        sides = [
            f"{figure(_cell(row[side]))} ({say(row[f'{side}_is'])})" if row[side] is not None else ""
            for side in ("peer", "floor")
        ]
        out.append(
            f"| {spec.key} | {what} | {figure(_cell(row['ours']))} {say(spec.unit)} | {sides[0]} | {sides[1]} "
            f"| {say(figure(_ratio(row)))} | {figure(_goal(row))} | {_verdict(row, *words)} |"
        )
    return "\n".join([START, *out, END])


_VIETNAMESE: Final = {
    "a second": "mỗi giây",
    "commits": "lần ghi",
    "httpx on aiohttp": "httpx trên aiohttp",
    "zeep's codec": "phần đọc, ghi của zeep",
    "zeep with requests": "zeep và requests",
    "plain pydantic model": "mô hình pydantic thường",
    "raw RSA-2048": "riêng phép RSA-2048",
    "xmlsec1 as a process": "chạy lệnh xmlsec1",
    "cryptography's PKCS7": "PKCS7 của cryptography",
    "pyHanko's signer": "pyHanko",
    "bare commits": "riêng lần ghi",
    "bare loop of calls": "riêng vòng lặp gọi",
    "bare two-row commit": "riêng lần ghi hai dòng",
    "aiohttp + lxml + cryptography by hand": "viết tay với aiohttp + lxml + cryptography",
    "the hand-written one, one commit a step": "bản viết tay, mỗi bước ghi một lần",
    "10,000 waiting tasks with their bytes": "10.000 tác vụ chờ cùng dữ liệu",
    "the same with 10^3": "như trên, kho có 10^3",
}
"""What stands in a cell, for the Vietnamese table; names of libraries stay."""


def _said(text: str) -> str:
    return _VIETNAMESE.get(text, text.replace(" to ", " đến "))


def _written(figure: str) -> str:
    """A figure with the signs that Vietnamese numbers have."""
    return figure.translate({ord(","): ".", ord("."): ","})


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= _WHOLE else f"{value:.3g}"


def _ratio(row: dict[str, Any]) -> str:
    if row["ratio"] is None:
        return ""
    spread = "" if row["spread"] is None else f" ({row['spread'][0]:.2f} to {row['spread'][1]:.2f})"
    return f"{row['ratio']:.{2 if row['ratio'] >= _SMALL else 4}f}{spread}"


def _goal(row: dict[str, Any]) -> str:
    if row["goal"] is None:
        return ""
    return f"{'≥' if row['more_is_better'] else '≤'} {row['goal']:g}"


def _verdict(row: dict[str, Any], yes: str, no: str) -> str:
    return "" if row["holds"] is None or row.get("quick") else yes if row["holds"] else no
