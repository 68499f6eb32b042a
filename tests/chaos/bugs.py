"""One promise broken at a time. A chaos run that does not notice is worth nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from adapters.storing import Storing
from bot.channel import Kept
from bot.store import redis

_LATE_S: Final = 1.0
_late: set[asyncio.Task[None]] = set()


def no_dedupe() -> None:
    """A message that is delivered twice is stored twice."""
    _spoil({"accept": [("seen, '1', 'NX'", "seen, '1'")]})


def no_fence() -> None:
    """A lease keeps nobody out, and every fence is good."""
    out = "redis.call('EXISTS', KEYS[1], KEYS[2]) > 0"
    _spoil(
        {
            "take": [(f"{out} or ", "")],
            "take_reply": [(out, "false")],
            "take_turn": [
                ("redis.call('EXISTS', KEYS[5] .. conversation) == 0", "true"),
                ("now() + ARGV[1], conversation", "now(), conversation"),  # ready while it is answered
            ],
            "*": [("holder and holder:match('^%d+') == fence", "true")],
        }
    )


def ack_before_store() -> None:
    """The platform hears that all is well before it is."""
    keep = Storing.keep

    async def later(
        self: Storing, item: Kept, *, promised: bool = False, within: float | None = None
    ) -> None:
        async def after_a_while() -> None:
            await asyncio.sleep(_LATE_S)
            await keep(self, item, promised=promised, within=within)

        task = asyncio.create_task(after_a_while())
        _late.add(task)
        task.add_done_callback(_late.discard)

    Storing.keep = later  # type: ignore[method-assign]  # that is the bug


BUGS: Final[Mapping[str, Callable[[], None]]] = {
    "dedupe": no_dedupe,
    "fence": no_fence,
    "ack": ack_before_store,
}


def _spoil(changes: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    """In scripts, by name; `*` is what stands in front of each."""
    whole = redis.script_source

    def spoilt(name: str) -> str:
        source = whole(name)
        for key in {name, "*"} & changes.keys():
            for old, new in changes[key]:
                if old not in source:
                    raise RuntimeError(f"{name}: the line to spoil is not there any more: {old}")
                source = source.replace(old, new)
        return source

    redis.script_source = spoilt
