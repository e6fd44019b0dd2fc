"""More mocks with one defect each: the remote signers. Loaded after `defects`."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from contract_kit_defects import Defect, at, says, sent, told, with_body

from gov_connect.mocks import csc, mysign, smartca

if TYPE_CHECKING:
    from gov_connect.mocks.core import MockReply, MockRequest

_SMARTCA, _MYSIGN, _CSC = "smartca/sp769", "mysign/1.9", "csc/1"
_DEMO = "000000000001"
_GOOD_HASH = hashlib.sha256(b"gia").hexdigest()


def anybody(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    """Whoever is named is the demo user."""
    message = sent(request)
    return usual(with_body(request, {**message, "user_id": _DEMO}) if "user_id" in message else request)


def other_members(place: str, **members: Any) -> Any:
    """The messages to a place are read as if these members stood in them."""

    @at(place)
    def answer(_system: Any, request: MockRequest, usual: Any) -> MockReply:
        return usual(with_body(request, {**sent(request), **members}))

    return answer


def of_all(place: str, **members: Any) -> Any:
    """The same wherever the member stands already."""

    def answer(_system: Any, request: MockRequest, usual: Any) -> MockReply:
        message = sent(request)
        present = {name: value for name, value in members.items() if name in message}
        return (
            usual(with_body(request, {**message, **present})) if place in request.path and present else usual(request)
        )

    return answer


def signs_at_once(system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    for waiting in system._waiting.values():
        waiting.answer = "signed"
    return reply


def rejection_is_overlooked(system: Any, request: MockRequest, usual: Any) -> MockReply:
    for waiting in system._waiting.values():
        waiting.answer = "signed" if waiting.answer in {"rejected", "expired"} else waiting.answer
    return usual(request)


def signs_another_hash(system: Any, request: MockRequest, usual: Any) -> MockReply:
    for waiting in system._waiting.values():
        waiting.hashes = tuple(hashlib.sha256(one).digest() for one in waiting.hashes)
    return usual(request)


def turned_round(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    members = json.loads(reply.body) if reply.body.startswith(b"{") else {}
    return told(reply, signatures=members["signatures"][::-1]) if members.get("signatures") else reply


@at("/status")
def every_transaction_waits(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return (
        says(status_code=200, message="sig_wait_for_user_confirm", data={}) if b"BAD_REQUEST" in reply.body else reply
    )


@at("requests/status")
def every_number_waits(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    return says(signatures=[], status="4000") if reply.status == 400 else reply


def taken_twice(system: Any, request: MockRequest, usual: Any) -> MockReply:
    system._waiting.pop(sent(request).get("transaction_id"), None)
    return usual(request)


@at("signatures/sign")
def anything_is_a_hash(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    message = sent(request)
    files = [{**one, "data_to_be_signed": _GOOD_HASH} for one in message["sign_files"]]
    return usual(with_body(request, {**message, "sign_files": files}))


@at("signatures/sign")
def any_certificate(system: Any, request: MockRequest, usual: Any) -> MockReply:
    serial = system._accounts.get(_DEMO).serial
    return usual(with_body(request, {**sent(request), "serial_number": serial}))


@at("get_certificate")
def another_serial(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    data = json.loads(reply.body)["data"]
    rows = [{**row, "serial_number": "00"} for row in data["user_certificates"]]
    return told(reply, data={**data, "user_certificates": rows})


@at("certificates/info")
def roots_first(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    rows = json.loads(reply.body)
    if isinstance(rows, list):
        for row in rows:
            row["cert"]["certificates"].reverse()
    return replace(reply, body=json.dumps(rows).encode())


@at("credentials/info")
def no_chain(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    reply = usual(request)
    members = json.loads(reply.body)
    if "cert" not in members:
        return reply
    return told(reply, cert={"certificates": members["cert"]["certificates"][:1]})


def any_mysign_token(system: Any, request: MockRequest, usual: Any) -> MockReply:
    token = next(reversed(system._tokens), "")
    return usual(replace(request, headers={**request.headers, "authorization": f"Bearer {token}"}))


def any_csc_token(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    return usual(replace(request, headers={**request.headers, "authorization": f"Bearer {csc.ACCESS_TOKEN}"}))


@at("signHash")
def any_count(_system: Any, request: MockRequest, usual: Any) -> MockReply:
    return usual(with_body(request, {**sent(request), "numSignatures": len(sent(request)["hash"])}))


@at("signHash")
def any_credential(system: Any, request: MockRequest, usual: Any) -> MockReply:
    own = f"cred-{system._accounts.get(_DEMO).serial}"
    return usual(with_body(request, {**sent(request), "credentialID": own}))


def authorised_for_ever(system: Any, request: MockRequest, usual: Any) -> MockReply:
    for granted in system._granted.values():
        granted.used = False
    return usual(request)


@at("signHash")
def authorised_for_all(system: Any, request: MockRequest, usual: Any) -> MockReply:
    granted = system._granted.get(sent(request).get("SAD"))
    if granted is not None:
        granted.hashes = sent(request)["hash"]
    return usual(request)


@at("signHash")
def csc_signs_another_hash(system: Any, request: MockRequest, usual: Any) -> MockReply:
    granted = system._granted.get(sent(request).get("SAD"))
    other = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in sent(request)["hash"]]
    if granted is not None:
        granted.hashes = other
    return usual(with_body(request, {**sent(request), "hash": other}))


ROWS = (
    ("any password will do", _SMARTCA, "wrong_secret_is_refused", of_all("/v1/", sp_password=smartca.SP_PASSWORD)),
    ("strangers have certificates", _SMARTCA, "unknown_signer_is_refused", anybody),
    ("serial numbers are others", _SMARTCA, "known_signer_has_a_certificate", another_serial),
    ("nobody need confirm", _SMARTCA, "nothing_is_signed_before_it_is_confirmed", signs_at_once),
    ("another hash is signed", _SMARTCA, "confirmed_request_gives_values_that_fit", signs_another_hash),
    ("a rejection is overlooked", _SMARTCA, "rejected_request_gives_no_values", rejection_is_overlooked),
    ("every transaction has a state", _SMARTCA, "unknown_transaction_is_not_told_of", every_transaction_waits),
    ("one transaction starts twice", _SMARTCA, "transaction_is_started_once", taken_twice),
    ("anything is a hash", _SMARTCA, "what_is_no_hash_is_refused[short]", anything_is_a_hash),
    ("any certificate will do", _SMARTCA, "certificate_of_nobody_is_refused", any_certificate),
    (
        "any secret gets a token",
        _MYSIGN,
        "wrong_secret_gets_no_token",
        other_members("login", client_secret=mysign.CLIENT_SECRET),
    ),
    ("strangers get tokens", _MYSIGN, "unknown_signer_gets_no_token", anybody),
    ("a foreign token is served", _MYSIGN, "foreign_token_is_refused", any_mysign_token),
    ("the root stands first", _MYSIGN, "known_signer_has_a_certificate_and_those_above_it", roots_first),
    ("nobody need confirm", _MYSIGN, "nothing_is_signed_before_it_is_confirmed", signs_at_once),
    ("values are out of order", _MYSIGN, "confirmed_request_gives_values_in_order", turned_round),
    ("a rejection is overlooked", _MYSIGN, "refusal_of_the_signer_is_told[rejected]", rejection_is_overlooked),
    ("every transaction has a state", _MYSIGN, "unknown_transaction_is_not_told_of", every_number_waits),
    ("counts need not agree", _MYSIGN, "counts_must_agree", any_count),
    (
        "SHA-1 will do",
        _MYSIGN,
        "other_hashes_than_sha256_are_refused",
        other_members("signHash", hashAlgo="2.16.840.1.101.3.4.2.1"),
    ),
    ("any certificate will do", _MYSIGN, "certificate_of_nobody_is_refused", any_credential),
    ("a foreign token is served", _CSC, "foreign_token_is_refused", any_csc_token),
    ("any credential will do", _CSC, "unknown_credential_is_refused", of_all("/csc/", credentialID=csc.CREDENTIAL)),
    ("certificates come alone", _CSC, "credential_has_its_certificates", no_chain),
    ("any PIN will do", _CSC, "wrong_pin_signs_nothing", of_all("authorize", PIN=csc.PIN)),
    ("another hash is signed", _CSC, "values_fit_and_keep_their_order", csc_signs_another_hash),
    ("values are out of order", _CSC, "values_fit_and_keep_their_order", turned_round),
    ("an authorisation is good for ever", _CSC, "authorisation_is_good_once", authorised_for_ever),
    ("an authorisation is good for all", _CSC, "authorisation_is_for_its_hashes_only", authorised_for_all),
)
DEFECTS = tuple(Defect(name=name, wire=wire, found_by=f"{wire}:{test}", answer=how) for name, wire, test, how in ROWS)
