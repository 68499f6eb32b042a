"""A shop with tools, and a customer who talks with it: each turn goes through the whole pipeline."""

from __future__ import annotations

import tomllib
from typing import Any

from bot.pipeline import Pipeline, standard_steps
from bot.ports import Answers, Intents, Model, Rates
from bot.safety.secrets import secrets_of
from bot.settings import Settings
from bot.tools.registry import Tools
from bot.types import Answer, Conversation, Said, Speaker, Turn
from bot.wiring import tenants_of
from tests.builders import SHOP, a_message
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, FreeRates

DOORS: list[dict[str, Any]] = [
    {"name": "web", "kind": "webchat", "tenant": SHOP},
    {
        "name": "app",
        "kind": "wecom",
        "tenant": SHOP,
        "corp_id": "ww1",
        "agent_id": 1,
        "secret": "s",
        "token": "t",
        "encoding_aes_key": "a" * 43,
    },
]
KNOWN = "user:alice"
STRANGER = "kX3-visitor"


def settings_with(tools: str, **changes: Any) -> Settings:
    """Of a tenant with these tools."""
    tenant = {"name": SHOP, **tomllib.loads(f"[tenants]\n{tools}")["tenants"], **changes}
    return Settings.model_validate({"tenants": [tenant], "channels": DOORS})


class Counter:
    """One customer's conversation."""

    def __init__(
        self,
        settings: Settings,
        *,
        model: Model | None = None,
        retriever: FixedRetriever | None = None,
        rates: Rates | None = None,
        answers: Answers | None = None,
        intents: Intents | None = None,
        customer: str = STRANGER,
        channel: str = "web",
        sender: str = "",
    ) -> None:
        self.clock = SettableClock()
        self.tools = Tools.open(settings, rates or FreeRates())
        tenants = tenants_of(settings)
        steps = standard_steps(
            tenants,
            retriever or FixedRetriever(),
            model,
            settings.model,
            self.clock,
            answers=answers,
            tools=self.tools,
            intents=intents,
            secrets=secrets_of(settings),
        )
        self.pipeline = Pipeline(steps, self.clock)
        self.conversation = Conversation(SHOP, channel, customer)
        self.sender = sender or customer
        self.history: list[Said] = []
        self.turn: Turn | None = None

    async def say(self, text: str, *, id: str = "", **changes: Any) -> Answer:  # noqa: A002
        """The answer, which both remember."""
        message = a_message(
            text,
            id=id or f"m{len(self.history)}",
            conversation=self.conversation,
            sender=self.sender,
            sent_at=self.clock.now,
        )
        turn = Turn(self.conversation, (message,), self.clock() + 60, history=tuple(self.history), **changes)
        self.turn, answer = await self.pipeline.run(turn)
        self.history += [
            Said(Speaker.CUSTOMER, text, self.clock.now),
            Said(Speaker.BOT, answer.text, self.clock.now),
        ]
        return answer
