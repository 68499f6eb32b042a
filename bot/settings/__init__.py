"""Every setting, read once at start from `kefu.toml` and the environment."""

from bot.settings.load import load
from bot.settings.schema import (
    ChannelSettings,
    DatabaseSettings,
    DingTalkSettings,
    EmbeddingSettings,
    LimitSettings,
    ModelSettings,
    QdrantSettings,
    RedisSettings,
    RerankSettings,
    ServerSettings,
    Settings,
    TenantSettings,
    WebChatSettings,
    WeComAppSettings,
    WeComKfSettings,
    WeComSettings,
    WorkerSettings,
)

__all__ = [
    "ChannelSettings",
    "DatabaseSettings",
    "DingTalkSettings",
    "EmbeddingSettings",
    "LimitSettings",
    "ModelSettings",
    "QdrantSettings",
    "RedisSettings",
    "RerankSettings",
    "ServerSettings",
    "Settings",
    "TenantSettings",
    "WeComAppSettings",
    "WeComKfSettings",
    "WeComSettings",
    "WebChatSettings",
    "WorkerSettings",
    "load",
]
