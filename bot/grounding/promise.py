"""One promise, with what it hangs on; and which others it is enough for.

包邮 and 不包邮 are opposites; 满99元包邮 bears out no 包邮 without its condition; 免费换货 no 免费安装.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.grounding.conditions import Side
from bot.grounding.places import EVERYWHERE, leaves_out
from bot.grounding.promise_kinds import FREE_SHIPPING, NO_CHARGE_FOR_SHIPPING, WE_PAY

_ALIKE: Final = {
    NO_CHARGE_FOR_SHIPPING: (NO_CHARGE_FOR_SHIPPING, FREE_SHIPPING, WE_PAY),
    FREE_SHIPPING: (FREE_SHIPPING, NO_CHARGE_FOR_SHIPPING),
    WE_PAY: (WE_PAY, NO_CHARGE_FOR_SHIPPING),
}
"""What bears out what, besides itself: who pays nothing has it free, or paid by us."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One, in a sentence."""

    name: str
    words: str
    given: bool
    """False where it is denied."""
    conditional: bool
    """Its clause names a condition."""
    hedged: bool
    """Its sentence does."""
    bounded: bool
    """Numbers stand beside it: outside of them it may be denied."""
    about: frozenset[str]
    """Topics of its clause; empty: none known, or the promise is the same whatever it is about."""
    clause: str = ""
    where: frozenset[str] = frozenset()
    """The places that its clause names."""
    placed: bool = False
    """Its sentence names some."""
    but: frozenset[str] = frozenset()
    """What its sentence leaves out."""
    side: Side | None = None
    """Of the bound that it hangs on: 不满99元包邮 is no 满99元包邮."""


def bears_out(given: Promise, said: Promise) -> bool:
    """Whether what was given is enough for what is said.

    A denial stands on a denial, or on a condition, a number or a place that somebody does not meet.
    """
    if said.name not in _ALIKE.get(given.name, (given.name,)):
        return False
    if not said.given:
        return not given.given or given.hedged or given.bounded or bool(given.where)
    if not _holds_there(given, said) or (given.side and said.side and given.side is not said.side):
        return False
    return given.given and said.about <= given.about and (said.hedged or not given.conditional)


def _holds_there(given: Promise, said: Promise) -> bool:
    """For what, and where, the promise that is said names itself."""
    out = given.but if leaves_out(given.clause) else {name for name in given.but if name not in given.clause}
    if said.where & out or (any(name in said.clause for name in out) and not leaves_out(said.clause)):
        return False
    if not given.where or EVERYWHERE in given.where:
        return True
    return said.where <= given.where if said.where else said.placed
