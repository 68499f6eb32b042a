"""The embedding model behind an OpenAI-compatible endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import openai

from bot.breaker import Breaker
from bot.errors import Refused, Unavailable
from bot.settings import EmbeddingSettings
from knowledge.embed import Vectors, bounded

_BATCH: Final = 64
_TIMEOUT_S: Final = 30.0
_ABOUT_THE_TEXT: Final = (400, 413, 422)
"""Another text may be taken. By any other status none is, until somebody mends the server or a setting."""
_NO_KEY: Final = "none"


class OpenAIEmbedder:
    """A model behind `/v1/embeddings`."""

    def __init__(self, settings: EmbeddingSettings) -> None:
        self.breaker = Breaker("the embedding server", Unavailable)
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

    async def ping(self) -> None:
        """Raises Unavailable or Refused, unless it embeds a word now."""
        await self.questions(["你好"])

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _batch(self, texts: Sequence[str]) -> Vectors:
        with self.breaker.call():
            return await self._ask(texts)

    async def _ask(self, texts: Sequence[str]) -> Vectors:
        try:
            answer = await self._client.embeddings.create(
                model=self._settings.model,
                input=[bounded(text) for text in texts],
                dimensions=self._settings.dimensions or openai.omit,
                encoding_format="float",
            )
            vectors: Vectors = np.array([one.embedding for one in answer.data], dtype=np.float32)
        except openai.APIStatusError as error:
            kind = Refused if error.status_code in _ABOUT_THE_TEXT else Unavailable
            raise kind(f"the embedding server answered HTTP {error.status_code}") from error
        except openai.OpenAIError as error:
            raise Unavailable(f"the embedding server can't be reached ({type(error).__name__})") from error
        except (AttributeError, TypeError, ValueError) as error:  # a web page, or the text of an error
            raise Unavailable("the embedding server answered with something else than vectors") from error
        if len(vectors) != len(texts):
            raise Unavailable("the embedding server left texts out")
        return vectors


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
