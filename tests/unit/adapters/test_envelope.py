"""The AES envelope, by DingTalk's event pushes; WeCom's are in test_wecom_crypto."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.dingtalk.events import CODES
from adapters.envelope import BrokenEnvelope, Envelope, UnprovenEnvelope
from bot.errors import BadRequest, BadSignature
from tests.simulators.seal import seal, sign
from tests.unit.adapters.conftest import FUZZ, vectors

VECTORS = vectors("dingtalk")
ENVELOPE = Envelope(token=VECTORS["token"], aes_key=VECTORS["aes_key"], owner=VECTORS["owner"], codes=CODES)


@pytest.mark.parametrize("vector", VECTORS["positive"], ids=lambda vector: vector["name"])
def test_what_dingtalk_sealed_opens(vector: dict[str, Any]) -> None:
    opened = ENVELOPE.open(
        vector["encrypted"],
        signature=vector["signature"],
        timestamp=vector["timestamp"],
        nonce=vector["nonce"],
    )

    assert opened.decode() == vector["message"]


@pytest.mark.parametrize("vector", VECTORS["positive"], ids=lambda vector: vector["name"])
def test_the_simulators_seal_the_same_bytes(vector: dict[str, Any]) -> None:
    sealed = seal(
        vector["message"].encode(),
        aes_key=VECTORS["aes_key"],
        owner=VECTORS["owner"],
        random=vector["random"].encode(),
    )

    assert sealed == vector["encrypted"]
    assert sign(VECTORS["token"], vector["timestamp"], vector["nonce"], sealed) == vector["signature"]


@pytest.mark.parametrize("vector", VECTORS["negative"], ids=lambda vector: vector["fault"])
def test_a_fault_is_refused_with_its_number(vector: dict[str, Any]) -> None:
    first = VECTORS["positive"][0]
    with pytest.raises((UnprovenEnvelope, BrokenEnvelope)) as caught:
        ENVELOPE.open(
            vector["encrypted"],
            signature=vector["signature"],
            timestamp=first["timestamp"],
            nonce=first["nonce"],
        )

    assert getattr(caught.value, "code", None) == vector["code"]


@FUZZ
@given(st.binary(max_size=200))
def test_whatever_is_sealed_opens_again(message: bytes) -> None:
    encrypted = seal(message, aes_key=VECTORS["aes_key"], owner=VECTORS["owner"])
    signature = sign(VECTORS["token"], "1", "2", encrypted)

    assert ENVELOPE.open(encrypted, signature=signature, timestamp="1", nonce="2") == message


@FUZZ
@given(st.binary(max_size=200), st.binary(min_size=16, max_size=16))
def test_we_seal_as_the_platforms_do(message: bytes, random: bytes) -> None:
    sealed = ENVELOPE.seal(message, timestamp="1", nonce="2", random=random)

    theirs = seal(message, aes_key=VECTORS["aes_key"], owner=VECTORS["owner"], random=random)
    assert sealed.encrypted == theirs
    assert sealed.signature == sign(VECTORS["token"], "1", "2", theirs)


@FUZZ
@given(st.one_of(st.text(max_size=90), st.text("ABCDabcd0123+/=", max_size=90)))
def test_signed_noise_is_a_bad_request(encrypted: str) -> None:
    signature = sign(VECTORS["token"], "1", "2", encrypted)

    with pytest.raises(BadRequest):
        ENVELOPE.open(encrypted, signature=signature, timestamp="1", nonce="2")


@pytest.mark.parametrize("odd", ["", "é", "\udcff", "A" * 40])
def test_an_odd_signature_is_no_signature(odd: str) -> None:
    with pytest.raises(BadSignature):
        ENVELOPE.open("x", signature=odd, timestamp=odd, nonce=odd)
