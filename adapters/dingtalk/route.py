"""The ways by which a reply can reach a DingTalk conversation, and when each ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from bot.types import Address

MARGIN_S: Final = 300.0
"""Before its end a webhook is left alone if there is another way: all parts should come through one door."""


@dataclass(frozen=True, slots=True)
class Route:
    """What `Address.data` of a DingTalk message holds."""

    webhook: str
    """Where this session takes replies without a token; empty: nowhere."""
    webhook_expires_at: float
    """Unix seconds."""
    staff: str
    """The sender's staff id; empty for people outside the corp."""
    group: str
    """The group's conversation id; empty one to one."""
    nick: str = ""
    """What the sender is called, for whoever mentions them."""

    @property
    def customer(self) -> str:
        """Whom the OpenAPI knows the conversation by; empty where it does not reach it."""
        return self.group or self.staff

    @property
    def mention(self) -> str:
        """What stands before a group reply, so that the asker is told; empty where nobody can be told."""
        return f"@{self.staff} " if self.group and self.staff else ""

    @property
    def has_openapi(self) -> bool:
        """True when the OpenAPI reaches the conversation, which it does for ever."""
        return bool(self.customer)

    def webhook_is_alive(self, now: float) -> bool:
        """`now` in unix seconds."""
        return now < self.webhook_expires_at - (MARGIN_S if self.has_openapi else 0)

    def address(self) -> Address:
        """As the core carries it."""
        data = {
            "webhook": self.webhook,
            "webhook_expires_at": str(self.webhook_expires_at),
            "staff": self.staff,
            "group": self.group,
            "nick": self.nick,
        }
        return Address(data, None if self.has_openapi else self.webhook_expires_at)

    @classmethod
    def of(cls, address: Address) -> Self:
        """Read back what `address()` wrote."""
        data = address.data
        return cls(
            webhook=data.get("webhook", ""),
            webhook_expires_at=float(data.get("webhook_expires_at") or 0),
            staff=data.get("staff", ""),
            group=data.get("group", ""),
            nick=data.get("nick", ""),
        )
