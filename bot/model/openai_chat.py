"""A chat model behind any OpenAI-compatible server (vLLM first of all)."""

from __future__ import annotations

import asyncio
import time
from typing import Final, Literal, NotRequired, TypedDict

import openai
import structlog
from openai.types.chat import ChatCompletionMessage, ChatCompletionMessageParam, ChatCompletionToolUnionParam
from openai.types.shared_params import ResponseFormatJSONSchema

from bot.errors import Refused, Unavailable, Unusable
from bot.model import chat
from bot.model.calls import CallPiece, Calls, Function
from bot.model.openai_errors import NO_KEY, ours
from bot.model.speech import listen
from bot.ports import Heard, Prompt
from bot.settings import ModelSettings

log = structlog.get_logger()

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
    tools: NotRequired[list[ChatCompletionToolUnionParam]]
    tool_choice: NotRequired[Literal["auto", "none"]]
    response_format: NotRequired[ResponseFormatJSONSchema]


class _ReadsNoCalls(Refused):
    """vLLM without --enable-auto-tool-choice answers HTTP 400 to `tool_choice`, and says why."""


class _KnowsNoForms(Refused):
    """A server that can't hold a model to a JSON schema answers HTTP 400, and names the field."""


class OpenAIModel:
    """`bot.ports.Model` over HTTP. One connection pool for the process."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._tools_in_text = settings.tool_calls == "text"
        self._knows_forms = True
        self._client = openai.AsyncOpenAI(
            base_url=settings.base_url,
            api_key=settings.api_key.get_secret_value() if settings.api_key else NO_KEY,
            timeout=settings.timeout_s,
            max_retries=0,  # a retry here would hide a dying server; the worker decides about those
        )

    async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
        """The model's words. Raises Unavailable or Refused."""
        until = time.monotonic() + min(timeout, self._settings.timeout_s)
        try:
            return await self._answer(prompt, heard, until)
        except _ReadsNoCalls as error:
            self._tools_in_text = True
            log.warning("model_server_reads_no_calls", mend='write tool_calls = "text"', reason=str(error))
            return await self._answer(prompt, heard, until)
        except _KnowsNoForms as error:
            self._knows_forms = False
            log.warning("model_server_knows_no_forms", mend='write structured = "off"', reason=str(error))
            return await self._answer(prompt, heard, until)

    async def _answer(self, prompt: Prompt, heard: Heard | None, until: float) -> str:
        asked = self._asked(prompt)
        try:
            # Ours, as the client's own limit is one for each read.
            async with asyncio.timeout(until - time.monotonic()):
                text = await (self._follow(asked, heard) if heard else self._wait(asked))
        except openai.OpenAIError as error:
            if "tools" in asked and isinstance(error, openai.BadRequestError) and "tool" in str(error):
                raise _ReadsNoCalls(str(ours(error, _SERVER))) from error
            if "response_format" in asked and _is_about_forms(error):
                raise _KnowsNoForms(str(ours(error, _SERVER))) from error
            raise ours(error, _SERVER) from error
        except TimeoutError as error:
            raise Unavailable(f"{_SERVER} did not answer in time") from error
        if not text or not text.strip():
            raise Unusable("the model said nothing")
        return text.strip()

    async def _wait(self, asked: _Asked) -> str | None:
        try:
            completion = await self._client.chat.completions.create(**asked)
            return _said(completion.choices[0].message) if completion.choices else None
        except (AttributeError, TypeError, ValueError) as error:  # a proxy's page, half an answer
            raise Unavailable("the model server answered with something else than a completion") from error

    async def _follow(self, asked: _Asked, heard: Heard) -> str:
        # The bare response: the client's own reading of a stream spends 0.08 ms more on each piece.
        streaming = self._client.chat.completions.with_streaming_response
        async with streaming.create(**asked, stream=True) as response:
            return await listen(response.iter_bytes(), heard)

    def _asked(self, prompt: Prompt) -> _Asked:
        in_text = self._tools_in_text
        asked: _Asked = {
            "model": self._settings.model,
            "messages": chat.messages(prompt, tools_in_text=in_text),
            "max_tokens": self._most(prompt),
            "temperature": self._settings.temperature,
            "extra_body": {"priority": _LATER} if prompt.background and self._settings.priority else {},
        }
        if prompt.tools and not in_text:  # also where it may call no more: what it was told stays the same
            asked["tools"] = chat.tools(prompt)
            asked["tool_choice"] = "none" if prompt.calls_over else "auto"
        if prompt.form and self._knows_forms:
            asked["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": dict(prompt.form), "strict": True},
            }
        return asked

    def _most(self, prompt: Prompt) -> int:
        most = self._settings.max_tokens
        return min(most, self._settings.short_tokens or most) if prompt.short else most

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


def _is_about_forms(error: openai.OpenAIError) -> bool:
    words = ("response_format", "json_schema", "guided", "structured")
    return isinstance(error, openai.BadRequestError) and any(word in str(error) for word in words)


def _said(message: ChatCompletionMessage) -> str | None:
    """With the calls that the server read out of it."""
    calls = Calls()
    for index, call in enumerate(message.tool_calls or ()):
        if call.type == "function":
            calls.add(CallPiece(index, Function(call.function.name, call.function.arguments)))
    return (message.content or "") + calls.written() or None
