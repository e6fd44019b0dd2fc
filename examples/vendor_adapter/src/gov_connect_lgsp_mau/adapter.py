"""lgsp_mau: a provincial bus that wraps the look-up of residents into JSON of its own."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from gov_connect.adapters.vendor import VendorAdapter, VendorSettings
from gov_connect.errors import InvalidInput, Refused, UnexpectedReply
from gov_connect.model import Citizen, CitizenQuery
from gov_connect.runtime import Effect, F, Flow, Grade, operation


class LgspMauSettings(VendorSettings):
    """Where the bus is, and the key that it gave us."""

    api_key: SecretStr


class LgspMau(VendorAdapter[F]):
    """The bus. Everything here is data of its wire; connections, retries and records come from the base."""

    system = "lgsp_mau"
    settings_type = LgspMauSettings

    @operation(wire="tracuu", effect=Effect.READ, grade=Grade.SEEN, section="tài liệu kết nối, mục 1", personal=True)
    def look_up(self, query: CitizenQuery) -> Flow[Citizen | None]:
        """The citizen with exactly this number, name and birth date, or None when nobody matches."""
        number = query.citizen_id or query.old_id
        subject = number.reveal() if number else ""
        return (yield from self.recorded(subject, self._look_up(query, subject), operation="look_up"))

    def _look_up(self, query: CitizenQuery, subject: str) -> Flow[Citizen | None]:
        purpose, officer = self.mandate
        message = {
            "soDinhDanh": subject,
            "hoTen": query.name.reveal(),
            "ngaySinh": query.born.iso,
            "maCanBo": officer.code,
            "maThuTuc": str(purpose.procedure),
        }
        key = {"ApiKey": self.context.settings.api_key.get_secret_value()}
        answer = yield from self.post("/api/dancu/tracuu", message, label="tracuu", repeatable=True, headers=key)
        match str(answer.get("errorcode")):
            case "00":
                return self._citizen(answer.get("data"))
            case "01":
                return None
            case code:
                raise Refused(system=self.system, raw_code=code[:20], raw=str(answer.get("message", "")))

    def _citizen(self, data: Any) -> Citizen:
        try:
            known = {"citizen_id": data["soDinhDanh"], "name": data["hoTen"], "born": data["ngaySinh"]}
            return Citizen.model_validate(known)
        except (InvalidInput, KeyError, TypeError) as error:
            raise UnexpectedReply(system=self.system, reason="not_a_citizen") from error
