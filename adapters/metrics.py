"""What the doors count, for `/metrics`."""

from __future__ import annotations

from functools import cache
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

_RECEIVED: Final = Counter(
    "kefu_messages_received_total", "Messages at the doors, by what became of them", ["channel", "result"]
)
KEPT_BACK: Final = Counter(
    "kefu_platform_quota_used_up_total",
    "Messages that a platform kept to itself, as its month's quota is used up",
    ["channel"],
)
NOT_OFFERED: Final = Counter(
    "kefu_suggestions_not_offered_total",
    "Replies that went out without the card of suggestions behind them",
    ["channel"],
)
REQUESTS: Final = Counter(
    "kefu_http_requests_total", "HTTP requests, by route and status", ["route", "status"]
)
ACKNOWLEDGED: Final = Histogram(
    "kefu_callback_seconds",
    "From a callback's first byte to our answer; platforms give up after 2.5 to 5 s",
    ["channel"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
TURNED_AWAY: Final = Counter(
    "kefu_callbacks_turned_away_total",
    "Callbacks that had waited for us too long to be answered in time: the gateway is beyond its rate",
)
WAITING: Final = Gauge("kefu_conversations_waiting", "Conversations that need work", ["work"])
PARKED: Final = Gauge("kefu_parked", "Conversations whose question waits for a model that is away")
PEOPLE: Final = Gauge("kefu_people_conversations", "Conversations that people have or should have", ["state"])
PEOPLE_OLDEST: Final = Gauge(
    "kefu_people_oldest_wait_seconds", "Since when the customer waits who has waited longest for a person"
)
DEAD_LETTERS: Final = Gauge(
    "kefu_dead_letters", "Replies given up, and messages only apologised to: `kefu dead list`", ["tenant"]
)
SPOOLED: Final = Gauge(
    "kefu_spool_messages", "What doors took in and the store has not, on this gateway's disk"
)
SPOOL_BYTES: Final = Gauge("kefu_spool_bytes", "Size of that on the disk")
SPOOL_OLDEST: Final = Gauge("kefu_spool_oldest_seconds", "Since when what is oldest of it waits")
IDLE_CLOSED: Final = Counter(
    "kefu_silent_connections_closed_total", "Connections that brought no request in time"
)
STREAM_CONNECTIONS: Final = Gauge(
    "kefu_stream_connections", "Connections that are open for messages to come by", ["channel"]
)


def received(channel: str, result: str) -> None:
    """Count what came in at a door, and what became of it."""
    _received(channel, result).inc()


@cache
def _received(channel: str, result: str) -> Counter:
    """Looked up once: finding its labels takes as long as counting it."""
    return _RECEIVED.labels(channel, result)
