"""Answers of the residents database in every shape that is plain; the rest become typed errors."""

from __future__ import annotations

import json

import pytest

from gov_connect import Purpose
from gov_connect.errors import AuthenticationFailed, OutsideSystemError, Refused, UnexpectedReply
from gov_connect.model import Sex

NUMBER = "<SoDinhDanh>000000000012</SoDinhDanh>"
NAME = "<HoVaTen><Ten>LÊ THỊ HƯ CẤU</Ten></HoVaTen>"


def citizen(inner=""):
    return f"<CongdanCollection><CongDan>{NUMBER}{NAME}{inner}</CongDan></CongdanCollection>"


def needing(gov, *, sensitive):
    purpose = Purpose(procedure="1.001193", dossier="H99.12.7-250804-0019", sensitive=sensitive)
    return gov.acting(purpose=purpose)


def test_the_live_form_is_read_whole(gov, wire, query, live):
    """The whole name in Ten, dates as digits, relatives' names as text, empty elements absent."""
    wire.say(live)
    found = gov.residents.look_up(query)
    assert found is not None
    assert (found.name.reveal(), found.citizen_id, found.old_id.reveal()) == (
        "LÊ THỊ HƯ CẤU",
        query.citizen_id,
        "000000012",
    )
    assert (found.sex, found.sex_code, found.born.iso, found.nationality) == (Sex.FEMALE, "2", "1999-02-03", "")
    assert (found.birth_place.district, found.native_place.district) == ("999", "")
    assert (found.permanent_address.detail.reveal(), found.present_address) == ("THÔN THỬ", None)
    assert (found.father.name.reveal(), found.mother.old_id.reveal()) == ("LÊ VĂN GIẢ", "000000014")
    assert (found.spouse, found.representative, found.household_head.relation) == (None, None, "CH01")
    assert (found.marital_status.code, found.unread) == ("2", ())


def test_the_form_of_the_standard_is_read_alike(gov, wire, query, sample_bytes):
    """Other prefixes, CDATA, split names, structures for codes, one unit code for an address."""
    wire.say(sample_bytes("residents/qcvn.xml"))
    found = needing(gov, sensitive=True).residents.look_up(query)
    assert (found.name.reveal(), found.born.iso, found.sex) == ("LÊ THỊ HƯ CẤU", "1999-02-03", Sex.FEMALE)
    assert (found.ethnicity.code, found.ethnicity.name, found.religion.code) == ("1", "Kinh", "99")
    assert (found.permanent_address.unit, found.permanent_address.province) == ("99001", "")
    assert found.father.name.reveal() == "LÊ VĂN GIẢ"
    assert found.unread == ("CongdanCollection.GhiChu", "GhiChuRieng")


@pytest.mark.parametrize(("sensitive", "code"), [(False, None), (True, "01")])
def test_sensitive_fields_come_only_for_a_purpose_that_needs_them(gov, wire, query, live, sensitive, code):
    """Ethnicity and religion are dropped by default."""
    wire.say(live)
    found = needing(gov, sensitive=sensitive).residents.look_up(query)
    assert (found.ethnicity and found.ethnicity.code) == code
    assert (found.religion is not None) is sensitive


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<CongdanCollection/>",
        '<CongdanCollection SoCongDan="0"></CongdanCollection>',
        "<CongdanCollection><CongDan/></CongdanCollection>",
        "<CongdanCollection><CongDan><SoDinhDanh/><HoVaTen><Ten/></HoVaTen></CongDan></CongdanCollection>",
        "<TraCuuThongTinCongDanResponse/>",
        "<TraCuuThongTinCongDanResponse><CongdanCollection>\n</CongdanCollection></TraCuuThongTinCongDanResponse>",
        "<CongdanCollection><ThongBao>Không tìm thấy</ThongBao></CongdanCollection>",
    ],
)
def test_every_shape_of_nobody_is_none(gov, wire, query, enveloped, body):
    """No match is a normal result, not an error."""
    wire.say(enveloped(body), enveloped(body))
    assert gov.residents.look_up(query) is None
    assert gov.residents.verify(query) is False


@pytest.mark.parametrize(
    ("inner", "iso", "unread"),
    [
        ("<Nam>1999</Nam><NgayThangNam/>", "1999", ()),
        ("<Nam/><NgayThangNam>1999</NgayThangNam>", "1999", ()),
        ("<Nam>1999</Nam><NgayThangNam>19990000</NgayThangNam>", "1999", ()),
        ("<ThangNam>199902</ThangNam>", "1999-02", ()),
        ("<NgayThangNam>03/02/1999</NgayThangNam>", "1999-02-03", ()),
        ("<NgayThangNam>1999-02-03T00:00:00+07:00</NgayThangNam>", "1999-02-03", ()),
        ("<ngaythangnam> 1999-02-03 </ngaythangnam>", "1999-02-03", ()),
        ("1999", "1999", ()),
        ("", None, ()),
        ("<Nam>0000</Nam>", None, ()),
        ("<Nam>1999</Nam><NgayThangNam>không rõ</NgayThangNam>", "1999", ("NgayThangNamSinh",)),
        ("<Nam>1998</Nam><NgayThangNam>19990203</NgayThangNam>", None, ("NgayThangNamSinh",)),
        ("<NgayThangNam>19990231</NgayThangNam>", None, ("NgayThangNamSinh",)),
    ],
)
def test_birth_dates_are_as_exact_as_the_reply(gov, wire, query, enveloped, inner, iso, unread):
    """Year only stays a year; parts that contradict each other are listed, not chosen from."""
    wire.say(enveloped(citizen(f"<NgayThangNamSinh>{inner}</NgayThangNamSinh>")))
    found = gov.residents.look_up(query)
    assert (found.born and found.born.iso, found.unread) == (iso, unread)


@pytest.mark.parametrize(
    ("code", "sex"),
    [
        ("1", Sex.MALE),
        ("02", Sex.FEMALE),
        ("Nam", Sex.MALE),
        ("NỮ", Sex.FEMALE),
        ("0", Sex.UNKNOWN),
        ("9", Sex.UNKNOWN),
    ],
)
def test_the_sex_is_decoded_and_its_code_kept(gov, wire, query, enveloped, code, sex):
    """Code or word; an unknown code stays unknown."""
    wire.say(enveloped(citizen(f"<GioiTinh>{code}</GioiTinh>")))
    found = gov.residents.look_up(query)
    assert (found.sex, found.sex_code) == (sex, code)


@pytest.mark.parametrize(
    ("inner", "unread"),
    [
        ("<SoCMND>12</SoCMND>", ("SoCMND",)),
        ("<Cha><SoDinhDanh>x</SoDinhDanh></Cha>", ("Cha.SoDinhDanh",)),
        (f"<Me><HoVaTen>{'M' * 300}</HoVaTen></Me>", ("Me.HoVaTen",)),
        (f"<QueQuan><ChiTiet>{'M' * 2000}</ChiTiet></QueQuan>", ("QueQuan.ChiTiet",)),
        ("<Moi>1</Moi><Moi>2</Moi>", ("Moi",)),
    ],
)
def test_what_is_not_understood_is_listed_by_name_only(gov, wire, query, enveloped, inner, unread):
    """Neither guessed nor dropped in silence, and the rest of the record is still good."""
    wire.say(enveloped(citizen(inner)))
    assert gov.residents.look_up(query).unread == unread


@pytest.mark.parametrize(
    "wrap",
    [
        lambda xml: {"error_code": "00", "message": xml},
        lambda xml: {"Error_Code": 0, "Message": f"\n{xml}"},
        lambda xml: [{"message": xml}],
    ],
)
def test_soap_text_inside_json_is_read(gov, wire, query, live, wrap):
    """A provincial gateway puts the whole envelope into `message`."""
    wire.say((200, wrap(live.decode())))
    assert gov.residents.look_up(query).born.iso == "1999-02-03"


def test_an_envelope_turned_into_json_is_read(gov, wire, query):
    """A generic mapper makes objects of elements; one citizen is an object, several a list."""
    row = {
        "SoDinhDanh": {"@type": "so", "#text": "000000000012"},
        "HoVaTen": {"Ho": "", "ChuDem": None, "Ten": "LÊ THỊ HƯ CẤU"},
        "GioiTinh": 2,
        "NgayThangNamSinh": {"Nam": 1999, "NgayThangNam": ""},
        "QuocTich": {},
    }
    for shape in (row, [row]):
        wire.say({"Header": "", "Body": {"CongdanCollection": {"CongDan": shape}}})
        found = gov.residents.look_up(query)
        assert (found.name.reveal(), found.sex, found.born.iso) == ("LÊ THỊ HƯ CẤU", Sex.FEMALE, "1999")
    wire.say({"Body": {"CongdanCollection": ""}}, {"Envelope": {"Body": ""}})
    assert gov.residents.look_up(query) is None
    assert gov.residents.look_up(query) is None


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason"),
    [
        (200, "", UnexpectedReply, "not_xml"),
        (200, "<html><body>Đăng nhập</body></html>", UnexpectedReply, "not_soap"),
        (200, "<html><br></html>", UnexpectedReply, "not_xml"),
        (200, "Err", UnexpectedReply, "not_xml"),
        (200, "{}", UnexpectedReply, "not_soap"),
        (200, '{"Body": {"a b": "x"}}', UnexpectedReply, "not_soap"),
        (200, '{"error_code": "-1", "message": "Lỗi hệ thống"}', Refused, "-1"),
        (403, '{"errorCode": "004", "message": "x"}', Refused, "004"),
        (400, '{"type": "Client.BadRequest"}', Refused, "Client.BadRequest"),
        (404, "Not Found", Refused, ""),
        (403, "<html/>", AuthenticationFailed, ""),
        (500, '{"type": "Server.ClientProxy.IOError"}', UnexpectedReply, "not_soap"),
        (500, "<html><body>x</body></html>", UnexpectedReply, "http_status"),
    ],
)
def test_everything_else_is_a_typed_error(gov, wire, query, status, body, kind, reason):
    """Pages, gateways' own errors and nonsense, each with system, operation and correlation id."""
    wire.always = (status, body.encode())
    with pytest.raises(kind) as caught:
        gov.residents.look_up(query)
    error = caught.value
    assert (error.system, len(error.correlation_id)) == ("residents", 32)
    assert error.status in {status, None}
    assert getattr(error, "reason", error.raw_code) == reason


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        ("<Fault><faultcode>e:Server</faultcode><faultstring>BÍ MẬT</faultstring></Fault>", "soap_fault"),
        ("<Khac>BÍ MẬT</Khac>", "no_collection"),
        ("<TraCuuThongTinCongDanResponse><return>BÍ MẬT</return></TraCuuThongTinCongDanResponse>", "no_collection"),
        (f"<CongdanCollection><CongDan>{NUMBER}</CongDan></CongdanCollection>", "citizen_without_name"),
        (f"<CongdanCollection><CongDan><HoVaTen>{'BÍ MẬT' * 90}</HoVaTen></CongDan></CongdanCollection>", "bad_name"),
        (citizen().replace("0012<", "0013<"), "another_citizen"),
        (citizen() + citizen(), "several_citizens"),
    ],
)
def test_a_soap_body_without_plain_meaning_is_refused(gov, wire, query, enveloped, inner, reason, shown):
    """A fault, another citizen, several citizens; nothing of it is shown."""
    wire.always = enveloped(inner)
    with pytest.raises(UnexpectedReply) as caught:
        gov.residents.look_up(query)
    assert caught.value.reason == reason
    assert "BÍ MẬT" not in shown(caught.value)
    assert "000000000012" not in shown(caught.value)


def test_a_fault_at_http_500_is_read_after_the_retries(gov, wire, query, enveloped):
    """The last answer is for the adapter to read."""
    wire.always = (500, enveloped("<Fault><faultstring>x</faultstring></Fault>"))
    with pytest.raises(UnexpectedReply, match="soap_fault"):
        gov.residents.look_up(query)


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://ngoai.example/x.dtd">',
    ],
)
def test_document_types_and_entities_are_refused(gov, wire, query, enveloped, prolog):
    """Nothing is fetched and nothing expands."""
    body = enveloped(citizen()).replace(b"HU", b"&e;")
    wire.say(prolog.encode() + body)
    with pytest.raises(UnexpectedReply) as caught:
        gov.residents.look_up(query)
    assert caught.value.reason in {"doctype", "not_xml"}


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"\r\n ", b"<?xml version='1.0' encoding='UTF-8'?>\n<!-- x -->"])
def test_what_stands_before_the_envelope_does_not_matter(gov, wire, query, live, prefix):
    """A byte-order mark, blanks, a declaration, a comment."""
    wire.say(prefix + live)
    assert gov.residents.verify(query)


@pytest.mark.parametrize("root", ["CongdanCollection", "CongDan"])
def test_a_gateway_may_hand_on_the_body_alone(gov, wire, query, root):
    """Without envelope, and without the collection."""
    xml = citizen()
    wire.say(
        (
            xml if root == "CongdanCollection" else xml[len("<CongdanCollection>") : -len("</CongdanCollection>")]
        ).encode()
    )
    assert gov.residents.look_up(query) is not None


def test_a_stale_stamp_is_renewed_once(gov, wire, query, live):
    """401, then the same question with a fresh id."""
    wire.say((401, b"stale"), live)
    assert gov.residents.verify(query)
    assert wire.sent[0].body != wire.sent[1].body
    wire.say((401, b""), (401, json.dumps({"message": "x"}).encode()))
    with pytest.raises(AuthenticationFailed) as caught:
        gov.residents.look_up(query)
    assert (caught.value.status, len(wire.sent)) == (401, 4)


def test_no_error_names_the_citizen_asked_for(gov, wire, query, shown):
    """Not through an echo of the request either."""
    wire.always = lambda request: (200, request.body.replace(b"soapenv:", b"x"))
    with pytest.raises(OutsideSystemError) as caught:
        gov.residents.look_up(query)
    assert not {"LETHIHUCAU", "000000000012", "19990203"} & set(shown(caught.value).split())
    assert "LETHIHUCAU" not in shown(caught.value)


@pytest.mark.parametrize("body", ["", "<CongdanCollection/>", "<Khac/>", "<Khac>x</Khac>"])
@pytest.mark.parametrize(("status", "kind"), [(404, Refused), (500, UnexpectedReply), (403, AuthenticationFailed)])
def test_a_failure_is_never_nobody(gov, wire, query, enveloped, body, status, kind):
    """With an HTTP status of a failure, an empty envelope says nothing about people."""
    soap = enveloped(body)
    for answer in (soap, {"error_code": 0, "message": soap.decode()}):
        wire.always = (status, answer)
        for ask in (gov.residents.look_up, gov.residents.verify):
            with pytest.raises((kind, UnexpectedReply)):
                ask(query)


@pytest.mark.parametrize("body", ["<Khac/>", "<Loi></Loi>", "<TraCuuThongTinCongDanResponse><Khac/>"])
def test_an_unknown_element_is_not_nobody(gov, wire, query, enveloped, body):
    """Only what is known to be empty means that nobody matches."""
    wire.always = enveloped(body + ("</TraCuuThongTinCongDanResponse>" if "Response" in body else ""))
    with pytest.raises(UnexpectedReply, match="no_collection"):
        gov.residents.look_up(query)
