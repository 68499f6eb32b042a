"""Whether a tenant's people are there, and what our own lines say of them then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot import wording
from bot.hours import Hours
from bot.ports import Clock
from bot.settings import TenantSettings

_WITHOUT_PEOPLE: Final[Mapping[str, str]] = {
    wording.DEFAULT_REFUSAL_WITH_PEOPLE: wording.DEFAULT_REFUSAL,
    wording.WITHHELD_WITH_PEOPLE: wording.WITHHELD,
}


class Duty:
    """Of all tenants' people, by the hours that each of them has."""

    def __init__(self, tenants: Mapping[str, TenantSettings], clock: Clock) -> None:
        self._hours = {
            name: Hours.of(tenant.people.hours, tenant.people.holidays, tenant.people.timezone)
            for name, tenant in tenants.items()
            if tenant.people
        }
        self._clock = clock

    def is_there(self, tenant: str) -> bool:
        """Whether somebody is, now. Of a tenant that has nobody: no."""
        hours = self._hours.get(tenant)
        return hours is not None and hours.hold(self._clock())

    def away(self, tenant: str) -> str:
        """That nobody is there, and when they are back. Raises KeyError for a tenant that has nobody."""
        hours = self._hours[tenant]
        back = hours.back(self._clock())
        if not back:
            return wording.PEOPLE_AWAY.format(hours=hours)
        return wording.PEOPLE_AWAY_UNTIL.format(hours=hours, back=back)

    def back(self, tenant: str) -> str:
        """When they are; empty where that can't be told. Raises KeyError, as above."""
        back = self._hours[tenant].back(self._clock())
        return wording.PEOPLE_BACK.format(back=back) if back else ""

    def line(self, tenant: str, text: str) -> str:
        """As it is true at this moment: nobody is sent to people who are not there.

        A shop's own lines are left as they are.
        """
        return text if self.is_there(tenant) else _WITHOUT_PEOPLE.get(text, text)
