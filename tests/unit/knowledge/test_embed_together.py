"""Questions that come together are embedded together; one that comes alone waits for none."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence

import numpy as np
import pytest

from bot.errors import Refused, Unavailable
from knowledge.embed import Vectors
from knowledge.embed_together import Together


class ARemoteModel:
    """An `Embedder` that notes its batches, and answers when it is let."""

    name = "remote"

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.free = asyncio.Event()
        self.free.set()
        self.error: Exception | None = None
        self.closed = False

    async def questions(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        await self.free.wait()
        if self.error:
            raise self.error
        if "bad" in texts:
            raise Refused("too long")
        return np.stack([vector(text) for text in texts])

    async def passages(self, texts: Sequence[str]) -> Vectors:
        return await self.questions(texts)

    async def close(self) -> None:
        self.closed = True


def vector(text: str) -> Vectors:
    return np.frombuffer(hashlib.sha256(text.encode()).digest(), dtype=np.uint8).astype(np.float32)


def asked(together: Together, *texts: str) -> list[asyncio.Task[Vectors]]:
    return [asyncio.create_task(together.questions([text])) for text in texts]


async def test_each_gets_its_own_vector_and_a_lone_one_goes_at_once() -> None:
    model = ARemoteModel()
    together = Together(model, at_once=4)
    answers = await asyncio.gather(*asked(together, *(str(n) for n in range(10))))

    assert all(np.array_equal(answers[n], vector(str(n))[None, :]) for n in range(10))
    assert model.batches == [["0"], [str(n) for n in range(1, 10)]]


async def test_a_batch_is_full_at_64() -> None:
    model = ARemoteModel()
    await asyncio.gather(*asked(Together(model, at_once=4), *(str(n) for n in range(150))))

    assert [len(batch) for batch in model.batches] == [1, 64, 64, 21]


async def test_while_all_batches_are_under_way_the_next_one_is_gathered() -> None:
    model = ARemoteModel()
    together = Together(model, at_once=1, most=8)
    model.free.clear()
    first = asked(together, "0")
    await asyncio.sleep(0.02)
    later = asked(together, "1")
    await asyncio.sleep(0.02)
    later += asked(together, "2", "3")
    await asyncio.sleep(0.02)
    assert model.batches == [["0"]]

    model.free.set()
    await asyncio.gather(*first, *later)

    assert model.batches == [["0"], ["1", "2", "3"]]


async def test_one_bad_question_does_not_cost_the_others_their_answer() -> None:
    model = ARemoteModel()
    answers = await asyncio.gather(
        *asked(Together(model, at_once=1), "0", "1", "bad", "2"), return_exceptions=True
    )

    assert [type(answer).__name__ for answer in answers] == ["ndarray", "ndarray", "Refused", "ndarray"]


@pytest.mark.parametrize("error", [Unavailable("it is away"), RuntimeError("a bug")])
async def test_whoever_waits_hears_of_a_fault(error: Exception) -> None:
    model = ARemoteModel()
    model.error = error

    answers = await asyncio.gather(*asked(Together(model, at_once=1), "0", "1", "2"), return_exceptions=True)

    assert answers == [error] * 3


async def test_one_that_gave_up_is_left_out_and_closing_ends_what_is_under_way() -> None:
    model = ARemoteModel()
    together = Together(model, at_once=1)
    model.free.clear()
    first = asked(together, "0")
    await asyncio.sleep(0)
    gone, stays = asked(together, "1", "2")
    await asyncio.sleep(0.01)
    gone.cancel()
    model.free.set()
    await asyncio.gather(*first, stays)
    assert model.batches == [["0"], ["2"]]

    model.free.clear()
    (late,) = asked(together, "3")
    await asyncio.sleep(0.01)
    await together.close()
    await asyncio.wait([late], timeout=5)
    assert late.cancelled()
    assert model.closed


async def test_several_texts_are_a_batch_already() -> None:
    model = ARemoteModel()
    together = Together(model, at_once=1)

    await together.questions(["0", "1"])
    await together.passages(["2"])

    assert model.batches == [["0", "1"], ["2"]]
    assert together.name == "remote"
