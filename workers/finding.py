"""What a look at one part found."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bot.errors import KefuError

_AT_MOST_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One part's health: `text` says what is wrong and the mend, or what was seen."""

    part: str
    well: bool
    text: str
    is_off: bool = False
    """True where nothing is wrong, and nothing works now either: a simulated platform that does not run, an
    offer that leads nowhere."""


async def tried(ping: Callable[[], Awaitable[None]], part: str, well: str, mend: str) -> Finding:
    """What a part says when it is asked whether it would work now."""
    try:
        async with asyncio.timeout(_AT_MOST_S):
            await ping()
    except KefuError as error:
        return Finding(part, False, f"{error}; {mend}")
    except TimeoutError:
        return Finding(part, False, f"did not answer within {_AT_MOST_S:.0f} s; {mend}")
    return Finding(part, True, well)
