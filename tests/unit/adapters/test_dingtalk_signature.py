"""DingTalk's signature: of the time, for an hour."""

from __future__ import annotations

import pytest

from adapters.dingtalk.signature import card_secret, sign, verify, verify_card
from bot.errors import BadSignature
from tests.unit.adapters.conftest import vectors

R1 = vectors("dingtalk")["robot"]
HEADERS = {"timestamp": R1["timestamp"], "sign": R1["sign"]}
THEN = int(R1["timestamp"]) / 1000


def test_the_vector_is_signed_as_dingtalk_does() -> None:
    assert sign(R1["timestamp"], R1["secret"]) == R1["sign"]


@pytest.mark.parametrize("drift", [-3600, -1, 0, 1, 3600])
def test_a_genuine_header_holds_for_an_hour(drift: float) -> None:
    verify(HEADERS, R1["secret"], now=THEN + drift)


@pytest.mark.parametrize("drift", [-3601, 3601, 1e9])
def test_an_older_or_a_future_one_does_not(drift: float) -> None:
    with pytest.raises(BadSignature, match="hour"):
        verify(HEADERS, R1["secret"], now=THEN + drift)


@pytest.mark.parametrize(
    "change",
    [
        {"sign": ""},
        {"sign": R1["sign"].lower()},
        {"sign": "\udcff"},
        {"timestamp": ""},
        {"timestamp": "1700000000001"},
        {"timestamp": "1.7e12"},
        {"timestamp": "١٧٠٠٠٠٠٠٠٠٠٠٠"},
        {"timestamp": "9" * 5000},
    ],
)
def test_anything_else_is_no_signature(change: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify({**HEADERS, **change}, R1["secret"], now=THEN)


def test_missing_headers_are_no_signature() -> None:
    with pytest.raises(BadSignature):
        verify({}, R1["secret"], now=THEN)


def test_another_secret_does_not_fit() -> None:
    with pytest.raises(BadSignature):
        verify(HEADERS, "test-app-secret-0002", now=THEN)


@pytest.mark.parametrize("drift", [-3601, 3601])
def test_a_cards_callback_holds_for_an_hour_too(drift: float) -> None:
    card = vectors("dingtalk")["card"]
    headers = {
        "x-ddpaas-signature-timestamp": card["timestamp"],
        "x-ddpaas-signature": card["sign"],
    }

    verify_card(headers, card["secret"], now=THEN)
    with pytest.raises(BadSignature, match="hour"):
        verify_card(headers, card["secret"], now=THEN + drift)
    with pytest.raises(BadSignature, match="does not fit"):
        verify_card(headers, "card-api-secret-2", now=THEN)
    with pytest.raises(BadSignature, match="missing"):
        verify_card({"x-ddpaas-signature": card["sign"]}, card["secret"], now=THEN)


def test_the_secret_for_cards_gives_the_apps_own_not_away() -> None:
    assert card_secret(R1["secret"]) == card_secret(R1["secret"]) != card_secret("test-app-secret-0002")
    assert R1["secret"] not in card_secret(R1["secret"])
