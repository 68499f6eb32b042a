"""Every tenant's tools, made from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from bot.breaker import Breaker
from bot.ports import Rates
from bot.settings import Settings, ToolSettings
from bot.tools.arguments import Checked
from bot.tools.asks import Asks
from bot.tools.caller import Callers
from bot.tools.http import HttpExecutor
from bot.tools.proof import Tries
from bot.tools.python import PythonExecutor
from bot.tools.tool import Executor, Tool
from bot.tools.toolbox import Toolbox


class Tools:
    """The toolboxes, by tenant, and who calls. Whoever opens it closes it."""

    def __init__(self, boxes: Mapping[str, Toolbox], callers: Callers) -> None:
        self.boxes = boxes
        self.callers = callers

    @classmethod
    def open(cls, settings: Settings, rates: Rates | None = None) -> Self:
        """Connects on first use. Raises Misconfigured for a Python tool that can't be imported.

        Without `rates` no tries are counted: only where an operator asks.
        """
        tries = Tries(rates)
        return cls(
            {
                tenant.name: Toolbox(tenant, [_tool(tenant.name, own) for own in tenant.tools], tries)
                for tenant in settings.tenants
                if tenant.tools
            },
            Callers(settings.channels),
        )

    @property
    def breakers(self) -> dict[str, Breaker]:
        """Each tool's, by the name of its settings."""
        return {
            f"tools.{tenant}.{name}": breaker
            for tenant, box in self.boxes.items()
            for name, breaker in box.breakers.items()
        }

    async def close(self) -> None:
        """Let go of connections."""
        for box in self.boxes.values():
            for tool in box.tools.values():
                await tool.executor.close()


def _tool(tenant: str, own: ToolSettings) -> Tool:
    return Tool(own, _executor(tenant, own), Checked(own.arguments), Asks(own))


def _executor(tenant: str, own: ToolSettings) -> Executor:
    if own.python:
        return PythonExecutor.named(own.python, key=f"tenants.{tenant}.tools.{own.name}.python")
    return HttpExecutor(own)
