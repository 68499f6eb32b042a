"""WeCom's intelligent bot (智能机器人) by callbacks: WeCom fetches its replies, poll by poll."""

from adapters.wecom_bot.channel import WeComBotChannel

__all__ = ["WeComBotChannel"]
