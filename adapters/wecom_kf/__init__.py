"""WeChat customer service (微信客服): shoppers on WeChat, by way of a WeCom app."""

from adapters.wecom_kf.channel import WeComKfChannel

__all__ = ["WeComKfChannel"]
