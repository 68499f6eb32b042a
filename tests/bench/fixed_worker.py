"""A real worker whose knowledge is one fixed passage: `python -m tests.bench.fixed_worker CONFIG [--scripted]`.

So that no embedding shares the processor with the model, and the bare load generator can send the same prompts.
`--scripted`: the model is fixed too, and answers at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot import observe
from bot.ports import Embeddings, Model
from bot.settings import Settings, load
from bot.types import Passage
from bot.wiring import build_model
from knowledge.library import Library, open_library
from tests.builders import a_passage
from tests.fakes import FixedRetriever, NothingLearned, ScriptedModel
from workers.app import WorkerProcess

PASSAGE: Passage = a_passage("签收后7天内，在“我的订单”里点“申请退货”，审核通过后按页面地址寄回即可。")
ANSWER = "您好，签收后7天内可以在“我的订单”里点“申请退货”。"


async def open_fixed(settings: Settings, _: Embeddings) -> Library:
    """The real library, but whatever is searched, the one passage is found."""
    library = await open_library(settings)
    library.retriever = FixedRetriever(PASSAGE)
    library.intents = NothingLearned()
    return library


def scripted(_: Settings) -> Model:
    """Says the one thing."""
    return ScriptedModel(ANSWER, piece=len(ANSWER))


if __name__ == "__main__":
    observe.set_up("worker", os.environ)
    model = scripted if "--scripted" in sys.argv else build_model
    sys.exit(WorkerProcess(load(Path(sys.argv[1]), os.environ), open_fixed, model).run())
