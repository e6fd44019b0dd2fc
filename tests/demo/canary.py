"""A rough day whose people carry canaries; everything it leaves behind is put into one folder.

    python tests/demo/canary.py FOLDER

Logs of every library at DEBUG, the database with its log, reports, the audit export and its heads, the digest, errors
with their tracebacks, metrics, OpenTelemetry's spans and figures. Prints the canaries as JSON on the last line of
standard output; the test greps for them.
"""

from __future__ import annotations

import io
import json
import logging
import sys
import tempfile
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import structlog

from gov_connect.mocks import _person

_person._GIVEN = tuple(f"CANARYTEN{letter}" for letter in "ABCDEFGH")
_person.COMMUNE = "xã CANARYXA, tỉnh Giả Định"

from opentelemetry import metrics, trace  # noqa: E402
from opentelemetry.sdk.metrics import MeterProvider  # noqa: E402
from opentelemetry.sdk.metrics.export import InMemoryMetricReader  # noqa: E402
from opentelemetry.sdk.trace import TracerProvider  # noqa: E402
from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: E402
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: E402
from rich.console import Console  # noqa: E402

from gov_connect.cli._demo import as_json, run, tables  # noqa: E402 - after the canaries are in place
from gov_connect.doctor import examine  # noqa: E402
from gov_connect.errors import GovConnectError  # noqa: E402
from gov_connect.mocks import commune_day  # noqa: E402

SEED, COUNT = 7, 16
FOLDER = Path(sys.argv[1])


class Kept:
    """A temporary folder that stays."""

    def __init__(self, **_more: object) -> None:
        self.name = str(FOLDER)

    def __enter__(self) -> str:
        return self.name

    def __exit__(self, *_error: object) -> None:
        """Nothing is deleted."""


def leave(name: str, content: str) -> None:
    """One more thing that an operator may look at."""
    (FOLDER / name).write_text(content, encoding="utf-8")


def main() -> None:
    """Play the day and leave everything."""
    logging.basicConfig(filename=FOLDER / "all.log", level=logging.DEBUG, encoding="utf-8")
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        logger_factory=structlog.WriteLoggerFactory(file=(FOLDER / "structlog.log").open("w", encoding="utf-8")),
    )
    tempfile.TemporaryDirectory = Kept  # type: ignore[assignment, misc]
    spans, figures = InMemorySpanExporter(), InMemoryMetricReader()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace.set_tracer_provider(provider)
    metrics.set_meter_provider(MeterProvider(metric_readers=[figures]))
    seen: list[object] = []
    made, judged = run.GovConnect, run.check
    run.GovConnect = lambda **given: seen.append(made(**given)) or seen[-1]  # type: ignore[assignment, misc]

    def check(world: object) -> object:
        gov = seen[0]
        leave("audit.json", json.dumps([*gov.audit.entries(), gov.audit.verify().to_dict()], ensure_ascii=False))
        leave("doctor.json", json.dumps(examine(gov).to_dict(), ensure_ascii=False))
        leave("metrics.txt", gov.metrics())
        leave("digest.txt", gov.digest(run.DAY.date()).text() + json.dumps(gov.digest(run.DAY.date()).to_dict()))
        leave("heads.json", gov.audit.export_heads().to_json())
        leave("traces.txt", "\n".join(span.to_json() for span in spans.get_finished_spans()))
        leave("otel-metrics.txt", figures.get_metrics_data().to_json())
        leave("repr.txt", repr((world, gov, gov.settings, gov.ledger.records(), vars(gov))))
        leave("errors.txt", errors_of(gov))
        return judged(world)

    run.check = check  # type: ignore[assignment]
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        report = run.DemoRun(dossiers=COUNT, faults="rough", seed=SEED, progress=lambda _done: None).run()
        Console(file=out).print(tables(report))
        out.write(as_json(report))
    leave("output.txt", out.getvalue())
    people = _person.population(SEED)
    numbers = sorted({number for one in people for number in (one.number, one.cmnd, one.phone) if number})
    texts = json.dumps([repr(one) for one in commune_day(SEED, COUNT, on=run.DAY.date())])
    sys.stdout.write(json.dumps({"numbers": numbers, "agree": report.verdict.agree, "submissions": len(texts)}) + "\n")


def errors_of(gov: object) -> str:
    """What errors look like with their tracebacks, the deepest first."""
    told = io.StringIO()
    person = _person.population(SEED)[0]
    for wrong in ({"citizen_id": person.number + "x"}, {"name": person.name * 99}, {"born": person.name}):
        try:
            from gov_connect import CitizenQuery  # noqa: PLC0415 - one place

            CitizenQuery(**{"citizen_id": person.number, "name": person.name, "born": "1990", **wrong})
        except GovConnectError as error:
            traceback.print_exception(error, file=told)
            told.write(repr(error) + str(error) + repr(error.__dict__))
    try:
        gov.portal.receive(json.dumps({"TenThuongNhan": person.name}).encode(), path="/addtthcKhuyenMai")
    except GovConnectError as error:
        traceback.print_exception(error, file=told)
    return told.getvalue()


main()
