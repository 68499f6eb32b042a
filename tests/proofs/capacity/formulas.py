"""What each part bears by itself, in messages a second. The least of them is what the whole bears."""

from __future__ import annotations

import math
from collections.abc import Mapping

from bot.store.keys import PARTITIONS
from tests.proofs.capacity.plant import Plant


def bears(plant: Plant) -> Mapping[str, float]:
    """By part."""
    busiest = math.ceil(PARTITIONS / plant.masters) / PARTITIONS
    parts = {
        "gateways": plant.gateways / plant.door,
        "store": 1 / (plant.store * busiest),
        "workers": plant.workers / plant.turn,
        "turns": plant.under_way / held(plant, _most_active(plant)),
        "model servers": plant.servers * plant.full / plant.tokens,
    }
    return parts | ({"embedding": plant.workers / plant.embed} if plant.embed else {})


def first(plant: Plant) -> tuple[str, float]:
    """Which part is full first, and at how many messages a second."""
    return min(bears(plant).items(), key=lambda part: part[1])


def active(plant: Plant, rate: float) -> float:
    """Sequences in each server's batch at that rate: Little's law, with an answer's time that grows with them."""
    tokens = rate * plant.tokens / plant.servers
    spare = 1 - tokens * plant.own
    alone = tokens * (1 / plant.alone - plant.own)
    return min(alone / spare, _most_active(plant)) if spare > 0 else _most_active(plant)


def held(plant: Plant, active: float) -> float:
    """Seconds that a message has a turn, with so many sequences in each server's batch."""
    return plant.embed + plant.turn + plant.store + plant.tokens * plant.step(max(1.0, active))


def _most_active(plant: Plant) -> float:
    return min(plant.batch, plant.under_way / plant.servers)
