"""VNPT SmartCA, protocol sp769: certificates, and requests that somebody confirms on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from gov_connect.adapters.smartca import SmartCa
from gov_connect.contract_tests import signing
from gov_connect.contract_tests.marks import confirmed, needs, requirement, seen, system_of, writes
from gov_connect.contract_tests.must import broken, must
from gov_connect.contract_tests.tap import members
from gov_connect.errors import AuthenticationFailed, Refused
from gov_connect.model import Personal
from gov_connect.signing.remote import RemoteState

if TYPE_CHECKING:
    from collections.abc import Callable

    from gov_connect.contract_tests.desk import Desk
    from gov_connect.runtime import Reply
    from gov_connect.signing.pending import Pending
    from gov_connect.signing.remote import RemoteCertificate

pytestmark = system_of("smartca/sp769")
_SECTION: Final = "signature.md §1.4"
_ACCEPTED: Final = "200"


def certificate(desk: Desk) -> RemoteCertificate:
    """The first certificate of the known signer."""
    found = desk.gov.system(SmartCa).certificates(Personal(desk.known["signer"]))
    must(found, vi="người ký đã biết không có chứng thư", en="the known signer has no certificate")
    return found[0]


def started(desk: Desk, count: int = 1) -> tuple[str, tuple[Pending, ...]]:
    """A request to sign, and what is to be signed."""
    own = certificate(desk)
    transaction = f"kit-{desk.dossier_code()}"
    asked = signing.pending(own, *(f"{transaction} {place}" for place in range(count)))
    user = Personal(desk.known["signer"])
    reference = desk.gov.system(SmartCa).start(user, own.reference, asked, transaction=transaction)
    return reference, asked


def accepted(reply: Reply) -> bool:
    """Whether a request to sign was taken."""
    return str(members(reply).get("status_code")) == _ACCEPTED


def renewed(desk: Desk, **changes: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The message under a new transaction id, changed."""
    return lambda message: {**message, "transaction_id": f"kit-{desk.dossier_code()}", **changes}


@confirmed
@requirement(_SECTION)
def test_known_signer_has_a_certificate(desk: Desk) -> None:
    """Người ký có chứng thư; số hiệu đã khai là số của chứng thư đó.

    The signer has a certificate, and the serial number told is the certificate's own.
    """
    found = certificate(desk)
    same = int(found.reference, 16) == found.certificates[0].serial_number
    must(same, vi="số hiệu không phải của chứng thư", en="the serial number is not the certificate's")


@confirmed
@requirement(_SECTION)
def test_unknown_signer_is_refused(desk: Desk) -> None:
    """Người không có tài khoản thì không có chứng thư.

    Who has no account has no certificate.
    """
    try:
        found = desk.gov.system(SmartCa).certificates(Personal("000000999999"))
    except Refused:
        return
    must(not found, vi="người lạ có chứng thư", en="a stranger has a certificate")


@confirmed
@needs("wrong_credentials")
@requirement(_SECTION)
def test_wrong_secret_is_refused(desk: Desk) -> None:
    """Sai mật khẩu của phần mềm thì bị từ chối.

    A wrong password of the calling software is refused.
    """
    wrong = desk.with_settings(SMARTCA__SP_PASSWORD="sai")  # noqa: S106 - wrong on purpose
    with pytest.raises(AuthenticationFailed):
        wrong.system(SmartCa).certificates(Personal(desk.known["signer"]))


@confirmed
@writes
@requirement(_SECTION)
def test_nothing_is_signed_before_it_is_confirmed(desk: Desk) -> None:
    """Chưa bấm xác nhận trên điện thoại thì chưa có chữ ký.

    There is no signature before somebody confirms on the phone.
    """
    reference, _ = started(desk)
    state = desk.gov.system(SmartCa).status(reference).state
    must(state is RemoteState.WAITING, vi="ký mà không chờ xác nhận", en="it was signed without confirmation")


@confirmed
@writes
@needs("levers")
@requirement(_SECTION)
def test_confirmed_request_gives_values_that_fit(desk: Desk) -> None:
    """Xác nhận xong thì có chữ ký cho từng băm, đúng chứng thư.

    Once confirmed there is a value for each hash, by the key of the certificate.
    """
    from gov_connect.mocks.smartca import SmartCaMock

    reference, asked = started(desk, 2)
    desk.lever(SmartCaMock).confirm(reference)
    result = desk.gov.system(SmartCa).status(reference, len(asked))
    if result.state is not RemoteState.SIGNED:
        broken(vi="đã xác nhận mà chưa có chữ ký", en="it was confirmed and is not signed")
    signing.values_fit(result, asked)


@seen
@writes
@needs("levers")
@requirement(_SECTION)
def test_rejected_request_gives_no_values(desk: Desk) -> None:
    """Từ chối trên điện thoại thì không có chữ ký.

    A request that was rejected on the phone gives no values.
    """
    from gov_connect.mocks.smartca import SmartCaMock

    reference, asked = started(desk)
    desk.lever(SmartCaMock).reject(reference)
    state = desk.gov.system(SmartCa).status(reference, len(asked)).state
    must(state is not RemoteState.SIGNED, vi="bị từ chối mà vẫn có chữ ký", en="it was rejected and is signed")


@seen
@requirement(_SECTION)
def test_unknown_transaction_is_not_told_of(desk: Desk) -> None:
    """Giao dịch lạ thì không có trạng thái.

    An unknown transaction has no state.
    """
    try:
        state = desk.gov.system(SmartCa).status(f"kit-{desk.dossier_code()}-khac").state
    except Refused:
        return
    broken(vi="giao dịch lạ có trạng thái", en=f"an unknown transaction is {state}")


@confirmed
@writes
@requirement(_SECTION)
def test_transaction_is_started_once(desk: Desk) -> None:
    """Một mã giao dịch chỉ dùng được một lần.

    A transaction id is good once.
    """
    started(desk)
    must(not accepted(desk.tap.again(desk.tap.last("sign"))), vi="mã dùng được hai lần", en="it was taken twice")


@seen
@writes
@requirement(_SECTION)
@pytest.mark.parametrize("data", ["", "00", "z" * 64], ids=["none", "short", "not_hex"])
def test_what_is_no_hash_is_refused(desk: Desk, data: str) -> None:
    """Dữ liệu không phải băm SHA-256 viết hệ 16 thì bị từ chối.

    What is no SHA-256 in hexadecimal is refused.
    """
    started(desk)

    def edit(message: dict[str, Any]) -> dict[str, Any]:
        files = [{**one, "data_to_be_signed": data} for one in message["sign_files"]]
        return renewed(desk, sign_files=files)(message)

    must(not accepted(desk.tap.again(desk.tap.last("sign"), body=edit)), vi="vẫn được nhận", en="it was accepted")


@seen
@writes
@requirement(_SECTION)
def test_certificate_of_nobody_is_refused(desk: Desk) -> None:
    """Số hiệu chứng thư không phải của người ký thì bị từ chối.

    A serial number that is not the signer's is refused.
    """
    started(desk)
    reply = desk.tap.again(desk.tap.last("sign"), body=renewed(desk, serial_number="00"))
    must(not accepted(reply), vi="ký bằng chứng thư lạ", en="it was accepted")
