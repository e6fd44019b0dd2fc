"""Viettel MySign: a token for each user, certificates, and requests that somebody confirms on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from gov_connect.adapters.mysign import MySign
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
    from gov_connect.signing.pending import Pending
    from gov_connect.signing.remote import RemoteCertificate

pytestmark = system_of("mysign/1.9")
_SECTION: Final = "signature.md §1.6"
_SIGN: Final = "signHash"
_UNAUTHORISED: Final = 401


def certificate(desk: Desk) -> RemoteCertificate:
    """The first certificate of the known signer."""
    found = desk.gov.system(MySign).certificates(Personal(desk.known["signer"]))
    must(found, vi="người ký đã biết không có chứng thư", en="the known signer has no certificate")
    return found[0]


def started(desk: Desk, count: int = 1) -> tuple[str, tuple[Pending, ...]]:
    """A request to sign, and what is to be signed."""
    own, name = certificate(desk), f"kit {desk.dossier_code()}"
    asked = signing.pending(own, *(f"{name} {place}" for place in range(count)))
    return desk.gov.system(MySign).start(Personal(desk.known["signer"]), own.reference, asked), asked


def refused_when(desk: Desk, **changes: Any) -> bool:
    """Whether the last request to sign is refused with other members."""
    started(desk)
    edit: Callable[[dict[str, Any]], dict[str, Any]] = lambda message: {**message, **changes}  # noqa: E731 - typed
    return not members(desk.tap.again(desk.tap.last(_SIGN), body=edit)).get("transactionId")


@confirmed
@requirement(_SECTION)
def test_known_signer_has_a_certificate_and_those_above_it(desk: Desk) -> None:
    """Người ký có chứng thư, chứng thư của mình đứng trước các chứng thư cấp trên.

    The signer has a certificate, the own one before those above it.
    """
    own, *above = certificate(desk).certificates
    issued = not above or own.issuer == above[0].subject
    must(issued, vi="chứng thư kế tiếp không phải nơi cấp", en="the next certificate is not the issuer's")


@confirmed
@needs("wrong_credentials")
@requirement(_SECTION)
def test_wrong_secret_gets_no_token(desk: Desk) -> None:
    """Sai khóa của phần mềm thì không được cấp mã truy cập.

    A wrong client secret gets no token.
    """
    wrong = desk.with_settings(MYSIGN__CLIENT_SECRET="sai")  # noqa: S106 - wrong on purpose
    with pytest.raises(AuthenticationFailed):
        wrong.system(MySign).certificates(Personal(desk.known["signer"]))


@confirmed
@requirement(_SECTION)
def test_unknown_signer_gets_no_token(desk: Desk) -> None:
    """Người không có tài khoản thì không được cấp mã truy cập.

    Who has no account gets no token.
    """
    with pytest.raises((AuthenticationFailed, Refused)):
        desk.gov.system(MySign).certificates(Personal("CMT_000000999999"))


@confirmed
@requirement(_SECTION)
def test_foreign_token_is_refused(desk: Desk) -> None:
    """Mã truy cập lạ thì bị từ chối.

    A foreign token is refused.
    """
    certificate(desk)
    reply = desk.tap.again(desk.tap.last("info"), headers={"Authorization": "Bearer ma-la"})
    must(reply.status == _UNAUTHORISED, vi="mã lạ vẫn được trả lời", en="a foreign token was answered")


@confirmed
@writes
@requirement(_SECTION)
def test_nothing_is_signed_before_it_is_confirmed(desk: Desk) -> None:
    """Chưa bấm xác nhận trên điện thoại thì chưa có chữ ký.

    There is no signature before somebody confirms on the phone.
    """
    transaction, _ = started(desk)
    state = desk.gov.system(MySign).status(Personal(desk.known["signer"]), transaction).state
    must(state is RemoteState.WAITING, vi="ký mà không chờ xác nhận", en="it was signed without confirmation")


@confirmed
@writes
@needs("levers")
@requirement(_SECTION)
def test_confirmed_request_gives_values_in_order(desk: Desk) -> None:
    """Xác nhận xong thì có chữ ký cho từng băm, theo thứ tự đã gửi, đúng chứng thư.

    Once confirmed there is a value for each hash, in their order, by the key of the certificate.
    """
    from gov_connect.mocks.mysign import MySignMock

    transaction, asked = started(desk, 2)
    desk.lever(MySignMock).answer(transaction, "signed")
    result = desk.gov.system(MySign).status(Personal(desk.known["signer"]), transaction, len(asked))
    if result.state is not RemoteState.SIGNED:
        broken(vi="đã xác nhận mà chưa có chữ ký", en="it was confirmed and is not signed")
    signing.values_fit(result, asked)


@confirmed
@writes
@needs("levers")
@requirement(_SECTION)
@pytest.mark.parametrize("answer", ["rejected", "expired"])
def test_refusal_of_the_signer_is_told(desk: Desk, answer: str) -> None:
    """Người ký từ chối hoặc để quá giờ thì trạng thái nói đúng như vậy.

    A signer who says no, or lets the time run out, is told as such.
    """
    from gov_connect.mocks.mysign import MySignMock

    transaction, _ = started(desk)
    desk.lever(MySignMock).answer(transaction, answer)
    result = desk.gov.system(MySign).status(Personal(desk.known["signer"]), transaction)
    must(result.state == answer, vi="trạng thái khác", en=f"it is told as {result.state}")


@seen
@requirement(_SECTION)
def test_unknown_transaction_is_not_told_of(desk: Desk) -> None:
    """Giao dịch lạ thì không có trạng thái.

    An unknown transaction has no state.
    """
    with pytest.raises(Refused):
        desk.gov.system(MySign).status(Personal(desk.known["signer"]), f"khac-{desk.dossier_code()}")


@confirmed
@writes
@requirement(_SECTION)
def test_counts_must_agree(desk: Desk) -> None:
    """Số chữ ký khai khác số băm thì bị từ chối.

    Another count than that of the hashes is refused.
    """
    must(refused_when(desk, numSignatures=2), vi="vẫn được nhận", en="it was accepted")


@confirmed
@writes
@requirement(_SECTION)
def test_other_hashes_than_sha256_are_refused(desk: Desk) -> None:
    """Thuật toán băm khác SHA-256 thì bị từ chối.

    Other hashes than SHA-256 are refused.
    """
    must(refused_when(desk, hashAlgo="1.3.14.3.2.26"), vi="vẫn nhận SHA-1", en="SHA-1 was accepted")


@seen
@writes
@requirement(_SECTION)
def test_certificate_of_nobody_is_refused(desk: Desk) -> None:
    """Chứng thư không phải của người ký thì bị từ chối.

    A credential that is not the signer's is refused.
    """
    must(refused_when(desk, credentialID="khong-co"), vi="ký bằng chứng thư lạ", en="it was accepted")
