"""What to do after an error: a pure function."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from bot.errors import Held, KefuError, Refused, Unavailable
from bot.types import DeliveryState, GiveUp, Reply, RetryAt


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on trying."""

    first_s: float
    """Wait after the first failure; doubled each time."""
    longest_s: float
    max_attempts: int | None = None
    max_age_s: float | None = None


DELIVERY: Final = Patience(first_s=1, longest_s=30, max_age_s=6 * 3600)
"""A platform may be away for hours; beyond six, an answer to a chat message helps nobody."""


PULLING: Final = Patience(first_s=1, longest_s=10)
"""What the platform holds for us stays there for days, so there is no end to trying; and one call of an
account every few seconds is little."""


STORING: Final = Patience(first_s=1, longest_s=300)
"""A store that refuses needs somebody's hand, and nothing may get lost until then: trying has no end."""


TELLING: Final = Patience(first_s=2, longest_s=60, max_attempts=5)
"""A group of people: they find who waits in the list all the same."""


WAITING: Final = Patience(first_s=5, longest_s=300, max_attempts=10)
"""For a model that is there and fails all the same: some twenty minutes. While it is away nothing counts."""


def answering(max_attempts: int) -> Patience:
    """A failing part of ours: a few tries within a minute or so, then an honest line."""
    return Patience(first_s=1, longest_s=30, max_attempts=max_attempts)


def decide(
    patience: Patience, *, attempts: int, age: float, now: float, spread: float, asked: float | None = None
) -> RetryAt | GiveUp:
    """When to try again after failure number `attempts` + 1, or that enough is enough.

    `age` is the seconds since the work came up, `asked` a wait the other side named, and `spread` a number
    from 0 to 1 that keeps many failures of one moment from coming back in one moment.
    """
    if patience.max_attempts is not None and attempts + 1 >= patience.max_attempts:
        return GiveUp(f"failed {attempts + 1} times")
    doubled = min(patience.first_s * 2 ** min(attempts, 30), patience.longest_s)
    wait = max(doubled * (1 + spread / 2), asked or 0)
    if patience.max_age_s is not None and age + wait > patience.max_age_s:
        return GiveUp(f"not done within {patience.max_age_s / 3600:g} h")
    return RetryAt(now + wait)


def before(reply: Reply, *, now: float) -> GiveUp | None:
    """Why a reply can't be sent any more; None when it can. One try is due to any age."""
    expires_at = reply.address.expires_at
    if expires_at is not None and expires_at < now:
        return GiveUp("its address ran out", DeliveryState.EXPIRED)
    if reply.until is not None and reply.until < now:
        return GiveUp("nobody needs it any more", DeliveryState.EXPIRED)
    return None


def after(error: Exception, reply: Reply, *, attempts: int, now: float, spread: float) -> RetryAt | GiveUp:
    """What becomes of a reply whose sending ended in `error`.

    Held               nothing was tried: again when it was told to, and that is no attempt
    Refused            final
    Unavailable        again, not before a time that the platform named; also when it may have been sent,
                       as an answer seen twice is better than one never seen
    any other          a bug of ours, which must not lose a reply: again
    """
    if isinstance(error, Refused):
        return GiveUp(str(error))
    held = isinstance(error, Held)
    decision = decide(
        DELIVERY,
        attempts=0 if held else attempts,
        age=now - reply.created_at,
        now=now,
        spread=0 if held else spread,
        asked=error.retry_after if isinstance(error, Unavailable) else None,
    )
    if isinstance(decision, GiveUp):
        return GiveUp(f"{decision.reason}: {told(error)}")
    return replace(decision, counts=not held)


def told(error: Exception) -> str:
    """What an operator reads of it: our own errors hold nothing private, others' may."""
    return str(error) if isinstance(error, KefuError) else type(error).__name__
