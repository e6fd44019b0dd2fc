"""A host without workflows hears of the registry's results and wishes all the same, once each."""

from __future__ import annotations

from gov_connect.delivery.base_worker import Timing
from gov_connect.delivery.news import ResultReady, SupplementRequested
from gov_connect.forms import read_birth_form
from patience import until

QUICK = Timing(beat=0.2, dead_after=2.0, idle=0.05, gather=0.001)


def test_results_and_wishes_of_the_registry_are_told_once(commune, kit):
    """Delivered by `gov.delivery.civil_registry.submit`, asked for on a schedule, told to the handlers."""
    gov, heard = commune.gov, []
    for kind in (ResultReady, SupplementRequested):
        gov.on(kind)(lambda news: heard.append((type(news).__name__, str(news.dossier))))
    inbound = commune.submit("1.001193")
    form = read_birth_form(
        inbound.form, dossier=inbound.code, unit="99001", received_at=commune.clock.now(), applicant=inbound.applicant
    )
    event = gov.delivery.civil_registry.submit(form.registration)
    (job,) = [job for job in gov.delivery.jobs() if job.name == "registry_news"]
    assert job.work() == 0
    with gov.delivery.worker(slots=2, timing=QUICK):
        until(lambda: gov.delivery.result(event) is not None)
        commune.answers["ketQuaDangKyHS"] = {"status": 0, "code": 200}
        commune.mocks["civil_registry"].set_status(str(inbound.code), 2, "Bổ sung giấy chứng sinh")
        assert [job.work(), job.work()] == [1, 0]
        commune.answers.clear()
        commune.mocks["civil_registry"].set_status(str(inbound.code), 4)
        assert [job.work(), job.work()] == [1, 0]
        until(lambda: len(heard) == 2)
    code = str(inbound.code)
    assert heard == [("SupplementRequested", code), ("ResultReady", code)]


def test_a_registry_that_is_down_is_asked_the_next_time(commune, kit):
    """Nothing is told, nothing is lost."""
    gov = commune.gov
    gov.on(ResultReady)(print)
    inbound = commune.submit("1.001193")
    form = read_birth_form(
        inbound.form, dossier=inbound.code, unit="99001", received_at=commune.clock.now(), applicant=inbound.applicant
    )
    event = gov.delivery.civil_registry.submit(form.registration)
    (job,) = [job for job in gov.delivery.jobs() if job.name == "registry_news"]
    with gov.delivery.worker(slots=2, timing=QUICK):
        until(lambda: gov.delivery.result(event) is not None)
    commune.answers["ketQuaDangKyHS"] = "<html>"
    assert job.work() == 0
    commune.answers.clear()
    assert job.work() == 1
