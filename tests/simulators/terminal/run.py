"""From a channel's settings to a chat: listen where Kefu calls, see that it is there, open the terminal."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack, aclosing, suppress
from typing import Final

import aiohttp
from yarl import URL

from bot.errors import Misconfigured
from tests.simulators.terminal.chat import Chat
from tests.simulators.terminal.door import Door, Visit
from tests.simulators.terminal.doors import Simulated, door_to
from tests.simulators.terminal.lines import piped, typed
from tests.simulators.terminal.patience import Patience
from tests.simulators.terminal.screen import Screen

_HEALTHY_WITHIN_S: Final = 5.0
_DELIVERED_WITHIN_S: Final = 30.0
"""On top of the time for an answer: a worker may be busy, or Kefu's first try fail."""


def run(channel: Simulated, *, gateway: str, customer: str, wait: float | None, answer_s: float) -> bool:
    """Until the customer leaves: True when nothing asked for was missed. Raises Misconfigured."""
    address = URL(channel.api_base)
    visit = Visit(
        channel=channel.name,
        callback=f"{gateway}/callbacks/{channel.name}",
        customer=customer,
        host=address.host or "",
        port=address.port or 0,
    )
    at_keyboard = sys.stdin.isatty() and sys.stdout.isatty()
    patience = Patience(answer_s + _DELIVERED_WITHIN_S if wait is None else wait, firm=wait is not None)
    with suppress(KeyboardInterrupt):
        return asyncio.run(_open(door_to(channel, visit), gateway, None if at_keyboard else patience))
    return at_keyboard


async def _open(door: Door, gateway: str, patience: Patience | None) -> bool:
    await _is_there(gateway)
    screen = Screen()
    async with AsyncExitStack() as open_platform:
        try:
            await open_platform.enter_async_context(door.platform)
        except OSError as error:
            raise Misconfigured([_can_not_listen(door, error)]) from error
        screen.note(f"the platform is simulated at {door.platform.base_url}, Kefu is at {gateway}")
        await door.arrive(screen.note)
        if patience is None:
            screen.note(f"you are customer {door.visit.customer}; /help lists what else you can do")
        async with aclosing(typed() if patience is None else piped(sys.stdin.fileno())) as lines:
            return await Chat(door, screen, patience=patience).run(lines)


async def _is_there(gateway: str) -> None:
    timeout = aiohttp.ClientTimeout(total=_HEALTHY_WITHIN_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{gateway}/healthz") as there,
        ):
            there.raise_for_status()
    except (aiohttp.ClientError, TimeoutError):
        raise Misconfigured(
            [f"{gateway}/healthz: no Kefu answers there; start it with `kefu up` and this configuration"]
        ) from None


def _can_not_listen(door: Door, error: OSError) -> str:
    return (
        f"channels.{door.visit.channel}.api_base: {door.platform.base_url} can't be listened on "
        f"({error.strerror or error}); stop what has it (another simulator?), or write another port"
    )
