"""A reply as a card: shown while it is made, finished once, and never in the way of the words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.dingtalk import DingTalkChannel
from adapters.dingtalk.card_api import CardApi
from adapters.dingtalk.client import DingTalkClient
from adapters.dingtalk.errors import CARD_ERRORS
from adapters.dingtalk.route import Route
from adapters.outbound import Outbound, Unclear
from bot.channel import Draft, Drafting, Part
from bot.errors import Refused, Throttled, Unavailable
from bot.types import Address, Conversation, Outcome, Reply
from bot.waiting import end
from tests.conftest import SettableClock
from tests.fakes import FreeRates
from tests.simulators.dingtalk import GROUP_PATH, SESSION_PATH, USER_PATH, DingTalkSimulator
from tests.simulators.dingtalk_cards import (
    BOTH_PATH,
    CREATE_PATH,
    DELIVER_PATH,
    REGISTER_PATH,
    STREAM_PATH,
    TEMPLATE,
    Card,
)
from tests.simulators.platform import Trouble
from tests.unit.adapters.conftest import MemoryMarks, MemoryTokens, dingtalk_settings

NOW = SettableClock().now
MakeChannel = Callable[..., DingTalkChannel]
U1 = Route(webhook="", webhook_expires_at=0.0, staff="u1", group="").address()
GROUP = Route(webhook="", webhook_expires_at=0.0, staff="u1", group="cid-group==", nick="小王").address()


@pytest.fixture
def marks() -> MemoryMarks:
    return MemoryMarks()


@pytest.fixture
def rates() -> FreeRates:
    return FreeRates(spare=10)


@pytest.fixture
def process(
    dingtalk: DingTalkSimulator,
    tokens: MemoryTokens,
    marks: MemoryMarks,
    outbound: Outbound,
    rates: FreeRates,
    clock: SettableClock,
) -> MakeChannel:
    """Makes the channel as one more process would; all share the store's marks and rates."""

    def make(**changes: Any) -> DingTalkChannel:
        settings = dingtalk_settings(dingtalk.base_url, **{"card_template_id": TEMPLATE, **changes})
        return DingTalkChannel(
            settings, tokens=tokens, marks=marks, rates=rates, outbound=outbound, clock=clock
        )

    return make


@pytest.fixture
def channel(process: MakeChannel) -> DingTalkChannel:
    return process()


def a_reply(text: str, address: Address = U1, suggestions: tuple[str, ...] = ()) -> Reply:
    conversation = Conversation("shop", "shop-ding", "u1")
    return Reply("r1", conversation, address, text, Outcome.ANSWERED, ("m1",), 1.0, suggestions=suggestions)


async def deliver(channel: DingTalkChannel, reply: Reply) -> None:
    """Part by part, as the worker does."""
    for number, part in enumerate(channel.render(reply)):
        await channel.send(reply.address, part, key=f"{reply.id}-{number}")


def draft(text: str, address: Address = U1) -> Draft:
    return Draft("r1", address, text)


def the_card(dingtalk: DingTalkSimulator) -> Card:
    (card,) = dingtalk.cards.all
    return card


def called(dingtalk: DingTalkSimulator, path: str) -> int:
    return len(dingtalk.record.calls_to(path))


async def test_a_finished_reply_is_a_card_for_two_calls(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel
) -> None:
    await deliver(channel, a_reply("**可以**退，7 天内。"))

    assert [(seen.text, seen.kind) for seen in dingtalk.record.seen_by("u1")] == [
        ("**可以**退，7 天内。", "card")
    ]
    assert [call.path for call in dingtalk.record.calls[1:]] == [BOTH_PATH, STREAM_PATH]
    assert the_card(dingtalk).callback_type == "STREAM"


async def test_an_answer_grows_on_its_card_while_it_is_made(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel, clock: SettableClock
) -> None:
    assert isinstance(channel, Drafting)
    for length in range(1, 9):
        await channel.show(draft("一二三四五六七八"[:length]))
        clock.now += channel.draft_every_s or 0
    await deliver(channel, a_reply("一二三四五六七八。"))

    card = the_card(dingtalk)
    assert card.updates == ["一二", "一二三四", "一二三四五六七八", "一二三四五六七八。"]
    assert dingtalk.replies_to("u1") == ["一二三四五六七八。"]
    assert len(card.guids) == 4


@pytest.mark.parametrize("updates", [0, 1, 3, 7])
async def test_a_card_costs_no_more_updates_than_are_allowed(
    dingtalk: DingTalkSimulator, process: MakeChannel, clock: SettableClock, updates: int
) -> None:
    channel = process(card_updates=updates)
    for second in range(60):
        await channel.show(draft("长" * (second + 1)))
        clock.now += 1
    shown = called(dingtalk, STREAM_PATH)
    await deliver(channel, a_reply("长" * 60))

    assert shown == updates
    assert called(dingtalk, BOTH_PATH) == 1
    assert called(dingtalk, STREAM_PATH) == updates + 1


async def test_many_cards_together_leave_room_for_the_finished_ones(
    dingtalk: DingTalkSimulator, process: MakeChannel, rates: FreeRates
) -> None:
    processes = [process(), process()]
    for number in range(30):
        await processes[number % 2].show(Draft(f"r{number}", U1, "正在说"))

    assert called(dingtalk, BOTH_PATH) == 10
    assert {rate.most for rate in rates.asked} == {10}, "half of the app's twenty a second"


async def test_another_process_finishes_the_card(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel, process: MakeChannel
) -> None:
    await channel.show(draft("可以"))
    await deliver(process(), a_reply("可以退。"))

    assert dingtalk.replies_to("u1") == ["可以退。"]
    assert called(dingtalk, BOTH_PATH) == 1
    assert called(dingtalk, DELIVER_PATH) == 0


async def test_a_card_that_may_not_have_been_delivered_is_delivered_again(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel, process: MakeChannel, marks: MemoryMarks
) -> None:
    """Whoever made it died before it left its mark: was it delivered? Better twice than never."""
    await channel.show(draft("可以"))
    marks.left.clear()
    await deliver(process(), a_reply("可以退。"))

    assert called(dingtalk, DELIVER_PATH) == 1
    assert set(dingtalk.replies_to("u1")) == {"可以退。"}


async def test_a_card_that_was_finished_is_finished_by_the_next_process_without_harm(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel, process: MakeChannel
) -> None:
    await deliver(channel, a_reply("可以退。"))
    await deliver(channel, a_reply("可以退。"))
    await deliver(process(), a_reply("可以退。"))

    assert dingtalk.replies_to("u1") == ["可以退。"]


async def test_a_try_that_ended_unclear_is_made_again_and_seen_once(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    dingtalk.trouble(STREAM_PATH, Trouble(delay=3))
    with monkeypatch.context() as patch:
        patch.setattr("adapters.dingtalk.client.SEND_TIMEOUT_S", 1.5)
        with pytest.raises(Unclear):
            await deliver(channel, a_reply("可以退。"))

    await deliver(channel, a_reply("可以退。"))

    assert dingtalk.replies_to("u1") == ["可以退。"]


async def test_a_draft_that_comes_too_late_changes_nothing(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel, clock: SettableClock
) -> None:
    await channel.show(draft("可以"))
    await deliver(channel, a_reply("可以退。"))
    clock.now += 60
    await channel.show(draft("可以退"))

    assert the_card(dingtalk).updates == ["可以退。"]


async def test_a_card_that_nobody_waited_for_is_not_made_twice(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel
) -> None:
    """The worker gives a draft a second; the platform may take longer."""
    dingtalk.trouble(BOTH_PATH, Trouble(delay=1))
    showing = asyncio.create_task(channel.show(draft("可以")))
    async with asyncio.timeout(10):
        while not called(dingtalk, BOTH_PATH):
            await asyncio.sleep(0.005)
    await end({showing})
    await deliver(channel, a_reply("可以退。"))

    assert showing.cancelled()
    assert dingtalk.replies_to("u1") == ["可以退。"]
    assert (called(dingtalk, BOTH_PATH), called(dingtalk, DELIVER_PATH)) == (1, 0)


async def test_what_is_under_way_ends_with_the_channel(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel
) -> None:
    dingtalk.trouble(BOTH_PATH, Trouble(delay=5))
    showing = asyncio.create_task(channel.show(draft("可以")))
    async with asyncio.timeout(4):
        while not called(dingtalk, BOTH_PATH):
            await asyncio.sleep(0.005)
        await channel.close()
        await asyncio.wait({showing})

    assert showing.cancelled()


async def test_the_last_update_waits_for_the_one_under_way(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel, clock: SettableClock
) -> None:
    await channel.show(draft("可"))
    clock.now += 1
    dingtalk.trouble(STREAM_PATH, Trouble(delay=1))
    showing = asyncio.create_task(channel.show(draft("可以")))
    async with asyncio.timeout(10):
        while not called(dingtalk, STREAM_PATH):
            await asyncio.sleep(0.005)
    await deliver(channel, a_reply("可以退。"))

    assert showing.done()
    assert the_card(dingtalk).updates == ["可以", "可以退。"]


async def test_drafts_that_come_too_fast_are_left_out_and_the_answer_comes(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel, clock: SettableClock
) -> None:
    slow_down = Trouble(403, {"code": "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"})
    await channel.show(draft("可"))
    clock.now += 1
    dingtalk.trouble(STREAM_PATH, slow_down)
    for text in ("可以", "可以退", "可以退，"):
        await channel.show(draft(text))
        clock.now += 1

    assert the_card(dingtalk).updates == ["可以退，"]
    dingtalk.trouble(STREAM_PATH, slow_down)
    with pytest.raises(Unavailable) as caught:
        await deliver(channel, a_reply("可以退，7 天内。"))
    assert caught.value.retry_after == 1
    await deliver(channel, a_reply("可以退，7 天内。"))
    assert dingtalk.replies_to("u1") == ["可以退，7 天内。"]


async def test_in_a_group_the_card_mentions_the_asker(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel
) -> None:
    await deliver(channel, a_reply("九点。", GROUP))

    assert dingtalk.replies_to("cid-group==") == ["九点。"]
    assert the_card(dingtalk).mentions == {"u1": "小王"}


async def test_a_long_reply_begins_on_the_card_and_goes_on_in_messages(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel
) -> None:
    text = "".join(f"第{number}条：衣服在七天内可以退换。" for number in range(120))

    await deliver(channel, a_reply(text))

    seen = dingtalk.record.seen_by("u1")
    assert [one.kind for one in seen] == ["card", "sampleText", "sampleText"]
    assert "".join(one.text for one in seen) == text


async def test_a_line_end_shows_on_a_card(dingtalk: DingTalkSimulator, channel: DingTalkChannel) -> None:
    await deliver(channel, a_reply("您好\n可以退\n\n- 七天内\n- 未穿过\n```\na\nb\n```\n谢谢"))

    assert dingtalk.replies_to("u1") == ["您好<br>\n可以退\n\n- 七天内\n- 未穿过\n```\na\nb\n```\n谢谢"]


# Where no card can be made, the words go as they did before there were cards.


async def test_no_template_no_cards(dingtalk: DingTalkSimulator, process: MakeChannel) -> None:
    channel = process(card_template_id="")
    assert isinstance(channel, Drafting)
    assert channel.draft_every_s is None, "so the model need not speak piece by piece"
    await channel.show(draft("可以"))
    await deliver(channel, a_reply("可以退。"))

    assert [seen.via for seen in dingtalk.record.seen] == [USER_PATH]
    assert dingtalk.cards.all == []


async def test_who_has_no_staff_id_is_sent_a_message(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel
) -> None:
    body = dingtalk.message(user="u1", senderStaffId=None)
    address = Route(body["sessionWebhook"], NOW + 5000, staff="", group="").address()
    await channel.show(draft("可以", address))
    await deliver(channel, a_reply("可以退。", address))

    assert [seen.via for seen in dingtalk.record.seen] == [SESSION_PATH]


async def test_a_template_that_is_none_is_told_once_and_messages_go(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel
) -> None:
    dingtalk.cards.templates.clear()
    with capture_logs() as logs:
        for number in range(3):
            await channel.send(U1, Part("可以退。"), key=f"r{number}-0")

    assert dingtalk.replies_to("u1") == ["可以退。"] * 3
    (told,) = [line for line in logs if line["event"] == "dingtalk_no_card"]
    assert told["log_level"] == "error"
    assert "write card_template_id" in told["reason"]


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(400, {"code": "param.templateUnpublished"}),
        Trouble(403, {"code": "Forbidden.AccessDenied.AccessTokenPermissionDenied"}),
        Trouble(403, {"code": "Forbidden.AccessDenied.ApiCountLimitForOrg"}),
        Trouble(200, {"success": False}),
    ],
)
async def test_a_card_that_is_refused_goes_as_a_message(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel, trouble: Trouble
) -> None:
    dingtalk.trouble(BOTH_PATH, trouble)
    await deliver(channel, a_reply("可以退。", GROUP))

    assert [(seen.text, seen.via) for seen in dingtalk.record.seen] == [("可以退。", GROUP_PATH)]


async def test_with_the_months_calls_used_up_the_session_still_answers(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel
) -> None:
    dingtalk.api_quota = 0
    body = dingtalk.message(user="u1")
    address = Route(body["sessionWebhook"], NOW + 5000, staff="u1", group="").address()
    await deliver(channel, a_reply("可以退。", address))

    assert [seen.via for seen in dingtalk.record.seen] == [SESSION_PATH]


@pytest.mark.parametrize("shown", [False, True])
async def test_a_card_that_reaches_nobody_is_followed_by_a_message_whoever_sends_it(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel, process: MakeChannel, shown: bool
) -> None:
    dingtalk.cards.undeliverable.add("u1")
    if shown:
        with pytest.raises(Refused):
            await channel.show(draft("可以"))
    await deliver(process() if shown else channel, a_reply("可以退。"))

    assert [(seen.text, seen.via) for seen in dingtalk.record.seen_by("u1")] == [("可以退。", USER_PATH)]


async def test_a_card_that_was_begun_ends_when_the_words_must_go_another_way(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel
) -> None:
    await channel.show(draft("可以"))
    dingtalk.cards.unsafe.add("退")
    await deliver(channel, a_reply("可以退。"))

    card, (ended, message) = the_card(dingtalk), dingtalk.record.seen_by("u1")
    assert card.is_final
    assert card.is_error
    assert "再发给您" in ended.text
    assert (message.text, message.kind) == ("可以退。", "sampleText")


async def test_a_text_too_long_for_a_card_goes_as_a_message(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel
) -> None:
    text = "好\n" * 590
    await deliver(channel, a_reply(text))

    assert dingtalk.replies_to("u1")[-1] == text.strip()


async def test_a_card_that_fails_again_and_again_gives_way_to_the_words(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel
) -> None:
    """One report has streaming fail with a 500 for ever, for a template with lists."""
    dingtalk.trouble(STREAM_PATH, Trouble(500, {"code": "system.error"}), times=100)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await deliver(channel, a_reply("可以退。"))
    await deliver(channel, a_reply("可以退。"))

    assert [(seen.text, seen.via) for seen in dingtalk.record.seen_by("u1")] == [("可以退。", USER_PATH)]


async def test_an_app_that_is_throttled_keeps_its_cards(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel
) -> None:
    slow_down = Trouble(403, {"code": "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"})
    dingtalk.trouble(STREAM_PATH, slow_down, times=4)
    for _ in range(4):
        with pytest.raises(Throttled):
            await deliver(channel, a_reply("可以退。"))
    await deliver(channel, a_reply("可以退。"))

    assert [(seen.text, seen.via) for seen in dingtalk.record.seen_by("u1")] == [("可以退。", STREAM_PATH)]


async def test_a_store_that_is_away_is_waited_for(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel, marks: MemoryMarks, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(mark: str) -> bool:
        raise Unavailable("the store is away")

    monkeypatch.setattr(marks, "has", away)
    with pytest.raises(Unavailable):
        await deliver(channel, a_reply("可以退。"))

    assert dingtalk.record.seen == []


async def test_a_card_whose_mark_the_store_refuses_is_shown_once(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel, marks: MemoryMarks, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: object, **__: object) -> None:
        raise Unavailable("the store refuses (NOPERM)")

    monkeypatch.setattr(marks, "leave", refused)

    await deliver(channel, a_reply("七天内可以退。"))

    assert [(seen.text, seen.kind) for seen in dingtalk.record.seen_by("u1")] == [("七天内可以退。", "card")]
    assert called(dingtalk, BOTH_PATH) + called(dingtalk, DELIVER_PATH) == 1


# Questions to ask next.

NEXT = ("怎么退货", "多久发货")
OFFERED = "您好！\n\n您也可以直接问我：\n· 怎么退货\n· 多久发货"


async def test_suggestions_stand_behind_a_message(dingtalk: DingTalkSimulator, process: MakeChannel) -> None:
    await deliver(process(card_template_id=""), a_reply("您好！", suggestions=NEXT))

    assert dingtalk.replies_to("u1") == [OFFERED]


async def test_suggestions_stand_behind_the_last_message_only(
    dingtalk: DingTalkSimulator, process: MakeChannel
) -> None:
    await deliver(process(card_template_id=""), a_reply("长。" * 1000, suggestions=NEXT))

    first, last = dingtalk.replies_to("u1")
    assert "怎么退货" not in first
    assert last.endswith("· 多久发货")


async def test_suggestions_stand_in_a_cards_text(
    dingtalk: DingTalkSimulator, channel: DingTalkChannel
) -> None:
    await deliver(channel, a_reply("您好！", suggestions=NEXT))

    assert dingtalk.replies_to("u1") == [OFFERED.replace("：\n", "：<br>\n").replace("货\n", "货<br>\n")]


async def test_a_template_with_a_place_for_suggestions_gets_them_there(
    dingtalk: DingTalkSimulator, process: MakeChannel
) -> None:
    channel = process(card_suggestions_key="suggestions")
    await deliver(channel, a_reply("您好！", suggestions=NEXT))

    assert dingtalk.replies_to("u1") == ["您好！"]
    assert the_card(dingtalk).params["suggestions"] == '[{"text": "怎么退货"}, {"text": "多久发货"}]'


async def test_an_answer_is_out_even_if_its_suggestions_are_not(
    dingtalk: DingTalkSimulator, process: MakeChannel
) -> None:
    channel = process(card_suggestions_key="suggestions")
    dingtalk.trouble(CREATE_PATH, Trouble(500, {"code": "system.busy"}))
    await deliver(channel, a_reply("您好！", suggestions=NEXT))

    assert dingtalk.replies_to("u1") == ["您好！"]


async def test_suggestions_beyond_what_fits_are_left_out(
    dingtalk: DingTalkSimulator, process: MakeChannel
) -> None:
    long = ("问" * 40, "问" * 41, "问" * 200, *(f"{number}" + "问" * 39 for number in range(9)))
    await deliver(process(card_template_id=""), a_reply("您好！", suggestions=long))
    await deliver(process(card_suggestions_key="suggestions"), a_reply("您好！", suggestions=long))

    assert dingtalk.replies_to("u1")[0].count("· ") == 5
    assert len(the_card(dingtalk).params["suggestions"].encode()) <= 1000


# Errors, and the buttons' address.


@pytest.mark.parametrize("code", CARD_ERRORS)
async def test_each_code_of_a_card_becomes_its_error(
    dingtalk: DingTalkSimulator, tokens: MemoryTokens, outbound: Outbound, code: str
) -> None:
    settings = dingtalk_settings(dingtalk.base_url, card_template_id=TEMPLATE)
    client = DingTalkClient(settings, tokens=tokens, outbound=outbound, clock=dingtalk.now)
    full = f"Forbidden.AccessDenied.{code}" if code == "AccessTokenPermissionDenied" else code
    dingtalk.trouble(STREAM_PATH, Trouble(400, {"code": full, "message": "x"}))

    with pytest.raises((Unavailable, Refused)) as caught:
        await CardApi(settings, client).stream("t", "好", guid="g")

    row = CARD_ERRORS[code]
    assert type(caught.value) is row.error
    assert str(caught.value) == f"DingTalk HTTP 400 {full}: {row.meaning}"
    assert getattr(caught.value, "retry_after", None) == row.retry_after


async def test_where_buttons_call_is_registered_once(
    dingtalk: DingTalkSimulator, process: MakeChannel
) -> None:
    channel = process(card_callback_url="https://shop.example/callbacks/shop-ding/")
    for number in range(2):
        await channel.send(U1, Part("可以退。"), key=f"r{number}-0")

    (target,) = dingtalk.cards.registered.values()
    assert target["callbackUrl"] == "https://shop.example/callbacks/shop-ding"
    assert called(dingtalk, REGISTER_PATH) == 1
    assert {(card.callback_type, card.route_key) for card in dingtalk.cards.all} == {
        ("HTTP", "kefu-shop-ding")
    }
