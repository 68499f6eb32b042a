"""A real gateway or worker: `python -m tests.chaos.process gateway CONFIG`.

Three things set it apart. Its knowledge is scripted, so that no embedding shares the processor. Its clock can
be made to jump (`tests.chaos.clock`). And one of its promises can be broken on purpose
(`--bug`), to show that the checker would see it.
"""

from __future__ import annotations

from tests.chaos import clock  # before everything else of ours: clocks are handed on at import

# isort: split

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import uvloop

from adapters.gateway import serve
from bot import observe
from bot.ports import Embeddings
from bot.settings import Settings, TenantSettings, load
from bot.types import Passage
from knowledge.index import Index
from knowledge.library import Library
from tests.chaos import bugs
from tests.chaos.tags import answer_to
from tests.fakes import CountedEmbedder, NothingLearned
from workers.app import WorkerProcess


class ScriptedKnowledge(Library):
    """Knows the answer to everything, word by word: FAQ mode says the same as the model would."""

    def __init__(self) -> None:
        super().__init__(CountedEmbedder("none"), cast("Index", None))  # there is nothing to look into
        self.retriever = self
        self.intents = NothingLearned()

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        return [Passage(text, answer_to(text), text, "chaos", 1.0, is_faq=True)]

    async def ping(self) -> None:
        pass

    async def sync(self, tenants: Sequence[TenantSettings]) -> None:
        pass

    async def close(self) -> None:
        pass


async def open_scripted(_: Settings, __: Embeddings) -> Library:
    return ScriptedKnowledge()


def main() -> int:
    """The process's exit code."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("role", choices=["gateway", "worker"])
    arguments.add_argument("config", type=Path)
    arguments.add_argument("--name", default="")
    arguments.add_argument("--bug", choices=sorted(bugs.BUGS), default="")
    chosen = arguments.parse_args()
    if chosen.bug:
        bugs.BUGS[chosen.bug]()
    clock.watch(chosen.config.with_name(f"{chosen.name or chosen.role}.clock"))
    settings = load(chosen.config, os.environ)
    observe.set_up(chosen.role, os.environ)
    if chosen.role == "worker":
        return WorkerProcess(settings, open_scripted).run()
    uvloop.run(serve(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
