"""While the search is away: tools go on, and what they can't answer is no gap in the knowledge."""

from __future__ import annotations

import pytest

from bot import wording
from bot.errors import Unavailable
from bot.pipeline.decide import refusal
from bot.pipeline.gaps import gap_of
from bot.pipeline.retrieve import Retrieve
from bot.types import Outcome, Turn
from tests.builders import a_tenant, a_turn
from tests.fakes import FixedRetriever


async def searched(turn: Turn) -> Turn:
    return await Retrieve(FixedRetriever(error=Unavailable("qdrant is away")))(turn)


async def test_a_hiccup_is_waited_for() -> None:
    with pytest.raises(Unavailable):
        await searched(a_turn(attempts=1))


async def test_then_a_turn_without_tools_ends_with_an_honest_line_that_the_operator_learns_of() -> None:
    turn = await searched(a_turn(attempts=2))

    assert turn.draft
    assert (turn.draft.text, turn.draft.outcome) == (wording.KNOWLEDGE_AWAY, Outcome.APOLOGISED)
    assert turn.draft.reason == "qdrant is away"
    assert gap_of(turn, a_tenant(), now=1.0) is None


async def test_a_turn_with_tools_goes_on_and_refuses_nothing_as_unknown() -> None:
    turn = await searched(a_turn(attempts=2, offered=("order",)))

    assert turn.draft is None
    assert refusal(turn, a_tenant()).text == wording.KNOWLEDGE_AWAY
