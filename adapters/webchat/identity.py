"""Customers whom the shop knows: the shop's page says who it is, and signs it.

    signature = hex(HMAC-SHA256(identity_key, "<user>.<expires>"))      expires: unix seconds

The same customer has the same conversation on each device. The time in it keeps a signature that somebody
copied from working for ever.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from bot.errors import BadSignature
from bot.ports import Clock
from bot.types import SIGNED

MOST_AHEAD_S: Final = 7 * 24 * 3600
"""A page is made anew more often than that; what is signed for longer was signed by mistake."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says they are."""

    user: str
    expires: int
    signature: str


class Identity:
    """Checks claims. Without a key there are none to believe."""

    def __init__(self, key: str, *, clock: Clock) -> None:
        self._key = key.encode()
        self._clock = clock

    def verify(self, claim: Claim) -> str:
        """The session id of this customer, always the same. Raises BadSignature."""
        if not self._key:
            raise BadSignature("this chat knows no signed customers: it has no identity_key")
        expected = hmac.new(self._key, f"{claim.user}.{claim.expires}".encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), claim.signature.lower().encode()):
            raise BadSignature("the customer's signature is not valid")
        left = claim.expires - self._clock()
        if left < 0:
            raise BadSignature("the customer's signature has expired")
        if left > MOST_AHEAD_S:
            raise BadSignature("the customer's signature holds for more than seven days")
        return SIGNED + claim.user


def is_known(customer: str) -> bool:
    """Whether a conversation is that of a customer whom the shop knows."""
    return customer.startswith(SIGNED)
