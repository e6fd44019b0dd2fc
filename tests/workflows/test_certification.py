"""Certified copies and signatures: one request of the citizen, two records behind (§6.2)."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count

import pytest

from gov_connect.errors import InvalidInput
from gov_connect.fees import FeeBook
from gov_connect.model import VIETNAM, DossierCode
from gov_connect.workflows import CertificationRequest, Register, open_certification

APPLICANT = {"name": "NGUYỄN THỊ MẪU", "citizen_id": "000000000012"}
MORNING = datetime(2026, 1, 5, 9, tzinfo=VIETNAM)


def opened(received_at=MORNING, **fields):
    numbers = count(1)
    return open_certification(
        CertificationRequest(applicant=APPLICANT, **fields),
        received_at=received_at,
        next_number=lambda: DossierCode(f"H99.201-260105-{next(numbers):04d}"),
    )


def test_one_request_two_records():
    """Two codes, two registers, two numbers; one list of fees for one payment."""
    made = opened(copies=({"pages": 5, "copies": 2}, {"pages": 1, "copies": 1}), signed_papers=1)
    assert [(record.procedure, record.register, record.dossier) for record in made.records] == [
        ("2.000815", Register.COPIES, "H99.201-260105-0001"),
        ("2.000884", Register.SIGNATURES, "H99.201-260105-0002"),
    ]
    assert [item.charge for item in made.items] == ["ct.copy", "ct.copy", "ct.sign"]
    quote = FeeBook.default().quote(made.items, on=date(2026, 1, 5), area="31:31", channel="counter", facts=frozenset())
    # 2 copies of 5 pages: 2 × (2 × 2,000 + 3 × 1,000); 1 copy of 1 page: 2,000; one signature case: 10,000.
    assert quote.total is not None
    assert quote.total.dong == 2 * 7_000 + 2_000 + 10_000


@pytest.mark.parametrize(
    ("fields", "procedures"),
    [
        ({"copies": ({"pages": 1, "copies": 1},)}, ["2.000815"]),
        ({"signed_papers": 3}, ["2.000884"]),
    ],
)
def test_only_what_is_wanted(fields, procedures):
    """One wish is one record."""
    assert [record.procedure for record in opened(**fields).records] == procedures


def test_the_same_day_or_the_next():
    """After 15:00 the next working day."""
    wish = {"signed_papers": 1}
    assert opened(**wish).due_at == datetime(2026, 1, 5, 17, tzinfo=VIETNAM)
    late = opened(received_at=datetime(2026, 1, 9, 15, tzinfo=VIETNAM), **wish)
    assert late.due_at == datetime(2026, 1, 12, 17, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    "fields", [{}, {"copies": ({"pages": 0, "copies": 1},)}, {"signed_papers": -1}, {"signed_papers": True}]
)
def test_nothing_is_no_request(fields):
    """Nor is a number that makes no sense."""
    with pytest.raises(InvalidInput):
        opened(**fields)
