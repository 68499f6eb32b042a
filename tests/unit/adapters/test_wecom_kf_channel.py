"""微信客服's door: a callback wakes us, the messages are fetched, the reply is sent once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.outbound import Outbound
from adapters.wecom import errors as wecom_errors
from adapters.wecom_kf import WeComKfChannel, payload
from adapters.wecom_kf.errors import ERRORS, SEND_FAILURES, SentBefore, judge
from bot import wording
from bot.channel import HandsOver, Notice, Page, RawRequest, Undelivered, Wake
from bot.errors import Refused, Unavailable
from bot.settings import WeComKfSettings
from bot.types import Address, Conversation, Ignored, Message
from tests.builders import a_tenant
from tests.simulators.platform import Trouble
from tests.simulators.wecom import WeComApp
from tests.simulators.wecom_kf import (
    ACCOUNT,
    BOT,
    ENDED,
    KF_SEND_PATH,
    PERSON,
    STATE_PATH,
    SYNC_PATH,
    TRANS_PATH,
    WAITING,
    WELCOME_PATH,
    WeComKfSimulator,
)
from tests.unit.adapters.conftest import FUZZ, MemoryTokens, Opens, reply, vectors

HERE = Conversation("shop", "shop-kf", ACCOUNT)


def kf_settings(api_base: str, **changes: Any) -> WeComKfSettings:
    app = WeComApp()
    return WeComKfSettings.model_validate(
        {
            "name": "shop-kf",
            "tenant": "shop",
            "kind": "wecom-kf",
            "api_base": api_base,
            "corp_id": app.corp_id,
            "secret": app.secret,
            "token": app.token,
            "encoding_aes_key": app.encoding_aes_key,
            **changes,
        }
    )


@pytest.fixture
async def kf() -> AsyncIterator[WeComKfSimulator]:
    async with WeComKfSimulator(retry_pause=0.01) as simulator:
        yield simulator


def a_channel(kf: WeComKfSimulator, outbound: Outbound, **changes: Any) -> WeComKfChannel:
    tenant = a_tenant(greeting="您好，欢迎光临。", suggestions=["怎么退货", "多久发货"])
    return WeComKfChannel(
        kf_settings(kf.base_url, **changes), tenant, tokens=MemoryTokens(), outbound=outbound, clock=kf.now
    )


@pytest.fixture
def channel(kf: WeComKfSimulator, outbound: Outbound) -> WeComKfChannel:
    return a_channel(kf, outbound)


async def everything(channel: WeComKfChannel, cursor: str = "", token: str = "") -> Page:
    page = Page((), cursor, True)
    while page.more:
        following = await channel.fetch(HERE, cursor=page.cursor, token=token)
        page = Page((*page.received, *following.received), following.cursor, following.more)
    return page


async def messages(channel: WeComKfChannel, cursor: str = "") -> list[Message]:
    return [one for one in (await everything(channel, cursor)).received if isinstance(one, Message)]


async def test_a_callback_wakes_us_and_the_message_is_fetched_and_answered(
    kf: WeComKfSimulator, channel: WeComKfChannel, open_door: Opens
) -> None:
    door = await open_door(channel)

    posting = await kf.say(door.url, user="wmAlice", text="怎么退货")
    (wake,) = door.wakes
    page = await everything(channel, token=wake.token)
    (message,) = page.received
    assert isinstance(message, Message)
    (part,) = channel.render(reply("**七天**内可以退。", message.address))
    await channel.send(message.address, part, key="r1-0")

    assert (posting.accepted, posting.answer) == (True, b"")
    assert wake.account == HERE
    assert (message.text, message.conversation.customer) == ("怎么退货", f"{ACCOUNT}/wmAlice")
    assert kf.replies_to("wmAlice") == ["七天内可以退。"]
    assert kf.customers["wmAlice"].state == BOT, "the console shows that the bot has it"


def test_the_vector_of_a_kf_callback_is_a_wake(channel: WeComKfChannel) -> None:
    (vector,) = [one for one in vectors("wecom")["positive"] if one["name"] == "V4"]
    query = {"msg_signature": vector["signature"], "timestamp": vector["timestamp"]}
    query["nonce"] = vectors("wecom")["nonce"]
    body = f"<xml><Encrypt><![CDATA[{vector['encrypted']}]]></Encrypt></xml>"

    received = channel.receive(RawRequest("POST", "/callbacks/shop-kf", query, {}, body.encode()))

    assert received == Wake(Conversation("shop", "shop-kf", "wktestkf0001"), "ENCtesttoken01")


async def test_wecom_finds_that_the_address_is_ours(
    kf: WeComKfSimulator, channel: WeComKfChannel, open_door: Opens
) -> None:
    assert await kf.verify((await open_door(channel)).url)


def test_a_callback_without_an_account_means_the_only_one_there_is() -> None:
    xml = b"<xml><MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>t</Token></xml>"

    assert payload.wake(xml, tenant="a", channel="b", accounts=("wk1",)) == Wake(
        Conversation("a", "b", "wk1"), "t"
    )
    assert isinstance(payload.wake(xml, tenant="a", channel="b", accounts=("wk1", "wk2")), Ignored)


async def test_pages_are_turned_until_there_is_no_more(kf: WeComKfSimulator, channel: WeComKfChannel) -> None:
    kf.page, kf.empty_pages = 7, 2
    for number in range(30):
        kf.write("wmA", f"问题{number}")

    page = await everything(channel)

    assert [one.text for one in page.received if isinstance(one, Message)] == [f"问题{n}" for n in range(30)]
    assert (await everything(channel, page.cursor)).received == ()


async def test_a_page_of_long_messages_is_asked_for_in_shorter_ones(kf: WeComKfSimulator) -> None:
    """A thousand of 2,048 bytes are more than any answer that we read, and would come again each time."""
    kf.page, kf.tokenless_a_minute = 1000, 1000
    outbound = Outbound(max_bytes=60_000)
    channel = a_channel(kf, outbound)
    for number in range(30):
        kf.write("wmAlice", f"{number}" + "退" * 600)

    assert len(await messages(channel)) == 30

    kf.write("wmAlice", "退" * 20_000)
    with pytest.raises(Unavailable, match="size limit"):
        await messages(channel)
    await outbound.close()


async def test_without_a_cursor_old_messages_are_left_alone(
    kf: WeComKfSimulator, channel: WeComKfChannel
) -> None:
    kf.write("wmA", "昨天的问题")
    kf.skip(24 * 3600)
    kf.write("wmA", "刚才的问题")

    assert [message.text for message in await messages(channel)] == ["刚才的问题"]


async def test_with_a_cursor_a_long_outage_is_made_up_for(
    kf: WeComKfSimulator, channel: WeComKfChannel
) -> None:
    cursor = (await everything(channel)).cursor
    kf.write("wmA", "夜里的问题")
    kf.skip(12 * 3600)

    assert [message.text for message in await messages(channel, cursor)] == ["夜里的问题"]


async def test_a_stale_token_is_left_out(kf: WeComKfSimulator, channel: WeComKfChannel) -> None:
    kf.write("wmA", "在吗")

    page = await channel.fetch(HERE, cursor="", token="ENC stale")

    assert len(page.received) == 1
    bodies = [call.body or {} for call in kf.record.calls_to(SYNC_PATH)]
    assert ["token" in body for body in bodies] == [True, False]


async def test_too_many_looks_without_a_token_are_put_off_for_a_minute(
    kf: WeComKfSimulator, channel: WeComKfChannel
) -> None:
    kf.tokenless_a_minute = 0

    with pytest.raises(Unavailable) as raised:
        await channel.fetch(HERE, cursor="", token="")

    assert raised.value.retry_after == 60


@pytest.mark.parametrize("state", [WAITING, PERSON])
async def test_the_bot_is_silent_while_a_person_has_the_conversation(
    kf: WeComKfSimulator, channel: WeComKfChannel, state: int
) -> None:
    kf.customers["wmA"].state = state
    kf.write("wmA", "还在吗")
    kf.write("wmB", "怎么退货")

    assert [message.text for message in await messages(channel)] == ["怎么退货"]


async def test_what_was_written_before_a_persons_goodbye_was_theirs(
    kf: WeComKfSimulator, channel: WeComKfChannel
) -> None:
    kf.write("wmA", "谢谢")
    kf.customers["wmA"].state = ENDED

    page = await everything(channel)
    assert [one for one in page.received if isinstance(one, Message)] == []

    kf.write("wmA", "怎么退货")
    assert [message.text for message in await messages(channel, page.cursor)] == ["怎么退货"]


@pytest.mark.parametrize(("servicer", "state"), [("", WAITING), ("lisi", PERSON)])
async def test_a_customer_is_given_to_the_queue_or_to_a_servicer_once(
    kf: WeComKfSimulator, outbound: Outbound, servicer: str, state: int
) -> None:
    channel = a_channel(kf, outbound, servicer=servicer)
    address = await address_of(kf, channel)

    for _ in range(3):  # a delivery that was cut off begins again
        await channel.hand_over(address)

    assert isinstance(channel, HandsOver)
    assert kf.customers["wmA"].state == state
    assert kf.customers["wmA"].moves == [BOT, state]


async def test_whom_a_person_has_by_now_stays_theirs(kf: WeComKfSimulator, outbound: Outbound) -> None:
    channel = a_channel(kf, outbound, servicer="lisi")
    address = await address_of(kf, channel)
    kf.customers["wmA"].state = PERSON

    await channel.hand_over(address)

    assert kf.customers["wmA"].moves == [BOT]


async def test_an_unclear_try_to_hand_over_is_repeated_without_harm(
    kf: WeComKfSimulator, channel: WeComKfChannel
) -> None:
    address = await address_of(kf, channel)
    kf.trouble(TRANS_PATH, Trouble(status=502, body="<html>"))
    with pytest.raises(Unavailable):
        await channel.hand_over(address)

    await channel.hand_over(address)

    assert kf.customers["wmA"].state == WAITING


async def test_a_servicer_off_duty_or_a_session_that_ended_is_final(
    kf: WeComKfSimulator, outbound: Outbound
) -> None:
    kf.servicers["lisi"] = False
    channel = a_channel(kf, outbound, servicer="lisi")
    address = await address_of(kf, channel)
    with pytest.raises(Refused, match="95014"):
        await channel.hand_over(address)

    kf.customers["wmA"].state = ENDED
    with pytest.raises(Refused, match="95013"):
        await channel.hand_over(address)


async def test_who_comes_back_from_a_person_is_told_who_answers_now(
    kf: WeComKfSimulator, channel: WeComKfChannel
) -> None:
    kf.customers["wmA"].state = WAITING
    kf.pick_up("wmA")
    kf.end_session("wmA")
    picked_up, notice = (await everything(channel)).received
    assert isinstance(picked_up, Ignored)
    assert isinstance(notice, Notice)

    await channel.heed(notice)

    assert kf.replies_to("wmA") == [wording.BOT_IS_BACK]
    kf.skip(30)
    await channel.heed(notice)
    assert len(kf.record.calls_to(WELCOME_PATH)) == 1, "its code works for 20 seconds"


@pytest.mark.parametrize(
    "fields",
    [
        {"change_type": 3, "msg_code": "c"},
        {"change_type": 3, "old_servicer_userid": "lisi"},
        {"change_type": 2, "old_servicer_userid": "lisi", "new_servicer_userid": "wangwu", "msg_code": "c"},
        {"change_type": None},
    ],
)
async def test_other_changes_of_a_session_are_left_alone(
    kf: WeComKfSimulator, channel: WeComKfChannel, fields: dict[str, Any]
) -> None:
    kf.event("wmA", "session_status_change", **fields)

    (received,) = (await everything(channel)).received

    assert isinstance(received, Ignored)


async def test_what_servicers_say_is_not_answered(kf: WeComKfSimulator, channel: WeComKfChannel) -> None:
    kf.put("wmA", {"msgtype": "text", "text": {"content": "我来处理"}}, origin=5)

    assert await messages(channel) == []


async def test_one_odd_customer_does_not_keep_the_others_waiting(
    kf: WeComKfSimulator, channel: WeComKfChannel
) -> None:
    kf.trouble(STATE_PATH, Trouble(body={"errcode": 40096, "errmsg": "invalid external userid"}))
    kf.write("wmA", "一")
    kf.write("wmB", "二")

    assert {message.text for message in await messages(channel)} == {"一", "二"}


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        ({"msgtype": "text", "text": {"content": " 能退吗？😀 "}}, "text", "能退吗？😀"),
        ({"msgtype": "image", "image": {"media_id": "m"}}, "image", ""),
        ({"msgtype": "voice", "voice": {"media_id": "m"}}, "voice", ""),
        ({"msgtype": "video", "video": {"media_id": "m"}}, "video", ""),
        ({"msgtype": "file", "file": {"media_id": "m"}}, "file", ""),
        ({"msgtype": "location", "location": {"name": "店", "address": "一号"}}, "location", "店 一号"),
        ({"msgtype": "link", "link": {"title": "裙子"}}, "link", "裙子"),
        ({"msgtype": "text", "text": {"content": "怎么退货", "menu_id": "0"}}, "text", "怎么退货"),
        ({"msgtype": "business_card", "business_card": {"userid": "u"}}, "other", ""),
        ({"msgtype": "miniprogram", "miniprogram": {"title": "订单", "appid": "a"}}, "link", "订单"),
        ({"msgtype": "msgmenu", "msgmenu": {"head_content": "请选", "list": []}}, "other", ""),
        ({"msgtype": "channels", "channels": {"sub_type": 1, "title": "新品"}}, "link", "新品"),
        ({"msgtype": "channels_shop_product", "channels_shop_product": {"title": "裙"}}, "link", "裙"),
        ({"msgtype": "channels_shop_order", "channels_shop_order": {"product_titles": "裙"}}, "link", "裙"),
        ({"msgtype": "merged_msg", "merged_msg": {"title": "聊天记录", "item": []}}, "other", "聊天记录"),
        ({"msgtype": "note"}, "other", ""),
        ({"msgtype": "meeting"}, "other", ""),
        ({"msgtype": "schedule"}, "other", ""),
        ({"msgtype": "something_new"}, "other", ""),
    ],
)
async def test_each_type_of_message_is_known(
    kf: WeComKfSimulator, channel: WeComKfChannel, content: dict[str, Any], kind: str, text: str
) -> None:
    kf.put("wmA", content)

    (message,) = await messages(channel)

    assert (message.kind, message.text) == (kind, text)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("enter_session", {"scene": "123", "scene_param": "p"}),
        ("servicer_status_change", {"servicer_userid": "lisi", "status": 2, "stop_type": 0}),
        ("session_status_change", {"change_type": 1, "new_servicer_userid": "lisi", "msg_code": "c"}),
        ("session_status_change", {"change_type": 2, "old_servicer_userid": "lisi"}),
        ("session_status_change", {"change_type": 3, "msg_code": "c"}),
        ("session_status_change", {"change_type": 4}),
        ("user_recall_msg", {"recall_msgid": "msg1"}),
        ("servicer_recall_msg", {"recall_msgid": "msg1", "servicer_userid": "lisi"}),
        ("reject_customer_msg_switch_change", {"servicer_userid": "lisi", "reject_switch": 1}),
    ],
)
async def test_an_event_that_needs_nothing_is_ignored_and_it_is_said_why(
    kf: WeComKfSimulator, channel: WeComKfChannel, kind: str, fields: dict[str, Any]
) -> None:
    kf.event("wmA", kind, **fields)

    (ignored,) = (await everything(channel)).received

    assert isinstance(ignored, Ignored)
    name, _, why = ignored.reason.partition(": ")
    assert (name, bool(why), why != "not known") == (f"event {kind}", True, True)


async def test_an_event_of_next_year_is_ignored_by_name(
    kf: WeComKfSimulator, channel: WeComKfChannel
) -> None:
    kf.event("wmA", "teleported")

    assert (await everything(channel)).received == (Ignored("event teleported: not known"),)


async def test_suggestions_are_a_menu_below_a_reply_and_a_click_is_the_question(
    kf: WeComKfSimulator, channel: WeComKfChannel
) -> None:
    address = await address_of(kf, channel)
    many = ["怎么退货", "长" * 43, *(f"第{number}个问题" for number in range(10))]
    (part,) = channel.render(reply("请您换个说法。", address, suggestions=many))

    await channel.send(address, part, key="r1-0")
    kf.click("wmA", "怎么退货")

    (seen,) = kf.record.seen_by("wmA")
    assert (seen.text, seen.kind, len(seen.body["msgmenu"]["list"])) == ("请您换个说法。", "msgmenu", 10)
    assert kf.kept[-1]["text"]["menu_id"] == "0"
    assert (await messages(channel))[-1].text == "怎么退货"


@pytest.mark.parametrize(
    ("chars", "parts", "offered"),
    [(10, 1, True), (341, 1, True), (342, 2, True), (682, 2, True), (1000, 2, True), (1300, 2, False)],
)
async def test_a_menu_never_costs_more_than_two_parts(
    kf: WeComKfSimulator, channel: WeComKfChannel, chars: int, parts: int, offered: bool
) -> None:
    """A menu stands below 1024 bytes; five messages in all are what a customer gets till they write again."""
    address = await address_of(kf, channel)
    rendered = channel.render(reply("好" * chars, address, suggestions=["怎么退货"]))

    for number, part in enumerate(rendered):
        await channel.send(address, part, key=f"r1-{number}")

    seen = kf.record.seen_by("wmA")
    assert (len(seen), seen[-1].kind == "msgmenu", kf.customers["wmA"].got) == (parts, offered, parts)
    assert "".join(kf.replies_to("wmA")).removesuffix(wording.SUGGESTED) == "好" * chars


async def test_a_greeting_too_long_for_a_menu_comes_without(kf: WeComKfSimulator, outbound: Outbound) -> None:
    tenant = a_tenant(greeting="好" * 342, suggestions=["怎么退货"])
    channel = WeComKfChannel(
        kf_settings(kf.base_url), tenant, tokens=MemoryTokens(), outbound=outbound, clock=kf.now
    )
    kf.enter("wmA")
    (notice,) = (await everything(channel)).received
    assert isinstance(notice, Notice)

    await channel.heed(notice)

    assert [seen.kind for seen in kf.record.seen_by("wmA")] == ["text"]


async def test_whoever_comes_in_is_greeted_once_with_suggestions(
    kf: WeComKfSimulator, channel: WeComKfChannel
) -> None:
    kf.enter("wmA")
    (notice,) = (await everything(channel)).received
    assert isinstance(notice, Notice)

    await channel.heed(notice)
    with pytest.raises(Refused):
        await channel.heed(notice)

    (seen,) = kf.record.seen_by("wmA")
    assert (seen.text, seen.kind) == ("您好，欢迎光临。", "msgmenu")
    clicks = [item["click"]["content"] for item in seen.body["msgmenu"]["list"]]
    assert clicks == ["怎么退货", "多久发货"]


async def test_who_comes_in_to_a_person_is_not_greeted_by_the_bot(
    kf: WeComKfSimulator, channel: WeComKfChannel
) -> None:
    kf.enter("wmA")
    kf.customers["wmA"].state = PERSON
    (notice,) = (await everything(channel)).received
    assert isinstance(notice, Notice)

    await channel.heed(notice)

    assert kf.record.calls_to(WELCOME_PATH) == []


async def test_a_welcome_that_comes_too_late_is_not_tried(
    kf: WeComKfSimulator, channel: WeComKfChannel
) -> None:
    kf.enter("wmA")
    kf.skip(25)
    (notice,) = (await everything(channel)).received
    assert isinstance(notice, Notice)

    await channel.heed(notice)

    assert kf.record.calls_to(WELCOME_PATH) == []


@pytest.mark.parametrize("fail_type", [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
async def test_a_reply_that_did_not_arrive_is_told_with_its_reason(
    kf: WeComKfSimulator, channel: WeComKfChannel, fail_type: int
) -> None:
    address = await address_of(kf, channel)
    kf.undeliverable["wmA"] = fail_type
    (part,) = channel.render(reply("在的", address))
    await channel.send(address, part, key="abc-0")
    notice = (await everything(channel)).received[-1]
    assert isinstance(notice, Notice)

    why = SEND_FAILURES[str(fail_type)]
    assert await channel.heed(notice) == Undelivered(
        "abc", 0, f"WeCom took it, and could not bring it: {why} (fail_type {fail_type})"
    )
    assert kf.replies_to("wmA") == []


async def address_of(kf: WeComKfSimulator, channel: WeComKfChannel) -> Address:
    kf.write("wmA", "在吗")
    return (await messages(channel))[-1].address


async def test_an_unclear_try_is_sent_once(kf: WeComKfSimulator, channel: WeComKfChannel) -> None:
    address = await address_of(kf, channel)
    (part,) = channel.render(reply("在的", address))
    kf.trouble(KF_SEND_PATH, Trouble(status=502, body="<html>", done=True))
    with pytest.raises(Unavailable):
        await channel.send(address, part, key="r1-0")

    await channel.send(address, part, key="r1-0")
    await channel.send(address, part, key="r1-0")

    assert kf.replies_to("wmA") == ["在的"]


async def test_a_repeated_msgid_is_known_by_the_operators_number(
    kf: WeComKfSimulator, outbound: Outbound
) -> None:
    channel = a_channel(kf, outbound, repeated_codes=[kf.repeated_code])
    address = await address_of(kf, channel)
    (part,) = channel.render(reply("在的", address))

    for _ in range(2):
        await channel.send(address, part, key="r1-0")

    assert kf.replies_to("wmA") == ["在的"]


async def test_the_limits_of_wecom_are_final_for_a_reply(
    kf: WeComKfSimulator, channel: WeComKfChannel
) -> None:
    address = await address_of(kf, channel)
    (part,) = channel.render(reply("在的", address))
    assert (address.most, address.expires_at) == (5, kf.kept[-1]["send_time"] + 48 * 3600)
    for number in range(5):
        await channel.send(address, part, key=f"r{number}-0")

    with pytest.raises(Refused, match="95001"):
        await channel.send(address, part, key="r5-0")
    kf.customers["wmA"].state = PERSON
    with pytest.raises(Refused, match="95018"):
        await channel.send(address, part, key="r6-0")


def test_a_long_reply_is_cut_to_two_parts_and_says_so(kf: WeComKfSimulator, outbound: Outbound) -> None:
    parts = a_channel(kf, outbound).render(reply("这是一句话。" * 2000, Address({})))

    assert len(parts) == 2
    assert all(len(part.text.encode()) <= 2048 for part in parts)
    assert parts[1].text.endswith(wording.CUT_SHORT)


async def test_it_is_well_when_it_could_call(kf: WeComKfSimulator, channel: WeComKfChannel) -> None:
    await channel.ping()

    kf.trusts_caller = False
    with pytest.raises(Unavailable, match="企业可信IP"):
        await channel.ping()


@pytest.mark.parametrize("code", ERRORS)
async def test_each_error_code_has_its_meaning(
    kf: WeComKfSimulator, channel: WeComKfChannel, code: int
) -> None:
    address = await address_of(kf, channel)
    (part,) = channel.render(reply("在的", address))
    kf.trouble(KF_SEND_PATH, Trouble(body={"errcode": code, "errmsg": "x"}))

    with pytest.raises(ERRORS[code].error, match=str(code)):
        await channel.send(address, part, key="r1-0")


LATER = [48002, 60011, 95000, 95004, 95007, 95011, 95012, 95017]
FINAL = [40096, 95001, 95002, 95013, 95014, 95018]


@pytest.mark.parametrize("code", [*LATER, *FINAL])
def test_each_code_of_the_fact_sheet_has_its_row(code: int) -> None:
    assert issubclass(ERRORS[code].error, Unavailable if code in LATER else Refused)


@pytest.mark.parametrize("code", [40033, 45002, 60020, 45009, -1])
def test_what_every_app_is_told_is_told_here_too(code: int) -> None:
    assert judge(str(code), "", repeated=frozenset()) is wecom_errors.ERRORS[code]


@pytest.mark.parametrize("code", [95003, 95016, 95042])
def test_what_nobody_described_is_final(code: int) -> None:
    assert judge(str(code), "", repeated=frozenset()).error is Refused


@pytest.mark.parametrize("code", ["", "abc", "-", "999999999999999999999", "0x10", "九"])
def test_a_code_that_is_no_number_is_final(code: str) -> None:
    assert judge(code, "", repeated=frozenset()).error is Refused
    assert judge("95099", "msgid exists", repeated=frozenset()).error is SentBefore


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["msgid", "msgtype", "event", "text", "send_time", "origin", "external_userid"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@FUZZ
@given(entries=st.lists(JSON, max_size=4), cursor=JSON, more=JSON)
def test_no_page_stops_the_account(entries: list[Any], cursor: Any, more: Any) -> None:
    try:
        page = payload.page({"msg_list": entries, "next_cursor": cursor, "has_more": more}, account=HERE)
    except Unavailable:
        assert not isinstance(cursor, str)
    else:
        assert len(page.received) == len(entries)


async def test_a_crowd_is_asked_about_side_by_side(kf: WeComKfSimulator, channel: WeComKfChannel) -> None:
    for number in range(40):
        kf.write(f"wm{number}", "在吗")
        kf.trouble(STATE_PATH, Trouble(delay=0.05))
    started = time.monotonic()

    async with asyncio.timeout(10):
        assert len(await messages(channel)) == 40

    assert time.monotonic() - started < 40 * 0.05


ENTRY = {"msgid": "m1", "external_userid": "wmA", "open_kfid": ACCOUNT, "send_time": 1, "origin": 3}


def test_half_a_letter_can_be_stored_all_the_same() -> None:
    entry = {**ENTRY, "msgtype": "text", "text": {"content": "hi \ud83d"}}

    (message,) = payload.page({"msg_list": [entry], "next_cursor": "c"}, account=HERE).received

    assert isinstance(message, Message)
    assert message.text == "hi ?"


@pytest.mark.parametrize("content", ["", " \n", "\x00", None])
def test_a_text_without_words_needs_no_answer(content: str | None) -> None:
    entry = {**ENTRY, "msgtype": "text", "text": {"content": content}}

    page = payload.page({"msg_list": [entry], "next_cursor": "c"}, account=HERE)

    assert page.received == (Ignored("a text without words"),)
