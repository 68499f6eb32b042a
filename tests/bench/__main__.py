"""`make bench`, or `make bench ONLY=name`: a JSON line a measure; what else there is to say goes to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable

import uvloop

from bot import observe
from tests.bench import (
    add_cost,
    door_cost,
    door_under_backlog,
    engine_full,
    pipe_rate,
    queue_bytes,
    search_cost,
    turn_overhead_ms,
)
from tests.bench.measure import Measure

BENCHES: dict[str, Callable[[], Awaitable[Measure | None]]] = {
    "engine_full": engine_full.measure,
    "pipe_rate": pipe_rate.measure,
    "door_cost": door_cost.measure,
    "door_under_backlog": door_under_backlog.measure,
    "queue_bytes": queue_bytes.measure,
    "search_cost": search_cost.few,
    "search_cost_many": search_cost.many,
    "add_cost": add_cost.measure,
    "sync_embeds": add_cost.sync,
    "turn_overhead_ms": turn_overhead_ms.measure,
}


async def main(only: list[str]) -> int:
    """Run all, or those named; the exit code."""
    unknown = set(only) - set(BENCHES)
    if unknown:
        print(f"no bench {', '.join(unknown)}; there are: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    for name in only or BENCHES:
        measure = await BENCHES[name]()
        if measure:
            print(measure, flush=True)
    return 0


observe.set_up("bench", {"KEFU_LOG_LEVEL": "warning", **os.environ})
sys.exit(uvloop.run(main(sys.argv[1:])))  # as the gateway runs
