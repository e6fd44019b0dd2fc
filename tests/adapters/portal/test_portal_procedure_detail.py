"""LayThuTuc in full: every table, in the shapes and with the dirt that were met."""

from __future__ import annotations

import pytest

from gov_connect.adapters.national_portal.detail import amount_of
from gov_connect.errors import UnexpectedReply
from gov_connect.model import Channel, FeeKind, ProcedureCode

CODE = ProcedureCode("1.001193")
ROW = {"MATTHC": "1.001193", "TENTTHC": "Thủ tục đăng ký khai sinh"}


def ask(gov, wire, logged_in, row):
    wire.say(logged_in, {"error_code": 0, "result": [row]})
    return gov.portal.procedure_detail(CODE)


def test_the_sample_is_read_whole(gov, wire, logged_in, sample):
    """S4: two channels of one working day, one paper, one result, nothing unread."""
    wire.say(logged_in, sample("portal/s4_reply.json"))
    found = gov.portal.procedure_detail(CODE)
    assert (found.procedure.code, found.procedure.domain_code, found.issuer) == ("1.001193", "G99-TP01", "G99")
    assert [(time.channel, time.time, time.unit, time.fees) for time in found.times] == [
        (Channel.COUNTER, "1", "Ngày làm việc", ()),
        (Channel.ONLINE, "1", "Ngày làm việc", ()),
    ]
    (paper,) = found.papers
    assert (paper.code, paper.name, paper.copies) == ("000.00.00.G99-KQ000001", "Giấy chứng sinh", "0")
    assert [(result.code, result.name) for result in found.results] == [("KQ.G99.000001", "Giấy khai sinh")]
    assert (found.unread, found.has_fee) == ((), False)


def test_every_table_is_read(gov, wire, logged_in):
    """And what nobody here knows is named, not dropped in silence."""
    fee = {"MAPHILEPHI": "2", "SOTIEN": "8.000", "DONVI": "Đồng", "MOTA": "mỗi bản", "URL": ""}
    found = ask(
        gov,
        wire,
        logged_in,
        {
            **ROW,
            "COQUANTHUCHIEN": [{"MADONVI": "H99.201", "TENDONVI": "UBND xã Mẫu"}],
            "DOITUONGTHUCHIEN": [{"TENDOITUONG": "Công dân Việt Nam"}, {"TENDOITUONG": ""}],
            "TRINHTUTHUCHIEN": [
                {"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": "Nộp"}, {"TENTRINHTU": "Nhận\r\nkết quả"}]}
            ],
            "CACHTHUCTHUCHIEN": [{"KENH": 3, "THOIGIAN": [{"THOIGIANGIAIQUYET": 5, "PHILEPHI": [fee]}]}, {"KENH": "9"}],
            "THANHPHANHOSO": [
                {"TRUONGHOP": "Ủy quyền", "GIAYTO": {"MAGIAYTO": "G1", "TENMAUDON": "Mẫu 01", "URL": "u"}}
            ],
            "CANCUPHAPLY": [{"SOVANBAN": "60/2014/QH13", "TENVANBAN": "Luật Hộ tịch"}, {}],
            "YEUCAU": "Không\x00 có",
            "TRUONG_MOI": "x",
        },
    )
    assert (found.agencies[0].code, found.subjects, found.steps) == (
        "H99.201",
        ("Công dân Việt Nam",),
        ("Nộp", "Nhận\nkết quả"),
    )
    post, odd = found.times
    assert (post.channel, post.time, odd.channel, odd.channel_raw) == (Channel.POST, "5", None, "9")
    assert (post.fees[0].kind, post.fees[0].amount.dong, post.fees[0].amount_raw) == (FeeKind.CHARGE, 8000, "8.000")
    assert (found.papers[0].case, found.papers[0].form_name, found.papers[0].form_url) == ("Ủy quyền", "Mẫu 01", "u")
    assert [law.code for law in found.legal_bases] == ["60/2014/QH13"]
    assert (found.conditions, found.unread, found.has_fee) == ("Không  có", ("TRUONG_MOI",), True)


@pytest.mark.parametrize(
    ("table", "unread"),
    [
        ({"TRINHTUTHUCHIEN": [{"TRUONGHOP": "Ủy quyền", "TRINHTU": []}]}, "TRINHTUTHUCHIEN.TRUONGHOP"),
        ({"THANHPHANHOSO": {"GIAYTO": [{"TENGIAYTO": "x", "BANCHINH": True}]}}, "THANHPHANHOSO.GIAYTO.BANCHINH"),
        (
            {"CACHTHUCTHUCHIEN": [{"THOIGIAN": {"PHILEPHI": [{"SOTIEN": "1", "MIENGIAM": "x"}]}}]},
            "CACHTHUCTHUCHIEN.THOIGIAN.PHILEPHI.MIENGIAM",
        ),
        ({"KETQUATHUCHIEN": "Giấy khai sinh"}, "KETQUATHUCHIEN"),
        ({"CANCUPHAPLY": [{"SOVANBAN": "1", "NGAYBANHANH": ""}]}, None),
    ],
)
def test_what_stands_in_tables_and_is_not_read_is_named(gov, wire, logged_in, table, unread):
    """By its place; blank ones say nothing."""
    assert ask(gov, wire, logged_in, {**ROW, **table}).unread == (() if unread is None else (unread,))


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("8000", 8000),
        (8000, 8000),
        ("8.000", 8000),
        ("8,000 đồng", 8000),
        ("1.250.000 VNĐ", 1_250_000),
        (" 0 ", 0),
        ("", None),
        (None, None),
        ("theo quy định", None),
        ("8.000 đồng/bản", None),
        ("8.00", None),
        ("8.5", None),
        ("-8000", None),
        ("0,1%", None),
        (8.0, None),
        (True, None),
        ("1.000.000.000.000.000", None),
        ("9" * 30, None),
        (["8000"], None),
    ],
)
def test_dirty_amounts_are_plain_or_none(written, amount):
    """Text, separators, blanks: what is no plain amount stays a text."""
    found = amount_of(written)
    assert (None if found is None else found.dong) == amount


@pytest.mark.parametrize("amount", ["0", "không thu"])
def test_a_fee_of_zero_is_no_fee_and_a_text_is_one(gov, wire, logged_in, amount):
    """What is not plainly zero may cost something."""
    way = {"KENH": "1", "THOIGIAN": {"PHILEPHI": {"SOTIEN": amount}}}
    assert ask(gov, wire, logged_in, {**ROW, "CACHTHUCTHUCHIEN": way}).has_fee is (amount != "0")


@pytest.mark.parametrize("junk", [None, "", {}, [], "x", 5, [None, "x", 5, []], {"GIAYTO": "x"}, [[{}]]])
def test_junk_in_a_table_leaves_the_rest_readable(gov, wire, logged_in, junk):
    """No table is required."""
    names = "COQUANTHUCHIEN TRINHTUTHUCHIEN CACHTHUCTHUCHIEN THANHPHANHOSO KETQUATHUCHIEN CANCUPHAPLY DOITUONGTHUCHIEN"
    found = ask(gov, wire, logged_in, {**ROW, **dict.fromkeys(names.split(), junk)})
    assert found.procedure.name == ROW["TENTTHC"]


def test_an_older_answer_has_a_text_for_the_subjects(gov, wire, logged_in):
    """MOTADOITUONGTHUCHIEN."""
    assert ask(gov, wire, logged_in, {**ROW, "MOTADOITUONGTHUCHIEN": "Công dân"}).subjects == ("Công dân",)


def test_none_and_errors_are_those_of_the_short_form(gov, wire, logged_in, offline):
    """No such procedure is None; a row that is none is an error; the mock has them all."""
    wire.say(logged_in, {"error_code": 0, "result": []}, {"error_code": 0, "result": [{"TENTTHC": "x"}]})
    assert gov.portal.procedure_detail(CODE) is None
    with pytest.raises(UnexpectedReply):
        gov.portal.procedure_detail(CODE)
    whole = offline.portal.procedure_detail(ProcedureCode("2.000635"))
    assert (whole.has_fee, whole.unread, whole.times[0].fees[0].amount.dong) == (True, (), 8000)
    assert whole.procedure == offline.portal.procedure(ProcedureCode("2.000635"))
