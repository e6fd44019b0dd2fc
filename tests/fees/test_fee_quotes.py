"""What a quote says: words, tables, JSON, reasons, typed amounts, exports."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect.errors import InvalidInput
from gov_connect.fees import FeeItem, Override, Quote, Status, TypedShare, typed_share
from gov_connect.fees.exports import fee_lines, payment_lines, receipts
from gov_connect.model.dossier import FeeKind
from gov_connect.model.money import Money

if TYPE_CHECKING:
    from gov_connect.fees import FeeBook

DAY = date(2026, 11, 20)
CITIZEN = {"vneid2", "basic5"}


def two_lines(book: FeeBook, **more: Any) -> Quote:
    """A certified copy and an extract."""
    items = [FeeItem("ct.copy", pages=5, copies=3), FeeItem("ht.extract", copies=2)]
    return book.quote(items, **{"on": DAY, "area": "31:31", **more})


def test_a_quote_explains_itself_in_vietnamese(book: FeeBook) -> None:
    """Formula, relief, articles and total, one sentence each."""
    quote = two_lines(book, channel="online", facts=CITIZEN)
    copy = "1. Chứng thực bản sao từ bản chính: 3×(2×2.000 + 3×1.000) = 21.000 đồng"
    assert quote.explain().split("\n") == [
        "Hồ sơ nộp ngày 20/11/2026, nộp trực tuyến, địa bàn: Thành phố Hải Phòng (Hải Phòng cũ)",
        f"{copy} — Thông tư 226/2016/TT-BTC, Điều 4, STT 1",
        "2. Bản sao trích lục hộ tịch: 2×8.000 = 16.000 đồng — Thông tư 281/2016/TT-BTC, Điều 4, STT 4",
        "   giảm 16.000, còn 0 đồng — Thông tư 117/2026/TT-BTC, Điều 1 khoản 2",
        "Tổng phải nộp: 21.000 đồng",
    ]


def test_a_quote_explains_itself_in_english(book: FeeBook) -> None:
    """The same, with English names; titles of laws stay as they are."""
    said = two_lines(book).explain("en")
    assert said.startswith("Filed on 20/11/2026, at the counter, place: Thành phố Hải Phòng")
    assert "1. Certified copy of an original: 3×(2×2.000 + 3×1.000) = 21.000 đồng" in said
    assert said.endswith("Total due: 37.000 đồng")


@pytest.mark.parametrize(
    ("pages", "copies", "formula"),
    [
        (1, 1, "1×2.000"),
        (2, 1, "2×2.000"),
        (3, 1, "2×2.000 + 1×1.000"),
        (198, 1, "2×2.000 + 196×1.000"),
        (199, 1, "min(2×2.000 + 197×1.000; 200.000)"),
        (250, 2, "2×min(2×2.000 + 248×1.000; 200.000)"),
        (3, 2, "2×(2×2.000 + 1×1.000)"),
    ],
)
def test_the_formula_shows_the_tiers_and_the_cap(book: FeeBook, pages: int, copies: int, formula: str) -> None:
    """What was multiplied, added and cut."""
    quote = book.quote([FeeItem("ct.copy", pages=pages, copies=copies)], on=DAY)
    assert quote.lines[0].formula == formula


@pytest.mark.parametrize(
    ("channel", "formula"), [("online", "12×5.000"), ("counter", "12×10.000"), ("post", "12×10.000")]
)
def test_the_formula_shows_the_table_value(book: FeeBook, channel: str, formula: str) -> None:
    """The law's own figure for the channel."""
    quote = book.quote([FeeItem("cu_tru.temp_list", persons=12)], on=DAY, channel=channel)
    assert quote.lines[0].formula == formula


def test_the_json_shape_is_stable(book: FeeBook) -> None:
    """Exactly the documented keys, whole đồng."""
    shape = two_lines(book, channel="online", facts=CITIZEN).to_dict()
    assert shape == {
        "status": "priced",
        "total": 21_000,
        "subsidy_total": 0,
        "lines": [
            {
                "charge": "ct.copy",
                "quantity": {"pages": 5, "copies": 3},
                "gross": 21_000,
                "relief": 0,
                "net": 21_000,
                "payer": "applicant",
                "citations": ["TT226/4.1"],
                "formula": "3×(2×2.000 + 3×1.000)",
            },
            {
                "charge": "ht.extract",
                "quantity": {"copies": 2},
                "gross": 16_000,
                "relief": 16_000,
                "net": 0,
                "payer": "applicant",
                "citations": ["TT281/4.4", "TT117/1.2"],
                "formula": "2×8.000",
            },
        ],
        "warnings": [],
    }
    assert json.loads(json.dumps(shape)) == shape


def test_the_full_json_adds_what_a_record_needs(book: FeeBook) -> None:
    """Request, packs, fingerprint, names and reasons."""
    quote = two_lines(book, claimed={"poor"})
    full = quote.to_dict("en", full=True)
    assert full["request"] == {
        "on": "2026-11-20",
        "area": "31:31",
        "channel": "counter",
        "facts": [],
        "claimed": ["poor"],
        "paid_on": "2026-11-20",
        "items": [
            {"charge": "ct.copy", "pages": 5, "copies": 3},
            {"charge": "ht.extract", "copies": 2},
        ],
    }
    assert full["book"] == book.digest
    assert full["fingerprint"] == quote.fingerprint
    assert full["lines"][0]["name"] == "Certified copy of an original"
    assert full["lines"][0]["kind"] == "phi"
    assert full["lines"][0]["basis"] == "Thông tư 226/2016/TT-BTC, Điều 4, STT 1"


def test_a_record_speaks_one_language_and_the_seal_is_the_same_in_both(book: FeeBook) -> None:
    """Names, reasons and warnings; Vietnamese unless asked otherwise."""
    quote = book.quote([FeeItem("ht.marital_cert", cases=1)], on=date(2026, 9, 1), area="31:30")
    (line,) = quote.lines
    assert line.reason is not None
    for language in ("vi", "en"):
        full = quote.to_dict(language, full=True)
        assert full["lines"][0]["name"] == (line.charge.name if language == "vi" else line.charge.name_en)
        assert full["lines"][0]["reason"] == line.reason.text(language)
        assert full["warnings"] == [told.text(language) for told in quote.warnings] != []
        assert full["fingerprint"] == quote.fingerprint
    assert quote.to_dict(full=True) == quote.to_dict("vi", full=True) != quote.to_dict("en", full=True)


def test_a_quote_without_amount_has_nulls_and_says_why(book: FeeBook) -> None:
    """Never 0: null amounts, a status, the reason as a warning."""
    items = [FeeItem("ht.marital_cert", cases=1), FeeItem("ht.extract", copies=1)]
    quote = book.quote(items, on=date(2026, 9, 1), area="31:30")
    shape = quote.to_dict()
    assert (shape["status"], shape["total"]) == ("no_rate", None)
    assert (shape["lines"][0]["gross"], shape["lines"][0]["relief"], shape["lines"][0]["net"]) == (None, None, None)
    assert shape["lines"][0]["formula"] == ""
    assert shape["lines"][1]["net"] == 8000
    assert any("chưa có mức thu" in said for said in shape["warnings"])
    assert quote.explain().count("Các gói chưa có mức thu") == quote.table().count("Các gói chưa có mức thu") == 1
    assert "không được thu" not in quote.explain() + quote.table()
    assert quote.gross_total is None
    assert "Chưa đọc văn bản gốc" in quote.explain()


def test_the_status_of_a_quote_is_its_worst_line(book: FeeBook) -> None:
    """A column nobody has decided on outranks a missing rate."""
    items = [FeeItem("ht.change", cases=1), FeeItem("gpxd.house", permits=1), FeeItem("ht.extract", copies=1)]
    quote = book.quote(items, on=DAY, area="01", facts={"under_14=no"})
    assert [line.status for line in quote.lines] == ["needs_authority", "no_rate", "priced"]
    assert quote.status is Status.NEEDS_AUTHORITY
    assert "cơ quan có thẩm quyền" in quote.explain()


def test_a_place_too_wide_is_pointed_out(book: FeeBook) -> None:
    """A merged province has several rates: the former province must be named."""
    items = [FeeItem("ht.marital_cert", cases=1)]
    wide = book.quote(items, on=DAY, area="31")
    assert any(told.code == "fees.warning.area" for told in wide.warnings)
    elsewhere = book.quote([FeeItem("hkd.register", times=1)], on=DAY, area="66")
    assert not any(told.code == "fees.warning.area" for told in elsewhere.warnings)
    exact = book.quote(items, on=DAY, area="31:30")
    assert not any(told.code == "fees.warning.area" for told in exact.warnings)


def test_an_unread_original_is_said(book: FeeBook) -> None:
    """A rate known from secondary sources carries a warning with source and day."""
    quote = book.quote([FeeItem("ht.marital_cert", cases=1)], on=DAY, area="01")
    assert quote.total == Money(3000)
    warning = next(told for told in quote.warnings if told.code == "fees.warning.unread")
    assert "06/2020/NQ-HĐND" in warning.text("vi")
    assert "08/10/2026" in warning.text("vi")
    assert "was not read" in warning.text("en")


def test_an_unused_relief_does_not_warn(law: Any) -> None:
    """Only instruments that are cited are complained about."""
    secondary = law.instrument("B").replace("primary_text_read", "secondary")
    book = law.book(
        law.instrument("A"),
        secondary,
        law.rate("one", "A/1", 8000),
        law.relief("best", "A/2"),
        law.relief("less", "B/1", effect='"percent"', percent=50),
    )
    assert book.quote([FeeItem("a.one", cases=1)], on=DAY).warnings == ()


def test_an_unread_rate_warns_beside_a_read_relief(law: Any) -> None:
    """Both instruments are looked at."""
    secondary = law.instrument("A").replace("primary_text_read", "secondary")
    book = law.book(secondary, law.instrument("B"), law.rate("one", "A/1", 8000), law.relief("best", "B/2"))
    warnings = book.quote([FeeItem("a.one", cases=1)], on=DAY).warnings
    assert [told.code for told in warnings] == ["fees.warning.unread"]
    assert warnings[0].params["read"] == "01/01/2026"


def test_commune_codes_are_places_when_a_look_up_is_given(book: FeeBook) -> None:
    """Province and former province follow from the commune."""
    local = book.with_communes({"12345": "31:31", "54321": "99"}.get)
    quote = local.quote([FeeItem("ht.marital_cert", cases=1)], on=DAY, area="12345")
    assert quote.total == Money(5000)
    for unknown in ("54321", "00000", "1234", "abcde"):
        with pytest.raises(InvalidInput):
            local.quote([FeeItem("ht.extract", copies=1)], on=DAY, area=unknown)
    with pytest.raises(InvalidInput):
        book.quote([FeeItem("ht.extract", copies=1)], on=DAY, area="12345")


def test_an_unmerged_province_is_its_own_former_self(book: FeeBook) -> None:
    """01:01 is 01."""
    quote = book.quote([FeeItem("ht.marital_cert", cases=1)], on=DAY, area="01:01")
    assert quote.total == Money(3000)


def test_why_not_names_what_is_missing(book: FeeBook) -> None:
    """Channel, facts, place, day: everything in the way at once."""
    quote = two_lines(book, facts={"vneid2"})
    (why,) = quote.why_not("TT117/1.2")
    assert [told.code for told in why.reasons] == ["fees.why.channel", "fees.why.facts"]
    assert why.missing == ("basic5",)
    assert not why.applies
    assert why.text("en").endswith("not verified: the five basic papers integrated in VNeID")
    assert why.text().startswith("ht.extract — Thông tư 117/2026/TT-BTC, Điều 1 khoản 2: chỉ áp dụng cho kênh")
    (late,) = two_lines(book, on=date(2027, 3, 1), channel="online", facts=CITIZEN).why_not("tt117-extract")
    assert [told.code for told in late.reasons] == ["fees.why.window"]
    (done,) = two_lines(book, channel="online", facts=CITIZEN).why_not("tt117-extract")
    assert done.applies
    assert done.text() == "ht.extract — Thông tư 117/2026/TT-BTC, Điều 1 khoản 2: đang được áp dụng"
    with pytest.raises(InvalidInput):
        quote.why_not("tt226-agri-mortgage")


def test_why_not_names_the_place_the_zero_and_the_exclusion(law: Any) -> None:
    """A relief of another place, one with nothing to reduce, one that excludes the person."""
    book = law.book(
        law.instrument("A"),
        law.rate("one", "A/1", 0),
        law.relief("free", "A/2"),
        law.relief("there", "A/3", area='"01"'),
        law.relief("others", "A/4", who='{ none = ["x"] }'),
        law.relief("either", "A/5", who='{ any = ["x", "y"] }'),
    )
    quote = book.quote([FeeItem("a.one", cases=1)], on=DAY, area="03", facts={"x"})
    said = {why.relief.id: [told.code for told in why.reasons] for why in quote.why_not()}
    assert said == {
        "free": ["fees.why.nothing_due"],
        "there": ["fees.why.area"],
        "others": ["fees.why.excluded"],
        "either": ["fees.why.nothing_due"],
    }
    (either,) = book.quote([FeeItem("a.one", cases=1)], on=DAY, area="03").why_not("either")
    assert either.missing == ("x", "y")


def test_what_if_changes_one_thing(book: FeeBook) -> None:
    """The rest of the request stays; the quote itself never changes."""
    quote = two_lines(book, facts=CITIZEN)
    assert quote.total == Money(37_000)
    assert quote.what_if(channel="online").total == Money(21_000)
    assert quote.what_if(on=date(2016, 12, 31)).total is None
    assert quote.what_if(items=[FeeItem("ct.will", acts=1)]).total == Money(50_000)
    assert quote.what_if(area="01", facts=()).request.area == "01"
    assert quote.what_if() == quote
    assert quote.total == Money(37_000)


def test_the_table_lines_columns_up(book: FeeBook) -> None:
    """A head, a row per line, a sum."""
    head, first, second, total = two_lines(book).table("en").split("\n")
    assert head.split()[:2] == ["Charge", "Calculation"]
    assert first.index("21.000") + 6 == second.index("16.000") + 6
    assert total.split()[0] == "Total"
    assert "37.000" in total
    unpriced = book.quote([FeeItem("hkd.register", times=1)], on=DAY, area="04").table()
    assert "Các gói chưa có mức thu" in unpriced
    ended = book.quote([FeeItem("hkd.register", times=1)], on=date(2032, 1, 1), area="31:31").table()
    assert "Không có mức thu: không được thu" in ended


def test_html_is_escaped(law: Any) -> None:
    """Texts of packs are data: markup in them stays text."""
    nasty = law.instrument("A").replace('kind = "Thông tư"', 'kind = "<b>Luật & lệ</b>"')
    notice = '[[notice]]\nid = "n"\ncharges = ["a.one"]\nvi = "<script>x</script>"\nen = "<i>"\n'
    html = law.book(nasty, law.rate("one", "A/1"), notice).quote([FeeItem("a.one", cases=1)], on=DAY).to_html()
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;b&gt;Luật &amp; lệ&lt;/b&gt;" in html
    assert html.startswith('<table class="gov-fee-quote" lang="vi">')


def ignore(record: object) -> None:
    """An audit log that nobody reads."""
    del record


def override(amount: int = 4000) -> Override:
    """A typed amount."""
    return Override(
        amount=Money(amount), citation="NQ 8, Điều 2", reason="gói chưa có mức", officer="a", second_officer="b"
    )


def test_a_typed_amount_is_marked_everywhere(book: FeeBook) -> None:
    """Total, words, JSON, sync, receipt, fingerprint, the audit record and the indicator show it."""
    log: list[Any] = []
    bare = book.quote([FeeItem("ht.marital_cert", cases=1), FeeItem("ht.extract", copies=1)], on=DAY, area="31:30")
    quote = book.override(bare, 0, override(), log.append)
    assert (bare.total, quote.total) == (None, Money(12_000))
    assert "4.000 đồng — NQ 8, Điều 2" in quote.explain()
    assert "cán bộ nhập tay, đã có người thứ hai duyệt: gói chưa có mức" in quote.explain()
    assert any(told.code == "fees.warning.typed" for told in quote.warnings)
    assert quote.to_dict()["lines"][0]["citations"] == ["NQ 8, Điều 2"]
    assert quote.to_dict(full=True)["lines"][0]["typed"]["second_officer"] == "b"
    assert "NQ 8, Điều 2" in quote.table()
    assert (quote.lines[0].formula, bare.lines[0].formula) == ("4.000", "")
    assert fee_lines(quote)[0].name.endswith("(nhập tay)")
    assert [line.typed for line in fee_lines(quote)] == [True, False]
    assert [line.typed for receipt in receipts(quote) for line in receipt.lines] == [False, True]
    assert quote.fingerprint != bare.override(0, override(5000), log.append).fingerprint
    assert log[0] == {
        "event": "fee_override",
        "quote": bare.fingerprint,
        "charge": "ht.marital_cert",
        "computed": None,
        "status": "no_rate",
        "amount": 4000,
        "citation": "NQ 8, Điều 2",
        "reason": "gói chưa có mức",
        "officer": "a",
        "second_officer": "b",
    }
    share = typed_share([quote, book.quote([FeeItem("ht.extract", copies=1)], on=DAY)])
    assert (share.typed, share.lines, share.per_mille) == (1, 3, 334)
    assert typed_share([]).per_mille == 0
    assert TypedShare(7, 7).per_mille == 1000


def test_only_a_line_that_exists_can_be_typed(book: FeeBook) -> None:
    """Line numbers count from 0."""
    quote = two_lines(book)
    for line in (-1, 2):
        with pytest.raises(InvalidInput) as caught:
            quote.override(line, override(), ignore)
        assert caught.value.what == "Override"
        assert [(one.path, one.code) for one in caught.value.problems] == [("line", "value.not_in_list")]
    assert quote.override(1, override(), ignore).total == Money(25_000)


def test_a_typed_amount_takes_the_place_of_relief_and_subsidy(book: FeeBook) -> None:
    """What officers type is what the applicant pays: nothing of the computed line stays."""
    extract, ecopy = FeeItem("ht.extract", copies=1), FeeItem("ct.ecopy", pages=1, copies=1)
    quote = book.quote([extract, ecopy], on=DAY, area="31:31", channel="online", facts=CITIZEN)
    assert quote.total == Money(0)
    for number in (0, 1):
        changed = quote.override(number, override(), ignore)
        line = changed.lines[number]
        assert (changed.total, line.net, line.relief, line.subsidy) == (Money(4000), 4000, 0, 0)
        assert (line.applied, line.citations, line.payer, line.passed_over) == ((), (), "applicant", ())
    missing = book.quote([FeeItem("ht.marital_cert", cases=1)], on=DAY, area="31:30").override(0, override(), ignore)
    assert missing.lines[0].reason is None
    assert missing.status is Status.PRICED


def test_payment_lines_say_what_is_paid(book: FeeBook) -> None:
    """Name, kind and amount of each line; a typed one is marked."""
    quote = book.quote([FeeItem("ht.extract", copies=1), FeeItem("cu_tru.perm", times=1)], on=DAY)
    lines = payment_lines(quote.override(1, override(), ignore))
    assert [(line.name, line.kind, line.amount.dong) for line in lines] == [
        ("Bản sao trích lục hộ tịch", FeeKind.FEE, 8000),
        ("Đăng ký thường trú (nhập tay)", FeeKind.CHARGE, 4000),
    ]
    names = [line.name for receipt in receipts(quote) for line in receipt.lines]
    assert names == ["Bản sao trích lục hộ tịch", "Đăng ký thường trú"]


def test_zero_lines_stay_in_the_sync_and_leave_payment_and_receipts(book: FeeBook) -> None:
    """The portal wants a line of 0; a gateway and a receipt must not see it."""
    items = [FeeItem("ht.birth_on_time", cases=1), FeeItem("ht.extract", copies=2), FeeItem("cu_tru.perm", times=1)]
    quote = book.quote(items, on=DAY)
    assert [(line.amount.dong, line.kind) for line in fee_lines(quote)] == [
        (0, FeeKind.CHARGE),
        (16_000, FeeKind.FEE),
        (20_000, FeeKind.CHARGE),
    ]
    assert [(line.code, line.amount.dong) for line in payment_lines(quote)] == [
        ("ht.extract", 16_000),
        ("cu_tru.perm", 20_000),
    ]
    made = receipts(quote)
    assert [(one.kind, one.total.dong, one.lines[0].sub_item) for one in made] == [
        (FeeKind.FEE, 16_000, "2721"),
        (FeeKind.CHARGE, 20_000, "2767"),
    ]
    assert made[0].lines[0].quantity == "2×8.000"


def test_nothing_is_exported_without_an_amount(book: FeeBook) -> None:
    """A quote without total cannot be paid or reported."""
    quote = book.quote([FeeItem("ht.marital_cert", cases=1)], on=DAY, area="31:30")
    for export in (fee_lines, payment_lines, receipts):
        with pytest.raises(InvalidInput) as caught:
            export(quote)
        assert caught.value.problems[0].code == "fees.not_priced"


def test_a_subsidised_line_is_free_for_the_applicant_and_claimed_from_the_budget(book: FeeBook) -> None:
    """Hải Phòng pays for electronic certified copies until 2030."""
    items = [FeeItem("ct.ecopy", pages=5, copies=1)]
    quote = book.quote(items, on=date(2030, 12, 31), area="31:30")
    assert (quote.total, quote.subsidy_total, quote.gross_total) == (Money(0), Money(7000), Money(7000))
    assert quote.lines[0].payer == "budget"
    assert payment_lines(quote) == ()
    assert book.quote(items, on=date(2031, 1, 1), area="31:30").total == Money(7000)


def test_equal_requests_have_equal_fingerprints(book: FeeBook) -> None:
    """Order of facts does not matter; any other difference does."""
    one = two_lines(book, facts=["vneid2", "basic5"], channel="online")
    two = two_lines(book, facts=["basic5", "vneid2"], channel="online")
    assert one.fingerprint == two.fingerprint
    assert one.fingerprint != two_lines(book, channel="online").fingerprint
    assert one.fingerprint != two_lines(book, facts=CITIZEN, channel="online", area="31:30").fingerprint


def test_the_event_of_an_extract_is_kept_and_changes_no_amount(book: FeeBook) -> None:
    """Which event it was goes into the record."""
    quote = book.quote([FeeItem("ht.extract", copies=1, event="birth")], on=DAY)
    assert quote.total == Money(8000)
    assert quote.request.to_dict()["items"] == [{"charge": "ht.extract", "copies": 1, "event": "birth"}]
    assert str(quote.request.items[0]) == "ht.extract(copies=1)"


def test_what_cannot_be_audited_is_not_typed(book: FeeBook) -> None:
    """No record, no typed amount."""

    def broken(record: object) -> None:
        raise OSError(record)

    with pytest.raises(OSError, match="fee_override"):
        two_lines(book).override(0, override(), broken)


def test_the_grade_of_evidence_is_in_the_record(book: FeeBook) -> None:
    """Confirmed by two sources, or seen in one."""
    quote = book.quote([FeeItem("ht.marital_cert", cases=1)], on=DAY, area="31:31", channel="online")
    assert quote.to_dict(full=True)["lines"][0]["grades"] == ["seen", "seen"]
    assert two_lines(book).to_dict(full=True)["lines"][0]["grades"] == ["confirmed"]


def test_a_typed_amount_needs_a_log_that_keeps_it(book: FeeBook) -> None:
    """A bare book has none; one that was given a log uses it, also after its packs or places changed."""
    quote = book.quote([FeeItem("ct.will", acts=1)], on=DAY)
    for typing in (lambda: quote.override(0, override()), lambda: book.override(quote, 0, override())):
        with pytest.raises(InvalidInput) as caught:
            typing()
        assert [(one.path, one.code) for one in caught.value.problems] == [("audit", "value.missing")]
    log: list[Any] = []
    audited = book.audited(log.append)
    for kept in (audited, audited.with_packs([]), audited.with_communes({}.get)):
        assert kept.override(quote, 0, override()).total == Money(4000)
        assert kept.quote([FeeItem("ct.will", acts=1)], on=DAY).override(0, override()).total == Money(4000)
    assert [one["computed"] for one in log] == [50_000] * 6
    assert (book.audit, audited.law, audited.digest) == (None, book.law, book.digest)
    assert audited.audited(None).audit is None
