"""Holds the dialogues: the sample shop, its tools, the pipeline that every turn goes through, a real model."""

from __future__ import annotations

import asyncio
import time
import tomllib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.pipeline import Pipeline
from bot.ports import Model, Retriever
from bot.settings import Settings
from bot.tools.registry import Tools
from bot.types import SIGNED, Address, Conversation, Message, Passage, Said, Speaker, Turn
from bot.wiring import build_model
from knowledge.documents import Item
from knowledge.library import Library, open_library
from knowledge.load import File, load
from tests.evals.dialogues.script import Dialogue, Line
from tests.evals.dialogues.verdict import Told, Verdict, judge
from tests.simulators.shop import ShopServer
from workers.ask import build_pipeline

SHOP: Final = Path(__file__).parents[3] / "knowledge" / "sample_shop"
TENANT: Final = "qinghe"
DOOR: Final = "web"
_PATIENCE_S: Final = 600.0
"""For one answer, as the model may run on a processor."""


@dataclass(frozen=True, slots=True)
class Held:
    """One turn, as it went."""

    dialogue: str
    number: int
    line: Line
    told: Told
    found: tuple[str, ...]
    """The titles of the passages that the model was given."""
    seconds: float

    @property
    def verdict(self) -> Verdict:
        """On its answer."""
        return judge(self.line, self.told)


class Gold:
    """A `Retriever` that finds what is right, whatever is asked: what is wrong then is the model's."""

    def __init__(self) -> None:
        self.titles: tuple[str, ...] = ()

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        """The passages that the turn's facts stand in."""
        return [_passage(item) for title in self.titles for item in told_in(title)][:limit]

    async def ping(self) -> None:
        """It is there."""


def told_in(title: str) -> list[Item]:
    """The items of the shop's with this title, or with this heading at the end of theirs."""
    return [item for item in _items() if item.title == title or item.title.endswith(f" {title}")]


def _items() -> list[Item]:
    return [item for name in ("faq.txt", "delivery.md") for item in load(File(SHOP / name, name)).items]


def _passage(item: Item) -> Passage:
    return Passage(item.title, item.text, item.title, item.source, 0.95, item.is_faq)


class Stage:
    """Where they are held. `gold`: with the right passages in place of what the search finds."""

    def __init__(
        self, settings: Settings, library: Library, model: Model, tools: Tools, *, gold: bool
    ) -> None:
        self._settings = settings
        self._library = library
        self._model = model
        self._tools = tools
        self._gold = gold

    async def hold(self, dialogue: Dialogue) -> list[Held]:
        """One of them, turn by turn. Raises Unavailable when the model is away."""
        gold = Gold()
        retriever: Retriever = gold if self._gold else self._library.retriever
        pipeline = build_pipeline(self._settings, retriever, self._model, tools=self._tools)
        customer = f"{SIGNED}{dialogue.who}" if dialogue.who else f"visitor-{dialogue.name}"
        history: list[Said] = []
        held = []
        for number, line in enumerate(dialogue.turns, start=1):
            gold.titles = line.gold
            one = await _say(
                pipeline, Conversation(TENANT, DOOR, customer), dialogue.name, number, line, history
            )
            held.append(one)
        return held


async def _say(
    pipeline: Pipeline, conversation: Conversation, name: str, number: int, line: Line, history: list[Said]
) -> Held:
    now = time.time()
    message = Message(
        f"{name}-{number}", conversation, line.says, now, Address({}), sender=conversation.customer
    )
    turn, answer = await pipeline.run(
        Turn(conversation, (message,), now + _PATIENCE_S, history=tuple(history))
    )
    said = [said.text for said in history]
    history += [
        Said(Speaker.CUSTOMER, line.says, now),
        Said(Speaker.BOT, answer.text, time.time(), turn.slots or None),
    ]
    passages = [f"{passage.title}\n{passage.text}" for passage in turn.passages]
    brought = [f"{use.data}\n{use.reply}" for use in turn.tool_calls]
    told = Told(
        answer.text, answer.outcome, "\n".join([*passages, *brought, *said, line.says]), turn.tool_calls
    )
    found = tuple(passage.title for passage in turn.passages)
    return Held(name, number, line, told, found, time.time() - now)


@asynccontextmanager
async def a_stage(
    folder: Path, url: str, model: str, *, gold: bool, in_text: bool, direct: float
) -> AsyncIterator[Stage]:
    """With the shop's server running; `in_text`: the model writes its calls of tools into its answer.

    `direct`: the shop's `direct_confidence`. Raises Misconfigured and Unavailable.
    """
    async with ShopServer() as server:
        settings = settings_for(folder, url, model, server.tools(), in_text=in_text, direct=direct)
        library = await open_library(settings)
        asked, tools = build_model(settings), Tools.open(settings)
        assert asked, "a model's address was given"
        try:
            await asked.ping()
            if not gold:
                await library.sync(settings.tenants)
            yield Stage(settings, library, asked, tools, gold=gold)
        finally:
            await tools.close()
            await asked.close()
            await library.close()


def settings_for(
    folder: Path, url: str, model: str, tools: str, *, in_text: bool, direct: float = 1.0
) -> Settings:
    """The sample shop's, with a model that says the same each time."""
    return Settings.model_validate(
        {
            "data_dir": folder,
            "model": {
                "base_url": url,
                "model": model,
                "temperature": 0,
                "max_tokens": 256,
                "timeout_s": _PATIENCE_S,
                "tool_calls": "text" if in_text else "server",
            },
            "tenants": [
                {
                    "name": TENANT,
                    "title": "青禾服饰",
                    "persona": "你是青禾服饰的在线客服小禾，亲切、耐心、说话简洁。",
                    "knowledge": [SHOP],
                    "direct_confidence": direct,
                    "limits": {"answer_s": _PATIENCE_S},
                    **tomllib.loads(f"[tenants]\n{tools}")["tenants"],
                }
            ],
            "channels": [{"name": DOOR, "kind": "webchat", "tenant": TENANT}],
        }
    )


async def all_of(stage: Stage, dialogues: Sequence[Dialogue], *, at_once: int) -> list[Held]:
    """Several at a time, in their order. Raises Unavailable."""
    places = asyncio.Semaphore(at_once)

    async def one(dialogue: Dialogue) -> list[Held]:
        async with places:
            return await stage.hold(dialogue)

    return [held for each in await asyncio.gather(*map(one, dialogues)) for held in each]


def missed(held: Held) -> Mapping[str, Any] | None:
    """A line of the list of misses; None where there is nothing to say."""
    faults = held.verdict.faults
    if not faults:
        return None
    return {
        "dialogue": held.dialogue,
        "turn": held.number,
        "says": held.line.says,
        "answer": held.told.text,
        "outcome": held.told.outcome.value,
        "tools": [f"{use.name} {dict(use.arguments)} {use.end.value}" for use in held.told.uses],
        "found": held.found,
        "gold": held.line.gold,
        **faults,
    }
