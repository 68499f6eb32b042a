"""Who asks for a person gets one, or hears honestly why not."""

from __future__ import annotations

from collections.abc import Mapping

from bot import wording
from bot.hours import Hours
from bot.pipeline.wants_person import wants_person
from bot.ports import Clock
from bot.settings import TenantSettings
from bot.types import Outcome, Turn


class Handover:
    """Ends a turn in which a person is asked for."""

    name = "handover"

    def __init__(self, tenants: Mapping[str, TenantSettings], clock: Clock) -> None:
        self._tenants = tenants
        self._clock = clock
        self._hours = desks(tenants)

    async def __call__(self, turn: Turn) -> Turn:
        """HANDED_OFF promises a person: only where there are some, and while they are there."""
        if not any(wants_person(message.text) for message in turn.messages):
            return turn
        hours = self._hours.get(turn.conversation.tenant)
        if hours is None:
            tenant = self._tenants[turn.conversation.tenant]
            return turn.finish(tenant.no_people, Outcome.REFUSED, tenant.suggestions)
        if not hours.hold(self._clock()):
            return turn.finish(wording.PEOPLE_AWAY.format(hours=hours), Outcome.REFUSED)
        return turn.finish(wording.HANDED_OFF, Outcome.HANDED_OFF)


def desks(tenants: Mapping[str, TenantSettings]) -> dict[str, Hours]:
    """When there are people, of each tenant that has some."""
    return {
        name: Hours.of(tenant.people.hours, tenant.people.holidays, tenant.people.timezone)
        for name, tenant in tenants.items()
        if tenant.people
    }
