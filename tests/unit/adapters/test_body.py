"""A body is a JSON object, or refused; what is in it is taken for no more than it is."""

from __future__ import annotations

import pytest

from adapters.body import list_at, object_at, read, storable, text_at
from bot.errors import BadRequest


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff\xfe", b"{", b"[" * 100_000, b"1" * 5000])
def test_a_body_that_is_no_object_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read(body)


@pytest.mark.parametrize("value", [None, 7, True, "words", [], {}])
def test_what_is_of_another_type_counts_as_missing(value: object) -> None:
    body = {"key": value}

    assert object_at(body, "key") == object_at(body, "none") == object_at(value, "key") == {}
    assert list_at(body, "key") == list_at(body, "none") == []
    assert text_at(body, "key") == ("words" if value == "words" else "")


def test_what_nothing_can_encode_and_what_a_terminal_would_obey_goes() -> None:
    assert storable("退\ud83d货\x00\x1b[2J\r\n好") == "退?货[2J\n好"
