"""WeCom (企业微信): a self-built app that customers write to."""

from adapters.wecom.channel import WeComChannel

__all__ = ["WeComChannel"]
