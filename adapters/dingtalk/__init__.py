"""DingTalk (钉钉): a robot in HTTP mode, one to one and in groups."""

from adapters.dingtalk.channel import DingTalkChannel

__all__ = ["DingTalkChannel"]
