"""What a vLLM server says of its own load on `/metrics`, in Prometheus' text format.

Names as in vLLM's documentation, "Production Metrics". A server with several engines has a line for each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_LINE: Final = re.compile(
    r"^vllm:(num_requests_running|num_requests_waiting|prefix_cache_hits_total|prefix_cache_queries_total)"
    r"(?:\{[^\n]*\})? +([0-9.e+]{1,24})(?: +\d+)?$",
    re.M,
)


@dataclass(frozen=True, slots=True)
class Load:
    """One reading."""

    running: int
    """Requests in the batch."""
    waiting: int
    """Requests that found no place in it yet."""
    cached: float = 0.0
    """Of the prompts' tokens, the share that its prefix cache had, since the server started."""


def parse(page: str) -> Load | None:
    """None where the page tells nothing of requests: it is no vLLM's."""
    sums: dict[str, float] = {}
    for name, number in _LINE.findall(page):
        try:
            sums[name] = sums.get(name, 0.0) + float(number)
        except ValueError:
            return None
    if not {"num_requests_running", "num_requests_waiting"} <= sums.keys() or max(sums.values()) > 1e18:
        return None
    queries = sums.get("prefix_cache_queries_total", 0.0)
    hits = sums.get("prefix_cache_hits_total", 0.0)
    return Load(
        round(sums["num_requests_running"]),
        round(sums["num_requests_waiting"]),
        min(1.0, hits / queries) if queries else 0.0,
    )
