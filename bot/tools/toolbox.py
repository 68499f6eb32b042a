"""A tenant's tools: what is offered to whom, and one call from its arguments to what it brought."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import structlog

from bot import wording
from bot.breaker import Breaker
from bot.errors import BadRequest, Refused, Unavailable
from bot.model import budget
from bot.ports import ToolSpec
from bot.safety.secrets import secrets_of
from bot.settings import TenantSettings
from bot.settings.tools import schema
from bot.tools.fields import at, fill
from bot.tools.proof import Tries, is_owner, knows_phone
from bot.tools.tool import Caller, Tool
from bot.types import ToolEnd, ToolUse

log = structlog.get_logger()

_NOTHING: Final = '{"found": false}'
_AWAY: Final = '{"error": "not available at the moment"}'
HAND_OVER: Final = ToolSpec(
    "hand_over",
    "把对话转给人工客服。只在客户要求人工，或这件事必须由人处理（如赔偿、改价、特殊申请）时调用。",
    {"type": "object", "properties": {}, "required": []},
)
"""Where a tenant has people."""
_HIDDEN: Final = "***"
_LEAST_S: Final = 0.2
"""With less left, a call would only be broken off."""


class Toolbox:
    """The tools of one tenant."""

    def __init__(self, tenant: TenantSettings, tools: Iterable[Tool], tries: Tries) -> None:
        self._tenant = tenant
        self.tools: Mapping[str, Tool] = {tool.name: tool for tool in tools}
        self._tries = tries
        self._hands_over = tenant.people is not None and HAND_OVER.name not in self.tools
        self.breakers = {name: Breaker(f"the tool {name}", Unavailable, Refused) for name in self.tools}

    def offered(self, caller: Caller) -> tuple[ToolSpec, ...]:
        """What the model may call for this customer."""
        own = tuple(
            ToolSpec(tool.name, tool.settings.description, schema(tool.settings.arguments))
            for tool in self.tools.values()
            if tool.is_at(caller.conversation.channel) and not keeps_from(tool, caller)
        )
        return (*own, HAND_OVER) if self._hands_over else own

    def meant(self, intent: str) -> str:
        """The name of the tool that an intent of the tenant's own is for; empty: of none."""
        return next((own.tool for own in self._tenant.intents if own.name == intent), "")

    def asked(self, caller: Caller) -> Iterator[Tool]:
        """Those that customers may ask for in so many words."""
        return (
            tool
            for tool in self.tools.values()
            if tool.settings.asks and tool.is_at(caller.conversation.channel)
        )

    async def call(
        self, name: str, arguments: Mapping[str, Any], caller: Caller, *, about: str, until: float
    ) -> ToolUse:
        """Never raises for a tool that is away. `about`: what makes a try again the same.

        `until`: by `time.monotonic`. Raises Unavailable only where tries can't be counted.
        """
        started = time.monotonic()
        if self._hands_over and name == HAND_OVER.name:  # the turn ends with it
            return ToolUse(name, {}, ToolEnd.ASKED, _NOTHING)
        tool = self.tools.get(name)
        if tool is None or not tool.is_at(caller.conversation.channel):
            known = ", ".join(spec.name for spec in self.offered(caller))
            return _wrong(name, arguments, f"there is no tool of this name; there are: {known}")
        try:
            checked = tool.arguments.check(arguments)
        except BadRequest as error:
            return _wrong(name, arguments, str(error))
        use = await self._checked(tool, checked, caller, about, until)
        return replace(use, side_effect=tool.settings.side_effect, seconds=time.monotonic() - started)

    async def _checked(
        self, tool: Tool, arguments: dict[str, Any], caller: Caller, about: str, until: float
    ) -> ToolUse:
        if line := keeps_from(tool, caller) or await self._before(tool, arguments, caller):
            return asks(tool, arguments, line)
        try:
            answer = await self._run(tool, arguments, caller, about, until)
        except BadRequest as error:
            return _wrong(tool.name, arguments, str(error))
        except (Unavailable, Refused) as error:
            log.warning("tool_away", tenant=self._tenant.name, tool=tool.name, reason=str(error))
            return ToolUse(tool.name, arguments, ToolEnd.AWAY, _AWAY, wording.TOOL_AWAY)
        result = at(answer, tool.settings.result)
        is_somebodys = tool.settings.needs == "order" or (
            tool.settings.needs != "nothing" and tool.settings.owner
        )
        refusal = await self._not_theirs(tool, arguments, result, caller) if is_somebodys else None
        return refusal or self._found(tool, arguments, result)

    async def _before(self, tool: Tool, arguments: dict[str, Any], caller: Caller) -> str:
        """What a stranger hears before anything is called; empty: nothing."""
        if tool.settings.needs != "order" or (tool.settings.owner and caller.id):
            return ""
        if not caller.phone_tail:
            return wording.ASK_PHONE
        has_tries = await self._tries.left(tool.settings, caller, arguments)
        return "" if has_tries else wording.TRIED_TOO_OFTEN

    async def _not_theirs(
        self, tool: Tool, arguments: dict[str, Any], result: Any, caller: Caller
    ) -> ToolUse | None:
        """What is not there and what is not theirs sound the same: nobody learns which orders there are."""
        settings = tool.settings
        if is_owner(settings, result, caller):
            return None
        if settings.needs == "customer":
            return ToolUse(tool.name, arguments, ToolEnd.NOTHING, _NOTHING, settings.nothing)
        if not caller.phone_tail:
            return asks(tool, arguments, wording.ASK_PHONE)
        if settings.owner and caller.id and not await self._tries.left(settings, caller, arguments):
            return asks(tool, arguments, wording.TRIED_TOO_OFTEN)
        if knows_phone(settings, result, caller):
            return None
        return ToolUse(tool.name, arguments, ToolEnd.NOTHING, _NOTHING, wording.NOT_PROVEN)

    def _found(self, tool: Tool, arguments: dict[str, Any], result: Any) -> ToolUse:
        if result is None or result in ({}, []):
            return ToolUse(tool.name, arguments, ToolEnd.NOTHING, _NOTHING, tool.settings.nothing)
        reply, values = fill(tool.settings.template, result)
        for path in (tool.settings.owner, tool.settings.phone):
            result = _without(result, path.split(".")) if path else result
        data = _as_data(result, self._tenant.limits.tool_tokens)
        for secret in secrets_of(tool.settings):  # a server that shows what it was sent
            data = data.replace(secret, _HIDDEN)
        return ToolUse(tool.name, arguments, ToolEnd.FOUND, data, reply, values)

    async def _run(
        self, tool: Tool, arguments: dict[str, Any], caller: Caller, about: str, until: float
    ) -> Any:
        """What does something is tried twice under one key, since the first try may have done it.

        What only looks up does so for several things in a turn, each under a key of its own.
        """
        what = "" if tool.settings.side_effect else f"\0{json.dumps(arguments, sort_keys=True)}"
        key = hashlib.sha256(f"{caller.conversation}\0{about}\0{tool.name}{what}".encode()).hexdigest()
        if tool.settings.side_effect:
            try:
                return await self._once(tool, arguments, caller, key, until)
            except Unavailable as error:
                log.info("tool_tried_again", tool=tool.name, reason=str(error))
        return await self._once(tool, arguments, caller, key, until)

    async def _once(
        self, tool: Tool, arguments: dict[str, Any], caller: Caller, key: str, until: float
    ) -> Any:
        timeout = min(tool.settings.timeout_s, until - time.monotonic())
        if timeout < _LEAST_S:
            raise Unavailable("no time is left for the tool")
        with self.breakers[tool.name].call():
            return await tool.executor.run(arguments, caller, key=key, timeout=timeout)


def keeps_from(tool: Tool, caller: Caller) -> str:
    """Why this customer can't have it here; empty: they can."""
    if tool.settings.needs == "nothing":
        return ""
    if caller.in_group:
        return wording.NOT_IN_GROUPS
    return wording.ONLY_FOR_KNOWN if tool.settings.needs == "customer" and not caller.id else ""


def asks(tool: Tool, arguments: Mapping[str, Any], line: str) -> ToolUse:
    """Nothing is told before the customer said or proved something."""
    return ToolUse(tool.name, arguments, ToolEnd.ASKED, _NOTHING, line)


def _wrong(name: str, arguments: Mapping[str, Any], reason: str) -> ToolUse:
    return ToolUse(name, arguments, ToolEnd.WRONG, json.dumps({"error": reason}, ensure_ascii=False))


def _without(result: Any, path: list[str]) -> Any:
    """The model has no use for whose it is."""
    step, *further = path
    if isinstance(result, list):  # a number of a list, as in `orders.0.phone`: each of it is somebody's
        return [_without(one, further) if further else None for one in result]
    if not isinstance(result, Mapping) or step not in result:
        return result
    if not further:
        return {key: value for key, value in result.items() if key != step}
    return {**result, step: _without(result[step], further)}


def _as_data(result: Any, tokens: int) -> str:
    """JSON in which no mark of ours can stand, cut where the budget ends."""
    text = json.dumps(result, ensure_ascii=False, default=str).replace("<", "\\u003c")
    while (over := budget.tokens(text)) > tokens:
        text = text[: max(1, len(text) * tokens // over - 1)] + "…"
    return text
