"""A tool, and for whom it works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.settings import ToolSettings
from bot.tools.arguments import Checked
from bot.tools.asks import Asks
from bot.types import Conversation


@dataclass(frozen=True, slots=True)
class Caller:
    """The customer for whom a tool is called: told by the door, and by nothing that anybody wrote."""

    conversation: Conversation
    id: str = ""
    """As the platform, or the shop's signature, vouches for it; empty: a stranger."""
    in_group: bool = False
    """True: others read the answer."""
    phone_tail: str = ""
    """Four digits that the customer gave."""


class Executor(Protocol):
    """Does what a tool does."""

    async def run(self, arguments: Mapping[str, Any], caller: Caller, *, key: str, timeout: float) -> Any:
        """The answer as JSON would have it; None: there is none. `key` is the same if it is tried again.

        Raises BadRequest (the arguments), Unavailable or Refused.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool of one tenant."""

    settings: ToolSettings
    executor: Executor
    arguments: Checked
    asks: Asks

    @property
    def name(self) -> str:
        """As the model calls it."""
        return self.settings.name

    def is_at(self, channel: str) -> bool:
        """Whether customers of this door may use it: what they have to prove is asked for later."""
        return not self.settings.channels or channel in self.settings.channels
