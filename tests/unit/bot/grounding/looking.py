"""What an entry of a shop's does not bear out of an answer."""

from __future__ import annotations

from bot.grounding.evidence import Evidence
from tests.builders import a_passage, a_tenant, a_turn


def unborne(*entries: tuple[str, str], said: str, asked: str = "请问") -> list[str]:
    """`entries`: each with its title and its text."""
    passages = tuple(
        a_passage(text, id=f"p{number}", title=title) for number, (title, text) in enumerate(entries)
    )
    evidence = Evidence.of(a_turn(asked, passages=passages), a_tenant())
    return [fault.words for fault in evidence.look(said).faults]
