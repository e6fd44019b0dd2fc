"""The status machine is one table, and its pictures come from it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from gov_connect.mocks.portal._fields import MOVES as MOCK_MOVES
from gov_connect.model import DossierStatus
from gov_connect.model.status import ALLOWED, MOVES, STATUSES, may_follow, odd_moves

ROOT = Path(__file__).parents[2]


def test_the_diagram_in_the_docs_is_up_to_date():
    """Whoever changes the table runs tools/diagrams.py."""
    done = subprocess.run([sys.executable, str(ROOT / "tools" / "diagrams.py"), "--check"], check=False, timeout=60)
    assert done.returncode == 0


def test_every_status_has_facts_and_every_move_evidence():
    """Nothing of §3 is left out, and nothing stands twice."""
    assert set(STATUSES) == set(DossierStatus)
    assert len(ALLOWED) == len(MOVES)
    assert all(move.evidence for move in MOVES)


def test_nothing_follows_a_terminal_status_but_a_correction():
    """3, 7 and 8 end; 10 goes back only as a correction."""
    assert [m.after for m in MOVES if STATUSES[m.before].terminal and not m.correction] == []


def test_the_mock_reads_the_same_moves_from_the_wire_document():
    """Two independent readings agree."""
    ours = {(str(a.value), str(b.value)) for a, b in ALLOWED}
    assert ours == {(a, b) for a, after in MOCK_MOVES.items() for b in after}


def test_odd_moves_are_found_in_order():
    """A history is judged move by move."""
    history = [DossierStatus(code) for code in (1, 2, 2, 9, 3, 4)]
    assert odd_moves(history) == [(9, 3), (3, 4)]
    assert may_follow(DossierStatus.NEW, DossierStatus.NEW)
