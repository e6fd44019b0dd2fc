"""The few phrases that typer says itself, as patterns, and the Vietnamese for them.

A help page is broken into lines before it comes here, so a blank may be a new line.
"""

from __future__ import annotations

PHRASES = (
    (r"^Usage: ", "Cách dùng: "),
    (r"\[OPTIONS\]", "[TÙY CHỌN]"),
    (r"COMMAND \[ARGS\]\.\.\.", "LỆNH [THAM SỐ]..."),
    (r"^Options:$", "Tùy chọn:"),
    (r"^Arguments:$", "Tham số:"),
    (r"^Commands:$", "Lệnh:"),
    (r"(?<=[\[;\s])required\]", "bắt buộc]"),
    (r"\[default:(?=\s)", "[mặc định:"),
    (r"Try '(.+?)' for help\.", r"Xem cách dùng: \1"),
    (r"Show this message and exit\.", "Hiện trang này rồi thoát."),
    (r"^Error: ", "Lỗi: "),
    (r"Value '(.+?)' is not a valid (\S+)\.", r"'\1' không phải kiểu \2."),
    (r"Input should be a valid integer.*", "phải là số nguyên."),
    (r"Input should be greater than or equal to (\S+)", r"phải từ \1 trở lên"),
    (r"Input should be less than or equal to (\S+)", r"phải từ \1 trở xuống"),
    (r"(?:Value error, )?'(.+?)' is not one of (.+)\.", r"'\1' không thuộc: \2."),
    (r"Input should be (.+)", r"phải là \1"),
    (r"No such command '(.+?)'\.", r"Không có lệnh '\1'."),
    (r"No such command '(.+?)'\. Did you mean (.+)\?", r"Không có lệnh '\1'. Có phải là \2?"),
    (r"No such option: (\S+)", r"Không có tùy chọn \1."),
    (r"Did you mean (.+)\?", r"Có phải là \1?"),
    (r"\(Possible options: (.+)\)", r"(Có thể là: \1)"),
    (r"Missing (?:option|argument|parameter) '(.+?)'\.?", r"Thiếu '\1'."),
    (r"Missing command\.", "Thiếu lệnh."),
    (r"Invalid value for '?(.+?)'?: ", r"Giá trị của '\1' không hợp lệ: "),
    (r"Invalid value: ", "Giá trị không hợp lệ: "),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", r"Thừa tham số: \1"),
    (r"Option '?(\S+?)'? requires an argument\.", r"Tùy chọn \1 phải có giá trị."),
    (r"Option '?(\S+?)'? does not take a value\.", r"Tùy chọn \1 không nhận giá trị."),
)
