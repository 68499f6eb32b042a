"""How the parts stand that a worker depends on: for the doors, for Prometheus, and logged when it changes."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from bot.breaker import Breaker, State
from bot.model.server import Health
from bot.model.servers import ModelServers
from bot.ports import Model
from workers import metrics
from workers.degraded import Lesser, lesser

log = structlog.get_logger()


class Parts:
    """Those with a breaker, and each model server."""

    def __init__(self, model: Model | None, breakers: Mapping[str, Breaker]) -> None:
        self._model = model if isinstance(model, ModelServers) else None
        self._breakers = breakers
        self._said: Mapping[str, Health] = {}
        self.lesser: frozenset[Lesser] = frozenset()
        """The ways in which customers are answered less well, as of the last look."""

    def look(self) -> Mapping[str, Health]:
        """Each part's health, by the name of its settings."""
        now = {name: _health(breaker) for name, breaker in self._breakers.items()}
        if self._model:
            now |= self._model.health
            _measure(self._model)
        for name, health in now.items():
            metrics.PART_OK.labels(name).set(health is Health.OK)
            if health is not self._said.get(name, Health.OK):
                log.warning("part_changed", part=name, health=health.value)
        self._said = now
        self.lesser = lesser(self._model, now)
        for way in Lesser:
            metrics.DEGRADED.labels(way).set(way in self.lesser)
        return now


def _health(breaker: Breaker) -> Health:
    return Health.OK if breaker.state is State.CLOSED else Health.AWAY


def _measure(model: ModelServers) -> None:
    for server in model.servers:
        metrics.MODEL_CALLS.labels(server.name).set(server.in_flight)
        metrics.MODEL_WINDOW.labels(server.name).set(server.window.size)
        if server.load:
            metrics.MODEL_WAITING.labels(server.name).set(server.load.waiting)
            metrics.MODEL_CACHED.labels(server.name).set(server.load.cached)
