"""One dossier from reception to result, in a plain script: certified copies at a commune's desk.

    python examples/plain_script.py

Nothing has to be set up: mock servers run for the length of the script. Against the real systems only the
`with` line changes, to `GovConnect.from_env()`, and the citizen's two steps are done by a citizen.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from gov_connect import (
    Dossier,
    DossierStatus,
    GovConnect,
    Money,
    Officer,
    PaymentOrder,
    ProgressStep,
    Purpose,
    ResultDocument,
    Settings,
)
from gov_connect.mocks import commune_day, running_mocks
from gov_connect.model import VIETNAM, Channel, FeeLine, PaidOnline, Payer, PaymentState
from gov_connect.workflows.papers import fee_items, query_of

if TYPE_CHECKING:
    from gov_connect.mocks import RunningMocks
    from gov_connect.model import InboundDossier

COPIES = "2.000815"  # certified copies of papers
OFFICER = "TRẦN VĂN THỬ"


def main() -> str:
    """Play the whole life of one dossier; gives its number."""
    with running_mocks() as mocks:
        settings = {**mocks.environment, "GOV_CONNECT_DATABASE_URL": "sqlite:///:memory:"}
        with GovConnect(Settings.from_mapping(settings)) as gov:
            inbound = receive(gov, mocks)
            return handle(gov, mocks, inbound)


def receive(gov: GovConnect, mocks: RunningMocks) -> InboundDossier:
    """Take what a citizen submitted at the portal; a web server would get these bytes by HTTP."""
    wish = next(one for one in commune_day(seed=0, count=20) if one.procedure == COPIES)
    mocks.portal.agency_url = "http://127.0.0.1:9"  # nobody listens there: the bytes are read right here
    push = mocks.portal.pushes(mocks.portal.submit(wish.to_portal()))[0]
    inbound = gov.portal.receive(push.body, path=push.url)
    print(f"received  {inbound.code}, procedure {inbound.procedure}")
    return inbound


def handle(gov: GovConnect, mocks: RunningMocks, inbound: InboundDossier) -> str:
    """Look up, quote, accept, collect, hand out."""
    # Personal data is read by a named officer, for a dossier, and the look-up is written down before it is sent.
    purpose = Purpose(procedure=inbound.procedure, dossier=inbound.code)
    gov = gov.acting(officer=Officer(code="cb-01"), purpose=purpose)
    citizen = gov.residents.look_up(query_of(inbound))  # number, name and date of birth as typed in the form
    print("citizen   known" if citizen else "citizen   not found: people decide")

    now = datetime.now(VIETNAM)
    quote = gov.fees.quote(fee_items(inbound), on=now.date(), area="31:31", channel="online")
    fees = [FeeLine(name=line.charge.name, amount=Money(line.net or 0), kind=line.charge.kind) for line in quote.lines]
    print(f"fee       {quote.total}")

    procedure = gov.portal.procedure(inbound.procedure)
    assert procedure is not None
    dossier = Dossier(
        code=inbound.code,
        procedure=procedure,
        applicant=inbound.applicant,
        status=DossierStatus.ACCEPTED,
        channel=Channel.ONLINE,
        summary=procedure.name,
        submitted_at=inbound.submitted_at,
        received_at=now,
        due_at=now + timedelta(days=1),
        unit_name="UBND xã Mẫu",
        fees=fees,
        paid_online=PaidOnline.NATIONAL_PORTAL,
    )
    gov.portal.put(dossier)  # inserts or updates: calling it twice does no harm

    order = PaymentOrder(
        reference=uuid4().hex,  # made once and kept: a retry with the same reference cannot charge twice
        dossier=inbound.code,
        procedure=inbound.procedure,
        procedure_name=procedure.name,
        amount=Money.total(fee.amount for fee in fees),
        lines=fees,
        payer=Payer(name=inbound.applicant.name, citizen_id=inbound.applicant.citizen_id),
        created_at=now,
    )
    gov.payments.create(order)  # the citizen is sent to the link it gives...
    mocks.national_payment.pay(order.reference)  # ...and pays there
    assert gov.payments.status(order.reference) is PaymentState.PAID  # asked of the platform itself
    print("payment   paid")

    done = datetime.now(VIETNAM)
    paper = ResultDocument(id="1", name="Bản sao chứng thực", url="https://motcua.example/ket-qua/1")
    final = {"status": DossierStatus.RESULT_DELIVERED, "processed_at": done, "delivered_at": done, "results": (paper,)}
    gov.portal.put(Dossier.model_validate(dict(dossier) | final))
    step = ProgressStep(dossier=inbound.code, officer=OFFICER, at=done, text="Trả kết quả", status=final["status"])
    gov.portal.report([step])
    print(f"result    delivered; the portal says status {mocks.portal.dossier(str(inbound.code)).status}")
    return str(inbound.code)


if __name__ == "__main__":
    main()
