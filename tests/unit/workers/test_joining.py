"""What a customer adds while their answer is being made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from bot.errors import KefuError, Unavailable
from bot.pipeline import Pipeline
from bot.ports import Heard, Prompt
from bot.store.inbox import RedisInbox
from bot.store.keys import Keys
from bot.store.pace import Pace
from bot.types import (
    Address,
    Answer,
    Conversation,
    Delivery,
    Message,
    Newer,
    Outcome,
    Passage,
    Turn,
    Work,
)
from tests.builders import A_CONVERSATION, AT_ONCE, SHOP, a_message, a_passage, a_tenant, a_turn
from tests.fakes import DraftingChannel, FixedRetriever, ScriptedModel
from tests.taking import taken_off
from tests.unit.workers.conftest import Shop
from workers.joining import Joining

JOIN = {**AT_ONCE, "while_answering": "join"}


@pytest.fixture(autouse=True)
def _join(shop: Shop) -> None:
    shop.tenant = a_tenant(limits=JOIN)


class Interrupted(ScriptedModel):
    """Before it ends each of its first answers, something happens; then it goes on when it is told to."""

    def __init__(
        self, *happens: Callable[[], Awaitable[object]], shows: str = "", line: str | KefuError = "七天。"
    ) -> None:
        super().__init__(line)
        self.happens = list(happens)
        self.shows = shows
        self.go_on = asyncio.Event()
        self.cancelled = 0

    async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
        if self.shows and heard:
            heard(self.shows)
        if self.happens:
            await self.happens.pop(0)()
            try:
                self.prompts.append(prompt)
                await self.go_on.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        return await super().complete(prompt, timeout=timeout, heard=heard)

    @property
    def questions(self) -> Sequence[str]:
        return [prompt.question for prompt in self.prompts]


def adds(shop: Shop, *messages: Message) -> Callable[[], Awaitable[object]]:
    async def add() -> None:
        for message in messages:
            await shop.stores.inbox.accept(message)

    return add


KEYS = Keys(A_CONVERSATION)
SECOND = a_message("昨天买的裙子", id="m2")
THIRD = a_message("吊牌拆了", id="m3")
AN_ANSWER = Answer("七天。", Outcome.ANSWERED)


async def answered(shop: Shop) -> list[tuple[str, ...]]:
    """What each reply answers; takes them off."""
    return [delivery.reply.answers for delivery in await replies(shop)]


async def replies(shop: Shop) -> list[Delivery]:
    return await taken_off(shop.stores)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):  # nobody waits for it but on a busy machine
        while not condition():
            await asyncio.sleep(0.005)


class NewsOf(RedisInbox):
    """An inbox whose looks are counted, and answered with what they are given."""

    def __init__(self, news: Newer | Unavailable | None) -> None:
        self.news = news
        self.looks: list[Conversation] = []

    async def newer(self, conversation: Conversation, *, known: int, limit: int) -> Newer | None:
        self.looks.append(conversation)
        if isinstance(self.news, Unavailable):
            raise self.news
        return self.news


async def test_what_is_added_joins_the_answer_which_is_begun_anew(shop: Shop) -> None:
    model = Interrupted(adds(shop, SECOND))
    await shop.stores.inbox.accept(a_message())

    async with asyncio.timeout(30):
        await shop.answerer(model=model).answer(A_CONVERSATION)

    assert model.cancelled == 1, "the engine is spared the rest of it"
    assert model.questions == ["怎么退货", "怎么退货\n昨天买的裙子"]
    assert await answered(shop) == [("m1", "m2")]
    assert (await shop.stores.schedule.waiting())[Work.ANSWER] == 0


async def test_an_answer_is_begun_anew_only_once(shop: Shop) -> None:
    model = Interrupted(adds(shop, SECOND), adds(shop, THIRD))
    await shop.stores.inbox.accept(a_message())
    answerer = shop.answerer(model=model)

    running = asyncio.create_task(answerer.answer(A_CONVERSATION))
    await until(lambda: len(model.prompts) == 2)
    model.go_on.set()
    await running
    await answerer.answer(A_CONVERSATION)

    assert model.cancelled == 1
    assert await answered(shop) == [("m1", "m2"), ("m3",)]


async def test_what_is_begun_anew_knows_what_was_known_before(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the lines that no prompt gets, and that the model is to be spared."""
    shop.tenant = a_tenant(limits={**JOIN, "history_lines": 0})
    turns: list[Turn] = []

    async def run(_: Pipeline, turn: Turn) -> tuple[Turn, Answer]:
        turns.append(turn)
        if turn.question == "怎么退货":
            await shop.stores.inbox.accept(SECOND)
        return turn, Answer("好的。", Outcome.FAQ)

    monkeypatch.setattr(Pipeline, "run", run)
    answerer = shop.answerer()
    await shop.stores.inbox.accept(a_message("在吗", id="m0"))
    await answerer.answer(A_CONVERSATION)
    await shop.stores.waits.spare(SHOP, KEYS.partition, turns=1)
    await shop.stores.inbox.accept(a_message("怎么退货"))
    await answerer.answer(A_CONVERSATION)

    assert [len(turn.messages) for turn in turns] == [1, 1, 2]
    assert [(len(turn.history), turn.crowded) for turn in turns[1:]] == [(2, True), (2, True)]


async def test_where_customers_wait_the_answer_is_finished_first(shop: Shop) -> None:
    shop.tenant = a_tenant()
    model = Interrupted(adds(shop, SECOND))
    await shop.stores.inbox.accept(a_message())
    answerer = shop.answerer(model=model)

    running = asyncio.create_task(answerer.answer(A_CONVERSATION))
    await until(lambda: len(model.prompts) == 1)
    model.go_on.set()
    await running
    await answerer.answer(A_CONVERSATION)

    assert model.cancelled == 0
    assert await answered(shop) == [("m1",), ("m2",)]


async def test_what_is_added_when_the_answer_is_just_ready_joins_too(shop: Shop) -> None:
    class Adding(FixedRetriever):
        async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
            await shop.stores.inbox.accept(SECOND)  # once: it is a repeat later on
            return await super().search(tenant, text, channel=channel, limit=limit)

    await shop.stores.inbox.accept(a_message())

    await shop.answerer(Adding(a_passage())).answer(A_CONVERSATION)

    assert await answered(shop) == [("m1", "m2")]


async def test_an_answer_that_was_seen_in_part_is_finished(shop: Shop) -> None:
    channel = DraftingChannel()
    model = Interrupted(adds(shop, SECOND), shows="签收后。")
    await shop.stores.inbox.accept(a_message())
    answerer = shop.answerer(model=model, channel=channel)

    running = asyncio.create_task(answerer.answer(A_CONVERSATION))
    await until(lambda: len(model.prompts) == 1)
    model.go_on.set()
    await running

    assert model.cancelled == 0
    assert channel.drafts[0].text == "签收后。"
    assert await answered(shop) == [("m1",)]


async def test_a_door_that_shows_answers_has_it_begun_anew_while_nothing_was_shown(shop: Shop) -> None:
    channel, model = DraftingChannel(), Interrupted(adds(shop, SECOND))
    await shop.stores.inbox.accept(a_message())

    async with asyncio.timeout(30):
        await shop.answerer(model=model, channel=channel).answer(A_CONVERSATION)

    assert model.cancelled == 1
    assert await answered(shop) == [("m1", "m2")]


@pytest.mark.parametrize(
    ("first", "added"),
    [
        (a_message(sender="甲"), a_message(id="m2", sender="乙")),
        (a_message("长" * 900), a_message("长" * 200, id="m2")),
        (a_message(), a_message(id="m2", address=Address({}, own=True))),
    ],
    ids=["another person's", "too long with it", "one that needs a reply of its own"],
)
async def test_what_is_no_part_of_the_turn_disturbs_no_answer(
    shop: Shop, first: Message, added: Message
) -> None:
    model = Interrupted(adds(shop, added))
    await shop.stores.inbox.accept(first)
    answerer = shop.answerer(model=model)

    running = asyncio.create_task(answerer.answer(A_CONVERSATION))
    await until(lambda: len(model.prompts) == 1)
    model.go_on.set()
    await running

    assert model.cancelled == 0
    assert await answered(shop) == [("m1",)]


async def test_nobody_pushes_in_before_those_who_wait_behind(shop: Shop) -> None:
    """甲 is answered, 乙 waits, and 甲 adds something: 乙 is next."""
    model = Interrupted(adds(shop, a_message(id="m3", sender="甲")))
    for number, sender in enumerate("甲乙", start=1):
        await shop.stores.inbox.accept(a_message(id=f"m{number}", sender=sender))
    model.go_on.set()
    answerer = shop.answerer(model=model)

    for _ in range(3):
        await answerer.answer(A_CONVERSATION)

    assert await answered(shop) == [("m1",), ("m2",), ("m3",)]


async def test_who_adds_in_pieces_is_heard_out(shop: Shop) -> None:
    paces = {SHOP: Pace(quiet_ms=1000, most_ms=9000)}
    inbox = RedisInbox(shop.stores.client, paces, life=15)
    model = Interrupted(lambda: inbox.accept(SECOND))
    await shop.stores.inbox.accept(a_message())

    running = asyncio.create_task(shop.answerer(model=model).answer(A_CONVERSATION))
    await until(lambda: model.cancelled == 1)
    await inbox.accept(THIRD)
    async with asyncio.timeout(30):
        await running

    assert model.questions[-1] == "怎么退货\n昨天买的裙子\n吊牌拆了"
    assert await answered(shop) == [("m1", "m2", "m3")]


async def test_a_worker_that_stops_while_it_listens_leaves_all_of_it_to_another(shop: Shop) -> None:
    inbox = RedisInbox(shop.stores.client, {SHOP: Pace(quiet_ms=5000, most_ms=9000)}, life=15)
    model = Interrupted(lambda: inbox.accept(SECOND))
    await shop.stores.inbox.accept(a_message())

    running = asyncio.create_task(shop.answerer(model=model).answer(A_CONVERSATION))
    await until(lambda: model.cancelled == 1)
    running.cancel()
    await asyncio.wait([running])
    await shop.stores.client.zadd(Keys(A_CONVERSATION).schedule(Work.ANSWER), {str(A_CONVERSATION): 1})
    await shop.answerer().answer(A_CONVERSATION)

    assert running.cancelled()
    assert await answered(shop) == [("m1", "m2")]


async def test_a_worker_that_lost_its_lease_begins_nothing_anew(
    shop_with_lease: Callable[[float], Shop],
) -> None:
    shop = shop_with_lease(30)
    shop.tenant = a_tenant(limits=JOIN)

    async def robbed() -> None:
        await shop.stores.inbox.accept(SECOND)
        await shop.stores.client.delete(Keys(A_CONVERSATION).lease(Work.ANSWER))

    model = Interrupted(robbed)
    await shop.stores.inbox.accept(a_message())

    async with asyncio.timeout(30):
        await shop.answerer(model=model).answer(A_CONVERSATION)

    assert len(model.prompts) == 1
    assert await answered(shop) == []
    assert (await shop.stores.schedule.waiting())[Work.ANSWER] == 1


async def test_to_begin_anew_counts_as_no_attempt(shop: Shop) -> None:
    class FailsLater(FixedRetriever):
        async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
            self.error = Unavailable("gone") if self.asked else None
            return await super().search(tenant, text, channel=channel, limit=limit)

    await shop.stores.inbox.accept(a_message())

    await shop.answerer(FailsLater(a_passage()), Interrupted(adds(shop, SECOND))).answer(A_CONVERSATION)

    attempts = await shop.stores.client.get(Keys(A_CONVERSATION).attempts)
    assert attempts == b"1", "the one that failed"


async def test_the_limits_count_an_answer_that_is_begun_anew_once(shop: Shop) -> None:
    shop.tenant = a_tenant(limits=JOIN | {"turns_per_minute": 2})
    model = Interrupted()
    model.go_on.set()
    answerer = shop.answerer(model=model)
    for number, message in enumerate((a_message(), SECOND), start=1):
        model.happens = [adds(shop, a_message(id=f"more {number}"))] * (number == 2)
        await shop.stores.inbox.accept(message)
        await answerer.answer(A_CONVERSATION)

    await shop.stores.inbox.accept(THIRD)
    await answerer.answer(A_CONVERSATION)

    assert [delivery.reply.outcome for delivery in await replies(shop)] == [Outcome.ANSWERED] * 3


async def test_who_is_asked_for_patience_hears_it_whatever_they_add(shop: Shop) -> None:
    async def make(turn: Turn) -> tuple[Turn, Answer]:
        return turn, Answer("请稍候", Outcome.LIMITED)

    joining = Joining(NewsOf(Newer((SECOND,), 0.0)))

    assert (await joining.unless_added(a_turn(), make, chars=1000))[1].text == "请稍候"


async def test_what_the_knowledge_lacks_is_noted_once_with_all_that_was_asked(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message("有实体店吗"))
    model = Interrupted(adds(shop, a_message("在上海", id="m2")), line=a_tenant().refusal)

    async with asyncio.timeout(30):
        await shop.answerer(FixedRetriever(), model=model).answer(A_CONVERSATION)

    assert [gap.question for gap in await shop.stores.gaps.since(SHOP, 0)] == ["有实体店吗\n在上海"]


async def test_a_clock_that_was_put_back_makes_nobody_listen_for_hours() -> None:
    inbox = NewsOf(Newer((), quiet_s=5000.0))

    async with asyncio.timeout(30):
        await Joining(inbox).quiet(A_CONVERSATION, 1, most_s=0.05)

    assert len(inbox.looks) == 2


@pytest.mark.parametrize("news", [None, Unavailable("away")], ids=["nothing", "the store is away"])
async def test_an_answer_is_ready_all_the_same(news: Unavailable | None) -> None:
    inbox = NewsOf(news)
    before = 0

    async def make(turn: Turn) -> tuple[Turn, Answer]:
        nonlocal before
        await until(lambda: len(inbox.looks) >= 2)
        before = len(inbox.looks)
        return turn, AN_ANSWER

    assert (await Joining(inbox).unless_added(a_turn(), make, chars=1000))[1] is AN_ANSWER
    assert len(inbox.looks) == before + 1, "and once more when it is ready"


async def test_a_time_out_of_the_work_itself_stays_one() -> None:
    async def make(turn: Turn) -> tuple[Turn, Answer]:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await Joining(NewsOf(None)).unless_added(a_turn(), make, chars=1000)


async def test_what_can_not_be_read_is_looked_at_once() -> None:
    inbox = NewsOf(Newer((), 0.0))

    async def make(turn: Turn) -> tuple[Turn, Answer]:
        await until(lambda: len(inbox.looks) == 1)
        return turn, AN_ANSWER

    assert (await Joining(inbox).unless_added(a_turn(), make, chars=1000))[1] is AN_ANSWER
    assert len(inbox.looks) == 1
