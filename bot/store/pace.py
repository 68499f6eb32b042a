"""How often a tenant has its turn, and how long its customers are listened to before one begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.settings import TenantSettings

STRIDE: Final = 1000
"""Of a tenant with weight 1. Whole numbers, since Redis keeps those exactly."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A tenant's."""

    stride: int = STRIDE
    """What a turn counts (`bot.store.line`)."""
    quiet_ms: int = 0
    """Without another message until the turn begins."""
    most_ms: int = 0
    """That the first message waits for others."""


def paces(tenants: Iterable[TenantSettings]) -> dict[str, Pace]:
    """By tenant."""
    return {tenant.name: _pace(tenant) for tenant in tenants}


def _pace(tenant: TenantSettings) -> Pace:
    limits = tenant.limits
    return Pace(max(1, round(STRIDE / tenant.weight)), limits.quiet_ms, limits.quiet_most_ms)
