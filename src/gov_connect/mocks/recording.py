"""Record and replay: the answers of one run, given again in another.

A recording holds answers only, and none in or about which a number looks like a real person's (all of ours begin
with 000): teams point real software at the mocks, and what echoes its data must not end in a file.
"""

from __future__ import annotations

import base64
import json
from collections import deque
from typing import TYPE_CHECKING, Any

from gov_connect.mocks.core import MockReply
from gov_connect.mocks.masking import REAL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gov_connect.mocks.core import MockSystem
    from gov_connect.mocks.journal import Journal

Replies = dict[tuple[str, str], deque[MockReply]]


def record(journal: Journal, file: Path) -> tuple[int, int]:
    """Write the answers that are kept, oldest first; gives how many were written and how many left out."""
    written: list[dict[str, Any]] = []
    left_out = 0
    for row in reversed(journal.rows()):
        if row.direction == "out" or not row.operation or row.status == 0:
            continue
        if REAL.search(row.answered.decode("latin-1")) or REAL.search(row.subject):
            left_out += 1
            continue
        written.append(
            {
                "system": row.system,
                "operation": row.operation,
                "subject": row.subject,
                "status": row.status,
                "type": row.content_type,
                "body": base64.b64encode(row.answered).decode(),
            }
        )
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in written), encoding="utf-8")
    return len(written), left_out


def replay(file: Path, systems: Mapping[str, MockSystem]) -> int:
    """Let `systems` answer from a recording, each call as often as it was recorded, the last one for ever.

    What was not recorded is answered as usual. Gives how many answers were read.

    Raises:
        ValueError: the file is no recording, or speaks of a system that is not here.
    """
    count = 0
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            row: dict[str, Any] = json.loads(line)
            replies = systems[row["system"]].recorded
            reply = MockReply(
                status=int(row["status"]), headers={"content-type": row["type"]}, body=base64.b64decode(row["body"])
            )
            replies.setdefault((row["operation"], row["subject"]), deque()).append(reply)
        except (KeyError, TypeError, ValueError) as error:
            message = f"line {count + 1} is no recorded answer"
            raise ValueError(message) from error
        count += 1
    return count
