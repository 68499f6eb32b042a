"""What our own lines say of people, by whether they are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot import wording
from bot.pipeline.handover import desks
from bot.ports import Clock
from bot.settings import TenantSettings

_WITHOUT_PEOPLE: Final[Mapping[str, str]] = {
    wording.DEFAULT_REFUSAL_WITH_PEOPLE: wording.DEFAULT_REFUSAL,
    wording.WITHHELD_WITH_PEOPLE: wording.WITHHELD,
}


class Duty:
    """Sends nobody to people who are not there. A shop's own lines are left as they are."""

    def __init__(self, tenants: Mapping[str, TenantSettings], clock: Clock) -> None:
        self._hours = desks(tenants)
        self._clock = clock

    def line(self, tenant: str, text: str) -> str:
        """As it is true at this moment."""
        hours = self._hours.get(tenant)
        return text if hours and hours.hold(self._clock()) else _WITHOUT_PEOPLE.get(text, text)
