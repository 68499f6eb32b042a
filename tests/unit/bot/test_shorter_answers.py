"""A model that gets slow is asked for less; one that is fast again is not."""

from __future__ import annotations

from bot.model import chat
from bot.model.openai_chat import OpenAIModel
from bot.model.server import Server
from bot.model.servers import ModelServers
from bot.ports import Heard, Prompt
from bot.settings import ModelSettings
from tests.conftest import SettableClock
from tests.simulators.model import ModelSimulator

ASKED = Prompt("您是客服。", (), "怎么退货", knowledge="资料")


class Slow:
    """`bot.ports.Model` that takes so long by this clock."""

    def __init__(self, clock: SettableClock) -> None:
        self.clock = clock
        self.takes = 1.0
        self.short: list[bool] = []

    async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
        self.short.append(prompt.short)
        self.clock.now += self.takes
        return "好的。"

    async def ping(self) -> None:
        pass

    async def close(self) -> None:
        pass


async def test_answers_are_shorter_while_they_take_long(clock: SettableClock) -> None:
    model = Slow(clock)
    servers = ModelServers([Server("model", model, most=8, slow_s=15, clock=clock)], clock=clock)

    async def asked(times: int, takes: float, timeout: float = 60) -> list[bool]:
        model.takes, model.short = takes, []
        for _ in range(times):
            await servers.complete(ASKED, timeout=timeout)
        return model.short

    assert not any(await asked(5, takes=4))
    assert (await asked(30, takes=25))[-1], "they take nearly as long as they may"
    assert servers.slow
    assert all(await asked(5, takes=10)), "somewhat faster is what shorter ones should be"
    assert not (await asked(30, takes=4))[-1]


async def test_a_turn_with_little_time_left_gets_a_short_one_too(clock: SettableClock) -> None:
    model = Slow(clock)
    server = Server("model", model, most=8, slow_s=15, clock=clock)
    model.takes = 6
    await server.complete(ASKED, timeout=60, heard=None)

    await server.complete(ASKED, timeout=9, heard=None)

    assert model.short == [False, True]


async def test_a_short_answer_is_asked_for_and_cut_off() -> None:
    async with ModelSimulator() as server:
        model = OpenAIModel(ModelSettings(base_url=server.base_url, model="qwen", short_tokens=100))
        await model.complete(ASKED, timeout=5)
        await model.complete(Prompt("您是客服。", (), "怎么退货", short=True), timeout=5)
        await model.close()

    long, short = server.asked
    assert (long["max_tokens"], short["max_tokens"]) == (512, 100)
    assert "一两句话" in short["messages"][-1]["content"]
    assert "一两句话" not in str(chat.messages(ASKED, tools_in_text=False))
