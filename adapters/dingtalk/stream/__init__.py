"""DingTalk's stream mode: we connect to DingTalk, and it needs no way to us (developerpedia, May 2025)."""

from adapters.dingtalk.stream.channel import DingTalkStreamChannel

__all__ = ["DingTalkStreamChannel"]
