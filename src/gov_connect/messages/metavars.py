"""What stands for the value of an option or argument on a help page: name of it -> Vietnamese, English.

Without an entry the kind of the value is shown: text, a number, a file. Keys are found as those of `options` are.
"""

from __future__ import annotations

from gov_connect.messages._message import entry

_DAY = entry("NGÀY", "DAY")
_CODE = entry("MÃ", "CODE")
_AMOUNT = entry("SỐ_TIỀN", "AMOUNT")
_FOLDER = entry("THƯ_MỤC", "FOLDER")
_MOMENT = entry("THỜI_ĐIỂM", "MOMENT")
_SYSTEM = entry("HỆ_THỐNG", "SYSTEM")
_NAME = entry("TÊN", "NAME")

METAVARS = {
    "text": entry("CHỮ", "TEXT"),
    "figure": entry("SỐ", "NUMBER"),
    "path": entry("TỆP", "FILE"),
    "account": entry("TÀI_KHOẢN", "ACCOUNT"),
    "act": entry("VIỆC_KÝ", "ACT"),
    "after": _DAY,
    "fees diff after": entry("GÓI_SAU", "AFTER"),
    "amount": _AMOUNT,
    "area": entry("ĐỊA_BÀN", "AREA"),
    "at": _MOMENT,
    "bank": entry("NGÂN_HÀNG", "BANK"),
    "before": _DAY,
    "fees diff before": entry("GÓI_TRƯỚC", "BEFORE"),
    "bundle": _CODE,
    "capabilities": entry("TỆP|LỚP", "FILE|CLASS"),
    "capacity": entry("TƯ_CÁCH", "CAPACITY"),
    "channel": entry("CÁCH_NỘP", "CHANNEL"),
    "claimed": entry("ĐIỀU_KIỆN", "FACT"),
    "client": entry("LỆNH", "COMMAND"),
    "code": entry("MÃ_HỒ_SƠ", "DOSSIER"),
    "console": entry("CỔNG", "PORT"),
    "day": _DAY,
    "days": entry("SỐ_NGÀY", "DAYS"),
    "documents": entry("LOẠI_VĂN_BẢN", "KIND"),
    "dossier": entry("MÃ_HỒ_SƠ", "DOSSIER"),
    "event": entry("LOẠI_VIỆC", "EVENT"),
    "fact": entry("ĐIỀU_KIỆN", "FACT"),
    "faults": entry("BỘ_LỖI", "PROFILE"),
    "files": entry("TỆP", "FILE"),
    "first": _DAY,
    "folder": _FOLDER,
    "generation": entry("THẾ_HỆ", "GENERATION"),
    "handlers": entry("MODULE:HÀM", "MODULE:FUNCTION"),
    "health": entry("MÁY:CỔNG", "HOST:PORT"),
    "host": entry("ĐỊA_CHỈ", "ADDRESS"),
    "ip": entry("ĐỊA_CHỈ", "ADDRESS"),
    "item": entry("KHOẢN_THU", "ITEM"),
    "judge": entry("BÊN", "SIDE"),
    "keep_days": entry("SỐ_NGÀY", "DAYS"),
    "last": _DAY,
    "legal_basis": entry("CĂN_CỨ", "LAW"),
    "level": entry("MỨC", "LEVEL"),
    "name": _NAME,
    "note": entry("NỘI_DUNG", "TEXT"),
    "number": entry("SỐ", "NUMBER"),
    "officer": entry("MÃ_CÁN_BỘ", "OFFICER"),
    "on": _DAY,
    "pack": entry("GÓI", "PACK"),
    "paper": entry("TÊN=TỆP", "TITLE=FILE"),
    "port": entry("CỔNG", "PORT"),
    "procedure": entry("MÃ_THỦ_TỤC", "PROCEDURE"),
    "public_key": entry("KHÓA", "KEY"),
    "reason": entry("CĂN_CỨ", "REASON"),
    "received": _MOMENT,
    "reference": _CODE,
    "report": _FOLDER,
    "since": _DAY,
    "source": entry("NGUỒN", "SOURCE"),
    "state": entry("TRẠNG_THÁI", "STATE"),
    "system": _SYSTEM,
    "target": entry("ĐÍCH", "TARGET"),
    "test": entry("MÃ_BÀI", "ID"),
    "test_host": entry("MÁY_CHỦ", "HOST"),
    "through": entry("TRỤC", "BUS"),
    "unit": entry("MÃ_ĐƠN_VỊ", "UNIT"),
    "until": _DAY,
    "wire": entry("GIAO_THỨC", "WIRE"),
}
