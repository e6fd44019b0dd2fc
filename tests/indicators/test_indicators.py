"""The portal's own rules, one by one, and what people and programs are shown."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from gov_connect.cli._app import app
from gov_connect.indicators import DossierFacts, as_svg, as_table, compute, facts_of
from gov_connect.model import (
    VIETNAM,
    Applicant,
    Attachment,
    Channel,
    Dossier,
    DossierStatus,
    FeeKind,
    FeeLine,
    Money,
    PaidOnline,
    Procedure,
    SupplementRound,
)

AT = datetime(2025, 8, 4, 8, 0, tzinfo=VIETNAM)
DUE = AT + timedelta(days=2)
HOUR = timedelta(hours=1)


def judged(*history, now=AT, **facts):
    """Give what one dossier counts as."""
    facts = {"received_at": AT, "due_at": DUE, **facts}
    item = DossierFacts(history=[(DossierStatus(code), AT + HOUR * after) for code, after in history], **facts)
    found = compute([item], first=date(2025, 8, 1), last=date(2025, 8, 31), now=now)
    names = ["not_counted", "in_progress", "overdue", "no_due_date"]
    plain = [name for name in names if getattr(found, name)]
    return plain + [name for name in ("early", "on_time", "late") if getattr(found, name).part]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([(2, 0), (9, 5)], ["early", "on_time"]),
        ([(2, 0), (9, 48)], ["on_time"]),
        ([(2, 0), (9, 49)], ["late"]),
        ([(2, 0), (9, 5), (10, 90)], ["early", "on_time"]),
        ([(2, 0), (10, 90)], ["late"]),
        ([(2, 0), (8, 5)], ["early", "on_time"]),
        ([(3, 1)], ["early", "on_time"]),
        ([(1, 0), (7, 1)], ["not_counted"]),
        ([(2, 0), (7, 1)], ["early", "on_time"]),
        ([(2, 0), (5, 3)], ["early", "on_time"]),
        ([(2, 0), (5, 3), (4, 5), (5, 6), (9, 7)], ["late"]),
        ([(2, 0), (5, 3), (4, 5), (9, 49)], ["late"]),
        ([(2, 0), (4, 1)], ["in_progress"]),
    ],
)
def test_each_rule_of_the_formulas(history, expected):
    """9 before 10 before 8 and 3; 7 only when accepted; one 5 ends, two make late."""
    assert judged(*history) == expected


def test_a_dossier_without_a_date_is_judged_only_as_far_as_can_be():
    """Without receipt not counted; without a due date the statutory time, else not judged; pending ones get overdue."""
    assert judged((9, 5), received_at=None) == ["not_counted"]
    assert judged((9, 5), due_at=None) == ["no_due_date"]
    assert judged((9, 50), due_at=None, statutory=timedelta(days=2)) == ["late"]
    assert judged((4, 1), now=DUE + HOUR) == ["overdue"]
    assert judged((4, 1), due_at=None, now=DUE + HOUR) == ["in_progress"]


@pytest.fixture
def dossier():
    return Dossier(
        code="H99.201-250804-0001",
        procedure=Procedure(code="2.000635", name="Trích lục"),
        applicant=Applicant(name="THỬ"),
        status=DossierStatus.PROCESSED,
        channel=Channel.ONLINE,
        summary="Trích lục",
        received_at=AT,
        due_at=DUE,
        processed_at=AT + HOUR,
        unit_name="UBND xã Mẫu",
        attachments=(Attachment(id="1", name="a.pdf", url="https://motcua.example/1", reused=True),),
        fees=(FeeLine(name="Lệ phí", amount=Money(8000), kind=FeeKind.CHARGE),),
        paid_online=PaidOnline.AGENCY_GATEWAY,
    )


def changed(dossier, **changes):
    return Dossier(**{**dict(dossier), **changes})


@pytest.fixture
def found(dossier):
    free = (FeeLine(name="Miễn", amount=Money(0), kind=FeeKind.CHARGE),)
    dossiers = [
        dossier,
        changed(dossier, fees=free, paid_online=PaidOnline.NO_FEE),
        changed(dossier, channel=Channel.COUNTER, paid_online=PaidOnline.NOT_ONLINE, attachments=()),
        changed(dossier, received_at=AT - timedelta(days=30), processed_at=AT),
    ]
    return compute(map(facts_of, dossiers), first=date(2025, 8, 1), last=date(2025, 8, 31), now=AT)


def test_rates_are_over_the_dossiers_they_speak_of(found):
    """Exempt dossiers leave the payment rate; another month's dossiers leave everything."""
    assert (found.total, found.on_time.part) == (3, 3)
    assert (found.online.part, found.digitised.part, found.reused.part) == (2, 2, 2)
    assert (found.paid_online.part, found.paid_online.whole, found.paid_online.percent) == (1, 2, 50.0)
    assert found.as_dict()["online"] == {"part": 2, "whole": 3, "percent": 66.7}


def test_rounds_of_supplements_count_without_a_history(dossier):
    """More than one request for papers makes a dossier late, also where only the dossier itself tells of them."""
    rounds = [
        SupplementRound(id=at, requested_by="Cán bộ Mẫu", request="Bổ sung", requested_at=AT + HOUR * at)
        for at in (1, 2)
    ]
    for asked, late in ((rounds[:1], 0), (rounds, 1)):
        one = changed(dossier, supplements=tuple(asked))
        found = compute([facts_of(one)], first=date(2025, 8, 1), last=date(2025, 8, 31), now=AT)
        assert found.late.part == late


def test_typed_fee_amounts_are_counted_over_all_fee_lines(dossier):
    """One of three lines in the period; another month's lines do not count."""
    typed = FeeLine(name="Lệ phí (nhập tay)", amount=Money(8000), kind=FeeKind.CHARGE, typed=True)
    dossiers = [
        dossier,
        changed(dossier, fees=(*dossier.fees, typed)),
        changed(dossier, fees=(typed,), received_at=AT - timedelta(days=30), processed_at=AT),
    ]
    found = compute(map(facts_of, dossiers), first=date(2025, 8, 1), last=date(2025, 8, 31), now=AT)
    assert (found.fees_typed.part, found.fees_typed.whole) == (1, 3)
    assert "1/3 (33.3 %)" in as_table(found)
    assert found.as_dict()["fees_typed"] == {"part": 1, "whole": 3, "percent": 33.3}


def test_a_list_of_procedures_with_fees_decides_when_there_is_one(dossier):
    """The national database says which procedures have a fee, not the dossier."""
    bare = changed(dossier, fees=())
    assert facts_of(bare, procedures_with_fee={"2.000635"}).has_fee
    assert not facts_of(dossier, procedures_with_fee=set()).has_fee


def test_table_and_chart_show_the_same_figures(found):
    """The chart is well-formed; nothing of nothing shows a dash."""
    assert "1/2 (50.0 %)" in as_table(found)
    root = ET.fromstring(as_svg(found, title="Tháng 8 <2025>"))
    texts = [element.text for element in root.iter() if element.text]
    assert {"Tháng 8 <2025>", "1/2 (50.0 %)"} <= set(texts)
    empty = compute([], first=date(2025, 8, 1), last=date(2025, 8, 31), now=AT)
    assert "0/0 (-)" in as_svg(empty, title="", language="en")


def run(*arguments):
    return CliRunner().invoke(app, ["indicators", *map(str, arguments)])


def test_the_command_reads_a_file(tmp_path, dossier):
    """JSON lines in, table, JSON and a chart out."""
    file = tmp_path / "dossiers.jsonl"
    file.write_text(dossier.to_json() + "\n\n", encoding="utf-8")
    days = ["--from", "2025-08-01", "--to", "2025-08-31", "--file", file]
    done = run(*days, "--json", "--svg", tmp_path / "chart.svg")
    assert (done.exit_code, json.loads(done.output)["paid_online"]["percent"]) == (0, 100.0)
    assert (tmp_path / "chart.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "Đúng hạn" in run(*days).output


def test_the_command_reads_the_local_records(tmp_path, monkeypatch, dossier):
    """The newest state of each dossier that was handed to the portal counts once."""
    from gov_connect import GovConnect  # noqa: PLC0415 - reads the changed environment

    variables = {
        "ENVIRONMENT": "test",
        "AGENCY": "H99.201",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}",
        "STORE_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    }
    for name, value in variables.items():
        monkeypatch.setenv(f"GOV_CONNECT_{name}", value)
    with GovConnect.from_env() as gov:
        for key, status in (("a", DossierStatus.PROCESSING), ("b", DossierStatus.PROCESSED)):
            payload = json.dumps({"dossier": json.loads(changed(dossier, status=status).to_json())})
            gov.ledger.begin(system="portal", dossier=dossier.code, key=key, operation="portal.put", payload=payload)
    done = run("--from", "2025-08-01", "--to", "2025-08-31", "--json")
    assert (done.exit_code, json.loads(done.output)["total"]) == (0, 1)


@pytest.mark.parametrize("content", ["{}", "x"])
def test_wrong_usage_exits_2(tmp_path, content):
    """A file that holds no dossiers, a missing file, days the wrong way round."""
    file = tmp_path / "a.jsonl"
    file.write_text(content, encoding="utf-8")
    days = ["--from", "2025-08-01", "--to", "2025-08-31"]
    assert run(*days, "--file", file).exit_code == 2
    assert run(*days, "--file", tmp_path / "none").exit_code == 2
    assert run("--from", "2025-08-02", "--to", "2025-08-01").exit_code == 2
