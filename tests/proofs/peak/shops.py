"""Five tenants, each with a WeCom channel of its own, and what part of the turns is theirs."""

from __future__ import annotations

from typing import Final

from tests.house import House, wecom_channel
from tests.simulators.wecom import WeComSimulator

WEIGHTS: Final = {"shop-a": 1.0, "shop-b": 1.0, "shop-c": 2.0, "shop-d": 3.0, "shop-e": 3.0}

_LIMITS: Final = "[tenants.limits]\nanswer_cache_s = 0\nbusy_s = 0\noverload_s = 0"
"""What is counted are the model's answers, and each is: six questions whose answers are kept would be answered
at once, whatever its pace."""


def furnish(house: House, wecom: WeComSimulator) -> None:
    """Give the house these tenants. A channel is named for its tenant."""
    for name, weight in WEIGHTS.items():
        tenant = f'[[tenants]]\nname = "{name}"\nknowledge = ["faq.txt"]\nweight = {weight}\n{_LIMITS}'
        house.furnish(tenant, wecom_channel(name, wecom, tenant=name))


def tenant_of(customer: str) -> str:
    """By the name that the load generator gave them."""
    return next(name for name in WEIGHTS if f"-{name}-" in customer)
