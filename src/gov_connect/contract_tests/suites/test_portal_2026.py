"""The national portal, generation 2026."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from gov_connect.adapters.national_portal import NationalPortal2026
from gov_connect.contract_tests import samples
from gov_connect.contract_tests.marks import needs, requirement, seen, system_of, writes
from gov_connect.contract_tests.must import must
from gov_connect.contract_tests.tap import members
from gov_connect.errors import AuthenticationFailed
from gov_connect.model import Attachment, DossierStatus, StatusRow

if TYPE_CHECKING:
    from gov_connect.contract_tests.desk import Desk
    from gov_connect.contract_tests.tap import Exchange
    from gov_connect.model import Dossier
    from gov_connect.runtime import Reply

pytestmark = system_of("portal/2026")
_OK = 200
_FILE = b"%PDF-1.4\n"


def portal(desk: Desk) -> NationalPortal2026:
    """The adapter of this generation."""
    found = desk.gov.portal
    assert isinstance(found, NationalPortal2026)
    return found


def dossier(desk: Desk, *, files: bool = False) -> Dossier:
    """A dossier under a number of the portal's own."""
    number = portal(desk).next_number(desk.agency)
    made = samples.dossier_of(None, desk.clock, str(number), DossierStatus.NEW)
    if not files:
        return made
    kept = portal(desk).upload("giay-to.pdf", _FILE)
    return made.model_copy(
        update={
            "attachments": (
                Attachment(id=kept.id, name=kept.name, digest=kept.digest, url="https://motcua.example/f/1"),
            )
        }
    )


def granted(reply: Reply) -> bool:
    """Whether an answer says yes."""
    return reply.status == _OK and members(reply).get("code") == _OK


def creation(desk: Desk) -> Exchange:
    """The exchange that created a dossier."""
    return desk.tap.last(desk.variables["PORTAL__NEWER__DOSSIER_PATH"].lstrip("/"))


@seen
@needs("wrong_credentials")
@requirement("national_portal.md §2.10")
def test_wrong_secret_is_refused(desk: Desk) -> None:
    """Sai khoá truy cập thì bị từ chối.

    A wrong client secret is refused.
    """
    client = desk.with_settings(PORTAL__NEWER__CLIENT_SECRET="sai-bi-mat")  # noqa: S106 - wrong on purpose
    newer = client.portal
    assert isinstance(newer, NationalPortal2026)
    with pytest.raises(AuthenticationFailed):
        newer.next_number(desk.agency)


@seen
@writes
@requirement("national_portal.md §2.10")
def test_foreign_token_is_refused(desk: Desk) -> None:
    """Mã truy cập lạ thì bị từ chối bằng HTTP 401.

    A foreign token is refused by HTTP 401.
    """
    portal(desk).next_number(desk.agency)
    last = desk.tap.last(desk.variables["PORTAL__NEWER__NUMBER_PATH"].lstrip("/"))
    reply = desk.tap.again(last, headers={"Authorization": "Bearer token-la"})
    must(reply.status == 401, vi="mã lạ không bị trả 401", en="a foreign token was not answered by 401")  # noqa: PLR2004 - HTTP


@seen
@writes
@requirement("national_portal.md §2.10")
@requirement("national_portal.md §4.1")
def test_numbers_are_never_given_twice(desk: Desk) -> None:
    """Mã hồ sơ được cấp không bao giờ trùng.

    No dossier number is given twice.
    """
    given = [portal(desk).next_number(desk.agency) for _ in range(3)]
    must(len(set(given)) == len(given), vi="hai lần cấp cùng một mã", en="one number was given twice")


@seen
@writes
@requirement("national_portal.md §2.10")
def test_upload_gives_the_hash_of_the_file(desk: Desk) -> None:
    """Tệp tải lên được trả về mã và đúng mã băm SHA-256.

    An uploaded file comes back with an id and its own SHA-256.
    """
    kept = portal(desk).upload("giay-to.pdf", _FILE)
    digest = hashlib.sha256(_FILE).hexdigest()
    must(kept.digest.lower() == digest, vi="mã băm không phải của tệp", en="the hash is not that of the file")


@seen
@writes
@requirement("national_portal.md §2.10")
def test_dossier_is_created_once(desk: Desk) -> None:
    """Hồ sơ mới được tạo một lần; tạo lại cùng mã thì bị từ chối.

    A new dossier is created once; the same number again is refused.
    """
    receipt = portal(desk).put(dossier(desk, files=True))
    must(receipt.portal_id, vi="không có idHoSo", en="there is no idHoSo")
    must(not granted(desk.tap.again(creation(desk))), vi="tạo trùng vẫn được nhận", en="the duplicate was accepted")


@seen
@writes
@requirement("national_portal.md §2.10")
def test_file_with_another_hash_is_refused(desk: Desk) -> None:
    """Tệp đính kèm có mã băm khác thì bị từ chối.

    An attachment with another hash is refused.
    """
    made = dossier(desk, files=True)
    portal(desk).put(made)
    (attached,) = made.attachments
    body = creation(desk).request.body.replace(attached.digest.encode(), b"0" * 64)
    body = body.replace(str(made.code).encode(), str(portal(desk).next_number(desk.agency)).encode())
    must(not granted(desk.tap.again(creation(desk), body=body)), vi="mã băm sai vẫn được nhận", en="it was accepted")


@seen
@writes
@requirement("national_portal.md §2.10")
def test_states_and_steps_of_a_dossier_are_taken(desk: Desk) -> None:
    """Trạng thái và tiến độ của hồ sơ đã tạo được nhận.

    States and steps of a dossier that was created are taken.
    """
    made = dossier(desk)
    receipt = portal(desk).put(made)
    row = StatusRow(portal_id=receipt.portal_id, dossier=made.code, status=DossierStatus.PROCESSING)
    must(portal(desk).tell([row]) == 1, vi="trạng thái không được nhận", en="the state was not taken")
    (step,) = samples.steps(desk, str(made.code))
    own = step.model_copy(update={"portal_id": receipt.portal_id})
    must(portal(desk).report([own]) == 1, vi="tiến độ không được nhận", en="the step was not taken")


@seen
@writes
@requirement("national_portal.md §2.10")
def test_state_of_an_unknown_dossier_is_refused(desk: Desk) -> None:
    """Trạng thái của hồ sơ chưa tạo thì bị từ chối.

    The state of a dossier that was never created is refused.
    """
    made = dossier(desk)
    receipt = portal(desk).put(made)
    row = StatusRow(portal_id=receipt.portal_id, dossier=made.code, status=DossierStatus.PROCESSING)
    portal(desk).tell([row])
    last = desk.tap.last(desk.variables["PORTAL__NEWER__STATUS_PATH"].lstrip("/"))
    foreign = last.request.body.replace(receipt.portal_id.encode(), b"00000000-0000-0000-0000-0000000000ff")
    must(not granted(desk.tap.again(last, body=foreign)), vi="vẫn được nhận", en="it was accepted")
