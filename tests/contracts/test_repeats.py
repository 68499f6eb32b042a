"""A client that loses the answer to a script sends it again, whatever came in between: each bears it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pytest

from bot.store.courier import Argument, Courier
from bot.store.redis import Client, script_names, script_source
from bot.wiring import Stores
from tests.builders import some_settings
from tests.contracts.situations import SITUATIONS

SAYS_OTHERWISE: Final = {
    "accept": "a nudge is missing: the sweeper's to repeat",
    "answer_beside": "a nudge is missing: the sweeper's to repeat",
    "bury": "the delivery is over by then, and nobody waits for the answer",
    "call": "a ticket is missing: the sweeper's to repeat",
    "feed_show": "nobody asks",
    "forget": "nobody asks",
    "give_back": "a nudge is missing: the sweeper's to repeat",
    "long_waits": "a few customers do not hear that it takes a while",
    "overdue": "some are found five seconds later",
    "call_back": "a nudge is missing: the sweeper's to repeat",
    "park": "a nudge is missing: the sweeper's to repeat",
    "release": "a nudge is missing: the sweeper's to repeat",
    "set_person_aside": "it is not reported",
    "standing": "time goes on",
    "stream_offer": "a poll came meanwhile",
    "stream_show": "nobody asks",
    "take_turn": "it tells of what came in between, too",
    "tell_wait": "a nudge is missing: the sweeper's to repeat",
    "told": "nobody asks",
    "turn": "it is some milliseconds nearer",
    "unheard": "the line is looked at again two seconds later",
}
"""Those whose second answer is another one, and what that costs."""


@dataclass(frozen=True, slots=True)
class Call:
    """A script as it went to the store, and what came back."""

    source: str
    keys: Sequence[str]
    arguments: Sequence[Argument]
    answer: object


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """All that are made, as they end."""
    made: list[Call] = []
    run = Courier.run

    async def noted(
        courier: Courier, source: str, hash_: str, keys: Sequence[str], arguments: Sequence[Argument]
    ) -> Any:
        answer = await run(courier, source, hash_, keys, arguments)
        made.append(Call(source, keys, arguments, answer))
        return answer

    monkeypatch.setattr(Courier, "run", noted)
    return made


@pytest.mark.parametrize("name", script_names())
async def test_a_script_that_is_repeated_changes_nothing_more(
    name: str, client: Client, calls: list[Call]
) -> None:
    await SITUATIONS[name](Stores.over(client, some_settings()))
    call = next(call for call in calls if call.source == script_source(name) and call.answer)
    before = await everything(client)

    again: Any = await client.eval(call.source, len(call.keys), *call.keys, *call.arguments)

    assert await everything(client) == before
    assert (again == call.answer) is (name not in SAYS_OTHERWISE)


async def everything(client: Client) -> dict[str, str]:
    """All that the store holds, without the times."""
    read: dict[Any, Callable[[Any], Any]] = {
        b"string": client.get,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"hash": client.hgetall,
        b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        b"stream": client.xrange,
    }
    found: dict[str, str] = {}
    keys: Any = await client.keys()
    for key in keys:
        value = await read[await client.type(key)](key)
        value = sorted(value.items()) if isinstance(value, dict) else value
        found[key.decode()] = re.sub(r"\d{10,}([.-]\d+)?", "…", repr(value))
    return found
