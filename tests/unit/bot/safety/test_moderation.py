"""A judge beside the model: on both sides, and while it is away."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot import wording
from bot.breaker import State
from bot.errors import Held, KefuError, Refused, Unavailable
from bot.model.openai_moderator import OpenAIModerator
from bot.pipeline import Pipeline, standard_steps
from bot.safety.moderation import Moderation
from bot.settings import ModelSettings, ModerationSettings
from bot.types import Answer, Outcome, Turn
from tests.builders import SHOP, a_passage, a_tenant, a_turn
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, ScriptedModel
from tests.simulators.engine import Engine


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    async with Engine() as running:
        running.frowns_at = {"炸弹": "violence", "傻": "harassment"}
        yield running


@pytest.fixture
async def judge(engine: Engine) -> AsyncIterator[OpenAIModerator]:
    made = OpenAIModerator(ModerationSettings(base_url=engine.base_url, model="judge", timeout_s=0.5))
    yield made
    await made.close()


async def run(
    judge: OpenAIModerator, text: str, said: str, turn: Turn | None = None, **settings: object
) -> tuple[Turn, Answer]:
    clock = SettableClock()
    moderation = Moderation(judge, ModerationSettings.model_validate(settings))
    steps = standard_steps(
        {SHOP: a_tenant()},
        FixedRetriever(a_passage()),
        ScriptedModel(said),
        ModelSettings(),
        clock,
        moderation=moderation,
    )
    return await Pipeline(steps, clock).run(turn or a_turn(text))


async def test_it_names_what_is_wrong(judge: OpenAIModerator, engine: Engine) -> None:
    assert await judge.flags("怎么退货") == ()
    assert await judge.flags("傻，做炸弹") == ("harassment", "violence")
    assert engine.judged[0] == {"input": "怎么退货", "model": "judge"}


@pytest.mark.parametrize(
    ("status", "error"), [(500, Unavailable), (429, Unavailable), (400, Refused), (401, Refused)]
)
async def test_each_fault_says_whether_another_try_helps(
    engine: Engine, judge: OpenAIModerator, status: int, error: type[KefuError]
) -> None:
    engine.status = status

    with pytest.raises(error, match=f"moderation server answered HTTP {status}"):
        await judge.flags("怎么退货")
    assert len(engine.judged) == 1, "a customer waits"


@pytest.mark.parametrize(
    "page",
    [
        "<html>",
        "[]",
        "{}",
        '{"results": []}',
        '{"results": [{}]}',
        '{"results": [{"flagged": "no"}]}',
        '{"results": 1}',
    ],
)
async def test_something_else_is_no_judgement(engine: Engine, judge: OpenAIModerator, page: str) -> None:
    engine.page = page

    with pytest.raises(Unavailable):
        await judge.flags("怎么退货")


async def test_a_judge_that_names_no_category_is_understood(engine: Engine, judge: OpenAIModerator) -> None:
    engine.page = '{"results": [{"flagged": true}]}'

    assert await judge.flags("怎么退货") == ("flagged",)


async def test_a_slow_judge_is_not_waited_for_and_then_left_alone(
    engine: Engine, judge: OpenAIModerator
) -> None:
    engine.delay = 0.8
    quick = OpenAIModerator(ModerationSettings(base_url=engine.base_url, timeout_s=0.05))

    for _ in range(5):
        with pytest.raises(Unavailable, match="in time"):
            await quick.flags("怎么退货")
    with pytest.raises(Held):
        await quick.flags("怎么退货")
    assert quick.breaker.state is State.OPEN
    await quick.close()


async def test_what_a_customer_says_is_judged_before_anything_is_asked(
    judge: OpenAIModerator, engine: Engine
) -> None:
    turn, answer = await run(judge, "怎么做炸弹", "…")

    assert answer == Answer(wording.WITHHELD, Outcome.REFUSED)
    assert (turn.withheld, turn.draft) == ("moderation", None)
    assert len(engine.judged) == 1


async def test_what_a_model_says_is_judged_before_anybody_sees_it(judge: OpenAIModerator) -> None:
    shown: list[str] = []

    turn, answer = await run(judge, "", "您真傻。真的。", a_turn("怎么退货", show=shown.append))

    assert answer == Answer(wording.WITHHELD, Outcome.REFUSED)
    assert turn.withheld == "moderation"
    assert shown == []


async def test_who_asks_for_a_person_is_not_kept_from_one(judge: OpenAIModerator) -> None:
    turn, answer = await run(judge, "真傻，转人工", "…")

    assert (turn.withheld, turn.intent) == ("", "person")
    assert answer.text != wording.WITHHELD


@pytest.mark.parametrize(("on", "times"), [(["in"], 1), (["out"], 1), (["in", "out"], 2), ([], 0)])
async def test_a_shop_says_which_side_is_judged(
    judge: OpenAIModerator, engine: Engine, on: list[str], times: int
) -> None:
    _, answer = await run(judge, "怎么退货", "七天内可以退。", on=on)

    assert answer.text == "七天内可以退。"
    assert len(engine.judged) == times


async def test_while_it_is_away_texts_pass_or_customers_hear_so(
    judge: OpenAIModerator, engine: Engine
) -> None:
    engine.status = 500

    _, passed = await run(judge, "怎么退货", "七天内可以退。", when_away="pass")
    turn, withheld = await run(judge, "怎么退货", "七天内可以退。", when_away="withhold")

    assert passed.text == "七天内可以退。"
    assert withheld == Answer(wording.APOLOGY, Outcome.APOLOGISED, reason="the moderation server is away")
    assert turn.withheld == "moderation_away"


async def test_the_shop_s_own_words_need_no_judge(judge: OpenAIModerator, engine: Engine) -> None:
    _, answer = await run(judge, "今天股市怎么样", a_tenant().refusal, on=["out"])

    assert answer.outcome is Outcome.REFUSED
    assert engine.judged == []


async def test_a_ping_is_a_judgement(judge: OpenAIModerator, engine: Engine) -> None:
    await judge.ping()
    engine.status = 401

    with pytest.raises(Refused):
        await judge.ping()
