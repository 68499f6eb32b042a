"""Feeding one reader, and keeping what it should not have done."""

from __future__ import annotations

import random
import time
import traceback
from dataclasses import dataclass, field
from typing import Final

from tests.fuzz.doors import Target
from tests.fuzz.mutate import mutated

SLOW_S: Final = 1.0
"""A body that keeps a door busy for so long is an attack."""


@dataclass(slots=True)
class Findings:
    """What came of it."""

    fed: int = 0
    refused: int = 0
    worse: dict[str, bytes] = field(default_factory=dict)
    """Each kind of failure, with the first body that caused it."""


def hunt(target: Target, chance: random.Random, findings: Findings, *, seconds: float) -> None:
    """Feed it for so long."""
    ends = time.monotonic() + seconds
    while (started := time.monotonic()) < ends:
        body = mutated(chance.choice(target.samples), chance)
        findings.fed += 1
        try:
            target.feed(body)
        except target.refusals:
            findings.refused += 1
        except Exception as error:  # noqa: BLE001 - the very thing that is looked for
            findings.worse.setdefault(_where(error), body)
        if time.monotonic() - started > SLOW_S:
            findings.worse.setdefault("slow", body)


def _where(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.name}, {frame.filename.rpartition('/')[2]}:{frame.lineno}"
