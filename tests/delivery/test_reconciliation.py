"""Every failure of the mismatch table is driven through the mock portal, and its cause is named."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta

import pytest

from gov_connect import GovConnect, Settings
from gov_connect.client import Parts
from gov_connect.delivery.reconciliation import (
    CAUSES,
    Cause,
    LocalDossier,
    PortalEntry,
    Rules,
    apply,
    reconcile,
)
from gov_connect.delivery.reconciliation.compare import working_hours
from gov_connect.delivery.reconciliation.gather import gather
from gov_connect.delivery.reconciliation.report import COLUMNS, as_csv, as_json, as_table
from gov_connect.errors import GovConnectError, InvalidInput, TimedOut
from gov_connect.inbound.files import FileRules, fetch
from gov_connect.messages import message
from gov_connect.mocks.core import MockRequest
from gov_connect.mocks.portal import PortalMock
from gov_connect.model import (
    VIETNAM,
    Applicant,
    Dossier,
    DossierStatus,
    FileLink,
    ProcedureCode,
    ProgressStep,
)
from gov_connect.offline import offline_settings
from gov_connect.runtime import CountingIds, ManualClock, Reply
from gov_connect.transport import InProcessCarrier

NOW = datetime(2025, 8, 4, 10, 0, tzinfo=VIETNAM)


class Town:
    """An agency and the mock portal, with a wire that can be made to fail."""

    def __init__(self):
        self.clock = ManualClock(NOW)
        self.mock = PortalMock(now=self.clock.now)
        self.spoil = None
        self.local, self.refusals, self.steps = {}, {}, {}
        settings = offline_settings(Settings.from_mapping({}))
        carrier = InProcessCarrier(self._carry)
        self.gov = GovConnect(parts=Parts(settings=settings, clock=self.clock, ids=CountingIds(), carrier=carrier))

    def _carry(self, request):
        headers = {name.lower(): value for name, value in request.headers.items()}
        path = "/" + request.url.partition("//")[2].partition("/")[2]
        if self.spoil == "empty":
            return Reply(status=200, body=b"{}")
        reply = self.mock.handle(MockRequest(method="POST", path=path, headers=headers, body=request.body))
        if self.spoil == "silent" and request.label == "DongBoHoSoMC":
            self.spoil = "dead"
            raise TimedOut(system="portal", seconds=6)
        if self.spoil == "dead":
            raise TimedOut(system="portal", seconds=6)
        return Reply(status=reply.status, body=reply.body)

    def dossier(self, code, status=4, **changes):
        procedure = self.gov.portal.procedure(ProcedureCode("1.001193"))
        return Dossier(
            **{
                "code": code,
                "procedure": procedure,
                "applicant": Applicant(name="THỬ NGHIỆM"),
                "status": DossierStatus(status),
                "summary": "Khai sinh",
                "received_at": NOW,
                "unit_name": "UBND xã Mẫu",
                "databases": ("7",),
                **changes,
            }
        )

    def have(self, code, status=4, **facts):
        self.local[code] = LocalDossier(code=code, status=status, changed_at=self.clock.now(), **facts)

    def put(self, dossier, spoil=None, **facts):
        """Send a dossier; what came of it stands in the agency's records."""
        self.spoil, error, sending = spoil, "", "done"
        try:
            self.gov.portal.put(dossier)
        except GovConnectError as failure:
            error, sending = failure.code, "failed"
        self.spoil = None
        self.have(str(dossier.code), dossier.status.value, **{"sending": sending, "error": error, **facts})

    def pushed(self, answer, refusal):
        code = self.mock.submit({"MaTTHC": "1.001193", "MaSoThue": "000000000012", "TenThuongNhan": "THỬ"})
        if answer is not None:
            self.mock.pushed(code, 200, json.dumps({"error_code": answer}).encode())
        self.refusals[code] = refusal
        return code

    def shown(self):
        return [
            PortalEntry(
                code=code,
                status=int(seen["status"]),
                born_here=seen["origin"] == "portal",
                acknowledged=seen["acknowledged"],
                refusal=self.refusals.get(code, ""),
                steps=len(seen["steps"]),
                submitted_at=NOW,
            )
            for code, seen in self.mock.state()["dossiers"].items()
        ]

    def report(self):
        return reconcile(self.local.values(), self.shown(), now=self.clock.now())


@pytest.fixture
def town():
    made = Town()
    with made.gov:
        yield made


def code_of(number):
    return f"H99.201-250804-{number + 100:04d}"


def unit_not_configured(town):
    town.pushed(None, "")


def mapping_missing(town):
    town.pushed(-1, "mapping")


def account_failed(town):
    town.pushed(-1, "account")


def session_lost(town):
    town.put(town.dossier(code_of(1)), spoil="empty")


def timed_out_after_commit(town):
    town.put(town.dossier(code_of(1)), spoil="silent")


def progress_failed(town):
    town.put(town.dossier(code_of(1)), steps=2)


def number_differs(town):
    town.put(town.dossier("H99.201-250804-48213"))
    del town.local["H99.201-250804-48213"]
    town.have(code_of(1), other="H99.201-250804-48213")


def status_unmapped(town):
    town.have(code_of(1), sending="none", unmapped=True)


def blocked_by_an_earlier_failure(town):
    town.put(town.dossier(code_of(1), status=2))
    town.have(code_of(1), status=4, sending="waiting", blocked=True)


def rewritten_to_9(town):
    town.put(town.dossier(code_of(1), status=9))
    town.have(code_of(1), status=5)


def refused_for_its_content(town):
    known = town.dossier(code_of(1))
    odd = known.procedure.model_copy(update={"domain_code": "SAI"})
    town.put(Dossier(**{**dict(known), "procedure": odd}))


def dead_file_link(town):
    program = fetch(
        FileLink(name="a.pdf", url="https://motcua.example/f/1"), FileRules(hosts=frozenset(("motcua.example",)))
    )
    next(program)
    with pytest.raises(InvalidInput):
        program.send(Reply(status=404))
    town.put(town.dossier(code_of(1)), dead_link=True)


def deleted_locally(town):
    town.put(town.dossier(code_of(1)), deleted=True)


def stuck_in_sent(town):
    town.have(code_of(1), sending="sent")
    town.clock.advance(3600)


@pytest.mark.parametrize(
    ("cause", "happen"),
    [
        ("M1", unit_not_configured),
        ("M2", mapping_missing),
        ("M3", account_failed),
        ("M4", session_lost),
        ("M5", timed_out_after_commit),
        ("M6", progress_failed),
        ("M7", number_differs),
        ("M8", status_unmapped),
        ("M9", blocked_by_an_earlier_failure),
        ("M10", rewritten_to_9),
        ("M11", refused_for_its_content),
        ("M12", dead_file_link),
        ("M13", deleted_locally),
        ("M14", stuck_in_sent),
    ],
)
def test_each_failure_of_the_mismatch_table_is_named(town, cause, happen):
    """One failure, one finding, its own cause."""
    happen(town)
    assert [finding.cause for finding in town.report().findings] == [cause]


def test_all_failures_at_once_are_told_apart(town):
    """Mixed with dossiers that agree, each keeps its cause and action."""
    for number in range(2, 5):
        town.put(town.dossier(code_of(number)))
    unit_not_configured(town)
    session_lost(town)
    report = town.report()
    assert (report.equal, report.local, report.portal) == (3, 4, 4)
    assert report.counts == {"M1": 1, "M4": 1}


class Host:
    """A source that has every dossier."""

    def __init__(self, town):
        self.town, self.said = town, []

    def dossier(self, code):
        return self.town.dossier(code)

    def steps(self, code):
        return [
            ProgressStep(dossier=code, officer="THỬ", at=NOW, text=str(n), status=DossierStatus.PROCESSING)
            for n in range(2)
        ]

    def take_in(self, code):
        self.said.append(("in", code))
        return True

    def release(self, code):
        self.said.append(("release", code))

    def link(self, code, other):
        self.said.append(("link", code, other))


@pytest.mark.parametrize(
    ("happen", "outcome", "left"),
    [
        (session_lost, "done", 0),
        (timed_out_after_commit, "done", 0),
        (progress_failed, "done", 0),
        (stuck_in_sent, "done", 0),
        (unit_not_configured, "done", 1),
        (number_differs, "done", 1),
        (mapping_missing, "left", 1),
        (rewritten_to_9, "left", 1),
    ],
)
def test_the_proposed_action_mends_what_it_can(town, happen, outcome, left):
    """What was mended is gone from the next reconciliation; applying twice does no harm."""
    happen(town)
    source = Host(town)
    for _ in range(2):
        done = town.gov.run(apply(town.report().findings, portal=town.gov.inner().portal, source=source))
        assert {item.outcome for item in done} <= {outcome}
        for code, was in list(town.local.items()):
            town.have(code, was.status, other=was.other, steps=was.steps, sending="done")
    assert len(town.report().findings) == left


def test_an_error_while_mending_is_kept_and_the_next_goes_on(town):
    """One failure does not stop the others."""
    session_lost(town)
    town.spoil = "empty"
    done = town.gov.run(apply(town.report().findings * 2, portal=town.gov.inner().portal, source=Host(town)))
    assert [item.outcome for item in done] == ["system.unexpected_reply"] * 2


def test_a_submitted_dossier_is_late_after_eight_working_hours():
    """Nights and week-ends do not count; from Friday 16:00 to Monday 14:00 are 6 hours."""
    friday = datetime(2025, 8, 1, 16, 0, tzinfo=VIETNAM)
    entry = PortalEntry(code=code_of(1), status=1, born_here=True, submitted_at=friday)
    late = [
        reconcile([], [entry], now=now).findings[0].late
        for now in (datetime(2025, 8, 4, 14, 0, tzinfo=VIETNAM), datetime(2025, 8, 5, 8, 30, tzinfo=VIETNAM))
    ]
    assert late == [False, True]
    assert working_hours(friday, friday + timedelta(days=3), Rules().office) == 1.5 + 4 + 2.5


def test_reports_as_table_json_and_csv(town):
    """The same findings in three forms; no cell becomes a formula."""
    session_lost(town)
    report = town.report()
    assert json.loads(as_json(report))["counts"] == {"M4": 1}
    (row,) = csv.DictReader(io.StringIO(as_csv(report, "en")))
    assert (tuple(row), row["cause"], row["action"], row["portal_status"]) == (COLUMNS, "M4", "resend", "")
    assert "lệch 1" in as_table(report)
    assert "1 findings" in as_table(report, "en")
    odd = reconcile([LocalDossier(code="=1+1", status=4, changed_at=NOW)], [], now=NOW)
    assert "'=1+1" in as_csv(odd)


def test_every_cause_has_a_text_and_an_action():
    """In both languages."""
    assert set(CAUSES) == set(Cause)
    assert all(message(facts.text).vi and message(facts.text).en for facts in CAUSES.values())


def test_the_local_side_is_gathered_from_the_records(town):
    """Newest event, doubt, and an earlier failure that blocks."""
    ledger, procedure = town.gov.ledger, ProcedureCode("1.001193")
    for number in range(1, 5):
        ledger.stand(code_of(number), procedure=procedure, status=DossierStatus.PROCESSING, outcome="")
    for key, number, error in (("a", 1, "system.refused"), ("b", 1, ""), ("c", 2, ""), ("d", 3, "network.timed_out")):
        ledger.begin(system="portal", dossier=code_of(number), key=key, operation="portal.put", payload="{}")
        if error:
            ledger.fail(system="portal", key=key, error=error, doubtful=error.startswith("network"), tries=1)
        elif key == "c":
            ledger.finish(system="portal", key=key, result="{}")
    found = gather(town.gov._parts.database, town.gov._acting.agency)
    assert [(item.sending, item.error, item.blocked) for item in found] == [
        ("sent", "", True),
        ("done", "", False),
        ("sent", "network.timed_out", False),
        ("none", "", False),
    ]
    assert found[0].changed_at == NOW
