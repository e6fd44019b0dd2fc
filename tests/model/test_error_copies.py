"""Errors can be copied and sent to another process; what a system answered stays behind when pickled."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest

from gov_connect import errors
from gov_connect.errors import GovConnectError, Hidden, Problem

SECRET = "BÍ MẬT"
ARGUMENTS = {
    "code": "network.paused",
    "what": "Dossier",
    "problems": (Problem(path="code", code="value.too_long", params={"limit": 3}),),
    "operation": "portal.put",
    "system": "portal",
    "seconds": 1.25,
    "status": 503,
    "raw_code": "-1",
    "raw": SECRET,
    "reason": "not_json",
    "retry_after": 2.0,
    "limit": 5,
    "holder": "cb-01",
}


def tree(root):
    return [root, *(kind for child in root.__subclasses__() for kind in tree(child))]


KINDS = [
    *(kind for kind in tree(GovConnectError) if kind.__module__ == errors.__name__ and kind.__name__[0] != "_"),
    errors.Rejected,
]


def made(kind):
    wanted = inspect.signature(kind).parameters
    error = kind(**{name: value for name, value in ARGUMENTS.items() if name in wanted})
    if isinstance(error, errors.OutsideSystemError):
        error.locate(operation="portal.put", correlation_id="0" * 32)
    return error


def seen(error):
    """All that an error tells, less `raw`."""
    facts = {name: value for name, value in vars(error).items() if name != "raw"}
    return type(error), error.args, facts, str(error), repr(error)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_survives_a_pickle_without_what_was_answered(kind, protocol):
    """Queues and process pools carry it; the raw reply stays in this process."""
    error = made(kind)
    written = pickle.dumps(error, protocol)
    assert SECRET.encode() not in written
    assert SECRET.encode("raw_unicode_escape") not in written
    assert SECRET.encode("utf-16-le") not in written
    again = pickle.loads(written)
    assert seen(again) == seen(error)
    if isinstance(error, errors.OutsideSystemError):
        assert again.raw.reveal() == ""
        assert (again.system, again.correlation_id) == ("portal", "0" * 32)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_can_be_copied(kind, duplicate):
    """A copy within the process keeps everything."""
    error = made(kind)
    again = duplicate(error)
    assert again is not error
    assert seen(again) == seen(error)
    if hasattr(error, "raw"):
        assert again.raw.reveal() == error.raw.reveal()


def test_what_is_hidden_is_not_pickled():
    """Neither alone nor inside something else; the state of a reply held by a subclass stays behind too."""
    assert pickle.loads(pickle.dumps([Hidden(SECRET)]))[0].reveal() == ""
    error = made(errors.UnexpectedReply)
    error.reply = SECRET.encode()
    again = pickle.loads(pickle.dumps(error))
    assert not hasattr(again, "reply")
