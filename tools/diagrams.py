"""Draw the state tables and the house into their documents: `python tools/diagrams.py [--check]`.

The tables and the imports are code, and the drawings come from them; with `--check` nothing is written, and exit 1
says that a drawing is not that of its table. The test suite holds the same check.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import grimp

from gov_connect.model import bundles, status
from gov_connect.payments.refunds import TRANSITIONS as REFUNDS
from gov_connect.payments.states import TRANSITIONS as PAYMENTS
from gov_connect.payments.states import alarm_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

EXPLANATION = Path(__file__).parents[1] / "docs" / "explanation"
DOCUMENTS = (EXPLANATION / "payments.md", EXPLANATION / "payments.en.md")
EVIDENCE = {
    "receipt or refusal of a submitted dossier": "tiếp nhận hoặc từ chối hồ sơ đã nộp",
    "a dossier born on the portal, answered with 5 before acceptance: two clients in the field": (
        "hồ sơ nộp trên Cổng, bị yêu cầu bổ sung trước khi tiếp nhận: hai phần mềm đang dùng"
    ),
    "withdrawal before acceptance; the indicators do not count it": "rút trước khi tiếp nhận; không tính vào chỉ số",
    "a province: first step 2, middle steps 4 by default, last step 9": (
        "phần mềm của một tỉnh: bước đầu là 2, các bước giữa mặc định là 4, bước cuối là 9"
    ),
    "notes of the status service of 2026": "ghi chú của dịch vụ trạng thái năm 2026",
    "the citizen submits again: a province resets 5 to 1": ("công dân nộp lại: phần mềm của một tỉnh đưa 5 về 1"),
    "supplement received at the agency, withdrawal or stop: a province": (
        "nhận bổ sung tại cơ quan, rút hoặc dừng: phần mềm của một tỉnh"
    ),
    "paid and processed on, withdrawal or stop": "nộp tiền rồi xử lý tiếp, rút hoặc dừng",
    "result handed over": "trao kết quả",
    "rework of a finished dossier: another province": (
        "làm lại, hồ sơ đã xong quay về xử lý: phần mềm của một tỉnh khác"
    ),
    "administrative correction only: another province": ("chỉ để đính chính: phần mềm của một tỉnh khác"),
}
"""What the moves rest on, in Vietnamese."""
BUNDLE_WORDS = {
    bundles.BundleState.SENT: "đã gửi, chờ bên tư pháp",
    bundles.BundleState.SUPPLEMENT_REQUESTED: "yêu cầu bổ sung",
    bundles.BundleState.ELIGIBLE: "đủ điều kiện, đang xử lý",
    bundles.BundleState.FINISHED: "đã có kết quả",
    bundles.BundleState.REFUSED: "từ chối",
}
MONEY_WORDS = {
    "created": "mới lập",
    "pending": "chờ kết quả",
    "paid": "đã thanh toán",
    "failed": "không thành công",
    "cancelled": "người nộp đã hủy",
    "expired": "hết hạn",
    "review": "cần cán bộ xem xét",
    "requested": "đã yêu cầu",
    "sent": "đã gửi",
    "processing": "đang xử lý",
    "done": "đã hoàn",
    "rejected": "bị từ chối",
}
"""States of payments and refunds in Vietnamese."""
DOSSIER = (
    """# Vòng đời của hồ sơ

Do `python tools/diagrams.py` vẽ từ `src/gov_connect/model/status.py`; không sửa tay.

Mã 1 đến 10 được hai nguồn độc lập xác nhận. Không nơi nào nói bước chuyển nào là hợp lệ: mỗi bước dựa vào bằng chứng
ghi bên cạnh. Bước ngoài bảng được báo ra, không bao giờ bị từ chối; mã lạ được giữ nguyên như đã đến.
""",
    """# The life of a dossier

Generated from `src/gov_connect/model/status.py` by `python tools/diagrams.py`; do not edit.

Codes 1 to 10 are confirmed by two independent sources. Which moves are legal is stated nowhere: each move
rests on the evidence beside it. A move outside the table is reported, never refused; an unknown code is kept
as it came.
""",
)
BUNDLE = (
    """# Trạng thái của hồ sơ liên thông

Do `python tools/diagrams.py` vẽ từ `src/gov_connect/model/bundles.py`; không sửa tay.

Những gì đơn vị báo cho nền tảng liên thông, theo thứ tự của nó. Bước sai thứ tự bị từ chối trước khi gửi.
""",
    """# Statuses of interlinked dossiers

Generated from `src/gov_connect/model/bundles.py` by `python tools/diagrams.py`; do not edit.

What the agency tells the bundle platform, in its order. A step out of order is refused before it is sent.
""",
)
SUFFIXES = (".md", ".en.md")
"""Vietnamese is the first language of the site; English has the suffix."""
DRAWN = (".svg", ".en.svg")
ROOMS = {
    "cli": ("dòng lệnh", "the command"),
    "contract_tests": ("bộ kiểm thử kết nối", "the conformance kit"),
    "doctor": ("kiểm tra kết nối", "what is wrong"),
    "client": ("mặt tiền, lắp ráp mọi phần", "the façade, builds everything"),
    "workflows": ("trọn một thủ tục", "whole procedures"),
    "inbound": ("những gì được đẩy tới", "what is pushed to us"),
    "offline": ("chạy không cần mạng", "the mocks without sockets"),
    "telemetry": ("số liệu, dấu vết", "figures and traces"),
    "delivery": ("sổ việc và tiến trình gửi", "the ledger and its workers"),
    "payments": ("lệnh thanh toán", "orders and their states"),
    "adapters": ("mỗi hệ thống một thư mục", "one folder a system"),
    "settings": ("cấu hình", "what the environment says"),
    "transport": ("đường truyền", "how bytes travel"),
    "resilience": ("gửi lại, ngắt mạch", "retry and breaker"),
    "runtime": ("thao tác và bộ chạy", "operations and drivers"),
    "audit": ("nhật ký chuỗi băm", "the chained log"),
    "store": ("cơ sở dữ liệu duy nhất", "one database"),
    "privacy": ("che dữ liệu cá nhân", "what logs may not show"),
    "fees": ("phí, lệ phí", "fees and charges"),
    "forms": ("tờ khai điện tử", "e-forms"),
    "reference": ("đơn vị, cơ quan, danh mục", "units, agencies, lists"),
    "signing": ("chữ ký, thẩm quyền", "signatures and mandates"),
    "indicators": ("chỉ số của Cổng", "the portal's indicators"),
    "schemas": ("giao thức dưới dạng tệp", "the wires as files"),
    "mocks": ("các hệ thống giả lập", "the outside systems"),
    "model": ("ngôn ngữ của lĩnh vực", "the language of the field"),
    "errors": ("cây lỗi", "the error tree"),
    "messages": ("danh mục câu chữ", "the catalogue of words"),
}
"""What each room is for, in Vietnamese and in English."""
LEGEND = (
    """# Sơ đồ các phần của thư viện

Do `python tools/diagrams.py` vẽ từ chính các lệnh `import`; không sửa tay. Mỗi phần chỉ dùng những phần ở hàng dưới:
import-linter giữ điều đó (`pyproject.toml`). Các hệ thống giả lập (`mocks`) không dùng phần nào khác, vì bản giả lập
dùng chung mã với bộ chuyển đổi thì không chứng minh được gì.
""",
    """# The house

Drawn by `python tools/diagrams.py` from the imports themselves; do not edit. A room uses only rooms of the rows below
it: import-linter holds that (`pyproject.toml`). The mocks use no other room, since one that shares code with an
adapter proves nothing.
""",
)


def used() -> dict[str, set[str]]:
    """Each room and the rooms it imports.

    The private modules beside the façade count as the façade, but for those that stand under every room (they import
    nothing of ours) and are nobody's part.
    """
    graph = grimp.build_graph("gov_connect", exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) - {"gov_connect"} for module in graph.modules}
    under = {module for module, others in imports.items() if module.startswith("gov_connect._") and not others}
    arrows: dict[str, set[str]] = {}
    for module in graph.modules - under - {"gov_connect", "gov_connect.__main__"}:
        arrows.setdefault(room(module), set()).update(room(name) for name in imports[module] - under)
    return {one: others - {one} for one, others in arrows.items()}


def room(module: str) -> str:
    """The room a module stands in."""
    name = module.split(".")[1]
    return "client" if name.startswith("_") else name


def rows(arrows: Mapping[str, set[str]]) -> list[list[str]]:
    """The rooms in rows, the lowest first: each uses only rooms of rows below its own.

    Raises:
        ValueError: two rooms use each other.
    """
    found: list[list[str]] = []
    below: set[str] = set()
    while left := [name for name in ROOMS if name not in below]:
        row = [name for name in left if arrows[name] <= below]
        if not row:
            raise ValueError(left)
        found.append(row)
        below.update(row)
    return found


def house(arrows: Mapping[str, set[str]], language: int) -> str:
    """The rows as a drawing (SVG)."""
    layers = rows(arrows)[::-1]
    width, height, gap = 232, 50, 14
    full = max(map(len, layers)) * (width + gap) - gap
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {full + 2} {len(layers) * (height + gap)}" '
            'font-family="Roboto, Segoe UI, Arial, sans-serif" text-anchor="middle">'
        )
    ]
    for depth, layer in enumerate(layers):
        start = (full - len(layer) * (width + gap) + gap) / 2 + 1
        for place, name in enumerate(layer):
            x, y = start + place * (width + gap), depth * (height + gap) + 1
            lines += [
                f'<rect x="{x:g}" y="{y}" width="{width}" height="{height}" rx="6" fill="#e8eaf6" stroke="#3f51b5"/>',
                f'<text x="{x + width / 2:g}" y="{y + 21}" font-size="15" font-weight="bold">{name}</text>',
                f'<text x="{x + width / 2:g}" y="{y + 40}" font-size="13.5">{ROOMS[name][language]}</text>',
            ]
    return "\n".join([*lines, "</svg>", ""])


def house_page(arrows: Mapping[str, set[str]], language: int) -> str:
    """The page around the drawing: below it, which rooms each one uses."""
    heads = ("phần", "để làm gì", "dùng") if language == 0 else ("room", "what for", "uses")
    lines = [LEGEND[language], f"![{LEGEND[language].splitlines()[0][2:]}](../assets/house{DRAWN[language]})", ""]
    lines += [f"| {' | '.join(heads)} |", "| --- | --- | --- |"]
    for name, words in ROOMS.items():
        uses = ", ".join(f"`{other}`" for other in sorted(arrows[name]))
        lines.append(f"| `{name}` | {words[language]} | {uses} |")
    return "\n".join([*lines, ""])


def dossier_diagram(language: int) -> str:
    """The life of a dossier as a Mermaid diagram; the names of its statuses are the portal's own."""
    lines = ["stateDiagram-v2"]
    lines += [f"    s{one.value} : {one.value} {facts.vietnamese}" for one, facts in status.STATUSES.items()]
    lines += ["    [*] --> s1", "    [*] --> s2"]
    correction = (" : sửa lại", " : correction")[language]
    lines += [
        f"    s{move.before.value} --> s{move.after.value}" + (correction if move.correction else "")
        for move in status.MOVES
    ]
    lines += [f"    s{one.value} --> [*]" for one, facts in status.STATUSES.items() if facts.terminal]
    return "\n".join(lines)


def dossier_table(language: int) -> str:
    """The moves with their evidence."""
    rows = [("| từ | đến | bằng chứng |", "| from | to | evidence |")[language], "| --- | --- | --- |"]
    for move in status.MOVES:
        evidence = EVIDENCE[move.evidence] if language == 0 else move.evidence
        rows.append(f"| {move.before.value} | {move.after.value} | {evidence} |")
    return "\n".join(rows)


def bundle_diagram() -> str:
    """The order of what is told to the bundle platform; the names are the platform's own."""
    lines = ["stateDiagram-v2"]
    for one, following in bundles.NEXT.items():
        start = "[*]" if one is None else f"s{int(one)}"
        lines += [f"    {start} --> s{int(after)}" for after in following]
        if one is not None and not following:
            lines.append(f"    s{int(one)} --> [*]")
    lines += [f"    s{int(one)} : {int(one)} {text}" for one, text in sorted(bundles.MEANINGS.items())]
    return "\n".join(lines)


def bundle_table(language: int) -> str:
    """What the registry's numbers mean, and what each makes of the one-stop dossier."""
    head, last = (
        (
            ["Kết quả của phía hộ tịch (G2):", "", "| trangThai | nghĩa | hồ sơ một cửa |"],
            "| số khác | `unknown` | giữ nguyên |",
        ),
        (
            ["The registry's results (G2):", "", "| trangThai | state | one-stop dossier |"],
            "| any other | `unknown` | stays as it is |",
        ),
    )[language]
    rows = []
    for code, state in bundles.BUNDLE_STATES.items():
        local = bundles.LOCAL[state]
        meaning = f"{BUNDLE_WORDS[state]} (`{state}`)" if language == 0 else f"`{state}`"
        name = status.STATUSES[local].vietnamese if language == 0 else f"`{local.name.lower()}`"
        rows.append(f"| {code} | {meaning} | {local.value} {name} |")
    return "\n".join([*head, "| --- | --- | --- |", *rows, last])


def diagram(table: Mapping[StrEnum, Mapping[StrEnum, StrEnum]], start: StrEnum, language: int = 1) -> str:
    """A table as a drawing: an arrow for each way from one state to another, with its news where that has another name.

    Vietnamese stands above the name that the code has.
    """
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {start}"]
    if language == 0:
        lines += [f"    {state} : {MONEY_WORDS[state]}<br>{state}" for state in table]
    for state, row in table.items():
        ways: dict[StrEnum, list[str]] = {}
        for news, after in row.items():
            if after is not state:
                ways.setdefault(after, []).append(str(news))
        for after, news in ways.items():
            lines.append(f"    {state} --> {after}" + (f": {', '.join(news)}" if news != [str(after)] else ""))
        if not ways:
            lines.append(f"    {state} --> [*]")
    return "\n".join([*lines, "```"])


def alarms(language: int = 1) -> str:
    """Which news in which state rings, as a table."""
    states = list(PAYMENTS)
    rows = [
        ("| đang là \\ tin đến | ", "| state \\ news | ")[language] + " | ".join(states) + " |",
        "| --- |" + " --- |" * len(states),
    ]
    for state in states:
        cells = [str(alarm_of(state, news) or "") for news in states]
        rows.append(f"| {state} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def drawn(text: str, language: int = 1) -> str:
    """A document with every drawing as it should be.

    Raises:
        ValueError: a place for a drawing is missing.
    """
    places = {
        "payment states": diagram(PAYMENTS, next(iter(PAYMENTS)), language),
        "payment alarms": alarms(language),
        "refund states": diagram(REFUNDS, next(iter(REFUNDS)), language),
    }
    for name, drawing in places.items():
        begin, end = f"<!-- {name}: drawn by tools/diagrams.py -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(name)
        text = f"{before}{begin}\n\n{drawing}\n\n{end}{after}"
    return text


def pages() -> dict[Path, str]:
    """Every document with drawings, as it should be."""
    arrows = used()
    found = {page: drawn(page.read_text("utf-8"), language) for language, page in enumerate(DOCUMENTS)}
    for language, suffix in enumerate(SUFFIXES):
        dossier = f"{DOSSIER[language]}\n```mermaid\n{dossier_diagram(language)}\n```\n\n{dossier_table(language)}\n"
        bundle = f"{BUNDLE[language]}\n```mermaid\n{bundle_diagram()}\n```\n\n{bundle_table(language)}\n"
        found[EXPLANATION / f"dossier_status{suffix}"] = dossier
        found[EXPLANATION / f"bundle_status{suffix}"] = bundle
        found[EXPLANATION / f"house{suffix}"] = house_page(arrows, language)
        found[EXPLANATION.parent / "assets" / f"house{DRAWN[language]}"] = house(arrows, language)
    return found


def main() -> int:
    """Write, or check."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    wrong = {page: text for page, text in pages().items() if not page.exists() or page.read_text("utf-8") != text}
    if check:
        return int(bool(wrong))
    for page, text in wrong.items():
        page.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
