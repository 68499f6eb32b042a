"""What the terminal shows."""

from __future__ import annotations

import time
import unicodedata

from rich.console import Console
from rich.text import Text

from tests.simulators.record import Seen
from tests.simulators.terminal.door import Suggestion


class Screen:
    """Lines with the time in front."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)

    def note(self, text: str) -> None:
        """About the chat, rather than in it."""
        self._console.print(Text(f"· {_harmless(text)}", "dim"))

    def customer(self, text: str) -> None:
        """What a script says; at a keyboard it stands there already."""
        self._line(time.time(), "客户", text)

    def reply(self, seen: Seen, suggestions: list[Suggestion]) -> None:
        """A message has arrived."""
        self._line(seen.at, "客服", seen.text)
        for number, suggestion in enumerate(suggestions, 1):
            self._console.print(Text(f"          /menu {number}  {_harmless(suggestion.text)}", "cyan"))

    def _line(self, at: float, who: str, text: str) -> None:
        clock = time.strftime("%H:%M:%S", time.localtime(at))
        indented = _harmless(text).replace("\n", "\n" + " " * 16)
        self._console.print(Text.assemble((clock, "dim"), "  ", (f"{who}: ", "bold"), indented))


def _harmless(text: str) -> str:
    """Without what would move the cursor or colour the screen."""
    return "".join("�" if unicodedata.category(c) == "Cc" and c != "\n" else c for c in text)
