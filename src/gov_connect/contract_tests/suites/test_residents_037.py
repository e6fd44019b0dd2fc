"""The national residents database, service 037."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gov_connect.contract_tests import samples
from gov_connect.contract_tests.marks import confirmed, guess, needs, requirement, seen, system_of
from gov_connect.contract_tests.must import broken, must
from gov_connect.errors import AuthenticationFailed
from gov_connect.model import BirthDate
from gov_connect.transport import Unreadable, parse_xml

if TYPE_CHECKING:
    from gov_connect.contract_tests.desk import Desk
    from gov_connect.model import Citizen

pytestmark = system_of("residents/037")
_LOOK_UP = "TraCuuThongTinCongDan"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_ANSWER = "http://www.mic.gov.vn/dancu/1.0"
_HOUR = 3600


def known(desk: Desk) -> Citizen:
    """The known person, looked up."""
    found = desk.gov.residents.look_up(samples.known_query(desk))
    if found is None:
        broken(vi="không thấy người đã biết", en="the known person was not found")
    return found


@confirmed
@requirement("residents.md §2.3")
@requirement("residents.md §2.4")
def test_known_person_is_found(desk: Desk) -> None:
    """Đúng số, họ tên và ngày sinh thì trả về đúng người.

    The right number, name and birth date give the person.
    """
    found = known(desk)
    number = found.citizen_id.reveal() if found.citizen_id else ""
    must(number == desk.known["person_number"], vi="số khác", en="the number differs")
    must(found.born == BirthDate.parse(desk.known["person_born"]), vi="ngày sinh khác", en="born otherwise")


@confirmed
@requirement("residents.md §2.6")
def test_unknown_number_gives_nobody(desk: Desk) -> None:
    """Số không có thì trả lời không có người khớp, không phải lỗi.

    A number that does not exist gives nobody, and no fault.
    """
    found = desk.gov.residents.look_up(samples.query(samples.MISSING_PERSON, "NGUYỄN THỊ MẪU", "1990-05-20"))
    must(found is None, vi="trả về một người", en="somebody was given")


@confirmed
@requirement("residents.md §2.3")
@requirement("residents.md §8")
@pytest.mark.parametrize("wrong", ["name", "born"])
def test_one_wrong_detail_gives_nobody(desk: Desk, wrong: str) -> None:
    """Sai họ tên hoặc ngày sinh thì không được trả về dữ liệu của ai.

    A wrong name or birth date gives nobody's data.
    """
    values = {
        "number": desk.known["person_number"],
        "name": desk.known["person_name"],
        "born": desk.known["person_born"],
    }
    values[wrong] = {"name": "TRẦN VĂN KHÁC HẲN", "born": "1931-02-03"}[wrong]
    found = desk.gov.residents.look_up(samples.query(**values))
    must(found is None, vi="vẫn trả dữ liệu", en="data were given all the same")


@confirmed
@needs("wrong_credentials")
@requirement("residents.md §3")
def test_wrong_secret_is_refused(desk: Desk) -> None:
    """Sai khoá bí mật thì bị từ chối.

    A wrong secret is refused.
    """
    client = desk.with_settings(RESIDENTS__SECRET="sai-bi-mat")  # noqa: S106 - wrong on purpose
    with pytest.raises(AuthenticationFailed):
        client.residents.look_up(samples.known_query(desk))


@guess
@requirement("residents.md §3")
def test_stale_stamp_is_refused(desk: Desk) -> None:
    """Dấu thời gian cũ một giờ thì bị từ chối.

    A time stamp that is an hour old is refused.
    """
    client = desk.with_settings(RESIDENTS__CLOCK_OFFSET=str(-_HOUR))
    with pytest.raises(AuthenticationFailed):
        client.residents.look_up(samples.known_query(desk))


@confirmed
@requirement("residents.md §3")
def test_stamp_of_another_moment_is_refused(desk: Desk) -> None:
    """Đổi dấu thời gian mà không đổi mã băm thì bị từ chối.

    Another time stamp under the same hash is refused.
    """
    known(desk)
    last = desk.tap.last(_LOOK_UP)
    stamp = next(value for name, value in last.request.headers.items() if name.lower() == "timestamp")
    reply = desk.tap.again(last, headers={"Timestamp": str(int(stamp) + 1)})
    must(reply.status >= 400, vi="vẫn được phục vụ", en="it was served")  # noqa: PLR2004 - HTTP


@confirmed
@requirement("residents.md §2.2")
def test_answer_is_a_soap_envelope(desk: Desk) -> None:
    """Câu trả lời là phong bì SOAP 1.1 có CongdanCollection.

    The answer is a SOAP 1.1 envelope with CongdanCollection.
    """
    known(desk)
    reply = desk.tap.last(_LOOK_UP).reply
    assert reply is not None
    try:
        root = parse_xml(reply.body)
    except Unreadable:
        broken(vi="không phải XML", en="it is no XML")
    must(root.tag == f"{{{_SOAP}}}Envelope", vi="không phải phong bì SOAP 1.1", en="it is no SOAP 1.1 envelope")
    must(root.find(f".//{{{_ANSWER}}}CongDan") is not None, vi="không có CongDan", en="there is no CongDan")


@confirmed
@requirement("residents.md §2.4")
def test_year_alone_stays_a_year(desk: Desk) -> None:
    """Người chỉ có năm sinh thì không bị thêm ngày, tháng.

    A person born in a year, and no more, gets no day.
    """
    wanted = samples.query(desk.known["year_only_number"], desk.known["year_only_name"], desk.known["year_only_born"])
    found = desk.gov.residents.look_up(wanted)
    if found is None:
        broken(vi="không thấy người chỉ có năm sinh", en="the person with only a year was not found")
    must(
        found.born == BirthDate.parse(desk.known["year_only_born"]), vi="ngày sinh bị thêm vào", en="a day was made up"
    )


@confirmed
@needs("verification")
@requirement("residents.md §2.3")
def test_verification_says_yes_and_no(desk: Desk) -> None:
    """Xác thực trả lời đúng có và không.

    Verification says yes, and no, rightly.
    """
    must(desk.gov.residents.verify(samples.known_query(desk)), vi="đúng mà nói không", en="no for a right person")
    wrong = samples.query(desk.known["person_number"], "TRẦN VĂN KHÁC HẲN", desk.known["person_born"])
    must(not desk.gov.residents.verify(wrong), vi="sai mà nói có", en="yes for a wrong name")


@guess
@needs("request_ids")
@requirement("residents.md §2.3")
def test_request_id_is_good_once(desk: Desk) -> None:
    """Mã yêu cầu MaYeuCau dùng lại thì bị từ chối.

    A request id that was used before is refused.
    """
    known(desk)
    reply = desk.tap.again(desk.tap.last(_LOOK_UP))
    must(b"CongDan>" not in reply.body, vi="vẫn trả dữ liệu", en="data were given again")


@confirmed
@requirement("residents.md §2.3")
@requirement("residents.md §8")
@pytest.mark.parametrize("name", ["MaCanBo", "MaDVC", "HoVaTen"])
def test_request_without_a_required_element_gives_no_data(desk: Desk, name: str) -> None:
    """Yêu cầu thiếu cán bộ, thủ tục hoặc họ tên thì không được trả dữ liệu.

    A request without officer, procedure or name gives no data.
    """
    known(desk)
    last = desk.tap.last(_LOOK_UP)
    root = parse_xml(last.request.body)
    element = next(item for item in root.iter() if str(item.tag).endswith(f"}}{name}"))
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)
    for item in root.iter():
        if str(item.tag).endswith("}MaYeuCau"):
            item.text = f"kit{desk.number()}"
    from lxml import etree

    reply = desk.tap.again(last, body=etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
    must(b"CongDan>" not in reply.body, vi=f"vẫn trả dữ liệu khi thiếu {name}", en=f"data were given without {name}")


@seen
@requirement("residents.md §2.4")
@requirement("residents.md §8")
def test_answer_speaks_of_the_person_asked_for(desk: Desk) -> None:
    """Câu trả lời chỉ có đúng một người, là người được hỏi.

    The answer holds one person, who was asked for.
    """
    known(desk)
    reply = desk.tap.last(_LOOK_UP).reply
    assert reply is not None
    people = parse_xml(reply.body).findall(f".//{{{_ANSWER}}}CongDan")
    must(len(people) == 1, vi="có nhiều người", en="there are several people")
    number = people[0].findtext(f"{{{_ANSWER}}}SoDinhDanh") or ""
    must(number.strip() == desk.known["person_number"], vi="người khác", en="it is another person")
