"""Each kind of channel, and the simulated platform in front of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.settings import (
    DingTalkSettings,
    DingTalkStreamSettings,
    WeComBotSettings,
    WeComKfSettings,
    WeComSettings,
)
from tests.simulators.terminal import dingtalk, wecom, wecom_bot, wecom_kf
from tests.simulators.terminal.door import Door, Visit

Simulated = WeComSettings | WeComKfSettings | WeComBotSettings | DingTalkSettings | DingTalkStreamSettings

SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "wecom": wecom.SAMPLE,
    "wecom-kf": wecom_kf.SAMPLE,
    "wecom-bot": wecom_bot.SAMPLE,
    "dingtalk": dingtalk.SAMPLE,
    "dingtalk-stream": dingtalk.SAMPLE,
}


def door_to(channel: Simulated, visit: Visit) -> Door:
    """Nothing listens yet: it is the platform that does, in `async with door.platform`."""
    match channel:
        case WeComSettings():
            return wecom.WeComDoor(channel, visit)
        case WeComKfSettings():
            return wecom_kf.WeComKfDoor(channel, visit)
        case WeComBotSettings():
            return wecom_bot.WeComBotDoor(channel, visit)
        case DingTalkSettings():
            return dingtalk.DingTalkDoor(channel, visit)
        case DingTalkStreamSettings():
            return dingtalk.DingTalkStreamDoor(channel, visit)


def sample(kind: str, *, name: str, tenant: str, api_base: str) -> str:
    """A channel for `kefu.toml` that needs no account: its secrets are the simulator's own."""
    values = {"name": name, "kind": kind, "tenant": tenant, "api_base": api_base, **SAMPLES[kind]}
    lines = [f"{key} = {_toml(value)}" for key, value in values.items()]
    return "\n".join(["[[channels]]", *lines])


def _toml(value: str | int) -> str:
    return str(value) if isinstance(value, int) else f'"{value}"'
