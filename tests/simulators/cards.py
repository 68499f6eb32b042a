"""What WeCom checks of a template card with buttons (WeCom docs 90236, 101032), for an app and for a bot."""

from __future__ import annotations

import re
from typing import Any

MOST_BUTTONS = 6
MAX_KEY_BYTES = 1024
_TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")


class Cards:
    """Those that an app or a bot sent: each has a task_id of its own."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, dict[str, Any]]] = []
        """Receiver and card, oldest first."""

    def fault(self, card: Any) -> str:
        """What is wrong with it; empty when it is well."""
        if not isinstance(card, dict) or card.get("card_type") != "button_interaction":
            return "card_type"
        if not (card.get("main_title") or {}).get("title"):
            return "main_title"
        task = card.get("task_id")
        if not isinstance(task, str) or not _TASK_ID.fullmatch(task):
            return "task_id"
        if task in {shown["task_id"] for _, shown in self.shown}:
            return "task_id, which is there already"
        buttons = card.get("button_list")
        if not isinstance(buttons, list) or not 1 <= len(buttons) <= MOST_BUTTONS:
            return "button_list"
        well = all(b.get("text") and 0 < len(b.get("key", "").encode()) <= MAX_KEY_BYTES for b in buttons)
        return "" if well else "a button"

    def show(self, receiver: str, card: dict[str, Any]) -> str:
        """It is on the receiver's screen. Returns what they read first."""
        self.shown.append((receiver, card))
        return str(card["main_title"]["title"])

    def button(self, receiver: str, text: str) -> tuple[dict[str, Any], str]:
        """The newest card of theirs with such a button, and the button's key."""
        for to, card in reversed(self.shown):
            for button in card["button_list"]:
                if to == receiver and button["text"] == text:
                    return card, button["key"]
        raise LookupError(f"{receiver} sees no button {text}")


def labels(body: dict[str, Any]) -> list[str]:
    """What the buttons say of the card in a message."""
    return [button["text"] for button in body["template_card"]["button_list"]]
