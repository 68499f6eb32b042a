"""Platforms that are simulated on this machine: they run only while somebody plays them."""

from __future__ import annotations

import asyncio
from typing import Final

from yarl import URL

from bot.settings import ChannelSettings, WebChatSettings

_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_AT_MOST_S: Final = 2.0


async def nobody_plays(channel: ChannelSettings) -> bool:
    """True when the channel's platform would be on this machine, and nothing listens there now."""
    if isinstance(channel, WebChatSettings):
        return False
    url = URL(channel.api_base)
    return url.scheme == "http" and url.host in _HERE and not await _listens(url.host, url.port or 80)


async def _listens(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(_AT_MOST_S):
            _, writer = await asyncio.open_connection(host, port)
    except OSError:  # TimeoutError is one
        return False
    writer.close()
    return True
