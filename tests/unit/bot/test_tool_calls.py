"""Tools on their way to a model server, and its calls on their way back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.errors import Refused, Unavailable
from bot.model.openai_chat import OpenAIModel
from bot.ports import Prompt, ToolResult, ToolSpec
from bot.settings import ModelSettings
from bot.tools.spoken import Call, before_a_call, parse
from tests.simulators.model import ModelSimulator

STOCK = ToolSpec("stock", "查库存", {"type": "object", "properties": {"item": {"type": "string"}}})
FOUND = ToolResult("stock", {"item": "衬衫"}, '{"left": 3}')
PROMPT = Prompt("你是客服", (), "衬衫还有吗", tools=(STOCK,))


@pytest.fixture
async def server() -> AsyncIterator[ModelSimulator]:
    async with ModelSimulator() as simulator:
        yield simulator


def client(server: ModelSimulator, tool_calls: str = "server") -> OpenAIModel:
    return OpenAIModel(
        ModelSettings.model_validate({"base_url": server.base_url, "model": "qwen", "tool_calls": tool_calls})
    )


@pytest.mark.parametrize("content", ["我查一下。", None])
async def test_a_call_that_the_server_read_is_the_same_whole_and_in_pieces(
    server: ModelSimulator, content: str | None
) -> None:
    server.content, server.calls = content, [("stock", '{"item": "衬衫"}'), ("stock", '{"item": "开衫"}')]
    model, heard = client(server), list[str]()

    whole = parse(await model.complete(PROMPT, timeout=5))
    streamed = parse(await model.complete(PROMPT, timeout=5, heard=heard.append))
    await model.close()

    assert whole == streamed
    assert whole.words == (content or "")
    assert [dict(call.arguments) for call in whole.calls] == [{"item": "衬衫"}, {"item": "开衫"}]
    assert not any("tool_call" in text for text in heard)


async def test_tools_are_told_and_their_results_follow_the_question(server: ModelSimulator) -> None:
    model = client(server)

    await model.complete(
        Prompt(PROMPT.system, (), PROMPT.question, tools=(STOCK,), results=(FOUND,)), timeout=5
    )
    await model.complete(
        Prompt(PROMPT.system, (), PROMPT.question, tools=(STOCK,), calls_over=True), timeout=5
    )
    await model.complete(Prompt(PROMPT.system, (), PROMPT.question), timeout=5)
    await model.close()

    told, over, plain = server.asked
    assert told["tools"][0]["function"]["name"] == "stock"
    assert (told["tool_choice"], over["tool_choice"]) == ("auto", "none")
    assert "tools" not in plain
    _, question, call, result = told["messages"]
    assert question["content"] == "衬衫还有吗"
    assert call["tool_calls"][0]["id"] == result["tool_call_id"]
    assert (result["role"], result["content"]) == ("tool", '{"left": 3}')


async def test_a_server_that_reads_no_calls_gets_tools_and_results_as_words(server: ModelSimulator) -> None:
    model = client(server, "text")

    await model.complete(
        Prompt(PROMPT.system, (), PROMPT.question, tools=(STOCK,), results=(FOUND,)), timeout=5
    )
    await model.close()

    (asked,) = server.asked
    assert "tools" not in asked
    system, _, call, result = asked["messages"]
    assert system["content"].startswith("你是客服")
    assert '"name": "stock"' in system["content"]
    assert parse(call["content"]).calls == (Call("stock", {"item": "衬衫"}),)
    assert result == {"role": "user", "content": '<tool_response>\n{"left": 3}\n</tool_response>'}


async def test_a_server_that_turns_out_to_read_no_calls_is_told_in_words_from_then_on(
    server: ModelSimulator,
) -> None:
    server.reads_calls = False
    model = client(server)

    for _ in range(2):
        assert await model.complete(PROMPT, timeout=5) == "七天内可以退货。"
    await model.close()

    assert ["tools" in asked for asked in server.asked] == [True, False, False]


async def test_what_else_a_server_will_not_do_is_refused(server: ModelSimulator) -> None:
    server.status = 400
    model = client(server)

    with pytest.raises(Refused):
        await model.complete(PROMPT, timeout=5)
    await model.close()

    assert len(server.asked) == 1


async def test_a_stream_that_breaks_off_in_a_call_is_no_call(server: ModelSimulator) -> None:
    server.content, server.calls = "", [("stock", '{"item": "衬衫"}')]
    server.breaks, server.allowed = True, None
    model = client(server)
    server.events = [
        b'data: {"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"name": "stock"}}]}}]}\n\n'
    ]

    with pytest.raises(Unavailable):
        await model.complete(PROMPT, timeout=5, heard=lambda _: None)
    await model.close()


@pytest.mark.parametrize(
    "text",
    [
        "七天内可以退货。",
        '例如 {"name": "x"} 这样',
        '```json\n{"name": "stock"}\n```',
        "```\nprint(1)\n```",
        '{"price": 1}',
    ],
)
def test_what_only_looks_like_a_call_is_words(text: str) -> None:
    assert parse(text).calls == ()
    assert parse(text).words == text


@pytest.mark.parametrize("written", ["{}", "<tool_call>\n{}\n</tool_call>", "```json\n{}\n```"])
def test_doubled_braces_as_qwen_s_template_shows_them_are_single_ones(written: str) -> None:
    call = '{{"name": "stock", "arguments": {"item": "衬衫"}}}'

    assert parse(written.replace("{}", call)).calls == (Call("stock", {"item": "衬衫"}),)


def test_a_broken_call_is_neither_called_nor_shown() -> None:
    spoken = parse('好的<tool_call>{"name": "stock", "arguments": {"item"')

    assert (spoken.words, spoken.calls) == ("好的", ())


def test_one_answer_holds_so_many_calls_and_no_more() -> None:
    assert len(parse('<tool_call>{"name": "a", "arguments": {}}</tool_call>' * 50).calls) == 8


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我查一下。<too", "我查一下。"),
        ("我查一下。<tool_call>{", "我查一下。"),
        ('{"name"', ""),
        ("``", ""),
        ("价格 < 100 元", "价格 < 100 元"),
    ],
)
def test_of_a_growing_answer_only_words_are_shown(text: str, shown: str) -> None:
    assert before_a_call(text) == shown
