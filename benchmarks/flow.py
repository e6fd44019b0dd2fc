"""The whole flow (look up, quote, pay, sign, register, sync): ours, a hand-written floor, and the obvious script.

    python benchmarks/flow.py [--smoke]

All three exchange the same messages with a server of recorded answers. Each runs in a process of its own; the figure
is its CPU time a flow; rounds interleave, medians. `direct` calls the systems without ledger, order book and audit;
`recorded` keeps orders and audit in a file, beside a floor that commits one row a step to such a file.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import logging
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from apart import contenders
from canned import key_of
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from scripts import MEMORY, XML, contend

from gov_connect import AsyncGovConnect, CitizenQuery, GovConnect, Officer, Purpose, Settings
from gov_connect.client import Parts
from gov_connect.fees import FeeItem
from gov_connect.model import (
    VIETNAM,
    Applicant,
    BirthRegistration,
    Child,
    Dossier,
    DossierStatus,
    FeeKind,
    FeeLine,
    Money,
    Parent,
    Payer,
    PaymentOrder,
    Procedure,
    Requester,
)
from gov_connect.signing import ActKind, LocalKey, Signing
from gov_connect.transport import HttpCarrier
from signing import load

if TYPE_CHECKING:
    from collections.abc import Generator

    from gov_connect.runtime import Reply, Request, Timeouts

AT = datetime(2026, 1, 5, 8, 0, tzinfo=VIETNAM)
DOSSIER = "H99.201-260105-0007"
REFERENCE = "bench-1"
PLACE = "Xã Mẫu, tỉnh Giả Định"
ONCE = frozenset({"login", "token", "INIT"})


def known_fields() -> dict[str, str]:
    """A person whom the mocks know, in plain text."""
    from gov_connect.mocks.people import population  # noqa: PLC0415 - contenders load none of the mocks

    person = next(person for person in population(0) if person.number and not person.year_only)
    return {"citizen_id": str(person.number), "name": str(person.name), "born": person.birth.isoformat()}


def known() -> CitizenQuery:
    """Whom the flows look up."""
    return CitizenQuery.model_validate(known_fields())


def birth() -> BirthRegistration:
    """What is registered."""
    return BirthRegistration(
        dossier=DOSSIER,
        unit="99001",
        received_at=AT,
        child=Child(
            name="PHẠM THỬ NGHIỆM AN",
            sex="female",
            born="2026-01-03",
            birth_place=PLACE,
            birth_province="99",
            native_place=PLACE,
        ),
        mother=Parent(name="LÊ THỊ HƯ CẤU", born="1999", residence=PLACE, citizen_id="000000000012"),
        father=Parent(name="PHẠM VĂN GIẢ ĐỊNH", born="1997-05-20", residence=PLACE, citizen_id="000000000011"),
        requester=Requester(
            name="PHẠM VĂN GIẢ ĐỊNH",
            relation="Cha",
            citizen_id="000000000011",
            id_issued_on="2022-02-01",
            id_issued_by="Cục Cảnh sát",
        ),
        copies=3,
    )


def order(reference: str, lines: tuple[FeeLine, ...]) -> PaymentOrder:
    """What is paid."""
    return PaymentOrder(
        reference=reference,
        dossier=DOSSIER,
        procedure="1.001193",
        procedure_name="Thủ tục đăng ký khai sinh",
        amount=Money.total(line.amount for line in lines),
        lines=lines,
        payer=Payer(name="NGUYỄN THỊ MẪU", citizen_id="000000000012"),
        created_at=AT,
    )


def record(lines: tuple[FeeLine, ...]) -> Dossier:
    """What the portal shows."""
    return Dossier(
        code=DOSSIER,
        procedure=Procedure(
            code="1.001193", name="Thủ tục đăng ký khai sinh", domain_code="G99-TP01", domain_name="Hộ tịch"
        ),
        applicant=Applicant(name="Nguyễn Thị Mẫu", citizen_id="000000000012", phone="0900000001"),
        status=DossierStatus.ACCEPTED,
        summary="Đăng ký khai sinh",
        received_at=AT,
        due_at=datetime(2026, 1, 6, 17, 0, tzinfo=VIETNAM),
        unit_name="UBND xã Mẫu",
        fees=lines,
        databases=("7",),
    )


def quoted(gov: Any) -> tuple[FeeLine, ...]:
    """The fee of three extract copies, by the law packs."""
    items = [FeeItem("ht.birth_on_time", cases=1), FeeItem("ht.extract", copies=3)]
    quote = gov.fees.quote(items, on=AT.date(), area="31:31", channel="counter", facts=())
    return tuple(
        FeeLine(name=line.charge.name, amount=Money(line.net or 0), kind=FeeKind.CHARGE)
        for line in quote.lines
        if line.net
    )


class Recorder:
    """A carrier that keeps what went over it."""

    def __init__(self) -> None:
        self.kept: list[tuple[Request, Reply]] = []
        self._inner = HttpCarrier()

    def send(self, request: Request, timeouts: Timeouts) -> Reply:
        """Exchange and keep."""
        reply = self._inner.send(request, timeouts)
        self.kept.append((request, reply))
        return reply

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


def acting(gov: Any) -> Any:
    """The officer of the flow."""
    return gov.acting(officer=Officer(code="cb-01"), purpose=Purpose(procedure="1.001193", dossier=DOSSIER))


def captured() -> tuple[dict[str, str], list[tuple[Request, Reply]]]:
    """One flow against the mocks: the client's settings and the messages."""
    from gov_connect.mocks import running_mocks  # noqa: PLC0415 - contenders load none of them

    recorder = Recorder()
    with running_mocks() as mocks:
        settings = Settings.from_mapping({**mocks.environment, "GOV_CONNECT_DATABASE_URL": MEMORY})
        gov = GovConnect(settings, parts=Parts(settings=settings, carrier=recorder))
        one = acting(gov)
        one.residents.look_up(known())
        lines = quoted(one)
        one.payments.create(order(REFERENCE, lines))
        one.payments.status(REFERENCE)
        one.civil_registry.submit(birth())
        one.portal.put(record(lines))
        gov.close()
        return dict(mocks.environment), recorder.kept


@contextmanager
def canned(kept: list[tuple[Request, Reply]]) -> Generator[int, None, None]:
    """The server of the recorded answers; gives its port."""
    answers = {
        key_of(urlsplit(request.url).path.encode(), request.body): [
            reply.status,
            reply.headers.get("content-type", "application/json"),
            reply.body.decode(),
        ]
        for request, reply in kept
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.json"
        file.write_text(json.dumps(answers), encoding="utf-8")
        command = [sys.executable, str(Path(__file__).with_name("canned.py")), str(file)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(10)


def moved(url: str, port: int) -> str:
    """`url` at the canned server."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"127.0.0.1:{port}").geturl()


class Ours:
    """The library.

    Args:
        prepared: what `prepared_for` wrote.
        database: where the records lie; `MEMORY` for none: calls are direct, without ledger, order book and audit.
    """

    def __init__(self, prepared: Path, database: str) -> None:
        told = json.loads(prepared.read_text(encoding="utf-8"))
        values: dict[str, str] = {**told["environment"], "GOV_CONNECT_DATABASE_URL": database}
        for system in ("PORTAL", "RESIDENTS", "CIVIL_REGISTRY", "NATIONAL_PAYMENT"):
            values[f"GOV_CONNECT_{system}__PER_SECOND"] = "100000"
        self._direct = database == MEMORY
        if self._direct:
            values["GOV_CONNECT_AUDIT"] = "none"
        else:
            values["GOV_CONNECT_STORE_KEY"] = base64.b64encode(bytes(range(32))).decode()
        self._gov = AsyncGovConnect(Settings.from_mapping(values))
        self._one = acting(self._gov)
        pki = load("pki")
        officer = pki.Pki().officer
        self._key = LocalKey(officer.key, [officer.certificate])
        self._signing = Signing(now=lambda: pki.NOW)
        self._query = CitizenQuery.model_validate(told["person"])
        self._order = order(REFERENCE, quoted(self._one))

    async def start(self) -> Ours:
        """Open the order that each flow asks about; its number is part of the recorded answer."""
        if not self._direct:
            await self._one.payments.create(self._order)
        return self

    async def flow(self) -> None:
        """All steps of one dossier."""
        one = self._one
        citizen = await one.residents.look_up(self._query)
        assert citizen is not None
        lines = quoted(one)
        if self._direct:
            await one.national_payment.query(self._order)
        else:
            await one.payments.status(REFERENCE)
        signed = self._signing.sign(XML, ActKind.PERSONAL, self._key)
        assert signed.data
        await one.civil_registry.submit(birth())
        await one.portal.put(record(lines))


def prepared_for(file: Path, environment: dict[str, str], kept: list[tuple[Request, Reply]], port: int) -> None:
    """Write down what the contenders need: settings, the messages of one flow without logins, a key, the WSDL."""
    officer = load("pki").Pki().officer
    key = officer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    told = {
        "person": known_fields(),
        "environment": {
            name: moved(value, port) if value.startswith("http://127.0.0.1") else value
            for name, value in environment.items()
        },
        "calls": [
            (one.system, moved(one.url, port), dict(one.headers), base64.b64encode(one.body).decode())
            for one, _ in kept
            if one.label not in ONCE
        ],
        "key": key.decode(),
        "certificate": officer.certificate.public_bytes(Encoding.PEM).decode(),
        "wsdl": str(resources.files("gov_connect.schemas") / "residents" / "residents.wsdl"),
    }
    file.write_text(json.dumps(told), encoding="utf-8")


GOALS = {"by hand": 1.5, "obvious": 0.35}


def measured(others: list[str], prepared: Path, databases: dict[str, str], shape: tuple[int, int, int]) -> Any:
    """Medians of interleaved rounds, and how ours stands to each of the others."""
    rounds, flows, flight = shape
    commands = {"ours": ("flow.py", "--serve", str(prepared), databases["ours"])}
    commands |= {name: ("scripts.py", name, str(prepared), databases[name]) for name in others}
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    with contenders(commands) as running:
        for one in running.values():
            one.take(flows=flight, flight=flight)
        for _ in range(rounds):
            for name, one in running.items():
                figures[name].append(one.take(flows=flows, flight=flight))
    row: dict[str, Any] = {}
    for kind, pairs in figures.items():
        row[kind] = {
            "cpu_ms": round(statistics.median(pair[0] for pair in pairs), 2),
            "flows_a_second": round(1000 / statistics.median(pair[1] for pair in pairs), 1),
        }
    for other in others:
        ratios = sorted(mine[0] / theirs[0] for mine, theirs in zip(figures["ours"], figures[other], strict=True))
        quarter = len(ratios) // 4
        middle = (statistics.median(ratios), ratios[quarter], ratios[-1 - quarter])
        row[f"ratio to {other}"] = [round(value, 2) for value in middle]
    return row


def compare(*, smoke: bool) -> None:
    """Measure and print one JSON line."""
    shape = (1, 4, 2) if smoke else (7, 96, 16)
    environment, kept = captured()
    with canned(kept) as port, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        prepared = place / "prepared.json"
        prepared_for(prepared, environment, kept, port)
        everywhere = dict.fromkeys(("ours", "by hand", "obvious"), MEMORY)
        rows = {"flow direct": measured(["by hand", "obvious"], prepared, everywhere, shape)}
        files = {name: f"sqlite:///{(place / name.split()[-1]).as_posix()}.sqlite" for name in ("ours", "by hand")}
        rows["flow recorded"] = measured(["by hand"], prepared, files, shape)
    calls = sum(request.label not in ONCE for request, _ in kept)
    print(json.dumps({"calls": calls, "goals": GOALS, "rows": rows}))


def main() -> None:
    """Compare, or be one of those that are compared."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--smoke", action="store_true", help="every row once, quickly")
    options.add_argument("--serve", nargs=2, metavar=("PREPARED", "DATABASE"), help="ours, one round for each line")
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    if given.serve is None:
        compare(smoke=given.smoke)
        return

    async def made() -> Ours:
        return await Ours(Path(given.serve[0]), given.serve[1]).start()

    loop = asyncio.new_event_loop()
    contend(loop, loop.run_until_complete(made()).flow)


if __name__ == "__main__":
    main()
