"""A hunt that could find nothing would prove nothing."""

from __future__ import annotations

import json
import random

from bot.errors import BadRequest
from tests.fuzz.doors import Target, targets
from tests.fuzz.hunt import Findings, hunt

SAMPLE = b'{"text": {"content": "hello"}}'


def careless(body: bytes) -> str:
    """Forgets that a text may be none."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("no JSON") from None
    return str(fields["text"]["content"])


def test_a_careless_reader_is_found_out() -> None:
    findings = Findings()
    hunt(Target("careless", (SAMPLE,), careless), random.Random(1), findings, seconds=0.5)
    assert findings.refused
    assert any(what.startswith(("KeyError", "TypeError")) for what in findings.worse)


async def test_each_door_takes_the_bodies_that_the_hunt_starts_from() -> None:
    async with targets() as doors:
        for door in doors:
            assert door.samples, door.name
            for sample in door.samples:
                door.feed(sample)
