"""Every setting, read once at start from `kefu.toml` and the environment."""

from bot.settings.load import load
from bot.settings.schema import (
    ChannelSettings,
    DatabaseSettings,
    DingTalkRobotSettings,
    DingTalkSettings,
    DingTalkStreamSettings,
    EmbeddingSettings,
    ModelSettings,
    QdrantSettings,
    RedisSettings,
    RerankSettings,
    ServerSettings,
    Settings,
    TenantSettings,
    WebChatSettings,
    WeComSettings,
    WorkerSettings,
)

__all__ = [
    "ChannelSettings",
    "DatabaseSettings",
    "DingTalkRobotSettings",
    "DingTalkSettings",
    "DingTalkStreamSettings",
    "EmbeddingSettings",
    "ModelSettings",
    "QdrantSettings",
    "RedisSettings",
    "RerankSettings",
    "ServerSettings",
    "Settings",
    "TenantSettings",
    "WeComSettings",
    "WebChatSettings",
    "WorkerSettings",
    "load",
]
