"""Values with readable defaults: a test names only what it is about."""

from __future__ import annotations

from typing import Any

from bot.settings import Settings, TenantSettings
from bot.types import Address, Conversation, Message, Outcome, Passage, Reply, Turn

SHOP = "shop"
AT_ONCE = {"quiet_ms": 0}
"""Customers are answered without waiting for what else they may write."""
A_CONVERSATION = Conversation(SHOP, "door", "customer-1")


def a_conversation(customer: str = "customer-1", channel: str = "door", tenant: str = SHOP) -> Conversation:
    return Conversation(tenant, channel, customer)


def a_message(text: str = "怎么退货", *, id: str = "m1", **changes: Any) -> Message:  # noqa: A002
    defaults: dict[str, Any] = {
        "conversation": A_CONVERSATION,
        "sent_at": 1_700_000_000.0,
        "address": Address({"to": "customer-1"}),
    }
    return Message(id=id, text=text, **{**defaults, **changes})


def a_reply(text: str = "七天内可以退货。", *, id: str = "r1", **changes: Any) -> Reply:  # noqa: A002
    defaults: dict[str, Any] = {
        "conversation": A_CONVERSATION,
        "address": Address({"to": "customer-1"}),
        "outcome": Outcome.FAQ,
        "answers": ("m1",),
        "created_at": 1_700_000_000.0,
    }
    return Reply(id=id, text=text, **{**defaults, **changes})


def a_passage(text: str = "七天内可以退货。", *, score: float = 0.8, **changes: Any) -> Passage:
    defaults: dict[str, Any] = {"id": "p1", "title": "怎么退货", "source": "faq.txt:1", "is_faq": True}
    return Passage(text=text, score=score, **{**defaults, **changes})


def a_turn(text: str = "怎么退货", **changes: Any) -> Turn:
    defaults: dict[str, Any] = {
        "conversation": A_CONVERSATION,
        "messages": (a_message(text),),
        "deadline": 1_700_000_060.0,
    }
    return Turn(**{**defaults, **changes})


def a_tenant(**changes: Any) -> TenantSettings:
    return TenantSettings.model_validate({"name": SHOP, "limits": AT_ONCE, **changes})


def some_settings(**changes: Any) -> Settings:
    return Settings.model_validate({"tenants": [{"name": SHOP, "limits": AT_ONCE}], **changes})
