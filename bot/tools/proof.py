"""May this customer see that result? It is theirs, or they know its phone number's last digits."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any, Final

from bot.ports import Rates
from bot.safety.letters import letters
from bot.settings import ToolSettings
from bot.tools.fields import at, shown
from bot.tools.tool import Caller
from bot.types import Rate

_HOUR_S: Final = 3600.0
_OF_ALL: Final = 4
"""Times what one customer may try, for all who try one order: sessions cost nothing."""


def is_owner(settings: ToolSettings, result: Any, caller: Caller) -> bool:
    """By the result's own word."""
    owner = shown(at(result, settings.owner)) if settings.owner else ""
    return bool(owner) and bool(caller.id) and hmac.compare_digest(owner.encode(), caller.id.encode())


def knows_phone(settings: ToolSettings, result: Any, caller: Caller) -> bool:
    """By the last four digits; a number that is hidden beyond those has none to compare."""
    digits = re.sub(r"\D", "", shown(at(result, settings.phone))[-4:], flags=re.ASCII)
    return len(digits) == 4 and hmac.compare_digest(digits, caller.phone_tail)


def _named(settings: ToolSettings, arguments: Mapping[str, Any]) -> str:
    """The order, by what has to be said of it: a shop's server may not mind case, blanks and marks, and what
    may be left out tells no order from another."""
    needed = [name for name, own in settings.arguments.items() if own.required] or sorted(arguments)
    return "\n".join(letters(str(arguments.get(name, ""))) for name in needed)


class Tries:
    """Counts what is tried, for one customer and for one order."""

    def __init__(self, rates: Rates | None) -> None:
        """None: nothing is counted, for an operator who tries things out."""
        self._rates = rates

    async def left(self, settings: ToolSettings, caller: Caller, arguments: Mapping[str, Any]) -> bool:
        """Whether there is one more; it is taken. Raises Unavailable."""
        if self._rates is None:
            return True
        most, conversation = settings.tries_per_hour, caller.conversation
        order = hashlib.sha256(_named(settings, arguments).encode()).hexdigest()[:24]
        own = Rate(f"tries:{conversation}", most, _HOUR_S)
        everybody = Rate(f"tries:{conversation.tenant}:{settings.name}:{order}", most * _OF_ALL, _HOUR_S)
        return await self._rates.spare(own) == 0 and await self._rates.spare(everybody) == 0
