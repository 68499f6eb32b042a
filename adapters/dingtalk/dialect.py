"""A part of a reply in DingTalk's words: as text, or as markdown where it holds markup.

`sampleText` and `sampleMarkdown` are the OpenAPI's names of the same two (doc "robot message types",
2026-05-15).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from adapters.plain import plain
from adapters.suggestions import fitting, listed
from bot.wording import SUGGESTED

MAX_PART_BYTES: Final = 4800
"""About 1600 Chinese characters. A session takes a body of 20 000 bytes and a group's msgParam 15 000;
escaping and markdown's line breaks can make a part up to three times as long."""
MAX_CARD_BYTES: Final = 2400
"""A card should hold 3 K in all (doc "AI card streaming update", 2026-06-04), line ends included."""
_MOST_OFFERS: Final = 5
_MAX_OFFER_BYTES: Final = 120
_TITLE_CHARS: Final = 20
_MARKUP: Final = re.compile(
    r"^#{1,6} |^```|^> |\*\*[^*\n]+\*\*|\[[^\]\n]+\]\(https?://", re.MULTILINE
)  # lists look the same either way
_LINE_END: Final = re.compile(r"(?<!\n)\n(?!\n)")
_BLOCK: Final = re.compile(r"\s*($|[-*+>|#]|```|~~~|\d+[.)])")
"""A line that starts something of its own, and so needs no break before or after it."""


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


def card_text(text: str) -> str:
    """For a card's markdown, where only `<br>` shows a single line end (DingTalk's own connector)."""
    lines, in_code = text.split("\n"), False
    shown = []
    for line, behind in zip(lines, [*lines[1:], ""], strict=True):
        in_code ^= line.lstrip().startswith("```")
        ends = in_code or _BLOCK.match(line) or _BLOCK.match(behind)
        shown.append(line if ends else f"{line}<br>")
    return "\n".join(shown)


def offer(suggestions: Sequence[str]) -> str:
    """Lines with questions to ask next; empty when there are none that fit."""
    fit = fitting(suggestions, most=_MOST_OFFERS, max_bytes=_MAX_OFFER_BYTES)
    return listed(f"\n\n{SUGGESTED}", fit) if fit else ""


def _markdown(text: str) -> dict[str, str]:
    """The title shows in the list of chats only. A single line end needs two spaces before it to show."""
    title = plain(text).strip().partition("\n")[0][:_TITLE_CHARS]
    return {"title": title, "text": _LINE_END.sub("  \n", text)}
