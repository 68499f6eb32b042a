"""Who asks: from the door and from the customer's own words, never from a model's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot import wording
from bot.settings import ChannelSettings, WebChatSettings
from bot.tools.asks import normal
from bot.tools.tool import Caller
from bot.types import SIGNED, Speaker, Turn

_MOBILE: Final = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)", re.ASCII)
_TAIL: Final = re.compile(r"(?:尾号|后四位|后4位|最后四位)\D{0,6}(\d{4})(?!\d)", re.ASCII)
_FOUR: Final = re.compile(r"(?<![\dA-Za-z])(\d{4})(?![\dA-Za-z])", re.ASCII)
_ASKING: Final = (wording.ASK_PHONE, wording.PHONE_STILL_NEEDED, wording.NOT_PROVEN)


class Callers:
    """Knows which doors vouch for whom."""

    def __init__(self, channels: Iterable[ChannelSettings]) -> None:
        """A platform knows its customers; a web page only those whom the shop signed."""
        channels = list(channels)
        self._platforms = {own.name for own in channels if not isinstance(own, WebChatSettings)}
        self._pages = {own.name for own in channels if isinstance(own, WebChatSettings)}

    def of(self, turn: Turn) -> Caller:
        """Who wrote the turn's messages."""
        sender = turn.messages[-1].sender
        return Caller(
            turn.conversation,
            self._id(turn.conversation.channel, sender or turn.conversation.customer),
            in_group=bool(sender) and sender != turn.conversation.customer,
            phone_tail=next(_tails(turn), ""),
        )

    def _id(self, channel: str, sender: str) -> str:
        if channel in self._platforms:
            return sender
        if channel in self._pages and sender.startswith(SIGNED):
            return sender.removeprefix(SIGNED)
        return ""


def _tails(turn: Turn) -> Iterator[str]:
    """The last four digits of the customer's phone, as they gave them, newest first."""
    asked = ""
    lines: list[tuple[str, str]] = []
    for said in turn.history:
        if said.by is Speaker.CUSTOMER:
            lines.append((said.text, asked))
        else:
            asked = said.text
    lines.append((turn.question, asked))
    for text, before in reversed(lines):
        words = normal(text)
        is_asked = any(line in before for line in _ASKING)
        rules = (_MOBILE, _TAIL, _FOUR) if is_asked else (_MOBILE, _TAIL)
        if found := next((match for rule in rules if (match := rule.search(words))), None):
            yield re.sub(r"\D", "", found[0])[-4:]
