"""The CSC API, version 1: an authorisation is good once, and for its hashes only."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Final

import pytest

from gov_connect.adapters.csc import Csc
from gov_connect.contract_tests import signing
from gov_connect.contract_tests.marks import needs, requirement, seen, system_of, writes
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.tap import members
from gov_connect.errors import AuthenticationFailed, OutsideSystemError, Refused

if TYPE_CHECKING:
    from gov_connect.contract_tests.desk import Desk
    from gov_connect.runtime import Reply
    from gov_connect.signing.pending import Pending
    from gov_connect.signing.remote import RemoteResult

pytestmark = system_of("csc/1")
_SECTION: Final = "signature.md §1.7"
_AUTHORISE, _SIGN, _INFO = "credentials/authorize", "signatures/signHash", "credentials/info"
_UNAUTHORISED: Final = 401


def signed(desk: Desk, count: int = 1) -> tuple[RemoteResult, tuple[Pending, ...]]:
    """Hashes that were authorised and signed."""
    service, name = desk.gov.system(Csc), f"kit {desk.dossier_code()}"
    asked = signing.pending(service.certificates(), *(f"{name} {place}" for place in range(count)))
    return service.sign(asked, pin=desk.known["pin"]), asked


def has_values(reply: Reply) -> bool:
    """Whether something was signed."""
    return bool(members(reply).get("signatures"))


def another_hash() -> list[str]:
    """The hash of something that nobody has authorised."""
    return [base64.b64encode(hashlib.sha256(b"khac").digest()).decode()]


@seen
@requirement(_SECTION)
def test_credential_has_its_certificates(desk: Desk) -> None:
    """Chứng thư có đủ chuỗi, chứng thư của người ký đứng đầu.

    The credential has its chain, the signer's own first.
    """
    own, *above = desk.gov.system(Csc).certificates().certificates
    issued = bool(above) and own.issuer == above[0].subject
    must(issued, vi="thiếu chứng thư nơi cấp", en="the issuer's certificate does not follow")


@seen
@requirement(_SECTION)
def test_foreign_token_is_refused(desk: Desk) -> None:
    """Mã truy cập lạ thì bị từ chối.

    A foreign access token is refused.
    """
    desk.gov.system(Csc).certificates()
    reply = desk.tap.again(desk.tap.last(_INFO), headers={"Authorization": "Bearer ma-la"})
    must(reply.status == _UNAUTHORISED, vi="mã lạ vẫn được trả lời", en="a foreign token was answered")


@seen
@requirement(_SECTION)
def test_unknown_credential_is_refused(desk: Desk) -> None:
    """Mã chứng thư lạ thì bị từ chối.

    An unknown credential is refused.
    """
    with pytest.raises(OutsideSystemError):
        desk.with_settings(CSC__CREDENTIAL="khong-co").system(Csc).certificates()


@seen
@writes
@needs("wrong_credentials")
@requirement(_SECTION)
def test_wrong_pin_signs_nothing(desk: Desk) -> None:
    """Sai PIN thì không ký.

    A wrong PIN signs nothing.
    """
    service = desk.gov.system(Csc)
    asked = signing.pending(service.certificates(), "kit")
    with pytest.raises((Refused, AuthenticationFailed)):
        service.sign(asked, pin="sai-pin")


@seen
@writes
@requirement(_SECTION)
def test_values_fit_and_keep_their_order(desk: Desk) -> None:
    """Có chữ ký cho từng băm, theo thứ tự, đúng chứng thư.

    There is a value for each hash, in their order, by the key of the certificate.
    """
    result, asked = signed(desk, 2)
    signing.values_fit(result, asked)


@seen
@writes
@requirement(_SECTION)
def test_authorisation_is_good_once(desk: Desk) -> None:
    """Một lần cho phép chỉ ký được một lần.

    An authorisation signs once.
    """
    signed(desk)
    must(not has_values(desk.tap.again(desk.tap.last(_SIGN))), vi="ký được lần thứ hai", en="it signed twice")


@seen
@writes
@requirement(_SECTION)
def test_authorisation_is_for_its_hashes_only(desk: Desk) -> None:
    """Cho phép ký băm này thì không ký được băm khác.

    An authorisation of one hash does not sign another.
    """
    signed(desk)
    granted = members(desk.tap.again(desk.tap.last(_AUTHORISE))).get("SAD")
    must(granted, vi="không cho phép lần thứ hai", en="a second authorisation was not given")

    def edit(message: dict[str, Any]) -> dict[str, Any]:
        return {**message, "SAD": granted, "hash": another_hash()}

    must(not has_values(desk.tap.again(desk.tap.last(_SIGN), body=edit)), vi="ký băm khác", en="another was signed")
