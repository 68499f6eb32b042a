"""A model that reads placeholders, for customers who read their own numbers."""

from __future__ import annotations

import json

from bot.model.calls import written
from bot.pipeline import Pipeline, standard_steps
from bot.ports import Prompt, ToolResult, ToolSpec
from bot.safety.discreet import Discreet, Placeholders
from bot.settings import ModelSettings
from bot.types import Said, Speaker
from tests.builders import SHOP, a_passage, a_tenant, a_turn
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, ScriptedModel

PHONE = "13800138000"
HOME = "杭州市西湖区文三路100号"


def a_prompt(question: str, *history: str, **changes: object) -> Prompt:
    said = tuple(Said(Speaker.CUSTOMER, line, 1.0) for line in history)
    return Prompt(system="规则", history=said, question=question, **changes)  # type: ignore[arg-type]


async def test_the_model_reads_placeholders_and_the_customer_their_own_number() -> None:
    model = ScriptedModel("好的，改成〔电话1〕，寄到〔地址1〕。")

    said = await Discreet(model).complete(a_prompt(f"电话改成{PHONE}", f"寄到{HOME}"), timeout=1)

    assert said == f"好的，改成{PHONE}，寄到{HOME}。"
    (asked,) = model.prompts
    assert (asked.history[0].text, asked.question) == ("寄到〔地址1〕", "电话改成〔电话1〕")


async def test_what_is_heard_while_it_speaks_is_put_back_too() -> None:
    heard: list[str] = []

    await Discreet(ScriptedModel("已改成〔电话1〕。好。")).complete(
        a_prompt(PHONE), timeout=1, heard=heard.append
    )

    assert heard[-1] == f"已改成{PHONE}。好。"
    assert not any("〔电话1〕" in text for text in heard)


def test_the_same_is_the_same_and_another_is_another() -> None:
    names = Placeholders()

    assert names.hide(f"{PHONE}，13900139000，{PHONE}") == "〔电话1〕，〔电话2〕，〔电话1〕"
    assert names.put_back("〔电话2〕 [电话1] 【电话1】") == f"13900139000 {PHONE} {PHONE}"
    assert names.put_back("〔电话3〕〔卡1〕") == "〔电话3〕〔卡1〕", "nobody gave them"


def test_a_conversation_keeps_its_placeholders_as_it_goes_on() -> None:
    before, after = Placeholders(), Placeholders()
    lines = (f"我的电话{PHONE}", "卡号4111111111111111")

    first = before.hidden_in(a_prompt("怎么退", *lines))
    second = after.hidden_in(a_prompt("退到13900139000", *lines, "怎么退"))

    assert second.history[:2] == first.history


def test_order_numbers_that_tools_need_stay() -> None:
    order = ToolSpec(
        "order", "", {"properties": {"number": {"pattern": "1[0-9]{10}"}, "about": {"type": "string"}}}
    )

    assert Placeholders([order]).hide(f"查{PHONE}，住{HOME}") == f"查{PHONE}，住〔地址1〕"
    assert Placeholders().hide("订单20240910XYZ到哪了") == "订单20240910XYZ到哪了"


async def test_tools_get_the_numbers_themselves() -> None:
    model = ScriptedModel(written("create_ticket", {"about": "改电话〔电话1〕"}))

    said = await Discreet(model).complete(a_prompt(f"改成{PHONE}"), timeout=1)

    assert json.loads(said.removeprefix("<tool_call>").removesuffix("</tool_call>"))["arguments"] == {
        "about": f"改电话{PHONE}"
    }


def test_what_tools_bring_is_hidden_and_what_the_knowledge_says_is_not() -> None:
    result = ToolResult("order", {"phone": PHONE, "n": 1}, json.dumps({"to": HOME}, ensure_ascii=False))

    hidden = Placeholders().hidden_in(a_prompt("查", knowledge="热线13700137000", results=(result,)))

    assert hidden.results == (ToolResult("order", {"phone": "〔电话1〕", "n": 1}, '{"to": "〔地址1〕"}'),)
    assert hidden.knowledge == "热线13700137000"


async def test_by_setting_the_whole_pipeline_is_discreet() -> None:
    for hide in (True, False):
        model, clock = ScriptedModel("已记下〔电话1〕。"), SettableClock()
        settings = ModelSettings(hide_personal=hide)
        steps = standard_steps({SHOP: a_tenant()}, FixedRetriever(a_passage()), model, settings, clock)

        _, answer = await Pipeline(steps, clock).run(a_turn(f"我的电话是{PHONE}"))

        assert (PHONE in str(model.prompts)) is not hide
        assert ("〔电话1〕这样的记号" in model.prompts[0].system) is hide
        assert answer.text == (f"已记下{PHONE}。" if hide else "已记下〔电话1〕。")
