"""The chat model behind an OpenAI-compatible server: what is asked, and what each fault means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.errors import Busy, Refused, Unavailable
from bot.model.openai_chat import OpenAIModel
from bot.ports import Prompt
from bot.settings import ModelSettings
from bot.types import Said, Speaker
from tests.simulators.model import ModelSimulator, event, said

PROMPT = Prompt("你是客服", (Said(Speaker.CUSTOMER, "在吗", 1.0), Said(Speaker.BOT, "在的", 2.0)), "怎么退货")


@pytest.fixture
async def server() -> AsyncIterator[ModelSimulator]:
    async with ModelSimulator() as simulator:
        yield simulator


@pytest.fixture
async def model(server: ModelSimulator) -> AsyncIterator[OpenAIModel]:
    made = OpenAIModel(ModelSettings(base_url=server.base_url, model="qwen", max_tokens=64, timeout_s=5))
    yield made
    await made.close()


async def test_the_prompt_goes_out_in_order_and_the_answer_comes_back_trimmed(
    server: ModelSimulator, model: OpenAIModel
) -> None:
    assert await model.complete(PROMPT, timeout=5) == "七天内可以退货。"

    (asked,) = server.asked
    assert [message["role"] for message in asked["messages"]] == ["system", "user", "assistant", "user"]
    assert asked["messages"][-1]["content"] == "怎么退货"
    assert (asked["model"], asked["max_tokens"]) == ("qwen", 64)


async def test_what_a_person_said_is_the_shops_own_word(server: ModelSimulator, model: OpenAIModel) -> None:
    lines = (Said(Speaker.CUSTOMER, "裙子破了", 1.0), Said(Speaker.PERSON, "给您换一条。", 2.0))

    await model.complete(Prompt("你是客服", lines, "换的什么时候到"), timeout=5)

    (asked,) = server.asked
    assert asked["messages"][2] == {"role": "assistant", "content": "给您换一条。"}


@pytest.mark.parametrize("status", [429, 500, 503, 408])
async def test_a_server_in_trouble_may_be_well_again(
    server: ModelSimulator, model: OpenAIModel, status: int
) -> None:
    server.status = status

    with pytest.raises(Unavailable, match=str(status)):
        await model.complete(PROMPT, timeout=5)
    assert len(server.asked) == 1, "the worker decides about another try"


@pytest.mark.parametrize("status", [400, 401, 404])
async def test_a_server_that_says_no_would_say_no_again(
    server: ModelSimulator, model: OpenAIModel, status: int
) -> None:
    server.status = status

    with pytest.raises(Refused, match=str(status)):
        await model.complete(PROMPT, timeout=5)


@pytest.mark.parametrize("content", [None, "", " \n"])
async def test_silence_is_no_answer(server: ModelSimulator, model: OpenAIModel, content: str | None) -> None:
    server.content = content

    with pytest.raises(Unavailable, match="said nothing"):
        await model.complete(PROMPT, timeout=5)


@pytest.mark.parametrize(
    "page", ["<html>502</html>", '{"choices": [{}]}', '{"choices": [{"message": null}]}', "[1]", '"x"', "{"]
)
async def test_a_server_that_answers_something_else_is_unavailable(
    server: ModelSimulator, model: OpenAIModel, page: str
) -> None:
    server.page = page

    with pytest.raises(Unavailable):
        await model.complete(PROMPT, timeout=5)


async def test_a_slow_server_is_not_waited_for_beyond_the_time_left(
    server: ModelSimulator, model: OpenAIModel
) -> None:
    server.delay = 5

    with pytest.raises(Unavailable, match="in time"):
        await model.complete(PROMPT, timeout=0.2)


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    model = OpenAIModel(ModelSettings(base_url="http://127.0.0.1:9/v1", model="qwen"))

    for call in (model.complete(PROMPT, timeout=2), model.ping()):
        with pytest.raises(Unavailable, match="can't be reached"):
            await call
    await model.close()


@pytest.mark.parametrize(("header", "seconds"), [("7", 7), ("86400", 60), ("Fri, 01 Jan 2027", None)])
async def test_a_server_that_is_full_may_say_when_to_come_again(
    server: ModelSimulator, model: OpenAIModel, header: str, seconds: float | None
) -> None:
    server.status, server.headers = 429, {"Retry-After": header}

    with pytest.raises(Busy) as busy:
        await model.complete(PROMPT, timeout=5)
    assert busy.value.retry_after == seconds


async def test_work_that_nobody_waits_for_gives_way_where_the_server_goes_by_priority(
    server: ModelSimulator, model: OpenAIModel
) -> None:
    later = replace(PROMPT, background=True)
    await model.complete(later, timeout=5)
    settings = ModelSettings(base_url=server.base_url, model="qwen", priority=True)
    knows = OpenAIModel(settings)
    await knows.complete(PROMPT, timeout=5)
    await knows.complete(later, timeout=5)
    await knows.close()

    assert [asked.get("priority") for asked in server.asked] == [None, None, 10]


async def test_what_the_shop_knows_stands_before_the_question_and_behind_what_was_said(
    server: ModelSimulator, model: OpenAIModel
) -> None:
    await model.complete(replace(PROMPT, knowledge="<资料>七天</资料>"), timeout=5)

    assert [message["content"] for message in server.asked[0]["messages"]] == [
        "你是客服",
        "在吗",
        "在的",
        "<资料>七天</资料>\n怎么退货",
    ]


@pytest.mark.parametrize("page", ["<html>502</html>", "", "[1]"])
async def test_a_list_of_models_that_is_none_is_told(page: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=page, content_type="application/json")

    app = web.Application()
    app.add_routes([web.get("/v1/models", answer)])
    async with TestServer(app) as server:
        model = OpenAIModel(ModelSettings(base_url=str(server.make_url("/v1")), model="qwen"))
        with pytest.raises((Unavailable, Refused)):
            await model.ping()
        await model.close()


async def test_ping_tells_a_server_without_our_model(server: ModelSimulator, model: OpenAIModel) -> None:
    await model.ping()
    other = OpenAIModel(ModelSettings(base_url=server.base_url, model="llama"))
    with pytest.raises(Refused, match="it serves qwen"):
        await other.ping()
    await other.close()


class Ears:
    """Keeps all that was heard."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, text: str) -> None:
        self.texts.append(text)


async def test_with_somebody_listening_the_server_is_asked_to_stream(
    server: ModelSimulator, model: OpenAIModel
) -> None:
    server.pieces = ["\n七天内", "", "可以退", "货。", "\n"]
    ears = Ears()

    assert await model.complete(PROMPT, timeout=5, heard=ears) == "七天内可以退货。"
    await model.complete(PROMPT, timeout=5)

    assert [text.strip() for text in ears.texts] == [
        "七天内",
        "七天内可以退",
        "七天内可以退货。",
        "七天内可以退货。",
    ]
    streamed, whole = server.asked
    assert streamed.pop("stream") is True
    assert streamed == whole, "everything else is the same"


async def test_the_connection_of_a_stream_is_used_again(server: ModelSimulator, model: OpenAIModel) -> None:
    for _ in range(3):
        await model.complete(PROMPT, timeout=5, heard=Ears())

    assert len(server.connections) == 1


async def test_an_event_may_come_in_any_pieces(server: ModelSimulator, model: OpenAIModel) -> None:
    stream = (
        b": hello\r\n\r\n" + said("七天\u2028内，") + said("可以退。\x85", finish="stop") + b"data:[DONE]\n\n"
    )
    server.events = [stream[start : start + 5] for start in range(0, len(stream), 5)]

    assert await model.complete(PROMPT, timeout=5, heard=Ears()) == "七天\u2028内，可以退。"


@pytest.mark.parametrize(
    "rubbish",
    [
        b"",
        b"<html>502</html>",
        b"data: {\n\n",
        b"data: \xff\n\n",
        b"data: [1]\n\n",
        b'data: {"choices": 1}\n\n',
        b'data: {"choices": [{"delta": {"content": 7}}]}\n\n',
        b"data: " + b"[" * 100_000 + b"\n\n",
        b"data: [DONE]\n\n",
        said("可以退"),
        event({"error": {"message": "EngineCore died", "code": 500}}),
        event({"choices": [{}]}),
        b"x" * 600_000,
        said("长" * 100_000) * 3,
    ],
)
async def test_a_stream_that_is_none_or_has_no_end_is_unavailable(
    server: ModelSimulator, model: OpenAIModel, rubbish: bytes
) -> None:
    server.events = [said("七天内"), rubbish]

    with pytest.raises(Unavailable):
        await model.complete(PROMPT, timeout=5, heard=Ears())


async def test_a_stream_that_breaks_off_midway_is_unavailable(
    server: ModelSimulator, model: OpenAIModel
) -> None:
    server.events, server.breaks, ears = [said("七天内"), said("可以退")], True, Ears()

    with pytest.raises(Unavailable, match="broke off"):
        await model.complete(PROMPT, timeout=5, heard=ears)
    assert ears.texts == ["七天内", "七天内可以退"]


@pytest.mark.parametrize("pieces", [[""], [" ", "\n"]])
async def test_silence_piece_by_piece_is_no_answer(
    server: ModelSimulator, model: OpenAIModel, pieces: list[str]
) -> None:
    server.pieces, ears = pieces, Ears()

    with pytest.raises(Unavailable, match="said nothing"):
        await model.complete(PROMPT, timeout=5, heard=ears)
    assert "".join(ears.texts).strip() == ""


@pytest.mark.parametrize(("status", "error"), [(503, Unavailable), (401, Refused)])
async def test_a_stream_that_is_refused_means_the_same_as_without(
    server: ModelSimulator, model: OpenAIModel, status: int, error: type[Exception]
) -> None:
    server.status = status

    with pytest.raises(error, match=str(status)):
        await model.complete(PROMPT, timeout=5, heard=Ears())


async def test_a_stream_that_goes_on_slowly_is_not_followed_beyond_the_time_left(
    server: ModelSimulator, model: OpenAIModel
) -> None:
    server.pieces, server.pause = ["长"] * 1000, 0.05

    with pytest.raises(Unavailable, match="in time"):
        await model.complete(PROMPT, timeout=0.4, heard=Ears())
    await until(lambda: server.left == 1)


async def test_a_cancelled_stream_is_closed(server: ModelSimulator, model: OpenAIModel) -> None:
    server.allowed, ears = 1, Ears()
    completion = asyncio.create_task(model.complete(PROMPT, timeout=5, heard=ears))
    await until(lambda: bool(ears.texts))

    completion.cancel()
    await asyncio.wait([completion])

    assert completion.cancelled()
    await until(lambda: server.left == 1)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)
