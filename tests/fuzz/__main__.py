"""`make fuzz`: each reader in turn is fed mutated bodies; it may refuse them, and nothing worse.

`SECONDS=600` in all, `SEED=…` to see a run again. A finding is printed with its body, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import time
from typing import Final

import structlog

from tests.fuzz.doors import targets
from tests.fuzz.hunt import Findings, hunt

_ROUND_S: Final = 2.0


async def main(seconds: float, seed: int) -> int:
    """The exit code."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    print(f"seed {seed}, {seconds:.0f} s", flush=True)
    chance = random.Random(seed)
    async with targets() as doors:
        found = {target.name: Findings() for target in doors}
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            for target in doors:
                hunt(target, chance, found[target.name], seconds=min(_ROUND_S, seconds / len(doors)))
    for name, findings in found.items():
        print(f"{name:14} {findings.fed:9} fed, {findings.refused:9} refused, {len(findings.worse)} worse")
        for what, body in findings.worse.items():
            print(f"  {what}\n  {body!r}")
    return int(any(findings.worse for findings in found.values()))


arguments = argparse.ArgumentParser(prog="make fuzz")
arguments.add_argument("--seconds", type=float, default=600.0)
arguments.add_argument("--seed", type=int, default=int(time.time()))
chosen = arguments.parse_args()
sys.exit(asyncio.run(main(chosen.seconds, chosen.seed)))
