"""From the configuration to channels: the one place that knows every kind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from adapters.dingtalk.channel import DingTalkChannel
from adapters.dingtalk.stream.channel import DingTalkStreamChannel
from adapters.outbound import Outbound
from adapters.webchat.channel import WebChatChannel
from adapters.webchat.folder import FolderUploads
from adapters.wecom.channel import WeComChannel
from adapters.wecom_bot.channel import WeComBotChannel
from adapters.wecom_kf.channel import WeComKfChannel
from bot.channel import Channel
from bot.errors import Unavailable
from bot.ports import Clock, Feed, Marks, Rates, Streams, Tokens
from bot.settings import (
    ChannelSettings,
    DingTalkStreamSettings,
    Settings,
    WebChatSettings,
    WeComBotSettings,
    WeComKfSettings,
    WeComSettings,
)

SharedKey = Callable[[str], Awaitable[str]]
"""Finds or makes a random key that all processes share, by its name. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What channels are made with."""

    tokens: Tokens
    feed: Feed
    streams: Streams
    marks: Marks
    rates: Rates
    shared_key: SharedKey
    outbound: Outbound
    clock: Clock


async def open_channels(settings: Settings, parts: Parts) -> dict[str, Channel]:
    """Every configured channel, by name. Raises Unavailable when the store is away."""
    return {channel.name: await _open(channel, settings, parts) for channel in settings.channels}


async def close_channels(channels: Mapping[str, Channel], parts: Parts) -> None:
    """Let go of their connections."""
    for channel in channels.values():
        await channel.close()
    await parts.outbound.close()


async def _shared_key(channel: str, parts: Parts) -> str:
    """The one that all gateways sign sessions with. Raises Unavailable."""
    try:
        return await parts.shared_key(f"webchat:{channel}")
    except Unavailable as error:
        raise Unavailable(
            f"{error}; with channels.{channel}.session_key a gateway starts all the same"
        ) from error


async def _open(channel: ChannelSettings, settings: Settings, parts: Parts) -> Channel:
    tenant = settings.tenant(channel.tenant)
    if isinstance(channel, WeComKfSettings):
        return WeComKfChannel(
            channel,
            tenant,
            tokens=parts.tokens,
            outbound=parts.outbound,
            clock=parts.clock,
        )
    if isinstance(channel, WeComSettings):
        return WeComChannel(channel, tenant, tokens=parts.tokens, outbound=parts.outbound, clock=parts.clock)
    if isinstance(channel, WeComBotSettings):
        return WeComBotChannel(
            channel,
            greeting=tenant.greeting,
            suggestions=tenant.suggestions,
            streams=parts.streams,
            outbound=parts.outbound,
            clock=parts.clock,
        )
    if isinstance(channel, WebChatSettings):
        key = channel.session_key.get_secret_value() if channel.session_key else ""
        key = key or await _shared_key(channel.name, parts)
        uploads = FolderUploads(
            settings.data_dir / "uploads" / channel.name,
            hours=channel.picture_hours,
            most_bytes=channel.pictures_total_bytes,
            clock=parts.clock,
        )
        return WebChatChannel(channel, feed=parts.feed, uploads=uploads, session_key=key, clock=parts.clock)
    if isinstance(channel, DingTalkStreamSettings):
        return DingTalkStreamChannel(
            channel,
            tokens=parts.tokens,
            marks=parts.marks,
            rates=parts.rates,
            outbound=parts.outbound,
            clock=parts.clock,
        )
    return DingTalkChannel(
        channel,
        tokens=parts.tokens,
        marks=parts.marks,
        rates=parts.rates,
        outbound=parts.outbound,
        clock=parts.clock,
    )
