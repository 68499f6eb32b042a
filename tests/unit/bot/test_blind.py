"""While the search is away: tools go on, and what they can't answer is no gap in the knowledge."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import wording
from bot.errors import Unavailable
from bot.pipeline.decide import decided, refusal
from bot.pipeline.gaps import gap_of
from bot.pipeline.retrieve import BY_WORDS as BY_WORDS_ALONE
from bot.pipeline.retrieve import Retrieve
from bot.types import Outcome, Passage, Turn
from tests.builders import a_passage, a_tenant, a_turn
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


BY_WORDS = a_passage("七天内可以退货。", title="怎么退货", score=0.8, by_words=True)


async def found(question: str, *passages: Passage) -> Turn:
    return await Retrieve(FixedRetriever(*passages))(a_turn(question))


async def test_what_was_found_by_words_alone_is_offered_and_not_sent() -> None:
    turn = await found("想退货", BY_WORDS)

    answer = decided(turn, a_tenant())
    assert answer
    assert (answer.outcome, answer.suggestions) == (Outcome.CLARIFIED, ("怎么退货",))


async def test_who_picks_it_gets_its_answer() -> None:
    answer = decided(await found("怎么退货", BY_WORDS), a_tenant())

    assert answer
    assert (answer.outcome, answer.text) == (Outcome.FAQ, "七天内可以退货。")


async def test_what_words_alone_do_not_find_is_no_gap_and_nothing_unknown() -> None:
    turn = await found("能货到付款吗", replace(BY_WORDS, score=0.1))

    line = refusal(turn, a_tenant())
    assert (line.text, line.reason) == (wording.KNOWLEDGE_AWAY, BY_WORDS_ALONE)
    assert gap_of(replace(turn, draft=line), a_tenant(), now=1.0) is None
