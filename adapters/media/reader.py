"""From a message to bytes that can be trusted to be what they say."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from adapters.media.picture import redrawn
from adapters.media.shelf import Shelf
from adapters.media.sniff import Format, sniff
from bot.channel import Blob, Carrier, Channel
from bot.errors import Refused
from bot.types import Message


class ChannelMedia:
    """`bot.ports.MediaReader` over the channels of a process."""

    def __init__(self, channels: Mapping[str, Channel], shelf: Shelf, *, most: int) -> None:
        """`most` bytes of one file."""
        self._carriers = {name: channel for name, channel in channels.items() if isinstance(channel, Carrier)}
        self._shelf = shelf
        self._most = most
        self._easel = ThreadPoolExecutor(1, "easel")
        """One picture is redrawn at a time, as the largest take much memory; also when a caller gives up,
        which stops no thread."""

    async def read(self, message: Message, number: int) -> Blob:
        """See `bot.ports.MediaReader`. A picture comes redrawn (`adapters.media.picture`)."""
        kept = await asyncio.to_thread(self._shelf.find, message, number)
        if kept is not None:
            return kept
        carrier = self._carriers.get(message.conversation.channel)
        if carrier is None:
            raise Refused("this door brings no files")
        media = message.media[number]
        fetched = await carrier.fetch_media(media, most=self._most)
        known = sniff(fetched.data)
        if known is None or known.kind != media.kind:
            raise Refused(f"what came is no {media.kind} that we know")
        blob, extension = await self._made_ours(fetched.data, known)
        await asyncio.to_thread(self._shelf.put, message, number, blob, extension)
        return blob

    async def _made_ours(self, data: bytes, known: Format) -> tuple[Blob, str]:
        if known.kind != "image":
            return Blob(data, known.content_type), known.extension
        loop = asyncio.get_running_loop()
        return Blob(await loop.run_in_executor(self._easel, redrawn, data), "image/jpeg"), "jpg"
