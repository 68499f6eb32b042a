"""Say it as the knowledge does, ask back, or refuse: chosen by how sure the search is, and of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot import wording
from bot.pipeline.beside import only_the_rest
from bot.pipeline.blind import cannot_look
from bot.pipeline.direct import directly, is_sure
from bot.pipeline.faq import CLEARLY, entry_asked_for, from_faq, is_declined
from bot.pipeline.recall import same
from bot.settings import TenantSettings
from bot.types import Answer, Outcome, Passage, Turn, changed

OFFERED: Final = 3
_WORTH_ASKING: Final = 0.25
"""That what is offered holds the answer. Of the sample shop's customers whom nothing answers as it stands, a
quarter gets the right entry offered; of foreign questions, one in fifty gets any."""
_WORTH_OFFERING: Final = 0.1
"""Of the first one's score: what is less probable only hides what is meant."""
_HARDLY_A_DOUBT: Final = 0.9
"""That an entry is right: more than is asked of one where no model had a say."""
MODEL_REFUSED: Final = "the model refused"
_FEW: Final = 2
"""Characters, as of 退货: a word, of which not even a model can tell what is asked about it."""


class Decide:
    """Without a model every turn ends here. With one, what is too little to be a question is asked about, and
    what an entry surely answers needs no model (`direct_confidence`)."""

    name = "decide"

    def __init__(self, tenants: Mapping[str, TenantSettings], *, has_model: bool) -> None:
        self._tenants = tenants
        self._has_model = has_model

    async def __call__(self, turn: Turn) -> Turn:
        """A turn that has a draft keeps it, and what it leaves open is answered behind it."""
        tenant = self._tenants[turn.conversation.tenant]
        if turn.draft:
            return changed(turn, draft=_with_the_rest(turn, turn.draft, tenant)) if turn.beside else turn
        if self._has_model:
            asked_back = _asked_back(turn) if _is_a_word(turn) and _is_open(turn) else None
            draft = asked_back or directly(turn, tenant)
            return changed(turn, draft=draft) if draft else turn
        return changed(turn, draft=decided(turn, tenant) or refusal(turn, tenant))


def decided(turn: Turn, tenant: TenantSettings) -> Answer | None:
    """What the knowledge says, or what is asked back; None where it most likely holds nothing."""
    if is_declined(turn):
        return Answer(wording.WHAT_THEN, Outcome.CLARIFIED, suggestions=tuple(tenant.suggestions))
    answer = from_faq(turn, tenant)
    return answer if answer and not _is_open(turn) else _asked_back(turn) or answer


def _with_the_rest(turn: Turn, draft: Answer, tenant: TenantSettings) -> Answer:
    """By the knowledge alone; where that holds nothing, the customer hears so, or that it is still open."""
    rest = decided(only_the_rest(turn), tenant)
    if rest is None and draft.leaves_open:
        return draft
    rest = rest or Answer(wording.REST_IS_OPEN, Outcome.REFUSED)
    text = f"{draft.text}\n\n{rest.text}"
    return replace(draft, text=text, sources=rest.sources, suggestions=rest.suggestions)


def refusal(turn: Turn, tenant: TenantSettings) -> Answer:
    """With what we can help with, instead. That the knowledge holds nothing is no answer where it could
    not be asked."""
    if turn.blind:
        return cannot_look(turn)
    return Answer(tenant.refusal, Outcome.REFUSED, suggestions=tuple(tenant.suggestions))


def refuses(text: str, turn: Turn, tenant: TenantSettings) -> bool:
    """Whether a model's text is the refusal, or the question again, which small ones say instead."""
    return text == tenant.refusal or same(text) == same(turn.question)


def where_the_model_refuses(turn: Turn, tenant: TenantSettings) -> Answer:
    """An entry's own words, where the knowledge has hardly a doubt: small models refuse with the answer in
    sight. Else the refusal."""
    asked = changed(turn, parked=0)  # also about what waited for the model
    known = from_faq(asked, tenant) if is_sure(turn, _HARDLY_A_DOUBT) or entry_asked_for(turn) else None
    return replace(known, reason=MODEL_REFUSED) if known else refusal(turn, tenant)


def _asked_back(turn: Turn) -> Answer | None:
    """Never twice in a row: who was not understood after all would only be asked the same again."""
    if any(said.text in wording.ASKING_BACK for said in turn.history[-1:]):
        return None
    entries = _entries(turn)
    if sum(entry.score for entry in entries) < _WORTH_ASKING:
        return None
    offered = tuple(dict.fromkeys(entry.title for entry in entries))
    text = wording.ASKED_BACK if len(offered) > 1 else wording.ASKED_BACK_OF_ONE
    return Answer(text, Outcome.CLARIFIED, suggestions=offered)


def _is_open(turn: Turn) -> bool:
    """Whether one thing was asked, and two entries are about as near. Several are answered each by itself."""
    scores = [entry.score for entry in _entries(turn)]
    several = any(scores[0] < CLEARLY * other for other in scores[1:])
    return several and len(turn.nearest) < 2 and entry_asked_for(turn) is None


def _entries(turn: Turn) -> Sequence[Passage]:
    """The likeliest that could be meant."""
    entries = [passage for passage in turn.passages if passage.is_faq][:OFFERED]
    least = _WORTH_OFFERING * max((entry.score for entry in entries), default=0.0)
    return [entry for entry in entries if entry.score >= least]


def _is_a_word(turn: Turn) -> bool:
    """With nothing before it or beside it that would tell more."""
    more = turn.history or turn.images or turn.unseen or turn.offered or turn.tool_calls
    return len(turn.question) <= _FEW and not more
