"""Every setting, read once at start from `kefu.toml` and the environment."""

from bot.settings.load import load
from bot.settings.schema import (
    ChannelSettings,
    DatabaseSettings,
    DingTalkSettings,
    EmbeddingSettings,
    ModelSettings,
    QdrantSettings,
    RedisSettings,
    RerankSettings,
    ServerSettings,
    Settings,
    TenantSettings,
    WebChatSettings,
    WeComBotSettings,
    WeComSettings,
    WorkerSettings,
)

__all__ = [
    "ChannelSettings",
    "DatabaseSettings",
    "DingTalkSettings",
    "EmbeddingSettings",
    "ModelSettings",
    "QdrantSettings",
    "RedisSettings",
    "RerankSettings",
    "ServerSettings",
    "Settings",
    "TenantSettings",
    "WeComBotSettings",
    "WeComSettings",
    "WebChatSettings",
    "WorkerSettings",
    "load",
]
