"""VNPAY's messages: every vector of the wire document, and every trick with a query string."""

from __future__ import annotations

import json
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.adapters.vnpay import mapping, pay_url, read_notice, wire
from gov_connect.errors import AuthenticationFailed, UnexpectedReply
from gov_connect.model import Money, PaymentState, RefundState
from gov_connect.runtime import Reply
from gov_connect.transport import Unreadable

SECRET = "VNPAYDEMOSECRET0123456789ABCDEFG"
PAY = (
    "vnp_Amount=2500000&vnp_Command=pay&vnp_CreateDate=20250610143005&vnp_CurrCode=VND&vnp_ExpireDate=20250610144505"
    "&vnp_IpAddr=203.0.113.10&vnp_Locale=vn&vnp_OrderInfo=Le+phi+khai+sinh%3A+ho+so+H99.99-250610-0001"
    "&vnp_OrderType=other&vnp_ReturnUrl=https%3A%2F%2Fmotcua.example.vn%2Fvnpay%2Freturn%3Fx%3D1"
    "&vnp_TmnCode=DEMO0001&vnp_TxnRef=HS0001&vnp_Version=2.1.0"
)
PAY_HASH = (
    "532c5137c0b7b4745a728d226a37e00b17037b9682321a66a8c9f8bf6538ad87"
    "7e51747abfe3c05c712387a72d7cb3cc042647577fa42cf0ad33f26d4b1fd499"
)
IPN = (
    "vnp_Amount=2500000&vnp_BankCode=NCB&vnp_BankTranNo=VNP00000001&vnp_CardType=ATM"
    "&vnp_OrderInfo=Le+phi+khai+sinh%3A+ho+so+H99.99-250610-0001&vnp_PayDate=20250610143112&vnp_ResponseCode=00"
    "&vnp_TmnCode=DEMO0001&vnp_TransactionNo=14000001&vnp_TransactionStatus=00&vnp_TxnRef=HS0001"
)
IPN_HASH = (
    "7248ce722daa1b6a6c0c48085cf81fc53c968489b340f1ec09b473a14a3ee92e"
    "de9f652f504b92ec3bfc4416eb4f4d8fafe6ca783ebb1c420ecf501e9d8070a7"
)
API = {
    "querydr": (
        wire.QUERY_FIELDS,
        "REQ0000001|2.1.0|querydr|DEMO0001|HS0001|20250610143005|20250610150000|203.0.113.10|Truy van HS0001",
        "5d4a91b43c164ad499e0b927197d89019c7ba0d1da2c81ed159ec0444dbd06ad"
        "61add7cfcecb445b87e533b4e4718276b012a85cf13c94777c9d1a6cb7d51860",
    ),
    "querydr answer": (
        wire.QUERY_ANSWER_FIELDS,
        "RSP0000001|querydr|00|Success|DEMO0001|HS0001|2500000|NCB|20250610143112|14000001|01|00"
        "|Le phi khai sinh: ho so H99.99-250610-0001||",
        "37efd8b3027aaa12404e42b5b2d553de9ba0038f9071999c26eb2fc170fcd0b3"
        "6bda8aa18d8822ba3f9ffc0783a4f41ea079ec5ad18a8b1eb8a7d28732894b08",
    ),
    "refund": (
        wire.REFUND_FIELDS,
        "REQ0000002|2.1.0|refund|DEMO0001|02|HS0001|2500000|14000001|20250610143005|canbo01|20250611090000"
        "|203.0.113.10|Hoan phi HS0001",
        "22ad3eade472d2d43cd2684f3b6ae88fd7f958519ddab8881b15297f8dcc4cc0"
        "5f9a8ac26a2835c41cc531b4827d39196c555fae4594850cba066393166eb57a",
    ),
    "refund answer": (
        wire.REFUND_ANSWER_FIELDS,
        "RSP0000002|refund|00|Success|DEMO0001|HS0001|2500000|NCB|20250611090002|14000002|02|05|Hoan phi HS0001",
        "94ec7640af07b35dea2a1091462830321f93322a30a3114f33e741c8e658f32a"
        "4ac605d56c25b187009cbaad33a36da4b70cbaf4a8eaa2844e8ff93ee9ed4152",
    ),
}


def fields(query: str) -> dict[str, str]:
    return wire.Pairs(query.encode()).fields


def read(query: str | bytes, secret: str = SECRET):
    body = query.encode() if isinstance(query, str) else query
    return read_notice(body, tmn_code="DEMO0001", secret=secret)


def signed(pairs: str) -> str:
    """A query string with the hash of its own text."""
    return f"{pairs}&vnp_SecureHash={wire.sign(pairs, SECRET)}"


@pytest.mark.parametrize(("text", "digest"), [(PAY, PAY_HASH), (IPN, IPN_HASH)], ids=["pay", "ipn"])
def test_the_query_vectors(text: str, digest: str) -> None:
    """The canonical string of the decoded fields is the vector's own, and so is its hash."""
    assert wire.canonical(fields(text)) == text
    assert wire.sign(text, SECRET) == digest


@pytest.mark.parametrize("name", API)
def test_the_api_vectors(name: str) -> None:
    """Raw values in the fixed order, absent ones empty."""
    order, text, digest = API[name]
    message = {key: value for key, value in zip(order, text.split("|"), strict=True) if value}
    assert wire.joined(message, order) == text
    assert wire.sign(text, SECRET) == digest


def test_the_pay_address_is_the_vector() -> None:
    """What is sent is the very text that was hashed, and empty parameters are left out."""
    made = pay_url("https://pay.example/vpcpay.html", fields(PAY) | {"vnp_BankCode": ""}, SECRET)
    assert made == f"https://pay.example/vpcpay.html?{PAY}&vnp_SecureHash={PAY_HASH}"


@pytest.mark.parametrize(
    ("char", "written"),
    [("~", "%7E"), ("*", "*"), ("!", "%21"), ("'", "%27"), ("(", "%28"), (" ", "+"), ("í", "%C3%AD"), ("-", "-")],
)
def test_characters_are_encoded_as_java_and_browsers_do(char: str, written: str) -> None:
    """Every row of the table of measured differences."""
    assert wire.encoded(char) == written


def test_the_ipn_vector_is_read() -> None:
    """Amounts are divided by a hundred, and both codes 00 mean paid."""
    notice = read(f"{IPN}&vnp_SecureHash={IPN_HASH}")
    assert notice.reason == ""
    assert notice.result is not None
    told = notice.result
    assert (told.reference, told.state, told.amount) == ("HS0001", PaymentState.PAID, Money(25_000))
    assert (told.transaction, told.bank, told.raw_time) == ("14000001", "NCB", "20250610143112")


@pytest.mark.parametrize(
    "query",
    [
        f"{IPN}&vnp_SecureHash={IPN_HASH.upper()}",
        f"?{IPN}&vnp_SecureHash={IPN_HASH}",
        f"{IPN}&vnp_SecureHashType=HMACSHA512&vnp_SecureHash={IPN_HASH}",
        f"utm_source=x&{IPN}&vnp_SecureHash={IPN_HASH}&lang=vi",
        f"{IPN}&vnp_BankX=&vnp_SecureHash={IPN_HASH}",
        f"vnp_SecureHash={IPN_HASH}&" + "&".join(reversed(IPN.split("&"))),
        f"{IPN}&vnp_SecureHash={IPN_HASH}".replace("vnp_TxnRef=HS0001", "vnp_TxnRef=%48S0001"),
        f"{IPN}&vnp_SecureHash={IPN_HASH}".replace("%3A", ":").replace("+", "%20"),
    ],
    ids=["upper case", "question mark", "hash type", "foreign keys", "empty value", "order", "escaped", "other style"],
)
def test_both_forms_of_a_notice_carry_its_hash(query: str) -> None:
    """The raw pairs, or the form we would write, carry the hash; both are the same notice."""
    assert read(query).result is not None


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=20))
def test_any_encoding_of_the_sender_is_accepted_raw(value: str) -> None:
    """Whatever a sender's encoder does with a value, the raw text it hashed is what we hash."""
    pairs = IPN.replace("vnp_BankTranNo=VNP00000001", "vnp_BankTranNo=" + quote_plus(value, safe="!'()~*"))
    assert read(signed(pairs)).genuine


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (IPN, "bad_hash"),
        (f"{IPN}&vnp_SecureHash=", "bad_hash"),
        (f"{IPN}&vnp_SecureHash={'0' * 128}", "bad_hash"),
        (f"{IPN}&vnp_SecureHash=%E1%BA%AB", "bad_hash"),
        (f"{IPN}&vnp_SecureHash={IPN_HASH}".replace("2500000", "2500100"), "bad_hash"),
        (f"{IPN}&vnp_SecureHash={IPN_HASH}&vnp_Extra=1", "bad_hash"),
        (f"{IPN}&vnp_SecureHash={IPN_HASH}&vnp_Amount=1", "duplicate_key"),
        (f"{IPN}&vnp_SecureHash={IPN_HASH}&%76np_Amount=1", "duplicate_key"),
        (f"{IPN}&vnp_SecureHash={IPN_HASH}&vnp_SecureHash=0", "duplicate_key"),
        (f"{IPN}&vnp_SecureHash={IPN_HASH}".replace("vnp_Amount=", "vnp_Amount[]="), "bad_hash"),
        (f"{IPN}&vnp_SecureHash=%zz", "bad_encoding"),
        (f"{IPN}&vnp_Note=%FF", "bad_encoding"),
        (f"{IPN}&vnp_Note=%00", "bad_encoding"),
        (f"{IPN}&vnp_Note=ẫ", "bad_encoding"),
        ("vnp_Amount=" + "1" * 1_000_000, "too_long"),
        ("&" * 300, "too_long"),
        ("", "bad_hash"),
    ],
)
def test_a_notice_without_its_hash_is_not_genuine(query: str, reason: str) -> None:
    """It carries no result, and its repr shows nothing of it."""
    notice = read(query)
    assert (notice.result, notice.genuine, notice.reason) == (None, False, reason)
    assert repr(notice) == f"<VnpayNotice {reason}>"


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        (PAY, "missing_field"),
        (IPN.replace("&vnp_ResponseCode=00", ""), "missing_field"),
        (IPN.replace("&vnp_TransactionStatus=00", ""), "missing_field"),
        (IPN.replace("&vnp_TxnRef=HS0001", ""), "missing_field"),
        (IPN.replace("DEMO0001", "OTHER001"), "another_partner"),
        (IPN.replace("vnp_TxnRef=HS0001", "vnp_TxnRef=a%7Cb"), "unknown_order"),
        (IPN.replace("14000001", "1" * 101), "malformed_result"),
    ],
    ids=[
        "our own pay address",
        "no code",
        "no status",
        "no reference",
        "another partner",
        "no reference of ours",
        "long number",
    ],
)
def test_a_genuine_text_that_is_no_notice_to_us(pairs: str, reason: str) -> None:
    """Our own pay address carries our hash too, and the payer has it."""
    notice = read(signed(pairs))
    assert (notice.result, notice.genuine, notice.reason) == (None, True, reason)


@pytest.mark.parametrize("written", ["-2500000", "2500050", "1e9", "25000.00", "9" * 15, "%2B2500000", "٢٥٠٠٠٠٠"])
def test_an_amount_that_is_none_is_told_apart_from_an_unknown_order(written: str) -> None:
    """VNPAY asks for 01 before 04, so an unreadable amount must not hide the reference."""
    pairs = IPN.replace("vnp_Amount=2500000", "vnp_Amount=" + (written if written.isascii() else quote_plus(written)))
    notice = read(signed(pairs))
    assert notice.result is not None
    assert (notice.result.reference, notice.result.amount) == ("HS0001", None)


def test_another_currency_is_another_amount() -> None:
    """Twenty-five thousand of something else pay nothing."""
    notice = read(signed(IPN.replace("&vnp_OrderInfo", "&vnp_CurrCode=USD&vnp_OrderInfo")))
    assert notice.result is not None
    assert notice.result.amount is None


@pytest.mark.parametrize(
    ("code", "status", "state"),
    [
        ("00", "00", "paid"),
        ("00", "01", "pending"),
        ("00", "02", "failed"),
        ("00", "04", "review"),
        ("00", "07", "review"),
        ("00", "05", "pending"),
        ("07", "00", "review"),
        ("07", "07", "review"),
        ("24", "02", "cancelled"),
        ("11", "02", "expired"),
        *((code, "02", "failed") for code in ("09", "10", "12", "13", "51", "65", "75", "79", "99")),
        ("51", "04", "review"),
        ("24", "00", "cancelled"),
        ("42", "02", "pending"),
        ("", "", "pending"),
    ],
)
def test_codes_and_states(code: str, status: str, state: str) -> None:
    """Paid only with both 00; a code that is not known is left to a query."""
    assert mapping.state(code, status) == PaymentState(state)


@pytest.mark.parametrize(
    ("code", "status", "state"),
    [
        ("00", "00", "done"),
        ("00", "05", "processing"),
        ("00", "06", "processing"),
        ("00", "09", "rejected"),
        ("00", "", "processing"),
        ("94", "", "processing"),
        ("95", "", "rejected"),
        ("91", "", "rejected"),
        ("99", "", "sent"),
        *((code, "", "rejected") for code in ("02", "03", "97")),
        *((code, "", "sent") for code in ("98", "93", "01", "", "None", "x")),
    ],
)
def test_a_refund_is_what_its_code_says(code: str, status: str, state: str) -> None:
    """94 says that the very same refund is under way; 99 says nothing, nor does a code of no table (§3.5)."""
    told = mapping.refund_result({"vnp_ResponseCode": code, "vnp_TransactionStatus": status})
    assert told.state == RefundState(state)


def answer(name: str, **changes: object) -> Reply:
    order, text, digest = API[name]
    message: dict[str, object] = dict(zip(order, text.split("|"), strict=True))
    return Reply(status=200, body=json.dumps({**message, "vnp_SecureHash": digest, **changes}).encode())


@pytest.mark.parametrize("name", ["querydr answer", "refund answer"])
def test_a_genuine_answer_is_read(name: str) -> None:
    """Amounts are hashed as they were received: a number and its digits are the same."""
    assert wire.read_answer(answer(name), API[name][0], SECRET)["vnp_TxnRef"] == "HS0001"
    number = answer(name, vnp_Amount=2500000)
    assert wire.read_answer(number, API[name][0], SECRET)["vnp_Amount"] == 2500000


@pytest.mark.parametrize(
    "changes",
    [{"vnp_Amount": "2500100"}, {"vnp_SecureHash": "0"}, {"vnp_SecureHash": None}, {"vnp_SecureHash": ["x"]}],
    ids=["amount", "wrong hash", "no hash", "list"],
)
def test_an_answer_without_its_hash_proves_nothing(changes: dict[str, object]) -> None:
    """A success that is not signed is no success."""
    with pytest.raises(UnexpectedReply) as caught:
        wire.read_answer(answer("querydr answer", **changes), wire.QUERY_ANSWER_FIELDS, SECRET)
    assert caught.value.reason == "bad_hash"


def test_codes_that_became_numbers_are_read() -> None:
    """0 is 00; what is hashed is what came."""
    order = API["querydr answer"][0]
    message = dict.fromkeys(order, "") | {"vnp_ResponseCode": 0, "vnp_TransactionStatus": 0, "vnp_TxnRef": "HS0001"}
    signed_answer = {**message, "vnp_SecureHash": wire.sign(wire.joined(message, order), SECRET)}
    told = wire.read_answer(Reply(status=200, body=json.dumps(signed_answer).encode()), order, SECRET)
    assert (told["vnp_ResponseCode"], told["vnp_TransactionStatus"]) == ("00", "00")


def test_a_bar_in_a_hashed_value_is_no_answer() -> None:
    """Its values could be cut elsewhere and keep their hash."""
    order = API["querydr answer"][0]
    message = dict.fromkeys(order, "") | {"vnp_ResponseCode": "00", "vnp_TxnRef": "HS0001|1"}
    signed_answer = {**message, "vnp_SecureHash": wire.sign(wire.joined(message, order), SECRET)}
    with pytest.raises(UnexpectedReply):
        wire.read_answer(Reply(status=200, body=json.dumps(signed_answer).encode()), order, SECRET)


@pytest.mark.parametrize("code", ["02", "97"])
def test_a_refusal_of_our_credentials_needs_no_hash(code: str) -> None:
    """VNPAY cannot sign for a partner it does not know."""
    with pytest.raises(AuthenticationFailed):
        wire.read_answer(Reply(status=200, body=json.dumps({"vnp_ResponseCode": code}).encode()), (), SECRET)


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b"{}"])
def test_what_is_no_answer(body: bytes) -> None:
    """It is reported as such, never read as a state."""
    with pytest.raises(UnexpectedReply):
        wire.read_answer(Reply(status=200, body=body), wire.QUERY_ANSWER_FIELDS, SECRET)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Lệ phí khai sinh: Đỗ", "Le phi khai sinh: Do"),
        ("a & b = c|d", "a b c d"),
        ("x" * 300, "x" * 255),
    ],
)
def test_descriptions_hold_plain_letters_only(text: str, plain: str) -> None:
    """The far end's encoder is not ours; nothing that differs is sent."""
    assert mapping.info(text) == plain


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(query: bytes) -> None:
    """Anything that is not signed is not genuine, and says why."""
    notice = read(query)
    assert not notice.genuine
    assert notice.reason


def test_the_limit_is_on_what_is_read() -> None:
    """Two hundred pairs are the most."""
    with pytest.raises(Unreadable):
        wire.Pairs(b"a=1&" * 200)
