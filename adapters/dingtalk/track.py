"""A card's `outTrackId`: which reply it shows, and proof of the conversation that it was made for.

A card's callback names the card, who pressed and where; its signature covers none of it, and a door reads
without asking a store. So the id carries the reply's own, and a mark that only we can make of it and the
conversation. Being the same on each try, it also makes creating a card repeatable.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

_MARK: Final = 16
_TRACK: Final = re.compile(rf"([0-9A-Za-z_]{{1,40}})-([0-9a-f]{{{_MARK}}})")
"""64 characters are taken at most (reports of users)."""


class Tracks:
    """Makes and reads the ids of one app's cards."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def make(self, reply: str, customer: str) -> str:
        """For the reply of this id to this customer, or group."""
        return f"{reply}-{self._mark(reply, customer)}"

    def reply(self, track: str, customer: str) -> str:
        """The reply's id; empty when the card is not ours, or was not made for this customer."""
        form = _TRACK.fullmatch(track)
        if form is None or not hmac.compare_digest(form[2], self._mark(form[1], customer)):
            return ""
        return form[1]

    def _mark(self, reply: str, customer: str) -> str:
        text = f"card\n{reply}\n{customer}".encode(errors="replace")
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:_MARK]
