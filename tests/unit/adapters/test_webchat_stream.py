"""The event stream: resumes, lives, ends."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from adapters.webchat.session import Session
from adapters.webchat.stream import MOST_STREAMS
from bot.types import Conversation
from tests.browser.shop import Shop


class Visitor:
    """A shop, its server, and one visitor's session."""

    def __init__(self, shop: Shop, client: TestClient[web.Request, web.Application]) -> None:
        self.shop = shop
        self.client = client
        self.session: Session = shop.channel.open_session()
        self.conversation = Conversation("qinghe", "web", self.session.id)

    async def follow(self, query: str = "", **headers: str) -> ClientResponse:
        headers.setdefault("Authorization", f"Bearer {self.session.token}")
        return await self.client.get(f"/webchat/web/events{query}", headers=headers)

    async def hear(self, *texts: str) -> list[str]:
        """Have replies published; returns their event ids."""
        return [
            await self.shop.feed.publish(self.conversation, "reply", json.dumps({"text": text}), key=text)
            for text in texts
        ]


Story = Callable[[Visitor], Awaitable[None]]


async def visit(story: Story, *, keep_alive_s: float = 15.0, **settings: int) -> None:
    shop = Shop(None, **settings)
    async with TestClient(TestServer(shop.application(keep_alive_s=keep_alive_s))) as client:
        await story(Visitor(shop, client))


async def block(response: ClientResponse) -> list[str]:
    """The lines of the next event or comment."""
    async with asyncio.timeout(2):
        return (await response.content.readuntil(b"\n\n")).decode().splitlines()[:-1]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not condition():
            await asyncio.sleep(0.01)


async def test_it_opens_with_the_status_and_brings_what_was_said() -> None:
    async def story(visitor: Visitor) -> None:
        (event_id,) = await visitor.hear("你好")

        stream = await visitor.follow()

        assert stream.status == 200
        assert stream.content_type == "text/event-stream"
        opening = await block(stream)
        assert opening[:2] == ["retry: 2000", "event: status"]
        assert json.loads(opening[2].removeprefix("data: ")) == visitor.shop.status
        assert await block(stream) == [f"id: {event_id}", "event: reply", 'data: {"text": "\\u4f60\\u597d"}']

    await visit(story)


@pytest.mark.parametrize("by_header", [True, False])
async def test_it_goes_on_after_the_last_event_seen(by_header: bool) -> None:
    async def story(visitor: Visitor) -> None:
        first, second = await visitor.hear("one", "two")

        if by_header:
            stream = await visitor.follow(**{"Last-Event-ID": first})
        else:
            stream = await visitor.follow(
                f"?token={visitor.session.token}&last_event_id={first}", Authorization=""
            )
        await block(stream)

        assert (await block(stream))[0] == f"id: {second}"
        (third,) = await visitor.hear("three")
        assert (await block(stream))[0] == f"id: {third}"

    await visit(story)


async def test_one_visitor_never_sees_anothers_events() -> None:
    async def story(visitor: Visitor) -> None:
        await visitor.hear("mine")

        stranger = await Visitor(visitor.shop, visitor.client).follow()
        await block(stranger)

        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await stranger.content.readuntil(b"\n\n")

    await visit(story)


async def test_a_quiet_stream_shows_that_it_lives_and_tells_a_new_status() -> None:
    async def story(visitor: Visitor) -> None:
        stream = await visitor.follow()
        await block(stream)

        assert await block(stream) == [": keep-alive"]
        visitor.shop.status["mode"] = "model"
        while (lines := await block(stream)) == [": keep-alive"]:
            pass

        assert lines[0] == "event: status"
        assert '"mode":"model"' in lines[1]

    await visit(story, keep_alive_s=0.1)


async def test_an_answer_in_the_making_comes_without_an_id_to_resume_from() -> None:
    async def story(visitor: Visitor) -> None:
        stream = await visitor.follow()
        await block(stream)

        await visitor.shop.feed.show(
            visitor.conversation, "partial", '{"reply":"r1","text":"七天"}', key="r1-0"
        )

        assert await block(stream) == ["event: partial", 'data: {"reply":"r1","text":"七天"}']

    await visit(story)


async def test_a_stranger_or_a_made_up_place_gets_no_stream() -> None:
    async def story(visitor: Visitor) -> None:
        assert (await visitor.follow(Authorization="Bearer forged")).status == 401
        assert (await visitor.follow("?token=forged")).status == 401
        assert (await visitor.follow("?last_event_id=yesterday")).status == 400
        assert (await visitor.client.get("/webchat/other/events")).status == 404

    await visit(story)


async def test_a_visitor_has_so_many_streams_and_a_closed_one_makes_room() -> None:
    async def story(visitor: Visitor) -> None:
        streams = [await visitor.follow() for _ in range(MOST_STREAMS)]

        refused = await visitor.follow()
        streams[0].close()
        await asyncio.sleep(0.05)
        allowed = await visitor.follow()

        assert (refused.status, allowed.status) == (429, 200)

    await visit(story)


async def test_an_address_has_so_many_streams_and_a_closed_one_makes_room() -> None:
    async def story(visitor: Visitor) -> None:
        streams = [await Visitor(visitor.shop, visitor.client).follow() for _ in range(3)]

        refused = await visitor.follow()
        elsewhere = await visitor.follow(**{"X-Forwarded-For": "203.0.114.9"})
        streams[0].close()
        await asyncio.sleep(0.05)
        allowed = await visitor.follow()

        assert (refused.status, elsewhere.status, allowed.status) == (429, 200, 200)

    await visit(story, streams_per_address=3)


async def test_a_reply_in_the_making_moves_no_place_to_resume_from() -> None:
    async def story(visitor: Visitor) -> None:
        stream = await visitor.follow()
        await block(stream)
        await until(lambda: visitor.shop.feed.followers == 1)

        await visitor.shop.worker.draft(visitor.conversation, "r1", "qi")

        assert await block(stream) == ["event: partial", 'data: {"reply":"r1","text":"qi"}']

    await visit(story)


async def test_a_visitor_who_left_is_let_go() -> None:
    async def story(visitor: Visitor) -> None:
        stream = await visitor.follow()
        await block(stream)
        await until(lambda: visitor.shop.feed.followers == 1)

        stream.close()

        await until(lambda: visitor.shop.feed.followers == 0)

    await visit(story)


async def test_stopping_does_not_wait_for_visitors() -> None:
    shop = Shop()
    client = TestClient(TestServer(shop.application()))
    await client.start_server()
    stream = await Visitor(shop, client).follow()
    await block(stream)

    started = time.perf_counter()
    await client.server.close()

    assert time.perf_counter() - started < 1
    assert await stream.content.read() == b""
    assert shop.feed.followers == 0
    await client.close()


async def test_a_store_that_fails_ends_the_stream_so_that_the_browser_comes_back() -> None:
    async def story(visitor: Visitor) -> None:
        visitor.shop.feed.down = True
        stream = await visitor.follow()
        await block(stream)

        assert await stream.content.read() == b""

    await visit(story)
