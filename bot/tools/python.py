"""A tool that is a function of the shop's own Python: `async def find_order(arguments, caller, key)`."""

from __future__ import annotations

import asyncio
import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from bot.errors import KefuError, Misconfigured, Unavailable, Unusable
from bot.tools.tool import Caller

Function = Callable[[Mapping[str, Any], Caller, str], Awaitable[Any]]


class PythonExecutor:
    """`bot.tools.tool.Executor` in this process."""

    def __init__(self, function: Function) -> None:
        self._function = function

    @classmethod
    def named(cls, path: str, *, key: str) -> PythonExecutor:
        """`my_shop.tools:find_order`. `key`: of the setting, for the message. Raises Misconfigured."""
        try:
            function = pkgutil.resolve_name(path)
        except Exception as error:  # whatever the shop's own module does as it is imported
            raise Misconfigured(
                [f"{key}: {path} can't be imported ({type(error).__name__}); write module:function"]
            ) from error
        if not inspect.iscoroutinefunction(function):
            raise Misconfigured([f"{key}: {path} is no `async def`; make it one"])
        return cls(cast(Function, function))

    async def run(self, arguments: Mapping[str, Any], caller: Caller, *, key: str, timeout: float) -> Any:
        """What it returns. Raises Unavailable, also for a bug in it."""
        try:
            async with asyncio.timeout(timeout):
                return await self._function(arguments, caller, key)
        except TimeoutError:
            raise Unavailable(f"the tool gave no answer within {timeout:.1f} s") from None
        except KefuError:
            raise
        except Exception as error:  # the shop's own code: its bug must not cost the customer an answer
            raise Unusable(f"the tool failed ({type(error).__name__})") from error

    async def close(self) -> None:
        """It holds nothing."""
