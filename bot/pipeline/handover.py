"""Who asks for a person gets one, or hears honestly why not; so does who complains, or goes on scolding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot import wording
from bot.pipeline.accepts import accepts, declines
from bot.pipeline.clauses import clauses
from bot.pipeline.duty import Duty
from bot.pipeline.leaning import is_courtesy
from bot.pipeline.own_entry import by_own_entry
from bot.pipeline.sentences import seeks
from bot.pipeline.small_talk import small_talk
from bot.pipeline.wants_person import calls, declines_person, wants_person
from bot.ports import Clock, Retriever
from bot.settings import TenantSettings
from bot.types import Answer, Intent, Outcome, Turn, changed
from bot.types.people import ABUSE, ASKED, COMPLAINT


class Handover:
    """Ends a turn in which a person is needed."""

    name = "handover"

    def __init__(self, tenants: Mapping[str, TenantSettings], clock: Clock, retriever: Retriever) -> None:
        self._tenants = tenants
        self._duty = Duty(tenants, clock)
        self._retriever = retriever

    async def __call__(self, turn: Turn) -> Turn:
        """HANDED_OFF promises a person: only where there are some, and while they are there."""
        tenant = self._tenants[turn.conversation.tenant]
        if accepts(turn) is False or _declines(turn):
            return turn.finish(wording.GO_ON_WITH_ME, Outcome.CHATTED, tenant.suggestions)
        if turn.intent == Intent.COMPLAINT and self._is_for_people(turn, tenant):
            return _handed(turn, wording.HANDED_OFF_SORRY, COMPLAINT)
        if turn.intent == Intent.ABUSE:
            return self._abused(turn, tenant)
        if _is_asked_for(turn, tenant):
            return await self._asked(turn, tenant)
        return turn

    async def _asked(self, turn: Turn, tenant: TenantSettings) -> Turn:
        """Where nobody is there, what else is asked is answered, and that nobody is stands behind it."""
        if self._duty.is_there(tenant.name):
            return turn.finish(wording.HANDED_OFF, Outcome.HANDED_OFF)
        if not _asks_more(turn):
            return await self._nobody(turn, tenant)
        nobody = (await self._nobody(_call_alone(turn), tenant)).answer
        line = nobody.text if nobody else ""
        return changed(turn, postscript=wording.NO_PEOPLE if line == wording.DEFAULT_NO_PEOPLE else line)

    async def _nobody(self, turn: Turn, tenant: TenantSettings) -> Turn:
        """Our own line would deny a hotline that the knowledge tells of; the shop's own line knows."""
        if tenant.people is not None:
            return turn.finish(self._duty.away(tenant.name), Outcome.REFUSED)
        has_no_line = tenant.no_people == wording.DEFAULT_NO_PEOPLE
        if has_no_line and (ended := await by_own_entry(turn, self._retriever)):
            return ended
        return turn.finish(tenant.no_people, Outcome.REFUSED, tenant.suggestions)

    def _is_for_people(self, turn: Turn, tenant: TenantSettings) -> bool:
        """While nobody is there, the bot answers as well as it can (`bot.pipeline.escalate`)."""
        wanted = tenant.people is not None and (tenant.people.on_complaint == "person" or _asks(turn))
        return wanted and self._duty.is_there(tenant.name)

    def _abused(self, turn: Turn, tenant: TenantSettings) -> Turn:
        """First a calm line; a person when it goes on, or at once, as the tenant wants it."""
        if tenant.people and tenant.people.on_abuse == "answer":
            return turn
        if tenant.people is None or not self._duty.is_there(tenant.name):
            return turn.finish(wording.CALM, Outcome.CHATTED, tenant.suggestions)
        goes_on = bool(turn.history) and turn.history[-1].text.startswith(wording.CALM)
        if goes_on or tenant.people.on_abuse == "person":
            return _handed(turn, wording.HANDED_OFF_SORRY, ABUSE)
        offer = f"{wording.CALM}{wording.OFFER_PERSON}"
        return turn.finish(offer, Outcome.CHATTED, (wording.A_PERSON_PLEASE,))


def _handed(turn: Turn, text: str, reason: str) -> Turn:
    return changed(turn, answer=Answer(text, Outcome.HANDED_OFF, reason=reason))


def _is_asked_for(turn: Turn, tenant: TenantSettings) -> bool:
    return bool(accepts(turn)) or turn.intent == Intent.PERSON or _is_passed_on(tenant, turn) or _asks(turn)


def _asks(turn: Turn) -> bool:
    return wants_person(_said(turn))


def _asks_more(turn: Turn) -> bool:
    """Whether something is asked beside a clear call for a person."""
    rest = [clause for clause in _said(turn) if calls(clause) is None]
    return _asks(turn) and any(seeks(clause) and small_talk([clause]) is None for clause in rest)


def _call_alone(turn: Turn) -> Turn:
    call = "，".join(clause for clause in _said(turn) if calls(clause))
    return changed(turn, messages=(replace(turn.messages[0], text=call),))


def _declines(turn: Turn) -> bool:
    """And says nothing besides."""
    said = _said(turn)
    rest = [clause for clause in said if calls(clause) is None]
    return declines_person(said) and all(declines(clause) or is_courtesy(clause) for clause in rest)


def _said(turn: Turn) -> list[str]:
    return clauses(*(message.text for message in turn.messages))


def _is_passed_on(tenant: TenantSettings, turn: Turn) -> bool:
    return any(own.name == turn.intent and own.action == "person" for own in tenant.intents)


def why_a_person(turn: Turn, tenant: TenantSettings) -> str:
    """As a hand-over's reason; empty: nobody asked for one, and nothing needs one."""
    if turn.intent == Intent.COMPLAINT and tenant.people and tenant.people.on_complaint != "answer":
        return COMPLAINT
    return ASKED if _is_asked_for(turn, tenant) else ""
