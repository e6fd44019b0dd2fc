"""What every adapter is held to. A vendor subclasses this in a test file of ten lines.

class TestLgspMau(AdapterContract):
adapter = LgspMau
fake = FakeLgspMau
settings = SETTINGS
calls = {"look_up": (KNOWN,)}
"""

from __future__ import annotations

import asyncio
import inspect
import re
import sys
from typing import TYPE_CHECKING, Any, ClassVar, Final

import pytest

from gov_connect.adapters.catalogue import adapters
from gov_connect.client import AsyncGovConnect, GovConnect, Parts
from gov_connect.contract_tests.desk import START, common_variables
from gov_connect.contract_tests.judge import PERSON
from gov_connect.contract_tests.marks import confirmed, requirement
from gov_connect.contract_tests.must import must
from gov_connect.errors import GovConnectError, OutcomeUnknown, OutsideSystemError, PurposeRequired, TimedOut
from gov_connect.model import DossierCode, Officer, ProcedureCode, Purpose, Value
from gov_connect.offline import ask_mock
from gov_connect.runtime import Effect, ManualClock, RandomIds, Reply, operations_of
from gov_connect.settings import PREFIX, Settings
from gov_connect.transport import InProcessCarrier

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gov_connect.mocks.core import MockSystem
    from gov_connect.runtime import Adapter, Operation, Request

_IO: Final = re.compile(
    r"^\s*(?:import|from)\s+(?:httpx|requests|urllib\.request|urllib3|socket|aiohttp|http\.client)\b",
    re.MULTILINE,
)
_CANARY: Final = "000000000012"
"""A number in hostile answers: no error may repeat what a system answered."""
HOSTILE: Final[dict[str, Reply]] = {
    "empty": Reply(status=200),
    "null": Reply(status=200, body=b"null"),
    "empty_object": Reply(status=200, body=b"{}"),
    "list": Reply(status=200, body=b"[1, 2]"),
    "cut_off": Reply(status=200, body=b'{"error_code": 0, "mess'),
    "page": Reply(status=200, body=b"<html><body>Dang nhap</body></html>"),
    "not_utf8": Reply(status=200, body=b"\xff\xfe\x00{"),
    "doctype": Reply(status=200, body=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    "deep": Reply(status=200, body=b"[" * 5000 + b"]" * 5000),
    "unauthorised": Reply(status=401, body=b"000000000012"),
    "forbidden": Reply(status=403, body=b"{}"),
    "not_found": Reply(status=404, body=b"<html>000000000012</html>"),
    "server_error": Reply(status=500, body=b"Traceback 000000000012"),
    "bad_gateway": Reply(status=502, body=b"<html></html>"),
    "unavailable": Reply(status=503),
    "elsewhere": Reply(status=302, headers={"location": "http://elsewhere.invalid/"}),
}


class _Line:
    """A carrier: the fake, or whatever was put in its place; keeps what was sent."""

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self.answer = answer
        self.sent: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        self.sent.append(request)
        return self.answer(request)


def _pending(values: Mapping[str, str]) -> Settings:
    return Settings.from_mapping({PREFIX + name: value for name, value in values.items()})


def _counting(gov: GovConnect, answer: Callable[[Request], Reply], recorded: list[int]) -> Callable[[Request], Reply]:
    """The same answers; the entries of the audit log that tell of whom are counted before each of them."""

    def answering(request: Request) -> Reply:
        recorded.append(sum(1 for entry in gov.audit.entries() if entry["subject"]))
        return answer(request)

    return answering


@pytest.mark.gov_wire("adapter", "adapter")
class AdapterContract:
    """The contract of an adapter; `calls` gives, for every operation, arguments that its fake answers."""

    adapter: ClassVar[type[Adapter[Any]]]
    fake: ClassVar[type[MockSystem]]
    settings: ClassVar[dict[str, Any]]
    calls: ClassVar[dict[str, tuple[Any, ...]]]

    # -- how it is driven

    def parts(self, line: _Line) -> Parts:
        """What a client of the fake is built of."""
        vendors = {self.adapter.system: {**self.settings, "first_wait": 0}}
        settings = _pending(common_variables()).model_copy(update={"vendors": vendors})
        carrier = InProcessCarrier(line)
        return Parts(
            settings=settings,
            clock=ManualClock(START),
            ids=RandomIds(),
            carrier=carrier,
            async_carrier=carrier.for_asyncio(),
        )

    def line(self) -> _Line:
        """A line to a fresh fake."""
        fake = self.fake()
        return _Line(lambda request: ask_mock(fake, request))

    def call(self, line: _Line, name: str, *, acting: bool = True) -> Any:
        """One call of an operation through the blocking façade."""
        with GovConnect(parts=self.parts(line)) as gov:
            return getattr((_acting(gov) if acting else gov).system(self.adapter), name)(*self.calls[name])

    @property
    def operations(self) -> dict[str, Operation[..., Any]]:
        """Operations by name."""
        return {item.name.rpartition(".")[2]: item for item in operations_of(self.adapter)}

    # -- what it is held to

    @confirmed
    @requirement("operations.md §facts")
    def test_every_operation_says_what_it_is(self) -> None:
        """Mọi thao tác nêu tên trên đường truyền, mục tài liệu, và được thử ở đây.

        Every operation names its wire call and section, and is tried here.
        """
        must(self.operations, vi="không có thao tác nào", en="there is no operation")
        for name, item in self.operations.items():
            said = item.facts.wire and item.facts.section and (item.__doc__ or "").strip()
            must(said, vi=f"{name}: thiếu tên, mục hoặc mô tả", en=f"{name}: name, section or docstring is missing")
        untried = sorted(set(self.operations) ^ set(self.calls))
        must(not untried, vi=f"calls khác thao tác: {untried}", en=f"calls and operations differ: {untried}")

    @confirmed
    @requirement("operations.md §plug-in")
    def test_adapter_is_installed_under_its_name(self) -> None:
        """Bộ chuyển đổi được tìm thấy theo entry point của gói.

        The adapter is found by the entry point of its package.
        """
        found = [item for item in adapters() if item.system == self.adapter.system]
        must(found == [self.adapter], vi="không thấy, hoặc trùng tên", en="not found, or its name is taken")

    @confirmed
    @requirement("operations.md §no I/O")
    def test_adapter_does_no_io_itself(self) -> None:
        """Mã của bộ chuyển đổi không tự mở kết nối.

        The adapter's own code opens no connection.
        """
        source = inspect.getsource(sys.modules[self.adapter.__module__])
        must(_IO.search(source) is None, vi="nạp thư viện mạng", en="it imports a network library")

    @confirmed
    @requirement("operations.md §three faces")
    def test_blocking_awaited_and_inner_calls_agree(self) -> None:
        """Gọi chặn, gọi bất đồng bộ và gọi trong quy trình cho cùng kết quả.

        Blocking, awaited and inner calls give the same.
        """
        for name, arguments in self.calls.items():
            first = self.call(self.line(), name)
            must(first is not None, vi=f"{name}: không có kết quả", en=f"{name}: there is no result")

            async def awaited(name: str = name, arguments: tuple[Any, ...] = arguments) -> Any:
                async with AsyncGovConnect(parts=self.parts(self.line())) as gov:
                    return await getattr(_acting(gov).system(self.adapter), name)(*arguments)

            with GovConnect(parts=self.parts(self.line())) as gov:
                inner = gov.run(getattr(_acting(gov).inner().system(self.adapter), name)(*arguments))
            same = _plain(first) == _plain(asyncio.run(awaited())) == _plain(inner)
            must(same, vi=f"{name}: kết quả khác nhau", en=f"{name}: the results differ")

    @confirmed
    @requirement("residents.md §8")
    def test_personal_data_need_officer_and_purpose(self) -> None:
        """Đọc dữ liệu cá nhân mà không nêu cán bộ, mục đích thì không gửi gì.

        Without officer and purpose nothing is sent for personal data.
        """
        for name, item in self.operations.items():
            if not item.facts.personal:
                continue
            line = self.line()
            with pytest.raises(PurposeRequired):
                self.call(line, name, acting=False)
            must(not line.sent, vi=f"{name}: đã gửi", en=f"{name}: something was sent")

    @confirmed
    @requirement("residents.md §8")
    def test_look_ups_are_recorded_before_they_are_sent(self) -> None:
        """Mỗi lần tra cứu dữ liệu cá nhân được ghi sổ trước khi gửi.

        Every look-up of a person is in the record before it is sent.
        """
        for name, item in self.operations.items():
            if not item.facts.personal:
                continue
            line = self.line()
            parts = self.parts(line)
            recorded: list[int] = []
            with GovConnect(parts=parts) as gov:
                line.answer = _counting(gov, line.answer, recorded)
                getattr(_acting(gov).system(self.adapter), name)(*self.calls[name])
            must(recorded and recorded[0], vi=f"{name}: gửi trước khi ghi", en=f"{name}: sent before it was recorded")

    @confirmed
    @requirement("operations.md §places")
    def test_messages_stay_at_the_configured_address(self) -> None:
        """Thông điệp chỉ tới địa chỉ đã cấu hình; địa chỉ không chứa số giấy tờ.

        Messages go to the configured address only, which holds no personal number.
        """
        base = str(self.settings["base_url"])
        for name in self.calls:
            line = self.line()
            self.call(line, name)
            for request in line.sent:
                must(request.url.startswith(base), vi=f"{name}: nơi khác", en=f"{name}: to another place")
                clean = PERSON.search(request.url) is None
                must(clean, vi=f"{name}: lộ số giấy tờ", en=f"{name}: a number in the address")

    @confirmed
    @requirement("operations.md §errors")
    @pytest.mark.parametrize("kind", sorted(HOSTILE))
    def test_hostile_answers_become_typed_errors(self, kind: str) -> None:
        """Câu trả lời hỏng, trang lạ, lỗi máy chủ đều thành lỗi có kiểu, không lộ dữ liệu.

        Broken answers, foreign pages and server errors become typed errors that tell no data.
        """
        for name in self.calls:
            line = _Line(lambda _request: HOSTILE[kind])
            try:
                self.call(line, name)
            except OutsideSystemError as error:
                told = f"{error} {error!r} {error.text('vi')} {error.remedy('vi')}"
                must(_CANARY not in told, vi=f"{name}: lỗi lộ dữ liệu", en=f"{name}: the error tells data")
            except Exception as error:  # noqa: BLE001 - whatever it is, it is not typed
                kind_of = type(error).__name__
                must(
                    isinstance(error, GovConnectError),
                    vi=f"{name}: lỗi không có kiểu ({kind_of})",
                    en=f"{name}: an untyped error ({kind_of})",
                )

    @confirmed
    @requirement("operations.md §three outcomes")
    def test_lost_answers_are_what_the_effect_says(self) -> None:
        """Mất câu trả lời: đọc thì gửi lại được, ghi thì báo chưa rõ kết quả, không tự lặp.

        A lost answer: reads are repeated, writes are told as unknown and never repeated blindly.
        """
        for name, item in self.operations.items():
            line = _Line(_lost)
            with pytest.raises((TimedOut, OutcomeUnknown)) as caught:
                self.call(line, name)
            if item.facts.effect is Effect.READ:
                must(len(line.sent) > 1, vi=f"{name}: đọc mà không thử lại", en=f"{name}: a read was not tried again")
            elif item.facts.effect is Effect.ASK_FIRST:
                unknown = isinstance(caught.value, OutcomeUnknown)
                must(unknown, vi=f"{name}: không báo chưa rõ kết quả", en=f"{name}: not told as unknown")


def _lost(request: Request) -> Reply:
    raise TimedOut(system=request.system)


def _acting(gov: Any) -> Any:
    return gov.acting(
        officer=Officer(code="cb-01"),
        purpose=Purpose(procedure=ProcedureCode("1.001193"), dossier=DossierCode("H99.201-261120-0001")),
    )


def _plain(value: Any) -> Any:
    """A value as plain data, personal parts included, for comparing only."""
    return value.model_dump() if isinstance(value, Value) else value
