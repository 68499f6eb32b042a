"""A shop whose orders can be cancelled and looked up, by its own Python. What was called is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.tools.tool import Caller

THEIRS: Final = ("20240910XYZ", "20240911XYZ")
CALLED: Final[list[tuple[str, str]]] = []
"""Since the test began: the tool, and the order."""

CANCEL: Final = """
[[tenants.tools]]
name = "cancel_order"
description = "取消订单"
python = "tests.unit.bot.orders:cancel"
arguments.order = { pattern = "[0-9]{8}[A-Z]{3}", description = "订单号", kept = "order" }
asks = ["取消订单 {order}", "取消订单", "cancel order {order}"]
needs = "customer"
owner = "customer_id"
template = "订单{number}已取消。"
side_effect = true
"""
STATUS: Final = """
[[tenants.tools]]
name = "order_status"
description = "查订单"
python = "tests.unit.bot.orders:status"
arguments.order = { pattern = "[0-9]{8}[A-Z]{3}", description = "订单号" }
asks = ["{order} 到哪了", "查一下订单 {order}", "{order} 发货了吗", "单号是 {order}", "查订单"]
needs = "customer"
owner = "customer_id"
template = "订单{number}已发货。"
"""


async def cancel(arguments: Mapping[str, Any], caller: Caller, key: str) -> Any:
    """Cancels one of theirs."""
    CALLED.append(("cancel", arguments["order"]))
    return _of(arguments["order"], caller)


async def status(arguments: Mapping[str, Any], caller: Caller, key: str) -> Any:
    """Finds one of theirs."""
    CALLED.append(("status", arguments["order"]))
    return _of(arguments["order"], caller)


def _of(order: str, caller: Caller) -> Any:
    return {"number": order, "customer_id": caller.id} if order in THEIRS else None
