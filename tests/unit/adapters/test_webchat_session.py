"""Visitor sessions: ours, for this channel, and for a while."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.webchat.session import Sessions
from bot.errors import BadSignature

KEY = "a key for tests, thirty-two letters or more"


class SettableClock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def sessions(clock: SettableClock, *, key: str = KEY, channel: str = "web") -> Sessions:
    return Sessions(key, channel=channel, hours=72, clock=clock)


def test_a_session_is_known_again_by_its_token() -> None:
    mine = sessions(SettableClock())

    opened = mine.open()

    assert mine.verify(opened.token) == opened.id
    assert mine.open().id != opened.id


def test_a_session_ends_after_its_hours() -> None:
    clock = SettableClock()
    mine = sessions(clock)
    token = mine.open().token

    clock.now += 72 * 3600
    mine.verify(token)
    clock.now += 2

    with pytest.raises(BadSignature, match="expired"):
        mine.verify(token)


def test_a_token_from_a_gateway_whose_clock_is_ahead_is_good() -> None:
    ahead, behind = SettableClock(), SettableClock()
    ahead.now += 3

    token = sessions(ahead).open().token

    assert sessions(behind).verify(token)


def test_a_token_of_another_channel_is_refused() -> None:
    clock = SettableClock()
    token = sessions(clock, channel="other").open().token

    with pytest.raises(BadSignature, match="another channel"):
        sessions(clock).verify(token)


def test_a_token_of_another_key_is_refused() -> None:
    clock = SettableClock()
    token = sessions(clock, key=KEY + "!").open().token

    with pytest.raises(BadSignature):
        sessions(clock).verify(token)


def test_a_token_does_not_show_in_a_log() -> None:
    opened = sessions(SettableClock()).open()

    assert opened.token not in repr(opened)


@given(st.text(max_size=80) | st.just("\udcff.x.y"))
def test_no_text_is_taken_for_a_token(text: str) -> None:
    with pytest.raises(BadSignature):
        sessions(SettableClock()).verify(text)


@given(st.integers(0, 200), st.characters(min_codepoint=33, max_codepoint=126))
def test_no_letter_of_a_token_can_be_changed(place: int, letter: str) -> None:
    mine = sessions(SettableClock())
    token = mine.open().token
    place %= len(token)
    forged = token[:place] + letter + token[place + 1 :]

    # The last letter of a base64 text holds two idle bits, so a neighbour of it may spell the same bytes.
    if forged != token and place < len(token) - 1:
        with pytest.raises(BadSignature):
            mine.verify(forged)


def test_a_token_has_no_second_spelling_in_the_other_alphabet_of_base64() -> None:
    mine = sessions(SettableClock())
    token = next(token for token in (mine.open().token for _ in count()) if "-" in token.rpartition(".")[2])
    signed, _, signature = token.rpartition(".")

    with pytest.raises(BadSignature):
        mine.verify(f"{signed}.{signature.replace('-', '+')}")
