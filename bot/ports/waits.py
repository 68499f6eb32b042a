"""Lines that got long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.types import LongWait, Reply, Standing


class Waits(Protocol):
    """How long customers wait for their turn, and who is told so. All of it bears many callers at once."""

    async def look(self, tenants: Sequence[str]) -> dict[str, Standing]:
        """How each tenant's customers stand in all lines."""
        ...

    async def long(self, tenant: str, line: int, *, place: int, limit: int) -> list[LongWait]:
        """Those in this line, from this place of the tenant's on, who were not given to a caller before."""
        ...

    async def tell(self, wait: LongWait, notice: Reply) -> bool:
        """Put it in the outbox, once for a wait; they keep their place.

        False: that was done already, or their turn came, or the platform has no room for it.
        """
        ...

    async def spare(self, tenant: str, line: int, *, turns: int) -> None:
        """The next so many turns of the tenant in this line are to spare the model, if they begin soon."""
        ...
