"""A real worker whose knowledge is one fixed passage: `python -m tests.bench.fixed_worker CONFIG`.

So that no embedding shares the processor with the model, and the bare load generator can send the same prompts.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot import observe
from bot.settings import Settings, TenantSettings, load
from bot.types import Passage
from tests.builders import a_passage
from tests.fakes import FixedRetriever
from workers.app import WorkerProcess

PASSAGE: Passage = a_passage("签收后7天内，在“我的订单”里点“申请退货”，审核通过后按页面地址寄回即可。")


class FixedLibrary:
    """In place of `knowledge.library.Library`."""

    def __init__(self) -> None:
        self.retriever = FixedRetriever(PASSAGE)

    async def sync_tenant(self, _: TenantSettings) -> None:
        """Nothing to bring in."""

    async def close(self) -> None:
        """Nothing to let go of."""


async def open_fixed(_: Settings) -> FixedLibrary:
    """In place of `knowledge.library.open_library`."""
    return FixedLibrary()


if __name__ == "__main__":
    observe.set_up("worker", os.environ)
    sys.exit(WorkerProcess(load(Path(sys.argv[1]), os.environ), open_fixed).run())  # type: ignore[arg-type]
