"""A chat model behind any OpenAI-compatible server (vLLM first of all)."""

from __future__ import annotations

import asyncio
import base64
from typing import Final, TypedDict

import openai
from openai.types.chat import ChatCompletionContentPartParam, ChatCompletionMessageParam

from bot.errors import Refused, Unavailable, Unusable
from bot.model.openai_errors import NO_KEY, ours
from bot.model.speech import listen
from bot.ports import Heard, Prompt
from bot.settings import ModelSettings
from bot.types import Image, Said, Speaker

_PING_S: Final = 5.0
_SERVER: Final = "the model server"
_LATER: Final = 10
"""vLLM's `priority`: lower numbers first, and 0 is what a request has that names none."""


class _Asked(TypedDict):
    model: str
    messages: list[ChatCompletionMessageParam]
    max_tokens: int
    temperature: float
    extra_body: dict[str, int]


class OpenAIModel:
    """`bot.ports.Model` over HTTP. One connection pool for the process."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._client = openai.AsyncOpenAI(
            base_url=settings.base_url,
            api_key=settings.api_key.get_secret_value() if settings.api_key else NO_KEY,
            timeout=settings.timeout_s,
            max_retries=0,  # a retry here would hide a dying server; the worker decides about those
        )

    async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
        """The model's words. Raises Unavailable or Refused."""
        asked = self._asked(prompt)
        try:
            # Ours, as the client's own limit is one for each read.
            async with asyncio.timeout(min(timeout, self._settings.timeout_s)):
                text = await (self._follow(asked, heard) if heard else self._wait(asked))
        except openai.OpenAIError as error:
            raise ours(error, _SERVER) from error
        except TimeoutError as error:
            raise Unavailable(f"{_SERVER} did not answer in time") from error
        if not text or not text.strip():
            raise Unusable("the model said nothing")
        return text.strip()

    async def _wait(self, asked: _Asked) -> str | None:
        try:
            completion = await self._client.chat.completions.create(**asked)
            return completion.choices[0].message.content if completion.choices else None
        except (AttributeError, TypeError, ValueError) as error:  # a proxy's page, half an answer
            raise Unavailable("the model server answered with something else than a completion") from error

    async def _follow(self, asked: _Asked, heard: Heard) -> str:
        # The bare response: the client's own reading of a stream spends 0.08 ms more on each piece.
        streaming = self._client.chat.completions.with_streaming_response
        async with streaming.create(**asked, stream=True) as response:
            return await listen(response.iter_bytes(), heard)

    def _asked(self, prompt: Prompt) -> _Asked:
        return {
            "model": self._settings.model,
            "messages": _messages(prompt),
            "max_tokens": self._settings.max_tokens,
            "temperature": self._settings.temperature,
            "extra_body": {"priority": _LATER} if prompt.background and self._settings.priority else {},
        }

    async def ping(self) -> None:
        """Raises Unavailable when the server can't be reached, Refused when it does not serve our model."""
        try:
            served = [model.id async for model in self._client.models.list(timeout=_PING_S)]
        except openai.OpenAIError as error:
            raise ours(error, _SERVER) from error
        except (AttributeError, TypeError, ValueError) as error:  # a proxy's page
            raise Unavailable(f"{_SERVER} answered with something else than its models") from error
        if self._settings.model not in served:
            raise Refused(f"the server has no model {self._settings.model!r}; it serves {', '.join(served)}")

    async def close(self) -> None:
        """Close the pool."""
        await self._client.close()


def _messages(prompt: Prompt) -> list[ChatCompletionMessageParam]:
    return [
        {"role": "system", "content": prompt.system},
        *(_line(said) for said in prompt.history),
        {"role": "user", "content": _parts(prompt) if prompt.images else _words(prompt)},
    ]


def _words(prompt: Prompt) -> str:
    return f"{prompt.knowledge}\n{prompt.question}" if prompt.knowledge else prompt.question


def _parts(prompt: Prompt) -> list[ChatCompletionContentPartParam]:
    """The pictures as data URLs, so that the model's server need not fetch anything."""
    pictures: list[ChatCompletionContentPartParam] = [
        {"type": "image_url", "image_url": {"url": _data_url(image)}} for image in prompt.images
    ]
    return [*pictures, {"type": "text", "text": _words(prompt)}]


def _data_url(image: Image) -> str:
    return f"data:{image.content_type};base64,{base64.b64encode(image.data).decode('ascii')}"


def _line(said: Said) -> ChatCompletionMessageParam:
    """What a person of the shop's said binds the bot like its own words."""
    if said.by is Speaker.CUSTOMER:
        return {"role": "user", "content": said.text}
    return {"role": "assistant", "content": said.text}
