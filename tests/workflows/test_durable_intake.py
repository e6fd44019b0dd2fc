"""From the portal's push to the host's handler, and back when the portal has lost something."""

from __future__ import annotations

from gov_connect.delivery.base_worker import Timing
from gov_connect.delivery.news import DossierReceived, PaymentChanged, ResultReady
from gov_connect.inbound import Host
from gov_connect.mocks import commune_day
from gov_connect.model import PaymentState
from gov_connect.workflows import Outcome
from patience import until

QUICK = Timing(beat=0.2, dead_after=2.0, idle=0.05, gather=0.001)


def push(commune, handler, procedure="2.000635"):
    """A citizen submits, the portal pushes: the code, and what the portal made of the answer."""
    portal = commune.mocks["portal"]
    portal.agency_url = "http://agency.example"
    found = next(item for item in commune_day(0, 100, on=commune.clock.now().date()) if item.procedure == procedure)
    code = portal.submit(found.to_portal())
    return code, again(commune, handler, code)


def again(commune, handler, code):
    """The portal pushes what it has not heard of."""
    portal = commune.mocks["portal"]
    one = portal.pushes(code)[0]
    reply = commune.gov.run(handler.handle("/" + one.url.partition("example/")[2], one.body))
    return portal.pushed(code, reply.status, reply.body)


def test_the_portal_is_answered_once_the_handler_has_committed(commune):
    """Not before: while the handler fails the portal keeps the dossier and pushes it again."""
    heard, broken = [], [True]

    @commune.gov.on(DossierReceived)
    def hear(news):
        if broken:
            raise RuntimeError
        heard.append(str(news.dossier))

    handler = commune.gov.inbound(Host())
    delivery = commune.gov.delivery
    taken = delivery.wait_handled
    delivery.wait_handled = lambda inbound: taken(inbound, seconds=0.3 if broken else 20)
    handler = commune.gov.inbound(Host())
    with delivery.worker(slots=2, timing=QUICK):
        code, answered = push(commune, handler)
        assert (answered, heard) == (False, [])
        broken.clear()
        commune.clock.advance(60)
        assert any(again(commune, handler, code) for _ in range(20))
    assert heard == [code]


def test_without_handlers_nothing_is_acknowledged(commune):
    """Nobody wants to hear: the dossier stays the portal's."""
    code, answered = push(commune, commune.gov.inbound(Host()))
    assert not answered
    assert commune.gov.ledger.has_received(system="portal", key=code)


def test_what_the_payment_records_say_is_told_once(commune):
    """Every change of an order becomes news for the host, in its dossier's order."""
    heard = []

    @commune.gov.on(PaymentChanged)
    def hear(news):
        heard.append((str(news.dossier), news.state))

    inbound = commune.submit("2.000635")
    link = commune.gov.run(commune.desk().advance(inbound, poll=False)).link
    commune.mocks["national_payment"].pay(link.reference)
    assert commune.gov.run(commune.desk().advance(inbound)).outcome is Outcome.DELIVERED
    assert commune.gov.delivery.collect_payment_news() > 0
    assert commune.gov.delivery.collect_payment_news() == 0
    with commune.gov.delivery.worker(slots=2, timing=QUICK):
        until(lambda: heard[-1:] == [(str(inbound.code), PaymentState.PAID)])


def test_a_worker_takes_workflows_on_and_the_host_hears_of_their_results(commune, kit):
    """Pushed, begun by a handler, paid, refused by the registry, mended by an officer, told to the host."""
    flows = kit.Flows(commune)
    heard, ended = [], []

    @flows.gov.on(DossierReceived)
    def begin(news):
        flows.say.receive(news.inbound)

    @flows.gov.on(ResultReady)
    def hear(news):
        heard.append(str(news.dossier))

    def told(application, standing):
        if standing.link is not None:
            flows.pay(standing)
        if standing.outcome in {Outcome.DELIVERED, Outcome.NEEDS_OFFICER}:
            ended.append(standing.outcome)

    flows.say.serve(kit.desk(), on_standing=told, patience=0.05)
    commune.answers["dangKyHoTich"] = {"status": 0, "code": 500, "message": "DATA_INCORRECT: nksNgaySinh"}
    with flows.gov.delivery.worker(slots=2, timing=QUICK):
        code, answered = push(commune, flows.gov.inbound(Host()), "1.001193")
        assert answered
        until(lambda: ended)
        assert ended == [Outcome.NEEDS_OFFICER]
        until(lambda: flows.gov.delivery.admin.events(state="parked"))
        commune.answers.clear()
        flows.say.go_on(code)
        until(lambda: heard and ended[1:])
    assert (heard, ended[1:]) == ([code], [Outcome.DELIVERED])


def test_what_the_portal_lost_is_found_and_sent_again(commune):
    """Delivered by our records, unknown to the portal: listed, and healed when asked to."""
    inbound = commune.submit("1.001193", SoLuong="0")
    assert commune.gov.run(commune.desk().advance(inbound)).outcome is Outcome.DELIVERED
    assert commune.gov.delivery.reconcile() == []
    portal = commune.mocks["portal"]
    held = next(value for value in vars(portal).values() if isinstance(value, dict) and str(inbound.code) in value)
    lost = held.pop(str(inbound.code))
    (found,) = commune.gov.delivery.reconcile()
    assert (found.system, found.kind, found.outcome) == ("portal", "missing", "left")
    (found,) = commune.gov.delivery.reconcile(heal=True)
    assert found.outcome == "healed"
    with commune.gov.delivery.worker(slots=2, timing=QUICK):
        until(lambda: commune.state("portal")["dossiers"].get(inbound.code, {}).get("status") == "10")
    assert lost is not None
