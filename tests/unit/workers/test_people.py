"""A person takes a conversation, speaks in it, gives it back; or does not come."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot import wording
from bot.errors import BadRequest, KefuError, NotFound, Refused, Unavailable
from bot.pipeline.relieve import TOO_MANY_WAIT
from bot.store.keys import Keys
from bot.summary import why
from bot.types import Address, DeliveryState, Missed, Said, Speaker, Work
from tests.builders import A_CONVERSATION, SHOP, a_conversation, a_message, a_tenant, some_settings
from tests.fakes import RecordingChannel, ScriptedModel
from tests.unit.workers.conftest import Shop
from workers.attendance import Attendance
from workers.clerk import Clerk
from workers.remembering import HISTORY_CHARS

PEOPLE = {"timeout_minutes": 5, "webhook": "https://example.com/hook"}


class Group:
    """`workers.attendance.Group` that remembers, or fails as it is told to."""

    def __init__(self) -> None:
        self.faults: list[Exception] = []
        self.told: list[str] = []

    async def tell(self, text: str) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.told.append(text)


class Counter:
    """The counter that customers come to, with everybody behind it."""

    def __init__(self, shop: Shop, **people: object) -> None:
        self.shop = shop
        shop.tenant = a_tenant(people={**PEOPLE, **people})
        settings = some_settings(tenants=[{"name": SHOP, "people": {**PEOPLE, **people}}])
        stores = shop.stores
        self.model = ScriptedModel("七天内都可以退哦。")
        self.channel = RecordingChannel()
        self.group = Group()
        self.clerk = Clerk(settings, stores.people, stores.journal, shop.nudges, shop.clock)
        self.attendance = Attendance(
            {SHOP: shop.tenant}, stores.people, {SHOP: self.group}, shop.taking_back, shop.clock
        )
        self._count = 0

    async def write(self, *texts: str, **changes: object) -> None:
        """A customer writes, a worker looks at it, what there is goes out."""
        for text in texts:
            self._count += 1
            await self.shop.stores.inbox.accept(a_message(text, id=f"m{self._count}", **changes))
        await self.shop.answerer(model=self.model).answer(A_CONVERSATION)
        await self.deliver()

    async def deliver(self) -> None:
        await self.shop.deliverer(self.channel).deliver(A_CONVERSATION)

    async def say(self, text: str) -> None:
        await self.clerk.say(A_CONVERSATION, text, who="小李", patience=0)
        await self.deliver()

    async def time_passes(self) -> None:
        """The person's time is over."""
        keys = Keys(A_CONVERSATION)
        await self.shop.stores.client.hset(keys.person, "until", "1")
        await self.shop.stores.client.zadd(keys.people, {str(A_CONVERSATION): 1})

    async def history(self) -> list[str]:
        return [line.text for line in await self.shop.stores.people.history(A_CONVERSATION)]

    async def missed(self) -> list[Missed]:
        return await self.shop.stores.missed.since(SHOP, 0)

    @property
    def seen(self) -> list[str]:
        """By the customer."""
        return self.channel.sent


@pytest.fixture
def counter(shop: Shop) -> Counter:
    return Counter(shop)


async def test_the_bot_is_silent_while_a_person_has_the_conversation(counter: Counter) -> None:
    await counter.write("转人工")

    await counter.write("我的裙子破了", "怎么退货")

    assert counter.seen == [wording.HANDED_OFF]
    assert counter.model.prompts == []
    assert await counter.history() == ["转人工", wording.HANDED_OFF, "我的裙子破了", "怎么退货"]
    assert (await counter.shop.stores.schedule.waiting())[Work.ANSWER] == 0


async def test_a_person_answers_and_the_customer_sees_who_it_is(counter: Counter) -> None:
    await counter.write("转人工")

    await counter.say("您好，我来看看。")

    assert counter.seen[1:] == ["【人工客服】您好，我来看看。"]
    assert (await counter.history())[-1] == "您好，我来看看。"
    assert counter.shop.nudges.of(Work.DELIVER)[-1] == A_CONVERSATION


async def test_after_closing_the_bot_says_so_and_answers_again(counter: Counter) -> None:
    await counter.write("转人工")
    await counter.say("给您换一条。")

    await counter.clerk.close(A_CONVERSATION, who="小李")
    await counter.write("怎么退货")

    assert counter.seen[2:] == [wording.BOT_IS_BACK, "七天内都可以退哦。"]
    history = counter.model.prompts[0].history
    assert Said(Speaker.PERSON, "给您换一条。", counter.shop.clock.now) in history, (
        "the model knows what was said"
    )


async def test_when_no_person_comes_the_bot_takes_over_and_apologises(counter: Counter) -> None:
    await counter.write("转人工")
    await counter.write("在吗")
    await counter.time_passes()

    await counter.attendance.take_back()
    await counter.write("怎么退货")

    assert counter.seen[1:] == [wording.NO_PERSON_CAME, "七天内都可以退哦。"]
    assert await counter.clerk.all() == []


async def test_who_waited_in_vain_is_missed_once_with_what_they_wanted(counter: Counter) -> None:
    await counter.write("我要投诉，裙子破了")
    await counter.write("三天了没人理我")
    await counter.time_passes()

    await counter.attendance.take_back()
    await counter.attendance.take_back()
    await counter.write("怎么退货")

    (note,) = await counter.missed()
    assert (note.conversation, note.reason) == (A_CONVERSATION, "complaint")
    assert note.said == ("我要投诉，裙子破了", "三天了没人理我")


class Killed(BaseException):
    """A worker's death in the middle of its work."""


async def test_who_waited_in_vain_is_missed_though_the_worker_dies_on_the_way(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    nudges, nudge = counter.shop.nudges, counter.shop.nudges.nudge
    await counter.write("转人工")
    await counter.time_passes()

    def dies(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(nudges, "nudge", dies)
    with pytest.raises(Killed):
        await counter.attendance.take_back()
    monkeypatch.setattr(nudges, "nudge", nudge)
    await counter.attendance.take_back()

    assert [note.said for note in await counter.missed()] == [("转人工",)]


async def test_whose_next_question_ends_the_waiting_was_missed_too(counter: Counter) -> None:
    await counter.write("转人工")
    await counter.time_passes()

    await counter.write("怎么退货")
    await counter.attendance.take_back()

    assert [note.said for note in await counter.missed()] == [("转人工",)]


async def test_a_question_that_a_person_left_open_is_missed(counter: Counter) -> None:
    await counter.write("转人工")
    await counter.say("请问是哪一单？")
    await counter.write("KF20260101")
    await counter.time_passes()

    await counter.attendance.take_back()

    assert [note.said for note in await counter.missed()] == [("转人工", "KF20260101")]


async def test_who_was_heard_or_whose_request_was_closed_is_not_missed(counter: Counter) -> None:
    await counter.write("转人工")
    await counter.say("给您换一条。")
    await counter.time_passes()
    await counter.attendance.take_back()

    await counter.write("转人工")
    await counter.clerk.close(A_CONVERSATION, who="小李")

    assert await counter.missed() == []


async def test_when_all_was_said_the_bot_takes_over_without_an_apology(counter: Counter) -> None:
    await counter.write("转人工")
    await counter.say("给您换一条。")
    await counter.time_passes()

    await counter.attendance.take_back()
    await counter.attendance.take_back()
    await counter.deliver()

    assert counter.seen[2:] == [wording.BOT_IS_BACK]


async def test_who_writes_at_the_very_end_of_a_persons_time_first_hears_that_the_bot_is_back(
    counter: Counter,
) -> None:
    await counter.write("转人工")
    await counter.time_passes()

    await counter.write("怎么退货")
    await counter.attendance.take_back()
    await counter.write("多久发货")

    assert counter.seen[1:] == [wording.NO_PERSON_CAME, *["七天内都可以退哦。"] * 2]
    assert await counter.clerk.all() == []


async def test_pictures_and_long_texts_are_for_a_person_too(counter: Counter) -> None:
    await counter.write("转人工")

    await counter.write("", kind="image")
    await counter.write("长" * 5000)

    assert (await counter.history())[2:] == ["（图片）", "长" * HISTORY_CHARS + "…"]


async def test_where_each_message_shows_as_open_the_customer_gets_a_line(counter: Counter) -> None:
    await counter.write("转人工")

    await counter.write("在吗", address=Address({}, own=True))

    assert counter.seen[1:] == [wording.PERSON_HAS_IT]


async def test_the_group_is_told_how_to_answer_and_not_what_was_said(counter: Counter) -> None:
    await counter.write("转人工")

    await counter.attendance.tell()
    await counter.attendance.tell()

    (text,) = counter.group.told
    assert "door" in text
    assert "1条消息" in text
    assert "kefu people say shop:door:customer-1" in text
    assert "客户说" not in text


async def test_the_group_reads_what_was_said_where_the_shop_wants_it(shop: Shop) -> None:
    counter = Counter(shop, show_words=True)
    await counter.write("我的裙子破了\n转人工")

    await counter.attendance.tell()

    assert "客户说：我的裙子破了 转人工" in counter.group.told[0]


async def test_the_group_reads_why_what_is_wanted_and_of_which_order(shop: Shop) -> None:
    """As it is: whoever helps needs the number. No log has it."""
    counter = Counter(shop, show_words=True)
    for text in ("我的订单 20240910XYZ 到了", "裙子破了个口子", "转人工"):
        await counter.write(text)

    with capture_logs() as logs:
        await counter.attendance.tell()

    (text,) = counter.group.told
    assert text.splitlines()[1:7] == [
        "原因：客户要求人工客服",
        "客户说：我的订单 20240910XYZ 到了",
        "客户说：裙子破了个口子",
        "客户说：转人工",
        "机器人答：七天内都可以退哦。",
        "订单：20240910XYZ",
    ]
    assert "20240910XYZ" not in str(logs)
    assert "裙子" not in str(logs)


async def test_a_group_that_reads_no_words_still_reads_why(counter: Counter) -> None:
    await counter.write("我要投诉你们")

    await counter.attendance.tell()

    (text,) = counter.group.told
    assert "原因：客户投诉或不满" in text
    assert "我要投诉" not in text


async def test_a_customer_without_an_answer_is_offered_a_person_takes_it_and_the_bot_is_silent(
    shop: Shop,
) -> None:
    counter = Counter(shop, show_words=True)
    counter.model = ScriptedModel(shop.tenant.refusal)

    for text in ("能刻字吗", "刻名字可以不", "好的", "还有人吗"):
        await counter.write(text)
    await counter.attendance.tell()

    offer = f"{wording.STILL_NOT_FOUND}\n\n{wording.OFFER_PERSON}"
    assert counter.seen == [shop.tenant.refusal, offer, wording.HANDED_OFF]
    assert "客户说：还有人吗" in counter.group.told[0]


async def test_a_scolding_customer_is_calmed_and_then_a_person_has_them(counter: Counter) -> None:
    await counter.write("你个傻逼")
    await counter.write("滚")
    await counter.write("快点")

    assert counter.seen == [f"{wording.CALM}{wording.OFFER_PERSON}", wording.HANDED_OFF_SORRY]
    attended = await counter.shop.stores.people.get(A_CONVERSATION)
    assert attended
    assert attended.reason == "abuse"


async def test_the_console_shows_why_a_person_is_needed(counter: Counter) -> None:
    await counter.write("我要投诉你们")

    seen = await counter.clerk.look(A_CONVERSATION)

    assert seen.attended
    assert why(seen.attended.reason) == "原因：客户投诉或不满"
    assert why(TOO_MANY_WAIT) == "原因：咨询的客户较多，机器人答不过来"
    assert why("whatever an older version wrote") == "原因：机器人没能解决"


async def test_many_who_wait_are_one_message(counter: Counter) -> None:
    for number in range(7):
        who = a_conversation(f"customer {number}")
        await counter.shop.stores.inbox.accept(a_message("转人工", conversation=who))
        await counter.shop.answerer().answer(who)

    await counter.attendance.tell()

    (text,) = counter.group.told
    assert text.count("有客户在等") == 5
    assert "'shop:door:customer" in text, "quoted for a shell"
    assert wording.MORE_WAIT.format(count=2) in text


async def test_a_group_that_is_away_is_told_later(counter: Counter) -> None:
    counter.group.faults = [Unavailable("away")]
    await counter.write("转人工")
    await counter.attendance.tell()
    assert counter.group.told == []
    await counter.shop.stores.client.zadd(Keys(A_CONVERSATION).bells, {str(A_CONVERSATION): 1})

    await counter.attendance.tell()

    assert len(counter.group.told) == 1


async def test_a_group_that_says_no_is_left_to_read_the_list(counter: Counter) -> None:
    counter.group.faults = [Refused("no such robot")]
    await counter.write("转人工")

    await counter.attendance.tell()

    assert await counter.shop.stores.client.zcard(Keys(A_CONVERSATION).bells) == 0
    assert len(await counter.clerk.all()) == 1


async def test_a_group_that_is_away_for_long_is_given_up(counter: Counter) -> None:
    counter.group.faults = [Unavailable("away")] * 9
    await counter.write("转人工")
    for _ in range(5):
        await counter.shop.stores.client.zadd(Keys(A_CONVERSATION).bells, {str(A_CONVERSATION): 1}, xx=True)
        await counter.attendance.tell()

    assert len(counter.group.faults) == 4
    assert await counter.shop.stores.client.zcard(Keys(A_CONVERSATION).bells) == 0


async def test_attendance_goes_on_whatever_happens(counter: Counter) -> None:
    counter.group.faults = [ZeroDivisionError()] * 100
    await counter.write("转人工")
    await counter.time_passes()
    running = asyncio.create_task(counter.attendance.run())

    async with asyncio.timeout(5):
        while await counter.clerk.all():
            await asyncio.sleep(0.01)

    assert not running.done()
    running.cancel()


async def test_a_group_that_takes_long_to_tell_keeps_nobody_from_the_bot(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling = asyncio.Event()

    async def never(_: str) -> None:
        telling.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(counter.group, "tell", never)
    await counter.write("转人工")
    running = asyncio.create_task(counter.attendance.run())

    async with asyncio.timeout(5):
        await telling.wait()
        await counter.time_passes()
        while await counter.clerk.all():
            await asyncio.sleep(0.01)

    running.cancel()


async def test_nobody_can_speak_in_a_conversation_of_the_bots(counter: Counter) -> None:
    await counter.write("怎么退货")

    with pytest.raises(NotFound, match="kefu people list"):
        await counter.say("您好")
    with pytest.raises(NotFound):
        await counter.clerk.close(A_CONVERSATION, who="小李")


async def test_a_time_that_ended_this_moment_is_nobodys(counter: Counter) -> None:
    await counter.write("转人工")
    await counter.time_passes()

    with pytest.raises(NotFound):
        await counter.say("您好")
    with pytest.raises(NotFound):
        await counter.clerk.close(A_CONVERSATION, who="小李")


@pytest.mark.parametrize("text", ["", "  \n", "长" * 4001])
async def test_there_must_be_something_to_say_and_not_too_much(counter: Counter, text: str) -> None:
    await counter.write("转人工")

    with pytest.raises(BadRequest):
        await counter.say(text)


async def test_a_person_learns_how_their_words_fared(counter: Counter) -> None:
    await counter.write("转人工", address=Address({}, expires_at=counter.shop.clock.now - 1))
    saying = asyncio.create_task(counter.clerk.say(A_CONVERSATION, "您好", who="小李"))
    while not counter.shop.nudges.of(Work.DELIVER)[1:]:
        await asyncio.sleep(0.01)
    await counter.deliver()

    end = await saying

    assert end
    assert (end.state, end.reason) == (DeliveryState.EXPIRED, "its address ran out")
    seen = await counter.clerk.look(A_CONVERSATION)
    assert [one.state for one in seen.failed] == [DeliveryState.EXPIRED] * 2
    assert seen.history[-1].by is Speaker.PERSON


async def test_a_tenant_whose_people_are_gone_can_still_end_what_was_begun(counter: Counter) -> None:
    await counter.write("转人工")
    stores = counter.shop.stores
    clerk = Clerk(some_settings(), stores.people, stores.journal, counter.shop.nudges, counter.shop.clock)
    attendance = Attendance({}, stores.people, {}, counter.shop.taking_back, counter.shop.clock)

    await attendance.tell()
    assert await clerk.say(A_CONVERSATION, "再见", who="小李", patience=0) is None
    await clerk.close(A_CONVERSATION, who="小李")

    assert await clerk.all() == []


class DeskChannel(RecordingChannel):
    """`bot.channel.HandsOver`: a platform with people of its own."""

    def __init__(self, *answers: KefuError | None, part_chars: int = 1000) -> None:
        super().__init__(part_chars=part_chars)
        self.answers = list(answers)
        self.handed: list[Address] = []

    async def hand_over(self, address: Address) -> None:
        answer = self.answers.pop(0) if self.answers else None
        if answer:
            raise answer
        self.handed.append(address)


async def asked_at_the_desk(shop: Shop, *texts: str, most: int | None = None) -> None:
    shop.tenant = a_tenant(people=PEOPLE)
    shop.platform_people = ["door"]
    for number, text in enumerate(texts):
        address = Address({"to": "customer-1"}, most=most)
        await shop.stores.inbox.accept(a_message(text, id=f"d{number}", address=address))
        await shop.answerer().answer(A_CONVERSATION)


async def test_where_the_platform_has_the_people_it_is_asked_once_the_line_was_sent(shop: Shop) -> None:
    await asked_at_the_desk(shop, "转人工", "在吗")
    desk = DeskChannel()

    await shop.deliverer(desk).deliver(A_CONVERSATION)

    assert desk.sent[0] == wording.HANDED_OFF
    assert desk.handed == [a_message().address]
    assert await shop.stores.people.all() == [], "the platform knows who has it"


async def test_a_platform_that_is_away_is_asked_again_and_the_line_is_not_repeated(shop: Shop) -> None:
    await asked_at_the_desk(shop, "转人工")
    desk = DeskChannel(Unavailable("away"))

    await shop.deliverer(desk).deliver(A_CONVERSATION)
    await asyncio.sleep(1.6)
    await shop.deliverer(desk).deliver(A_CONVERSATION)

    assert desk.sent == [wording.HANDED_OFF]
    assert len(desk.handed) == 1


async def test_a_platform_that_says_no_makes_us_honest(shop: Shop) -> None:
    await asked_at_the_desk(shop, "转人工")
    desk = DeskChannel(Refused("nobody serves"), part_chars=20)

    await shop.deliverer(desk).deliver(A_CONVERSATION)

    assert "".join(desk.sent) == wording.HANDED_OFF + wording.NOT_HANDED_OVER
    assert desk.keys == sorted(set(desk.keys))
    assert await shop.stores.journal.ends(A_CONVERSATION) == [], "all that was said arrived"


async def test_a_promise_put_together_with_an_answer_is_kept(shop: Shop) -> None:
    await asked_at_the_desk(shop, "转人工", "怎么退货", most=5)
    desk = DeskChannel()

    await shop.deliverer(desk).deliver(A_CONVERSATION)

    assert desk.sent == [f"{wording.HANDED_OFF}\n\n七天内可以退货。"]
    assert len(desk.handed) == 1


async def test_the_last_message_of_a_window_is_there_for_a_person(shop: Shop) -> None:
    few = Address({"to": "customer-1"}, most=1)
    await asked_at_the_desk(shop, "转人工", most=1)
    await shop.stores.inbox.accept(a_message("还有", id="d9", address=few))
    desk = DeskChannel()

    await shop.deliverer(desk).deliver(A_CONVERSATION)

    assert desk.sent == [wording.HANDED_OFF]
