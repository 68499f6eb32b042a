"""A prompt as the messages of a chat, and its tools as the server wants them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from importlib import resources
from typing import Final

from openai.types.chat import (
    ChatCompletionContentPartParam,
    ChatCompletionMessageParam,
    ChatCompletionToolUnionParam,
)

from bot.model.calls import written
from bot.ports import Prompt
from bot.safety.marks import defused
from bot.types import Image, Said, Speaker

_PROMPTS: Final = resources.files("bot.model") / "prompts"
_IN_TEXT: Final = (_PROMPTS / "tools.md").read_text(encoding="utf-8").rstrip()
_SHORT: Final = (_PROMPTS / "short.md").read_text(encoding="utf-8").rstrip()


def messages(prompt: Prompt, *, tools_in_text: bool) -> list[ChatCompletionMessageParam]:
    """`tools_in_text`: where the server reads no calls, the model is told of its tools in words."""
    in_words = f"\n\n{_told(prompt)}" if tools_in_text and prompt.tools else ""
    return [
        {"role": "system", "content": prompt.system + in_words},
        *(_line(said) for said in prompt.history),
        {"role": "user", "content": _parts(prompt) if prompt.images else _words(prompt)},
        *(_results_in_text(prompt) if tools_in_text else _results(prompt)),
    ]


def tools(prompt: Prompt) -> list[ChatCompletionToolUnionParam]:
    """As OpenAI's API has them."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
            },
        }
        for tool in prompt.tools
    ]


def _results(prompt: Prompt) -> Iterator[ChatCompletionMessageParam]:
    for number, result in enumerate(prompt.results):
        call = f"call_{number}"
        arguments = _escaped(json.dumps(result.arguments, ensure_ascii=False))
        yield {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": call, "type": "function", "function": {"name": result.name, "arguments": arguments}}
            ],
        }
        yield {"role": "tool", "tool_call_id": call, "content": _escaped(result.data)}


def _results_in_text(prompt: Prompt) -> Iterator[ChatCompletionMessageParam]:
    """As Qwen's own template writes them."""
    for result in prompt.results:
        yield {"role": "assistant", "content": written(result.name, dict(result.arguments))}
        yield {"role": "user", "content": f"<tool_response>\n{_escaped(result.data)}\n</tool_response>"}


def _escaped(data: str) -> str:
    """No result can end its mark, or begin another."""
    return defused(data).replace("<", "\\u003c")


def _told(prompt: Prompt) -> str:
    return _IN_TEXT.format(tools="\n".join(json.dumps(tool, ensure_ascii=False) for tool in tools(prompt)))


def _words(prompt: Prompt) -> str:
    asked = f"{prompt.question}\n{_SHORT}" if prompt.short else prompt.question
    return f"{prompt.knowledge}\n{asked}" if prompt.knowledge else asked


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
