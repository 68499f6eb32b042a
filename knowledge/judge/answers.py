"""Is an answer right? By what it must and must not say, or else by the entry that it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from knowledge.judge.cases import Case, Decision, Found, Judged, plain, rank


def answered(
    case: Case,
    found: Sequence[Found],
    decision: Decision,
    text: str,
    *,
    is_verbatim: bool,
    seconds: float,
) -> Judged:
    """The judgement on an answer. `is_verbatim`: it is the first passage itself, and not made of several."""
    is_answer = decision is Decision.ANSWERED
    reason = _wrong(case, found, text, is_verbatim=is_verbatim) if is_answer else ""
    return Judged(
        case,
        tuple(found),
        decision,
        is_right=is_answer and not reason,
        seconds=seconds,
        answer=text,
        reason=reason,
        likeness=likeness(text, case.reference) if is_answer and case.reference else None,
    )


def _wrong(case: Case, found: Sequence[Found], text: str, *, is_verbatim: bool) -> str:
    """Empty where nothing is."""
    if not case.gold:
        return "answers what is out of scope"
    said = _said(text)
    if missing := [ways[0] for ways in case.facts if not any(_said(way) in said for way in ways)]:
        return f"does not say {'; '.join(missing)}"
    if wrong := [words for words in case.never if _said(words) in said]:
        return f"says {'; '.join(wrong)}"
    if case.facts or rank(case, found[:1] if is_verbatim else found):
        return ""
    return "rests on another entry"


def likeness(text: str, reference: str) -> float:
    """The share of pairs of characters that two texts have in common (F1), as chrF and ROUGE-2 count them."""
    ours, theirs = _pairs(text), _pairs(reference)
    both = sum((ours & theirs).values())
    return 2 * both / (sum(ours.values()) + sum(theirs.values())) if both else 0.0


def _pairs(text: str) -> Counter[str]:
    said = _said(text)
    return Counter(said[place : place + 2] for place in range(max(len(said) - 1, 1))) if said else Counter()


def _said(text: str) -> str:
    """Without what a model may set differently: width, case and spaces."""
    return plain(text)
