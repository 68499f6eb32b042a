"""Judging texts behind any server with OpenAI's `/v1/moderations`."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import openai

from bot.breaker import Breaker
from bot.errors import Unavailable
from bot.model.openai_errors import NO_KEY, ours
from bot.settings import ModerationSettings

_SERVER: Final = "the moderation server"
_HARMLESS: Final = "你好"
_SOMETHING: Final = "flagged"
"""For a server that names no category."""


class OpenAIModerator:
    """`bot.ports.Moderator` over HTTP."""

    def __init__(self, settings: ModerationSettings) -> None:
        self.breaker = Breaker(_SERVER, Unavailable)
        self._model = settings.model
        self._timeout_s = settings.timeout_s
        self._client = openai.AsyncOpenAI(
            base_url=settings.base_url,
            api_key=settings.api_key.get_secret_value() if settings.api_key else NO_KEY,
            timeout=settings.timeout_s,
            max_retries=0,  # a customer waits
        )

    async def flags(self, text: str) -> tuple[str, ...]:
        """The names of its categories. Raises Refused, and Unavailable: at once while it is away."""
        with self.breaker.call():
            return await self._flags(text)

    async def _flags(self, text: str) -> tuple[str, ...]:
        model = self._model or openai.omit
        try:
            async with asyncio.timeout(self._timeout_s):  # the client's own is one for each read
                judged = await self._client.moderations.create(input=text, model=model)
            result = judged.results[0]
            flagged, categories = result.flagged, result.categories
        except TimeoutError as error:
            raise Unavailable(f"{_SERVER} did not answer in time") from error
        except openai.OpenAIError as error:
            raise ours(error, _SERVER) from error
        except (AttributeError, IndexError, TypeError, ValueError) as error:  # a proxy's page, half an answer
            raise Unavailable(f"{_SERVER} answered with something else") from error
        if not isinstance(flagged, bool):
            raise Unavailable(f"{_SERVER} answered with something else")
        return (_named(categories) or (_SOMETHING,)) if flagged else ()

    async def ping(self) -> None:
        """Raises Unavailable or Refused, unless it judges a harmless word now."""
        await self._flags(_HARMLESS)

    async def close(self) -> None:
        """Close the pool."""
        await self._client.close()


def _named(categories: Any) -> tuple[str, ...]:
    """Also those that OpenAI doesn't have."""
    by_name = categories.model_dump() if isinstance(categories, openai.BaseModel) else {}
    return tuple(sorted(name for name, is_so in by_name.items() if is_so is True))
