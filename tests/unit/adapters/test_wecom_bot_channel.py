"""The door of WeCom's bot, from a customer's question to the reply on their screen."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client import REGISTRY

from adapters.outbound import Outbound
from adapters.wecom_bot import WeComBotChannel
from adapters.wecom_bot.channel import MAX_CONTENT_BYTES
from bot import wording
from bot.channel import Draft, Drafting, HttpAnswer, Part, Query, RawRequest
from bot.errors import BadRequest, BadSignature, Refused, Unavailable
from bot.replies import reply_id
from bot.store.redis import Client
from bot.store.streams import RedisStreams
from bot.types import Address, Message
from tests.simulators.cards import labels
from tests.simulators.platform import Trouble
from tests.simulators.seal import unseal
from tests.simulators.wecom_bot import RESPONSE_PATH, Busy, WeComBotApp, WeComBotSimulator
from tests.unit.adapters.conftest import (
    SUGGESTIONS,
    Opens,
    a_bot,
    answer,
    reply,
    vectors,
    wecom_bot_settings,
)

APP = WeComBotApp()
VECTORS = vectors("wecom")
V3 = next(vector for vector in VECTORS["positive"] if vector["name"] == "V3")


async def test_a_question_is_answered_in_its_stream(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_bot_channel)

    await wecom_bot.say(door.url, user="ZhangSan", text="能退吗")
    await answer(wecom_bot_channel, door.messages[0], "**可以**退，7 天内。")

    assert await wecom_bot.wait_for_replies("zhangsan") == ["**可以**退，7 天内。"]
    assert wecom_bot.record.seen[0].kind == "stream"
    assert list(wecom_bot.bubbles.values()) == [[wording.LOOKING_IT_UP, "**可以**退，7 天内。"]]
    assert wecom_bot.record.calls_to(RESPONSE_PATH) == []
    assert wecom_bot.faults == []


async def test_an_answer_in_the_making_grows_in_its_stream(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_bot_channel)
    await wecom_bot.say(door.url, user="u1", text="能退吗")
    await until(lambda: bool(wecom_bot.bubbles))
    (bubble,) = wecom_bot.bubbles.values()
    address = door.messages[0].address

    for text in ("可以退。", "可以退。\r\n七天内。"):
        await wecom_bot_channel.show(Draft("r1", address, text))
        await until(lambda text=text: bubble[-1] == text.replace("\r", ""))  # type: ignore[misc]
    await wecom_bot_channel.show(Draft("r1", address, "长" * MAX_CONTENT_BYTES))
    await answer(wecom_bot_channel, door.messages[0], "可以退。\n七天内。运费我们出。")

    assert bubble == [
        wording.LOOKING_IT_UP,
        "可以退。",
        "可以退。\n七天内。",
        "可以退。\n七天内。运费我们出。",
    ]
    assert wecom_bot.replies_to("u1") == ["可以退。\n七天内。运费我们出。"]
    assert wecom_bot.faults == []


async def test_a_message_that_opened_no_stream_shows_nothing(wecom_bot_channel: WeComBotChannel) -> None:
    assert isinstance(wecom_bot_channel, Drafting)
    with pytest.raises(Refused):
        await wecom_bot_channel.show(Draft("r1", by_url(""), "可以退。"))


async def test_wecom_finds_that_the_address_is_ours(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_bot_channel)

    assert all([await wecom_bot.verify(door.url) for _ in range(10)])


async def test_a_repeated_message_is_one_stream(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_bot_channel)

    await wecom_bot.say(door.url, user="u1", text="在吗", copies=3)
    await answer(wecom_bot_channel, door.messages[0], "在的。")

    assert len({message.id for message in door.messages}) == 1
    assert await wecom_bot.wait_for_replies("u1") == ["在的。"]
    assert len(wecom_bot.bubbles) == 1


async def test_a_group_sees_the_answer_in_the_group(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_bot_channel)

    await wecom_bot.say(door.url, user="u1", text="能退吗", group="wrGroup")
    await answer(wecom_bot_channel, door.messages[0], "能。")

    assert door.messages[0].text == "能退吗"
    assert await wecom_bot.wait_for_replies("wrGroup") == ["能。"]


async def test_who_comes_in_is_greeted(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_bot_channel)

    await wecom_bot.enter(door.url, user="u1")

    assert wecom_bot.replies_to("u1") == ["您好，欢迎光临。"]
    assert (door.messages, wecom_bot.faults) == ([], [])


@pytest.fixture
def suggesting(wecom_bot: WeComBotSimulator, fake_redis: Client, outbound: Outbound) -> WeComBotChannel:
    """A bot of a shop with questions to suggest."""
    return a_bot(wecom_bot_settings(wecom_bot.base_url), fake_redis, outbound, suggestions=SUGGESTIONS)


async def test_who_comes_in_is_greeted_with_buttons_and_a_click_is_the_question(
    wecom_bot: WeComBotSimulator, suggesting: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(suggesting)
    await wecom_bot.enter(door.url, user="u1")

    posting = await wecom_bot.click(door.url, user="u1", button="多久发货")
    await answer(suggesting, door.messages[0], "48 小时内发货。", suggestions=SUGGESTIONS)

    greeted, answered = wecom_bot.record.seen_by("u1")
    assert (greeted.kind, greeted.text, labels(greeted.body)) == (
        "template_card",
        "您好，欢迎光临。",
        SUGGESTIONS,
    )
    assert (posting.answer, door.messages[0].text) == (b"", "多久发货")
    assert (answered.kind, answered.via) == ("markdown", RESPONSE_PATH)
    assert answered.text == "48 小时内发货。\n· 怎么退货\n· 多久发货", (
        "the one address is spent on the answer"
    )
    assert wecom_bot.faults == []


async def test_a_greeting_too_long_for_a_card_is_a_text_with_lines(
    wecom_bot: WeComBotSimulator, fake_redis: Client, outbound: Outbound, open_door: Opens
) -> None:
    channel = WeComBotChannel(
        wecom_bot_settings(wecom_bot.base_url),
        greeting="您好。" * 9,
        suggestions=SUGGESTIONS,
        streams=RedisStreams(fake_redis),
        outbound=outbound,
        clock=time.time,
    )
    door = await open_door(channel)

    await wecom_bot.enter(door.url, user="u1")

    assert wecom_bot.replies_to("u1") == ["您好。" * 9 + "\n· 怎么退货\n· 多久发货"]


async def test_suggestions_follow_a_streamed_reply_as_a_card(
    wecom_bot: WeComBotSimulator, suggesting: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(suggesting)
    await wecom_bot.say(door.url, user="u1", text="能打折吗")

    await answer(suggesting, door.messages[0], "抱歉，没有找到。", suggestions=SUGGESTIONS)
    await wecom_bot.wait_for_replies("u1", 2)

    seen = {one.kind: one for one in wecom_bot.record.seen_by("u1")}
    assert seen["stream"].text == "抱歉，没有找到。"
    assert (seen["template_card"].text, labels(seen["template_card"].body)) == (
        wording.SUGGESTED,
        SUGGESTIONS,
    )
    assert wecom_bot.faults == []


@pytest.mark.parametrize("trouble", [Trouble(status=502, body={}), Trouble(body={"errcode": 40058})])
async def test_suggestions_that_wecom_does_not_take_harm_no_reply(
    wecom_bot: WeComBotSimulator, suggesting: WeComBotChannel, open_door: Opens, trouble: Trouble
) -> None:
    door = await open_door(suggesting)
    await wecom_bot.say(door.url, user="u1", text="能打折吗")
    wecom_bot.trouble(RESPONSE_PATH, trouble)

    await answer(suggesting, door.messages[0], "抱歉，没有找到。", suggestions=SUGGESTIONS)

    assert await wecom_bot.wait_for_replies("u1") == ["抱歉，没有找到。"]


async def test_a_reply_delivered_again_offers_its_suggestions_once(
    wecom_bot: WeComBotSimulator, suggesting: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(suggesting)
    await wecom_bot.say(door.url, user="u1", text="能打折吗")

    before = not_offered()
    for _ in range(2):
        await answer(suggesting, door.messages[0], "抱歉，没有找到。", suggestions=SUGGESTIONS)
    await wecom_bot.wait_for_replies("u1", 2)

    assert sorted(seen.kind for seen in wecom_bot.record.seen_by("u1")) == ["stream", "template_card"]
    assert not_offered() == before + 1, "the second card, as the address works once"


def not_offered() -> float:
    name, labels = "kefu_suggestions_not_offered_total", {"channel": "shop-bot"}
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_an_address_that_works_once_takes_one_part_and_says_so_of_the_next(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_bot_channel)
    wecom_bot.polls_for = 0
    await wecom_bot.say(door.url, user="u1", text="能退吗")
    address = by_url(door.messages[0].address.data["response_url"])
    await wecom_bot_channel.send(address, Part("能。"), key="r1-0")

    with pytest.raises(Refused, match="the response_url is used up"):
        await wecom_bot_channel.send(address, Part("七天内。"), key="r1-1")

    assert wecom_bot.replies_to("u1") == ["能。"]


async def test_what_a_customer_thinks_of_a_reply_is_told_with_the_replys_id(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_bot_channel)
    await wecom_bot.say(door.url, user="u1", text="能退吗")
    await answer(wecom_bot_channel, door.messages[0], "能。")
    await wecom_bot.wait_for_replies("u1")

    posting = await wecom_bot.rate(door.url, user="u1", text="能。", verdict=2, words="不对", reasons=(2,))

    (opinion,) = door.opinions
    message = door.messages[0]
    assert opinion.reply == reply_id(message.conversation, (message.id,))
    assert (opinion.conversation, opinion.good) == (message.conversation, False)
    assert opinion.words == "不对; WeCom's reasons 2"
    assert (posting.answer, wecom_bot.faults) == (b"", [])


async def test_an_answer_by_response_url_can_be_rated_too(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_bot_channel)
    wecom_bot.polls_for = 0
    await wecom_bot.say(door.url, user="u1", text="能退吗")
    await answer(wecom_bot_channel, door.messages[0], "能。")

    await wecom_bot.rate(door.url, user="u1", text="能。", verdict=1)

    assert [opinion.good for opinion in door.opinions] == [True]


async def test_other_events_are_taken_without_a_reply(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_bot_channel)
    event = {"msgtype": "event", "event": {"eventtype": "feedback_event", "feedback_event": {"id": "1"}}}

    posting = await wecom_bot.post(door.url, event, user="u1")

    assert (posting.accepted, posting.answer) == (True, b"")
    assert [i.reason for i in door.ignored] == ["event feedback_event: of a reply that is not ours"]


async def test_an_answer_that_comes_after_the_streams_time_arrives_by_itself(
    wecom_bot: WeComBotSimulator, fake_redis: Client, outbound: Outbound, open_door: Opens
) -> None:
    channel = a_bot(wecom_bot_settings(wecom_bot.base_url, stream_s=1), fake_redis, outbound)
    door = await open_door(channel)

    await wecom_bot.say(door.url, user="u1", text="能退吗")
    await wecom_bot.wait_for_replies("u1", 1)
    await answer(channel, door.messages[0], "能。")

    assert wecom_bot.replies_to("u1") == [wording.ANSWER_FOLLOWS, "能。"]
    assert [seen.kind for seen in wecom_bot.record.seen] == ["stream", "markdown"]


async def test_an_answer_that_nobody_polls_for_arrives_by_itself(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_bot_channel)
    wecom_bot.polls_for = 0

    await wecom_bot.say(door.url, user="u1", text="能退吗")
    await answer(wecom_bot_channel, door.messages[0], "能。")

    assert [(seen.text, seen.kind) for seen in wecom_bot.record.seen] == [("能。", "markdown")]


async def test_a_stream_that_is_not_known_ends_with_a_courteous_line(
    wecom_bot_channel: WeComBotChannel,
) -> None:
    told = await ask(wecom_bot_channel, Query("nobody-knows"))

    assert told == {"id": "nobody-knows", "finish": True, "content": wording.ANSWER_FOLLOWS}


async def test_an_answer_sent_once_by_response_url_is_not_sent_again(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_bot_channel)
    wecom_bot.polls_for = 0
    await wecom_bot.say(door.url, user="u1", text="能退吗")
    await answer(wecom_bot_channel, door.messages[0], "能。")

    with pytest.raises(Refused):
        await answer(wecom_bot_channel, door.messages[0], "能。")

    assert wecom_bot.replies_to("u1") == ["能。"]


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble(body={"errcode": -1, "errmsg": "busy"}), Unavailable),
        (Trouble(body={"errcode": 45009}), Unavailable),
        (Trouble(body={"errcode": 45033}), Unavailable),
        (Trouble(status=502, body={}), Unavailable),
        *((Trouble(body={"errcode": code}), Refused) for code in (40008, 40033, 40058, 44004, 45002, 47001)),
        (Trouble(body={"errcode": 93000}), Refused),
        (Trouble(body={"errcode": "nonsense"}), Refused),
    ],
)
async def test_what_response_url_says_is_heard_and_tells_no_secret(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel, trouble: Trouble, error: type[Exception]
) -> None:
    wecom_bot.trouble(RESPONSE_PATH, trouble)

    with pytest.raises(error) as caught:
        await wecom_bot_channel.send(
            by_url("https://x" + RESPONSE_PATH + "?response_code=S"), Part("能。"), key=""
        )

    assert "response_code" not in str(caught.value)


@pytest.mark.parametrize("url", ["", ".evil.example/x", "http://[", "not an address"])
async def test_without_an_address_the_answer_is_refused(wecom_bot_channel: WeComBotChannel, url: str) -> None:
    with pytest.raises(Refused):
        await wecom_bot_channel.send(by_url(url), Part("能。"), key="")


async def test_only_our_own_api_base_is_called(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel
) -> None:
    """A stranger's host in response_url is not called: the path alone counts."""
    with pytest.raises(Refused):
        await wecom_bot_channel.send(
            by_url("http://10.0.0.1/cgi-bin/aibot/response?response_code=a%2Bb"), Part("x"), key=""
        )

    assert len(wecom_bot.record.calls_to(RESPONSE_PATH)) == 1


async def test_a_long_answer_is_cut_at_a_sentence_and_says_so(wecom_bot_channel: WeComBotChannel) -> None:
    text = "".join(f"第{number}条：衣服在七天内可以退换。" for number in range(2000))

    (part,) = wecom_bot_channel.render(reply(text, Address({})))
    (whole,) = wecom_bot_channel.render(reply("**短**\r\n的\x00", Address({})))

    assert len(part.text.encode()) <= MAX_CONTENT_BYTES
    assert part.text.endswith(f"。\n\n{wording.CUT_SHORT}")
    assert whole.text == "**短**\n的"
    assert wecom_bot_channel.render(reply(" ", Address({}))) == []


async def test_wecoms_own_example_is_opened_and_answered_with_its_nonce(
    wecom_bot_channel: WeComBotChannel,
) -> None:
    request = v3("msg_signature", "encrypt")

    received = wecom_bot_channel.receive(request)
    assert isinstance(received, Message)
    answered = json.loads((await wecom_bot_channel.acknowledge(received, request)).body)

    assert received.text == "你好"
    assert answered.keys() == {"encrypt", "msgsignature", "timestamp", "nonce"}
    assert (answered["nonce"], type(answered["timestamp"])) == (VECTORS["nonce"], int)


@pytest.mark.parametrize("signature", ["msg_signature", "msgsignature", "signature"])
@pytest.mark.parametrize("encrypt", ["encrypt", "Encrypt"])
def test_the_names_of_wecoms_own_plugin_are_taken_too(
    wecom_bot_channel: WeComBotChannel, signature: str, encrypt: str
) -> None:
    assert isinstance(wecom_bot_channel.receive(v3(signature, encrypt)), Message)


async def test_a_stranger_is_turned_away(wecom_bot_channel: WeComBotChannel, open_door: Opens) -> None:
    door = await open_door(wecom_bot_channel)
    async with WeComBotSimulator(WeComBotApp(token="AnotherToken0001"), retries=0) as stranger:
        posting = await stranger.say(door.url, user="u1", text="hi")

    assert [attempt.status for attempt in posting.attempts] == [401]
    with pytest.raises(BadSignature):
        wecom_bot_channel.receive(RawRequest("GET", "/", {}, {}, b""))
    with pytest.raises(BadRequest):
        wecom_bot_channel.receive(RawRequest("PUT", "/", {}, {}, b""))


async def test_a_user_has_three_questions_open_at_most(
    wecom_bot: WeComBotSimulator, wecom_bot_channel: WeComBotChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_bot_channel)
    for number in range(3):
        await wecom_bot.say(door.url, user="u1", text=f"问题{number}")
    with pytest.raises(Busy):
        await wecom_bot.say(door.url, user="u1", text="还有")

    await asyncio.gather(*(answer(wecom_bot_channel, message, message.text) for message in door.messages))

    assert sorted(await wecom_bot.wait_for_replies("u1", 3)) == ["问题0", "问题1", "问题2"]


async def test_ping_and_close(wecom_bot_channel: WeComBotChannel) -> None:
    await wecom_bot_channel.ping()
    await wecom_bot_channel.close()

    assert wecom_bot_channel.name == "shop-bot"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


def by_url(url: str) -> Address:
    return Address({"stream": "", "response_url": url})


def v3(signature: str, encrypt: str) -> RawRequest:
    """The callback of the documents' vector, under these names."""
    query = {signature: V3["signature"], "timestamp": V3["timestamp"], "nonce": VECTORS["nonce"]}
    return RawRequest("POST", "/", query, {}, json.dumps({encrypt: V3["encrypted"]}).encode())


async def ask(channel: WeComBotChannel, query: Query) -> dict[str, Any]:
    """What a poll is answered."""
    answered: HttpAnswer = await channel.acknowledge(query, v3("signature", "encrypt"))
    message, _ = unseal(json.loads(answered.body)["encrypt"], aes_key=APP.encoding_aes_key)
    told: dict[str, Any] = json.loads(message)["stream"]
    return told
