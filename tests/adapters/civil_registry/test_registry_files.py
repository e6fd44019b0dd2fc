"""Papers in a message: by content, bounded, scanned, whole, and never held twice."""

from __future__ import annotations

import base64
import hashlib
import json
import tracemalloc

import pytest

from gov_connect.adapters.civil_registry import Enclosure
from gov_connect.adapters.civil_registry.files import FileRules, body, kind_by_content, scan_named
from gov_connect.errors import InvalidInput, NotSupported
from gov_connect.model import DossierCode

PDF, JPEG, PNG = b"%PDF-1.4\n", b"\xff\xd8\xff\xe0x", b"\x89PNG\r\n\x1a\nx"
RULES = FileRules(each=1 << 20, together=2 << 20)
BUNDLE = {"bundle": "G99.99.01-260105-0003", "dossier": DossierCode("H99.201-260105-0008")}


def paper(content, name="a.pdf", **more):
    return Enclosure(title="Giấy chứng sinh", name=name, content=content, **more)


def no_virus(stream):
    return b"VIRUS" not in stream.read()


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (PDF, "pdf"),
        (b"\r\n\xef\xbb\xbf" + PDF, "pdf"),
        (JPEG, "jpeg"),
        (PNG, "png"),
        (b"MZ\x90%PDF-1.4", ""),
        (b"PK\x03\x04%PDF-", ""),
        (b"<html>%PDF-", ""),
        (b"x" * 2000 + PDF, ""),
        (b"GIF89a", ""),
        (b"", ""),
        (b"%PD", ""),
    ],
)
def test_the_content_tells_the_kind(head, kind):
    """Names and endings do not count; programs, archives and pages that mention PDF are none."""
    assert kind_by_content(head) == kind


def test_every_file_that_may_not_go_is_named_at_once():
    """Kind, size, emptiness, a missing file, a virus, and all together; in both languages."""
    rules = FileRules(each=100, together=120, scan=no_virus)
    given = (
        paper(b"MZ", name="a.pdf"),
        paper(PDF + b"x" * 100),
        paper(b""),
        Enclosure(title="x", name="x", path="/nowhere/a.pdf"),
        paper(PDF + b"VIRUS"),
        paper(PDF),
    )
    with pytest.raises(InvalidInput) as caught:
        body({}, given, rules)
    assert {problem.path: problem.code for problem in caught.value.problems} == {
        "files.0": "file.kind",
        "files.1": "file.too_large",
        "files.2": "file.empty",
        "files.3": "file.unreadable",
        "files.4": "file.infected",
        "files": "file.all_too_large",
    }
    assert "vi-rút" in caught.value.text("vi")
    assert "virus" in caught.value.text("en")


def test_the_message_is_json_with_the_files_whole(tmp_path):
    """From memory and from disk, of any length around the pieces; a withdrawn paper is not sent."""
    for size in (1, 2, 3, 3 * 65536 - len(PDF), 3 * 65536, 3 * 65536 + 1):
        content = PDF + bytes(range(256)) * (size // 256) + b"x" * (size % 256)
        file = tmp_path / "tờ khai.bin"
        file.write_bytes(content)
        given = (paper(content), paper(PDF, cancelled=True), Enclosure(title='"A"', name="b\\.pdf", path=str(file)))
        read = json.loads(body({"data": '{"a":"]}"}'}, given, RULES))
        assert read["data"] == '{"a":"]}"}'
        files = read["fileDinhKem"]
        assert [base64.b64decode(one["duLieuTepDinhKem"], validate=True) for one in files] == [content] * 2
        assert [one["id"] for one in files] == [1, 2]
        assert files[1]["tenGiayTo"] == '"A"'


def test_a_file_that_changed_after_the_look_is_not_sent(tmp_path):
    """What is sent is what was looked at."""
    file = tmp_path / "a.pdf"
    file.write_bytes(PDF)

    def swap(stream):
        file.write_bytes(b"MZ program")
        return True

    with pytest.raises(InvalidInput, match=r"files\.0"):
        body({}, (Enclosure(title="x", name="x", path=str(file)),), FileRules(each=1000, together=1000, scan=swap))


def test_no_second_copy_is_held(tmp_path):
    """The peak is the message itself and a little more, not message and file."""
    size = 12 << 20
    file = tmp_path / "big.pdf"
    file.write_bytes(PDF + b"x" * size)
    given = (Enclosure(title="x", name="x", path=str(file)),)
    tracemalloc.start()
    made = body({}, given, FileRules(each=2 * size, together=2 * size))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # The buffer grows by an eighth each time, and is moved once it does not fit.
    assert peak < 2.3 * len(made)


@pytest.mark.parametrize("changes", [{"path": "a", "content": b"x"}, {}])
def test_a_file_is_a_path_or_its_content(changes):
    """A path or the content."""
    with pytest.raises(InvalidInput):
        Enclosure(title="x", name="x", **changes)


def test_an_enclosure_shows_nothing():
    """Names of files are names of people."""
    one = Enclosure(title="LÊ THỊ HƯ CẤU", name="LÊ THỊ.pdf", content=b"SECRET")
    assert "LÊ" not in repr(one) + one.model_dump_json()
    assert "SECRET" not in repr(one) + one.model_dump_json()


def test_the_hook_is_named_by_the_settings(tmp_path, monkeypatch):
    """A module and a function; a wrong name is told when it is needed."""
    (tmp_path / "quet_vi_rut.py").write_text("def sach(stream):\n    return b'VIRUS' not in stream.read()\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert scan_named("") is None
    scan = scan_named("quet_vi_rut:sach")
    with pytest.raises(InvalidInput):
        body({}, (paper(PDF + b"VIRUS"),), FileRules(each=100, together=100, scan=scan))
    for wrong in ("quet_vi_rut:ban", "khong_co:x"):
        with pytest.raises(ImportError):
            scan_named(wrong)


def test_papers_arrive_at_the_registry(mocked_house, make_birth, tmp_path):
    """Byte for byte; a second submission is the first one."""
    gov, mocks = mocked_house()
    file = tmp_path / "gcs.png"
    file.write_bytes(PNG * 1000)
    birth = make_birth(**BUNDLE)
    files = (paper(PDF), Enclosure(title="Ảnh", name="gcs.png", path=str(file)))
    with gov:
        assert gov.civil_registry.submit(birth, files=files).already_there is False
        assert gov.civil_registry.submit(birth, files=files).already_there is True
    papers = mocks["civil_registry"].interlinked("H99.201-260105-0008").papers
    assert [one.digest for one in papers] == [hashlib.sha256(data).hexdigest() for data in (PDF, PNG * 1000)]


def test_nothing_is_sent_when_a_file_may_not_go(gov, wire, make_birth):
    """Not even a token is asked for."""
    with pytest.raises(InvalidInput):
        gov.civil_registry.submit(make_birth(**BUNDLE), files=(paper(b"MZ"),))
    assert wire.sent == []


def test_single_events_carry_no_files(gov, wire, birth):
    """Told, not dropped."""
    with pytest.raises(NotSupported) as caught:
        gov.civil_registry.submit(birth, files=(paper(PDF),))
    assert caught.value.code == "support.civil_files"
    assert wire.sent == []
