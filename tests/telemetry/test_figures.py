"""Figures for Prometheus and OpenTelemetry, the digest of a day, and the id that goes along."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner

from gov_connect import AsyncGovConnect, DossierCode, GovConnect, Officer, ProcedureCode, Purpose
from gov_connect.audit import Kind, Note
from gov_connect.cli._app import app
from gov_connect.client import Parts
from gov_connect.errors import LedgerError
from gov_connect.mocks.systems import SYSTEMS, environment
from gov_connect.model import VIETNAM, CitizenId, CitizenQuery
from gov_connect.offline import offline_carrier, offline_settings
from gov_connect.resilience import Attempt
from gov_connect.runtime import ManualClock, SystemClock
from gov_connect.settings import Settings
from gov_connect.telemetry import Metrics, MetricsApp, render
from gov_connect.telemetry.expiry import certificate_settings, expiring_soon
from gov_connect.transport import InProcessCarrier

DOSSIER = DossierCode("H99.201-261120-0001")
PURPOSE = Purpose(procedure=ProcedureCode("1.001193"), dossier=DOSSIER)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=VIETNAM)


def attempt(outcome="answered", seconds=0.2, operation="portal.find"):
    return Attempt(
        agency="H99.201",
        system="portal",
        operation=operation,
        wire="TraCuuHoSo",
        number=1,
        outcome=outcome,
        status=200,
        seconds=seconds,
        correlation_id="c" * 32,
    )


def read_back(text):
    """The figures of rendered text, by name and labels."""
    pairs = (line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def test_attempts_are_counted_and_timed():
    """By outcome; buckets add up; labels are escaped."""
    metrics = Metrics()
    for seconds in (0.01, 0.2, 0.25, 90):
        metrics(attempt(seconds=seconds))
    metrics(attempt("network.timed_out", operation='x"\\\n'))
    figures = read_back(render(metrics))
    base = 'agency="H99.201",system="portal"'
    assert figures[f'gov_connect_attempts_total{{{base},operation="portal.find",outcome="answered"}}'] == 4
    bounds = ("0.05", "0.25", "60.0", "+Inf")
    buckets = [figures[f'gov_connect_attempt_seconds_bucket{{{base},le="{le}"}}'] for le in bounds]
    assert buckets == [1, 4, 4, 5]
    assert figures[f"gov_connect_attempt_seconds_count{{{base}}}"] == 5
    assert figures[f"gov_connect_attempt_seconds_sum{{{base}}}"] == pytest.approx(90.66)
    assert r'operation="x\"\\\n"' in render(metrics)


def get(application, path, method="GET"):
    """One request at the application, as a server would make it."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path}
    asyncio.run(application(scope, None, send))
    return sent[0]["status"], sent[1]["body"].decode()


def test_the_endpoint_answers_and_shows_trouble():
    """Figures, health, 404, 405; 503 with the code when the records cannot be read."""
    with GovConnect.offline() as gov:
        gov.portal.find(DOSSIER)
        application = MetricsApp(gov.metrics)
        status, text = get(application, "/metrics")
        assert (status, 'operation="portal.find",outcome="answered"' in text) == (200, True)
        assert get(application, "/healthz") == (200, "ok\n")
        assert get(application, "/metrics", "HEAD") == (200, "")
        assert get(application, "/secrets")[0] == 404
        assert get(application, "/metrics", "POST")[0] == 405

    def broken():
        raise LedgerError("ledger.unusable")

    assert get(MetricsApp(broken), "/healthz") == (503, "ledger.unusable\n")


def client(clock, *, seen=None):
    inner = offline_carrier(1)

    def handle(request):
        seen.append(request)
        return inner.send(request, None)

    carrier = inner if seen is None else InProcessCarrier(handle)
    return GovConnect(parts=Parts(settings=offline_settings(Settings.from_mapping({})), carrier=carrier, clock=clock))


def test_the_digest_counts_a_day_and_names_nobody():
    """Look-ups, officers, failures, what is open; another day is another digest."""
    clock = ManualClock(NOON)
    with client(clock) as gov:
        for officer in ("cb-01", "cb-02", "cb-01"):
            gov.acting(officer=Officer(code=officer), purpose=PURPOSE).portal.account_id(CitizenId("000000000012"))
        log = gov.audit.log
        log.finish(log.begin(Note(agency=gov.audit.agency, kind=Kind.WRITE, operation="x")), "network.timed_out")
        log.begin(Note(agency=gov.audit.agency, kind=Kind.WRITE, operation="x"))
        gov.audit.purged("inbox", 1, reason="QĐ 1")
        made = gov.digest(date(2026, 11, 20))
        assert (made.look_ups, made.officers, made.writes, made.open, made.purges) == (3, 2, 2, 1, 1)
        assert made.failed == {"network.timed_out": 1}
        assert gov.digest(date(2026, 11, 19)).look_ups == 0
        assert gov.today() == date(2026, 11, 20)
        for text in (made.text("vi"), made.text("en"), json.dumps(made.to_dict())):
            assert "cb-0" not in text
            assert "3" in text


def pem(days, now):
    """A certificate that ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "agency")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(now - timedelta(days=400))
    return made.not_valid_after(now + timedelta(days=days)).sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def test_the_digest_says_which_certificates_end(tmp_path):
    """Of connections and of signing, by the names of their settings; what cannot be read is said too."""
    now = datetime.now(UTC)
    soon, later, over = (tmp_path / f"{name}.pem" for name in ("soon", "later", "over"))
    for file, days in ((soon, 9), (later, 90), (over, -3)):
        file.write_bytes(pem(days, now + timedelta(hours=1)))
    (tmp_path / "roots").mkdir()
    (tmp_path / "roots" / "a.pem").write_bytes(soon.read_bytes() + later.read_bytes())
    settings = Settings.from_mapping(
        {
            **environment({name: f"https://{name}.example" for name in SYSTEMS}),
            "GOV_CONNECT_DATABASE_URL": f"sqlite:///{tmp_path / 'records.db'}",
            "GOV_CONNECT_PORTAL__CLIENT_CERT": str(soon),
            "GOV_CONNECT_PORTAL__CLIENT_KEY": str(soon),
            "GOV_CONNECT_PORTAL__CA_FILE": str(later),
            "GOV_CONNECT_RESIDENTS__CA_FILE": str(over),
            "GOV_CONNECT_NATIONAL_PAYMENT__CA_FILE": str(tmp_path / "nowhere.pem"),
            "GOV_CONNECT_CIVIL_REGISTRY__CA_FILE": "system",
            "GOV_CONNECT_SIGNING__OFFICIAL_ROOTS": str(tmp_path / "roots"),
            "GOV_CONNECT_SIGNING__PUBLIC_ROOTS": later.read_text(),
        }
    )
    found = expiring_soon(certificate_settings(settings), now)
    assert list(found.items()) == [
        ("national_payment.ca_file", None),
        ("residents.ca_file", -3),
        ("portal.client_cert", 9),
        ("signing.official_roots", 9),
    ]
    with GovConnect(settings) as gov:
        gov.audit.purged("inbox", 1, reason="QĐ 1")
        made = gov.digest(gov.today())
    assert made.ends == found
    assert "certificates that end in (days): residents.ca_file: -3" in made.text("en")
    assert "national_payment.ca_file: ?" in made.text("vi")


def test_the_command_tells_yesterday(monkeypatch, tmp_path):
    """Text in both languages, JSON, and a wrong day."""
    monkeypatch.setenv("GOV_CONNECT_ENVIRONMENT", "offline")
    run = CliRunner().invoke
    yesterday = datetime.now(VIETNAM).date() - timedelta(days=1)
    assert json.loads(run(app, ["digest", "--json"]).stdout)["day"] == yesterday.isoformat()
    assert "look-ups: 0" in run(app, ["digest", "--english"]).output
    assert "lượt tra cứu: 0" in run(app, ["digest", "--day", "2026-11-20"]).output
    assert run(app, ["digest", "--day", "x"]).exit_code == 2


def test_the_correlation_id_goes_to_every_system_and_into_the_log():
    """The header of each message is the id of the audit entry and of the error."""
    seen = []
    with client(SystemClock(), seen=seen) as gov:
        acting = gov.acting(officer=Officer(code="cb-01"), purpose=PURPOSE)
        acting.portal.account_id(CitizenId("000000000012"))
        acting.residents.verify(CitizenQuery(citizen_id="000000000012", name="NGUYỄN THỊ MẪU", born="1990"))
        acting.civil_registry.results(DOSSIER, unit="99001")
        entries = [row for row in acting.audit.entries() if row["operation"] == "portal.account_id"]
    ids = {request.system: request.headers["X-Correlation-Id"] for request in seen}
    assert set(ids) == {"portal", "residents", "civil_registry"}
    assert len(set(ids.values())) == 3
    assert entries[0]["request_id"] == ids["portal"]


TRACED = """
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
trace.set_tracer_provider(provider)
metrics.set_meter_provider(MeterProvider([reader]))
from gov_connect import DossierCode, GovConnect
with GovConnect.offline() as gov, trace.get_tracer("host").start_as_current_span("host"):
    gov.portal.find(DossierCode("H99.201-261120-0001"))
made = [one for one in spans.get_finished_spans() if one.name != "host"]
assert {one.attributes["gov_connect.operation"] for one in made} == {"portal.find"}, made
assert all(one.parent is not None for one in made)
assert all(len(one.attributes["gov_connect.correlation_id"]) == 32 for one in made)
names = {m.name for r in reader.get_metrics_data().resource_metrics for s in r.scope_metrics for m in s.metrics}
assert names == {"gov_connect.attempts", "gov_connect.attempt.duration"}, names
print("traced")
"""
BLOCKED = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "opentelemetry":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
from gov_connect import DossierCode, GovConnect
from gov_connect.telemetry import otel
with GovConnect.offline() as gov:
    gov.portal.find(DossierCode("H99.201-261120-0001"))
    sys.modules["opentelemetry.trace"] = None
    gov.portal.find(DossierCode("H99.201-261120-0002"))
assert otel._parts() is None
print("untraced")
"""


@pytest.mark.parametrize(("code", "said"), [(TRACED, "traced"), (BLOCKED, "untraced")])
def test_opentelemetry_is_used_where_it_is_and_missed_nowhere(code, said):
    """Spans below the host's own, counters; and the same calls with the import blocked."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, said), done.stderr[-2000:]


def test_the_awaited_client_has_the_same_figures():
    """Digest and metrics are read the same way."""

    async def ask():
        async with AsyncGovConnect.offline() as gov:
            await gov.portal.find(DOSSIER)
            return gov.metrics(), gov.digest(gov.today())

    text, made = asyncio.run(ask())
    assert "portal.find" in text
    assert made.writes == 0
