"""How replies are made, and what they are known by."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.settings import TenantSettings
from bot.types import Address, Conversation, Reply


def reply_id(conversation: Conversation, messages: Sequence[str]) -> str:
    """The same for the same messages, however often their turn is run: 24 letters and digits.

    Short and plain enough to serve as a platform's idempotency key with a part number behind it
    (WeCom kf takes 32 bytes of [0-9a-zA-Z_-], doc 94677).
    """
    text = "\n".join((str(conversation), *messages))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def part_key(reply: str, number: int) -> str:
    """What a part is known by each time it is tried: the reply's id, and which of its parts, from 0."""
    return f"{reply}-{number}"


def welcome(conversation: Conversation, address: Address, tenant: TenantSettings, *, now: float) -> Reply:
    """What somebody who came in is told."""
    return Reply(
        id=reply_id(conversation, ("welcome", str(now))),
        conversation=conversation,
        address=address,
        text=tenant.greeting,
        outcome=None,
        answers=(),
        created_at=now,
        suggestions=tuple(tenant.suggestions),
    )
