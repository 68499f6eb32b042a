"""The Channel verbs of the web chat."""

from __future__ import annotations

import json
from contextlib import aclosing

import pytest

from bot.channel import Draft, Drafting, RawRequest
from bot.errors import BadRequest, BadSignature, Refused
from bot.ports import FeedEvent
from bot.replies import part_key
from bot.types import Address, Conversation, Message, Outcome, Reply
from tests.browser.shop import Shop


def request(body: bytes, **headers: str) -> RawRequest:
    return RawRequest("POST", "/webchat/web/messages", {}, headers, body)


async def test_a_visitors_words_are_taken_with_their_token() -> None:
    channel = Shop().channel
    session = channel.open_session()

    posted = request(b'{"id": "m1", "text": "hi"}', authorization=f"Bearer {session.token}")
    message = channel.receive(posted)
    answer = await channel.acknowledge(message, posted)

    assert message.conversation == Conversation("qinghe", "web", session.id)
    assert answer.status == 202
    assert json.loads(answer.body) == {"id": "m1"}


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer a.b.c", "Bearer \udcff"])
async def test_without_a_good_token_nothing_is_read(header: str) -> None:
    with pytest.raises(BadSignature):
        Shop().channel.receive(request(b"not even JSON", authorization=header))


async def test_bad_json_is_the_callers_fault() -> None:
    channel = Shop().channel
    token = channel.open_session().token

    with pytest.raises(BadRequest):
        channel.receive(request(b"{", authorization=f"Bearer {token}"))


async def test_a_reply_is_published_whole_and_once() -> None:
    shop = Shop()
    visitor = Conversation("qinghe", "web", "v1")
    message = Message("m1", visitor, "hi", 0, Address({"session": "v1"}))
    reply = Reply("r1", visitor, message.address, "好" * 5000, Outcome.FAQ, ("m1",), 1.0)

    (part,) = shop.channel.render(reply)
    first = await shop.channel.send(reply.address, part, key="r1:0")
    again = await shop.channel.send(reply.address, part, key="r1:0")

    assert first.platform_id == again.platform_id
    assert [json.loads(event.data)["text"] for event in shop.feed.events[visitor]] == ["好" * 5000]


async def test_an_answer_in_the_making_is_a_partial_until_its_reply_is_there() -> None:
    shop = Shop()
    visitor = Conversation("qinghe", "web", "v1")
    address = Address({"session": "v1"})

    await shop.channel.show(Draft("r1", address, "七天内可以退。"))
    async with aclosing(shop.feed.follow(visitor, "")) as following:
        partial = await anext(following)
    reply = Reply("r1", visitor, address, "七天内可以退。运费我们出。", Outcome.ANSWERED, ("m1",), 1.0)
    await shop.channel.send(address, shop.channel.render(reply)[0], key=part_key(reply.id, 0))
    await shop.channel.show(Draft("r1", address, "七天内可以退。运费我们出。还有。"))

    assert partial == FeedEvent("", "partial", '{"reply":"r1","text":"七天内可以退。"}')
    assert shop.feed.drafts == {}


async def test_an_address_of_another_channel_is_refused() -> None:
    channel = Shop().channel
    with pytest.raises(Refused):
        await channel.show(Draft("r1", Address({"to": "u"}), "七天"))
    reply = Reply(
        "r1", Conversation("qinghe", "wecom", "u"), Address({"to": "u"}), "hi", Outcome.FAQ, (), 1.0
    )

    with pytest.raises(Refused):
        await channel.send(reply.address, channel.render(reply)[0], key="r1:0")


async def test_it_is_always_ready_and_has_nothing_to_close() -> None:
    channel = Shop().channel
    assert isinstance(channel, Drafting)

    await channel.ping()
    await channel.close()
