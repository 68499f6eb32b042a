"""DingTalk's signature: of the time, for an hour."""

from __future__ import annotations

import pytest

from adapters.dingtalk.signature import sign, verify
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
