"""Answers as the wire document prints them, byte by byte; and what a host that fails or lacks a procedure does."""

from __future__ import annotations

import json

import pytest

from gov_connect.inbound import Host
from gov_connect.inbound.gate import Addresses, Asked
from gov_connect.model import ProcedureCode

ROOT = "/XrdAdapter/RestService/forward/"
PUSH, SECOND = ROOT + "addtthcKhuyenMai", ROOT + "nhanhsdvcqg"
CODE = "000.07.12.H99-250804-0019"
NOTHING_OWED = b'{"error_code":-1,"message":[]}'


class Desk:
    """A host by the façade's own handler."""

    def __init__(self, agency, **host):
        self.told, self.gov = [], agency.gov
        given = {"on_dossier": self.told.append, "on_voucher": self.told.append, **host}
        self.handler = agency.gov.inbound(Host(**given))

    def __call__(self, path, body=b""):
        reply = self.gov.run(self.handler.handle(path, body))
        return reply.status, reply.body


@pytest.fixture
def desk(agency):
    return lambda **host: Desk(agency, **host)


@pytest.fixture
def printed(sample):
    """A sample's bytes as the document prints them: no blanks, letters as they are."""
    return lambda name: json.dumps(sample(name), ensure_ascii=False, separators=(",", ":")).encode()


def test_the_three_answers_to_a_push(desk, push, printed):
    """Taken, had it, and a procedure that nobody takes (S10)."""
    known = {ProcedureCode("2.000033")}
    host = desk(knows=known.__contains__)
    assert host(PUSH, push()) == (200, printed("s10_reply1.json"))
    assert host(PUSH, push()) == (200, printed("s10_reply2.json"))
    known.clear()
    assert host(PUSH, push()) == (200, printed("s10_reply3.json"))
    assert len(host.told) == 1


def test_a_push_of_an_unknown_procedure_waits_and_is_taken_when_it_is_mapped(desk, push, printed):
    """Refused, kept under its reason, stored nowhere else; the portal pushes it again (M2)."""
    known = set()
    host = desk(knows=known.__contains__)
    assert host(PUSH, push()) == (200, printed("s10_reply3.json"))
    (raw,) = host.gov.inbound_records.raw()
    assert (raw.reason, raw.body, host.told, host.gov.ledger.unhandled("portal")) == ("mapping", push(), [], [])
    known.add(ProcedureCode("2.000033"))
    assert host(PUSH, push()) == (200, printed("s10_reply1.json"))


def test_the_answers_to_a_correction_and_to_a_voucher(desk, push, printed, sample_bytes):
    """Samples S11 and S13, byte for byte; a correction of what nobody knows is answered like S10's failure."""
    known = {ProcedureCode("2.000033")}
    host = desk(knows=known.__contains__)
    host(PUSH, push())
    assert host(SECOND, sample_bytes("s11_request.json")) == (200, printed("s11_reply.json"))
    assert host(SECOND, sample_bytes("s13_request.json")) == (200, printed("s13_reply.json"))
    known.clear()
    assert host(SECOND, sample_bytes("s11_request.json")) == (200, printed("s10_reply3.json"))


@pytest.fixture
def sample_bytes(sample):
    return lambda name: json.dumps(sample(name)).encode()


def test_a_host_that_fails_in_a_look_up_is_not_taken_for_not_found(desk):
    """Written down as failed, answered as failed, and the server does not fall over."""

    def fail(_asked):
        raise RuntimeError

    host = desk(find_dossier=fail, find_payable=fail, open_file=fail)
    question = json.dumps({"masohoso": CODE, "MaHoSo": CODE}).encode()
    made = host.gov.inbound_records.release(CODE, "kho/1", "application/pdf")
    failed = f'{{"error_code":-1,"message":"{CODE}| host failed"}}'.encode()
    assert host(ROOT + "search/call", question) == (200, failed)
    assert host(ROOT + "dptracuuthanhtoanhs", question) == (500, NOTHING_OWED)
    assert host(ROOT + "downloadfile/" + made)[0] == 500
    assert {outcome for _, _, outcome in host.gov.inbound_records.look_ups()} == {"failed"}


def test_a_look_up_of_nothing_is_answered_alike_for_every_number(desk):
    """The same words for a number that exists elsewhere, one that does not, and a host without the service."""
    question = json.dumps({"masohoso": CODE, "MaHoSo": CODE}).encode()
    nothing = f'{{"error_code":-1,"message":"{CODE}| not found"}}'.encode()
    for host in (desk(), desk(find_dossier=lambda _code: None, find_payable=lambda _code: None)):
        assert host(ROOT + "search/call", question) == (200, nothing)
        assert host(ROOT + "dptracuuthanhtoanhs", question) == (200, NOTHING_OWED)


@pytest.mark.parametrize(
    ("peer", "admitted"),
    [("10.1.0.7", True), ("::ffff:10.1.0.7", True), ("::ffff:10.2.0.7", False), ("::1", False), ("", False)],
)
def test_an_ipv4_caller_is_the_same_on_a_socket_of_both_families(peer, admitted):
    """Some servers show it as ::ffff:10.1.0.7."""
    assert Addresses(["10.1.0.0/16"]).admits(Asked(peer=peer)) is admitted
