"""A part of a reply in DingTalk's words: as text, or as markdown where it holds markup.

`sampleText` and `sampleMarkdown` are the OpenAPI's names of the same two (doc "robot message types",
2026-05-15).
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from adapters.plain import plain

MAX_PART_BYTES: Final = 4800
"""About 1600 Chinese characters. A session takes a body of 20 000 bytes and a group's msgParam 15 000;
escaping and markdown's line breaks can make a part up to three times as long."""
_TITLE_CHARS: Final = 20
_MARKUP: Final = re.compile(
    r"^#{1,6} |^```|^> |\*\*[^*\n]+\*\*|\[[^\]\n]+\]\(https?://", re.MULTILINE
)  # lists look the same either way
_LINE_END: Final = re.compile(r"(?<!\n)\n(?!\n)")


def session_message(text: str, *, mention: str = "") -> dict[str, Any]:
    """The body for a session webhook. `mention` is a staff id; `text` must name it too, as `@id`."""
    at = {"at": {"atUserIds": [mention], "isAtAll": False}} if mention else {}  # an empty `at` is an error
    if _MARKUP.search(text):
        return {"msgtype": "markdown", "markdown": _markdown(text), **at}
    return {"msgtype": "text", "text": {"content": text}, **at}


def openapi_message(text: str) -> dict[str, str]:
    """`msgKey` and `msgParam` for the OpenAPI; the latter is JSON within JSON."""
    key, param = (
        ("sampleMarkdown", _markdown(text)) if _MARKUP.search(text) else ("sampleText", {"content": text})
    )
    return {"msgKey": key, "msgParam": json.dumps(param, ensure_ascii=False, separators=(",", ":"))}


def _markdown(text: str) -> dict[str, str]:
    """The title shows in the list of chats only. A single line end needs two spaces before it to show."""
    title = plain(text).strip().partition("\n")[0][:_TITLE_CHARS]
    return {"title": title, "text": _LINE_END.sub("  \n", text)}
