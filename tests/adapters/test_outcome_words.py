"""Words for what became of something: names of people and places are none of them."""

from __future__ import annotations

import unicodedata

import pytest

from gov_connect.adapters.outcome_words import (
    belies_success,
    says_done,
    says_failed,
    says_nothing_found,
    tells_failure,
    tells_of_the_way,
)


@pytest.mark.parametrize(
    "text",
    [
        "Cập nhật thành công hồ sơ của ông NGUYỄN VĂN LỢI",
        "Cap nhat thanh cong ho so cua ong NGUYEN VAN LOI, 1 ho so",
        "Đồng bộ đến Chi cục Thủy lợi",
        "Dong bo den Sai Gon",
        "Đồng bộ thành công: Sài Gòn",
        "Số hồ sơ thành công: 1, số hồ sơ không thành công: 0",
        "Thành công 1, không hợp lệ 0",
        "Thanh cong: 1, khong thanh cong: 0, loi: 0",
        "Thành công! Không có hồ sơ lỗi",
        "Thành công! Không có bản ghi nào bị lỗi",
        "Cập nhật thành công, hồ sơ đã hết hạn bổ sung",
        "success; errors: []",
        "success, error: null",
        "SUCCESS errorCode=0",
        "Cập nhật trạng thái 'Bị từ chối tiếp nhận' thành công",
        "Cập nhật thành công 1 hồ sơ bị từ chối",
        "",
    ],
)
def test_a_success_is_left_alone(text):
    """In either normal form of the letters."""
    assert not belies_success(text)
    assert not belies_success(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    "text",
    [
        "Thất bại",
        "THAT BAI",
        "Lỗi: hồ sơ không hợp lệ",
        "Loi ket noi",
        "Co 1 ho so loi",
        "Có 1 hồ sơ lỗi",
        "Thành công: 0, thất bại: 1",
        "Thành công 1, không hợp lệ 2",
        "Thanh cong 1, loi: 2",
        "Thành công nhưng không thể gửi tệp",
        "Thành công, có lỗi xảy ra",
        "Cập nhật không thành công",
        "Không có hồ sơ nào được cập nhật thành công, hồ sơ sai",
        "Lỗi: 0, thất bại: 1",
        "Lỗi khi gửi; lần trước thành công",
        "unsuccessful",
    ],
)
def test_a_failure_is_heard_under_a_success(text):
    """Counts above 0, words that begin with it, and those without "thành công" at all."""
    assert belies_success(text)
    assert belies_success(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("text", "done", "failed"),
    [
        ("Thêm mới hồ sơ thành công", True, False),
        ("Them moi ho so thanh cong", True, False),
        ("Không thành công", False, True),
        ("Cư trú tại phường Thành Công", False, False),
        ("Cập nhật thành công, không thể gửi tệp", True, True),
        ("Not success", False, False),
    ],
)
def test_done_and_failed_are_heard_apart(text, done, failed):
    """Under a code of error both count."""
    assert (says_done(text), says_failed(text)) == (done, failed)


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        ("LỖI KẾT NỐI", True),
        ("Loi ket noi", True),
        ("Đã xảy ra lỗi", True),
        ("Internal Server Error", True),
        ("Phiên làm việc đã hết hạn", True),
        ("Không có quyền truy cập", True),
        ("Không tìm thấy máy chủ", True),
        ("Lấy danh sách thất bại; lần trước thành công, 2 lỗi", True),
        ("Thành công", False),
        ("Không có hồ sơ dịch vụ công", False),
        ("Không tìm thấy công dân NGUYỄN VĂN LỢI", False),
        ("Khong tim thay cong dan NGUYEN VAN LOI", False),
        ("Không tìm thấy tại phường Quyên Hà", False),
        ("Không tồn tại tại Phiên Hòa", False),
        ("Cơ quan: UBND xã Vĩnh Lợi", False),
        ("Lấy danh sách thành công, tổng 0 lỗi", False),
        ("Lấy danh sách hồ sơ thuộc dịch vụ thành công", False),
        ("", False),
    ],
)
def test_words_tell_of_a_failure(text, failed):
    """In any spelling; names of people and places are none."""
    assert tells_failure(text) is failed


@pytest.mark.parametrize(("text", "nothing"), [("Không có dữ liệu", True), ("No records", True), ("Thành công", False)])
def test_words_say_that_nothing_was_found(text, nothing):
    """With marks or without."""
    assert says_nothing_found(text) is nothing


@pytest.mark.parametrize(
    ("text", "of_the_way"),
    [
        ("Loi he thong", True),
        ("Lỗi kết nối tới cơ sở dữ liệu", True),
        ("java.net.SocketTimeoutException: connect timed out", True),
        ("Connection was closed unexpectedly", True),
        ("Hệ thống BTP không phản hồi", True),
        ("HTTP 504 Gateway Time-out", True),
        ("Nguyễn Văn Lợi hệ thống", False),
        ("Hồ sơ quá hạn xử lý", False),
        ("Công dân chưa phản hồi", False),
        ("Thiếu MaTTHC", False),
    ],
)
def test_words_tell_of_trouble_on_the_way(text, of_the_way):
    """A time-out or a fault inside tells nothing of what was sent; people's names and delays are none."""
    assert tells_of_the_way(text) is of_the_way
