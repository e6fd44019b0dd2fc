"""The vault: sealed texts open with the right key in the right place, and nowhere else."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gov_connect.errors import ConfigurationError, LedgerError
from gov_connect.store import Vault

KEY = bytes(range(32))
PLACE = "inbox|H99.201|portal|1"
TEXT = "MẪU THỊ THỬ, 000000000001"


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_again(text: str, place: str) -> None:
    """Any text, in any place, also with another vault of the same key."""
    assert Vault(KEY).open(Vault(KEY).seal(text, place), place) == text


def test_a_sealed_text_shows_nothing() -> None:
    """No part of the text, nor two sealings of it, can be compared."""
    vault = Vault(KEY)
    first, second = vault.seal(TEXT, PLACE), vault.seal(TEXT, PLACE)
    assert first != second
    assert not any(word.encode() in first for word in ("MẪU", "THỬ", "000000"))


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (KEY, "inbox|H99.201|portal|2"),
        (KEY, "payload|H99.201|portal|1"),
        (KEY, "inbox|H99.202|portal|1"),
        (KEY, ""),
        (bytes(32), PLACE),
    ],
    ids=["another row", "another table", "another agency", "no place", "another key"],
)
def test_another_place_or_key_opens_nothing(key: bytes, place: str) -> None:
    """A row copied to another place, or read with another key, is refused."""
    sealed = Vault(KEY).seal(TEXT, PLACE)
    with pytest.raises(LedgerError) as caught:
        Vault(key).open(sealed, place)
    assert caught.value.code == "ledger.wrong_key"


def test_every_changed_byte_is_noticed() -> None:
    """Nonce, text and tag are all covered."""
    sealed = Vault(KEY).seal(TEXT, PLACE)
    for index in range(4, len(sealed)):
        changed = bytearray(sealed)
        changed[index] ^= 1
        with pytest.raises(LedgerError):
            Vault(KEY).open(bytes(changed), PLACE)


@pytest.mark.parametrize("length", [0, 3, 4, 11, 16, 20, 31])
def test_a_cut_off_text_is_refused(length: int) -> None:
    """However little is left."""
    with pytest.raises(LedgerError):
        Vault(KEY).open(Vault(KEY).seal(TEXT, PLACE)[:length], PLACE)


def test_fingerprints_compare_equal_texts_only() -> None:
    """The same text has the same digest under one key, and another under another key."""
    vault = Vault(KEY)
    assert vault.fingerprint(TEXT) == Vault(KEY).fingerprint(TEXT)
    assert len({vault.fingerprint(TEXT), vault.fingerprint(TEXT + " "), Vault(bytes(32)).fingerprint(TEXT)}) == 3


def test_a_key_is_read_from_base64() -> None:
    """What the setting holds is 32 bytes in base64."""
    sealed = Vault.from_text(base64.b64encode(KEY).decode()).seal(TEXT, PLACE)
    assert Vault(KEY).open(sealed, PLACE) == TEXT


@pytest.mark.parametrize(
    "text", ["", "abc", "MẪU", base64.b64encode(bytes(31)).decode(), base64.b64encode(bytes(33)).decode()]
)
def test_a_wrong_key_text_is_a_settings_problem(text: str) -> None:
    """It is named by its variable, and not quoted."""
    with pytest.raises(ConfigurationError) as caught:
        Vault.from_text(text)
    assert [problem.path for problem in caught.value.problems] == ["GOV_CONNECT_STORE_KEY"]
    assert not text or text not in str(caught.value)


def test_an_ephemeral_key_is_new_each_time() -> None:
    """Nothing opens what another process sealed with such a key."""
    with pytest.raises(LedgerError):
        Vault.ephemeral().open(Vault.ephemeral().seal(TEXT, PLACE), PLACE)


def test_a_vault_does_not_show_its_key() -> None:
    """Its repr names the key by a digest."""
    assert KEY.hex()[:8] not in repr(Vault(KEY))
    assert repr(Vault(KEY)) == repr(Vault(KEY)) != repr(Vault(bytes(32)))
