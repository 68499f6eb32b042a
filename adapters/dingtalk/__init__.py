"""DingTalk (钉钉): a robot, one to one and in groups, in HTTP mode; `stream` is the other one."""

from adapters.dingtalk.channel import DingTalkChannel

__all__ = ["DingTalkChannel"]
