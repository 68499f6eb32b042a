"""Whom the shop knows: by its signature, for a while, and never mixed up with a stranger."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from pathlib import Path

import pytest

from adapters.webchat.identity import MOST_AHEAD_S, Claim, Identity, is_known
from adapters.webchat.session import Sessions
from bot.errors import BadSignature

KEY = "the shop's own key, thirty-two letters or more"
NOW = 1_800_000_000
DOCS = Path(__file__).parents[3] / "docs" / "webchat.md"


def identity(key: str = KEY) -> Identity:
    return Identity(key, clock=lambda: float(NOW))


def claim(user: str = "u1", *, ahead: int = 3600, key: str = KEY) -> Claim:
    expires = NOW + ahead
    signature = hmac.new(key.encode(), f"{user}.{expires}".encode(), hashlib.sha256).hexdigest()
    return Claim(user, expires, signature)


def test_a_signed_customer_is_the_same_each_time() -> None:
    assert identity().verify(claim()) == identity().verify(claim(ahead=60)) == "user:u1"
    assert identity().verify(claim("u2")) != "user:u1"


def test_a_signature_in_capitals_is_one_too() -> None:
    good = claim()

    assert identity().verify(Claim(good.user, good.expires, good.signature.upper())) == "user:u1"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (claim(key=KEY + "!"), "not valid"),
        (Claim("u2", claim().expires, claim().signature), "not valid"),
        (Claim("u1", claim().expires + 1, claim().signature), "not valid"),
        (Claim("u1.1", 800_000_000, claim().signature), "not valid"),
        (Claim("u1", NOW, ""), "not valid"),
        (claim(ahead=-1), "expired"),
        (claim(ahead=MOST_AHEAD_S + 1), "seven days"),
    ],
)
def test_any_other_is_refused(wrong: Claim, why: str) -> None:
    with pytest.raises(BadSignature, match=why):
        identity().verify(wrong)


def test_without_a_key_nobody_is_believed() -> None:
    with pytest.raises(BadSignature, match="identity_key"):
        identity("").verify(claim(key=""))


def test_no_stranger_has_the_id_of_a_customer() -> None:
    sessions = Sessions(KEY, channel="web", hours=1, clock=time.time)

    assert not any(is_known(sessions.open().id) for _ in range(100))
    assert all(re.fullmatch(r"[\w-]+", sessions.open().id) for _ in range(100))
    assert is_known(identity().verify(claim()))


def test_the_example_in_the_documentation_signs_as_we_check() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    shop: dict[str, object] = {}
    exec(example.replace('os.environ["SHOP_IDENTITY_KEY"]', repr(KEY)), shop)  # as a shop would run it

    tag = shop["chat_tag"]("王小明/7")  # type: ignore[operator]
    user, expires, signature = re.findall(r'data-user[a-z-]*="([^"]*)"', tag)

    customer = Identity(KEY, clock=time.time).verify(Claim(user, int(expires), signature))
    assert customer == "user:王小明/7"
