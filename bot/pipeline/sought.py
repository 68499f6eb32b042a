"""What of a turn is looked up: not its courtesies, nor that a person is wanted, or none."""

from __future__ import annotations

import re
from typing import Final

from bot.pipeline.clauses import clauses
from bot.pipeline.leaning import is_courtesy
from bot.pipeline.small_talk import small_talk
from bot.pipeline.wants_person import calls
from bot.types import Intent, Turn

_PIECE: Final = re.compile(r"[^，,。！!？?；;\n]++[，,。！!？?；;\s]*+")
_POLITE: Final = frozenset((Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.ACKNOWLEDGEMENT))


def sought(turn: Turn) -> list[str]:
    """Its messages without these; where nothing else is said, as they are."""
    texts = [message.text for message in turn.messages if message.text]
    return [rest for text in texts if (rest := _rest(text)) and not _is_polite(rest)] or texts


def _rest(text: str) -> str:
    pieces = _PIECE.findall(text)
    kept = [piece for piece in pieces if not _calls(piece)]
    return text if len(kept) == len(pieces) else "".join(kept).strip()


def _calls(piece: str) -> bool:
    said = clauses(piece)
    return bool(said) and all(calls(clause) is not None for clause in said)


def _is_polite(text: str) -> bool:
    return is_courtesy(text) or small_talk(clauses(text)) in _POLITE
