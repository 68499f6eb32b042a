"""What of a turn is looked up: not its courtesies, what is not wanted, nor whether a person is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from bot.pipeline.clauses import apart, clauses
from bot.pipeline.denials import is_set_aside
from bot.pipeline.leaning import is_courtesy
from bot.pipeline.sentences import SAYS_ENOUGH, matter
from bot.pipeline.small_talk import small_talk
from bot.pipeline.wants_person import calls, declines_person
from bot.types import Intent, Turn

_PIECE: Final = re.compile(r"[^，,。！!？?；;\n]++[，,。！!？?；;\s]*+")
_CORRECTED: Final = re.compile(
    r"((?:不是|没)(?:想要?(?!到)|要|说(?!好)|问|来|打算)(?:(?!不是|没)[^，,。！!？?；;\n我]){1,20}?)(?=我(?:是|要|想|问|说)|(?:而)?是(?:要|想|问|说))"
)
"""Without the pause that belongs there: 我不是要退货我是要换货."""
_POLITE: Final = frozenset((Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.ACKNOWLEDGEMENT))


def sought(turn: Turn) -> list[str]:
    """Its messages without these; where nothing else is said, as they are."""
    texts = [_with_pauses(message.text) for message in turn.messages if message.text]
    each = [_without(text, _is_a_call) for text in texts]
    each = [text for text in each if text and not _is_polite(text)]
    apart = (_CORRECTED.sub(r"\1，", text) for text in each)
    wanted = [rest for text in apart if (rest := _without(text, is_set_aside))]
    says_enough = any(len(matter(text)) >= SAYS_ENOUGH for text in wanted)
    return (wanted if says_enough else each) or texts


def _with_pauses(text: str) -> str:
    """Where a blank parts it from a no to people: 先不转人工 怎么退货."""
    return apart(text) if declines_person(clauses(apart(text))) else text


def _without(text: str, is_beside_the_point: Callable[[str], bool]) -> str:
    """Without such clauses; as it is, where it has none."""
    pieces = _PIECE.findall(text)
    kept = [piece for piece in pieces if not _all(piece, is_beside_the_point)]
    return text if len(kept) == len(pieces) else "".join(kept).strip()


def _all(piece: str, are: Callable[[str], bool]) -> bool:
    said = clauses(piece)
    return bool(said) and all(map(are, said))


def _is_a_call(clause: str) -> bool:
    return calls(clause) is not None


def _is_polite(text: str) -> bool:
    return is_courtesy(text) or small_talk(clauses(text)) in _POLITE
