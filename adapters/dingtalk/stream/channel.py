"""The DingTalk door in stream mode: messages over connections of ours; replies as any robot sends them."""

from __future__ import annotations

import asyncio
from typing import NoReturn

from adapters.dingtalk import card_callback
from adapters.dingtalk.ear import Ear
from adapters.dingtalk.robot import Robot
from adapters.dingtalk.stream.client import StreamClient
from adapters.dingtalk.stream.frames import Topic
from adapters.dingtalk.stream.opening import Opening
from adapters.dingtalk.stream.router import Handling, Router
from adapters.outbound import Outbound
from bot.channel import HttpAnswer, RawRequest, Take, Taken
from bot.errors import NotFound
from bot.ports import Clock, Marks, Rates, Tokens
from bot.settings import DingTalkStreamSettings


class DingTalkStreamChannel(Robot):
    """A robot in stream mode: a `bot.channel.Listener`."""

    def __init__(
        self,
        settings: DingTalkStreamSettings,
        *,
        tokens: Tokens,
        marks: Marks,
        rates: Rates,
        outbound: Outbound,
        clock: Clock,
    ) -> None:
        super().__init__(settings, tokens=tokens, marks=marks, rates=rates, outbound=outbound, clock=clock)
        self._ear = Ear(settings, clock)
        self._opening = Opening(settings, outbound)
        self._stream = StreamClient(self._opening, channel=settings.name, connections=settings.connections)

    def receive(self, request: RawRequest) -> NoReturn:
        """Nobody calls us: raises NotFound."""
        raise NotFound("this channel fetches its messages, and takes no callbacks")

    async def acknowledge(self, received: Taken, request: RawRequest) -> HttpAnswer:
        """Nothing: what `listen` took is acknowledged over its connection."""
        return HttpAnswer()

    async def listen(self, take: Take, stop: asyncio.Event) -> None:
        """See `bot.channel.Listener`."""
        topics: dict[str, Handling] = {
            Topic.MESSAGE: Handling(self._ear.read, lambda _: None),
            Topic.CARD: Handling(self._ear.read_press, card_callback.update),
        }
        await self._stream.listen(Router(self.name, topics, take).answer, stop)

    async def ping(self) -> None:
        """Raises Unavailable when we could not send now, or would get no connection."""
        await super().ping()
        await self._opening.address()  # its ticket is left to run out
