"""WeCom's envelope against its vectors, and against wechatpy where wechatpy is right."""

from __future__ import annotations

from typing import Any

import pytest
from wechatpy.enterprise.crypto import PrpCrypto, WeChatCrypto
from wechatpy.enterprise.exceptions import InvalidCorpIdException
from wechatpy.exceptions import InvalidSignatureException

from adapters.envelope import WECOM_CODES, BrokenEnvelope, Envelope, Sealed, UnprovenEnvelope
from adapters.wecom.crypto import envelope
from tests.simulators.seal import seal, sign
from tests.unit.adapters.conftest import vectors, wecom_settings

VECTORS = vectors("wecom")
TOKEN, KEY, CORP, NONCE = (VECTORS[name] for name in ("token", "encoding_aes_key", "corp_id", "nonce"))
V1, V3 = VECTORS["positive"][0], VECTORS["positive"][2]


def _envelope(owner: str) -> Envelope:
    return Envelope(token=TOKEN, aes_key=KEY, owner=owner, codes=WECOM_CODES)


def _open(owner: str, encrypted: str, signature: str, timestamp: str = V1["timestamp"]) -> bytes:
    return _envelope(owner).open(encrypted, signature=signature, timestamp=timestamp, nonce=NONCE)


@pytest.mark.parametrize(
    "vector", VECTORS["positive"], ids=lambda vector: f"{vector['name']} {vector['what']}"
)
def test_what_wecom_sealed_opens(vector: dict[str, Any]) -> None:
    opened = _open(vector["owner"], vector["encrypted"], vector["signature"], vector["timestamp"])

    assert opened.decode() == vector["message"]


@pytest.mark.parametrize(
    "vector", VECTORS["positive"], ids=lambda vector: f"{vector['name']} {vector['what']}"
)
def test_wechatpy_opens_the_same(vector: dict[str, Any]) -> None:
    oracle = WeChatCrypto(TOKEN, KEY, vector["owner"])
    opened = oracle.decrypt_message(
        {"Encrypt": vector["encrypted"]}, vector["signature"], vector["timestamp"], NONCE
    )

    text = opened if isinstance(opened, str) else opened.decode()
    assert text == vector["message"]


@pytest.mark.parametrize(
    "vector", VECTORS["positive"], ids=lambda vector: f"{vector['name']} {vector['what']}"
)
def test_the_simulator_seals_the_same_bytes(vector: dict[str, Any]) -> None:
    random = VECTORS["random"].encode()
    sealed = seal(vector["message"].encode(), aes_key=KEY, owner=vector["owner"], random=random)

    assert sealed == vector["encrypted"]
    assert sign(TOKEN, vector["timestamp"], NONCE, sealed) == vector["signature"]


@pytest.mark.parametrize(
    "vector", VECTORS["positive"], ids=lambda vector: f"{vector['name']} {vector['what']}"
)
def test_we_seal_the_same_bytes(vector: dict[str, Any]) -> None:
    sealed = _envelope(vector["owner"]).seal(
        vector["message"].encode(),
        timestamp=vector["timestamp"],
        nonce=NONCE,
        random=VECTORS["random"].encode(),
    )

    assert (sealed.encrypted, sealed.signature) == (vector["encrypted"], vector["signature"])


def test_what_we_seal_opens_for_its_owner_alone() -> None:
    sealed = _envelope("").seal("好".encode(), timestamp="1", nonce="2")

    assert _open_sealed("", sealed) == "好".encode()
    with pytest.raises(BrokenEnvelope, match="-40005"):
        _open_sealed(CORP, sealed)
    assert sealed != _envelope("").seal("好".encode(), timestamp="1", nonce="2"), "16 bytes are random"


def _open_sealed(owner: str, sealed: Sealed) -> bytes:
    return _envelope(owner).open(sealed.encrypted, signature=sealed.signature, timestamp="1", nonce="2")


@pytest.mark.parametrize(
    "vector", VECTORS["negative"], ids=lambda vector: f"{vector['name']} {vector['fault']}"
)
def test_a_fault_is_refused_with_wecoms_number(vector: dict[str, Any]) -> None:
    owner, encrypted = CORP, vector["encrypted"]
    if encrypted is None:  # N6: the text of V3, sealed for the corp, opened as if for nobody
        owner = ""
        random = VECTORS["random"].encode()
        encrypted = seal(V3["message"].encode(), aes_key=KEY, owner=CORP, random=random)

    with pytest.raises((UnprovenEnvelope, BrokenEnvelope)) as caught:
        _open(owner, encrypted, vector["signature"])

    assert getattr(caught.value, "code", None) == vector["code"]
    assert str(vector["code"]) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "error"), [("N1", InvalidSignatureException), ("N3", InvalidCorpIdException)]
)
def test_wechatpy_refuses_the_same(name: str, error: type[Exception]) -> None:
    vector = next(vector for vector in VECTORS["negative"] if vector["name"] == name)
    oracle = WeChatCrypto(TOKEN, KEY, CORP)

    with pytest.raises(error):
        oracle.check_signature(vector["signature"], V1["timestamp"], NONCE, vector["encrypted"])


def test_what_wechatpy_seals_opens() -> None:
    encrypted = PrpCrypto(envelope_key()).encrypt("你好😀", CORP).decode()
    signature = sign(TOKEN, "1", "2", encrypted)

    opened = envelope(wecom_settings()).open(encrypted, signature=signature, timestamp="1", nonce="2")

    assert opened.decode() == "你好😀"


def envelope_key() -> bytes:
    return bytes(range(32))


def test_a_retry_with_the_first_trys_timestamp_still_opens() -> None:
    """The vectors are from 2023: a stale timestamp alone is no reason to refuse."""
    for _ in range(2):
        assert _open(CORP, V1["encrypted"], V1["signature"]) == V1["message"].encode()
