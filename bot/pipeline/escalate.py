"""A bot that is at a loss twice in a row offers a person, and who complains hears that we are sorry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile

from bot import wording
from bot.pipeline.context import KNOWN
from bot.pipeline.duty import Duty
from bot.ports import Clock
from bot.settings import TenantSettings
from bot.types import Answer, Intent, Outcome, Speaker, Turn, changed


class Escalate:
    """Adds to a draft.

    Behind what remembers drafts for others: this is for one customer.
    """

    name = "escalate"

    def __init__(self, tenants: Mapping[str, TenantSettings], clock: Clock) -> None:
        self._tenants = tenants
        self._duty = Duty(tenants, clock)

    async def __call__(self, turn: Turn) -> Turn:
        """Most turns pass through as they are. A person is promised only while there are some."""
        draft = turn.draft
        if draft is None or draft.outcome is Outcome.HANDED_OFF:
            return turn
        said = self._escalated(turn, draft)
        return turn if said is draft else changed(turn, draft=said)

    def _escalated(self, turn: Turn, draft: Answer) -> Answer:
        tenant = self._tenants[turn.conversation.tenant]
        if (text := self._duty.line(tenant.name, draft.text)) != draft.text:
            draft = replace(draft, text=text)
        if turn.intent == Intent.COMPLAINT and (
            tenant.people is None or tenant.people.on_complaint != "answer"
        ):
            return self._with_offer(turn, tenant, draft, _sorry(draft))
        if tenant.people and _at_a_loss_again(turn, draft, tenant.people.offer_after):
            text = wording.STILL_NOT_FOUND if draft.outcome is Outcome.REFUSED else draft.text
            return self._with_offer(turn, tenant, draft, text)
        return draft

    def _with_offer(self, turn: Turn, tenant: TenantSettings, draft: Answer, text: str) -> Answer:
        """Whoever asked for a person, too, has that answered by the postscript."""
        if tenant.people is None or turn.postscript:
            return replace(draft, text=text)
        if not self._duty.is_there(tenant.name):
            return replace(draft, text=_and(text, self._duty.back(tenant.name)))
        suggestions = (wording.A_PERSON_PLEASE, *draft.suggestions)
        return replace(draft, text=_and(text, wording.OFFER_PERSON), suggestions=suggestions)


def at_a_loss(turn: Turn, answer: Answer) -> bool:
    """No answer, or one from passages that hardly hold it. What rules decided is neither."""
    if turn.draft is None or turn.tool_calls:
        return False
    if answer.outcome is Outcome.ANSWERED:
        return sum(passage.score for passage in turn.passages) < KNOWN
    return answer.outcome is Outcome.REFUSED or answer.text in wording.ASKING_BACK


def _at_a_loss_again(turn: Turn, draft: Answer, times: int) -> bool:
    said = [line for line in turn.history if line.by is not Speaker.CUSTOMER]
    before = len(list(takewhile(lambda line: line.unsure, reversed(said))))
    over = draft.outcome is not Outcome.CLARIFIED and at_a_loss(turn, draft)
    return over and 0 < times <= before + 1


def _sorry(draft: Answer) -> str:
    """Once is enough. That nothing was found is no answer to a complaint."""
    if draft.outcome is Outcome.REFUSED:
        return f"{wording.SORRY_FOR_THAT}{wording.TELL_ME_MORE}"
    return draft.text if wording.SORRY_WORD in draft.text else f"{wording.SORRY_FOR_THAT}{draft.text}"


def _and(text: str, line: str) -> str:
    return f"{text}\n\n{line}" if line else text
