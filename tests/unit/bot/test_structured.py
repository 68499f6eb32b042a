"""A model that says, in JSON, how sure it is and who should answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import wording
from bot.errors import Refused, Unusable
from bot.model.openai_chat import OpenAIModel
from bot.model.structured import SCHEMA, Structured, read, structured
from bot.pipeline import Pipeline, standard_steps
from bot.pipeline.generate import ASKS_FOR_A_PERSON, UNSURE
from bot.ports import Prompt
from bot.settings import ModelSettings
from bot.types import Answer, Outcome
from tests.builders import SHOP, a_passage, a_tenant, a_turn
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, ScriptedModel
from tests.simulators.model import ModelSimulator

TRUE = "七天内可以退货哦。"
PROMPT = structured(Prompt("你是客服。", (), "怎么退货"))


def said(answer: str = TRUE, **changes: Any) -> str:
    whole = {"answer": answer, "confidence": 0.9, "sources": [1], "needs_human": False, **changes}
    return json.dumps(whole, ensure_ascii=False)


async def answer(model: ScriptedModel, *, people: dict[str, Any] | None = None, **changes: Any) -> Answer:
    clock = SettableClock()
    settings = ModelSettings(structured="auto")
    steps = standard_steps(
        {SHOP: a_tenant(people=people)}, FixedRetriever(a_passage()), model, settings, clock
    )
    return (await Pipeline(steps, clock).run(a_turn("怎么退啊", **changes)))[1]


@pytest.fixture
async def server() -> AsyncIterator[ModelSimulator]:
    async with ModelSimulator() as simulator:
        yield simulator


async def test_its_answer_alone_is_said() -> None:
    model = ScriptedModel(said())

    assert await answer(model) == Answer(TRUE, Outcome.ANSWERED, ("faq.txt:1",))
    assert model.prompts[0].form == SCHEMA


async def test_plain_words_are_an_answer_too() -> None:
    assert (await answer(ScriptedModel(TRUE))).text == TRUE


@pytest.mark.parametrize(
    "broken",
    [
        '{"answer": "七天',
        "{}",
        said(""),
        said(confidence=2),
        said(more=1),
        said(needs_human="no"),
        '{"answer": 1}',
    ],
)
async def test_what_is_not_of_the_form_is_nobody_s_answer(broken: str) -> None:
    with pytest.raises(Unusable):
        read(broken)

    assert (await answer(ScriptedModel(broken))).outcome is Outcome.FAQ


@pytest.mark.parametrize(("people", "outcome"), [({}, Outcome.HANDED_OFF), (None, Outcome.ANSWERED)])
async def test_a_person_gets_what_needs_one_where_one_is_there(
    people: dict[str, Any] | None, outcome: Outcome
) -> None:
    result = await answer(ScriptedModel(said(needs_human=True)), people=people)

    assert result.outcome is outcome
    if people is not None:
        assert (result.text, result.reason) == (wording.HANDED_OFF_AS_UNSURE, ASKS_FOR_A_PERSON)


async def test_that_it_is_unsure_is_noted_for_the_operator() -> None:
    assert (await answer(ScriptedModel(said(confidence=0.2)))).reason == UNSURE


async def test_what_it_claims_is_checked_as_ever() -> None:
    assert (await answer(ScriptedModel(said("三十天内可以退货。"), TRUE))).text == TRUE


async def test_where_words_are_shown_as_they_come_they_are_plain() -> None:
    model = ScriptedModel(TRUE)

    await answer(model, show=lambda _: None)

    assert model.prompts[0].form is None


def test_a_fence_around_it_does_no_harm() -> None:
    assert read(f"```json\n{said()}\n```") == Structured(TRUE, 0.9, [1], False)


async def test_a_server_is_told_of_the_form(server: ModelSimulator) -> None:
    server.content = said()
    model = OpenAIModel(ModelSettings(base_url=server.base_url, model="qwen"))

    assert read(await model.complete(PROMPT, timeout=5)).answer == TRUE
    await model.close()

    (asked,) = server.asked
    assert asked["response_format"]["type"] == "json_schema"
    assert asked["response_format"]["json_schema"]["schema"] == SCHEMA


async def test_a_server_that_knows_no_forms_is_asked_without_from_then_on(server: ModelSimulator) -> None:
    server.knows_forms = False
    model = OpenAIModel(ModelSettings(base_url=server.base_url, model="qwen"))

    for _ in range(2):
        assert read(await model.complete(PROMPT, timeout=5)).answer == "七天内可以退货。"
    await model.close()

    assert ["response_format" in asked for asked in server.asked] == [True, False, False]


async def test_what_else_a_server_will_not_do_is_refused(server: ModelSimulator) -> None:
    server.status = 400
    model = OpenAIModel(ModelSettings(base_url=server.base_url, model="qwen"))

    with pytest.raises(Refused):
        await model.complete(PROMPT, timeout=5)
    await model.close()

    assert len(server.asked) == 1
