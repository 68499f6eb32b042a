"""Is an answer right? By the facts that it states, never by its wording."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.types import Outcome, ToolUse
from tests.evals.dialogues.plain import holds, numbers, plain
from tests.evals.dialogues.script import Due, Line

_POLICIES: Final = re.compile(
    r"包邮|免邮|免费|免息|全额|赔|补偿|保修|终身|无理由|以旧换新|上门|返现|货到付款|分期|优先|赠送|free|refund|warranty"
)
_IN_CHINESE: Final = {"free": ("免费", "包邮"), "refund": ("退款",), "warranty": ("保修", "质保")}
"""The shop tells of it in Chinese, and is answered for in English."""
_SAID_LIGHTLY: Final = 3
_NOT_TOLD: Final = (Outcome.REFUSED, Outcome.HANDED_OFF, Outcome.CLARIFIED)
_SORRY: Final = re.compile(
    r"抱歉|无法|没有找到|不能(?:回答|提供)|帮不了|不清楚|sorry|unable|can ?not|can't|don't have"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the customer got, and what it could rest on."""

    text: str
    outcome: Outcome
    evidence: str
    """Passages, results of tools, and all that the customer said."""
    uses: tuple[ToolUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """On one answer."""

    facts: int
    """That were due."""
    missing: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    """That nothing tells of."""
    policies: tuple[str, ...] = ()
    tool: bool | None = None
    """None: none was due."""
    refused: bool | None = None
    """None: it was to be answered."""

    @property
    def faults(self) -> Mapping[str, Any]:
        """By kind; empty where all is right."""
        each = {
            "missing": self.missing,
            "wrong": self.wrong,
            "ungrounded_numbers": self.numbers,
            "ungrounded_policies": self.policies,
            "tool": self.tool is False,
            "not_refused": self.refused is False,
        }
        return {kind: fault for kind, fault in each.items() if fault}


def judge(line: Line, told: Told) -> Verdict:
    """What is right about it and what is not."""
    said, evidence = plain(told.text), plain(told.evidence)
    strange = numbers(told.text, least=_SAID_LIGHTLY) - numbers(told.evidence)
    claims = {claim for claim in _POLICIES.findall(said) if not _is_told(claim, evidence)}
    return Verdict(
        len(line.facts),
        tuple(ways[0] for ways in line.facts if not any(holds(said, plain(way)) for way in ways)),
        tuple(words for words in line.never if holds(said, plain(words))),
        tuple(sorted(strange)),
        tuple(sorted(claims)),
        _called(line.tool, told.uses) if line.tool else None,
        _refused(told, strange) if line.refused else None,
    )


def _is_told(policy: str, evidence: str) -> bool:
    return any(words in evidence for words in (policy, *_IN_CHINESE.get(policy, ())))


def _called(due: Due, uses: Iterable[ToolUse]) -> bool:
    """With the right arguments at least; to ask for what proves the customer is to have called it."""
    return any(
        use.name == due.name
        and all(use.arguments.get(name) == wanted for name, wanted in due.arguments.items())
        for use in uses
    )


def _refused(told: Told, strange: set[str]) -> bool:
    return not strange and (told.outcome in _NOT_TOLD or bool(_SORRY.search(plain(told.text))))


def figures(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Of a whole run; a share of nothing is None."""
    due = sum(one.facts for one in verdicts)
    told = [one for one in verdicts if one.facts]
    return {
        "turns": len(verdicts),
        "facts_right": _share(due - sum(len(one.missing) for one in verdicts), due),
        "turns_right": _share(sum(not one.missing and not one.wrong for one in told), len(told)),
        "said_wrong": sum(len(one.wrong) for one in verdicts),
        "ungrounded_numbers": sum(len(one.numbers) for one in verdicts),
        "ungrounded_policies": sum(len(one.policies) for one in verdicts),
        "tools_right": _of([one.tool for one in verdicts]),
        "refused_right": _of([one.refused for one in verdicts]),
    }


def _of(each: Iterable[bool | None]) -> float | None:
    due = [one for one in each if one is not None]
    return _share(sum(due), len(due))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None
